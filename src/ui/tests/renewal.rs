//! When a certificate will be renewed, in its detail pane and in the list.

use jiff::SignedDuration;

use super::{frame, full, text};
use crate::app::{Model, Pane, View};
use crate::domain::{AcmeClient, HostId, RenewalSchedule};

/// The detail of a certificate that certbot renews this long before its end.
fn with(days: i64) -> String {
    let mut model = full();
    let thresholds = model.settings.thresholds;
    let now = model.now;
    let host = &mut model.hosts[0];
    let found = host.certificates.value.as_mut().unwrap();
    let mut all = found.certificates.iter_mut();
    let one = all.find(|one| one.title() == "www.example.org").unwrap();
    let place = &mut one.places[0];
    place.client = Some(AcmeClient::Certbot);
    place.lineage = Some("www".to_owned());
    place.path = "/etc/letsencrypt/live/www/fullchain.pem".to_owned();
    found.schedules.push(RenewalSchedule {
        host: HostId::from("home"),
        container: place.container.clone(),
        path: "/etc/letsencrypt/renewal/www.conf".to_owned(),
        client: AcmeClient::Certbot,
        lineage: Some("www".to_owned()),
        version: Some("2.1.0".to_owned()),
        is_off: false,
        next: None,
        renews_before: Some(SignedDuration::from_hours(days * 24)),
        hook: Some("nginx -s reload".to_owned()),
    });
    host.judge(&thresholds, now);
    crate::app::fixture::settle(&mut model);
    shown(model)
}

fn shown(mut model: Model) -> String {
    model.view = View::Certificates;
    model.pane = Pane::Detail;
    let rows = model.certificates.rows.clone();
    let is_it = |sha256: &String| {
        let (_, certificate) = model.certificate(sha256).unwrap();
        certificate.title() == "www.example.org"
    };
    let at = rows.iter().position(is_it).unwrap();
    model.certificates.cursor.select(&rows, at);
    text(&frame(&model, 200, 60).0)
}

#[test]
fn a_plan_that_is_well_has_a_day() {
    let screen = with(30);
    // 62 days are left of it on 2026-06-01.
    assert!(
        screen.contains("certbot renews it about 2026-07-03, 30 days before its end"),
        "{screen}"
    );
    assert!(screen.contains("nginx -s reload"), "{screen}");
    assert!(screen.contains("● www.example.org"), "{screen}");
}

#[test]
fn a_plan_that_is_not_is_a_finding() {
    let screen = with(5);
    assert!(screen.contains("▲ www.example.org"), "{screen}");
    let said = "▲ certbot renews the certificate of www.example.org only 5 days before it expires: set renew_before_expiry = 30";
    assert!(screen.contains(said), "{screen}");
}
