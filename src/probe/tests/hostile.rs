//! Servers that hang, drip, flood, lie, or are none.

use super::scripted::{Act, say, serve};
use super::*;

const BRIEF: Limits = Limits {
    connect: Duration::from_secs(5),
    talk: Duration::from_millis(300),
};
const AT_ONCE: Duration = Duration::ZERO;

async fn brief(script: Vec<Act>) -> Answer {
    let port = serve(script).await;
    let endpoint = endpoint(port, None, Opening::Tls);
    probe(&Direct::here(), endpoint, BRIEF).await.answer
}

async fn patient(script: Vec<Act>) -> Answer {
    answer(serve(script).await, None).await
}

#[tokio::test]
async fn nothing_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert_eq!(answer(port, None).await, Answer::Refused);
}

#[tokio::test]
async fn a_name_that_nobody_knows() {
    let mut endpoint = endpoint(443, None, Opening::Tls);
    endpoint.address.host = "no-such-name.invalid".to_owned();
    let answer = probe(&Direct::here(), endpoint, PATIENT).await.answer;
    assert!(matches!(answer, Answer::Unresolvable(_)), "{answer:?}");
}

#[tokio::test]
async fn silence_ends_with_the_time_limit() {
    let answer = brief(vec![Act::Wait]).await;
    assert_eq!(answer, Answer::TimedOut(Phase::Handshake));
    for protocol in StartTls::ALL {
        let answer = answer_after(protocol, serve(vec![Act::Wait]).await, BRIEF).await;
        assert_eq!(answer, Answer::TimedOut(Phase::StartTls), "{protocol:?}");
    }
}

#[tokio::test]
async fn one_that_hangs_up_is_told() {
    assert_eq!(patient(vec![]).await, Answer::Closed(Phase::Handshake));
    for protocol in StartTls::ALL {
        let answer = answer_after(protocol, serve(vec![]).await, PATIENT).await;
        assert_eq!(answer, Answer::Closed(Phase::StartTls), "{protocol:?}");
    }
}

#[tokio::test]
async fn plain_text_is_no_tls() {
    let http = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
    let answer = patient(vec![say(http)]).await;
    assert_eq!(
        answer,
        Answer::NotTls("HTTP/1.1 400 Bad Request".to_owned())
    );
    let ssh = patient(vec![say("SSH-2.0-OpenSSH_9.2\r\n")]).await;
    assert_eq!(ssh, Answer::NotTls("SSH-2.0-OpenSSH_9.2".to_owned()));
    // Too short for a record's head, and then nothing.
    assert_eq!(
        brief(vec![say("hi"), Act::Wait]).await,
        Answer::NotTls("hi".to_owned())
    );
}

