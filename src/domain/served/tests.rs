//! Whom an answer is about, and how it is said.

use super::*;
use crate::domain::endpoint::{Entry, of_entries};
use crate::domain::{CertificatePlace, HostId, ServiceId};

fn service(name: &str) -> ServiceId {
    ServiceId {
        host: "home".into(),
        project: None,
        name: name.into(),
    }
}

fn stored(sha256: &str, names: &[&str], by: &str) -> Certificate {
    Certificate {
        sha256: sha256.to_owned(),
        common_name: None,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        issuer: "CA".to_owned(),
        serial: "01".to_owned(),
        not_before: Timestamp::UNIX_EPOCH,
        not_after: Timestamp::MAX,
        self_signed: false,
        places: vec![CertificatePlace {
            host: "home".into(),
            service: Some(service(by)),
            container: Some(by.into()),
            path: "/certs/a.pem".to_owned(),
            mounted_from: None,
            client: None,
            lineage: None,
            server: None,
            key: None,
            modified: None,
        }],
    }
}

fn served(endpoint: &str, by: &str, answer: Answer) -> Served {
    let entry = Entry::parse(endpoint).unwrap();
    let mut endpoint = of_entries(&HostId::from("home"), &[entry]).remove(0);
    endpoint.service = Some(service(by));
    Served {
        endpoint,
        answer,
        at: Timestamp::UNIX_EPOCH,
    }
}

fn boxed(sha256: &str) -> Box<ServedChain> {
    Box::new(ServedChain {
        version: TlsVersion::Tls13,
        leaf: Shown {
            sha256: sha256.to_owned(),
            read: Err("not read here".to_owned()),
        },
        above: Vec::new(),
    })
}

#[test]
fn an_answer_concerns_what_is_shown_and_what_should_be() {
    let www = stored("aa", &["*.example.org"], "hitch");
    let asked = "www.example.org@127.0.0.1:443";
    assert!(served(asked, "hitch", Answer::Chain(boxed("bb"))).concerns(&www));
    assert!(served(asked, "hitch", Answer::Refused).concerns(&www));
    assert!(!served(asked, "other", Answer::Refused).concerns(&www));
    assert!(served(asked, "other", Answer::Chain(boxed("aa"))).concerns(&www));
    assert!(!served("a.b.example.org@127.0.0.1:443", "hitch", Answer::Refused).concerns(&www));
}

#[test]
fn what_is_served_by_default_concerns_only_what_has_no_name_to_ask_for() {
    let by_default = served("127.0.0.1:443", "hitch", Answer::Chain(boxed("bb")));
    assert!(!by_default.concerns(&stored("aa", &["example.org"], "hitch")));
    assert!(by_default.concerns(&stored("aa", &["192.0.2.1"], "hitch")));
    assert!(by_default.concerns(&stored("bb", &["example.org"], "hitch")));
}

#[test]
fn the_certificate_of_an_old_server_counts() {
    let old = |chain| Answer::TooOld {
        version: TlsVersion::Tls10,
        chain,
    };
    let shown = served("127.0.0.1", "hitch", old(Some(boxed("aa"))));
    assert_eq!(shown.shows("aa"), Some(true));
    assert_eq!(shown.shows("bb"), Some(false));
    assert_eq!(served("127.0.0.1", "hitch", old(None)).shows("aa"), None);
    assert!(old(None).phrase().contains("TLS 1.0"));
}

#[test]
fn what_a_server_says_is_shown_without_its_escapes() {
    for answer in [
        Answer::NotTls("\u{1b}[2Jhi".to_owned()),
        Answer::NotGranted("\u{1b}]0;x\u{7}".to_owned()),
        Answer::Garbage("\u{202e}".to_owned()),
        Answer::Unresolvable("\r\n".to_owned()),
    ] {
        let phrase = answer.phrase();
        assert!(
            !phrase.chars().any(crate::domain::text::is_unsafe),
            "{phrase:?}"
        );
    }
}
