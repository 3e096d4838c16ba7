//! What the endpoints of a host say of the certificates that are stored there.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use super::lineage::{names_key, replaced};
use super::{Refusal, Verdict, Verdicts};
use crate::domain::endpoint::{covers, names_of};
use crate::domain::{Answer, Certificate, CertificatePlace, ChainStatus, Served, TlsEndpoint};

/// Judges the certificates of a host by the last answers of its endpoints.
pub fn judge<'a>(
    certificates: &[Certificate],
    answers: impl IntoIterator<Item = &'a Served>,
    now: Timestamp,
) -> Verdicts {
    let answers: Vec<&Served> = answers.into_iter().collect();
    let replaced = replaced(certificates, now);
    let mut lineages: BTreeMap<usize, Vec<&Certificate>> = BTreeMap::new();
    let mut current: HashMap<&str, &Certificate> = HashMap::new();
    let known: HashSet<&str> = certificates.iter().map(|one| one.sha256.as_str()).collect();
    let mut verdicts = Verdicts::new();
    for (at, (certificate, by)) in certificates.iter().zip(&replaced).enumerate() {
        if let Some(newest) = by.and_then(|by| certificates.get(by).map(|one| (by, one))) {
            lineages.entry(newest.0).or_default().push(certificate);
            let by = newest.1.sha256.clone();
            verdicts.insert(certificate.sha256.clone(), Verdict::Replaced { by });
        } else {
            lineages.entry(at).or_default();
            current.insert(&certificate.sha256, certificate);
        }
    }
    for (at, before) in lineages {
        let Some(newest) = certificates.get(at) else {
            continue;
        };
        let concerns = |served: &&Served| {
            served.concerns(newest)
                || before.iter().any(|old| served.concerns(old))
                || (is_before(served, newest) && !known.contains(shown(served)))
        };
        let lineage = Lineage {
            newest,
            answers: answers.iter().copied().filter(concerns).collect(),
            before,
            current: &current,
        };
        verdicts.insert(newest.sha256.clone(), lineage.verdict());
    }
    verdicts
}

/// The fingerprint of what is shown; empty where nothing is.
fn shown(served: &Served) -> &str {
    let chain = served.answer.chain();
    chain.map_or("", |chain| chain.leaf.sha256.as_str())
}

/// Whether a service shows what a certificate replaced, wherever it has that from: one of before for exactly its names. Its
/// file may hold nothing any more that can be read.
fn is_before(served: &Served, newest: &Certificate) -> bool {
    let leaf = served.answer.chain().map(|chain| &chain.leaf.read);
    let Some(Ok(leaf)) = leaf.filter(|_| served.endpoint.service.is_some()) else {
        return false;
    };
    leaf.not_before < newest.not_before && names_key(leaf) == names_key(newest)
}

/// A current certificate, those it replaced, and what was answered where any of them should be served.
struct Lineage<'a> {
    newest: &'a Certificate,
    before: Vec<&'a Certificate>,
    answers: Vec<&'a Served>,
    /// Every current certificate of the host, by its fingerprint.
    current: &'a HashMap<&'a str, &'a Certificate>,
}

