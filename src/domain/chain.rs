//! What a file of certificates is good for: what each of them is, and whether they make a chain.

use serde::Serialize;

mod path;

pub use path::{Above, ChainLink, ChainPath};

/// What a certificate is in the file it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateRole {
    /// Served to clients, and issued by a CA.
    Leaf,
    /// A CA's, issued by another CA.
    Intermediate,
    /// A CA's, issued by itself.
    Root,
    /// Served to clients, and issued by itself, as home-made ones are.
    SelfSigned,
}

impl CertificateRole {
    /// The word shown to people and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::Intermediate => "intermediate",
            Self::Root => "root",
            Self::SelfSigned => "self_signed",
        }
    }

    /// Whether a server may serve it as its own.
    pub const fn is_served(self) -> bool {
        matches!(self, Self::Leaf | Self::SelfSigned)
    }
}

/// Whether a leaf's chain is what a server has to send (RFC 8446 §4.4.2): the leaf, then each CA before the one that
/// issued it. The root may be left out, since who trusts it has it. The worst is the greatest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChainStatus {
    /// There is no leaf whose chain could be told, or there are too many certificates to look at.
    #[default]
    Unknown,
    /// The leaf, then its intermediates, up to the root or to one that a root elsewhere issued.
    Complete,
    /// The certificate is its own issuer; there is no chain.
    SelfSigned,
    /// All is there, but not each before its issuer. TLS 1.3 clients manage, older ones do not.
    WrongOrder,
    /// The CA that issued a certificate is not there, nor is it a root's.
    MissingIntermediate,
    /// A certificate was not signed by the one that bears its issuer's name, or belongs to none of the others.
    Broken,
}

impl ChainStatus {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Complete => "complete",
            Self::SelfSigned => "self_signed",
            Self::WrongOrder => "wrong_order",
            Self::MissingIntermediate => "missing_intermediate",
            Self::Broken => "broken",
        }
    }
}

/// What reading a file came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileOutcome {
    /// Every certificate was read.
    Ok,
    /// Some were read, some could not be.
    Partial,
    /// It holds something else, a private key for example.
    NoCertificate,
    /// It should hold certificates, and none could be read.
    Malformed,
    /// A bundle that nobody reads without its password.
    Container,
}

impl FileOutcome {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partial => "partial",
            Self::NoCertificate => "no_certificate",
            Self::Malformed => "malformed",
            Self::Container => "container",
        }
    }
}
