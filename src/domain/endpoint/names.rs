//! Which names are asked for at an endpoint, and which certificates are good for them.

use std::net::IpAddr;

use crate::domain::{Certificate, ServiceId};

/// What to ask for at one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Each is one connection; none asks for what is served by default.
    pub names: Vec<Option<String>>,
    /// Names that are not asked for: a `*` that stands for no name we know, those beyond the limit, and what is no name.
    pub left_out: Vec<String>,
}

impl Asked {
    /// What to ask for where a server has certificates for these names, at most `most` of them. A wildcard is asked for
    /// by a name that it covers, where one is known: one made up may well be answered, but by nobody's wish.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> Self {
        let (mut asked, mut wildcards, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        let mut by_default = false;
        for name in names {
            if name.parse::<IpAddr>().is_ok() {
                // SNI has no addresses (RFC 6066 §3): a client that connects to one says nothing.
                by_default = true;
            } else if name.starts_with("*.") {
                wildcards.push(name);
            } else if let Some(name) = dns_name(name) {
                if !asked.contains(&Some(name.clone())) {
                    asked.push(Some(name));
                }
            } else {
                left_out.push(name.to_owned());
            }
        }
        for wildcard in wildcards {
            let mut known = asked.iter().flatten();
            if !known.any(|name| covers(wildcard, name)) {
                left_out.push(wildcard.to_owned());
            }
        }
        left_out.sort();
        left_out.dedup();
        if by_default || asked.is_empty() {
            asked.insert(0, None);
        }
        let beyond = asked.split_off(most.max(1).min(asked.len()));
        left_out.extend(beyond.into_iter().flatten());
        Self {
            names: asked,
            left_out,
        }
    }
}

/// The names of the certificates that a service stores, of those soonest to expire first.
pub fn names_stored<'a>(
    service: &ServiceId,
    certificates: impl IntoIterator<Item = &'a Certificate>,
) -> Vec<&'a str> {
    certificates
        .into_iter()
        .filter(|certificate| {
            let mut places = certificate.places.iter();
            places.any(|place| place.service.as_ref() == Some(service))
        })
        .flat_map(names_of)
        .collect()
}

/// What a certificate is for: its SANs; of one that has none its common name, which is all that old ones have.
pub fn names_of(certificate: &Certificate) -> impl Iterator<Item = &str> {
    let by_common_name = certificate
        .common_name
        .as_deref()
        .filter(|_| certificate.names.is_empty());
    let names = certificate.names.iter().map(String::as_str);
    names.chain(by_common_name)
}

/// Whether a name on a certificate is good for a name that is asked for (RFC 9525 §6.3): the same, or a `*` for its
/// first label.
pub fn covers(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (trimmed(pattern), trimmed(name));
    if let Some(parent) = pattern.strip_prefix("*.") {
        let rest = name.split_once('.').filter(|(first, _)| !first.is_empty());
        return rest.is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent));
    }
    pattern.eq_ignore_ascii_case(name)
}

fn trimmed(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// The name in lower case, where it is one that DNS and SNI can have: labels of letters, digits, `-` and `_`. A bare
/// number at its end would be an address to many (WHATWG URL, "ends in a number").
pub(super) fn dns_name(text: &str) -> Option<String> {
    let name = trimmed(text);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let mut labels = name.rsplit('.');
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let last = labels.next().filter(|last| !is_number(last))?;
    let is_name = name.len() <= 253 && is_label(last) && labels.all(is_label);
    is_name.then(|| name.to_ascii_lowercase())
}
