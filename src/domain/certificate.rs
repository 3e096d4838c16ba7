//! A leaf certificate, where it is stored, and how urgent it is.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

use super::{ChainPath, HostId, ServiceId};

mod keeper;
mod reach;
mod schedule;
mod thresholds;

pub use keeper::{AcmeClient, TlsServer};
pub use reach::CertificateReach;
pub use schedule::{RenewalCall, RenewalSchedule, RunTimes, Runs};
pub use thresholds::{Fraction, Level, Levels, Limit, Thresholds};

/// Where a certificate is stored: in a container, in a volume that no container mounts, or in a folder of the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificatePlace {
    /// The host.
    pub host: HostId,
    /// The service whose container shows it.
    pub service: Option<ServiceId>,
    /// The container's name.
    pub container: Option<Arc<str>>,
    /// The file's path in the container, in the volume, or on the host.
    pub path: String,
    /// What is mounted there, or the volume that holds it: a volume's name or a path of the host.
    pub mounted_from: Option<String>,
    /// The client whose own file this is; none of a file that somebody made from it, such as a combined PEM.
    pub client: Option<AcmeClient>,
    /// What that client calls the certificate: `--cert-name`, the first domain, a folder's name.
    pub lineage: Option<String>,
    /// The server whose container or folder this is.
    pub server: Option<TlsServer>,
    /// The file with its private key; the same path when one file holds both, none when it was not seen.
    pub key: Option<String>,
    /// Whether that key is the certificate's; none where no key was seen, or where that cannot be told.
    pub key_matches: Option<bool>,
    /// What the programs of the container see there instead: a bind mount keeps the file that was there when the
    /// container started, whatever takes its place on the host. In JSON its fingerprint.
    #[serde(serialize_with = "fingerprint")]
    pub seen_inside: Option<Box<Certificate>>,
    /// Its chain as the file has it; none where no file was read.
    #[serde(skip)]
    pub chain: Option<Arc<ChainPath>>,
    /// When the file was last written, in whole seconds.
    pub modified: Option<Timestamp>,
}

impl CertificatePlace {
    /// A file of a container of which no more is known.
    pub fn of_service(service: ServiceId, container: &str, path: &str) -> Self {
        Self {
            host: service.host.clone(),
            service: Some(service),
            container: Some(Arc::from(container)),
            path: path.to_owned(),
            mounted_from: None,
            client: None,
            lineage: None,
            server: None,
            key: None,
            key_matches: None,
            seen_inside: None,
            chain: None,
            modified: None,
        }
    }

    /// What holds it, for people: the container's name, else the volume or the host.
    pub fn holder(&self) -> &str {
        match (&self.container, &self.mounted_from) {
            (Some(container), _) => container,
            (None, Some(volume)) => volume,
            (None, None) => self.host.as_str(),
        }
    }

    /// Whether key and certificate are in this one file, as some servers want it.
    pub fn is_combined(&self) -> bool {
        self.key.as_ref() == Some(&self.path)
    }
}

#[allow(clippy::ref_option, reason = "serde calls it so")]
fn fingerprint<S: Serializer>(
    certificate: &Option<Box<Certificate>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    certificate
        .as_ref()
        .map(|certificate| &certificate.sha256)
        .serialize(serializer)
}

/// A certificate that is not a CA's, as it was read. Its strings are untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// SHA-256 over the DER, lower-case hex: its identity.
    pub sha256: String,
    /// The subject's common name; current CAs leave it out, so key on `names`.
    pub common_name: Option<String>,
    /// The subject alternative names: DNS names and addresses, in the certificate's order.
    pub names: Vec<String>,
    /// The issuer's organisation and common name: `Let's Encrypt R12`.
    pub issuer: String,
    /// The serial number, lower-case hex.
    pub serial: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid (RFC 5280 §4.1.2.5: inclusive).
    pub not_after: Timestamp,
    /// Whether it is signed by its own key.
    pub self_signed: bool,
    /// Every place where it is stored, sorted.
    pub places: Vec<CertificatePlace>,
}

