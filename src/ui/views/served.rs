//! What endpoints serve, in words: this certificate, another one, or why none.

use jiff::Timestamp;
use ratatui::style::Style;

use crate::app::Model;
use crate::domain::units::age;
use crate::domain::{Answer, Certificate, Served, ServedChain};
use crate::theme::Theme;
use crate::ui::format;
use crate::ui::widgets::document::Document;

/// The digits of a fingerprint that tell certificates apart.
const DIGITS: usize = 16;

/// Where a certificate is served, or should be.
pub(super) fn served(
    doc: &mut Document<'_>,
    model: &Model,
    theme: &Theme,
    certificate: &Certificate,
) {
    let hosts = model.hosts.iter();
    let mut all = hosts
        .flat_map(|host| host.serving.of(certificate).map(move |one| (host, one)))
        .peekable();
    if all.peek().is_some() {
        doc.heading("served at");
    }
    for (host, served) in all {
        doc.paragraph(0, &served.endpoint.to_string(), theme.text);
        let (said, style) = verdict(served, certificate, model, theme);
        let seen = format!("{said}, {}", asked(served.at, model.now));
        let style = if host.is_stale() { theme.muted } else { style };
        doc.paragraph(2, &seen, style);
    }
}

/// The places that could not be read, of every host.
pub(super) fn unreadable(doc: &mut Document<'_>, model: &Model, theme: &Theme) {
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

/// What is wrong with the names of endpoints, on every host.
pub(super) fn problems(doc: &mut Document<'_>, model: &Model, theme: &Theme) {
    let hosts = model.hosts.iter();
    let mut problems = hosts.flat_map(|host| &host.serving.problems).peekable();
    if problems.peek().is_some() {
        doc.heading("not asked");
    }
    for problem in problems {
        doc.paragraph(0, problem, theme.warning);
    }
}

fn asked(at: Timestamp, now: Timestamp) -> String {
    format!("asked {} ago", age(at, now))
}

fn verdict(
    served: &Served,
    certificate: &Certificate,
    model: &Model,
    theme: &Theme,
) -> (String, Style) {
    let Some(chain) = served.answer.chain() else {
        return (served.answer.phrase(), theme.warning);
    };
    let is_it = chain.leaf.sha256 == certificate.sha256;
    let shown = if is_it {
        "this certificate".to_owned()
    } else {
        another(chain, certificate, model)
    };
    match (&served.answer, is_it) {
        (Answer::Chain(_), true) => (format!("{shown}, {}", chain.version.word()), theme.ok),
        (Answer::Chain(_), false) if is_newer(chain, certificate) => (shown, theme.muted),
        (Answer::Chain(_), false) => (shown, theme.critical),
        (old, true) => (format!("{shown}; {}", old.phrase()), theme.warning),
        (old, false) => (format!("{shown}; {}", old.phrase()), theme.critical),
    }
}

/// Whether what is shown was issued after a stored one: an old file, such as a client keeps of before, is no news.
fn is_newer(chain: &ServedChain, certificate: &Certificate) -> bool {
    let leaf = chain.leaf.read.as_ref();
    leaf.is_ok_and(|leaf| leaf.not_before > certificate.not_before)
}

fn another(chain: &ServedChain, certificate: &Certificate, model: &Model) -> String {
    let which = if is_newer(chain, certificate) {
        "a newer"
    } else {
        "another"
    };
    let digits: String = chain.leaf.sha256.chars().take(DIGITS).collect();
    match &chain.leaf.read {
        Ok(leaf) => {
            let until = format::day(leaf.not_after, &model.zone);
            format!("{which} certificate: valid until {until}, sha256 {digits}…")
        }
        Err(_) => format!("another certificate, which cannot be read: sha256 {digits}…"),
    }
}
