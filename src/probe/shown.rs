//! Certificates as they were shown, read.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::certs::{ParsedCertificate, parse_chain};
use crate::domain::ServedChain;
use crate::domain::served::{Shown, TlsVersion};

/// More certificates than any chain has; each is kept.
const MOST: usize = 32;

/// The chain of what was shown, in its order; none of nothing.
pub(super) fn chain<D: AsRef<[u8]>>(version: TlsVersion, ders: &[D]) -> Option<ServedChain> {
    let mut all = ders.iter().take(MOST).map(|der| shown(der.as_ref()));
    let parsed = parse_chain(ders.get(..MOST).unwrap_or(ders));
    Some(ServedChain {
        version,
        leaf: all.next()?,
        above: all.collect(),
        status: parsed.chain,
        path: parsed.first_path().unwrap_or_default(),
    })
}

fn shown(der: &[u8]) -> Shown {
    let sha256 = Sha256::digest(der)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
    let read =
        ParsedCertificate::from_der(der).map(|(parsed, _)| parsed.into_certificate(Vec::new()));
    Shown { sha256, read }
}
