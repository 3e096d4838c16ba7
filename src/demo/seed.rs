//! Chance that comes out the same every time: all that looks random in the demo is a function of the seed.

use sha2::{Digest, Sha256};

/// What the whole demo follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    /// A number of its own for each label and count.
    pub(crate) fn roll(self, label: &str, count: u64) -> u64 {
        // FNV-1a over the label, then splitmix64: far cheaper than a digest, and asked for every log line.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ self.0;
        for byte in label.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        mix(hash ^ mix(count))
    }

    /// The same, from 0 to below 1.
    pub(crate) fn unit(self, label: &str, count: u64) -> f64 {
        (self.roll(label, count) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(self, label: &str, count: u64, among: &'a [T]) -> Option<&'a T> {
        let most = (among.len() as u64).max(1);
        among.get((self.roll(label, count) % most) as usize)
    }

    /// 32 bytes.
    pub(crate) fn bytes(self, label: &str) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(self.0.to_be_bytes());
        digest.update(label.as_bytes());
        digest.finalize().into()
    }

    /// 64 hexadecimal digits, as ids and digests have.
    pub(crate) fn hex(self, label: &str) -> String {
        hex(&self.bytes(label))
    }
}

/// The digest of some bytes, in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    let pairs = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    pairs.collect()
}

fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_the_same_again_and_another_for_another_seed() {
        assert_eq!(Seed(7).roll("a", 1), Seed(7).roll("a", 1));
        assert_ne!(Seed(7).roll("a", 1), Seed(8).roll("a", 1));
        assert_ne!(Seed(7).roll("a", 1), Seed(7).roll("a", 2));
        assert_eq!(Seed(7).hex("id").len(), 64);
        let mean = (0..1000).map(|count| Seed(1).unit("x", count)).sum::<f64>() / 1000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
    }
}
