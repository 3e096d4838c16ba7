//! PKCS #12 (RFC 7292): what a `.p12` or `.pfx` shows without a password, or with an empty one.
//!
//! The crates for it open only what is encrypted, draw in 140 others, and derive keys for as long as a file demands.

use zeroize::Zeroizing;

use super::ber::{
    CONTEXT_0, Element, Elements, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, Octets, SEQUENCE,
};
use super::password::EmptyPassword;

/// `id-data` and `id-encryptedData` (RFC 5652 §4, §8).
const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const ENCRYPTED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
/// `bagtypes` (RFC 7292 §4.2); its last number is the kind.
const BAG: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01";
const KEY: u8 = 1;
const SHROUDED_KEY: u8 = 2;
const CERTIFICATE: u8 = 3;
const SAFE_CONTENTS: u8 = 6;
/// `x509Certificate` (RFC 7292 §4.2.3).
const X509: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01";

/// How deep bags may stand in bags.
const DEEPEST: usize = 4;

/// What a store holds.
#[derive(Default)]
pub(super) struct Store {
    /// The DER of each certificate.
    pub certificates: Vec<Vec<u8>>,
    /// The PKCS #8 of each private key; none of those that stay locked.
    pub keys: Vec<Option<Zeroizing<Vec<u8>>>>,
    /// Whether a part besides keys stays locked.
    pub locked: bool,
}

/// Whether these bytes begin as a store does: `SEQUENCE { INTEGER 3, SEQUENCE { id-data or id-signedData, …`.
pub(super) fn is_store(bytes: &[u8]) -> bool {
    Elements(bytes).enter(SEQUENCE).is_some_and(|mut parts| {
        parts
            .next_of(INTEGER)
            .is_some_and(|version| version.content == [3])
            && parts
                .enter(SEQUENCE)
                .is_some_and(|mut info| info.next_of(OBJECT_IDENTIFIER).is_some())
    })
}

/// Reads a store; none when it is cut or none.
pub(super) fn read(bytes: &[u8]) -> Option<Store> {
    let mut parts = Elements(bytes).enter(SEQUENCE)?;
    parts.next_of(INTEGER)?;
    let mut safe = parts.enter(SEQUENCE)?;
    let mut store = Store::default();
    // One that is signed instead of authenticated by a password is not in use anywhere.
    if safe.next_of(OBJECT_IDENTIFIER)?.content != DATA {
        store.locked = true;
        return Some(store);
    }
    let content = safe.enter(CONTEXT_0)?.next()?.octets()?;
    let mut password = EmptyPassword::default();
    for part in Elements(&content).enter(SEQUENCE)? {
        match contents(&part, &mut password) {
            Some(contents) => store.add(&contents, &mut password, 0)?,
            None => store.locked = true,
        }
    }
    Some(store)
}

/// The bags of a part; none when they are encrypted with a password.
fn contents<'a>(part: &Element<'a>, password: &mut EmptyPassword) -> Option<Octets<'a>> {
    let mut info = part.elements();
    match info.next_of(OBJECT_IDENTIFIER)?.content {
        DATA => info.enter(CONTEXT_0)?.next()?.octets(),
        ENCRYPTED_DATA => {
            let mut encrypted = info.enter(CONTEXT_0)?.enter(SEQUENCE)?;
            encrypted.next_of(INTEGER)?;
            let mut content = encrypted.enter(SEQUENCE)?;
            content.next_of(OBJECT_IDENTIFIER)?;
            let algorithm = content.next_of(SEQUENCE)?;
            // `[0] IMPLICIT OCTET STRING`, whole or in pieces.
            let bytes = content.next()?.octets()?;
            password
                .open(&algorithm, &bytes)
                .filter(|plain| Elements(plain).next_of(SEQUENCE).is_some())
                .map(Octets::Own)
        }
        _ => None,
    }
}

impl Store {
    fn add(&mut self, contents: &[u8], password: &mut EmptyPassword, depth: usize) -> Option<()> {
        for bag in Elements(contents).enter(SEQUENCE)? {
            self.add_bag(&bag, password, depth);
        }
        Some(())
    }

    /// A bag that is no such thing hides no other.
    fn add_bag(
        &mut self,
        bag: &Element<'_>,
        password: &mut EmptyPassword,
        depth: usize,
    ) -> Option<()> {
        let mut parts = bag.elements();
        let [kind] = parts
            .next_of(OBJECT_IDENTIFIER)?
            .content
            .strip_prefix(BAG)?
        else {
            return None;
        };
        let mut value = parts.enter(CONTEXT_0)?;
        match *kind {
            KEY => {
                let key = value.next_of(SEQUENCE)?;
                self.keys.push(Some(Zeroizing::new(key.whole.to_vec())));
            }
            SHROUDED_KEY => {
                let mut key = value.enter(SEQUENCE)?;
                let algorithm = key.next_of(SEQUENCE)?;
                let bytes = key.next()?.octets()?;
                self.keys.push(password.open(&algorithm, &bytes));
            }
            CERTIFICATE => {
                let mut certificate = value.enter(SEQUENCE)?;
                if certificate.next_of(OBJECT_IDENTIFIER)?.content == X509 {
                    let der = certificate.enter(CONTEXT_0)?.next_of(OCTET_STRING)?;
                    self.certificates.push(der.content.to_vec());
                }
            }
            SAFE_CONTENTS if depth < DEEPEST => {
                self.add(value.0, password, depth + 1)?;
            }
            _ => {}
        }
        Some(())
    }
}
