//! Which columns of a list are shown: those that nobody hid, as far as there is room.

use std::collections::BTreeSet;

use super::model::Model;
use super::view::{ImagePart, NetworkPart, View};

/// The columns of the list on screen, to choose among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnsView {
    /// Which list it is.
    pub list: &'static str,
    /// The headings of those that can be hidden.
    pub titles: Vec<&'static str>,
    /// The selected row.
    pub cursor: usize,
}

impl Model {
    /// The name of the list on screen, by which its columns are remembered; none where there is no list.
    pub fn list_name(&self) -> Option<&'static str> {
        if self.browser.is_some() {
            return Some("files");
        }
        Some(match self.view {
            View::Services => "services",
            View::Certificates => "certificates",
            View::Volumes => "volumes",
            View::Images => match self.image_part {
                ImagePart::Images => "images",
                ImagePart::Cache => "cache",
            },
            View::Logs => return None,
            View::Jobs => "jobs",
            View::Hosts => "hosts",
            View::Networks => match self.network_part {
                NetworkPart::Networks => "networks",
                NetworkPart::Ports => "ports",
            },
            View::Events => "events",
        })
    }

    /// The headings of the columns of the list on screen that somebody hid.
    pub fn hidden_columns(&self) -> Option<&BTreeSet<String>> {
        self.remembered.hidden.get(self.list_name()?)
    }
}
