//! What is served on a host: asked after each look for certificates, and now and then while they are on screen.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Certificate, Served, TlsEndpoint};

/// How often is asked while certificates are on screen and nothing else gives reason to.
const EVERY: SignedDuration = SignedDuration::from_mins(10);

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
}

impl Serving {
    /// Certificates were looked for: what is stored may be another than what is served. Where none is stored nobody
    /// needs to know until somebody looks.
    pub const fn scanned(&mut self, any_stored: bool, now: Timestamp) {
        self.due = Some(now);
        self.unseen = any_stored;
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
                self.problems = problems;
            }
            ServedMsg::Answered(served) => {
                self.answers.insert(served.endpoint.clone(), *served);
            }
            ServedMsg::Done => {
                self.asking = false;
                // Looked for again meanwhile: asked again at once.
                self.due.get_or_insert(now + EVERY);
            }
        }
    }

    /// The answers that tell of a stored certificate.
    pub fn of<'a>(&'a self, certificate: &'a Certificate) -> impl Iterator<Item = &'a Served> {
        let all = self.answers.values();
        all.filter(|served| served.concerns(certificate))
    }
}
