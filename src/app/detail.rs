//! The detail pane of a service: its tabs and where one looks at each.

use std::sync::Arc;

use tui_input::Input;

use crate::domain::ContainerId;
use crate::logs::Query;

use super::asked::Asked;
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
    /// The engine's JSON.
    pub inspect: InspectText,
}

/// The engine's JSON of a container, line by line.
#[derive(Debug, Default)]
pub struct InspectText {
    /// Whose it is.
    pub container: Option<ContainerId>,
    /// Its lines.
    pub lines: Asked<Arc<[String]>>,
    /// What is being typed to be found; none when nothing is.
    pub input: Option<Input>,
    /// What is searched for.
    pub query: Option<Query>,
    /// The row of the current match.
    pub hit: Option<usize>,
}
