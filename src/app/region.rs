//! What a frame drew where: for the mouse, for paging, and for knowing what is on screen.

use serde::{Deserialize, Serialize};

use crate::domain::{ContainerId, FileOrder};
use crate::keymap::Key;

use super::action::Action;
use super::view::{CertificateOrder, DetailTab, ImageOrder, Pane, ServiceOrder, View};

/// A rectangle of the screen, in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// Left column.
    pub x: u16,
    /// Top row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// Whether a cell lies within.
    pub const fn contains(self, x: u16, y: u16) -> bool {
        x >= self.x && y >= self.y && x - self.x < self.width && y - self.y < self.height
    }
}

/// What a click means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A view's tab.
    View(View),
    /// A tab of the detail pane.
    Tab(DetailTab),
    /// A row of the view's list, counted from the first row of the whole list.
    Row(usize),
    /// A line of the releases of a service.
    Release(usize),
    /// A row of the overlay's list (palette, findings).
    OverlayRow(usize),
    /// A pane as a whole.
    Pane(Pane),
    /// The overlay as a whole.
    Overlay,
    /// The heading of a column: the list is sorted by it.
    Heading(Order),
    /// The edge between the list and the detail pane.
    Divider(Division),
    /// The scroll bar of a pane.
    Bar(Pane),
    /// A host's name in the first line.
    Host(usize),
    /// A short message; 0 is the newest.
    Toast(usize),
    /// A key that is named on screen.
    Press(Key),
    /// An action of the footer.
    Action(Action),
    /// The line of findings.
    Findings,
}

/// What a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Services.
    Services(ServiceOrder),
    /// Certificates.
    Certificates(CertificateOrder),
    /// Images.
    Images(ImageOrder),
    /// Files.
    Files(FileOrder),
}

/// How the body is divided between the list and the detail pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// They stand side by side.
    Beside,
    /// One stands below the other.
    Below,
}

/// How much of the body the list has beside the detail pane, in percent; none is what suits the view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Share {
    /// Side by side.
    pub beside: Option<u16>,
    /// One below the other.
    pub below: Option<u16>,
}

impl Share {
    /// The least and the most that a pane can have.
    const BOUNDS: (u16, u16) = (20, 80);

    /// Gives the list so much of the body.
    pub fn set(&mut self, division: Division, percent: Option<u16>) {
        let (least, most) = Self::BOUNDS;
        let percent = percent.map(|percent| percent.clamp(least, most));
        match division {
            Division::Beside => self.beside = percent,
            Division::Below => self.below = percent,
        }
    }
}

/// What the mouse holds while its button is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The edge between the panes.
    Divider(Division),
    /// A scroll bar.
    Bar(Pane),
}

/// What the last frame drew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Regions {
    /// What lies where; later ones lie on top.
    pub targets: Vec<(Area, Target)>,
    /// List and detail pane together.
    pub body: Area,
    /// The headings of the list's columns that can be hidden, shown or not.
    pub columns: Vec<&'static str>,
    /// The first row of the list on screen.
    pub list_offset: usize,
    /// How many rows of the list fit.
    pub list_rows: usize,
    /// How many rows of text the detail pane holds.
    pub detail_rows: usize,
    /// How far the detail's text can be scrolled down.
    pub detail_most: usize,
    /// The first row on screen of what lies over the view can be at most this.
    pub overlay_most: usize,
    /// How many rows of log lines fit, and how wide they are without the times and names.
    pub log_rows: usize,
    /// The width of a log line's text.
    pub log_width: usize,
    /// The first line on screen and which of its wrapped rows is the first.
    pub log_top: Option<(u64, usize)>,
    /// Whether the end of the log is on screen.
    pub log_at_end: bool,
    /// The containers on screen, whose counters are wanted.
    pub containers: Vec<ContainerId>,
}

impl Regions {
    /// What lies at a cell, the topmost first.
    pub fn at(&self, x: u16, y: u16) -> Option<Target> {
        self.targets
            .iter()
            .rev()
            .find(|(area, _)| area.contains(x, y))
            .map(|(_, target)| *target)
    }

    /// Where something lies, the topmost.
    pub fn place(&self, wanted: Target) -> Option<Area> {
        let mut targets = self.targets.iter().rev();
        let found = targets.find(|(_, target)| *target == wanted);
        found.map(|(area, _)| *area)
    }
}
