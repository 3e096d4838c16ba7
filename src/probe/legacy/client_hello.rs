//! A `ClientHello` (RFC 5246 §7.4.1.2) that offers what old servers have.

use tokio_rustls::rustls::crypto::ring;

/// Key exchange RSA, DHE and ECDHE with the ciphers of twenty years, the better first, then the promise not to be
/// renegotiating (RFC 5746).
const CIPHERS: [u16; 26] = [
    0xC02F, 0xC02B, 0xC030, 0xC02C, 0x009E, 0x009F, 0xC027, 0xC023, 0xC013, 0xC009, 0xC014, 0xC00A,
    0x0033, 0x0039, 0x0067, 0x006B, 0x009C, 0x009D, 0x003C, 0x003D, 0x002F, 0x0035, 0xC012, 0x0016,
    0x000A, 0x00FF,
];
/// X25519 and the curves of NIST, and those of Brainpool.
const GROUPS: [u16; 7] = [29, 23, 24, 25, 26, 27, 28];
/// RSA, ECDSA and DSA with SHA-2 and SHA-1.
const SIGNATURES: [u16; 13] = [
    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0402,
    0x0202,
];

/// The record, whole.
pub(super) fn client_hello(name: Option<&str>) -> Vec<u8> {
    let mut random = [0; 32];
    // Nothing is kept secret by it: the handshake ends before there is a key.
    let _ = ring::default_provider().secure_random.fill(&mut random);
    // TLS 1.2 at most, and no session.
    let mut body = vec![3, 3];
    body.extend_from_slice(&random);
    body.push(0);
    body.extend(prefixed(&numbers(&CIPHERS)));
    // No compression.
    body.extend_from_slice(&[1, 0]);
    body.extend(prefixed(&extensions(name)));
    let mut message = vec![1, 0];
    message.extend(prefixed(&body));
    // The version of the record is one that no old server stumbles over (RFC 5246 §E.1).
    let mut record = vec![22, 3, 1];
    record.extend(prefixed(&message));
    record
}

fn extensions(name: Option<&str>) -> Vec<u8> {
    let mut all = Vec::new();
    if let Some(name) = name {
        // A list of one host name (RFC 6066 §3).
        let mut entry = vec![0];
        entry.extend(prefixed(name.as_bytes()));
        extension(&mut all, 0, &prefixed(&entry));
    }
    extension(&mut all, 10, &prefixed(&numbers(&GROUPS)));
    // Uncompressed points.
    extension(&mut all, 11, &[1, 0]);
    extension(&mut all, 13, &prefixed(&numbers(&SIGNATURES)));
    all
}

fn extension(all: &mut Vec<u8>, kind: u16, content: &[u8]) {
    all.extend_from_slice(&kind.to_be_bytes());
    all.extend(prefixed(content));
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect()
}

/// With its length before it, in two bytes. All here is far shorter than they can say: a name has 253 bytes at most.
fn prefixed(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let mut all = length.to_be_bytes().to_vec();
    all.extend_from_slice(content);
    all
}
