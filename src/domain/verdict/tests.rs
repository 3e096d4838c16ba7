//! Every step that can break between a renewal and what is served.

mod restart;

use super::*;
use crate::domain::endpoint::{Entry, of_entries};
use crate::domain::sample::{at, certificate};
use crate::domain::served::{Shown, TlsVersion};
use crate::domain::{AcmeClient, Answer, HostId, Served, ServedChain, ServiceId, TlsServer};

const DAY: i64 = 86_400;

fn service(name: &str) -> ServiceId {
    ServiceId {
        host: "home".into(),
        project: None,
        name: name.into(),
    }
}

fn place(by: &str, path: &str) -> CertificatePlace {
    CertificatePlace::of_service(service(by), by, path)
}

/// A client's own file.
fn ordered(by: &str, path: &str, client: AcmeClient) -> CertificatePlace {
    CertificatePlace {
        client: Some(client),
        lineage: Some("example.org".to_owned()),
        ..place(by, path)
    }
}

/// What somebody made for hitch.
fn combined(path: &str) -> CertificatePlace {
    CertificatePlace {
        server: Some(TlsServer::Hitch),
        key: Some(path.to_owned()),
        ..place("hitch", path)
    }
}

/// Issued so many days after the first, for 90 days.
fn issued(sha256: &str, day: i64, names: &[&str], places: &[CertificatePlace]) -> Certificate {
    Certificate {
        not_before: at(day * DAY),
        not_after: at((day + 90) * DAY),
        places: places.to_vec(),
        ..certificate(sha256, names, &service("hitch"))
    }
}

fn live() -> CertificatePlace {
    ordered(
        "certbot",
        "/etc/letsencrypt/live/example.org/fullchain.pem",
        AcmeClient::Certbot,
    )
}

fn archive(number: u8) -> CertificatePlace {
    let path = format!("/etc/letsencrypt/archive/example.org/fullchain{number}.pem");
    place("certbot", &path)
}

fn answer(endpoint: &str, by: &str, answer: Answer) -> Served {
    let entry = Entry::parse(endpoint).unwrap();
    let mut endpoint = of_entries(&HostId::from("home"), &[entry]).remove(0);
    endpoint.service = Some(service(by));
    Served {
        endpoint,
        answer,
        at: at(0),
    }
}

fn shows_with(certificate: &Certificate, status: ChainStatus) -> Answer {
    Answer::Chain(Box::new(ServedChain {
        version: TlsVersion::Tls13,
        leaf: Shown {
            sha256: certificate.sha256.clone(),
            read: Ok(Certificate {
                places: Vec::new(),
                ..certificate.clone()
            }),
        },
        above: Vec::new(),
        status,
        path: crate::domain::ChainPath::default(),
    }))
}

fn shows(certificate: &Certificate) -> Answer {
    shows_with(certificate, ChainStatus::Complete)
}

/// What hitch shows for the name.
fn hitch(certificate: &Certificate) -> Served {
    answer("example.org@127.0.0.1:443", "hitch", shows(certificate))
}

/// Judged when all of them are valid.
fn judge(certificates: &[Certificate], answers: &[Served]) -> Verdicts {
    super::judge(certificates, answers, at(3_000 * DAY))
}

fn words(certificates: &[Certificate], answers: &[Served]) -> Vec<&'static str> {
    let verdicts = judge(certificates, answers);
    let word = |one: &Certificate| verdicts[&one.sha256].word();
    certificates.iter().map(word).collect()
}

const OWN: [&str; 1] = ["example.org"];

#[test]
fn a_served_certificate_is_fine_and_one_nobody_asked_for_is_not_seen() {
    let one = issued("new", 60, &OWN, &[live(), combined("/certs/a.pem")]);
    assert_eq!(words(std::slice::from_ref(&one), &[]), ["not seen"]);
    assert_eq!(words(std::slice::from_ref(&one), &[hitch(&one)]), ["fine"]);
    let silent = answer("example.org@127.0.0.1:443", "hitch", Answer::Refused);
    assert_eq!(words(std::slice::from_ref(&one), &[silent]), ["not seen"]);
}

