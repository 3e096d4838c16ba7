//! What can be told before anybody restarts a server: a wrong key, an old mount, a file that it refuses.

use super::*;
use crate::domain::text::is_unsafe;
use crate::domain::{CertificatesFound, Unreadable};

fn old() -> Certificate {
    issued("old", 0, &OWN, &[archive(1)])
}

fn new(places: &[CertificatePlace]) -> Certificate {
    issued("new", 60, &OWN, places)
}

fn found(certificates: Vec<Certificate>) -> CertificatesFound {
    CertificatesFound {
        certificates,
        ..CertificatesFound::default()
    }
}

/// The verdict on the new one, with what servers said of their files.
fn foreseen(found: &CertificatesFound, answers: &[Served], tests: &ConfigTests) -> Verdict {
    let mut verdicts = judge(&found.certificates, answers);
    foresee(&mut verdicts, found, tests);
    verdicts.remove("new").unwrap()
}

fn refused(said: &[&str]) -> ConfigTests {
    let mut tests = ConfigTests::default();
    let said = said.iter().map(|line| (*line).to_owned()).collect();
    let command = "hitch … --test".to_owned();
    tests.answer(
        service("hitch"),
        "new".to_owned(),
        ConfigTest::Refuses { command, said },
    );
    tests
}

fn with_key(place: CertificatePlace, key: &str, matches: Option<bool>) -> CertificatePlace {
    CertificatePlace {
        key: Some(key.to_owned()),
        key_matches: matches,
        ..place
    }
}

#[test]
fn a_server_that_refuses_what_it_was_to_take_will_not_start_again() {
    let all = found(vec![old(), new(&[live(), combined("/certs/a.pem")])]);
    let answers = [hitch(&old())];
    let tests = refused(&["Loading", "Error: key mismatch", "config test failed"]);
    let verdict = foreseen(&all, &answers, &tests);
    assert_eq!(verdict.word(), "restart will fail");
    assert_eq!(
        verdict.sentence(at(84 * DAY)),
        "renewed, refused, and the next restart of hitch will fail: /certs/a.pem, hitch … --test says \
         “Error: key mismatch”; it still serves the certificate of example.org that expires in 6 days"
    );
    // However long the old one lasts: a restart takes the service down.
    assert_eq!(
        verdict.severity(&Thresholds::default(), at(61 * DAY)),
        Severity::Critical
    );
    assert_eq!(verdict.helps(), None, "neither a reload nor a restart");
    assert!(verdict.advice().unwrap().starts_with("do not restart it"));
}

#[test]
fn a_server_that_takes_its_files_only_was_not_told() {
    let all = found(vec![old(), new(&[live(), combined("/certs/a.pem")])]);
    let answers = [hitch(&old())];
    for said in [
        ConfigTest::Accepts,
        ConfigTest::Unknown("no shell".to_owned()),
    ] {
        let mut tests = ConfigTests::default();
        tests.answer(service("hitch"), "new".to_owned(), said);
        let verdict = foreseen(&all, &answers, &tests);
        assert_eq!(verdict.word(), "not reloaded");
        assert_eq!(verdict.helps(), Some(ActionName::Reload));
    }
    // What another server said of it, or this one of another, says nothing.
    let mut tests = refused(&["no"]);
    tests.clear();
    assert_eq!(foreseen(&all, &answers, &tests).word(), "not reloaded");
}

#[test]
fn only_servers_that_did_not_take_it_are_asked_and_each_once() {
    let all = found(vec![old(), new(&[live(), combined("/certs/a.pem")])]);
    let mut tests = ConfigTests::default();
    let fine = judge(&all.certificates, &[hitch(&all.certificates[1])]);
    assert!(tests.wanted(&fine).is_empty());
    let verdicts = judge(&all.certificates, &[hitch(&old())]);
    let asked = (service("hitch"), "new".to_owned());
    assert_eq!(tests.wanted(&verdicts), std::slice::from_ref(&asked));
    tests.answer(asked.0.clone(), asked.1.clone(), ConfigTest::Accepts);
    assert!(tests.wanted(&verdicts).is_empty(), "once");
    tests.retain_wanted(&verdicts);
    assert!(tests.of(&asked.0, &asked.1).is_some());
    // Reloaded by now: the next time it is asked again.
    tests.retain_wanted(&fine);
    assert_eq!(tests.of(&asked.0, &asked.1), None);
    // A file that is older is no reason to ask.
    let behind = [
        issued("old", 0, &OWN, &[archive(1), combined("/certs/a.pem")]),
        new(&[live()]),
    ];
    let verdicts = judge(&behind, &[hitch(&old())]);
    assert_eq!(verdicts["new"].word(), "not combined");
    assert!(tests.wanted(&verdicts).is_empty());
}

