//! Each protocol as its specification has it: granted, not offered, not granted.

use super::scripted::{Act, hear, say, serve};
use super::*;
use StartTls::{Imap, Ldap, Mysql, Pop3, Postgres, Smtp, Xmpp};

/// What came of a script.
async fn after(protocol: StartTls, script: Vec<Act>) -> Answer {
    let port = serve(script).await;
    answer_after(protocol, port, PATIENT).await
}

async fn granted(protocol: StartTls, mut script: Vec<Act>) {
    script.push(Act::Tls);
    let chain = chain(after(protocol, script).await);
    assert_eq!(chain.leaf.read.unwrap().names, ["mail.example.org"]);
}

fn not_granted(said: &str) -> Answer {
    Answer::NotGranted(said.to_owned())
}

const EHLO: &str = "EHLO [127.0.0.1]\r\n";

#[tokio::test]
async fn smtp() {
    granted(
        Smtp,
        vec![
            say("220-mail.example.org ESMTP\r\n220-no spam\r\n220 please\r\n"),
            hear(EHLO),
            say("250-mail.example.org\r\n250-SIZE 1000\r\n250-StartTLS\r\n250 8BITMIME\r\n"),
            hear("STARTTLS\r\n"),
            say("220 2.0.0 Ready to start TLS\r\n"),
        ],
    )
    .await;
    let not_offered = vec![
        say("220 x\r\n"),
        hear(EHLO),
        // Its own name is no offer.
        say("250-STARTTLS\r\n250 SIZE\r\n"),
        hear("QUIT\r\n"),
    ];
    assert_eq!(after(Smtp, not_offered).await, Answer::NotOffered);
    let old = vec![
        say("220 x\r\n"),
        hear(EHLO),
        say("502 what?\r\n"),
        hear("QUIT\r\n"),
    ];
    assert_eq!(after(Smtp, old).await, Answer::NotOffered);
    let busy = vec![
        say("220 x\r\n"),
        hear(EHLO),
        say("250-x\r\n250 STARTTLS\r\n"),
        hear("STARTTLS\r\n"),
        say("454 TLS not available due to temporary reason\r\n"),
        hear("QUIT\r\n"),
    ];
    let said = not_granted("454 TLS not available due to temporary reason");
    assert_eq!(after(Smtp, busy).await, said);
    let away = vec![say("554 5.7.1 go away\r\n")];
    assert_eq!(after(Smtp, away).await, not_granted("554 5.7.1 go away"));
}

#[tokio::test]
async fn imap() {
    granted(
        Imap,
        vec![
            say("* OK [CAPABILITY IMAP4rev1] ready\r\n"),
            hear("a1 CAPABILITY\r\n"),
            say("* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK done\r\n"),
            hear("a2 STARTTLS\r\n"),
            say("a2 OK Begin TLS negotiation now\r\n"),
        ],
    )
    .await;
    let not_offered = vec![
        say("* OK ready\r\n"),
        hear("a1 CAPABILITY\r\n"),
        say("* OK STARTTLS is a nice word\r\n* CAPABILITY IMAP4rev1\r\na1 OK done\r\n"),
        hear("a2 LOGOUT\r\n"),
    ];
    assert_eq!(after(Imap, not_offered).await, Answer::NotOffered);
    let bad = vec![
        say("* OK ready\r\n"),
        hear("a1 CAPABILITY\r\n"),
        say("* CAPABILITY starttls\r\na1 OK done\r\n"),
        hear("a2 STARTTLS\r\n"),
        say("a2 BAD no certificate\r\n"),
        hear("a3 LOGOUT\r\n"),
    ];
    assert_eq!(after(Imap, bad).await, not_granted("a2 BAD no certificate"));
    let known = vec![say("* PREAUTH hello again\r\n")];
    assert_eq!(
        after(Imap, known).await,
        not_granted("* PREAUTH hello again")
    );
}

#[tokio::test]
async fn pop3() {
    granted(
        Pop3,
        vec![
            say("+OK ready\r\n"),
            hear("CAPA\r\n"),
            say("+OK\r\nTOP\r\nSTLS\r\n.\r\n"),
            hear("STLS\r\n"),
            say("+OK Begin TLS\r\n"),
        ],
    )
    .await;
    granted(
        Pop3,
        vec![
            say("+OK ready\r\n"),
            hear("CAPA\r\n"),
            say("-ERR unknown\r\n"),
            hear("STLS\r\n"),
            say("+OK\r\n"),
        ],
    )
    .await;
    let not_offered = vec![
        say("+OK ready\r\n"),
        hear("CAPA\r\n"),
        say("+OK\r\nTOP\r\n.\r\n"),
        hear("QUIT\r\n"),
    ];
    assert_eq!(after(Pop3, not_offered).await, Answer::NotOffered);
    let refused = vec![
        say("+OK ready\r\n"),
        hear("CAPA\r\n"),
        say("-ERR\r\n"),
        hear("STLS\r\n"),
        say("-ERR no\r\n"),
    ];
    assert_eq!(after(Pop3, refused).await, not_granted("-ERR no"));
}

