//! The detail pane of a service: its tabs and where one looks at each.

use std::sync::Arc;

use jiff::Timestamp;
use tui_input::Input;

use crate::domain::release::running;
use crate::domain::text::visible;
use crate::domain::{ContainerId, EnvVar, Failure, ImageId, ListedRelease, ProjectId, ServiceId};
use crate::logs::Query;

use super::asked::Asked;
use super::list::ListCursor;
use super::secrets;
use super::view::DetailTab;

/// The detail pane.
#[derive(Debug, Default)]
pub struct Detail {
    /// Which tab is open.
    pub tab: DetailTab,
    /// The first row shown.
    pub scroll: usize,
    /// The first column shown of the inspect tab.
    pub column: usize,
    /// Whether secret-looking values are shown. Goes back to hidden with the selection.
    pub revealed: bool,
    /// When the container was last asked for the runs of its health check.
    pub checked_at: Option<Timestamp>,
    /// The engine's JSON.
    pub inspect: InspectText,
    /// What the service ran.
    pub releases: ReleaseList,
}

impl Detail {
    /// Another service is shown: from its top, and with its secrets hidden.
    pub fn selection_changed(&mut self) {
        self.scroll = 0;
        self.column = 0;
        self.revealed = false;
    }
}

/// The releases of a service, and the one the cursor is on.
#[derive(Debug, Default)]
pub struct ReleaseList {
    /// Whose they are.
    pub service: Option<ServiceId>,
    /// The newest first.
    pub all: Asked<Vec<ListedRelease>>,
    /// The cursor, by their numbers.
    pub cursor: ListCursor<u64>,
}

impl ReleaseList {
    /// Forgets everything; the service is another one.
    pub fn begin(&mut self, service: ServiceId) {
        *self = Self {
            service: Some(service),
            ..Self::default()
        };
    }

    /// What is listed.
    pub fn rows(&self) -> &[ListedRelease] {
        self.all.value.as_deref().unwrap_or_default()
    }

    /// Takes in the answer; the cursor stays on its release.
    pub fn answer(&mut self, answer: Result<Vec<ListedRelease>, Failure>, now: Timestamp) {
        self.all.answer(answer, now);
        let numbers = self.numbers();
        self.cursor.settle(&numbers);
    }

    /// Moves the cursor by so many rows.
    pub fn step(&mut self, rows: isize) {
        let numbers = self.numbers();
        self.cursor.step(&numbers, rows);
    }

    /// Moves the cursor to a row.
    pub fn select(&mut self, row: usize) {
        let numbers = self.numbers();
        self.cursor.select(&numbers, row);
    }

    /// The release the cursor is on.
    pub fn selected(&self) -> Option<&ListedRelease> {
        self.rows().get(self.cursor.index)
    }

    /// The number of the one that runs, when the service runs this image.
    pub fn running(&self, image: &ImageId) -> Option<u64> {
        running(self.rows(), image)
    }

    fn numbers(&self) -> Vec<u64> {
        let numbers = self.rows().iter().map(|listed| listed.release.number);
        numbers.collect()
    }
}

/// The engine's JSON of a container, or a project's merged Compose files, line by line.
#[derive(Debug, Default)]
pub struct InspectText {
    /// Whose it is.
    pub container: Option<ContainerId>,
    /// Or the project whose merged Compose files these are.
    pub project: Option<ProjectId>,
    /// Its lines.
    pub lines: Asked<Arc<[String]>>,
    /// The same with values hidden that look secret.
    pub hidden: Option<Arc<[String]>>,
    /// What is being typed to be found; none when nothing is.
    pub input: Option<Input>,
    /// What is searched for.
    pub query: Option<Query>,
    /// The row of the current match.
    pub hit: Option<usize>,
}

impl InspectText {
    /// Forgets everything; the container is another one.
    pub fn begin(&mut self, container: ContainerId) {
        self.project = None;
        self.container = Some(container);
        self.lines = Asked::default();
        self.hidden = None;
        self.hit = None;
    }

    /// The same; it is the merged Compose files of a project.
    pub fn begin_project(&mut self, project: ProjectId) {
        *self = Self {
            project: Some(project),
            input: self.input.take(),
            query: self.query.take(),
            ..Self::default()
        };
    }

    /// Whether something was asked for.
    pub const fn is_of_something(&self) -> bool {
        self.container.is_some() || self.project.is_some()
    }

    /// Takes in what Compose says.
    pub fn answer_yaml(&mut self, text: Result<String, Failure>, now: Timestamp) {
        let safe = |line: &str| visible(line).into_owned();
        let lines = text.map(|text| text.lines().map(safe).collect::<Arc<[String]>>());
        if let Ok(lines) = &lines {
            self.hidden = Some(secrets::hide_in_yaml(lines).into());
            self.hit = self.hit.filter(|hit| *hit < lines.len());
        }
        self.lines.answer(lines, now);
    }

    /// Takes in the engine's answer.
    pub fn answer(&mut self, text: Result<String, Failure>, now: Timestamp) {
        let lines = text.map(|text| text.lines().map(str::to_owned).collect::<Arc<[String]>>());
        if let Ok(lines) = &lines {
            let hide = |line: &String| hide_secret(line).unwrap_or_else(|| line.clone());
            self.hidden = Some(lines.iter().map(hide).collect());
            self.hit = self.hit.filter(|hit| *hit < lines.len());
        }
        self.lines.answer(lines, now);
    }

    /// The lines as they are to be seen, searched and copied.
    pub fn shown(&self, revealed: bool) -> Option<&Arc<[String]>> {
        if revealed {
            self.lines.value.as_ref()
        } else {
            self.hidden.as_ref()
        }
    }
}

/// A line of indented JSON that is a setting `"NAME=value"` with a name that looks secret, without the value. So the
/// engine writes the environment, and options of a command too.
fn hide_secret(line: &str) -> Option<String> {
    let (before, text) = line.split_once('"')?;
    let (name, value) = text.split_once('=')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let is_setting = before.trim().is_empty() && !name.is_empty() && name.chars().all(is_name);
    let end = if value.ends_with(',') { "\"," } else { "\"" };
    let var = EnvVar {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    (is_setting && var.looks_secret()).then(|| format!("{before}\"{name}={HIDDEN}{end}"))
}

/// What is seen instead of a value; the same for every one, so that its length is not told.
pub const HIDDEN: &str = "••••••";

#[cfg(test)]
mod tests {
    use super::hide_secret;

    #[test]
    fn values_with_secret_names_are_hidden_in_json() {
        for (line, shown) in [
            (
                r#"      "DB_PASSWORD=hunter2","#,
                Some(r#"      "DB_PASSWORD=••••••","#),
            ),
            (
                r#"      "API_TOKEN=a\"b=c""#,
                Some(r#"      "API_TOKEN=••••••""#),
            ),
            (
                r#"      "--admin-password=x","#,
                Some(r#"      "--admin-password=••••••","#),
            ),
            (
                r#"      "DB=postgres://u:p@db/x","#,
                Some(r#"      "DB=••••••","#),
            ),
            (r#"      "PATH=/usr/bin","#, None),
            (r#"    "Image": "x?token=1","#, None),
            (r#"    "Secrets": null,"#, None),
            ("    },", None),
        ] {
            assert_eq!(hide_secret(line).as_deref(), shown, "{line}");
        }
    }
}
