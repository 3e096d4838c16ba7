//! What a check makes of what it saw, and how it says so; nothing is asked of an engine here.

mod certificates;
mod formats;
mod report;
mod write;

use jiff::{SignedDuration, Timestamp};

use super::certificates::Limits;
use super::limit::Percent;
use super::observed::{Observed, ServiceSeen};
use super::report::Thresholds;
use crate::domain::endpoint::{Entry, of_entries};
use crate::domain::served::{Shown, TlsVersion};
use crate::domain::{
    self, Answer, Certificate, CertificatePlace, CertificatesFound, Finding, FindingKind, HostId,
    Served, ServedChain, ServiceId, ServiceState, Severity, Subject, TlsServer,
};

/// What a hostile name may hold: an escape sequence, a bar, quotes, a line feed, a bidirectional control.
const HOSTILE: &str = "ev\u{1b}[2Jil|x=9\"} 1\\\ntopside_up 0\u{202e}";

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(days * 24)
}

fn service_id(name: &str) -> ServiceId {
    ServiceId {
        host: HostId::from("home"),
        project: Some("wezm".into()),
        name: name.into(),
    }
}

/// One for 90 days of which so many are left, in a file of this service.
fn certificate(sha256: &str, name: &str, left: i64, service: &str) -> Certificate {
    let path = format!("/etc/certs/{sha256}.pem");
    Certificate {
        sha256: sha256.to_owned(),
        common_name: None,
        names: vec![name.to_owned()],
        issuer: "Let's Encrypt R12".to_owned(),
        serial: "01".to_owned(),
        not_before: now() - days(90 - left),
        not_after: now() + days(left),
        self_signed: false,
        places: vec![CertificatePlace::of_service(
            service_id(service),
            service,
            &path,
        )],
    }
}

/// The same in a folder of a TLS server.
fn of_server(mut certificate: Certificate) -> Certificate {
    for place in &mut certificate.places {
        place.server = Some(TlsServer::Hitch);
    }
    certificate
}

fn answer(endpoint: &str, service: &str, answer: Answer) -> Served {
    let entry = Entry::parse(endpoint).unwrap();
    let mut endpoint = of_entries(&HostId::from("home"), &[entry]).remove(0);
    endpoint.service = Some(service_id(service));
    Served {
        endpoint,
        answer,
        at: now(),
    }
}

/// An endpoint of this service shows a certificate.
fn shows(endpoint: &str, service: &str, certificate: &Certificate) -> Served {
    let leaf = Certificate {
        places: Vec::new(),
        ..certificate.clone()
    };
    let chain = ServedChain {
        version: TlsVersion::Tls13,
        leaf: Shown {
            sha256: leaf.sha256.clone(),
            read: Ok(leaf),
        },
        above: Vec::new(),
        status: crate::domain::ChainStatus::Complete,
        path: crate::domain::ChainPath::default(),
    };
    answer(endpoint, service, Answer::Chain(Box::new(chain)))
}

fn service(name: &str, severity: Severity, what: Option<&str>) -> ServiceSeen {
    ServiceSeen {
        id: service_id(name),
        state: match severity {
            Severity::Fine => ServiceState::Running,
            Severity::Warning => ServiceState::Partial,
            Severity::Critical => ServiceState::Failed,
        },
        severity,
        what: what.map(str::to_owned),
    }
}

/// What is found of services.
fn found(services: &[ServiceSeen]) -> Vec<Finding> {
    let wrong = services.iter().filter(|one| one.severity > Severity::Fine);
    let found = wrong.filter_map(|one| {
        let subject = Subject::Service(one.id.clone());
        let what = one.what.clone()?;
        let kind = FindingKind::ServiceFailed;
        Some(Finding::new(kind, one.severity, subject, what))
    });
    found.collect()
}

/// Two good services and a good certificate.
fn well() -> Observed {
    let mut observed = Observed::nothing(HostId::from("home"), now());
    observed.up = true;
    observed.services = Some(vec![
        service("web", Severity::Fine, None),
        service("db", Severity::Fine, None),
    ]);
    observed.found = Some(CertificatesFound {
        certificates: vec![certificate("aa", "blog.example.org", 41, "web")],
        ..CertificatesFound::default()
    });
    observed
}

fn thresholds() -> Thresholds {
    Thresholds {
        certificates: domain::Thresholds::default(),
        limits: Limits::default(),
        disk_warning: Percent(80.0),
        disk_critical: Percent(90.0),
    }
}
