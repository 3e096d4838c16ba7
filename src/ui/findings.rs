//! The lines below the header: what needs somebody. Without the keys that help: up here they would act on the row
//! under the cursor, which is another thing.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Target};
use crate::domain::Finding;
use crate::domain::Snooze;
use crate::domain::units::age;

use super::area::row;
use super::screen::Screen;
use super::widgets::document::wrapped;
use super::{format, symbols, text};

/// Draws as many as there is room for; the last says how many more there are.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let findings = &screen.model.findings;
    let shown = usize::from(area.height);
    for (n, finding) in findings.iter().take(shown).enumerate() {
        let mut place = row(area, n);
        let hidden = findings.len().saturating_sub(shown);
        if n + 1 == shown.min(findings.len()) {
            place = screen.line_right(place, &more(screen, hidden, area.width));
        }
        let room = usize::from(place.width).saturating_sub(1);
        screen.line(place, &text::cut_line(sentence(screen, finding), room));
    }
    screen.target(area, Target::Findings);
}

/// The whole sentence, over several lines where it is long, what bears it out, since when, and the key that helps at the
/// end.
pub fn in_full(
    screen: &Screen<'_>,
    finding: &Finding,
    later: Option<&Snooze>,
    room: usize,
) -> Vec<Line<'static>> {
    // Beside the symbol, with the air at both sides.
    const BEFORE: usize = 3;
    let theme = screen.theme;
    let said = if later.is_some() {
        theme.muted
    } else {
        theme.text
    };
    let mut lines: Vec<Line<'static>> = wrapped(&finding.what, room.saturating_sub(BEFORE + 1))
        .into_iter()
        .enumerate()
        .map(|(n, part)| {
            let symbol = if n == 0 {
                symbols::severity(theme, finding.severity)
            } else {
                Span::raw(" ")
            };
            Line::from(vec![
                Span::raw(" "),
                symbol,
                Span::raw(" "),
                Span::styled(part, said),
            ])
        })
        .collect();
    let beside = beside(screen, finding, later);
    for part in wrapped(&beside, room.saturating_sub(BEFORE + 1)) {
        let air = Span::raw(" ".repeat(BEFORE));
        lines.push(Line::from(vec![air, Span::styled(part, theme.muted)]));
    }
    if let Some([key, word]) = help(screen, finding) {
        let wide = text::width(&key.content) + text::width(&word.content);
        match lines.last_mut() {
            Some(last) if text::line_width(last) + wide + 4 <= room => {
                last.spans.extend([Span::raw("   "), key, word]);
            }
            _ => lines.push(Line::from(vec![Span::raw(" ".repeat(BEFORE)), key, word])),
        }
    }
    lines
}

/// What bears it out, since when it is so, and until when it is not told.
fn beside(screen: &Screen<'_>, finding: &Finding, later: Option<&Snooze>) -> String {
    let model = screen.model;
    let since = finding.since.filter(|since| *since <= model.now);
    let since = since.map(|since| format!("for {}", age(since, model.now)));
    let later = later.map(|later| match later.until {
        Some(until) => format!("told again at {}", format::moment(until, &model.zone)),
        None => "told again when it is worse".to_owned(),
    });
    let parts: Vec<String> = later
        .into_iter()
        .chain(since)
        .chain(finding.why.clone())
        .collect();
    parts.join(" · ")
}

/// Symbol and sentence.
fn sentence(screen: &Screen<'_>, finding: &Finding) -> Line<'static> {
    Line::from(vec![
        Span::raw(" "),
        symbols::severity(screen.theme, finding.severity),
        Span::raw(" "),
        Span::styled(finding.what.clone(), screen.theme.text),
    ])
}

/// The key that helps and its word.
fn help(screen: &Screen<'_>, finding: &Finding) -> Option<[Span<'static>; 2]> {
    let remedy = finding.action?;
    let key = screen.key(remedy.action()?)?;
    let word = remedy.word().replace('_', " ");
    let word = Span::styled(format!(" {word}"), screen.theme.muted);
    Some([key, word])
}

/// How many there are besides, and the key that leads to all of them and to what helps.
fn more(screen: &Screen<'_>, hidden: usize, columns: u16) -> Line<'static> {
    let said = match (hidden, columns) {
        (0, _) => " ".to_owned(),
        (_, ..60) => format!(" +{hidden} "),
        _ => format!(" and {hidden} more "),
    };
    let said = Span::styled(said, screen.theme.muted);
    let mut line = Line::from(said);
    line.spans.extend(screen.key(Action::Findings));
    if columns >= 100 {
        let word = Span::styled(" what helps", screen.theme.muted);
        line.spans.push(word);
    }
    line.spans.push(Span::raw(" "));
    line
}
