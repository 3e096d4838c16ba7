//! Reads one path of a container and what is in it.

use super::parse::parse;
use super::targets::has_extension;
use super::traefik::parse_acme_json;
use super::tree::{File, Tree};
use super::{Parsed, ParsedCertificate};
use crate::backend::{ArchiveLimits, Backend, BackendError};
use crate::domain::{ContainerId, FileOutcome};

const MEBIBYTE: u64 = 1024 * 1024;
const LIMITS: ArchiveLimits = ArchiveLimits {
    total: 4 * MEBIBYTE,
    file: MEBIBYTE,
};

/// How many links in a row are followed out of what was read.
const MOST_STEPS: usize = 8;

/// What a path holds. Paths are below the path that was asked for, empty for itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// The leaf certificates of each file that has some.
    pub files: Vec<(String, Vec<ParsedCertificate>)>,
    /// What could not be read, and why.
    pub problems: Vec<(String, String)>,
}

/// Reads a path. Of a folder that a person `named` every file counts, else those with a certificate's extension.
pub(super) async fn read(
    backend: &dyn Backend,
    container: &ContainerId,
    path: &str,
    named: bool,
) -> Result<Reading, BackendError> {
    let mut at = path.to_owned();
    // The engine answers a link with the link alone.
    for _ in 0..MOST_STEPS {
        let archive = backend.read_archive(container, &at, LIMITS).await?;
        let truncated = archive.truncated;
        let tree = Tree::new(archive);
        if !tree.is_link(&at) {
            return Ok(examine(&tree, &at, named, truncated));
        }
        match tree.resolve(&at) {
            Some(next) => at = next,
            None => break,
        }
    }
    Err(BackendError::NotFound(
        "its symbolic links lead nowhere".to_owned(),
    ))
}

fn examine(tree: &Tree, root: &str, named: bool, truncated: bool) -> Reading {
    let mut reading = Reading::default();
    if truncated {
        let why = format!(
            "larger than {} MiB: only a part was read",
            LIMITS.total / MEBIBYTE
        );
        reading.problems.push((String::new(), why));
    }
    for file in tree.files() {
        let below = file.path.strip_prefix(root).unwrap_or(file.path).to_owned();
        let is_json = has_json_extension(if below.is_empty() { root } else { &below });
        if !(named || below.is_empty() || is_json || has_extension(file.path)) {
            continue;
        }
        let (leaves, problem) = examine_file(&file, is_json);
        if let Some(why) = problem {
            reading.problems.push((below.clone(), why));
        }
        if !leaves.is_empty() {
            reading.files.push((below, leaves));
        }
    }
    reading
}

fn has_json_extension(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"))
}

fn examine_file(file: &File<'_>, is_json: bool) -> (Vec<ParsedCertificate>, Option<String>) {
    let parsed = match file.content {
        // Other programs' JSON lies about in these folders.
        None | Some([]) if is_json && !file.path.contains("acme") => Vec::new(),
        None => {
            let why = format!("larger than {} MiB", LIMITS.file / MEBIBYTE);
            return (Vec::new(), Some(why));
        }
        // A renewal that failed, or a Swarm secret, which the archive API shows with size 0.
        Some([]) => return (Vec::new(), Some("the file is empty".to_owned())),
        Some(content) if is_json => parse_acme_json(content).unwrap_or_default(),
        Some(content) => vec![parse(content)],
    };
    let mut leaves = Vec::new();
    let mut problems = Vec::new();
    for one in parsed {
        let (mut of_one, problem) = leaves_of(one);
        leaves.append(&mut of_one);
        problems.extend(problem);
    }
    (leaves, (!problems.is_empty()).then(|| problems.join("; ")))
}

/// The problems of a file that holds only CAs are nobody's concern.
fn leaves_of(mut parsed: Parsed) -> (Vec<ParsedCertificate>, Option<String>) {
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
