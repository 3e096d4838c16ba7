//! Which certificates are listed, in which order.

use std::cmp::{Ordering, Reverse};
use std::collections::HashSet;

use crate::app::filter::narrow;
use crate::app::host::Host;
use crate::app::model::Model;
use crate::app::view::CertificateOrder;
use crate::domain::order::natural;
use crate::domain::{AcmeClient, Certificate, Severity, TlsServer, Urgency, Verdict};

/// A certificate and a host that has it.
type Row<'a> = (&'a Host, &'a Certificate);

/// The fingerprints of those that are listed.
pub(super) fn rows(model: &Model) -> Vec<String> {
    let list = &model.certificates;
    let left: Vec<Row<'_>> = model
        .hosts
        .iter()
        .flat_map(|host| {
            let found = host.certificates.value.iter();
            let all = found.flat_map(|found| &found.certificates);
            all.map(move |certificate| (host, certificate))
        })
        .filter(|(host, certificate)| is_listed(host, certificate, model))
        .collect();
    let mut left = narrow(left, &list.filter, |(host, certificate)| {
        haystack(host, certificate, model)
    });
    left.sort_by(|a, b| {
        compare(model, a, b)
            .then_with(|| soonest(model, a.1, b.1))
            .then_with(|| a.1.sha256.cmp(&b.1.sha256))
    });
    // One that several hosts have stands where it comes first.
    let mut known = HashSet::new();
    left.retain(|(_, certificate)| known.insert(certificate.sha256.as_str()));
    let rows = left.into_iter();
    rows.map(|(_, certificate)| certificate.sha256.clone())
        .collect()
}

/// What a filter looks at: names, who issued, stores and renews it, and how it stands.
fn haystack(host: &Host, certificate: &Certificate, model: &Model) -> String {
    let mut words = vec![
        certificate.title(),
        &certificate.issuer,
        model.urgency(certificate).word(),
    ];
    words.extend(certificate.names.iter().map(String::as_str));
    words.extend(certificate.is_staging().then_some("staging"));
    words.extend(verdict(host, certificate).map(Verdict::word));
    for place in &certificate.places {
        words.extend([place.holder(), place.path.as_str()]);
        words.extend(place.client.map(AcmeClient::name));
        words.extend(place.server.map(TlsServer::name));
    }
    words.join(" ")
}

fn verdict<'a>(host: &'a Host, certificate: &Certificate) -> Option<&'a Verdict> {
    host.verdicts.get(&certificate.sha256)
}

fn compare(model: &Model, a: &Row<'_>, b: &Row<'_>) -> Ordering {
    let (one, other) = (a.1, b.1);
    match model.certificate_order {
        CertificateOrder::Left => Ordering::Equal,
        CertificateOrder::Name => natural(one.title(), other.title()),
        CertificateOrder::Issuer => natural(&one.issuer, &other.issuer),
        CertificateOrder::Verdict => {
            let badness = |(host, certificate): &Row<'_>| {
                let verdict = verdict(host, certificate);
                let severity = verdict.map_or(Severity::Fine, |one| {
                    one.severity(&model.settings.thresholds, model.now)
                });
                (Reverse(severity), verdict.map(Verdict::word))
            };
            badness(a).cmp(&badness(b))
        }
        CertificateOrder::Place => {
            let first = |certificate: &Certificate| {
                let place = certificate.places.first();
                place.map(|place| format!("{}:{}", place.holder(), place.path))
            };
            match (first(one), first(other)) {
                (Some(one), Some(other)) => natural(&one, &other),
                (one, other) => one.is_none().cmp(&other.is_none()),
            }
        }
    }
}

/// The most urgent first, then the soonest to expire.
fn soonest(model: &Model, a: &Certificate, b: &Certificate) -> Ordering {
    let key = |one: &Certificate| (Reverse(model.urgency(one)), one.not_after);
    key(a).cmp(&key(b))
}

/// What was replaced is told in the detail of what replaced it.
fn is_listed(host: &Host, certificate: &Certificate, model: &Model) -> bool {
    let has_problem = || {
        let found = host.standing(certificate);
        let found = found.finding(&model.settings.thresholds, model.now);
        model.urgency(certificate) > Urgency::Fine || found.is_some()
    };
    !host.is_replaced(certificate) && (!model.certificates.only_problems || has_problem())
}
