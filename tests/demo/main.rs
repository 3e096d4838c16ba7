//! `topside demo`, which needs nothing: in a pty as a person would try it, and as a bed whose engine misbehaves.

// All of this is test code, also where no attribute says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod everyday;
mod faults;
mod same;
mod screen;
