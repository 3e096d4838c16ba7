//! What lies over the view until it is answered or closed.

use std::sync::Arc;

use tui_input::Input;

use crate::domain::{ActionName, Failure, HostId, Plan, ProjectId, Request, ServiceId, Setting};

use super::browser::CopyFileView;
use super::columns::ColumnsView;
use super::edit::{EditView, FilesView};
use super::log_ask::{LogAsk, LogLineView, LogServices};
use super::palette::Palette;
use super::pem::{CopyView, ExportView};
use super::themes::ThemesView;

/// What lies over the view.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The keys that work here.
    Help {
        /// The first row shown.
        offset: usize,
    },
    /// Everything that can be done or gone to, by name.
    Palette(Palette),
    /// The columns of the list, to hide some of them.
    Columns(ColumnsView),
    /// The themes, each shown as the cursor is on it.
    Themes(ThemesView),
    /// Everything that needs somebody.
    Findings {
        /// The selected finding.
        cursor: usize,
    },
    /// For how long a finding is not to be told.
    Snooze(SnoozeView),
    /// A question before something that cannot be undone.
    Confirm(Confirm),
    /// A question before something that lies on a host is thrown away.
    Discard(Discard),
    /// To which file a volume is backed up, or from which one a new one is made.
    Carry(CarryView),
    /// Where a file is copied to, or from.
    CopyFile(CopyFileView),
    /// What an image is to be called, which file it is written to, or which one is fetched.
    Image(ImageView),
    /// What actions would do, before it is done.
    Plan(PlanView),
    /// Which profiles a project is to be brought up with.
    Profiles(ProfilesView),
    /// Which file of a project is to be edited.
    Files(FilesView),
    /// What an edit changes, before anything is brought up.
    Edit(EditView),
    /// What is copied of a certificate.
    Copy(CopyView),
    /// The file that a chain is written to.
    Export(ExportView),
    /// A question about a log.
    LogAsk(LogAsk),
    /// The services of a log.
    LogServices(LogServices),
    /// One line of a log in full.
    LogLine(LogLineView),
    /// A failure in full.
    Message {
        /// What went wrong.
        failure: Failure,
        /// Lines that belong to it, such as a container's last log lines.
        lines: Vec<String>,
    },
}

/// For how long a finding is not to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnoozeView {
    /// The finding.
    pub id: String,
    /// What it says.
    pub what: String,
    /// The selected row of [`Nap::ALL`](crate::domain::finding::Nap::ALL).
    pub cursor: usize,
}

/// What would be done, one plan below the other.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanView {
    /// Each action with its plan; never empty, and all of the same action.
    pub entries: Vec<PlanEntry>,
    /// The release that a roll back leads to, when one was chosen.
    pub to: Option<u64>,
    /// What wants it seen before it is done; none where somebody wanted to look.
    pub because: Option<Setting>,
    /// The first row shown.
    pub offset: usize,
}

/// What an action would do.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanEntry {
    /// What was asked for.
    pub request: Request,
    /// Its steps; none while they are being asked for.
    pub plan: Option<Result<Plan, Failure>>,
}

/// Which profiles a project is to be brought up with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfilesView {
    /// The project.
    pub project: ProjectId,
    /// Its profiles, and whether each is chosen; none while they are being asked for.
    pub profiles: Option<Vec<(String, bool)>>,
    /// The selected row.
    pub cursor: usize,
}

/// A question before an image or a volume is thrown away.
#[derive(Debug, Clone)]
pub struct Discard {
    /// What is done at a yes. Boxed: the other overlays are smaller.
    pub request: Box<Request>,
    /// The question.
    pub question: String,
    /// What will happen and what will not, a line each.
    pub lines: Vec<String>,
    /// The name that has to be typed; none where a `y` will do.
    pub name: Option<NameField>,
    /// The first line shown, where there is not room for all.
    pub offset: usize,
}

/// A file and a volume, before one is made of the other.
#[derive(Debug, Clone)]
pub struct CarryView {
    /// Back up, or restore.
    pub action: ActionName,
    /// The volume's host.
    pub host: HostId,
    /// The file, on the machine where topside runs.
    pub file: Input,
    /// The volume: one that is there, or the new one's name.
    pub volume: Input,
    /// Whether what is typed is the new volume's name.
    pub on_volume: bool,
}

/// What is asked before something is done with an image.
#[derive(Debug, Clone)]
pub struct ImageView {
    /// Tag, save or pull.
    pub action: ActionName,
    /// The image's host.
    pub host: HostId,
    /// The image as it is asked for, by a reference or its id; empty where one is to be pulled.
    pub image: Arc<str>,
    /// The new reference, the file, or the reference to pull.
    pub input: Input,
}

impl CarryView {
    /// What is typed into.
    pub const fn field(&mut self) -> &mut Input {
        if self.on_volume {
            &mut self.volume
        } else {
            &mut self.file
        }
    }
}

/// A name that has to be typed, so that nothing is thrown away by a slip.
#[derive(Debug, Clone)]
pub struct NameField {
    /// The name; the beginning of one that nobody gave.
    pub wanted: String,
    /// What is typed.
    pub input: Input,
    /// Whether what was typed was another one.
    pub wrong: bool,
}

impl PlanEntry {
    /// One whose plan is not known yet.
    pub const fn new(request: Request) -> Self {
        Self {
            request,
            plan: None,
        }
    }
}

/// What the view of plans can be switched between.
const DEPLOYS: [ActionName; 3] = [
    ActionName::Redeploy,
    ActionName::Rebuild,
    ActionName::RollBack,
];

impl PlanView {
    /// The action that it can be switched to; none where it shows no deploys.
    pub fn other(&self, forward: bool) -> Option<ActionName> {
        let action = self.entries.first()?.request.action;
        let at = DEPLOYS.iter().position(|deploy| *deploy == action)?;
        let by = if forward { 1 } else { DEPLOYS.len() - 1 };
        DEPLOYS.get((at + by) % DEPLOYS.len()).copied()
    }

    /// Whether everything shown is known and can be done.
    pub fn is_known(&self) -> bool {
        let mut entries = self.entries.iter();
        entries.all(|entry| matches!(entry.plan, Some(Ok(_))))
    }
}

/// A question before something that cannot be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// The question.
    pub question: String,
    /// What will happen and what will not, a line each.
    pub lines: Vec<String>,
    /// What is done at `y`.
    pub action: ActionName,
    /// On which services.
    pub services: Vec<ServiceId>,
    /// The first line shown, where there is not room for all.
    pub offset: usize,
}