#[test]
fn a_server_that_has_the_new_file_and_serves_the_old_one_was_not_reloaded() {
    let old = issued("old", 0, &OWN, &[archive(1)]);
    let new = issued("new", 60, &OWN, &[live(), combined("/certs/a.pem")]);
    let all = [old.clone(), new.clone()];
    assert_eq!(words(&all, &[hitch(&old)]), ["replaced", "not reloaded"]);
    // The old one need not be stored any more.
    let alone = std::slice::from_ref(&new);
    assert_eq!(words(alone, &[hitch(&old)]), ["not reloaded"]);
    let verdict = judge(&all, &[hitch(&old)]).remove("new").unwrap();
    assert_eq!(verdict.helps(), Some(ActionName::Reload));
    assert_eq!(
        verdict.sentence(at(84 * DAY)),
        "renewed, not reloaded: hitch still serves the certificate of example.org that expires in 6 days"
    );
    assert_eq!(
        verdict.severity(&Thresholds::default(), at(70 * DAY)),
        Severity::Warning
    );
    assert_eq!(
        verdict.severity(&Thresholds::default(), at(88 * DAY)),
        Severity::Critical
    );
    assert_eq!(
        verdict.severity(&Thresholds::default(), at(99 * DAY)),
        Severity::Critical
    );
    assert!(
        verdict
            .sentence(at(99 * DAY))
            .ends_with("that expired 9 days ago")
    );
}

#[test]
fn one_endpoint_of_several_that_serves_the_old_one_is_enough() {
    let old = issued("old", 0, &OWN, &[archive(1)]);
    let new = issued("new", 60, &OWN, &[live(), combined("/certs/a.pem")]);
    let mail = answer("smtp://example.org@127.0.0.1:25", "hitch", shows(&old));
    assert_eq!(
        words(std::slice::from_ref(&new), &[hitch(&new), mail]),
        ["not reloaded"]
    );
}

#[test]
fn a_combined_file_of_before_was_not_combined() {
    let old = issued("old", 0, &OWN, &[archive(1), combined("/certs/a.pem")]);
    let new = issued("new", 60, &OWN, &[live()]);
    let all = [old.clone(), new];
    assert_eq!(words(&all, &[hitch(&old)]), ["replaced", "not combined"]);
    // Nobody answers, and the file is an old one all the same.
    assert_eq!(words(&all, &[]), ["replaced", "not combined"]);
    let verdict = judge(&all, &[]).remove("new").unwrap();
    assert_eq!(
        verdict.sentence(at(84 * DAY)),
        "renewed, not combined: /certs/a.pem of hitch still holds the certificate of example.org that expires in 6 days"
    );
}

#[test]
fn what_the_server_also_sees_of_the_clients_folder_does_not_hide_that_it_was_not_combined() {
    let old = issued("old", 0, &OWN, &[combined("/certs/a.pem")]);
    let shared = ordered(
        "hitch",
        "/acme/live/example.org/fullchain.pem",
        AcmeClient::Certbot,
    );
    let new = issued("new", 60, &OWN, &[live(), shared]);
    let all = [old.clone(), new];
    assert_eq!(words(&all, &[hitch(&old)]), ["replaced", "not combined"]);
}

#[test]
fn a_file_that_is_copied_and_was_not_is_told_by_what_is_served() {
    let copy = CertificatePlace {
        server: Some(TlsServer::Nginx),
        ..place("hitch", "/etc/nginx/tls/example.org.crt")
    };
    let old = issued("old", 0, &OWN, &[copy]);
    let new = issued("new", 60, &OWN, &[live()]);
    let all = [old.clone(), new];
    assert_eq!(words(&all, &[hitch(&old)]), ["replaced", "not copied"]);
    // A copy that nobody serves may be a backup.
    assert_eq!(words(&all, &[]), ["replaced", "not seen"]);
}

#[test]
fn a_combined_copy_of_before_is_no_news() {
    let old = issued("old", 0, &OWN, &[combined("/certs/.a.pem.before")]);
    let beside = issued("new", 60, &OWN, &[live(), combined("/certs/a.pem")]);
    assert_eq!(words(&[old.clone(), beside], &[]), ["replaced", "not seen"]);
    let new = issued("new", 60, &OWN, &[live()]);
    let all = [old, new.clone()];
    assert_eq!(words(&all, &[hitch(&new)]), ["replaced", "fine"]);
}