#[tokio::test]
async fn text_that_never_ends_is_cut() {
    let flood = vec![b'x'; 64 * 1024];
    let answer = patient(vec![Act::Drip(flood.clone(), AT_ONCE)]).await;
    assert!(matches!(answer, Answer::NotTls(said) if said.len() <= 80));
    for protocol in StartTls::ALL {
        let port = serve(vec![Act::Drip(flood.clone(), AT_ONCE)]).await;
        let answer = answer_after(protocol, port, PATIENT).await;
        assert!(
            matches!(answer, Answer::Garbage(_)),
            "{protocol:?}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn greetings_that_never_end_are_cut() {
    for (protocol, line) in [
        (StartTls::Smtp, "220-welcome\r\n"),
        (StartTls::Xmpp, "<stream:stream><a/>"),
    ] {
        let many = line.repeat(1_000).into_bytes();
        let port = serve(vec![Act::Drip(many, AT_ONCE)]).await;
        let answer = answer_after(protocol, port, PATIENT).await;
        assert!(
            matches!(&answer, Answer::Garbage(why) if why.contains("on and on")),
            "{answer:?}"
        );
    }
    let imap = [
        say("* OK hi\r\n"),
        Act::Drip(b"* CAPABILITY x\r\n".repeat(1_000), AT_ONCE),
    ];
    let answer = answer_after(StartTls::Imap, serve(imap.to_vec()).await, PATIENT).await;
    assert!(
        matches!(&answer, Answer::Garbage(why) if why.contains("on and on")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn one_that_drips_does_not_prolong_its_time() {
    let drip = |byte: &[u8]| vec![Act::Drip(byte.to_vec(), Duration::from_millis(20))];
    for protocol in [
        StartTls::Smtp,
        StartTls::Imap,
        StartTls::Pop3,
        StartTls::Xmpp,
    ] {
        let answer = answer_after(protocol, serve(drip(b"2")).await, BRIEF).await;
        assert_eq!(answer, Answer::TimedOut(Phase::StartTls), "{protocol:?}");
    }
    // A warning alert in TLS, over and over: rustls counts them, and so does our own old hello.
    let answer = brief(drip(&[21, 3, 3, 0, 2, 1, 112])).await;
    assert!(
        matches!(answer, Answer::TimedOut(_) | Answer::Garbage(_)),
        "{answer:?}"
    );
}

#[tokio::test]
async fn binary_is_garbage_and_shown_without_escapes() {
    let bytes = b"\x1b[2J\xff\xfe\0\x07\r\n".repeat(20);
    for protocol in StartTls::ALL {
        let port = serve(vec![Act::Drip(bytes.clone(), AT_ONCE)]).await;
        let answer = answer_after(protocol, port, PATIENT).await;
        assert!(
            matches!(answer, Answer::Garbage(_)),
            "{protocol:?}: {answer:?}"
        );
        assert!(!answer.phrase().chars().any(crate::domain::text::is_unsafe));
    }
}

#[tokio::test]
async fn what_is_said_between_agreement_and_tls_is_not_taken_for_said_within_it() {
    for (protocol, said) in [
        (
            StartTls::Smtp,
            "220 x\r\n250-x\r\n250 STARTTLS\r\n220 go\r\n250 injected\r\n",
        ),
        (StartTls::Postgres, "Sinjected"),
        (
            StartTls::Pop3,
            "+OK\r\n+OK\r\nSTLS\r\n.\r\n+OK\r\ninjected\r\n",
        ),
    ] {
        let port = serve(vec![say(said), Act::Wait]).await;
        let answer = answer_after(protocol, port, PATIENT).await;
        let Answer::Garbage(why) = answer else {
            panic!("{protocol:?}: {answer:?}");
        };
        assert!(why.contains("injected"), "{why}");
    }
}

/// A record of a handshake message, cut into records as long as they may be.
fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind];
    message.extend(&(body.len() as u32).to_be_bytes()[1..]);
    message.extend(body);
    let records = message.chunks(1 << 14).flat_map(|part| {
        let mut record = vec![22, 3, 1];
        record.extend((part.len() as u16).to_be_bytes());
        record.extend(part);
        record
    });
    records.collect()
}

/// A hello of TLS 1.0 that chooses RSA with AES.
fn old_hello() -> Vec<u8> {
    let mut body = vec![3, 1];
    body.extend([7; 32]);
    body.extend([0, 0, 0x2f, 0]);
    handshake(2, &body)
}

fn certificates(ders: &[Vec<u8>]) -> Vec<u8> {
    let length = |bytes: &[u8]| (bytes.len() as u32).to_be_bytes()[1..].to_vec();
    let all: Vec<u8> = ders
        .iter()
        .flat_map(|der| [length(der), der.clone()].concat())
        .collect();
    handshake(11, &[length(&all), all].concat())
}

#[tokio::test]
async fn a_certificate_that_is_none_has_a_fingerprint_and_a_reason() {
    let script = vec![
        say(old_hello()),
        say(certificates(&[b"junk\x1b[2J".to_vec()])),
        Act::Wait,
    ];
    let Answer::TooOld { version, chain } = patient(script).await else {
        panic!("not too old");
    };
    assert_eq!(version, TlsVersion::Tls10);
    let leaf = chain.unwrap().leaf;
    assert_eq!(leaf.sha256, sha256_of(b"junk\x1b[2J"));
    assert!(leaf.read.is_err());
}

#[tokio::test]
async fn a_chain_of_a_megabyte_is_not_taken_in() {
    let huge = certificates(&[vec![0x30; 1 << 20]]);
    let answer = patient(vec![say(old_hello()), say(&huge), Act::Wait]).await;
    assert!(matches!(answer, Answer::Garbage(_)), "{answer:?}");
    // And in a version that rustls speaks.
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.extend([0, 0xc0, 0x2f, 0]);
    let answer = patient(vec![say(handshake(2, &body)), say(&huge), Act::Wait]).await;
    assert!(matches!(answer, Answer::Garbage(_)), "{answer:?}");
    let many = certificates(&vec![vec![0x30; 10]; 10_000]);
    let Answer::TooOld { chain, .. } = patient(vec![say(old_hello()), say(many), Act::Wait]).await
    else {
        panic!("not too old");
    };
    assert!(chain.unwrap().above.len() < 100);
}

#[tokio::test]
async fn records_without_end_are_cut() {
    // Empty handshake records and warnings make no progress and cost nothing to send.
    for record in [vec![22, 3, 1, 0, 0], vec![21, 3, 1, 0, 2, 1, 112]] {
        let answer = patient(vec![
            say(old_hello()),
            Act::Drip(record.repeat(1_000), AT_ONCE),
        ])
        .await;
        assert!(
            matches!(
                answer,
                Answer::Garbage(_) | Answer::TooOld { chain: None, .. }
            ),
            "{answer:?}"
        );
    }
}
