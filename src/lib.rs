//! topside: a terminal dashboard for personal infrastructure.
//!
//! One crate, library and binary. Data flows one way: a key becomes an action, [`app`] turns messages into effects,
//! `runtime` carries them out through `backend`, `certs`, `jobs` and `store`, and their answers come back as messages.
//! `ui` draws the model. `tests/imports` checks who may know whom.

pub mod app;
pub mod backend;
pub mod backup;
pub mod certs;
pub mod cli;
pub mod compose;
pub mod config;
pub mod demo;
pub mod deploy;
pub mod disk;
pub mod domain;
pub mod files;
pub mod jobs;
pub mod keymap;
pub mod layers;
pub mod logs;
pub mod probe;
pub mod renewal;
pub mod runtime;
pub mod sockets;
pub mod store;
pub mod tape;
pub mod theme;
pub mod ui;
