//! What actions would do, before it is done.

use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::app::overlay::{PlanEntry, PlanView};
use crate::domain::{Failure, Plan, Target};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;

/// No wider, for the eye finds the next line no more.
const WIDEST: u16 = 90;

/// Draws it; reports how far it can be scrolled.
pub fn draw(screen: &mut Screen<'_>, area: Rect, view: &PlanView) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(WIDEST);
    let mut doc = Document::of_width(theme, width);
    if let Some(setting) = &view.because {
        let said = format!("shown before it is done, by {setting}");
        doc.paragraph(0, &said, theme.accent);
        if view.entries.len() == 1 {
            doc.blank();
        }
    }
    for entry in &view.entries {
        if view.entries.len() > 1 {
            doc.heading(title(entry));
        }
        match &entry.plan {
            None => doc.paragraph(0, "asking what it would do…", theme.info),
            Some(Ok(plan)) => steps(&mut doc, theme, plan),
            Some(Err(failure)) => cannot(&mut doc, theme, failure),
        }
    }
    let lines = doc.into_lines();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let height = height.min(area.height.saturating_sub(4));
    let inner = super::window(screen, area, &title_of_all(view), width, height);
    let from = super::scrolled(screen, area, inner, lines.len(), view.offset);
    screen.lines(inner, lines.get(from..).unwrap_or(&[]));
}

fn title_of_all(view: &PlanView) -> String {
    match view.entries.as_slice() {
        [] => String::new(),
        [one] => title(one),
        [first, ..] => {
            let action = first.request.action;
            action.title(format!("{} services", view.entries.len()))
        }
    }
}

fn title(entry: &PlanEntry) -> String {
    let title = entry.request.title();
    match entry.request.to {
        Some(release) => format!("{title} to release {release}"),
        None => title,
    }
}

fn steps(doc: &mut Document<'_>, theme: &Theme, plan: &Plan) {
    if plan.steps.is_empty() {
        doc.paragraph(0, "nothing to do", theme.text);
    }
    // What is thrown away can be a long list: how much it is stands above it.
    let (first, notes) = match (&plan.target, plan.notes.split_first()) {
        (Target::Host(_), Some((first, notes))) => (Some(first), notes),
        _ => (None, plan.notes.as_slice()),
    };
    if let Some(first) = first {
        doc.paragraph(0, first, theme.heading);
        doc.blank();
    }
    for (n, step) in plan.steps.iter().enumerate() {
        let number = Span::styled(format!("{}.", n + 1), theme.text);
        doc.item(number, (&step.title, theme.text), Span::raw(""));
    }
    if !notes.is_empty() {
        doc.blank();
    }
    for note in notes {
        doc.paragraph(0, note, theme.muted);
    }
}

fn cannot(doc: &mut Document<'_>, theme: &Theme, failure: &Failure) {
    doc.paragraph(0, &failure.why, theme.critical);
    if let Some(hint) = &failure.hint {
        doc.paragraph(0, &format!("→ {hint}"), theme.accent);
    }
}
