//! The certificates: how much of their lifetime is left, the most urgent first.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::domain::units::{days, short_span};
use crate::domain::{Certificate, Urgency};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Column, Row, Width, table};
use crate::ui::{format, symbols};

use super::Count;

const COLUMNS: [Column; 5] = [
    Column::text("NAME", Width::Grow(24, 48, 3), 0),
    Column::text("LEFT", Width::Fixed(15), 1),
    Column::text("UNTIL", Width::Fixed(10), 3),
    Column::text("ISSUER", Width::Grow(6, 20, 1), 4),
    Column::text("STORED IN", Width::Grow(12, 40, 2), 5),
];

/// The columns of the bar over the lifetime.
const BAR: usize = 10;

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    let list = &model.certificates;
    let below = below(screen);
    let found = model
        .hosts
        .iter()
        .filter_map(|host| host.certificates.value.as_ref());
    // One that several hosts have is one row.
    let all: BTreeSet<&str> = found
        .flat_map(|found| &found.certificates)
        .map(|certificate| certificate.sha256.as_str())
        .collect();
    let count = Count {
        shown: list.rows.len(),
        all: all.len(),
    };
    let inner = super::list_pane(screen, area, "certificates", count, list, below);
    if list.rows.is_empty() {
        let asking = "looking for certificates…";
        if !super::answer_missing(screen, inner, asking, |host| &host.certificates)
            && !super::say_why_empty(screen, inner, "certificate", list)
        {
            empty::empty(screen, inner, "no container shows a certificate");
        }
        return;
    }
    let theme = screen.theme;
    table(screen, inner, &COLUMNS, super::place(screen, list), |n| {
        let found = list
            .rows
            .get(n)
            .and_then(|sha256| model.certificate(sha256));
        found.map_or_else(
            || Row::Cells(Vec::new()),
            |(_, certificate)| row(model, theme, certificate),
        )
    });
}

/// What could not be read, and whether it is being looked for.
fn below(screen: &Screen<'_>) -> Line<'static> {
    let (model, theme) = (screen.model, screen.theme);
    let found = model
        .hosts
        .iter()
        .filter_map(|host| host.certificates.value.as_ref());
    let unreadable: usize = found.map(|found| found.unreadable.len()).sum();
    let mut line = Line::default();
    if unreadable > 0 {
        let s = if unreadable == 1 { "" } else { "s" };
        let said = format!("▲ {unreadable} place{s} could not be read");
        line.spans.push(Span::styled(said, theme.warning));
    }
    if model.hosts.iter().any(|host| host.certificates.asking) {
        let gap = if line.spans.is_empty() { "" } else { " · " };
        let said = format!("{gap}{} looking", symbols::spinner(model.now));
        line.spans.push(Span::styled(said, theme.info));
    }
    line
}

fn row<'a>(model: &Model, theme: &Theme, certificate: &'a Certificate) -> Row<'a> {
    let urgency = certificate.urgency(model.now);
    let mut name = Line::from(vec![
        symbols::urgency(theme, urgency),
        Span::raw(" "),
        Span::styled(certificate.title(), theme.text),
    ]);
    let more = certificate.names.len().saturating_sub(1);
    if more > 0 {
        name.spans
            .push(Span::styled(format!(" +{more}"), theme.muted));
    }
    let mut stored = Line::default();
    for (n, place) in certificate.places.iter().enumerate() {
        let seen = certificate.places.iter().take(n);
        if seen
            .clone()
            .any(|before| before.container == place.container)
        {
            continue;
        }
        if n > 0 {
            stored.spans.push(Span::styled(", ", theme.muted));
        }
        stored
            .spans
            .push(Span::styled(&*place.container, theme.muted));
    }
    let issuer = if certificate.self_signed {
        Span::styled("itself", theme.muted).into()
    } else {
        Cell::Middle(&certificate.issuer, theme.muted)
    };
    Row::Cells(vec![
        name.into(),
        left(model, theme, certificate, urgency).into(),
        Span::styled(format::day(certificate.not_after, &model.zone), theme.muted).into(),
        issuer,
        stored.into(),
    ])
}

