//! What every backend has to do, tried on the engine that topside embeds: the very tests of `contract`, each on a demo
//! of its own. They need no engine, but the docker CLI, which says what is really so.
//!
//! Left out is what the demo claims nothing of: what only an engine of iron does (`beyond`), logins to registries
//! (`registry`), ssh, and the ports of this machine, which it must not reach (`ports` here).

// All of this is test code, also where no attribute says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bed;
mod ports;

#[path = "../contract/actions.rs"]
mod actions;
#[path = "../contract/archive.rs"]
mod archive;
#[path = "../contract/counters.rs"]
mod counters;
#[path = "../contract/create_like.rs"]
mod create_like;
#[path = "../contract/disk.rs"]
mod disk;
#[path = "../contract/events.rs"]
mod events;
#[path = "../contract/exec.rs"]
mod exec;
#[path = "../contract/files.rs"]
mod files;
#[path = "../contract/images.rs"]
mod images;
#[path = "../contract/list.rs"]
mod list;
#[path = "../contract/logs.rs"]
mod logs;
#[path = "../contract/references.rs"]
mod references;
#[path = "../contract/refusals.rs"]
mod refusals;
#[path = "../contract/volumes.rs"]
mod volumes;
#[allow(dead_code, reason = "the other tier uses more of it")]
#[path = "../contract/world.rs"]
mod world;
