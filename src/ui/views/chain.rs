//! A certificate's chain as a tree: the root, what it issued, the leaf; as it is stored, and as it is served where that
//! is another one.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::domain::chain::{Above, ChainLink};
use crate::domain::text::visible;
use crate::domain::{Certificate, CertificateRole, ChainPath, ChainStatus};
use crate::theme::Theme;
use crate::ui::format;
use crate::ui::widgets::document::Document;

/// Chains that are drawn of what is served; servers mostly agree.
const MOST_SERVED: usize = 3;
/// How far each one is indented below its issuer.
const STEP: usize = 2;

/// Draws the chains of a certificate.
pub(super) fn chains(
    doc: &mut Document<'_>,
    model: &Model,
    theme: &Theme,
    certificate: &Certificate,
) {
    let stored = stored(certificate);
    if let Some((from, path)) = &stored {
        doc.heading("chain");
        doc.paragraph(0, &format!("as stored in {from}"), theme.muted);
        tree(doc, model, theme, path);
    }
    let hosts = model.hosts.iter();
    let answers = hosts.flat_map(|host| host.serving.answers.values());
    let mut drawn: Vec<&ChainPath> = stored.iter().map(|(_, path)| *path).collect();
    for served in answers.filter(|one| one.shows(&certificate.sha256) == Some(true)) {
        let Some(path) = served.answer.chain().map(|chain| &chain.path) else {
            continue;
        };
        let is_new = !path.links.is_empty() && !drawn.iter().any(|other| other.is_like(path));
        if is_new && drawn.len() < MOST_SERVED + usize::from(stored.is_some()) {
            doc.heading("chain");
            doc.paragraph(0, &format!("as served at {}", served.endpoint), theme.muted);
            tree(doc, model, theme, path);
            drawn.push(path);
        }
    }
}

/// The best chain of the files that hold it: some hold the leaf alone beside one that has all of it.
fn stored(certificate: &Certificate) -> Option<(String, &ChainPath)> {
    let places = certificate.places.iter();
    let with_path = places.filter_map(|place| Some((place, place.chain.as_deref()?)));
    let (place, path) = with_path
        .max_by_key(|(_, path)| (path.status == ChainStatus::Complete, path.links.len()))?;
    Some((format!("{}:{}", place.holder(), place.path), path))
}

fn tree(doc: &mut Document<'_>, model: &Model, theme: &Theme, path: &ChainPath) {
    let mut depth = 0;
    if let Some((said, style)) = top(path, theme) {
        doc.paragraph(0, &said, style);
        depth = 1;
    }
    for link in path.links.iter().rev() {
        branch(doc, model, theme, link, depth);
        depth += 1;
    }
    for stray in &path.strays {
        let said = format!("✖ {} belongs to nobody's chain", visible(&stray.subject));
        doc.paragraph(0, &said, theme.warning);
    }
}

/// What stands above the uppermost that is there.
fn top(path: &ChainPath, theme: &Theme) -> Option<(String, Style)> {
    let last = path.links.last()?;
    let issuer = visible(&last.issuer);
    match last.above {
        Above::Itself | Above::Issuer | Above::IssuerBefore => None,
        Above::Impostor => {
            let said = format!("✖ {issuer}: one of that name is there, and did not sign it");
            Some((said, theme.critical))
        }
        Above::Nothing if path.missing().is_some() => {
            Some((format!("✖ {issuer} is missing"), theme.critical))
        }
        Above::Nothing => Some((format!("◌ {issuer}, which clients have"), theme.muted)),
    }
}

fn branch(doc: &mut Document<'_>, model: &Model, theme: &Theme, link: &ChainLink, depth: usize) {
    let marks = marks(link, model, theme);
    let symbol = if link.is_out_of_date(model.now) {
        Span::styled("✖ ", theme.critical)
    } else if marks.is_empty() {
        Span::styled("● ", theme.ok)
    } else {
        Span::styled("▲ ", theme.warning)
    };
    let (indent, arm) = match depth {
        0 => (0, ""),
        depth => ((depth - 1) * STEP, "└ "),
    };
    let mut head = Line::from(vec![
        Span::styled(format!("{}{arm}", " ".repeat(indent)), theme.border),
        symbol,
        Span::styled(visible(&link.subject).into_owned(), theme.text),
    ]);
    for (word, style) in marks {
        head.spans.push(Span::styled(format!("  {word}"), style));
    }
    doc.line(head);
    let (from, until) = (link.not_before, link.not_after);
    let said = format!(
        "{}, {}, {} – {}",
        role(link.role),
        visible(&link.key),
        format::day(from, &model.zone),
        format::day(until, &model.zone)
    );
    doc.paragraph((depth + 1) * STEP, &said, theme.muted);
}

/// What is wrong with one of a chain, in words.
fn marks(link: &ChainLink, model: &Model, theme: &Theme) -> Vec<(&'static str, Style)> {
    let mut marks = Vec::new();
    if model.now > link.not_after {
        marks.push(("expired", theme.critical));
    } else if model.now < link.not_before {
        marks.push(("not valid yet", theme.warning));
    }
    match link.above {
        Above::IssuerBefore => marks.push(("out of order", theme.warning)),
        Above::Itself if link.role == CertificateRole::SelfSigned => {
            marks.push(("self-signed", theme.warning));
        }
        _ => {}
    }
    marks
}

const fn role(role: CertificateRole) -> &'static str {
    match role {
        CertificateRole::Leaf => "leaf",
        CertificateRole::Intermediate => "intermediate CA",
        CertificateRole::Root => "root CA",
        CertificateRole::SelfSigned => "its own issuer",
    }
}