const XMPP: &str = "<?xml version='1.0'?><stream:stream to='mail.example.org' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
const XMPP_BEGINS: &str = "<?xml version='1.0'?><stream:stream from='mail.example.org' id='1' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
const XMPP_ASKS: &str = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

#[tokio::test]
async fn xmpp() {
    for proceed in [
        "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'></proceed>",
    ] {
        granted(
            Xmpp,
            vec![
                hear(XMPP),
                say(XMPP_BEGINS),
                say("<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:fea"),
                say("tures>"),
                hear(XMPP_ASKS),
                say(proceed),
            ],
        )
        .await;
    }
    let features =
        "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></stream:features>";
    let not_offered = vec![
        hear(XMPP),
        say(XMPP_BEGINS),
        say(features),
        hear("</stream:stream>"),
    ];
    assert_eq!(after(Xmpp, not_offered).await, Answer::NotOffered);
    let error = "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";
    let unknown = vec![hear(XMPP), say(XMPP_BEGINS), say(error)];
    let Answer::NotGranted(said) = after(Xmpp, unknown).await else {
        panic!("granted");
    };
    assert!(said.contains("host-unknown"), "{said}");
    let failure = vec![
        hear(XMPP),
        say(XMPP_BEGINS),
        say(
            "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
        ),
        hear(XMPP_ASKS),
        say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"),
    ];
    assert!(matches!(after(Xmpp, failure).await, Answer::NotGranted(_)));
}

const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

#[tokio::test]
async fn postgres() {
    granted(Postgres, vec![hear(SSL_REQUEST), say("S")]).await;
    let without = vec![hear(SSL_REQUEST), say("N")];
    assert_eq!(after(Postgres, without).await, Answer::NotOffered);
    let full = vec![hear(SSL_REQUEST), say(b"E\0\0\0\x0cSFATAL\0\0")];
    assert!(matches!(after(Postgres, full).await, Answer::NotGranted(_)));
}

/// A handshake packet of `MySQL` 8 (its manual, `Protocol::HandshakeV10`), with these capabilities.
fn mysql_greets(capabilities: u16) -> Vec<u8> {
    let mut packet = b"\x0a8.0.36\0".to_vec();
    packet.extend([7, 0, 0, 0]);
    packet.extend(*b"noncenon\0");
    packet.extend(capabilities.to_le_bytes());
    packet.extend([0xff, 2, 0, 0xff, 0xdf, 21]);
    packet.extend([0; 10]);
    packet.extend(*b"noncenonceno\0caching_sha2_password\0");
    let mut whole = vec![packet.len() as u8, 0, 0, 0];
    whole.extend(packet);
    whole
}

#[tokio::test]
async fn mysql() {
    let mut asks = vec![32, 0, 0, 1, 0x00, 0x8a, 0, 0, 0, 0, 0, 1, 33];
    asks.extend([0; 23]);
    assert_eq!(asks.len(), 36);
    granted(Mysql, vec![say(mysql_greets(0xffff)), hear(asks)]).await;
    let without = vec![say(mysql_greets(0xf7ff)), Act::Wait];
    assert_eq!(after(Mysql, without).await, Answer::NotOffered);
    let blocked = b"\x18\0\0\0\xff\x69\x04Host 'x' is blocked!!".to_vec();
    let blocked = after(Mysql, vec![say(blocked), Act::Wait]).await;
    assert_eq!(blocked, not_granted("Host 'x' is blocked!!"));
}

const LDAP_ASKS: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";

#[tokio::test]
async fn ldap() {
    let openldap = b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00";
    granted(Ldap, vec![hear(LDAP_ASKS), say(openldap)]).await;
    let active_directory = b"\x30\x84\0\0\0\x28\x02\x01\x01\x78\x84\0\0\0\x1f\x0a\x01\x00\x04\x00\x04\x00\x8a\x161.3.6.1.4.1.1466.20037";
    granted(Ldap, vec![hear(LDAP_ASKS), say(active_directory)]).await;
    let unknown = b"\x30\x19\x02\x01\x01\x78\x14\x0a\x01\x02\x04\x00\x04\x0dunsupported!!";
    let not_offered = vec![hear(LDAP_ASKS), say(unknown), Act::HearBytes(7)];
    assert_eq!(after(Ldap, not_offered).await, Answer::NotOffered);
    let unavailable = b"\x30\x10\x02\x01\x01\x78\x0b\x0a\x01\x34\x04\x00\x04\x04soon";
    let refused = after(
        Ldap,
        vec![hear(LDAP_ASKS), say(unavailable), Act::HearBytes(7)],
    )
    .await;
    assert_eq!(refused, not_granted("result 52 soon"));
}
