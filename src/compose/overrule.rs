//! A Compose file that overrules the image of one service, for a roll back where the files fix it by a digest.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use crate::domain::compose::ROLL_BACK_FILE;

/// Two hosts can be rolled back at once.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// The file, gone with this value.
pub(super) struct Overrule {
    pub(super) path: PathBuf,
}

impl Overrule {
    /// Writes it into a folder of ours.
    pub(super) fn write(folder: &Path, service: &str, image: &str) -> std::io::Result<Self> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        let path = folder.join(format!(
            "{ROLL_BACK_FILE}{}-{}.json",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        ));
        // JSON is YAML, and needs no quoting rules of ours.
        let text = json!({"services": {service: {"image": image}}}).to_string();
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)?;
        file.write_all(text.as_bytes())?;
        Ok(Self { path })
    }
}

impl Drop for Overrule {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
