//! Which certificates matter, and how badly: what is served counts, and what is stored unless a newer one took its place.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::endpoint::names_of;
use crate::domain::units::in_words;
use crate::domain::{AcmeClient, Certificate, HostId, Served, ServiceId, Urgency};

use super::limit::Limit;
use super::report::State;

/// From when on a certificate is a warning or critical, where somebody said; else its lifetime says so.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// A warning.
    pub warning: Option<Limit>,
    /// Critical.
    pub critical: Option<Limit>,
}

/// A certificate and what it is worth.
#[derive(Debug, Clone)]
pub struct Assessed {
    /// The certificate, untrusted.
    pub certificate: Certificate,
    /// Whether it was found in a file.
    pub stored: bool,
    /// The endpoints that show it.
    pub served_at: Vec<String>,
    /// The endpoints that should show it, and show another one.
    pub missing_at: Vec<String>,
    /// Whether a newer one of the same names or lineage is there.
    pub newer: bool,
    /// Whether that one has taken its place, so that this one does not count any more.
    pub replaced: bool,
    /// What it means.
    pub state: State,
    /// What is to be said of it as a sentence, untrusted; none where nothing is.
    pub what: Option<String>,
}

/// Judges all of them, the soonest to expire first.
pub fn assess(
    stored: &[Certificate],
    served: &[Served],
    limits: Limits,
    now: Timestamp,
) -> Vec<Assessed> {
    let mut all: Vec<Assessed> = stored.iter().map(|one| seen(one, true)).collect();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (index, one) in all.iter().enumerate() {
        known.insert(one.certificate.sha256.clone(), index);
    }
    for answer in served {
        let Some(chain) = answer.answer.chain() else {
            continue;
        };
        // What is in no file: overwritten since the server read it, or kept where nobody looks.
        let index = match (known.get(&chain.leaf.sha256), &chain.leaf.read) {
            (Some(&index), _) => index,
            (None, Ok(leaf)) => {
                known.insert(leaf.sha256.clone(), all.len());
                all.push(seen(leaf, false));
                all.len() - 1
            }
            (None, Err(_)) => continue,
        };
        all[index].served_at.push(answer.endpoint.to_string());
    }
    let newest = Newest::of(&all, served, now);
    for (index, one) in all.iter_mut().enumerate() {
        let others = served.iter().filter(|answer| {
            answer.shows(&one.certificate.sha256) == Some(false)
                && answer.concerns(&one.certificate)
        });
        let others: Vec<&Served> = others.collect();
        one.missing_at = others.iter().map(|one| one.endpoint.to_string()).collect();
        one.newer = newest.is_after(index, &one.certificate);
        one.replaced = one.newer
            && one.served_at.is_empty()
            && !newest.is_all_that_a_server_has(index, &one.certificate, &others);
        if !one.replaced {
            (one.state, one.what) = judge(one, limits, now);
        }
    }
    all.sort_by(|a, b| {
        let key = |one: &Assessed| (one.certificate.not_after, one.certificate.sha256.clone());
        key(a).cmp(&key(b))
    });
    all
}

fn seen(certificate: &Certificate, stored: bool) -> Assessed {
    Assessed {
        certificate: certificate.clone(),
        stored,
        served_at: Vec::new(),
        missing_at: Vec::new(),
        newer: false,
        replaced: false,
        state: State::Ok,
        what: None,
    }
}

/// What a certificate that counts means, in words.
fn judge(one: &Assessed, limits: Limits, now: Timestamp) -> (State, Option<String>) {
    let certificate = &one.certificate;
    let urgency = certificate.urgency(now);
    let reached = |limit: Option<Limit>, usual: Urgency| match limit {
        Some(limit) => limit.is_reached(certificate, now),
        None => urgency >= usual,
    };
    let span = in_words(certificate.left(now));
    let (state, how) = match urgency {
        Urgency::Expired => (State::Critical, format!("expired {span} ago")),
        Urgency::NotYetValid => (State::Warning, "is not valid yet".to_owned()),
        _ if reached(limits.critical, Urgency::Critical) => {
            (State::Critical, format!("expires in {span}"))
        }
        _ if reached(limits.warning, Urgency::Warning) => {
            (State::Warning, format!("expires in {span}"))
        }
        // It says when it was to be renewed, not that something is wrong.
        Urgency::Due | Urgency::Warning | Urgency::Critical => {
            (State::Ok, format!("is due, and expires in {span}"))
        }
        Urgency::Fine if one.newer => (State::Ok, format!("expires in {span}")),
        Urgency::Fine => return (State::Ok, None),
    };
    let staging = if certificate.is_staging() {
        " (staging)"
    } else {
        ""
    };
    let name = certificate.title();
    let newer = if one.newer {
        ", and there is a newer one"
    } else {
        ""
    };
    let what = match one.served_at.first() {
        Some(endpoint) if one.newer || !one.stored => {
            format!("{endpoint} serves a certificate of {name}{staging} that {how}{newer}")
        }
        _ => format!("the certificate of {name}{staging} {how}{newer}"),
    };
    (state, Some(what))
}