/// A bar over the lifetime and the time left.
fn left(
    model: &Model,
    theme: &Theme,
    certificate: &Certificate,
    urgency: Urgency,
) -> Line<'static> {
    let style = urgency_style(theme, urgency);
    let mut line = Line::default();
    let fraction = certificate.fraction_left(model.now);
    line.spans.extend(bar(theme, BAR, fraction, style));
    let said = match urgency {
        Urgency::Expired => "over".to_owned(),
        Urgency::NotYetValid => "soon".to_owned(),
        _ => short_left(certificate, model),
    };
    let word = if urgency == Urgency::Fine {
        theme.text
    } else {
        style
    };
    line.spans.push(Span::styled(format!(" {said:>4}"), word));
    line
}

/// Days, or hours when it is less than two days.
fn short_left(certificate: &Certificate, model: &Model) -> String {
    let left = certificate.left(model.now);
    match days(left) {
        0 | 1 => format!("{}h", left.as_hours()),
        1_000.. => short_span(left),
        days => format!("{days}d"),
    }
}

fn urgency_style(theme: &Theme, urgency: Urgency) -> Style {
    match urgency {
        Urgency::Fine => theme.bar_full,
        Urgency::Due => theme.info,
        Urgency::Warning | Urgency::NotYetValid => theme.warning,
        Urgency::Critical | Urgency::Expired => theme.critical,
    }
}

/// Draws the detail pane.
pub fn detail(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.selected_certificate();
    let title = selected.map_or("nothing selected", |(_, certificate)| certificate.title());
    let stale = selected.is_some_and(|(host, _)| host.is_stale());
    super::detail_pane(screen, area, title, stale, |doc| {
        let Some((_, certificate)) = selected else {
            return;
        };
        let urgency = certificate.urgency(model.now);
        let symbol = symbols::urgency(theme, urgency);
        let word = format!(" {}", urgency.word());
        doc.line_field(
            "state",
            Line::from(vec![symbol, Span::styled(word, theme.text)]),
        );
        let until = format::moment(certificate.not_after, &model.zone);
        let span = certificate.left(model.now);
        let until = if span.is_negative() {
            format!("{until}, {} ago", short_span(-span))
        } else {
            format!("{until}, in {}", short_left(certificate, model))
        };
        doc.styled_field(
            "valid until",
            &until,
            match urgency {
                Urgency::Fine => theme.text,
                _ => urgency_style(theme, urgency),
            },
        );
        doc.field(
            "valid from",
            &format::moment(certificate.not_before, &model.zone),
        );
        doc.field("lifetime", &lifetime(certificate));
        let own = if certificate.self_signed {
            " (signs itself)"
        } else {
            ""
        };
        doc.field("issuer", &format!("{}{own}", certificate.issuer));
        if let Some(name) = &certificate.common_name {
            doc.field("common name", name);
        }
        doc.fields("names", certificate.names.iter().cloned());
        doc.field("serial", &certificate.serial);
        doc.field("sha256", &certificate.sha256);
        for place in &certificate.places {
            doc.heading(format!("stored in {}", place.container));
            doc.field("path", &place.path);
            if let Some(from) = &place.mounted_from {
                doc.field("mounted from", from);
            }
            doc.field("service", &place.service.to_string());
        }
        unreadable(doc, model, theme);
    });
}

fn lifetime(certificate: &Certificate) -> String {
    let lifetime = certificate.lifetime();
    match days(lifetime) {
        0..14 => format!("{} hours", lifetime.as_hours()),
        days => format!("{days} days"),
    }
}

/// The places that could not be read, of every host.
fn unreadable(doc: &mut super::document::Document<'_>, model: &Model, theme: &Theme) {
    let found = model
        .hosts
        .iter()
        .filter_map(|host| host.certificates.value.as_ref());
    let mut places = found.flat_map(|found| &found.unreadable).peekable();
    if places.peek().is_some() {
        doc.heading("could not be read");
    }
    for place in places {
        doc.field(&place.container, &place.path);
        doc.styled_field("", &place.why, theme.warning);
    }
}
