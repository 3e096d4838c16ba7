//! What happened to a service, and what was done to it; the newest first.

use ratatui::layout::Rect;

use crate::app::events::Recall;
use crate::app::rows::events::of_service;
use crate::domain::ServiceId;
use crate::ui::screen::Screen;
use crate::ui::views;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::empty;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, service: &ServiceId) {
    let (model, theme) = (screen.model, screen.theme);
    let all = of_service(model, service);
    if all.is_empty() {
        let recall = model.events.recalled.get(&service.host);
        if matches!(recall, Some(Recall::Asked)) {
            empty::waiting(screen, area, "reading what happened…");
        } else {
            empty::empty(screen, area, "nothing is known to have happened to it");
        }
        return;
    }
    let mut doc = Document::new(theme, area);
    for entry in &all {
        doc.line(views::event_line(model, theme, entry));
    }
    doc.draw(screen, area, model.detail.scroll);
}
