//! The dashboard's model and its pure reducer.
//!
//! [`update::update`] takes a message, changes the [`model::Model`] and says what it wants done. No I/O, no clock, no
//! terminal: tests drive the whole dashboard through it.

pub mod action;
pub mod asked;
pub mod browser;
pub mod columns;
pub mod detail;
pub mod edit;
pub mod effect;
pub mod events;
pub mod filter;
pub mod findings;
#[cfg(test)]
pub mod fixture;
pub mod freshness;
pub mod host;
pub mod imaging;
pub mod list;
pub mod log_ask;
pub mod log_view;
pub mod logged;
pub mod model;
pub mod msg;
pub mod overlay;
pub mod palette;
pub mod pem;
pub mod region;
pub mod remembered;
pub mod rows;
mod secrets;
pub mod selection;
pub mod served;
pub mod storage;
pub mod themes;
pub mod toast;
pub mod update;
pub mod usage;
pub mod view;

pub use action::{ACTIONS, Action, Context, LogAction, Spec};
pub use effect::{Effect, LogStart, OlderWanted};
pub use host::{Connection, Host};
pub use model::{ListView, Model, ServiceRow, Settings};
pub use msg::{HostMsg, LogMsg, Mouse, Msg, NetworkMsg, OlderLines};
pub use region::{Area, Division, Order, Regions, Target};
pub use update::update;
pub use view::{
    CertificateOrder, DetailTab, ImageOrder, ImagePart, NetworkPart, Pane, ServiceOrder, View,
};
