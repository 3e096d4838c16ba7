//! `topside certs PATH…` with the real binary and the corpus that `tests/fixtures/certificates/make` made: needs no
//! engine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test: it fails by panicking"
)]

mod corpus;
mod paths;
