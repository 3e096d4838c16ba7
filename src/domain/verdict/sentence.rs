//! Each verdict in words, safe to show.

use jiff::Timestamp;

use super::{Refusal, Verdict};
use crate::domain::text::visible;
use crate::domain::units::in_words;
use crate::domain::{Certificate, ChainStatus, TlsEndpoint};

/// How much of what a program said goes into a sentence.
const MOST_SAID: usize = 200;

impl Verdict {
    /// The verdict as a sentence, safe to show.
    pub fn sentence(&self, now: Timestamp) -> String {
        let said = match self {
            Self::Replaced { by } => {
                let digits: String = by.chars().take(16).collect();
                format!("replaced by {digits}…")
            }
            Self::Unserved => "not seen served anywhere".to_owned(),
            Self::Fine => "served as it is stored".to_owned(),
            Self::NewerServed { endpoint } => {
                format!("{endpoint} serves a newer one than is stored here")
            }
            Self::Chain { endpoint, status } => {
                let how = match status {
                    ChainStatus::MissingIntermediate => "without its intermediate",
                    ChainStatus::WrongOrder => "with its chain out of order",
                    _ => "with a wrong intermediate",
                };
                let name = asked(endpoint);
                format!(
                    "{} serves the certificate of {name} {how}: some clients refuse it",
                    who(endpoint)
                )
            }
            Self::OtherName { endpoint, names } => {
                let shown = match names.as_slice() {
                    [] => "a certificate that cannot be read".to_owned(),
                    [name] => format!("the certificate of {name}"),
                    [name, rest @ ..] => format!("the certificate of {name} +{}", rest.len()),
                };
                format!("{} serves {shown} for {}", who(endpoint), asked(endpoint))
            }
            Self::TooOld { at } => {
                let (who, name) = (who(&at.endpoint), asked(&at.endpoint));
                format!("{name} at {who} is {}", at.answer.phrase())
            }
            Self::NotReloaded { endpoint, served } => format!(
                "renewed, not reloaded: {} still serves the certificate of {}",
                who(endpoint),
                ends(served, now)
            ),
            Self::NotInstalled { place, stored } => format!(
                "renewed, {}: {} of {} still holds the certificate of {}",
                self.word(),
                place.path,
                place.holder(),
                ends(stored, now)
            ),
            Self::MountReplaced { place, seen } => format!(
                "renewed, but {} is a mount of its own: until {} is restarted it sees the certificate of {}",
                place.path,
                place.holder(),
                ends(seen, now)
            ),
            Self::KeyMismatch { place, is_servers } => {
                let (path, holder) = (&place.path, place.holder());
                let key = match &place.key {
                    Some(key) if key != path => format!("the private key {key}"),
                    _ => "the private key in it".to_owned(),
                };
                let then = if *is_servers {
                    "its next restart will fail"
                } else {
                    "no server can use them together"
                };
                format!("{path} of {holder}: {key} is not the certificate's; {then}")
            }
            Self::RestartFails {
                endpoint,
                served,
                file,
                why,
            } => format!(
                "renewed, refused, and the next restart of {} will fail: {}; it still serves the certificate of {}",
                who(endpoint),
                refused(why, file.as_deref()),
                ends(served, now)
            ),
        };
        visible(&said).into_owned()
    }

    /// What a person does about it where no action helps, safe to show.
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::RestartFails { .. } => Some(
                "do not restart it: while it runs it serves the old one; put its file right, then reload it",
            ),
            Self::KeyMismatch {
                is_servers: true, ..
            } => Some("do not restart it; put the certificate's own key there first"),
            Self::KeyMismatch { .. } => Some("put the certificate's own key there"),
            Self::MountReplaced { .. } => Some(
                "a reload does nothing: it has to be restarted; mount the folder instead of the file",
            ),
            _ => None,
        }
    }
}

/// What shows that a restart fails, as a clause.
fn refused(why: &Refusal, file: Option<&str>) -> String {
    match why {
        Refusal::Check { command, said } => {
            let said = telling(said);
            let mut text: String = said.chars().take(MOST_SAID).collect();
            if text.len() < said.len() {
                text.push('…');
            }
            let file = file.map(|file| format!("{file}, ")).unwrap_or_default();
            format!("{file}{command} says “{text}”")
        }
        Refusal::Key { path } => match file {
            Some(file) if file != path => {
                format!("the private key {path} is not that of {file}")
            }
            _ => format!("the private key in {path} is another certificate's"),
        },
        Refusal::File { path, why } => format!("{path}: {why}"),
    }
}

/// Of a check's lines the one that says what is wrong: the last ones only say that something is.
fn telling(said: &[String]) -> &str {
    let says = |line: &&String| {
        let line = line.to_ascii_lowercase();
        [
            "[emerg]",
            "[alert]",
            "error",
            "unable",
            "cannot",
            "could not",
        ]
        .iter()
        .any(|word| line.contains(word))
    };
    let telling = said.iter().find(says).or_else(|| said.last());
    telling.map_or("", String::as_str)
}

/// Who serves it: the service, else the endpoint.
fn who(endpoint: &TlsEndpoint) -> String {
    match &endpoint.service {
        Some(service) => service.to_string(),
        None => endpoint.to_string(),
    }
}

/// The name that was asked for; the address where none is.
fn asked(endpoint: &TlsEndpoint) -> String {
    match &endpoint.server_name {
        Some(name) => name.clone(),
        None => endpoint.address.to_string(),
    }
}

fn ends(certificate: &Certificate, now: Timestamp) -> String {
    let name = certificate.title();
    let span = in_words(certificate.left(now));
    if now > certificate.not_after {
        format!("{name} that expired {span} ago")
    } else {
        format!("{name} that expires in {span}")
    }
}
