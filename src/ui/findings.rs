//! The lines below the header: what needs somebody, with the key that helps.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Target};
use crate::domain::{ActionName, Finding};

use super::area::row;
use super::screen::Screen;
use super::{symbols, text};

/// Draws as many as there is room for; the last says how many more there are.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let findings = &screen.model.findings;
    let shown = usize::from(area.height);
    for (n, finding) in findings.iter().take(shown).enumerate() {
        let place = row(area, n);
        let hidden = findings.len().saturating_sub(shown);
        let more = (n + 1 == shown && hidden > 0).then_some(hidden);
        let right = at_right(screen, finding, more);
        let left = screen.line_right(place, &right);
        let room = usize::from(left.width).saturating_sub(2);
        let line = text::cut_line(sentence(screen, finding), room);
        screen.line(left, &line);
    }
    screen.target(area, Target::Findings);
}

/// Symbol and sentence.
pub fn sentence(screen: &Screen<'_>, finding: &Finding) -> Line<'static> {
    Line::from(vec![
        Span::raw(" "),
        symbols::severity(screen.theme, finding.severity),
        Span::raw(" "),
        Span::styled(finding.what.clone(), screen.theme.text),
    ])
}

/// The key that helps and its word.
pub fn help(screen: &Screen<'_>, finding: &Finding) -> Option<[Span<'static>; 2]> {
    let name = finding.action?;
    let key = screen.key(key_of(name))?;
    let word = Span::styled(format!(" {}", name.word()), screen.theme.muted);
    Some([key, word])
}

/// Starting and stopping share a key.
fn key_of(name: ActionName) -> Action {
    match name {
        ActionName::Start | ActionName::Stop => Action::StopStart,
        ActionName::Redeploy | ActionName::Restart | ActionName::Remove => Action::Do(name),
    }
}

fn at_right(screen: &Screen<'_>, finding: &Finding, more: Option<usize>) -> Line<'static> {
    let mut line = Line::default();
    if let Some(spans) = help(screen, finding) {
        line.spans.extend(spans);
    }
    if let Some(hidden) = more {
        let gap = if line.spans.is_empty() { "" } else { "   " };
        let said = format!("{gap}and {hidden} more ");
        line.spans.push(Span::styled(said, screen.theme.muted));
        line.spans.extend(screen.key(Action::Findings));
    }
    line.spans.push(Span::raw(" "));
    line
}
