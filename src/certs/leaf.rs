//! The leaves of a file, each with its chain and with whether the key that is kept for it is its own.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Parsed, ParsedCertificate};
use crate::domain::ChainPath;
use crate::domain::chain::ChainLink;

/// No real chain is longer; a circle of CAs that issued each other has no end.
const LONGEST_PATH: usize = 16;
/// How many certificates that belong to no chain are kept of a file.
const MOST_STRAYS: usize = 8;
/// How much of a name is kept of a certificate that is only drawn.
const LONGEST_NAME: usize = 200;

/// A certificate that somebody serves, as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The certificate.
    pub certificate: ParsedCertificate,
    /// Whether the private key of the file is its own; none where there is none, or where that cannot be told.
    pub key_matches: Option<bool>,
    /// Its chain.
    pub path: Arc<ChainPath>,
}

/// The public halves of private keys, as hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Keys {
    spki_sha256: HashSet<String>,
    /// Whether there is one of which that cannot be told.
    has_unread: bool,
}

impl Keys {
    pub(super) fn of(parsed: &Parsed) -> Self {
        Self {
            spki_sha256: parsed.key_spki_sha256.iter().cloned().collect(),
            has_unread: parsed.has_unread_key,
        }
    }

    /// Whether one of them is a certificate's; none where there is none, or where that cannot be told.
    pub(super) fn match_(&self, certificate: &ParsedCertificate) -> Option<bool> {
        if self.spki_sha256.contains(&certificate.spki_sha256) {
            return Some(true);
        }
        (!self.has_unread && !self.spki_sha256.is_empty()).then_some(false)
    }
}

impl Parsed {
    /// Its certificates that somebody serves.
    pub fn into_leaves(self) -> Vec<Leaf> {
        let keys = Keys::of(&self);
        let paths = self.paths();
        let served = self.certificates.into_iter().zip(paths);
        let mut is_first = true;
        served
            .filter_map(|(certificate, path)| {
                let path = Arc::new(path?);
                // Servers take the first leaf of a file: that one needs its key.
                let key_matches = keys
                    .match_(&certificate)
                    .filter(|matches| *matches || is_first);
                is_first = false;
                Some(Leaf {
                    certificate,
                    key_matches,
                    path,
                })
            })
            .collect()
    }

    /// The chain of the first leaf.
    pub fn first_path(&self) -> Option<ChainPath> {
        self.paths().into_iter().flatten().next()
    }

    /// The chain of each leaf, none of a CA.
    fn paths(&self) -> Vec<Option<ChainPath>> {
        let all = &self.certificates;
        let ways: Vec<Option<Vec<usize>>> = (0..all.len())
            .map(|at| all[at].role.is_served().then(|| self.way_up(at)))
            .collect();
        let used: HashSet<&str> = ways
            .iter()
            .flatten()
            .flatten()
            .map(|at| all[*at].sha256.as_str())
            .collect();
        let strays: Vec<ChainLink> = all
            .iter()
            .filter(|one| !used.contains(one.sha256.as_str()))
            .take(MOST_STRAYS)
            .map(link)
            .collect();
        ways.into_iter()
            .map(|way| {
                let links = way?.into_iter().map(|at| link(&all[at])).collect();
                Some(ChainPath {
                    links,
                    strays: strays.clone(),
                    status: self.chain,
                })
            })
            .collect()
    }

    /// Where a certificate stands, and each of those above it.
    pub(super) fn way_up(&self, leaf: usize) -> Vec<usize> {
        let mut way = vec![leaf];
        let mut at = leaf;
        while let Some(next) = self.certificates.get(at).and_then(|one| one.issuer_at) {
            if way.len() == LONGEST_PATH || way.contains(&next) || next >= self.certificates.len() {
                break;
            }
            way.push(next);
            at = next;
        }
        way
    }
}

fn link(certificate: &ParsedCertificate) -> ChainLink {
    ChainLink {
        sha256: certificate.sha256.clone(),
        subject: cut(&certificate.subject),
        issuer: cut(&certificate.issuer),
        key: cut(&certificate.key_kind),
        not_before: certificate.not_before,
        not_after: certificate.not_after,
        role: certificate.role,
        above: certificate.above,
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}
