//! What counts of the answers of servers that were told, and of those that were restarted.

use jiff::Timestamp;

use super::Standing;
use crate::domain::endpoint::{Entry, of_entries};
use crate::domain::served::{Answer, Served, ServedChain, Shown, TlsVersion};
use crate::domain::{ChainStatus, HostId};

fn answers(all: &[(&str, Option<&str>)]) -> Vec<Served> {
    let served = |(at, sha256): &(&str, Option<&str>)| Served {
        endpoint: of_entries(&HostId::from("home"), &[Entry::parse(at).unwrap()]).remove(0),
        answer: sha256.map_or(Answer::NotTls("HTTP/1.1 400".to_owned()), |sha256| {
            Answer::Chain(Box::new(ServedChain {
                version: TlsVersion::Tls13,
                leaf: Shown {
                    sha256: sha256.to_owned(),
                    read: Err("not read here".to_owned()),
                },
                above: Vec::new(),
                status: ChainStatus::Unknown,
                path: crate::domain::ChainPath::default(),
            }))
        }),
        at: Timestamp::UNIX_EPOCH,
    };
    all.iter().map(served).collect()
}

fn is_served(expected: usize, all: &[(&str, Option<&str>)]) -> bool {
    Standing::of(answers(all), expected, "new").is_served()
}

#[test]
fn a_port_that_never_had_a_certificate_keeps_nothing_waiting() {
    let https = ("127.0.0.1:32768", Some("new"));
    let redirect = ("127.0.0.1:32769", None);
    assert!(is_served(1, &[https, redirect]));
    // Both had one before: the second is not up yet.
    assert!(!is_served(2, &[https, redirect]));
    assert!(is_served(2, &[https, ("127.0.0.1:32769", Some("new"))]));
}

#[test]
fn another_certificate_is_never_left_out() {
    let good = ("127.0.0.1:443", Some("new"));
    assert!(!is_served(1, &[good, ("127.0.0.1:8443", Some("old"))]));
    assert!(!is_served(1, &[("127.0.0.1:443", Some("old"))]));
    assert!(!is_served(1, &[("127.0.0.1:443", None)]));
    assert!(!is_served(1, &[]), "nothing is published any more");
}

#[test]
fn what_does_not_count_is_not_told_as_a_place() {
    let standing = Standing::of(
        answers(&[("127.0.0.1:443", Some("new")), ("127.0.0.1:80", None)]),
        1,
        "new",
    );
    assert_eq!(super::places(&standing.answers), "127.0.0.1:443");
}
