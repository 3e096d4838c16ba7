//! What an action would do, before it is done.

use ratatui::layout::Rect;

use crate::app::overlay::PlanView;
use crate::domain::{Failure, Plan, Target};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, view: &PlanView) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(90);
    let mut doc = Document::of_width(theme, width);
    match &view.plan {
        None => doc.paragraph(0, "asking what it would do…", theme.info),
        Some(Ok(plan)) => steps(&mut doc, theme, plan),
        Some(Err(failure)) => cannot(&mut doc, theme, failure),
    }
    let lines = doc.into_lines();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let height = height.min(area.height.saturating_sub(4));
    let title = view.request.title();
    let inner = super::window(screen, area, &title, width, height);
    let most = lines.len().saturating_sub(usize::from(inner.height));
    screen.regions.overlay_most = most;
    let from = view.offset.min(most);
    screen.lines(inner, &lines[from..]);
    if most > 0 {
        super::position(screen, area, inner, from, lines.len());
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
        doc.paragraph(0, &format!("{}. {}", n + 1, step.title), theme.text);
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
