//! What an action would do, before it is done.

use ratatui::layout::Rect;

use crate::app::overlay::PlanView;
use crate::domain::{Failure, Plan};
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
    screen.lines(inner, &lines);
}

fn steps(doc: &mut Document<'_>, theme: &Theme, plan: &Plan) {
    if plan.steps.is_empty() {
        doc.paragraph(0, "nothing to do", theme.text);
    }
    for (n, step) in plan.steps.iter().enumerate() {
        doc.paragraph(0, &format!("{}. {}", n + 1, step.title), theme.text);
    }
    if !plan.notes.is_empty() {
        doc.blank();
    }
    for note in &plan.notes {
        doc.paragraph(0, note, theme.muted);
    }
}

fn cannot(doc: &mut Document<'_>, theme: &Theme, failure: &Failure) {
    doc.paragraph(0, &failure.why, theme.critical);
    if let Some(hint) = &failure.hint {
        doc.paragraph(0, &format!("→ {hint}"), theme.accent);
    }
}
