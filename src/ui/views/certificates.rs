//! The certificates: how much of their lifetime is left, the most urgent first.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::action::Action;
use crate::app::{CertificateOrder, Model, Order};
use crate::domain::units::{days, in_words, short_span};
use crate::domain::{ActionName, Certificate, Severity, Urgency};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Cell, Column, Row, Sorted, Width, table};
use crate::ui::{format, symbols, text};

use super::{Count, chain, renewal, served, verdict};

const COLUMNS: [Column; 9] = [
    Column::text("NAME", fit(18, 30, 60), 0),
    Column::text("LEFT", Width::Fixed(15), 1),
    Column::text("VERDICT", fit(8, 12, 18), 2),
    Column::text("FROM", fit(DAY, DAY, DAY), 7),
    Column::text("UNTIL", Width::Fixed(DAY), 3),
    Column::text("ISSUER", fit(10, 20, 40), 4),
    Column::text("RENEWER", fit(7, 8, 20), 5),
    Column::text("SERVED AT", fit(9, 12, 40), 6),
    Column::text("STORED IN", fit(12, 12, 60), 8),
];

/// Names that are listed; certificates with 2,000 exist.
const MOST_NAMES: usize = 100;
/// As much of a name as one can have (RFC 1035 §2.3.4).
const LONGEST_NAME: usize = 255;

/// The columns of a date.
const DAY: u16 = 10;

const fn fit(least: u16, enough: u16, most: u16) -> Width {
    Width::Fit {
        least,
        enough,
        most,
        weight: 2,
    }
}

/// What is said in the place of an issuer that nobody trusts.
const STAGING: &str = "staging, not trusted";

/// The columns of the bar over the lifetime.
const BAR: usize = 10;

