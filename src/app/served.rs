//! What is served on a host: asked after each look for certificates, and now and then while they are on screen.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Certificate, Served, TlsEndpoint};

/// How often is asked while certificates are on screen and nothing else gives reason to.
const EVERY: SignedDuration = SignedDuration::from_mins(10);
/// How often after looks for certificates that found nothing new, while nobody sees it.
const EVERY_UNSEEN: SignedDuration = SignedDuration::from_mins(50);

/// What is answered.
#[derive(Debug)]
pub enum ServedMsg {
    /// These endpoints are being asked, and there are no others.
    Asking {
        /// The endpoints.
        endpoints: Vec<TlsEndpoint>,
        /// What is wrong with labels, and what is left out.
        problems: Vec<String>,
    },
    /// One answered, or did not.
    Answered(Box<Served>),
    /// All were asked, or the engine could not be.
    Done,
}

/// What is known of the endpoints of a host.
#[derive(Debug, Default)]
pub struct Serving {
    /// The last answer of each.
    pub answers: BTreeMap<TlsEndpoint, Served>,
    /// What is wrong with labels, and what is left out.
    pub problems: Vec<String>,
    /// Whether they are being asked.
    pub asking: bool,
    /// When they are asked next; none before the first look for certificates.
    due: Option<Timestamp>,
    /// Whether they are asked then though no certificate is on screen.
    unseen: bool,
    /// When they were last asked.
    asked_at: Option<Timestamp>,
    /// The fingerprints of what is stored.
    stored: BTreeSet<String>,
    /// The endpoints whose answer was given before something new was stored that it tells of: until they are asked again
    /// it judges nothing.
    outdated: BTreeSet<TlsEndpoint>,
}

impl Serving {
    /// These certificates were found: what is served may be another one. Somebody who looks knows it at once; without
    /// that it is asked when what is stored changed, and now and then while anything is stored.
    pub fn scanned(&mut self, certificates: &[Certificate], now: Timestamp) {
        let stored: BTreeSet<String> = certificates.iter().map(|one| one.sha256.clone()).collect();
        if !self.stored.is_empty() {
            let is_new = |one: &&Certificate| !self.stored.contains(&one.sha256);
            let new: Vec<&Certificate> = certificates.iter().filter(is_new).collect();
            let tells = |served: &&Served| new.iter().any(|one| served.concerns(one));
            let told = self.answers.values().filter(tells);
            self.outdated
                .extend(told.map(|served| served.endpoint.clone()));
        }
        let changed = std::mem::replace(&mut self.stored, stored) != self.stored;
        let rested = self
            .asked_at
            .is_none_or(|at| now.duration_since(at) >= EVERY_UNSEEN);
        self.due = Some(now);
        self.unseen |= changed || (rested && !certificates.is_empty());
    }

    /// Notes that they are being asked, where they should be; whether that is so.
    pub fn begin_where_due(&mut self, on_screen: bool, now: Timestamp) -> bool {
        let due = self.due.is_some_and(|due| due <= now);
        if self.asking || !due || !(on_screen || self.unseen) {
            return false;
        }
        self.asking = true;
        self.due = None;
        self.unseen = false;
        self.asked_at = Some(now);
        true
    }

    /// Takes an answer in.
    pub fn answer(&mut self, answer: ServedMsg, now: Timestamp) {
        match answer {
            ServedMsg::Asking {
                endpoints,
                problems,
            } => {
                self.answers.retain(|known, _| endpoints.contains(known));
                self.outdated.retain(|known| endpoints.contains(known));
                self.problems = problems;
            }
            ServedMsg::Answered(served) => {
                self.outdated.remove(&served.endpoint);
                self.answers.insert(served.endpoint.clone(), *served);
            }
            ServedMsg::Done => {
                self.asking = false;
                // Looked for again meanwhile: asked again at once.
                self.due.get_or_insert(now + EVERY);
            }
        }
    }

    /// The answers by which is judged: those that were given since what they tell of was stored.
    pub fn current(&self) -> impl Iterator<Item = &Served> {
        let all = self.answers.values();
        all.filter(|served| !self.outdated.contains(&served.endpoint))
    }

    /// The answers that tell of a stored certificate.
    pub fn of<'a>(&'a self, certificate: &'a Certificate) -> impl Iterator<Item = &'a Served> {
        let all = self.answers.values();
        all.filter(|served| served.concerns(certificate))
    }
}
