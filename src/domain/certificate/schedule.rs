//! When a client means to renew, and how it is called: what its files, labels, config and crontabs say.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::super::HostId;
use super::{AcmeClient, CertificatePlace};

/// What the files of a client say of its renewals. Untrusted text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RenewalSchedule {
    /// The host.
    pub host: HostId,
    /// The container whose file says it; none for a folder of the host or a volume that no container mounts.
    pub container: Option<Arc<str>>,
    /// The file's path there.
    pub path: String,
    /// The client.
    pub client: AcmeClient,
    /// What the client calls the certificate; none where it holds for all of them.
    pub lineage: Option<String>,
    /// The version of the client that wrote it.
    pub version: Option<String>,
    /// Whether the client renews it at all.
    pub is_off: bool,
    /// When the next renewal is due, where the client writes that down.
    pub next: Option<Timestamp>,
    /// How long before the end it renews, where somebody said so.
    pub renews_before: Option<SignedDuration>,
    /// What it runs after a renewal.
    pub hook: Option<String>,
}

/// A command that renews in a container. Untrusted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewalCall {
    /// The container.
    pub container: Arc<str>,
    /// The command line.
    pub command: String,
    /// Who says so: a crontab's path, a label's name.
    pub by: String,
    /// When it is run.
    pub runs: Runs,
}

/// When something is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runs {
    /// When somebody asks us to.
    WhenAsked,
    /// By itself; nobody knows when.
    Sometime,
    /// At these times.
    At(RunTimes),
}

/// The times at which cron runs something.
#[derive(Debug, Clone)]
pub struct RunTimes {
    fields: String,
    crontab: cronexpr::Crontab,
}

impl RenewalSchedule {
    /// Whether it is about the certificate in this place.
    pub fn is_about(&self, place: &CertificatePlace) -> bool {
        if self.host != place.host || self.container != place.container {
            return false;
        }
        let named = self.lineage.is_none() || self.lineage == place.lineage;
        let (folder, _) = self.path.rsplit_once('/').unwrap_or_default();
        let (own, _) = place.path.rsplit_once('/').unwrap_or_default();
        match (self.client, place.client) {
            // `renewal/NAME.conf` and `live/NAME/cert.pem` of one root.
            (AcmeClient::Certbot, Some(AcmeClient::Certbot)) => {
                let root = folder.strip_suffix("/renewal");
                let live = own.rsplit_once("/live/").map(|(root, _)| root);
                named && root.is_some() && root == live
            }
            // RSA and ECDSA of one name are in folders of their own.
            (AcmeClient::AcmeSh, Some(AcmeClient::AcmeSh | AcmeClient::AcmeCompanion)) => {
                folder == own
            }
            (client, own) => Some(client) == own && named,
        }
    }
}

impl RunTimes {
    /// The times that a crontab's five fields name.
    pub fn new(fields: &str, crontab: cronexpr::Crontab) -> Self {
        Self {
            fields: fields.to_owned(),
            crontab,
        }
    }

    /// The first time after a moment; none in the next years, or so far ahead that no certificate lasts.
    pub fn first_after(&self, moment: Timestamp) -> Option<Timestamp> {
        // cronexpr looks four years ahead, and panics at the end of time.
        const FAR: i64 = 7_258_118_400; // the year 2200
        if moment.as_second() > FAR {
            return None;
        }
        let moment = cronexpr::MakeTimestamp(moment);
        let next = self.crontab.find_next(moment).ok()?;
        Some(next.timestamp())
    }

    /// The fields as they stand.
    pub fn fields(&self) -> &str {
        &self.fields
    }
}

impl PartialEq for RunTimes {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields
    }
}

impl Eq for RunTimes {}
