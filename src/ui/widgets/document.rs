//! Text to be read: fields with wrapped values, headings, lines; scrolled as a whole.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use unicode_segmentation::UnicodeSegmentation;

use crate::app::Pane;
use crate::domain::text::visible;
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::text;
use crate::ui::widgets::scroll_bar::scroll_bar;

/// The width of a field's name with the air after it.
const LABEL: usize = 14;

/// No value is wrapped beyond so many bytes, so that a hostile label does not make frames slow.
const MOST_BYTES: usize = 8 * 1024;

/// Lines made for a width.
pub struct Document<'a> {
    theme: &'a Theme,
    width: usize,
    label: usize,
    lines: Vec<Line<'a>>,
}

impl<'a> Document<'a> {
    /// An empty document for an area.
    pub fn new(theme: &'a Theme, area: Rect) -> Self {
        Self::of_width(theme, area.width)
    }

    /// An empty document of so many columns.
    pub fn of_width(theme: &'a Theme, columns: u16) -> Self {
        Self {
            theme,
            width: usize::from(columns).max(1),
            label: LABEL,
            lines: Vec::new(),
        }
    }

    /// A heading, with air before it.
    pub fn heading(&mut self, title: impl Into<std::borrow::Cow<'a, str>>) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        let style = self.theme.heading;
        self.lines.push(Line::from(Span::styled(title, style)));
    }

    /// A name and its value, wrapped beside it. Nothing when the value is empty.
    pub fn field(&mut self, name: &str, value: &str) {
        self.styled_field(name, value, self.theme.text);
    }

    /// The same in a style.
    pub fn styled_field(&mut self, name: &str, value: &str, style: Style) {
        if !value.is_empty() {
            self.named(name, self.theme.muted, value, style);
        }
    }

    /// The same with a styled name that may be untrusted; also when the value is empty.
    pub fn named(&mut self, name: &str, name_style: Style, value: &str, style: Style) {
        let label = self.label();
        let mut parts = wrapped(value, self.width.saturating_sub(label));
        if parts.is_empty() {
            parts.push(String::new());
        }
        for (n, part) in parts.into_iter().enumerate() {
            let name = if n == 0 { name } else { "" };
            let mut shown = text::cut_end(name, label.saturating_sub(1)).into_owned();
            shown.push_str(&" ".repeat(label.saturating_sub(text::width(&shown))));
            self.lines.push(Line::from(vec![
                Span::styled(shown, name_style),
                Span::styled(part, style),
            ]));
        }
    }

    /// Sets how wide the names of fields are; half of the width at most.
    pub fn set_label(&mut self, columns: usize) {
        self.label = columns;
    }

    /// A name and a line that is cut rather than wrapped.
    pub fn line_field(&mut self, name: &'static str, value: Line<'a>) {
        let label = self.label();
        let mut line = Line::from(Span::styled(format!("{name:<label$}"), self.theme.muted));
        line.spans
            .extend(text::cut_line(value, self.width.saturating_sub(label)).spans);
        self.lines.push(line);
    }

    /// A name and several values, one below the other.
    pub fn fields(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        for (n, value) in values.into_iter().enumerate() {
            self.field(if n == 0 { name } else { "" }, &value);
        }
    }

    /// A text, wrapped, behind an indentation.
    pub fn paragraph(&mut self, indent: usize, content: &str, style: Style) {
        for part in wrapped(content, self.width.saturating_sub(indent)) {
            self.lines.push(Line::from(vec![
                Span::raw(" ".repeat(indent)),
                Span::styled(part, style),
            ]));
        }
    }

    /// A text behind a mark, wrapped beside it, and what is said at its end.
    pub fn item(&mut self, mark: Span<'a>, (content, style): (&str, Style), end: Span<'a>) {
        let wide = text::width(&mark.content);
        let room = self.width.saturating_sub(wide + 1);
        let mut before = mark;
        for part in wrapped(content, room) {
            let content = Span::styled(part, style);
            let mark = std::mem::replace(&mut before, Span::raw(" ".repeat(wide)));
            self.lines
                .push(Line::from(vec![mark, Span::raw(" "), content]));
        }
        match self.lines.last_mut() {
            Some(last) if text::line_width(last) + text::width(&end.content) <= self.width => {
                last.spans.push(end);
            }
            _ => self.lines.push(Line::from(end)),
        }
    }

    /// A line, cut where it ends.
    pub fn line(&mut self, line: impl Into<Line<'a>>) {
        self.lines.push(text::cut_line(line.into(), self.width));
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// The lines as they are.
    pub fn into_lines(self) -> Vec<Line<'a>> {
        self.lines
    }

    /// Draws what is on screen from a row on; reports how far it can be scrolled.
    pub fn draw(self, screen: &mut Screen<'_>, area: Rect, scroll: usize) {
        let from = scroll_to(screen, area, self.lines.len(), scroll);
        screen.lines(area, self.lines.get(from..).unwrap_or(&[]));
    }

    fn label(&self) -> usize {
        self.label.min(self.width / 2)
    }
}

/// Clamps a scroll to the rows there are, reports it, and marks that there is more below.
pub fn scroll_to(screen: &mut Screen<'_>, area: Rect, len: usize, scroll: usize) -> usize {
    let height = usize::from(area.height);
    let most = len.saturating_sub(height);
    screen.regions.detail_rows = height;
    screen.regions.detail_most = most;
    let from = scroll.min(most);
    scroll_bar(screen, area, Pane::Detail, from, len);
    from
}

/// The lines of a value, broken at its line breaks and where it is too long; at most what a person would read.
pub fn wrapped(value: &str, width: usize) -> Vec<String> {
    let mut end = value.len().min(MOST_BYTES);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    let mut parts = Vec::new();
    for line in value[..end].lines() {
        let safe = visible(line);
        parts.extend(words(&safe, width).into_iter().map(str::to_owned));
    }
    if end < value.len() {
        parts.push("…".to_owned());
    }
    parts
}

/// Breaks at blanks, in paths and lists where a word would be torn, anywhere where a word is too long.
fn words(line: &str, width: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = line;
    loop {
        // No more is looked at than stands in a line: values may be long, and have many.
        let fits = text::prefix(rest, width.max(1)).len();
        if fits == rest.len() {
            break;
        }
        let end = match (fits, rest.graphemes(true).next()) {
            (0, Some(wide)) => wide.len(),
            _ => fits,
        };
        let torn = !rest[end..].starts_with(' ');
        let cut = match rest[..end].rfind([' ', '/', ',']) {
            Some(at) if torn && at > end / 3 => at + 1,
            _ => end,
        };
        if cut == 0 || cut >= rest.len() {
            break;
        }
        parts.push(rest[..cut].trim_end());
        rest = rest[cut..].trim_start();
    }
    parts.push(rest);
    parts
}
