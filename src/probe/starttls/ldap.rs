//! LDAP's `StartTLS` operation (RFC 4511 §4.14): an extended request, and its result in BER.

use super::talk::{Talk, not_granted, odd};
use crate::domain::Answer;

/// `LDAPMessage { 1, ExtendedRequest { [0] "1.3.6.1.4.1.1466.20037" } }`.
const REQUEST: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";
/// `LDAPMessage { 2, UnbindRequest }`.
const UNBIND: &[u8] = b"\x30\x05\x02\x01\x02\x42\x00";
/// A result and its words.
const LONGEST: usize = 8 * 1024;

pub(super) async fn agree(talk: &mut Talk<'_>) -> Result<(), Answer> {
    talk.say(REQUEST).await?;
    let message = message(talk).await?;
    let Some((code, words)) = result(&message) else {
        return Err(odd("LDAP", &message));
    };
    if code == 0 {
        return Ok(());
    }
    drop(talk.say(UNBIND).await);
    // protocolError, unwillingToPerform without words …: the operation is not known there (§4.14.2).
    if code == 2 {
        return Err(Answer::NotOffered);
    }
    Err(not_granted(&format!("result {code} {words}")))
}

/// The content of the next message.
async fn message(talk: &mut Talk<'_>) -> Result<Vec<u8>, Answer> {
    let head = talk.bytes(2).await?;
    let length = match *head {
        [0x30, short @ 0..=0x7f] => usize::from(short),
        // Active Directory writes every length in four bytes.
        [0x30, long @ 0x81..=0x84] => {
            let bytes = talk.bytes(usize::from(long & 0x7f)).await?;
            bytes
                .iter()
                .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
        }
        _ => return Err(odd("LDAP", &head)),
    };
    if length > LONGEST {
        return Err(odd("LDAP", &head));
    }
    talk.bytes(length).await
}

/// The code and the words of the result to request 1.
fn result(message: &[u8]) -> Option<(u8, String)> {
    let (id, rest) = element(message, 0x02)?;
    if id != [1] {
        return None;
    }
    let (response, _) = element(rest, 0x78)?;
    let (code, rest) = element(response, 0x0a)?;
    let [code] = *code else {
        return None;
    };
    let words = element(rest, 0x04).and_then(|(_, rest)| element(rest, 0x04));
    let words = words.map_or(&[][..], |(words, _)| words);
    Some((code, String::from_utf8_lossy(words).into_owned()))
}

/// The content of an element with this tag, and what follows it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let [own, first, rest @ ..] = bytes else {
        return None;
    };
    if *own != tag {
        return None;
    }
    let (length, rest) = match *first {
        short @ 0..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let length = digits
                .iter()
                .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}
