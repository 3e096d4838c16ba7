//! Our own log: a file, only when `TOPSIDE_LOG` asks for it (`TOPSIDE_LOG=debug`). The screen is the user's.

use std::fs::{self, OpenOptions};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use crate::config::Paths;

/// Starts logging when asked to; without a place to write, nothing is logged.
pub(super) fn start(paths: Option<&Paths>) {
    let (Ok(filter), Some(paths)) = (EnvFilter::try_from_env("TOPSIDE_LOG"), paths) else {
        return;
    };
    let path = paths.log();
    let _ = path.parent().map(fs::create_dir_all);
    if let Ok(file) = OpenOptions::new().create(true).append(true).open(path) {
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(Mutex::new(file))
            .init();
    }
}
