//! What is due.

use jiff::SignedDuration;

use super::*;
use crate::domain::{AcmeClient, CertificatePlace, HostId, ServiceId};

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// One for 90 days of which so many are left, in a file of this client; in nobody's where there is none.
fn certificate(
    sha256: &str,
    name: &str,
    left: i64,
    path: &str,
    client: Option<AcmeClient>,
) -> Certificate {
    let service = ServiceId {
        host: HostId::from("home"),
        project: None,
        name: "acme".into(),
    };
    let place = CertificatePlace {
        client,
        lineage: client.map(|_| name.to_owned()),
        ..CertificatePlace::of_service(service, "acme", path)
    };
    Certificate {
        sha256: sha256.to_owned(),
        common_name: None,
        names: vec![name.to_owned()],
        issuer: "CA".to_owned(),
        serial: "01".to_owned(),
        not_before: now() - SignedDuration::from_hours((90 - left) * 24),
        not_after: now() + SignedDuration::from_hours(left * 24),
        self_signed: false,
        places: vec![place],
    }
}

fn names(all: &[Certificate]) -> Vec<String> {
    due(all, &Thresholds::default(), now())
}

const LIVE: &str = "/etc/letsencrypt/live/a/fullchain.pem";
const ARCHIVE: &str = "/etc/letsencrypt/archive/a/fullchain1.pem";
const CERTBOT: Option<AcmeClient> = Some(AcmeClient::Certbot);

#[test]
fn what_has_a_client_is_due_by_its_time() {
    for (left, is_due) in [(31, false), (30, true), (1, true), (-3, true), (100, false)] {
        let all = [certificate("a", "a", left, LIVE, CERTBOT)];
        assert_eq!(!names(&all).is_empty(), is_due, "{left}");
    }
    let by_itself = certificate("a", "a", 3, "/data/a.crt", Some(AcmeClient::Caddy));
    let nobodys = certificate("b", "b", 3, "/certs/b.pem", None);
    assert!(names(&[by_itself, nobodys]).is_empty());
}

#[test]
fn what_was_replaced_is_not_due() {
    let old = certificate("old", "a", 3, ARCHIVE, None);
    let new = certificate("new", "a", 80, LIVE, CERTBOT);
    assert!(names(&[old, new]).is_empty());
}

/// A newer copy elsewhere is no reason to let a client's own one expire.
#[test]
fn two_lineages_for_the_same_names_are_both_due() {
    let sh = Some(AcmeClient::AcmeSh);
    let rsa = certificate("rsa", "a", 20, "/acme/a/a.cer", sh);
    let ecc = certificate("ecc", "a", 21, "/acme/a_ecc/a.cer", sh);
    assert_eq!(names(&[rsa.clone(), ecc]), ["rsa", "ecc"]);
    let fresh = certificate("ecc", "a", 80, "/acme/a_ecc/a.cer", sh);
    assert_eq!(names(&[rsa, fresh]), ["a"]);
}

#[test]
fn the_config_says_what_due_is() {
    let all = [certificate("a", "a", 40, LIVE, CERTBOT)];
    let mut thresholds = Thresholds::default();
    thresholds.long.due = "1/2".parse().unwrap();
    assert_eq!(due(&all, &thresholds, now()), ["a"]);
}