#[test]
fn the_newest_of_a_lineage_replaces_all_of_before_whatever_the_order() {
    let first = issued("1", 0, &OWN, &[archive(1)]);
    let second = issued("2", 30, &OWN, &[archive(2)]);
    let third = issued("3", 60, &OWN, &[live()]);
    for all in [
        [first.clone(), second.clone(), third.clone()],
        [third.clone(), first.clone(), second.clone()],
        [second, third, first],
    ] {
        let verdicts = judge(&all, &[]);
        for old in ["1", "2"] {
            let by = "3".to_owned();
            assert_eq!(verdicts[old], Verdict::Replaced { by });
        }
        assert_eq!(verdicts["3"], Verdict::Unserved);
    }
}

#[test]
fn names_are_compared_as_a_set_without_regard_to_case() {
    let old = issued("old", 0, &["a.example.org", "B.example.org"], &[archive(1)]);
    let new = issued("new", 60, &["b.example.org", "a.example.org"], &[live()]);
    assert_eq!(words(&[old, new], &[]), ["replaced", "not seen"]);
}

#[test]
fn a_name_that_was_added_or_dropped_keeps_the_archive_of_its_lineage() {
    let old = issued("old", 0, &["example.org", "old.example.org"], &[archive(1)]);
    let new = issued("new", 60, &["example.org", "new.example.org"], &[live()]);
    assert_eq!(
        words(&[old.clone(), new.clone()], &[]),
        ["replaced", "not seen"]
    );
    // In use elsewhere it is one of its own.
    let mut used = old;
    used.places.push(combined("/certs/a.pem"));
    assert_eq!(words(&[used, new], &[]), ["not seen", "not seen"]);
}

#[test]
fn dehydrated_keeps_the_older_ones_beside_the_current_one() {
    let current = ordered(
        "web",
        "/certs/example.org/fullchain.pem",
        AcmeClient::Dehydrated,
    );
    let before = place("web", "/certs/example.org/fullchain-1700000000.pem");
    let other = place("web", "/certs/example.net/fullchain-1700000000.pem");
    let old = issued("old", 0, &["x.example.org"], &[before]);
    let another = issued("another", 0, &["example.net"], &[other]);
    let new = issued("new", 60, &OWN, &[current]);
    assert_eq!(
        words(&[old, another, new], &[]),
        ["replaced", "not seen", "not seen"]
    );
}

#[test]
fn two_lineages_for_the_same_names_are_both_current() {
    let ecc = ordered(
        "acme",
        "/acme/example.org_ecc/fullchain.cer",
        AcmeClient::AcmeSh,
    );
    let rsa = ordered(
        "acme",
        "/acme/example.org/fullchain.cer",
        AcmeClient::AcmeSh,
    );
    let first = issued("rsa", 0, &OWN, &[rsa, combined("/certs/rsa.pem")]);
    let second = issued("ecc", 1, &OWN, &[ecc, combined("/certs/ecc.pem")]);
    let all = [first.clone(), second];
    assert_eq!(words(&all, &[]), ["not seen", "not seen"]);
    // Which of them is shown depends on what was offered.
    assert_eq!(words(&all, &[hitch(&first)]), ["fine", "not seen"]);
}

#[test]
fn what_nobody_trusts_replaces_nothing() {
    let old = issued("old", 0, &OWN, &[archive(1)]);
    let own = Certificate {
        self_signed: true,
        ..issued("own", 60, &OWN, &[combined("/certs/a.pem")])
    };
    let staging = Certificate {
        issuer: "(STAGING) Let's Encrypt".to_owned(),
        ..issued("staging", 60, &OWN, &[combined("/certs/b.pem")])
    };
    assert_eq!(
        words(&[old, own, staging], &[]),
        ["not seen", "not seen", "not seen"]
    );
}

#[test]
fn the_certificate_of_another_name_is_told() {
    let one = issued("new", 60, &OWN, &[live(), combined("/certs/a.pem")]);
    let other = issued("other", 60, &["default.example.net", "b"], &[]);
    let all = std::slice::from_ref(&one);
    let verdict = judge(all, &[hitch(&other)]).remove("new").unwrap();
    assert_eq!(
        verdict.severity(&Thresholds::default(), at(70 * DAY)),
        Severity::Warning
    );
    assert_eq!(
        verdict.sentence(at(70 * DAY)),
        "hitch serves the certificate of default.example.net +1 for example.org"
    );
    // Where another server is the one for the name, this one only stores it.
    let right = answer("example.org@127.0.0.1:8443", "web", shows(&one));
    assert_eq!(words(all, &[hitch(&other), right]), ["fine"]);
}

