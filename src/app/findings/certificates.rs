//! What alarms and what does not, by what is stored and what is served.

use jiff::SignedDuration;

use crate::app::{Host, fixture};
use crate::domain::{AcmeClient, ActionName, CertificatePlace, Finding, Severity, Thresholds};

fn findings(host: &Host) -> Vec<Finding> {
    let found = host.certificates.value.as_ref().unwrap();
    let all = found.certificates.iter();
    all.filter_map(|one| {
        host.standing(one)
            .finding(&Thresholds::default(), fixture::now())
    })
    .collect()
}

fn about(host: &Host, name: &str) -> Option<Finding> {
    let mut all = findings(host).into_iter();
    all.find(|finding| finding.what.contains(name))
}

/// The server with what it serves.
fn served() -> Host {
    let mut model = fixture::model();
    fixture::add_served(&mut model);
    model.hosts.remove(0)
}

#[test]
fn an_old_copy_does_not_alarm_where_a_newer_one_is_stored() {
    let mut host = fixture::host();
    let name = "old.example.org";
    let expired = about(&host, name).unwrap();
    assert_eq!(expired.severity, Severity::Critical);
    assert_eq!(
        expired.what,
        "the certificate of old.example.org expired 2 days ago"
    );
    assert_eq!(expired.action, None, "nobody is known to order it");
    let found = host.certificates.value.as_mut().unwrap();
    let old = found.certificates.iter().find(|one| one.title() == name);
    let mut newer = old.unwrap().clone();
    newer.sha256 = "00".to_owned();
    newer.not_before += SignedDuration::from_hours(60 * 24);
    newer.not_after += SignedDuration::from_hours(60 * 24);
    found.certificates.push(newer);
    host.judge(&Thresholds::default(), fixture::now());
    assert_eq!(about(&host, name), None);
}

#[test]
fn what_is_served_decides_how_bad_it_is_and_a_reload_helps() {
    let mut host = served();
    let finding = about(&host, "wizards.example.org").unwrap();
    assert_eq!(finding.severity, Severity::Critical);
    assert_eq!(finding.action, Some(ActionName::Reload));
    assert_eq!(
        finding.what,
        "renewed, not reloaded: wezm/hitch still serves the certificate of wizards.example.org that expires in 2 days"
    );
    let all = findings(&host);
    let about_wizards = all.iter().filter(|one| one.what.contains("wizards"));
    assert_eq!(
        about_wizards.count(),
        1,
        "one line for one certificate: {all:?}"
    );
    // Where nobody was asked there is only the time, and the client that orders it.
    host.serving = crate::app::served::Serving::default();
    host.judge(&Thresholds::default(), fixture::now());
    let finding = about(&host, "wizards.example.org").unwrap();
    assert_eq!(finding.action, Some(ActionName::Renew));
    assert!(
        finding.what.ends_with("expires in 6 days"),
        "{}",
        finding.what
    );
}

#[test]
fn what_serves_itself_is_not_renewed_by_us() {
    let mut host = fixture::host();
    let found = host.certificates.value.as_mut().unwrap();
    let old = &mut found.certificates[0];
    let place = &mut old.places[0];
    *place = CertificatePlace {
        client: Some(AcmeClient::Caddy),
        ..place.clone()
    };
    host.judge(&Thresholds::default(), fixture::now());
    assert_eq!(about(&host, "old.example.org").unwrap().action, None);
}
