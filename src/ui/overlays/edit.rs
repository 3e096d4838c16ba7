//! Which file is edited, and what an edit changes, before anything is brought up.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::edit::{Changes, DiffLine, EditView, FilesView};
use crate::theme::Theme;
use crate::ui::area::{row, split_bottom};
use crate::ui::screen::Screen;
use crate::ui::text;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::keys::{Choice, keys};

/// No wider, for the eye finds the next line no more.
const WIDEST: u16 = 100;

/// Draws the list of files.
pub fn draw_files(screen: &mut Screen<'_>, area: Rect, view: &FilesView) {
    let theme = screen.theme;
    let files = view.files.as_deref().unwrap_or_default();
    let longest = files.iter().map(|file| text::width(file)).max();
    let longest = u16::try_from(longest.unwrap_or(0)).unwrap_or(u16::MAX);
    let width = area.width.saturating_sub(8).min(longest.clamp(30, WIDEST));
    let height = u16::try_from(files.len().max(1)).unwrap_or(u16::MAX);
    let height = height.saturating_add(2).min(area.height.saturating_sub(4));
    let title = format!("edit a file of {}", view.project.name);
    let inner = super::window(screen, area, &title, width, height);
    if view.files.is_none() {
        let said = Span::styled("looking for its files…", theme.info);
        screen.line(row(inner, 0), &Line::from(said));
        return;
    }
    let (body, _) = split_bottom(inner, 2);
    for (index, line) in super::rows_around(body, view.cursor, files.len()) {
        let Some(file) = files.get(index) else {
            continue;
        };
        let file = text::cut_middle(file, usize::from(line.width)).into_owned();
        screen.line(line, &Line::from(Span::styled(file, theme.text)));
        super::list_row(screen, line, index, index == view.cursor);
    }
    below(screen, inner, &[("Enter", "edit it"), ("Esc", "leave it")]);
}

/// Draws what came of an edit; reports how far it can be scrolled.
pub fn draw(screen: &mut Screen<'_>, area: Rect, view: &EditView) {
    let theme = screen.theme;
    let width = area.width.saturating_sub(8).min(WIDEST);
    let mut doc = Document::of_width(theme, width);
    let project = &view.project.name;
    let title = match &view.result {
        Ok(changes) => {
            summary(&mut doc, theme, changes);
            for line in &changes.lines {
                doc.line(diff_line(theme, line));
            }
            format!("{project} as edited")
        }
        Err(failure) => {
            doc.paragraph(0, "Compose does not take these files:", theme.text);
            doc.paragraph(0, &failure.why, theme.critical);
            doc.blank();
            let said = "Nothing that runs was touched; no deploy of the project works with them.";
            doc.paragraph(0, said, theme.text);
            format!("✖ {project} as edited")
        }
    };
    let lines = doc.into_lines();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let height = height.saturating_add(2).min(area.height.saturating_sub(4));
    let inner = super::window(screen, area, &title, width, height);
    let (body, _) = split_bottom(inner, 2);
    let from = super::scrolled(screen, area, inner, lines.len() + 2, view.offset);
    screen.lines(body, lines.get(from..).unwrap_or(&[]));
    let mut choices = Vec::new();
    if view.result.is_ok() {
        choices.push(("Enter", "bring it up"));
    }
    choices.extend([("e", "edit again"), ("p", "put back"), ("Esc", "keep")]);
    below(screen, inner, &choices);
}

fn summary<'a>(doc: &mut Document<'a>, theme: &'a Theme, changes: &Changes) {
    if changes.mended {
        doc.paragraph(
            0,
            "Compose takes the files again; it did not before.",
            theme.ok,
        );
    }
    for (word, names) in [
        ("made anew", &changes.changed),
        ("new", &changes.new),
        (
            "not in the files any more (its containers stay until they are removed)",
            &changes.gone,
        ),
    ] {
        if !names.is_empty() {
            doc.paragraph(0, &format!("{word}: {}", names.join(", ")), theme.accent);
        }
    }
    let services = [&changes.changed, &changes.new, &changes.gone];
    if !changes.mended && services.iter().all(|names| names.is_empty()) {
        let said = "no container is made anew for it: none of the services changed";
        doc.paragraph(0, said, theme.text);
    }
    if changes.secrets {
        let said = "values that look secret changed; they are not shown";
        doc.paragraph(0, said, theme.muted);
    }
    if !changes.lines.is_empty() {
        doc.blank();
    }
}

fn diff_line<'a>(theme: &Theme, line: &DiffLine) -> Line<'a> {
    let (mark, content, style) = match line {
        DiffLine::Same(line) => ("  ", line.as_str(), theme.muted),
        DiffLine::Removed(line) => ("- ", line.as_str(), theme.critical),
        DiffLine::Added(line) => ("+ ", line.as_str(), theme.ok),
        DiffLine::Gap => ("⋯", "", theme.muted),
    };
    Line::from(Span::styled(format!("{mark}{content}"), style))
}

fn below(screen: &mut Screen<'_>, inner: Rect, choices: &[(&'static str, &'static str)]) {
    let theme = screen.theme;
    let choices = choices.iter().map(|one| Choice::plain(theme, *one));
    let choices: Vec<Choice<'_>> = choices.collect();
    let last = row(inner, usize::from(inner.height.saturating_sub(1)));
    keys(screen, last, &choices, 3);
}
