//! The real binary in a real pty against a real engine: what a person at a terminal would see.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod backup;
mod check;
mod commands;
mod completions;
mod config;
mod dashboard;
mod disk;
mod disk_full;
mod doctor;
mod edit;
mod engine_lost;
mod everyday;
mod files;
mod findings;
mod freshness;
mod hostile;
mod image_jobs;
mod images;
mod killed;
mod killed_renewal;
mod log_view;
mod logs;
mod networks;
mod own_commands;
mod projects;
mod prune;
mod redeploy;
mod registry;
mod renew;
mod renew_image;
mod resize;
mod restart;
mod served;
mod signals;
mod ssh;
mod ssh_fails;
mod status;
