//! The beginning of a TLS 1.2 handshake, or an older one: enough to see a certificate, no more.
//!
//! rustls speaks neither TLS 1.1 nor RSA key exchange, for good reason. Up to TLS 1.2 the certificate comes in the
//! clear before any key is agreed on (RFC 5246 §7.3), so that no cryptography is needed to tell a server that is too old
//! from one that has no certificate.

mod client_hello;
mod messages;

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::recorder::{Recorder, first_line};
use super::{fault, part, shown};
use crate::backend::Wire;
use crate::domain::served::{Alert, Phase, TlsVersion};
use crate::domain::{Answer, ServedChain};

use messages::{Certificates, Flight, Message};

/// The longest record with what encryption may add (RFC 5246 §6.2.3).
const LONGEST_RECORD: usize = (1 << 14) + 2_048;

/// `user_canceled` and `close_notify`, as warnings in the clear.
const GOODBYE: [u8; 14] = [
    0x15, 3, 1, 0, 2, 1, 90, // the user does not want it
    0x15, 3, 1, 0, 2, 1, 0, // and says no more
];

/// What an old server speaks and shows. Without a time limit of its own; its limit in bytes is the recorder's.
pub(super) async fn hello(
    wire: Box<dyn Wire>,
    name: Option<&str>,
) -> Result<(TlsVersion, Option<ServedChain>), Answer> {
    let (mut wire, beginning) = Recorder::new(wire);
    let lost = |error: io::Error| match beginning.if_not_tls() {
        Some(said) => Answer::NotTls(said),
        None if error.kind() == io::ErrorKind::InvalidData => Answer::Garbage(error.to_string()),
        None => fault(&error, Phase::Handshake),
    };
    let sent = wire.write_all(&client_hello::client_hello(name)).await;
    sent.map_err(&lost)?;
    let mut flight = Flight::default();
    let mut version = None;
    loop {
        let (kind, payload) = record(&mut wire).await.map_err(&lost)?;
        match kind {
            21 => match (payload.as_slice(), version) {
                // A warning, such as that the name is unknown: it goes on.
                ([1, code], _) if *code != 0 => continue,
                ([_, 112], None) => return Err(Answer::NoSuchName),
                ([_, code], None) => return Err(Answer::NoCertificate(Alert(*code))),
                // It agreed on a version and thought better of it.
                (_, Some(version)) => return Ok((version, None)),
                _ => return Err(odd("an alert that is none")),
            },
            22 => flight.add(&payload),
            kind => {
                let said = beginning.if_not_tls();
                let odd = odd(&format!("a record of type {kind} in a handshake"));
                return Err(said.map_or(odd, Answer::NotTls));
            }
        }
        while let Some(message) = flight.next().map_err(|why| odd(&why))? {
            match message {
                Message::ServerHello(agreed) => version = Some(agreed),
                Message::Certificate(Certificates(ders)) => {
                    let version = version.ok_or_else(|| odd("a certificate before the hello"))?;
                    let chain = shown::chain(version, &ders);
                    leave(wire).await;
                    return Ok((version, chain));
                }
                // Whatever follows the hello without a certificate: an anonymous key exchange.
                Message::Other => {
                    let version = version.ok_or_else(|| odd("no hello"))?;
                    leave(wire).await;
                    return Ok((version, None));
                }
            }
        }
    }
}

async fn leave(mut wire: Recorder) {
    // One that takes no more has closed by itself.
    drop(wire.write_all(&GOODBYE).await);
    part(wire).await;
}

/// The next record: its type and what is in it.
async fn record(wire: &mut Recorder) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    wire.read_exact(&mut head).await?;
    let [kind, major, _, high, low] = head;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if major != 3 || length > LONGEST_RECORD {
        let why = format!("no record of TLS: {}", first_line(&head));
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    let mut payload = vec![0; length];
    wire.read_exact(&mut payload).await?;
    Ok((kind, payload))
}

fn odd(why: &str) -> Answer {
    Answer::Garbage(why.to_owned())
}
