//! Whom an answer is about, and how it is said.

use super::*;
use crate::domain::endpoint::{Entry, of_entries};
use crate::domain::sample::certificate;
use crate::domain::{HostId, ServiceId};

fn service(name: &str) -> ServiceId {
    ServiceId {
        host: "home".into(),
        project: None,
        name: name.into(),
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
        status: ChainStatus::Unknown,
        path: crate::domain::ChainPath::default(),
    })
}

#[test]
fn an_answer_concerns_what_is_shown_and_what_should_be() {
    let www = certificate("aa", &["*.example.org"], &service("hitch"));
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
    assert!(!by_default.concerns(&certificate("aa", &["example.org"], &service("hitch"))));
    assert!(by_default.concerns(&certificate("aa", &["192.0.2.1"], &service("hitch"))));
    assert!(by_default.concerns(&certificate("bb", &["example.org"], &service("hitch"))));
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
