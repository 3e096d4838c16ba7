//! What a service ran: a line a release, and all that is known of the one under the cursor.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Host, Model, Pane, Target};
use crate::domain::units::age;
use crate::domain::{ImagePlace, ListedRelease, Service};
use crate::theme::Theme;
use crate::ui::area::{row, split_left, split_top};
use crate::ui::screen::Screen;
use crate::ui::widgets::columns::widths;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Column, Width, cells, headings};
use crate::ui::{format, symbols};

const COLUMNS: [Column; 7] = [
    Column::text("RELEASE", Width::Fixed(7), 0),
    Column::text("STATE", Width::Fixed(13), 1),
    Column::text("IMAGE", Width::Fixed(12), 3),
    Column::text("PLACE", Width::Fixed(8), 4),
    Column::text("SINCE", Width::Fixed(16), 6),
    Column::number("AGE", 4, 2),
    Column::text("REFERENCE", Width::Grow(12, 60, 1), 5),
];

/// How far what is known of a release stands in from its line.
const INDENT: u16 = 2;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, host: &Host, service: &Service) {
    let (model, theme) = (screen.model, screen.theme);
    let releases = &model.detail.releases;
    let is_theirs = releases.service.as_ref() == Some(&service.id);
    if !is_theirs || releases.all.value.is_none() {
        match releases.all.failure.as_ref().filter(|_| is_theirs) {
            Some(failure) => empty::failed(screen, area, failure, None),
            None => empty::waiting(screen, area, "asking…"),
        }
        return;
    }
    let all = releases.rows();
    let Some(selected) = releases.selected() else {
        let none = "none yet: the first redeploy keeps what runs now";
        empty::empty(screen, area, none);
        return;
    };
    let running = host
        .running_image(service)
        .and_then(|i| releases.running(i));
    let widths = widths(&COLUMNS, area.width);
    let (top, body) = split_top(area, u16::from(area.height >= 6));
    headings(screen, top, &COLUMNS, &widths, (&[], None));
    screen.regions.detail_rows = usize::from(body.height);
    let known = known(theme, model, area.width, selected);
    let index = releases.cursor.index.min(all.len() - 1);
    let height = usize::from(body.height);
    // The line under the cursor and as much of what is known of it as there is room for.
    let from = (index + 1 + known.len()).saturating_sub(height).min(index);
    let mut place = 0;
    for (n, listed) in all.iter().enumerate().skip(from) {
        let line = row(body, place);
        let runs = running == Some(listed.release.number);
        cells(
            screen,
            line,
            &COLUMNS,
            &widths,
            line_of(theme, model, listed, runs),
        );
        target(screen, line, n, n == index);
        place += 1;
        if n == index {
            for line in &known {
                let (_, inner) = split_left(row(body, place), INDENT);
                screen.line(inner, line);
                place += 1;
            }
        }
        if place >= height {
            break;
        }
    }
}

/// Reports a release's line, and styles the one under the cursor with the air beside it.
fn target(screen: &mut Screen<'_>, line: Rect, index: usize, selected: bool) {
    let wide = Rect {
        x: line.x.saturating_sub(1),
        width: line.width.saturating_add(if line.x > 0 { 2 } else { 0 }),
        ..line
    };
    if selected {
        let style = match screen.model.pane {
            Pane::Detail => screen.theme.selection,
            Pane::List => screen.theme.selection_inactive,
        };
        screen.style(wide, style);
    }
    screen.target(wide, Target::Release(index));
}

fn line_of<'a>(
    theme: &Theme,
    model: &Model,
    listed: &'a ListedRelease,
    runs: bool,
) -> Vec<Cell<'a>> {
    let release = &listed.release;
    let symbol = symbols::release(theme, release.state);
    let state = format!(" {}", release.state.word());
    let place = match listed.place {
        ImagePlace::Kept | ImagePlace::Unkept => theme.muted,
        ImagePlace::Registry => theme.info,
        ImagePlace::Gone => theme.warning,
    };
    vec![
        Line::from(vec![
            Span::styled(if runs { "● " } else { "  " }, theme.ok),
            Span::styled(release.number.to_string(), theme.text),
        ])
        .into(),
        Line::from(vec![symbol, Span::styled(state, theme.text)]).into(),
        Span::styled(release.image.short(), theme.text).into(),
        Span::styled(listed.place.word(), place).into(),
        Span::styled(format::moment(release.since, &model.zone), theme.muted).into(),
        Span::styled(age(release.since, model.now), theme.muted).into(),
        Cell::image(&release.reference, theme.muted),
    ]
}

/// All that is known of a release.
fn known<'a>(
    theme: &'a Theme,
    model: &Model,
    columns: u16,
    listed: &ListedRelease,
) -> Vec<Line<'a>> {
    let release = &listed.release;
    let mut doc = Document::of_width(theme, columns.saturating_sub(INDENT));
    doc.set_label(11);
    let since = format!(
        "{}, {} ago",
        format::moment(release.since, &model.zone),
        age(release.since, model.now)
    );
    doc.field("since", &since);
    if release.reference.is_empty() {
        doc.styled_field(
            "reference",
            "not recorded: a keep-tag is all there is",
            theme.muted,
        );
    }
    doc.field("reference", &release.reference);
    doc.field("image id", release.image.as_str());
    let style = match listed.place {
        ImagePlace::Gone => theme.warning,
        ImagePlace::Kept | ImagePlace::Unkept | ImagePlace::Registry => theme.text,
    };
    doc.styled_field("image", listed.place.words(), style);
    if release.digests.is_empty() {
        doc.styled_field("digest", "none: no registry has it", theme.muted);
    }
    doc.fields("digest", release.digests.iter().cloned());
    doc.into_lines()
}
