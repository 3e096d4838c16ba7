//! The one table of actions: help, footer, palette, README's key table and the keys of the config are made from it.

use crate::domain::ActionName;

use super::view::View;

mod table;

pub use table::ACTIONS;

/// Where an action can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// In every view.
    Everywhere,
    /// In the services view.
    Services,
    /// In the certificates view.
    Certificates,
    /// In the volumes view.
    Volumes,
    /// In the images view.
    Images,
    /// In its second list.
    Cache,
    /// Where log lines are shown: the logs view, and the logs tab when the detail pane has the focus.
    Logs,
    /// In the jobs view.
    Jobs,
    /// In the hosts view.
    Hosts,
    /// In the list of findings.
    Findings,
    /// In the networks view.
    Networks,
    /// In the events view.
    Events,
    /// Among the files of a container or volume.
    Files,
    /// In the detail pane.
    Detail,
}

impl Context {
    /// The heading in help and README.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Services => "Services",
            Self::Certificates => "Certificates",
            Self::Volumes => "Volumes",
            Self::Images => "Images",
            Self::Cache => "Build cache",
            Self::Logs => "Logs",
            Self::Jobs => "Jobs",
            Self::Hosts => "Hosts",
            Self::Findings => "Findings",
            Self::Networks => "Networks",
            Self::Events => "Events",
            Self::Files => "Files",
            Self::Detail => "Detail pane",
        }
    }
}

/// What a key, a click or the palette asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is described in the table below")]
pub enum Action {
    Show(View),
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Left,
    Right,
    Enter,
    Back,
    NextPane,
    NextTab,
    PreviousTab,
    Filter,
    Palette,
    Help,
    Findings,
    Snooze,
    Wake,
    OnlyProblems,
    Sort,
    Mark,
    FoldAll,
    Logs,
    Shell,
    Inspect,
    Copy,
    Refresh,
    Reveal,
    Do(ActionName),
    StopStart,
    CancelJob,
    StopMeasuring,
    ShowPlan,
    EditFiles,
    ForceRenew,
    Export,
    PruneImages,
    PruneAllImages,
    PruneNetworks,
    PruneBuildCache,
    LookIntoImage,
    Log(LogAction),
    Browse,
    ViewFile,
    FolderUp,
    RemoveNetwork,
    EventTime,
    NextMatch,
    PreviousMatch,
    Themes,
    Columns,
    /// A command of the user's own: its place among those of the config.
    Command(u16),
    ToggleMouse,
    Suspend,
    Quit,
}

/// What can be done in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the table says what each does")]
pub enum LogAction {
    Follow,
    Wrap,
    Clock,
    Fields,
    Regex,
    Time,
    Level,
    Stream,
    Services,
    Widen,
    MoreContext,
    LessContext,
    Mark,
    Save,
    Pager,
    Editor,
    Pipe,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// The action.
    pub action: Action,
    /// Its stable name in config and palette.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// The word in the footer; empty when it has no place there.
    pub short: &'static str,
    /// Its default keys.
    pub keys: &'static [&'static str],
    /// Where it works.
    pub contexts: &'static [Context],
    /// Whether it changes the world.
    pub changes: bool,
}

impl Action {
    /// Its row in the table.
    pub fn spec(self) -> Option<&'static Spec> {
        ACTIONS.iter().find(|spec| spec.action == self)
    }

    /// The action of a name of the table.
    pub fn by_name(name: &str) -> Option<&'static Spec> {
        ACTIONS.iter().find(|spec| spec.name == name)
    }
}