#[test]
fn another_stored_certificate_for_the_name_is_rightly_served() {
    let wildcard = issued("wild", 10, &["*.example.org"], &[combined("/certs/w.pem")]);
    let own = issued("own", 60, &["www.example.org"], &[combined("/certs/a.pem")]);
    let asked = answer("www.example.org@127.0.0.1:443", "hitch", shows(&wildcard));
    assert_eq!(words(&[wildcard, own], &[asked]), ["fine", "not seen"]);
}

#[test]
fn a_newer_one_than_is_stored_is_no_fault_of_the_server() {
    let stored = issued("stored", 0, &OWN, &[combined("/certs/a.pem")]);
    let newer = issued("newer", 60, &OWN, &[]);
    let verdict = judge(&[stored], &[hitch(&newer)]).remove("stored").unwrap();
    assert_eq!(verdict.word(), "newer served");
    assert_eq!(
        verdict.severity(&Thresholds::default(), at(89 * DAY)),
        Severity::Fine
    );
}

#[test]
fn the_chain_that_is_sent_is_judged() {
    let one = issued("new", 60, &OWN, &[live(), combined("/certs/a.pem")]);
    for (status, word) in [
        (ChainStatus::MissingIntermediate, "lacks intermediate"),
        (ChainStatus::WrongOrder, "chain out of order"),
        (ChainStatus::Broken, "wrong chain"),
        (ChainStatus::SelfSigned, "fine"),
        (ChainStatus::Unknown, "fine"),
    ] {
        let sent = shows_with(&one, status);
        let sent = answer("example.org@127.0.0.1:443", "hitch", sent);
        assert_eq!(words(std::slice::from_ref(&one), &[sent]), [word]);
    }
}

#[test]
fn a_server_that_is_too_old_is_not_fine_though_it_shows_the_right_one() {
    let one = issued("new", 60, &OWN, &[live(), combined("/certs/a.pem")]);
    let Answer::Chain(chain) = shows(&one) else {
        unreachable!("it shows a chain");
    };
    let all = std::slice::from_ref(&one);
    for chain in [Some(chain), None] {
        let version = TlsVersion::Tls10;
        let old = answer(
            "example.org@127.0.0.1:443",
            "hitch",
            Answer::TooOld { version, chain },
        );
        let verdict = judge(all, &[old]).remove("new").unwrap();
        assert_eq!(verdict.word(), "too old");
        let severity = verdict.severity(&Thresholds::default(), at(70 * DAY));
        assert_eq!(severity, Severity::Warning);
        assert_eq!(
            verdict.sentence(at(70 * DAY)),
            "example.org at hitch is too old to talk to: at most TLS 1.0"
        );
    }
}

#[test]
fn what_is_not_valid_yet_replaces_nothing() {
    let old = issued("old", 0, &OWN, &[archive(1)]);
    let new = issued("new", 60, &OWN, &[live()]);
    let verdicts = super::judge(&[old, new], &[], at(59 * DAY));
    assert_eq!(verdicts["old"], Verdict::Unserved);
}

#[test]
fn what_cannot_be_read_and_what_is_hostile_is_shown_safely() {
    let one = issued("new", 60, &OWN, &[combined("/certs/a.pem")]);
    let mut evil = issued("evil", 0, &["\u{1b}[2Jevil"], &[]);
    let said = |answers: &[Served]| {
        let verdict = judge(std::slice::from_ref(&one), answers).remove("new");
        verdict.unwrap().sentence(at(0))
    };
    let sentence = said(&[hitch(&evil)]);
    assert!(
        !sentence.chars().any(crate::domain::text::is_unsafe),
        "{sentence:?}"
    );
    evil.names.clear();
    assert!(said(&[hitch(&evil)]).contains("cannot be read"));
}

#[test]
fn each_of_many_is_judged() {
    let many: Vec<Certificate> = (0..2_000)
        .map(|n| {
            let name = format!("{}.example.org", n / 4);
            let place = combined(&format!("/certs/{n}.pem"));
            issued(&format!("{n}"), n, &[&name], &[place])
        })
        .collect();
    let answers: Vec<Served> = (0..200)
        .map(|n| {
            answer(
                &format!("{n}.example.org@127.0.0.1:443"),
                "hitch",
                shows(&many[n]),
            )
        })
        .collect();
    let verdicts = judge(&many, &answers);
    assert_eq!(verdicts.len(), many.len());
    let replaced = verdicts.values().filter(|one| one.word() == "replaced");
    assert_eq!(replaced.count(), 1_500);
}