impl Lineage<'_> {
    fn verdict(&self) -> Verdict {
        let seen = self.answers.iter().filter_map(|served| self.at(served));
        // Where it is served at all, a server that stores it beside others need not be for its name.
        let seen = seen.filter(|verdict| match verdict {
            Verdict::OtherName { endpoint, .. } => !self.is_served_for(endpoint),
            _ => true,
        });
        let elsewhere = [self.left_behind(), self.wrong_key(), self.old_mount()];
        let worst = seen
            .chain(elsewhere.into_iter().flatten())
            .reduce(|worst, next| {
                if next.rank() > worst.rank() {
                    next
                } else {
                    worst
                }
            });
        worst.unwrap_or(Verdict::Unserved)
    }

    /// What one endpoint says of it; none when it showed nothing, or rightly something else.
    fn at(&self, served: &Served) -> Option<Verdict> {
        let too_old = || {
            let at = Box::new(served.clone());
            Verdict::TooOld { at }
        };
        let is_too_old = matches!(served.answer, Answer::TooOld { .. });
        let Some(chain) = served.answer.chain() else {
            return is_too_old.then(too_old);
        };
        let endpoint = served.endpoint.clone();
        if chain.leaf.sha256 == self.newest.sha256 {
            if is_too_old {
                return Some(too_old());
            }
            return Some(match chain.status {
                ChainStatus::Unknown | ChainStatus::Complete | ChainStatus::SelfSigned => {
                    Verdict::Fine
                }
                status => Verdict::Chain { endpoint, status },
            });
        }
        let mut before = self.before.iter();
        if let Some(old) = before.find(|old| old.sha256 == chain.leaf.sha256) {
            return Some(self.outdated(endpoint, old));
        }
        let Ok(leaf) = &chain.leaf.read else {
            let names = Vec::new();
            return Some(Verdict::OtherName { endpoint, names });
        };
        let is_for_it = match &endpoint.server_name {
            Some(asked) => names_of(leaf).any(|name| covers(name, asked)),
            None => names_of(leaf).any(|name| names_of(self.newest).any(|own| own == name)),
        };
        if !is_for_it {
            let names = names_of(leaf).map(str::to_owned).collect();
            return Some(Verdict::OtherName { endpoint, names });
        }
        if self.current.contains_key(chain.leaf.sha256.as_str()) {
            return None;
        }
        if leaf.not_before > self.newest.not_before {
            return Some(Verdict::NewerServed { endpoint });
        }
        Some(self.outdated(endpoint, leaf))
    }

    /// An older one is served: because the file that the server reads is an older one too, or though it is not.
    fn outdated(&self, endpoint: TlsEndpoint, served: &Certificate) -> Verdict {
        let here = |place: &&CertificatePlace| match &endpoint.service {
            Some(service) => place.service.as_ref() == Some(service),
            None => place.server.is_some(),
        };
        let of = |certificate: &Certificate| {
            let mut places = certificate.places.iter().filter(here);
            places.find(|place| place.is_combined()).cloned()
        };
        let any = |certificate: &Certificate| certificate.places.iter().find(here).cloned();
        let is_combined = of(self.newest).is_some();
        let behind = self.before.iter().find_map(|old| {
            let place = if is_combined { None } else { of(old) };
            let place = place.or_else(|| any(old).filter(|_| any(self.newest).is_none()));
            place.map(|place| (place, *old))
        });
        match behind {
            Some((place, stored)) => Verdict::NotInstalled {
                place: Box::new(place),
                stored: Box::new(stored.clone()),
            },
            None => self.not_taken(endpoint, served),
        }
    }

    /// The server has the newest one and serves an older one: since nobody told it, or since it cannot take it.
    fn not_taken(&self, endpoint: TlsEndpoint, served: &Certificate) -> Verdict {
        let mut own = self.newest.places.iter();
        let service = endpoint.service.as_ref();
        let has_wrong_key = |place: &&CertificatePlace| {
            service.is_some()
                && place.service.as_ref() == service
                && place.key_matches == Some(false)
        };
        let served = Box::new(served.clone());
        match own.find(has_wrong_key) {
            Some(place) => Verdict::RestartFails {
                endpoint,
                served,
                file: Some(place.path.clone()),
                why: Refusal::Key {
                    path: place.key.clone().unwrap_or_else(|| place.path.clone()),
                },
            },
            None => Verdict::NotReloaded { endpoint, served },
        }
    }

    /// A place whose private key is another certificate's; a server's where there are several.
    fn wrong_key(&self) -> Option<Verdict> {
        let places = self.newest.places.iter();
        let wrong = places.filter(|place| place.key_matches == Some(false));
        let judged = wrong.map(|place| (self.is_servers(place), place));
        let (is_servers, place) = judged.max_by_key(|(is_servers, _)| *is_servers)?;
        Some(Verdict::KeyMismatch {
            place: Box::new(place.clone()),
            is_servers,
        })
    }

    /// A server's file that its programs see as it was before: unless they serve the newest all the same.
    fn old_mount(&self) -> Option<Verdict> {
        let mut places = self.newest.places.iter();
        let is_old = |place: &&CertificatePlace| {
            place.seen_inside.is_some() && self.is_servers(place) && !self.is_shown_by(place)
        };
        let place = places.find(is_old)?;
        Some(Verdict::MountReplaced {
            place: Box::new(place.clone()),
            seen: place.seen_inside.clone()?,
        })
    }

    /// Whether a server reads a file: it is in a server's container or folder, or its service answers for its names.
    fn is_servers(&self, place: &CertificatePlace) -> bool {
        let mut answers = self.answers.iter();
        place.server.is_some()
            || (place.service.is_some()
                && answers.any(|served| {
                    served.endpoint.service == place.service && served.answer.chain().is_some()
                }))
    }

    /// Whether the service of a place shows the newest one.
    fn is_shown_by(&self, place: &CertificatePlace) -> bool {
        let mut answers = self.answers.iter();
        answers.any(|served| {
            served.shows(&self.newest.sha256) == Some(true)
                && served.endpoint.service == place.service
        })
    }

    /// A file of key and chain that somebody made of an older one for a server, though nobody was seen to serve that.
    fn left_behind(&self) -> Option<Verdict> {
        let is_ordered = self
            .newest
            .places
            .iter()
            .any(|place| place.client.is_some());
        if !is_ordered {
            return None;
        }
        let is_made = |place: &&CertificatePlace| {
            place.is_combined() && place.client.is_none() && place.server.is_some()
        };
        // Beside the new one it is a copy of before.
        let is_beside = |place: &CertificatePlace| {
            let mut own = self.newest.places.iter().filter(is_made);
            own.any(|own| own.holder() == place.holder())
        };
        self.before.iter().find_map(|old| {
            let mut made = old.places.iter().filter(is_made);
            let place = made.find(|place| !is_beside(place) && !self.is_shown_by(place))?;
            Some(Verdict::NotInstalled {
                place: Box::new(place.clone()),
                stored: Box::new((*old).clone()),
            })
        })
    }

    fn is_served_for(&self, endpoint: &TlsEndpoint) -> bool {
        self.answers.iter().any(|served| {
            served.endpoint.server_name == endpoint.server_name
                && served.shows(&self.newest.sha256) == Some(true)
        })
    }
}
