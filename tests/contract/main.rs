//! What every backend has to do, tried on a real engine.
//!
//! `TOPSIDE_TEST_DOCKER_HOST` names the engine (`unix:///var/run/docker.sock`), `TOPSIDE_TEST_IMAGE` an image with
//! busybox in it. Without an engine every test fails: a contract that was not tried was not kept. What a test makes
//! carries its own prefix and the label `topside.test=1`, and goes when the test ends, however it ends. Its calls of the docker CLI block, so the runtime needs a second thread for connections.

// All of this is test code, also where no attribute says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod actions;
mod archive;
mod bed;
mod beyond;
mod counters;
mod create_like;
mod disk;
mod events;
mod exec;
mod files;
mod images;
mod list;
mod logs;
mod ports;
mod references;
mod refusals;
mod registry;
mod ssh;
mod volumes;
mod world;
