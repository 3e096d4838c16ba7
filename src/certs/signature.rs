//! Whether one certificate signed another (RFC 5280 §6.1.3).
//!
//! With ring rather than with x509-parser's own feature, which says of an RSA key of 1,024 bits, and of anything that
//! ring refuses on principle, that the signature is wrong.

use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::{
    OID_EC_P256, OID_NIST_EC_P384, OID_NIST_HASH_SHA256, OID_NIST_HASH_SHA384,
    OID_NIST_HASH_SHA512, OID_PKCS1_RSASSAPSS, OID_PKCS1_SHA1WITHRSA, OID_PKCS1_SHA256WITHRSA,
    OID_PKCS1_SHA384WITHRSA, OID_PKCS1_SHA512WITHRSA, OID_SIG_ECDSA_WITH_SHA256,
    OID_SIG_ECDSA_WITH_SHA384, OID_SIG_ED25519,
};
use x509_parser::public_key::PublicKey;
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// What is known about a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signature {
    /// The key made it.
    Good,
    /// The key did not make it.
    Bad,
    /// Its algorithm or size is none that can be verified here: Ed448, P-521, DSA, MD5.
    Unknown,
}

/// Verifies a certificate's signature with the key of its supposed issuer.
pub(super) fn verify(certificate: &X509Certificate<'_>, issuer: &X509Certificate<'_>) -> Signature {
    let key = issuer.public_key();
    let Some(algorithm) = algorithm(&certificate.signature_algorithm, key) else {
        return Signature::Unknown;
    };
    let key = UnparsedPublicKey::new(algorithm, &key.subject_public_key.data);
    let signed = certificate.tbs_certificate.as_ref();
    match key.verify(signed, &certificate.signature_value.data) {
        Ok(()) => Signature::Good,
        Err(ring::error::Unspecified) => Signature::Bad,
    }
}

fn algorithm(
    signature: &AlgorithmIdentifier<'_>,
    key: &SubjectPublicKeyInfo<'_>,
) -> Option<&'static dyn VerificationAlgorithm> {
    let oid = &signature.algorithm;
    match key.parsed().ok()? {
        // The size is that of the modulus; ring takes up to 8,192 bits.
        PublicKey::RSA(rsa) => match rsa.key_size() {
            1024..2048 => small_rsa(signature),
            2048..=8192 if *oid == OID_PKCS1_RSASSAPSS => pss(signature),
            2048..=8192 => rsa_of(signature),
            _ => None,
        },
        PublicKey::EC(_) => {
            let curve = key.algorithm.parameters.as_ref()?.as_oid().ok()?;
            let (p256, p384) = (curve == OID_EC_P256, curve == OID_NIST_EC_P384);
            let (sha256, sha384) = (
                *oid == OID_SIG_ECDSA_WITH_SHA256,
                *oid == OID_SIG_ECDSA_WITH_SHA384,
            );
            Some(match (p256, p384, sha256, sha384) {
                (true, _, true, _) => &signature::ECDSA_P256_SHA256_ASN1,
                (true, _, _, true) => &signature::ECDSA_P256_SHA384_ASN1,
                (_, true, true, _) => &signature::ECDSA_P384_SHA256_ASN1,
                (_, true, _, true) => &signature::ECDSA_P384_SHA384_ASN1,
                _ => return None,
            })
        }
        _ if *oid == OID_SIG_ED25519 && key.algorithm.algorithm == OID_SIG_ED25519 => {
            Some(&signature::ED25519)
        }
        _ => None,
    }
}

fn rsa_of(signature: &AlgorithmIdentifier<'_>) -> Option<&'static dyn VerificationAlgorithm> {
    let oid = &signature.algorithm;
    Some(if *oid == OID_PKCS1_SHA256WITHRSA {
        &signature::RSA_PKCS1_2048_8192_SHA256
    } else if *oid == OID_PKCS1_SHA384WITHRSA {
        &signature::RSA_PKCS1_2048_8192_SHA384
    } else if *oid == OID_PKCS1_SHA512WITHRSA {
        &signature::RSA_PKCS1_2048_8192_SHA512
    } else {
        return small_rsa(signature);
    })
}

/// What is allowed with keys that nobody should use any more; whether to trust them is not asked here.
fn small_rsa(signature: &AlgorithmIdentifier<'_>) -> Option<&'static dyn VerificationAlgorithm> {
    let oid = &signature.algorithm;
    Some(if *oid == OID_PKCS1_SHA256WITHRSA {
        &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
    } else if *oid == OID_PKCS1_SHA512WITHRSA {
        &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
    } else if *oid == OID_PKCS1_SHA1WITHRSA {
        &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY
    } else {
        return None;
    })
}

/// ring takes only salts as long as the hash.
fn pss(signature: &AlgorithmIdentifier<'_>) -> Option<&'static dyn VerificationAlgorithm> {
    let parameters = RsaSsaPssParams::try_from(signature.parameters.as_ref()?).ok()?;
    let hash = parameters.hash_algorithm_oid();
    Some(match parameters.salt_length() {
        32 if *hash == OID_NIST_HASH_SHA256 => &signature::RSA_PSS_2048_8192_SHA256,
        48 if *hash == OID_NIST_HASH_SHA384 => &signature::RSA_PSS_2048_8192_SHA384,
        64 if *hash == OID_NIST_HASH_SHA512 => &signature::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}
