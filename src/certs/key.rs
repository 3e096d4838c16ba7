//! Private keys, of which only the public half is kept: as the hash that a certificate's key has too.

use ring::signature::{Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256};

use super::ber::{
    BIT_STRING, CONTEXT_0, CONTEXT_1, Element, Elements, INTEGER, NULL, OBJECT_IDENTIFIER,
    OCTET_STRING, SEQUENCE, der,
};
use super::x509::hex;

/// `rsaEncryption` (RFC 8017 appendix C).
const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
/// `id-RSASSA-PSS` (RFC 8017 appendix C).
const RSA_PSS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
/// `id-ecPublicKey` (RFC 5480 §2.1.1).
const EC: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
/// `id-Ed25519` (RFC 8410 §3).
const ED25519: &[u8] = b"\x2b\x65\x70";

/// Whether DER looks like a private key: PKCS #8, open or encrypted, PKCS #1, SEC 1 or the old form of DSA.
pub(super) fn is_private_key(bytes: &[u8]) -> bool {
    let Some((key, _)) = Element::first(bytes).filter(|(key, _)| key.tag == SEQUENCE) else {
        return false;
    };
    let mut parts = key.elements();
    if let Some(version) = parts.next_of(INTEGER) {
        let next = parts.next().map(|next| next.tag);
        return matches!(version.content, [0 | 1])
            && matches!(next, Some(INTEGER | SEQUENCE | OCTET_STRING));
    }
    // EncryptedPrivateKeyInfo (RFC 5958 §3).
    let algorithm = parts.enter(SEQUENCE);
    algorithm.is_some_and(|mut parts| parts.next_of(OBJECT_IDENTIFIER).is_some())
        && parts.next_of(OCTET_STRING).is_some()
        && parts.0.is_empty()
}

/// SHA-256 over the `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7) that belongs to a private key in DER, lower-case hex.
/// None where it cannot be told: the key is encrypted, of a kind not known here, or an elliptic curve's (Ed448 too)
/// without its public half, which most programs write.
pub(super) fn spki_sha256(bytes: &[u8]) -> Option<String> {
    let mut parts = Elements(bytes).enter(SEQUENCE)?;
    parts.next_of(INTEGER)?;
    let next = parts.clone().next()?;
    let spki = match next.tag {
        INTEGER => rsa(bytes, &der(SEQUENCE, &[&oid(RSA), &[NULL, 0]])),
        OCTET_STRING => sec1(bytes, None),
        SEQUENCE => pkcs8(parts),
        _ => None,
    }?;
    Some(hex(&Sha256::digest(spki)))
}

/// `OneAsymmetricKey` (RFC 5958 §2) after its version.
fn pkcs8(mut parts: Elements<'_>) -> Option<Vec<u8>> {
    let algorithm = parts.next_of(SEQUENCE)?;
    let key = parts.next_of(OCTET_STRING)?;
    parts.next_of(CONTEXT_0);
    // `[1] IMPLICIT BIT STRING`, which is primitive in DER.
    let public = parts.next_of(CONTEXT_1 & !0x20);
    let mut of_algorithm = algorithm.elements();
    match of_algorithm.next_of(OBJECT_IDENTIFIER)?.content {
        RSA | RSA_PSS => rsa(key.content, algorithm.whole),
        EC => sec1(key.content, Some(algorithm.whole))
            .or_else(|| Some(info(algorithm.whole, public?.content))),
        ED25519 => {
            let seed = Elements(key.content).next_of(OCTET_STRING)?;
            let pair = Ed25519KeyPair::from_seed_unchecked(seed.content).ok()?;
            let bits = [&[0], pair.public_key().as_ref()].concat();
            Some(info(algorithm.whole, &bits))
        }
        _ => Some(info(algorithm.whole, public?.content)),
    }
}

/// `RSAPrivateKey` (RFC 8017 appendix A.1.2). The old form of DSA has six numbers, not nine.
fn rsa(bytes: &[u8], algorithm: &[u8]) -> Option<Vec<u8>> {
    let mut parts = Elements(bytes).enter(SEQUENCE)?;
    if parts.clone().count() < 9 {
        return None;
    }
    parts.next_of(INTEGER)?;
    let (modulus, exponent) = (parts.next_of(INTEGER)?, parts.next_of(INTEGER)?);
    let key = der(SEQUENCE, &[modulus.whole, exponent.whole]);
    Some(info(algorithm, &[&[0], key.as_slice()].concat()))
}

/// `ECPrivateKey` (RFC 5915 §3). In PKCS #8 the curve stands outside.
fn sec1(bytes: &[u8], algorithm: Option<&[u8]>) -> Option<Vec<u8>> {
    let mut parts = Elements(bytes).enter(SEQUENCE)?;
    parts.next_of(INTEGER)?;
    parts.next_of(OCTET_STRING)?;
    let curve = parts.next_of(CONTEXT_0);
    let public = parts.enter(CONTEXT_1)?.next_of(BIT_STRING)?;
    let own = || Some(der(SEQUENCE, &[&oid(EC), curve?.content]));
    let algorithm = match algorithm {
        Some(algorithm) => algorithm.to_vec(),
        None => own()?,
    };
    Some(info(&algorithm, public.content))
}

/// A `SubjectPublicKeyInfo`.
fn info(algorithm: &[u8], bits: &[u8]) -> Vec<u8> {
    der(SEQUENCE, &[algorithm, &der(BIT_STRING, &[bits])])
}

fn oid(content: &[u8]) -> Vec<u8> {
    der(OBJECT_IDENTIFIER, &[content])
}
