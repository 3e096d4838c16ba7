//! `MySQL`'s `SSLRequest` (its "Client/Server Protocol", "Connection Phase"; `MariaDB` does the same).

use super::talk::{Talk, not_granted, odd};
use crate::domain::Answer;

/// `CLIENT_SSL`.
const SSL: u16 = 0x0800;
/// `CLIENT_PROTOCOL_41`, `CLIENT_SSL`, `CLIENT_SECURE_CONNECTION`.
const CAPABILITIES: u32 = 0x0200 | 0x0800 | 0x8000;
/// A handshake packet has about a hundred bytes, an error at most 512 of text.
const LONGEST: usize = 4 * 1024;

pub(super) async fn agree(talk: &mut Talk<'_>) -> Result<(), Answer> {
    let head = talk.bytes(4).await?;
    let [low, middle, high, number] = *head else {
        return Err(odd("MySQL", &head));
    };
    let length = usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16;
    if number != 0 || length == 0 || length > LONGEST {
        return Err(odd("MySQL", &head));
    }
    let packet = talk.bytes(length).await?;
    match packet.first() {
        Some(10) => {}
        // An error packet: its code in two bytes, then its words ("Host … is blocked", "Too many connections").
        Some(0xff) => {
            let words = String::from_utf8_lossy(packet.get(3..).unwrap_or_default()).into_owned();
            return Err(not_granted(&words));
        }
        _ => return Err(odd("MySQL", &packet)),
    }
    match capabilities(&packet) {
        None => return Err(odd("MySQL", &packet)),
        Some(bits) if bits & SSL == 0 => return Err(Answer::NotOffered),
        Some(_) => {}
    }
    talk.say(&ssl_request()).await
}

/// The lower half of what the server can do: after the version's text with its end, the connection's id (4), the first
/// part of the nonce (8), and a filler (1).
fn capabilities(packet: &[u8]) -> Option<u16> {
    let text = packet.get(1..)?;
    let end = text.iter().position(|byte| *byte == 0)?;
    let after = text.get(end + 1 + 4 + 8 + 1..)?;
    let (bits, _) = after.split_first_chunk()?;
    Some(u16::from_le_bytes(*bits))
}

/// Packet 1: what the client can do, the longest packet it takes (16 MiB), UTF-8, and a reserve.
fn ssl_request() -> Vec<u8> {
    let mut packet = vec![32, 0, 0, 1];
    packet.extend(CAPABILITIES.to_le_bytes());
    packet.extend(0x0100_0000_u32.to_le_bytes());
    packet.push(33);
    packet.extend([0; 23]);
    packet
}
