//! What a program's writing leaves on one line of a screen.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Run, Style};

const TAB: usize = 8;
const SPACES: &str = "        ";

/// The line as it is written, with the style that is set.
pub(super) struct Pen {
    /// The style of what is written next.
    pub style: Style,
    text: String,
    runs: Vec<Run>,
    /// A carriage return was seen; the next write begins the line anew. One at the end changes nothing.
    returned: bool,
    /// How many characters the next write takes back.
    backspaces: usize,
    /// The column at the byte `column_at`, so that a line full of tabs is not measured over and over.
    column: usize,
    column_at: usize,
    /// Tabs are written, not the spaces that a screen makes of them.
    keeps_tabs: bool,
}

impl Pen {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            style: Style::default(),
            text: String::with_capacity(capacity),
            runs: Vec::new(),
            returned: false,
            backspaces: 0,
            column: 0,
            column_at: 0,
            keeps_tabs: false,
        }
    }

    pub(super) const fn keep_tabs(&mut self) {
        self.keeps_tabs = true;
    }

    pub(super) fn write(&mut self, text: &str) {
        self.catch_up();
        self.text.push_str(text);
    }

    pub(super) fn tab(&mut self) {
        self.catch_up();
        if self.keeps_tabs {
            self.text.push('\t');
            return;
        }
        self.column += self.text[self.column_at..].width();
        let spaces = &SPACES[self.column % TAB..];
        self.text.push_str(spaces);
        self.column += spaces.len();
        self.column_at = self.text.len();
    }

    pub(super) fn carriage_return(&mut self) {
        self.returned = true;
        self.backspaces = 0;
    }

    pub(super) fn backspace(&mut self) {
        if !self.returned {
            self.backspaces += 1;
        }
    }

    pub(super) fn finish(self) -> (String, Vec<Run>) {
        (self.text, self.runs)
    }

    /// Takes back what is overwritten, and notes the style of what comes.
    fn catch_up(&mut self) {
        if std::mem::take(&mut self.returned) {
            self.text.clear();
            (self.column, self.column_at) = (0, 0);
        }
        for _ in 0..std::mem::take(&mut self.backspaces) {
            if !self.take_back() {
                break;
            }
        }
        let end = self.text.len();
        while self
            .runs
            .last()
            .is_some_and(|run| run.start as usize >= end)
        {
            self.runs.pop();
        }
        let current = self.runs.last().map_or(Style::default(), |run| run.style);
        if current != self.style {
            self.runs.push(Run {
                start: u32::try_from(end).unwrap_or(u32::MAX),
                style: self.style,
            });
        }
    }

    /// Removes the last character with the marks upon it; false when there is none.
    fn take_back(&mut self) -> bool {
        while let Some(c) = self.text.pop() {
            // A tab that is kept is one character, too.
            let width = c.width().unwrap_or(usize::from(c == '\t'));
            if self.text.len() < self.column_at {
                self.column_at = self.text.len();
                self.column = self.column.saturating_sub(width);
            }
            if width > 0 {
                return true;
            }
        }
        false
    }
}