#[test]
fn a_wrong_key_in_the_servers_file_is_a_restart_that_fails_without_asking_it() {
    let file = with_key(combined("/certs/a.pem"), "/certs/a.pem", Some(false));
    let all = found(vec![old(), new(&[live(), file])]);
    let verdict = foreseen(&all, &[hitch(&old())], &ConfigTests::default());
    assert_eq!(verdict.word(), "restart will fail");
    assert_eq!(verdict.helps(), None);
    let sentence = verdict.sentence(at(84 * DAY));
    assert!(
        sentence.contains("the private key in /certs/a.pem is another certificate's"),
        "{sentence}"
    );
}

#[test]
fn a_file_without_a_certificate_in_a_folder_that_is_read_whole_is_told_where_nobody_can_ask() {
    let mut all = found(vec![old(), new(&[live()])]);
    let of = |server| Unreadable {
        container: "hitch".into(),
        service: Some(service("hitch")),
        path: "/etc/hitch/cert.d/a.pem".to_owned(),
        server,
        why: "the file is empty".to_owned(),
    };
    let answers = [hitch(&old())];
    let said = |all: &CertificatesFound, tests: &ConfigTests| foreseen(all, &answers, tests);
    all.unreadable = vec![of(None)];
    let none = ConfigTests::default();
    assert_eq!(said(&all, &none).word(), "not reloaded", "perhaps not its");
    all.unreadable = vec![of(Some(TlsServer::Hitch))];
    let verdict = said(&all, &none);
    let sentence = verdict.sentence(at(84 * DAY));
    assert!(
        sentence.contains("will fail: /etc/hitch/cert.d/a.pem: the file is empty;"),
        "{sentence}"
    );
    // It is asked all the same, for it knows best.
    let mut verdicts = judge(&all.certificates, &answers);
    foresee(&mut verdicts, &all, &none);
    let asked = (service("hitch"), "new".to_owned());
    assert_eq!(none.wanted(&verdicts), [asked]);
    let mut tests = ConfigTests::default();
    tests.answer(service("hitch"), "new".to_owned(), ConfigTest::Accepts);
    assert_eq!(said(&all, &tests).word(), "not reloaded");
}

#[test]
fn a_key_that_is_not_the_certificates_is_told_before_anybody_asks() {
    let wrong = |place| with_key(place, "/x/a.key", Some(false));
    let of = |place: CertificatePlace, answers: &[Served]| {
        let one = new(&[place]);
        judge(std::slice::from_ref(&one), answers)
            .remove("new")
            .unwrap()
    };
    let at_rest = of(wrong(place("backup", "/x/a.crt")), &[]);
    assert_eq!(at_rest.word(), "wrong key");
    assert_eq!(
        at_rest.severity(&Thresholds::default(), at(61 * DAY)),
        Severity::Warning
    );
    assert_eq!(
        at_rest.sentence(at(0)),
        "/x/a.crt of backup: the private key /x/a.key is not the certificate's; no server can use them together"
    );
    let of_server = of(wrong(combined("/certs/a.pem")), &[]);
    assert_eq!(
        of_server.severity(&Thresholds::default(), at(61 * DAY)),
        Severity::Critical
    );
    assert_eq!(of_server.helps(), None);
    assert!(
        of_server
            .sentence(at(0))
            .ends_with("its next restart will fail")
    );
    // It runs with the key of before the change, and serves what is stored.
    let one = new(&[]);
    let served = answer("example.org@127.0.0.1:443", "web", shows(&one));
    let serving = of(wrong(place("web", "/x/a.crt")), &[served]);
    assert_eq!(
        serving.severity(&Thresholds::default(), at(61 * DAY)),
        Severity::Critical
    );
    for unknown in [None, Some(true)] {
        let place = with_key(combined("/certs/a.pem"), "/certs/a.pem", unknown);
        assert_eq!(of(place, &[]).word(), "not seen", "{unknown:?}");
    }
}

