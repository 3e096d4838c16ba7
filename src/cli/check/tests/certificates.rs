//! Which certificates count.

use super::super::certificates::{Assessed, Limits, assess};
use super::super::limit::Limit;
use super::super::report::State;
use super::*;

const BLOG: &str = "blog.example.org";
const ENDPOINT: &str = "blog.example.org@127.0.0.1:443";

fn judged(stored: &[Certificate], served: &[Served], limits: Limits) -> Vec<Assessed> {
    assess(stored, served, limits, now())
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
        let all = judged(
            &[certificate("aa", BLOG, left, "web")],
            &[],
            Limits::default(),
        );
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
        let limits = Limits { warning, critical };
        let all = judged(&[certificate("aa", BLOG, left, "web")], &[], limits);
        assert_eq!(all[0].state, state, "{warning:?} {critical:?} {left}");
    }
}

#[test]
fn one_that_was_replaced_does_not_count() {
    let stored = [
        certificate("old", BLOG, -5, "lego"),
        certificate("new", BLOG, 80, "lego"),
    ];
    let all = judged(&stored, &[], Limits::default());
    assert_eq!(of(&all, "old"), (State::Ok, true));
    assert_eq!(of(&all, "new"), (State::Ok, false));
    // Other names are another certificate, and one for later replaces nothing.
    let stored = [
        certificate("old", BLOG, -5, "lego"),
        certificate("other", "www.example.org", 80, "lego"),
        certificate("future", BLOG, 200, "lego"),
    ];
    let all = judged(&stored, &[], Limits::default());
    assert_eq!(of(&all, "old"), (State::Critical, false));
}

#[test]
fn a_lineage_goes_on_under_other_names() {
    let lineage = |sha256: &str, names: &[&str], left| {
        let mut one = certificate(sha256, names[0], left, "certbot");
        one.names = names.iter().map(|name| (*name).to_owned()).collect();
        one.places[0].client = Some(crate::domain::AcmeClient::Certbot);
        one.places[0].lineage = Some(BLOG.to_owned());
        one
    };
    let stored = [
        lineage("old", &[BLOG], 2),
        lineage("new", &[BLOG, "www.example.org"], 80),
    ];
    let all = judged(&stored, &[], Limits::default());
    assert_eq!(of(&all, "old"), (State::Ok, true));
}

#[test]
fn the_old_one_counts_while_it_is_served() {
    let old = certificate("old", BLOG, 2, "hitch");
    let new = certificate("new", BLOG, 80, "hitch");
    let stored = [old.clone(), new.clone()];
    let all = judged(
        &stored,
        &[shows(ENDPOINT, "hitch", &old)],
        Limits::default(),
    );
    assert_eq!(of(&all, "old"), (State::Critical, false));
    let what = all[0].what.as_deref().unwrap();
    assert!(what.contains("serves a certificate of blog.example.org that expires in 2 days"));
    assert!(what.ends_with("and there is a newer one"), "{what}");

    let all = judged(
        &stored,
        &[shows(ENDPOINT, "hitch", &new)],
        Limits::default(),
    );
    assert_eq!(of(&all, "old"), (State::Ok, true));
}

#[test]
fn one_that_was_overwritten_counts_while_it_is_served() {
    let old = certificate("old", BLOG, 2, "hitch");
    let new = certificate("new", BLOG, 80, "hitch");
    let all = judged(&[new], &[shows(ENDPOINT, "hitch", &old)], Limits::default());
    assert_eq!(of(&all, "old"), (State::Critical, false));
    assert_eq!(of(&all, "new"), (State::Ok, false));
    let new = all.iter().find(|one| one.certificate.sha256 == "new");
    assert_eq!(new.unwrap().missing_at.len(), 1, "it should be served");
}

/// Without an answer of its endpoint nobody knows that it serves the one that lies elsewhere.
#[test]
fn a_server_that_did_not_get_the_newer_one_counts() {
    let stored = [
        of_server(certificate("old", BLOG, 2, "hitch")),
        certificate("new", BLOG, 80, "lego"),
    ];
    let all = judged(&stored, &[], Limits::default());
    assert_eq!(of(&all, "old"), (State::Critical, false));
    let all = judged(
        &stored,
        &[shows(ENDPOINT, "hitch", &stored[1])],
        Limits::default(),
    );
    assert_eq!(of(&all, "old"), (State::Ok, true));
    // It has both.
    let stored = [
        stored[0].clone(),
        of_server(certificate("new", BLOG, 80, "hitch")),
    ];
    let all = judged(&stored, &[], Limits::default());
    assert_eq!(of(&all, "old"), (State::Ok, true));
}

#[test]
fn staging_is_told() {
    let mut one = certificate("aa", BLOG, 5, "web");
    one.issuer = "(STAGING) Let's Encrypt".to_owned();
    let all = judged(&[one], &[], Limits::default());
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
    let all = judged(&many, &[], Limits::default());
    let counted = all.iter().filter(|one| !one.replaced).count();
    assert_eq!(counted, 34, "those of the last day");
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}