/// A path that may hold certificates and could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// What holds it: a container's name, a volume's, or the host's.
    pub container: Arc<str>,
    /// The service whose container it is.
    pub service: Option<ServiceId>,
    /// The path in it.
    pub path: String,
    /// The server that reads all files of the folder.
    pub server: Option<TlsServer>,
    /// Why, in the engine's words or ours; untrusted.
    pub why: String,
}

/// What a search for the certificates of a host found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CertificatesFound {
    /// The leaf certificates with all their places, the soonest to expire first.
    pub certificates: Vec<Certificate>,
    /// What could not be read.
    pub unreadable: Vec<Unreadable>,
    /// When clients mean to renew, as far as their files say.
    pub schedules: Vec<RenewalSchedule>,
    /// How clients are called, as far as somebody says it where we look.
    pub calls: Vec<RenewalCall>,
}

/// How soon a certificate wants attention; [`Thresholds`] say from when on. Sorted: the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Enough of its lifetime is left.
    Fine,
    /// Its client should renew it about now.
    Due,
    /// It should have been renewed.
    Warning,
    /// There is hardly time left to see to it.
    Critical,
    /// Its time has not come yet.
    NotYetValid,
    /// Its time is over.
    Expired,
}

impl Urgency {
    /// The word shown to people and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Due => "due",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::NotYetValid => "not yet valid",
            Self::Expired => "expired",
        }
    }
}

impl Certificate {
    /// The name a person knows it by: the first of its names, else its common name; of what is no name of a machine's
    /// as much as one can have (RFC 1035 §2.3.4).
    pub fn title(&self) -> &str {
        const LONGEST: usize = 255;
        let first = self.names.first().map(String::as_str);
        let name = first.or(self.common_name.as_deref());
        let name = name.unwrap_or("(no name)");
        let mut end = name.len().min(LONGEST);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        &name[..end]
    }

    /// Whether it comes from a CA for trying things out, which nobody trusts: Let's Encrypt's staging (its names say
    /// so, as did `Fake LE Intermediate X1`), or Pebble.
    pub fn is_staging(&self) -> bool {
        ["(STAGING)", "Fake LE", "Pebble Intermediate CA"]
            .iter()
            .any(|mark| self.issuer.contains(mark))
    }

    /// What is said behind its name where nobody trusts its CA.
    pub fn staging_mark(&self) -> &'static str {
        if self.is_staging() { " (staging)" } else { "" }
    }

    /// How long it is valid in all.
    pub fn lifetime(&self) -> SignedDuration {
        self.not_after.duration_since(self.not_before)
    }

    /// How long it is still valid; negative when it has expired.
    pub fn left(&self, now: Timestamp) -> SignedDuration {
        self.not_after.duration_since(now)
    }

    /// The part of its lifetime that is left, 0 to 1.
    pub fn fraction_left(&self, now: Timestamp) -> f64 {
        let lifetime = self.lifetime().as_secs_f64();
        if lifetime <= 0.0 {
            return 0.0;
        }
        (self.left(now).as_secs_f64() / lifetime).clamp(0.0, 1.0)
    }

    /// How urgent it is, by how much of its lifetime is left.
    pub fn urgency(&self, thresholds: &Thresholds, now: Timestamp) -> Urgency {
        if now > self.not_after {
            return Urgency::Expired;
        }
        if now < self.not_before {
            return Urgency::NotYetValid;
        }
        let levels = thresholds.of(self.lifetime());
        let reached = |level: &Level| level.is_reached(self.left(now), self.lifetime());
        if reached(&levels.critical) {
            Urgency::Critical
        } else if reached(&levels.warning) {
            Urgency::Warning
        } else if reached(&levels.due) {
            Urgency::Due
        } else {
            Urgency::Fine
        }
    }
}

#[cfg(test)]
mod tests;
