//! How current a container is, in words: its image, its registry, its Compose files.

use std::fmt::Write as _;

use crate::app::{Host, Model};
use crate::domain::units::age;
use crate::domain::update::short_digest;
use crate::domain::{Container, Drift, Staleness, Update};
use crate::theme::Theme;
use crate::ui::widgets::document::Document;
use crate::ui::{format, symbols};

/// What its image stands against on this host, and in its registry.
pub fn image(
    doc: &mut Document<'_>,
    model: &Model,
    theme: &Theme,
    host: &Host,
    container: &Container,
) {
    let fresh = &host.fresh;
    match fresh.staleness(&container.id) {
        Some(Staleness::Superseded { by, built }) => {
            let done = if *built { "built" } else { "pulled" };
            let said = format!(
                "{} no: {} means {} by now, {done} and not deployed",
                symbols::SUPERSEDED,
                container.image,
                by.short()
            );
            doc.styled_field("deployed", &said, theme.warning);
        }
        Some(Staleness::LostTag) => {
            let said = format!(
                "{} its tag is gone: {} means nothing here any more",
                symbols::LOST_TAG,
                container.image
            );
            doc.styled_field("deployed", &said, theme.warning);
        }
        None => {}
    }
    if let Some(update) = fresh.update(&container.id) {
        registry(doc, model, theme, host, update);
    }
}

fn registry(doc: &mut Document<'_>, model: &Model, theme: &Theme, host: &Host, update: &Update) {
    let registries = &host.fresh.registries;
    let answer = registries.answers.get(&update.reference);
    let digest = answer.and_then(|answer| answer.digest.as_deref());
    let mut said = match (update.available, digest) {
        (Some(true), Some(digest)) => {
            let digest = short_digest(digest);
            format!("{} available: its registry has {digest}", symbols::UPDATE)
        }
        (Some(false), _) => "none".to_owned(),
        _ if answer.is_some() => "not known".to_owned(),
        _ => "not asked for yet".to_owned(),
    };
    if let Some(answer) = answer {
        let ago = age(answer.checked_at, model.now);
        let _ = match &answer.error {
            None => write!(said, ", checked {ago} ago"),
            Some(why) => write!(said, "; asked {ago} ago, and not answered: {why}"),
        };
    }
    let limited = registries.limited_until.filter(|until| *until > model.now);
    if let Some(until) = limited {
        let until = format::moment(until, &model.zone);
        let _ = write!(said, "; a registry has answered enough until {until}");
    }
    let style = if update.available == Some(true) {
        theme.info
    } else {
        theme.text
    };
    doc.styled_field("update", &said, style);
}

/// What its configuration stands against in its Compose files.
pub fn configuration(doc: &mut Document<'_>, theme: &Theme, host: &Host, container: &Container) {
    const NAME: &str = "config";
    let Some(own) = &container.compose else {
        return;
    };
    let files = host.fresh.files.get(&own.origin());
    let failure = files.and_then(|files| files.said.failure.as_ref());
    match (host.fresh.drift(&container.id), failure) {
        (Some(Drift::Same), _) => doc.field(NAME, "that of its files"),
        (Some(Drift::Differs { rolled_back }), _) => {
            let said = if *rolled_back {
                "its image was rolled back: another than its files say"
            } else {
                "another than that of its files; a redeploy takes theirs"
            };
            let said = format!("{} {said}", symbols::DRIFT);
            doc.styled_field(NAME, &said, theme.warning);
        }
        (Some(Drift::Unknown(doubt)), _) => {
            doc.field(NAME, &format!("not to be compared with its files: {doubt}"));
        }
        (None, Some(failure)) if files.is_some_and(|files| files.refused) => {
            let said = format!("Compose does not take its files: {}", failure.why);
            doc.styled_field(NAME, &said, theme.warning);
        }
        (None, Some(failure)) => {
            doc.field(
                NAME,
                &format!("not compared with its files: {}", failure.why),
            );
        }
        (None, None) => {}
    }
}
