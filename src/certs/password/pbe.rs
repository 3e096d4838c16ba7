//! The ciphers and the key derivation of PKCS #12 itself (RFC 7292 appendices B and C). Nobody should use them any
//! more, and many files still do.

use cbc::cipher::KeyInit;
use des::{TdesEde2, TdesEde3};
use rc2::Rc2;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use zeroize::Zeroizing;

use super::{decrypt, decrypt_with};

/// `pkcs-12PbeIds` (RFC 7292 appendix C) without the last number.
pub(super) const SCHEMES: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01";
/// How often the rounds are gone through at most: for a key of 24 bytes and a vector of 8.
pub(super) const HASHES: u32 = 3;

/// What the derived bytes are for (RFC 7292 appendix B.3).
const KEY: u8 = 1;
const VECTOR: u8 = 2;
/// The sizes of SHA-1's blocks and of what it makes.
const BLOCK: usize = 64;
const HASH: usize = 20;

/// What bytes say that one of the schemes encrypted with an empty password.
pub(super) fn open(kind: u8, salt: &[u8], rounds: u32, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let key = |len| derive(KEY, salt, rounds, len);
    let iv = derive(VECTOR, salt, rounds, 8);
    match kind {
        3 => decrypt::<TdesEde3>(&key(24), &iv, bytes),
        4 => decrypt::<TdesEde2>(&key(16), &iv, bytes),
        5 => decrypt_with(Rc2::new_from_slice(&key(16)).ok()?, &iv, bytes),
        6 => decrypt_with(Rc2::new_with_eff_key_len(&key(5), 40), &iv, bytes),
        _ => None,
    }
}

/// Derives bytes from the empty password (RFC 7292 appendix B.2), which is written as its terminator: two zeros.
fn derive(purpose: u8, salt: &[u8], rounds: u32, len: usize) -> Zeroizing<Vec<u8>> {
    let salt_len = salt.len().div_ceil(BLOCK) * BLOCK;
    let mut input: Vec<u8> = salt.iter().copied().cycle().take(salt_len).collect();
    input.resize(salt_len + BLOCK, 0);
    let mut derived = Zeroizing::new(Vec::with_capacity(len + HASH));
    loop {
        let mut hash = digest(&[&[purpose; BLOCK], &input]);
        for _ in 1..rounds {
            hash = digest(&[&hash]);
        }
        derived.extend_from_slice(&hash);
        if derived.len() >= len {
            derived.truncate(len);
            return derived;
        }
        let repeated: Vec<u8> = hash.iter().copied().cycle().take(BLOCK).collect();
        for block in input.chunks_exact_mut(BLOCK) {
            add_one_more(block, &repeated);
        }
    }
}

/// `block + other + 1`, both big-endian, what does not fit left out.
fn add_one_more(block: &mut [u8], other: &[u8]) {
    let mut carry = 1;
    for (byte, other) in block.iter_mut().zip(other).rev() {
        let sum = u16::from(*byte) + u16::from(*other) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
}

fn digest(parts: &[&[u8]]) -> [u8; HASH] {
    let mut context = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; HASH];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