/// What a click at a heading sorts by.
const ORDERS: [Sorted; 5] = [
    Sorted::up(0, Order::Certificates(CertificateOrder::Name)),
    Sorted::up(1, Order::Certificates(CertificateOrder::Left)),
    Sorted::down(2, Order::Certificates(CertificateOrder::Verdict)),
    Sorted::up(5, Order::Certificates(CertificateOrder::Issuer)),
    Sorted::up(8, Order::Certificates(CertificateOrder::Place)),
];

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    let list = &model.certificates;
    let below = below(screen);
    let found = model.hosts.iter().flat_map(|host| {
        let found = host.certificates.value.iter();
        let all = found.flat_map(|found| &found.certificates);
        all.filter(|certificate| !host.is_replaced(certificate))
    });
    // One that several hosts have is one row, and one that was replaced is none.
    let all: BTreeSet<&str> = found
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
    let columns = columns(model);
    let mut place = super::place(screen, list);
    place.orders = &ORDERS;
    // The most urgent first needs no telling.
    let order = Some(model.certificate_order).filter(|order| *order != CertificateOrder::Left);
    place.order = order.map(Order::Certificates);
    table(screen, inner, &columns, place, |n| {
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

/// The columns, as wide as what is known needs.
fn columns(model: &Model) -> [Column; 9] {
    let found = model
        .hosts
        .iter()
        .filter_map(|host| host.certificates.value.as_ref());
    let [
        mut name,
        mut stands,
        mut by,
        mut renewer,
        mut served,
        mut stored,
    ] = [0; 6];
    for certificate in found.flat_map(|found| &found.certificates) {
        let own = text::width(certificate.title()) + text::width(&more_names(certificate));
        name = name.max(2 + own);
        by = by.max(text::width(issuer(certificate)));
        stands = stands.max(text::width(verdict::word(model, certificate)));
        renewer = renewer.max(text::width(&verdict::renewer(certificate)));
        served = served.max(text::width(&verdict::served_at(model, certificate)));
        stored = stored.max(text::width(&containers(certificate)));
    }
    let mut columns = COLUMNS;
    let needs = [
        (0, name),
        (2, stands),
        (3, usize::from(DAY)),
        (5, by),
        (6, renewer),
        (7, served),
        (8, stored),
    ];
    for (n, need) in needs {
        columns[n].fit(need);
    }
    columns
}

/// How many names it has besides the first.
fn more_names(certificate: &Certificate) -> String {
    match certificate.names.len() {
        0 | 1 => String::new(),
        names => format!(" +{}", names - 1),
    }
}

fn issuer(certificate: &Certificate) -> &str {
    if certificate.is_staging() {
        STAGING
    } else if certificate.self_signed {
        "itself"
    } else {
        &certificate.issuer
    }
}

/// The containers that show it, each once.
fn containers(certificate: &Certificate) -> String {
    let mut names: Vec<&str> = Vec::new();
    for place in &certificate.places {
        if !names.contains(&place.holder()) {
            names.push(place.holder());
        }
    }
    names.join(", ")
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
    let urgency = model.urgency(certificate);
    let staging = certificate.is_staging();
    // However long it lasts, it is not well where it is not what is served, or not trusted: their columns may go.
    let severity = verdict::severity(model, certificate).max(if staging {
        Severity::Warning
    } else {
        Severity::Fine
    });
    let is_well = matches!(urgency, Urgency::Fine | Urgency::Due);
    let is_worse = severity == Severity::Critical || (severity == Severity::Warning && is_well);
    let symbol = if is_worse {
        symbols::severity(theme, severity)
    } else {
        symbols::urgency(theme, urgency)
    };
    let said = if staging { theme.warning } else { theme.muted };
    let day = |at| Span::styled(format::day(at, &model.zone), theme.muted);
    Row::Cells(vec![
        Cell::Name(
            Line::from(vec![symbol, Span::raw(" ")]),
            Span::styled(certificate.title(), theme.text),
            Span::styled(more_names(certificate), theme.muted).into(),
        ),
        left(model, theme, certificate, urgency).into(),
        verdict::cell(model, theme, certificate).into(),
        day(certificate.not_before).into(),
        day(certificate.not_after).into(),
        Cell::Middle(issuer(certificate), said),
        Span::styled(verdict::renewer(certificate), theme.muted).into(),
        Span::styled(verdict::served_at(model, certificate), theme.muted).into(),
        Span::styled(containers(certificate), theme.muted).into(),
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
    if urgency == Urgency::Expired {
        return Line::from(Span::styled(expired(certificate, model), style));
    }
    let mut line = Line::default();
    let fraction = certificate.fraction_left(model.now);
    line.spans.extend(bar(theme, BAR, fraction, style));
    let said = match urgency {
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

/// Days, or hours when it is less than two days, as in words.
fn short_left(certificate: &Certificate, model: &Model) -> String {
    let left = certificate.left(model.now).abs();
    match days(left) {
        0 if left.as_hours() == 0 => format!("{}m", left.as_mins()),
        0 | 1 => format!("{}h", left.as_hours()),
        1_000.. => short_span(left),
        days => format!("{days}d"),
    }
}

/// How long it is over; it fits where a bar would be empty.
fn expired(certificate: &Certificate, model: &Model) -> String {
    match short_left(certificate, model) {
        long if long.len() > 3 => format!("expired {long}"),
        short => format!("expired {short} ago"),
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
    // The document is drawn while the screen is lent to it.
    let reload = screen.key(Action::Do(ActionName::Reload));
    super::detail_pane(screen, area, title, stale, |doc| {
        let Some((_, certificate)) = selected else {
            return;
        };
        let urgency = model.urgency(certificate);
        let symbol = symbols::urgency(theme, urgency);
        let word = format!(" {}", urgency.word());
        doc.line_field(
            "state",
            Line::from(vec![symbol, Span::styled(word, theme.text)]),
        );
        verdict::sentence(doc, model, theme, certificate, |action| {
            reload.clone().filter(|_| action == ActionName::Reload)
        });
        renewal::forecast(doc, model, theme, certificate);
        let until = format::moment(certificate.not_after, &model.zone);
        let span = certificate.left(model.now);
        let until = if span.is_negative() {
            format!("{until}, {} ago", in_words(span))
        } else {
            format!("{until}, in {}", in_words(span))
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
        // Both ends belong to it (RFC 5280 §4.1.2.5): 90 days are a second less from one to the other.
        let lifetime = certificate.lifetime() + SignedDuration::from_secs(1);
        doc.field("lifetime", &in_words(lifetime));
        let own = if certificate.self_signed {
            " (signs itself)"
        } else {
            ""
        };
        doc.field("issuer", &format!("{}{own}", certificate.issuer));
        if certificate.is_staging() {
            doc.styled_field("", STAGING, theme.warning);
        }
        if let Some(name) = &certificate.common_name {
            doc.field("common name", name);
        }
        names(doc, theme, certificate);
        doc.field("serial", &certificate.serial);
        doc.field("sha256", &certificate.sha256);
        chain::chains(doc, model, theme, certificate);
        for place in &certificate.places {
            doc.heading(format!("stored in {}", place.holder()));
            doc.field("path", &place.path);
            match place.key_matches {
                Some(true) => doc.field("key", "its own"),
                Some(false) => doc.styled_field("key", "another certificate's", theme.critical),
                None => {}
            }
            if place.seen_inside.is_some() {
                let said = "its container still sees the file of before";
                doc.styled_field("mount", said, theme.warning);
            }
            if let Some(from) = &place.mounted_from {
                doc.field("mounted from", from);
            }
            if let Some(service) = &place.service {
                doc.field("service", &service.to_string());
            }
            if let Some(client) = place.client {
                doc.field("ordered by", client.name());
            }
        }
        served::served(doc, model, theme, certificate);
        verdict::before(doc, model, theme, certificate);
        verdict::history(doc, model, theme, certificate);
        served::unreadable(doc, model, theme);
        served::problems(doc, model, theme);
    });
}

/// What it is for, as far as a person reads it; the clipboard gets them all.
fn names(doc: &mut super::document::Document<'_>, theme: &Theme, certificate: &Certificate) {
    let shown = certificate.names.iter().take(MOST_NAMES);
    doc.fields(
        "names",
        shown.map(|name| text::cut_chars(name, LONGEST_NAME).to_owned()),
    );
    let more = certificate.names.len().saturating_sub(MOST_NAMES);
    if more > 0 {
        doc.styled_field("", &format!("and {more} more"), theme.muted);
    }
}
