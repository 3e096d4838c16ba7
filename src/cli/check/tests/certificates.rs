//! Which certificates count.

use super::super::certificates::{Assessed, assess};
use super::super::report::State;
use super::*;
use crate::domain::{AcmeClient, Limit, RenewalSchedule, Thresholds};

const BLOG: &str = "blog.example.org";
const ENDPOINT: &str = "blog.example.org@127.0.0.1:443";

fn judged(stored: &[Certificate], served: &[Served]) -> Vec<Assessed> {
    judged_by(&Thresholds::default(), stored, served)
}

fn judged_by(thresholds: &Thresholds, stored: &[Certificate], served: &[Served]) -> Vec<Assessed> {
    let found = CertificatesFound {
        certificates: stored.to_vec(),
        ..CertificatesFound::default()
    };
    assess(&found, served, thresholds, now())
}

/// The same as certbot's own: its current file, or one of before.
fn of_certbot(mut certificate: Certificate, is_current: bool) -> Certificate {
    let place = &mut certificate.places[0];
    if is_current {
        place.path = format!("/etc/letsencrypt/live/{BLOG}/fullchain.pem");
        place.client = Some(AcmeClient::Certbot);
        place.lineage = Some(BLOG.to_owned());
    } else {
        place.path = format!("/etc/letsencrypt/archive/{BLOG}/fullchain1.pem");
    }
    certificate
}

/// The same as a file of key and chain that hitch reads.
fn combined(certificate: Certificate) -> Certificate {
    let mut certificate = of_server(certificate);
    for place in &mut certificate.places {
        place.key = Some(place.path.clone());
    }
    certificate
}

/// State, and whether it was replaced, of the one with this fingerprint.
fn of(all: &[Assessed], sha256: &str) -> (State, bool) {
    let one = all.iter().find(|one| one.certificate.sha256 == sha256);
    let one = one.unwrap();
    (one.state, one.replaced)
}

#[test]
fn what_is_left_decides_where_nobody_says_more() {
    for (left, state, word) in [
        (41, State::Ok, None),
        (25, State::Ok, Some("is due, and expires in 25 days")),
        (20, State::Warning, Some("expires in 20 days")),
        (5, State::Critical, Some("expires in 5 days")),
        (-3, State::Critical, Some("expired 3 days ago")),
        (100, State::Warning, Some("is not valid yet")),
    ] {
        let all = judged(&[certificate("aa", BLOG, left, "web")], &[]);
        assert_eq!(all[0].state, state, "{left}");
        let what = word.map(|word| format!("the certificate of {BLOG} {word}"));
        assert_eq!(all[0].what, what, "{left}");
    }
}

#[test]
fn limits_take_the_place_of_the_usual_ones() {
    let limit = |text: &str| Some(text.parse::<Limit>().unwrap());
    let cases = [
        (limit("50d"), limit("3d"), 41, State::Warning),
        (limit("50d"), limit("45d"), 41, State::Critical),
        (limit("14d"), limit("3d"), 20, State::Ok),
        (limit("14d"), None, 5, State::Critical),
        (limit("14d"), limit("3d"), 5, State::Warning),
        (limit("50%"), None, 41, State::Warning),
        (None, limit("50%"), 41, State::Critical),
        (limit("0d"), limit("0d"), -1, State::Critical),
    ];
    for (warning, critical, left, state) in cases {
        let limits = Thresholds::default().overruled(warning, critical);
        let all = judged_by(&limits, &[certificate("aa", BLOG, left, "web")], &[]);
        assert_eq!(all[0].state, state, "{warning:?} {critical:?} {left}");
    }
}

#[test]
fn one_that_was_replaced_does_not_count() {
    let stored = [
        certificate("old", BLOG, -5, "lego"),
        certificate("new", BLOG, 80, "lego"),
    ];
    let all = judged(&stored, &[]);
    assert_eq!(of(&all, "old"), (State::Ok, true));
    assert_eq!(of(&all, "new"), (State::Ok, false));
    // Other names are another certificate, and one for later replaces nothing.
    let stored = [
        certificate("old", BLOG, -5, "lego"),
        certificate("other", "www.example.org", 80, "lego"),
        certificate("future", BLOG, 200, "lego"),
    ];
    let all = judged(&stored, &[]);
    assert_eq!(of(&all, "old"), (State::Critical, false));
}

#[test]
fn a_lineage_goes_on_under_other_names() {
    let mut new = of_certbot(certificate("new", BLOG, 80, "certbot"), true);
    new.names.push("www.example.org".to_owned());
    let old = of_certbot(certificate("old", BLOG, 2, "certbot"), false);
    let all = judged(&[old, new], &[]);
    assert_eq!(of(&all, "old"), (State::Ok, true));
}

/// As on the dashboard: each lineage has to be renewed, RSA and ECDSA of one name say.
#[test]
fn what_a_client_keeps_as_current_counts_whatever_newer_one_lies_elsewhere() {
    let own = of_certbot(certificate("own", BLOG, 2, "certbot"), true);
    let all = judged(&[own, certificate("copy", BLOG, 80, "web")], &[]);
    assert_eq!(of(&all, "own"), (State::Critical, false));
}

