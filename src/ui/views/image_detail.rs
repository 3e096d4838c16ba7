//! An image in full: what it frees, what made it, and what its layers hold and waste.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::imaging::Look;
use crate::app::{Host, Model};
use crate::domain::image_layer::in_dockerfile;
use crate::domain::text::visible;
use crate::domain::units::age;
use crate::domain::{ByteSize, Image, ImageShare, Instruction, LayerReport};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::document::Document;
use crate::ui::{format, symbols};

use super::images::is_foreign;

/// So many of the paths that waste most are shown.
const PATHS: usize = 30;

/// Draws the detail pane.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.selected_image();
    let title = selected.map_or("nothing selected", |(_, image)| {
        image.names().next().unwrap_or_else(|| image.id.short())
    });
    let stale = selected.is_some_and(|(host, _)| host.is_stale());
    super::detail_pane(screen, area, title, stale, |doc| {
        let Some((host, image)) = selected else {
            return;
        };
        facts(doc, model, theme, host, image);
        users(doc, theme, host, image);
        match host.imaging.look(&image.id) {
            Some(Look::Known(report)) => layers(doc, theme, report),
            look => {
                history(doc, model, theme, host, image);
                looking(doc, model, theme, look);
            }
        }
    });
}

fn facts(doc: &mut Document<'_>, model: &Model, theme: &Theme, host: &Host, image: &Image) {
    let kept = host.kept_for(image);
    if image.names().next().is_none() {
        // What is kept is meant to be here without a name.
        let word = if kept.is_empty() {
            theme.warning
        } else {
            theme.text
        };
        doc.styled_field("tags", "none: another image took its name", word);
    }
    doc.fields("tags", image.names().map(str::to_owned));
    doc.fields("kept as", kept);
    doc.field("id", image.id.as_str());
    if model.hosts.len() > 1 {
        doc.field("host", host.id.as_str());
    }
    let share = host.storing.share(&image.id);
    let mut size = image.size.to_string();
    if let Some(unique) = share.and_then(ImageShare::unique) {
        size = format!("{size}, of which {unique} come free when it goes");
    }
    doc.field("size", &size);
    if let Some(platform) = host.imaging.platform(&image.id) {
        if is_foreign(host, platform) {
            let said = format!("! {platform}: not the host's, it runs emulated or not at all");
            doc.styled_field("for", &said, theme.warning);
        } else {
            doc.field("for", &platform.to_string());
        }
    }
    let made = format::moment(image.created, &model.zone);
    let ago = age(image.created, model.now);
    doc.field("made", &format!("{made}, {ago} ago"));
    if image.digests.is_empty() {
        doc.styled_field("digests", "none: no registry has it", theme.muted);
    }
    doc.fields("digests", image.digests.iter().cloned());
}

fn users(doc: &mut Document<'_>, theme: &Theme, host: &Host, image: &Image) {
    doc.heading("used by");
    let mut any = false;
    for container in host.users_of_image(image) {
        any = true;
        let said = format!("{}, {}", container.name, container.state.word());
        doc.paragraph(0, &said, theme.text);
    }
    if !any {
        doc.paragraph(0, "no container, running or not", theme.muted);
    }
}

/// What made it, the newest first as `docker history` has it.
fn history(doc: &mut Document<'_>, model: &Model, theme: &Theme, host: &Host, image: &Image) {
    let Some(asked) = host.imaging.history(&image.id) else {
        return;
    };
    doc.heading("history, the newest first");
    if let Some(failure) = &asked.failure {
        doc.paragraph(0, &failure.to_string(), theme.warning);
    }
    for instruction in asked.value.iter().flatten() {
        doc.line(made(model, theme, instruction));
    }
}

fn made(model: &Model, theme: &Theme, instruction: &Instruction) -> Line<'static> {
    let ago = instruction.created.map(|at| age(at, model.now));
    Line::from(vec![
        Span::styled(bytes(instruction.size), theme.text),
        Span::styled(format!(" {:>4}  ", ago.unwrap_or_default()), theme.muted),
        Span::styled(visible(&instruction.words()).into_owned(), theme.text),
    ])
}

/// A size in five columns; nothing for none, so that what has no layer stands back.
fn bytes(size: ByteSize) -> String {
    if size == ByteSize::default() {
        return format!("{:>5}", "");
    }
    format!("{:>5}", size.to_string())
}

fn looking(doc: &mut Document<'_>, model: &Model, theme: &Theme, look: Option<&Look>) {
    doc.heading("layers");
    match look {
        Some(Look::UnderWay(read)) => {
            let spinner = symbols::spinner(model.now);
            let said = format!("{spinner} reading them, {read} so far; L ends it");
            doc.paragraph(0, &said, theme.info);
        }
        Some(Look::Failed(failure)) => doc.paragraph(0, &failure.to_string(), theme.warning),
        Some(Look::Known(_)) | None => {
            let said = "L reads them: what each adds, changes, deletes and wastes";
            doc.paragraph(0, said, theme.muted);
        }
    }
}

fn layers(doc: &mut Document<'_>, theme: &Theme, report: &LayerReport) {
    doc.heading("layers, the base first");
    let titles = " ADDS  CHANGES  DELETES  WASTES";
    doc.line(Line::from(Span::styled(titles, theme.header)));
    for layer in &report.layers {
        let numbers = format!(
            "{}    {}    {}",
            bytes(layer.added.size),
            bytes(layer.changed.size),
            bytes(layer.deleted.size)
        );
        let instruction = layer.instruction.as_deref().map(in_dockerfile);
        let instruction = instruction.unwrap_or_else(|| "(the image does not tell)".to_owned());
        doc.line(Line::from(vec![
            Span::styled(numbers, theme.text),
            Span::styled(format!("   {}  ", bytes(layer.wasted)), theme.warning),
            Span::styled(visible(&instruction).into_owned(), theme.muted),
        ]));
    }
    let said = format!(
        "{:.1} % of {} is seen by a container",
        report.efficiency() * 100.0,
        report.stored
    );
    doc.paragraph(0, &said, theme.text);
    if report.wasting == 0 {
        doc.paragraph(0, "nothing in it is wasted", theme.ok);
        return;
    }
    doc.heading(format!(
        "{} wasted by {} paths",
        report.wasted(),
        report.wasting
    ));
    for wasted in report.wasted_paths.iter().take(PATHS) {
        let times = match wasted.copies {
            1 => String::new(),
            copies => format!(" in {copies} layers"),
        };
        doc.line(Line::from(vec![
            Span::styled(bytes(wasted.size), theme.warning),
            Span::styled(format!(" {}{times}", visible(&wasted.path)), theme.muted),
        ]));
    }
}
