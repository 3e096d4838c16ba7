//! What alarms and what does not, by what is stored and what is served.

use jiff::SignedDuration;

use super::*;
use crate::app::fixture;
use crate::domain::plan::{FileIn, RenewalStep};
use crate::domain::{
    AcmeClient, ActionName, CertificatePlace, JobEvent, JobId, Operation, Outcome, Plan, Request,
    Step, StepKind,
};

fn findings(host: &Host) -> Vec<Finding> {
    let found = host.certificates.value.as_ref().unwrap();
    let all = found.certificates.iter();
    all.filter_map(|one| finding(host, one, &[], &Thresholds::default(), fixture::now()))
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
    assert_eq!(finding.action, Some(ActionName::Reload.into()));
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
    assert_eq!(finding.action, Some(ActionName::Renew.into()));
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

/// A renewal whose process died in the middle of the client's run, with the file that it read of the certificate.
fn cut_off(certificate: &Certificate, outcome: Outcome) -> Job {
    let place = &certificate.places[0];
    let service = place.service.clone().unwrap();
    let file = FileIn {
        container: "c".into(),
        name: place.container.as_deref().unwrap().to_owned(),
        path: place.path.clone(),
    };
    // As the records have it: of what was asked for only action and target.
    let mut job = Job::new(
        JobId(1),
        Request::new(ActionName::Renew, service.clone()),
        fixture::now(),
    );
    let operation = Operation::Renewal(RenewalStep::ReadStored { file });
    let plan = Plan {
        action: ActionName::Renew,
        target: service.into(),
        containers: Vec::new(),
        steps: vec![Step {
            title: "read".to_owned(),
            operation,
            kind: StepKind::Cancellable,
        }],
        notes: Vec::new(),
    };
    job.apply(JobEvent::Planned { plan });
    let at = fixture::now() - SignedDuration::from_mins(3);
    job.apply(JobEvent::Finished { outcome, at });
    job
}

#[test]
fn a_renewal_that_was_cut_off_is_told_with_the_key_that_goes_on() {
    let host = fixture::host();
    let found = host.certificates.value.as_ref().unwrap();
    let now = fixture::now();
    let thresholds = Thresholds::default();
    let is_quiet = |one: &&Certificate| {
        finding(&host, one, &[], &thresholds, now).is_none() && one.places[0].container.is_some()
    };
    let fine = found.certificates.iter().find(is_quiet).unwrap();
    let step = Some("run in lego: lego renew".to_owned());
    let cut = cut_off(fine, Outcome::Interrupted { step });
    let told = finding(&host, fine, std::slice::from_ref(&cut), &thresholds, now).unwrap();
    let name = fine.title();
    assert_eq!(
        told.what,
        format!(
            "renew of the certificate of {name} was cut off in “run in lego: lego renew”, 3 minutes ago"
        )
    );
    assert_eq!(told.action, Some(ActionName::Renew.into()));
    assert_eq!(told.subject, Subject::Certificate(fine.sha256.clone()));
    assert!(tells_of(&host, &cut), "once, and not of the service, too");
    // Of another certificate of the same client nothing is told, and nothing once it was done again.
    let other = found
        .certificates
        .iter()
        .find(|one| one.sha256 != fine.sha256 && is_quiet(one));
    assert!(other.is_none_or(|other| {
        finding(&host, other, std::slice::from_ref(&cut), &thresholds, now).is_none()
    }));
    let summary = "renewed".to_owned();
    let done = cut_off(fine, Outcome::Done { summary });
    assert_eq!(finding(&host, fine, &[done, cut], &thresholds, now), None);
}
