//! The way from a certificate up to its root, as a file or a server has it: what a tree of it is drawn from.

use jiff::Timestamp;
use serde::Serialize;

use super::{CertificateRole, ChainStatus};

/// A leaf and what stands above it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ChainPath {
    /// The leaf, then each certificate's issuer as far as they are there.
    pub links: Vec<ChainLink>,
    /// What is there besides and belongs to nobody's chain; a bundle has hundreds, so only the first few.
    pub strays: Vec<ChainLink>,
    /// Whether a client can follow it.
    pub status: ChainStatus,
}

/// A certificate on the way. Its strings are untrusted, and cut to what a person reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ChainLink {
    /// SHA-256 over the DER, lower-case hex.
    pub sha256: String,
    /// Whose it is: organisation and common name, else the first name it is for.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// Its key: `ECDSA P-256`, `RSA 2048`.
    pub key: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
    /// What it is among the others.
    pub role: CertificateRole,
    /// What stands above it.
    pub above: Above,
}

/// What stands above a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Above {
    /// Nothing: it is its own issuer.
    Itself,
    /// Its issuer, further on in the file.
    Issuer,
    /// Its issuer, which stands before it.
    IssuerBefore,
    /// One that bears its issuer's name and did not sign it.
    Impostor,
    /// Nothing: its issuer is not there.
    Nothing,
}

impl ChainLink {
    /// Whether it is beyond its time, or before it.
    pub fn is_out_of_date(&self, now: Timestamp) -> bool {
        now > self.not_after || now < self.not_before
    }
}

impl ChainPath {
    /// Whether it is of these certificates, in whatever order they are.
    pub fn is_like(&self, other: &Self) -> bool {
        fn sorted(path: &ChainPath) -> Vec<&str> {
            let all = path.links.iter().chain(&path.strays);
            let mut all: Vec<&str> = all.map(|link| link.sha256.as_str()).collect();
            all.sort_unstable();
            all
        }
        self.status == other.status && sorted(self) == sorted(other)
    }

    /// What is missing at its upper end; none where it ends at a root, or below one that clients have.
    pub fn missing(&self) -> Option<&str> {
        let last = self.links.last()?;
        let is_missing = last.above == Above::Nothing
            && (last.role == CertificateRole::Leaf
                || self.status == ChainStatus::MissingIntermediate);
        is_missing.then_some(last.issuer.as_str())
    }
}
