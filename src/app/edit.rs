//! An edit of a project's Compose files: what it changes of what they say.

use std::collections::BTreeMap;

use similar::{ChangeTag, TextDiff};

use super::secrets;
use crate::domain::{Failure, ProjectId};

/// How many unchanged lines stand around a change.
const AROUND: usize = 3;

/// What the Compose files of a project say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilesRead {
    /// The files merged into one, with what their variables mean, as YAML.
    pub merged: String,
    /// The hash of each service's configuration: Compose makes those containers anew whose hash is another one.
    pub hashes: BTreeMap<String, String>,
}

/// What an editor left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// There was no edit: no editor, or no files here.
    Failed(Failure),
    /// The files are as they were.
    Untouched,
    /// Compose does not take them: its own words.
    Refused(Failure),
    /// Compose takes them.
    Taken {
        /// What they said before; none when Compose did not take them then.
        before: Option<FilesRead>,
        /// What they say now.
        after: FilesRead,
    },
}

/// The files of which one is to be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesView {
    /// The project.
    pub project: ProjectId,
    /// Its Compose and env files; none while they are being looked for.
    pub files: Option<Vec<String>>,
    /// The selected one.
    pub cursor: usize,
}

/// What is shown after an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditView {
    /// The project.
    pub project: ProjectId,
    /// What came of it: why Compose does not take the files, or what they say now.
    pub result: Result<Changes, Failure>,
    /// The first row shown.
    pub offset: usize,
}

/// What an edit changes of what the files say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Services whose containers Compose would make anew.
    pub changed: Vec<String>,
    /// Services that were not there before.
    pub new: Vec<String>,
    /// Services that are there no more: their containers stay.
    pub gone: Vec<String>,
    /// The merged files then and now, line by line; values that look secret are left out.
    pub lines: Vec<DiffLine>,
    /// Whether values changed that are left out.
    pub secrets: bool,
    /// Whether it is not known what the files said before: Compose did not take them.
    pub mended: bool,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffLine {
    /// It stays as it is.
    Same(String),
    /// It is gone.
    Removed(String),
    /// It is new.
    Added(String),
    /// Lines that stay as they are, left out.
    Gap,
}

impl Changes {
    /// What is different.
    pub fn between(before: Option<&FilesRead>, after: &FilesRead) -> Self {
        let Some(before) = before else {
            return Self {
                mended: true,
                ..Self::default()
            };
        };
        let mut changes = Self::default();
        for (name, hash) in &after.hashes {
            match before.hashes.get(name) {
                None => changes.new.push(name.clone()),
                Some(then) if then != hash => changes.changed.push(name.clone()),
                Some(_) => {}
            }
        }
        let gone = before.hashes.keys();
        let gone = gone.filter(|name| !after.hashes.contains_key(*name));
        changes.gone = gone.cloned().collect();
        let (then, now) = (shown(&before.merged), shown(&after.merged));
        changes.lines = diff(&then, &now);
        let count = |lines: &[DiffLine]| lines.iter().filter(|line| line.is_change()).count();
        changes.secrets = count(&diff(&before.merged, &after.merged)) > count(&changes.lines);
        changes
    }

    /// Whether the files say what they said, whatever their wording is.
    pub const fn is_none(&self) -> bool {
        !self.mended
            && !self.secrets
            && self.lines.is_empty()
            && self.changed.is_empty()
            && self.new.is_empty()
            && self.gone.is_empty()
    }
}

impl DiffLine {
    const fn is_change(&self) -> bool {
        matches!(self, Self::Removed(_) | Self::Added(_))
    }
}

/// The text without what looks secret.
fn shown(merged: &str) -> String {
    let lines: Vec<String> = merged.lines().map(str::to_owned).collect();
    secrets::hide_in_yaml(&lines).join("\n")
}

fn diff(then: &str, now: &str) -> Vec<DiffLine> {
    let diff = TextDiff::from_lines(then, now);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(AROUND) {
        if !lines.is_empty() {
            lines.push(DiffLine::Gap);
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value().trim_end_matches(['\n', '\r']).to_owned();
            lines.push(match change.tag() {
                ChangeTag::Equal => DiffLine::Same(line),
                ChangeTag::Delete => DiffLine::Removed(line),
                ChangeTag::Insert => DiffLine::Added(line),
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::DiffLine::{Added, Removed, Same};
    use super::*;

    fn read(merged: &str, hashes: &[(&str, &str)]) -> FilesRead {
        let pair = |&(name, hash): &(&str, &str)| (name.to_owned(), hash.to_owned());
        FilesRead {
            merged: merged.to_owned(),
            hashes: hashes.iter().map(pair).collect(),
        }
    }

    #[test]
    fn services_are_told_by_their_hashes() {
        let before = read("a", &[("db", "1"), ("old", "1"), ("web", "1")]);
        let after = read("a", &[("db", "1"), ("new", "1"), ("web", "2")]);
        let changes = Changes::between(Some(&before), &after);
        assert_eq!(changes.changed, ["web"]);
        assert_eq!(changes.new, ["new"]);
        assert_eq!(changes.gone, ["old"]);
        assert!(!changes.is_none());
        assert!(Changes::between(Some(&before), &before).is_none());
    }

    #[test]
    fn a_change_stands_among_its_neighbours() {
        let text = |port: &str| {
            let services = (0..20).map(|n| format!("  s{n}:\n    image: i{n}\n"));
            let text: String = services.collect();
            text.replace("    image: i10\n", &format!("    image: i10:{port}\n"))
        };
        let changes = Changes::between(Some(&read(&text("1"), &[])), &read(&text("2"), &[]));
        let owned = str::to_owned;
        assert_eq!(
            changes.lines,
            [
                Same(owned("  s9:")),
                Same(owned("    image: i9")),
                Same(owned("  s10:")),
                Removed(owned("    image: i10:1")),
                Added(owned("    image: i10:2")),
                Same(owned("  s11:")),
                Same(owned("    image: i11")),
                Same(owned("  s12:")),
            ]
        );
        assert!(!changes.secrets);
    }

    #[test]
    fn a_secret_that_changed_is_told_and_not_shown() {
        let before = read("      DB_PASSWORD: hunter2\n", &[("db", "1")]);
        let after = read("      DB_PASSWORD: hunter3\n", &[("db", "2")]);
        let changes = Changes::between(Some(&before), &after);
        assert!(changes.secrets);
        assert_eq!(changes.lines, []);
        assert!(!changes.is_none());
    }

    #[test]
    fn files_that_were_broken_are_mended() {
        let changes = Changes::between(None, &read("a", &[("db", "1")]));
        assert!(changes.mended && !changes.is_none());
    }
}
