//! Certificates as they were shown, read.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::certs::{ParsedCertificate, parse};
use crate::domain::served::{Shown, TlsVersion};
use crate::domain::{ChainStatus, ServedChain};

/// More certificates than any chain has; each is kept.
const MOST: usize = 32;

/// The chain of what was shown, in its order; none of nothing.
pub(super) fn chain<D: AsRef<[u8]>>(version: TlsVersion, ders: &[D]) -> Option<ServedChain> {
    let mut all = ders.iter().take(MOST).map(|der| shown(der.as_ref()));
    Some(ServedChain {
        version,
        leaf: all.next()?,
        above: all.collect(),
        status: judge(ders),
    })
}

/// Judges a chain as a file of the same certificates in DER, one after the other, is judged.
fn judge<D: AsRef<[u8]>>(ders: &[D]) -> ChainStatus {
    let sent: Vec<&[u8]> = ders.iter().take(MOST).map(AsRef::as_ref).collect();
    parse(&sent.concat()).chain
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
