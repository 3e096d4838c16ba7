//! What the endpoints of a host say of the certificates that are stored there.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::lineage::replaced;
use super::{Verdict, Verdicts};
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
            served.concerns(newest) || before.iter().any(|old| served.concerns(old))
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
        let worst = seen.chain(self.left_behind()).reduce(|worst, next| {
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
            None => Verdict::NotReloaded {
                endpoint,
                served: Box::new(served.clone()),
            },
        }
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
        let shows = |place: &CertificatePlace| {
            let mut showing = self.answers.iter();
            showing.any(|served| {
                served.shows(&self.newest.sha256) == Some(true)
                    && served.endpoint.service == place.service
            })
        };
        self.before.iter().find_map(|old| {
            let mut made = old.places.iter().filter(is_made);
            let place = made.find(|place| !is_beside(place) && !shows(place))?;
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
