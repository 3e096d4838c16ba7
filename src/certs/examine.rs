//! What the files that were read hold, and whose they are.

use jiff::Timestamp;

use super::pair::pair;
use super::parse::parse;
use super::read::{LIMITS, MEBIBYTE};
use super::recognise::{Kept, recognise};
use super::schedules::{Schedule, schedules};
use super::targets::has_extension;
use super::traefik::parse_acme_json;
use super::tree::{File, Tree};
use super::{Leaf, Parsed};
use crate::domain::{AcmeClient, FileOutcome};

/// What is said of a file without content.
pub(super) const EMPTY: &str = "the file is empty";

/// What a path holds. Paths are below the path that was asked for, empty for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// The files that hold leaf certificates.
    pub files: Vec<FoundFile>,
    /// What could not be read, and why.
    pub problems: Vec<(String, String)>,
    /// When clients mean to renew.
    pub schedules: Vec<Schedule>,
}

/// A file with leaf certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundFile {
    /// Its path below the one that was asked for.
    pub below: String,
    /// The leaf certificates in it; whether the key that is kept for each is its own counts that of another file, too.
    pub leaves: Vec<Leaf>,
    /// Whose it is; its key's path is below the one that was asked for, too.
    pub kept: Kept,
    /// When it was last written.
    pub modified: Timestamp,
}

/// Of a folder that a person `named` every file counts, else those with a certificate's extension.
pub(super) fn examine(tree: &Tree, root: &str, named: bool, truncated: bool) -> Reading {
    let mut reading = Reading::default();
    if truncated {
        let why = format!(
            "larger than {} MiB: only a part was read",
            LIMITS.total / MEBIBYTE
        );
        reading.problems.push((String::new(), why));
    }
    for file in tree.files() {
        let below = below(root, file.path);
        if is_of_interest(root, &below, named) {
            reading.add_file(tree, root, &file, below);
        }
    }
    pair(tree, root, &mut reading.files);
    reading.schedules = schedules(tree)
        .into_iter()
        .map(|schedule| Schedule {
            path: below(root, &schedule.path),
            ..schedule
        })
        .collect();
    reading
}

/// Whether a file is looked into.
pub(super) fn is_of_interest(root: &str, below: &str, named: bool) -> bool {
    let path = if below.is_empty() { root } else { below };
    named || below.is_empty() || has_json_extension(path) || has_extension(path)
}

pub(super) fn below(root: &str, path: &str) -> String {
    let root = root.trim_end_matches('/');
    path.strip_prefix(root).unwrap_or(path).to_owned()
}

impl Reading {
    /// Adds what a file holds that a link out of the folder led to.
    pub(super) fn add_linked(&mut self, tree: &Tree, root: &str, link: &str) {
        for file in tree.files() {
            let file = File { path: link, ..file };
            self.add_file(tree, root, &file, below(root, link));
        }
    }

    fn add_file(&mut self, tree: &Tree, root: &str, file: &File<'_>, at: String) {
        let is_json = has_json_extension(file.path);
        let (leaves, has_key, problem) = examine_file(file, is_json);
        if let Some(why) = problem {
            self.problems.push((at.clone(), why));
        }
        if leaves.is_empty() {
            return;
        }
        let mut kept = recognise(tree, file.path, file.real, has_key || is_json);
        if is_json {
            kept.client = Some(AcmeClient::Traefik);
        }
        kept.key = kept.key.map(|key| below(root, &key));
        self.files.push(FoundFile {
            below: at,
            leaves,
            kept,
            modified: file.modified,
        });
    }
}

fn has_json_extension(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"))
}

/// The leaves in a file, whether a private key is too, and what could not be read.
fn examine_file(file: &File<'_>, is_json: bool) -> (Vec<Leaf>, bool, Option<String>) {
    let parsed = match file.content {
        // Other programs' JSON lies about in these folders.
        None | Some([]) if is_json && !file.path.contains("acme") => Vec::new(),
        None => {
            let why = format!("larger than {} MiB", LIMITS.file / MEBIBYTE);
            return (Vec::new(), false, Some(why));
        }
        // A renewal that failed, or a Swarm secret, which the archive API shows with size 0.
        Some([]) => return (Vec::new(), false, Some(EMPTY.to_owned())),
        Some(content) if is_json => parse_acme_json(content).unwrap_or_default(),
        Some(content) => vec![parse(content)],
    };
    let has_key = parsed.iter().any(|one| one.has_key);
    let mut leaves = Vec::new();
    let mut problems = Vec::new();
    for one in parsed {
        let (mut of_one, problem) = leaves_of(one);
        leaves.append(&mut of_one);
        problems.extend(problem);
    }
    let problem = (!problems.is_empty()).then(|| problems.join("; "));
    (leaves, has_key, problem)
}

/// The problems of a file that holds only CAs are nobody's concern.
fn leaves_of(mut parsed: Parsed) -> (Vec<Leaf>, Option<String>) {
    const MOST_TOLD: usize = 3;
    if parsed.outcome() == FileOutcome::Container {
        let why = "a bundle that needs its password".to_owned();
        return (Vec::new(), Some(why));
    }
    let problems = std::mem::take(&mut parsed.problems);
    let is_empty = parsed.certificates.is_empty();
    let leaves = parsed.into_leaves();
    if problems.is_empty() || (leaves.is_empty() && !is_empty) {
        return (leaves, None);
    }
    let told: Vec<String> = problems.into_iter().take(MOST_TOLD).collect();
    (leaves, Some(told.join("; ")))
}