/// When the newest certificate was issued, of each set of names and each lineage. Each certificate is looked at once:
/// there may be many, and each may have many names.
struct Newest {
    /// The set of names of each certificate, as a number.
    group: Vec<usize>,
    by_names: HashMap<usize, Timestamp>,
    by_names_at: HashMap<(usize, ServiceId), Timestamp>,
    by_lineage: HashMap<(HostId, AcmeClient, String), Timestamp>,
}

impl Newest {
    fn of(all: &[Assessed], served: &[Served], now: Timestamp) -> Self {
        let mut groups: HashMap<Vec<String>, usize> = HashMap::new();
        let mut newest = Self {
            group: Vec::with_capacity(all.len()),
            by_names: HashMap::new(),
            by_names_at: HashMap::new(),
            by_lineage: HashMap::new(),
        };
        let mut index_of: HashMap<&str, usize> = HashMap::new();
        for (index, one) in all.iter().enumerate() {
            let certificate = &one.certificate;
            index_of.insert(&certificate.sha256, index);
            let mut names: Vec<String> = names_of(certificate).map(str::to_lowercase).collect();
            names.sort_unstable();
            names.dedup();
            // What is for nothing is no other's successor.
            if names.is_empty() {
                names.push(format!("sha256 {}", certificate.sha256));
            }
            let next = groups.len();
            let group = *groups.entry(names).or_insert(next);
            newest.group.push(group);
            let since = certificate.not_before;
            // One whose time has not come replaces nothing.
            if since > now {
                continue;
            }
            later(newest.by_names.entry(group).or_insert(since), since);
            for place in &certificate.places {
                if let Some(service) = place.service.clone() {
                    let entry = newest.by_names_at.entry((group, service));
                    later(entry.or_insert(since), since);
                }
                if let (Some(client), Some(lineage)) = (place.client, place.lineage.clone()) {
                    let key = (place.host.clone(), client, lineage);
                    later(newest.by_lineage.entry(key).or_insert(since), since);
                }
            }
        }
        for answer in served {
            let leaf = answer.answer.chain().map(|chain| &*chain.leaf.sha256);
            let Some(&index) = leaf.and_then(|sha256| index_of.get(sha256)) else {
                continue;
            };
            let since = all[index].certificate.not_before;
            if let Some(service) = answer.endpoint.service.clone().filter(|_| since <= now) {
                let entry = newest.by_names_at.entry((newest.group[index], service));
                later(entry.or_insert(since), since);
            }
        }
        newest
    }

    /// Whether a newer one of the same names or the same lineage is anywhere.
    fn is_after(&self, index: usize, certificate: &Certificate) -> bool {
        let is_newer =
            |since: Option<&Timestamp>| since.is_some_and(|since| *since > certificate.not_before);
        is_newer(self.by_names.get(&self.group[index]))
            || certificate.places.iter().any(|place| {
                let lineage = place.lineage.clone().zip(place.client);
                lineage.is_some_and(|(lineage, client)| {
                    let key = (place.host.clone(), client, lineage);
                    is_newer(self.by_lineage.get(&key))
                })
            })
    }

    /// Whether a server keeps it in a file of its own and no newer one: then that is what it serves, as far as nobody
    /// saw it serve another.
    fn is_all_that_a_server_has(
        &self,
        index: usize,
        certificate: &Certificate,
        others: &[&Served],
    ) -> bool {
        let servers = certificate
            .places
            .iter()
            .filter(|place| place.server.is_some());
        let mut services = servers.filter_map(|place| place.service.as_ref());
        services.any(|service| {
            let key = (self.group[index], service.clone());
            let has_newer = self
                .by_names_at
                .get(&key)
                .is_some_and(|since| *since > certificate.not_before);
            let shows_another = others
                .iter()
                .any(|answer| answer.endpoint.service.as_ref() == Some(service));
            // One of the same lineage with other names is a newer one, too, where the client's own files are there.
            let of_client = certificate
                .places
                .iter()
                .any(|place| place.service.as_ref() == Some(service) && place.client.is_some());
            !has_newer && !shows_another && !of_client
        })
    }
}

fn later(known: &mut Timestamp, other: Timestamp) {
    *known = (*known).max(other);
}
