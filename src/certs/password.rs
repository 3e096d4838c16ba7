//! What was encrypted with an empty password, as `openssl pkcs12 -passout pass:` does: with PBES2 (RFC 8018 §6.2), or
//! with the algorithms of PKCS #12 itself (RFC 7292 appendix C), which were OpenSSL's before 3.0.

mod pbe;

use std::num::NonZeroU32;

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, InnerIvInit, KeyInit};
use ring::pbkdf2;
use zeroize::Zeroizing;

use super::ber::{Element, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};

/// `id-PBES2` and `id-PBKDF2` (RFC 8018 appendix A).
const PBES2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
const PBKDF2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
/// `id-hmacWith…` (RFC 8018 appendix B.1) without the last number.
const HMAC: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02";
/// AES (NIST's arc), without the last number.
const AES: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x01";

/// Opens parts of a store as long as its patience lasts.
pub(super) struct EmptyPassword {
    /// A store says itself how long deriving its keys takes. OpenSSL writes 2,048 rounds, Java 10,000.
    rounds_left: u32,
}

impl Default for EmptyPassword {
    fn default() -> Self {
        Self {
            rounds_left: 1_000_000,
        }
    }
}

impl EmptyPassword {
    /// What the bytes say; none when the password is another, or the algorithm a rare one.
    pub(super) fn open(
        &mut self,
        algorithm: &Element<'_>,
        bytes: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let mut parts = algorithm.elements();
        let scheme = parts.next_of(OBJECT_IDENTIFIER)?.content;
        let mut parts = parts.enter(SEQUENCE)?;
        if let Some([kind]) = scheme.strip_prefix(pbe::SCHEMES) {
            let salt = parts.next_of(OCTET_STRING)?.content;
            let rounds = number(parts.next_of(INTEGER)?.content)?;
            self.spend(rounds.get().checked_mul(pbe::HASHES)?)?;
            return pbe::open(*kind, salt, rounds.get(), bytes);
        }
        if scheme != PBES2 {
            return None;
        }
        let derivation = parts.next_of(SEQUENCE)?;
        let mut scheme = parts.enter(SEQUENCE)?;
        let cipher = scheme.next_of(OBJECT_IDENTIFIER)?;
        let iv = scheme.next_of(OCTET_STRING)?.content;
        // The 2nd, 22nd and 42nd of the arc are CBC with 128, 192 and 256 bits.
        match cipher.content.strip_prefix(AES)? {
            [2] => decrypt::<Aes128>(&self.derive(&derivation, 16)?, iv, bytes),
            [22] => decrypt::<Aes192>(&self.derive(&derivation, 24)?, iv, bytes),
            [42] => decrypt::<Aes256>(&self.derive(&derivation, 32)?, iv, bytes),
            _ => None,
        }
    }

    fn derive(&mut self, derivation: &Element<'_>, len: usize) -> Option<Zeroizing<Vec<u8>>> {
        let mut parts = derivation.elements();
        if parts.next_of(OBJECT_IDENTIFIER)?.content != PBKDF2 {
            return None;
        }
        let mut parts = parts.enter(SEQUENCE)?;
        let salt = parts.next_of(OCTET_STRING)?.content;
        let rounds = number(parts.next_of(INTEGER)?.content)?;
        // The key's length, which the cipher says too.
        parts.next_of(INTEGER);
        let hash = match parts.enter(SEQUENCE) {
            None => pbkdf2::PBKDF2_HMAC_SHA1,
            Some(mut function) => match function
                .next_of(OBJECT_IDENTIFIER)?
                .content
                .strip_prefix(HMAC)?
            {
                [7] => pbkdf2::PBKDF2_HMAC_SHA1,
                [9] => pbkdf2::PBKDF2_HMAC_SHA256,
                [10] => pbkdf2::PBKDF2_HMAC_SHA384,
                [11] => pbkdf2::PBKDF2_HMAC_SHA512,
                _ => return None,
            },
        };
        self.spend(rounds.get())?;
        let mut key = Zeroizing::new(vec![0; len]);
        pbkdf2::derive(hash, rounds, salt, b"", &mut key);
        Some(key)
    }
}

impl EmptyPassword {
    fn spend(&mut self, rounds: u32) -> Option<()> {
        self.rounds_left = self.rounds_left.checked_sub(rounds)?;
        Some(())
    }
}

fn number(content: &[u8]) -> Option<NonZeroU32> {
    if content.len() > 4 {
        return None;
    }
    let value = content.iter().fold(0, |sum, b| sum << 8 | u32::from(*b));
    NonZeroU32::new(value)
}

fn decrypt<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    bytes: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    decrypt_with(C::new_from_slice(key).ok()?, iv, bytes)
}

fn decrypt_with<C: BlockCipherDecrypt>(
    cipher: C,
    iv: &[u8],
    bytes: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(bytes.to_vec());
    let cipher = cbc::Decryptor::inner_iv_slice_init(cipher, iv).ok()?;
    let len = cipher.decrypt_padded::<Pkcs7>(&mut plain).ok()?.len();
    plain.truncate(len);
    Some(plain)
}
