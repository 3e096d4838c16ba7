//! PKCS #7 and CMS (RFC 5652 §5.1): the certificates of a `.p7b`, which CAs send and Windows exports.

use super::ber::{CONTEXT_0, Elements, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, SET};

/// `id-signedData` (RFC 5652 §5.1).
const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";

/// The DER of each certificate of a bundle; none when it is something else or is cut.
pub(super) fn certificates(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut info = Elements(bytes).enter(SEQUENCE)?;
    if info.next_of(OBJECT_IDENTIFIER)?.content != SIGNED_DATA {
        return None;
    }
    let mut signed = info.enter(CONTEXT_0)?.enter(SEQUENCE)?;
    signed.next_of(INTEGER)?;
    signed.next_of(SET)?;
    signed.next_of(SEQUENCE)?;
    let Some(certificates) = signed.enter(CONTEXT_0) else {
        return Some(Vec::new());
    };
    // Attribute certificates stand among them with tags of their own.
    Some(
        certificates
            .filter(|one| one.tag == SEQUENCE)
            .map(|one| one.whole)
            .collect(),
    )
}
