//! Imports point one way (DESIGN.md, "Shape"): read from the sources, checked against the tables of `rules`.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod check;
mod checker;
mod rules;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn imports_point_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    assert!(files.len() > 20, "no sources in {}?", root.display());
    let breaches: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let name = file
                .strip_prefix(&root)
                .unwrap_or(file)
                .display()
                .to_string();
            let source = fs::read_to_string(file).expect("a source is readable text");
            check::breaches(&name, &source)
        })
        .collect();
    assert!(
        breaches.is_empty(),
        "{} breaches of the import rule:\n{}",
        breaches.len(),
        breaches.join("\n")
    );
}

/// Every Rust file below a folder, sorted.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the entry is readable").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
