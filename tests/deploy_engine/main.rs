//! Jobs on a real engine with real Compose, the plugin and 1.29: what they report is held against the docker CLI.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod bed;
mod failures;
mod files;
mod in_place;
mod lone;
mod network;
mod projects;
mod prune;
mod redeploy;
mod roll_back;

/// Makes of each function one test a Compose.
macro_rules! with_both_composes {
    ($($test:ident),+ $(,)?) => {
        mod plugin {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::bed::Flavour::Plugin).await;
            })+
        }
        mod v1 {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::bed::Flavour::V1).await;
            })+
        }
    };
}
use with_both_composes;
