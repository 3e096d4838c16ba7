//! Renewing a certificate: who orders it, who serves it, and the steps from the one to the other.
//!
//! | file | duty |
//! | --- | --- |
//! | `check` | a server's own check of its files, by itself |
//! | `client` | how a client is called in its container |
//! | `server` | how a server is made to read its certificates again |
//! | `observe` | what is stored where and served where, asked of the engine |
//! | `who` | which container is the client, which are servers |
//! | `plan` | the steps, pure |
//! | `files` | files of containers, read anew |

mod check;
mod client;
mod crontab;
mod files;
mod observe;
mod plan;
mod server;
#[cfg(test)]
mod tests;
mod who;

pub use check::config_test;
pub use client::{is_running, waits_for};
pub use files::{OwnView, own_view, read_file};
pub use observe::{Client, Lineage, Look, observe, service_of};
pub use plan::plan;