#[test]
fn a_file_that_was_replaced_under_its_mount_wants_a_restart() {
    let mounted = |seen: Option<Certificate>| CertificatePlace {
        server: Some(TlsServer::Nginx),
        seen_inside: seen.map(Box::new),
        ..place("web", "/etc/nginx/ssl/fullchain.pem")
    };
    let asked = |one: &Certificate| answer("example.org@127.0.0.1:443", "web", shows(one));
    let all = [old(), new(&[live(), mounted(Some(old()))])];
    let verdict = judge(&all, &[asked(&old())]).remove("new").unwrap();
    assert_eq!(verdict.word(), "old file mounted");
    assert_eq!(verdict.helps(), Some(ActionName::Reload));
    assert_eq!(
        verdict.sentence(at(84 * DAY)),
        "renewed, but /etc/nginx/ssl/fullchain.pem is a mount of its own: until web is restarted it sees the \
         certificate of example.org that expires in 6 days"
    );
    assert_eq!(
        verdict.severity(&Thresholds::default(), at(70 * DAY)),
        Severity::Warning
    );
    assert_eq!(
        verdict.severity(&Thresholds::default(), at(89 * DAY)),
        Severity::Critical
    );
    assert_eq!(words(&all, &[]), ["replaced", "old file mounted"]);
    // It was read before the mount went stale, or somebody gave it the new one otherwise.
    assert_eq!(words(&all, &[asked(&all[1])]), ["replaced", "fine"]);
    let seen_alike = [old(), new(&[live(), mounted(None)])];
    assert_eq!(
        words(&seen_alike, &[asked(&old())]),
        ["replaced", "not reloaded"]
    );
    // Restarted with a key that is not its own it would not come up: that comes first.
    let both = with_key(
        mounted(Some(old())),
        "/etc/nginx/ssl/privkey.pem",
        Some(false),
    );
    let both = [old(), new(&[live(), both])];
    assert_eq!(
        words(&both, &[asked(&old())]),
        ["replaced", "restart will fail"]
    );
}

#[test]
fn what_a_hostile_server_or_certificate_says_stays_short_and_safe() {
    let long = format!("error \u{1b}[2J\u{202e}{}", "x".repeat(100_000));
    let name = format!("\u{7}\u{2066}{}", "n".repeat(100_000));
    let mut before = old();
    before.names = vec![name.clone()];
    let mut after = new(&[live(), combined("/certs/a.pem")]);
    after.names = vec![name];
    let all = found(vec![before.clone(), after]);
    let served = answer("127.0.0.1:443", "hitch", shows(&before));
    let verdict = foreseen(&all, &[served], &refused(&[&long]));
    assert_eq!(verdict.word(), "restart will fail");
    let sentence = verdict.sentence(at(0));
    assert!(!sentence.chars().any(is_unsafe), "{sentence:?}");
    assert!(sentence.chars().count() < 1_000, "{}", sentence.len());
}

#[test]
fn what_is_served_of_before_is_told_though_its_file_holds_nothing_any_more() {
    // Stored by the client alone; hitch's file was cut, and what it serves lies nowhere.
    let alone = [new(&[live()])];
    assert_eq!(words(&alone, &[hitch(&old())]), ["not reloaded"]);
    let nameless = answer("127.0.0.1:443", "hitch", shows(&old()));
    assert_eq!(words(&alone, &[nameless]), ["not reloaded"]);
    // Of other names, newer, or stored for somebody else it is no news.
    let other = issued("other", 0, &["example.org", "www.example.org"], &[]);
    let newer = issued("newer", 80, &OWN, &[]);
    for shown in [other, newer] {
        let nameless = answer("127.0.0.1:443", "web", shows(&shown));
        assert_eq!(words(&alone, &[nameless]), ["not seen"]);
    }
}
