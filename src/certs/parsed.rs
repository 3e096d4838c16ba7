//! What a file holds, as far as it could be read.

use std::collections::HashSet;

use super::ParsedCertificate;
use crate::domain::{ChainStatus, FileOutcome};

/// How many problems of one file are told; it could consist of nothing else.
const MOST_PROBLEMS: usize = 20;

/// What a file holds. Private keys are not kept, only what tells which certificate they belong to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Its certificates in the file's order.
    pub certificates: Vec<ParsedCertificate>,
    /// What could not be read, each as a sentence's end: "line 3: CERTIFICATE has no END".
    pub problems: Vec<String>,
    /// Whether it holds a private key.
    pub has_key: bool,
    /// Of each private key the SHA-256 over its public half (`SubjectPublicKeyInfo`), lower-case hex: the
    /// [`ParsedCertificate::spki_sha256`] of the certificate it belongs to.
    pub key_spki_sha256: Vec<String>,
    /// Whether it holds a private key of which that cannot be told: it is encrypted, or of a rare kind.
    pub has_unread_key: bool,
    /// Whether it is a bundle, or has a part that is one, which a password protects.
    pub locked: bool,
    /// How its certificates stand to each other.
    pub chain: ChainStatus,
}

impl Parsed {
    /// The one that a server takes of it.
    pub fn first_leaf(&self) -> Option<&ParsedCertificate> {
        self.leaves().next()
    }

    fn leaves(&self) -> impl Iterator<Item = &ParsedCertificate> {
        let certificates = self.certificates.iter();
        certificates.filter(|certificate| certificate.role.is_served())
    }

    /// What reading it came to.
    pub const fn outcome(&self) -> FileOutcome {
        match (self.certificates.is_empty(), self.problems.is_empty()) {
            (false, true) => FileOutcome::Ok,
            (false, false) => FileOutcome::Partial,
            (true, _) if self.locked => FileOutcome::Container,
            (true, false) => FileOutcome::Malformed,
            (true, true) => FileOutcome::NoCertificate,
        }
    }

    /// Whether the file's private keys are those of its leaves; none where it has no key or no leaf, or where that
    /// cannot be told.
    pub fn key_match(&self) -> Option<bool> {
        self.matches(&self.key_spki_sha256, self.has_unread_key)
    }

    /// The same for the private keys of another file.
    pub fn key_match_of(&self, keys: &Self) -> Option<bool> {
        self.matches(&keys.key_spki_sha256, keys.has_unread_key)
    }

    /// Servers take the first leaf of a file, so that one needs its key; and a key of none is there by mistake.
    fn matches(&self, keys: &[String], has_unread_key: bool) -> Option<bool> {
        let first = self.first_leaf()?;
        let has_key = keys.contains(&first.spki_sha256);
        if has_unread_key && !has_key || keys.is_empty() {
            return None;
        }
        let wanted: HashSet<&str> = self
            .leaves()
            .map(|leaf| leaf.spki_sha256.as_str())
            .collect();
        Some(has_key && keys.iter().all(|key| wanted.contains(key.as_str())))
    }

    /// Both together, of files that hold others; the chain is the worse one.
    pub(super) fn joined(mut self, mut other: Self) -> Self {
        let before = self.certificates.len();
        for certificate in &mut other.certificates {
            certificate.issuer_at = certificate.issuer_at.map(|at| at + before);
        }
        self.certificates.append(&mut other.certificates);
        for problem in other.problems {
            self.problem(problem);
        }
        self.has_key |= other.has_key;
        self.key_spki_sha256.append(&mut other.key_spki_sha256);
        self.has_unread_key |= other.has_unread_key;
        self.locked |= other.locked;
        self.chain = self.chain.max(other.chain);
        self
    }

    pub(super) fn problem(&mut self, problem: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }
}