#[test]
fn the_old_one_counts_while_it_is_served() {
    let old = certificate("old", BLOG, 2, "hitch");
    let new = certificate("new", BLOG, 80, "hitch");
    let stored = [old.clone(), new.clone()];
    let all = judged(&stored, &[shows(ENDPOINT, "hitch", &old)]);
    assert_eq!(of(&all, "old"), (State::Critical, false));
    assert_eq!(of(&all, "new"), (State::Critical, false));
    let said = "renewed, not reloaded: wezm/hitch still serves the certificate of blog.example.org that expires in 2 days";
    assert_eq!(all[0].what.as_deref(), Some(said));
    assert_eq!(all[1].what, all[0].what, "told of both, and said once");

    let all = judged(&stored, &[shows(ENDPOINT, "hitch", &new)]);
    assert_eq!(of(&all, "old"), (State::Ok, true));
}

#[test]
fn one_that_was_overwritten_counts_while_it_is_served() {
    let old = certificate("old", BLOG, 2, "hitch");
    let new = certificate("new", BLOG, 80, "hitch");
    let all = judged(&[new], &[shows(ENDPOINT, "hitch", &old)]);
    assert_eq!(of(&all, "old"), (State::Critical, false));
    assert_eq!(
        of(&all, "new"),
        (State::Critical, false),
        "it is not reloaded"
    );
    let new = all.iter().find(|one| one.certificate.sha256 == "new");
    assert_eq!(new.unwrap().missing_at.len(), 1, "it should be served");
}

/// Without an answer of its endpoint the file that a server reads is what counts, as on the dashboard.
#[test]
fn a_combined_file_that_was_not_made_anew_counts_and_a_mere_copy_does_not() {
    let new = of_certbot(certificate("new", BLOG, 80, "certbot"), true);
    let old = certificate("old", BLOG, 2, "hitch");
    let stored = [combined(old.clone()), new.clone()];
    let all = judged(&stored, &[]);
    assert_eq!(of(&all, "old"), (State::Critical, false));
    let what = all[0].what.as_deref().unwrap();
    assert!(
        what.starts_with("renewed, not combined: /etc/certs/old.pem"),
        "{what}"
    );
    let shown = [shows(ENDPOINT, "hitch", &stored[1])];
    assert_eq!(of(&judged(&stored, &shown), "old"), (State::Ok, true));
    // It has both.
    let beside = combined(certificate("new", BLOG, 80, "hitch"));
    assert_eq!(
        of(&judged(&[stored[0].clone(), beside], &[]), "old"),
        (State::Ok, true)
    );
    // A copy that nobody is seen to serve may be a backup.
    let stored = [of_server(old), new];
    assert_eq!(of(&judged(&stored, &[]), "old"), (State::Ok, true));
}

#[test]
fn what_is_wrong_with_what_is_served_is_a_warning_in_the_words_of_the_dashboard() {
    let own = certificate("own", BLOG, 80, "hitch");
    let other = certificate("other", "default.example.net", 80, "elsewhere");
    let all = judged(
        std::slice::from_ref(&own),
        &[shows(ENDPOINT, "hitch", &other)],
    );
    assert_eq!(of(&all, "own"), (State::Warning, false));
    let mut broken = shows(ENDPOINT, "hitch", &own);
    if let Answer::Chain(chain) = &mut broken.answer {
        chain.status = crate::domain::ChainStatus::MissingIntermediate;
    }
    let all = judged(std::slice::from_ref(&own), &[broken]);
    assert_eq!(of(&all, "own"), (State::Warning, false));
    let what = all[0].what.as_deref().unwrap();
    assert!(what.contains("without its intermediate"), "{what}");
}

#[test]
fn one_that_is_served_and_nowhere_stored_counts_by_its_time() {
    let one = certificate("one", BLOG, 5, "nas");
    let all = judged(&[], &[shows(ENDPOINT, "nas", &one)]);
    assert_eq!(of(&all, "one"), (State::Critical, false));
    let what = all[0].what.as_deref().unwrap();
    assert_eq!(
        what,
        "blog.example.org@127.0.0.1:443 serves a certificate of blog.example.org that expires in 5 days"
    );
}

#[test]
fn one_that_will_be_renewed_too_late_is_a_warning() {
    let one = of_certbot(certificate("one", BLOG, 80, "certbot"), true);
    let schedule = RenewalSchedule {
        host: HostId::from("home"),
        container: Some("certbot".into()),
        path: format!("/etc/letsencrypt/renewal/{BLOG}.conf"),
        client: AcmeClient::Certbot,
        lineage: Some(BLOG.to_owned()),
        version: Some("2.1.0".to_owned()),
        is_off: false,
        next: None,
        renews_before: Some(days(5)),
        hook: None,
    };
    let found = CertificatesFound {
        certificates: vec![one],
        schedules: vec![schedule],
        ..CertificatesFound::default()
    };
    let all = assess(&found, &[], &Thresholds::default(), now());
    assert_eq!(of(&all, "one"), (State::Warning, false));
    let what = all[0].what.as_deref().unwrap();
    assert!(what.contains("only 5 days before it expires"), "{what}");
}

#[test]
fn staging_is_told() {
    let mut one = certificate("aa", BLOG, 5, "web");
    one.issuer = "(STAGING) Let's Encrypt".to_owned();
    let all = judged(&[one], &[]);
    assert!(all[0].what.as_deref().unwrap().contains("(staging)"));
}

#[test]
fn many_names_on_many_certificates_take_no_square_of_time() {
    let many: Vec<Certificate> = (0..2_000)
        .map(|number| {
            let mut one = certificate(&format!("{number}"), BLOG, 41, "web");
            one.names = (0..200)
                .map(|name| format!("n{name}.example.org"))
                .collect();
            one.not_before = now() - days(number % 60);
            one
        })
        .collect();
    let began = std::time::Instant::now();
    let all = judged(&many, &[]);
    let counted = all.iter().filter(|one| !one.replaced).count();
    assert_eq!(counted, 34, "those of the last day");
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}
