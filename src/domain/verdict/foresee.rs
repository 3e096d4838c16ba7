//! What the next restart of a server will come to that holds a newer file than it serves: it did not take it, and if it
//! cannot, it will not start again.

use std::collections::BTreeMap;

use super::{Refusal, Verdict, Verdicts};
use crate::domain::{Certificate, CertificatesFound, ServiceId, TlsServer, Unreadable};

/// What a server's own check said of the files that it would load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigTest {
    /// They are good.
    Accepts,
    /// They are not.
    Refuses {
        /// The check: `nginx -t`.
        command: String,
        /// What it said, untrusted; the last lines.
        said: Vec<String>,
    },
    /// It has none, or it could not be run; why, untrusted.
    Unknown(String),
}

/// The checks that were made: of a service, when it did not serve the certificate with a fingerprint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigTests(BTreeMap<(ServiceId, String), ConfigTest>);

impl ConfigTests {
    /// Notes what a check said.
    pub fn answer(&mut self, service: ServiceId, sha256: String, said: ConfigTest) {
        self.0.insert((service, sha256), said);
    }

    /// What a check said.
    pub fn of(&self, service: &ServiceId, sha256: &str) -> Option<&ConfigTest> {
        self.0.get(&(service.clone(), sha256.to_owned()))
    }

    /// Forgets what no verdict wants to know any more: a server that was reloaded may be refused another time.
    pub fn retain_wanted(&mut self, verdicts: &Verdicts) {
        self.0.retain(|(service, sha256), _| {
            let verdict = verdicts.get(sha256);
            verdict.and_then(Verdict::restarting) == Some(service)
        });
    }

    /// Forgets everything: somebody wants it looked at anew.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The servers to check, each with the fingerprint of what it does not serve: only one that holds a newer file than
    /// it serves, and each once.
    pub fn wanted(&self, verdicts: &Verdicts) -> Vec<(ServiceId, String)> {
        let not_reloaded = verdicts.iter().filter_map(|(sha256, verdict)| {
            let (Verdict::NotReloaded { endpoint, .. }
            | Verdict::RestartFails {
                endpoint,
                // What was read is only a sign; the server's own words are better.
                why: Refusal::File { .. },
                ..
            }) = verdict
            else {
                return None;
            };
            Some((endpoint.service.clone()?, sha256.clone()))
        });
        not_reloaded
            .filter(|(service, sha256)| self.of(service, sha256).is_none())
            .collect()
    }
}

/// Says of each server that was not reloaded whether it will start again, where that is known.
pub fn foresee(verdicts: &mut Verdicts, found: &CertificatesFound, tests: &ConfigTests) {
    for (sha256, verdict) in verdicts.iter_mut() {
        let Verdict::NotReloaded { endpoint, served } = verdict else {
            continue;
        };
        let Some(service) = &endpoint.service else {
            continue;
        };
        let refusal = match tests.of(service, sha256) {
            Some(ConfigTest::Refuses { command, said }) => Some(Refusal::Check {
                command: command.clone(),
                said: said.clone(),
            }),
            // The server itself knows best.
            Some(ConfigTest::Accepts) => None,
            Some(ConfigTest::Unknown(_)) | None => unreadable_of(service, &found.unreadable),
        };
        let Some(why) = refusal else { continue };
        let newest = found.certificates.iter().find(|one| one.sha256 == *sha256);
        *verdict = Verdict::RestartFails {
            endpoint: endpoint.clone(),
            served: served.clone(),
            file: newest
                .and_then(|newest| file_of(newest, service))
                .or_else(|| unreadable_file(service, &found.unreadable)),
            why,
        };
    }
}

/// The file of a certificate that a service reads.
fn file_of(certificate: &Certificate, service: &ServiceId) -> Option<String> {
    let mut places = certificate.places.iter();
    let place = places.find(|place| place.service.as_ref() == Some(service));
    place.map(|place| place.path.clone())
}

/// What cannot be read in a folder of which the server reads every file.
fn unreadable_of(service: &ServiceId, unreadable: &[Unreadable]) -> Option<Refusal> {
    let all = unreadable.iter();
    let mut of_service = all.filter(|one| {
        one.service.as_ref() == Some(service)
            && matches!(one.server, Some(TlsServer::Hitch | TlsServer::Haproxy))
    });
    of_service.next().map(|one| Refusal::File {
        path: one.path.clone(),
        why: one.why.clone(),
    })
}

fn unreadable_file(service: &ServiceId, unreadable: &[Unreadable]) -> Option<String> {
    match unreadable_of(service, unreadable)? {
        Refusal::File { path, .. } => Some(path),
        _ => None,
    }
}
