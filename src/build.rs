//! Run by Cargo before the build: tells the binary which build it is (`src/cli/version.rs`).
//!
//! Only a release asks git, so that a commit does not compile everything anew while one works. A packager without a
//! repository sets `TOPSIDE_COMMIT`.

#![allow(
    clippy::print_stdout,
    missing_docs,
    reason = "Cargo reads what a build script prints"
)]

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=src/build.rs");
    println!("cargo::rerun-if-env-changed=TOPSIDE_COMMIT");
    let variable = |name: &str| env::var(name).unwrap_or_default();
    println!("cargo::rustc-env=TOPSIDE_TARGET={}", variable("TARGET"));
    let profile = variable("PROFILE");
    println!("cargo::rustc-env=TOPSIDE_PROFILE={profile}");
    let rustc = said(&variable("RUSTC"), &["--version"]).unwrap_or_default();
    println!("cargo::rustc-env=TOPSIDE_RUSTC={rustc}");
    if env::var_os("TOPSIDE_COMMIT").is_none() && profile == "release" {
        watch_commit();
        if let Some(commit) = commit() {
            println!("cargo::rustc-env=TOPSIDE_COMMIT={commit}");
        }
    }
}

/// The commit and its date, and whether the tree was changed since.
fn commit() -> Option<String> {
    let commit = said("git", &["log", "-1", "--format=%h %cs"])?;
    let changed = said("git", &["status", "--porcelain", "--untracked-files=no"])?;
    let mark = if changed.is_empty() { "" } else { ", changed" };
    Some(format!("{commit}{mark}"))
}

/// Builds again when another commit is checked out. The log of HEAD grows with each.
fn watch_commit() {
    let Some(folder) = said("git", &["rev-parse", "--absolute-git-dir"]) else {
        return;
    };
    for file in ["HEAD", "logs/HEAD"] {
        let path = Path::new(&folder).join(file);
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
}

fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
