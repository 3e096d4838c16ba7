//! The tests' own tools, tested: what they report of a program is only worth something if they can see it fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod engine;
mod escapes;
mod proxy;
mod terminal;
