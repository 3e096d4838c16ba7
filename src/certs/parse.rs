//! The certificates of a file, PEM or DER.

use super::ParsedCertificate;
use super::blocks::{Block, blocks};

/// How many problems of one file are told; it could consist of nothing else.
const MOST_PROBLEMS: usize = 20;

/// What a file holds. Keys are not kept, only that there was one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Its certificates in the file's order.
    pub certificates: Vec<ParsedCertificate>,
    /// What could not be read, each as a sentence's end: "line 3: CERTIFICATE has no END".
    pub problems: Vec<String>,
    /// Whether it holds a private key.
    pub has_key: bool,
}

impl Parsed {
    /// Its certificates that somebody serves: not those of CAs, unless a self-signed one stands alone and has names,
    /// as home-made server certificates do.
    pub fn into_leaves(self) -> Vec<ParsedCertificate> {
        let alone = self.certificates.len() == 1;
        let has_key = self.has_key;
        let roots = self
            .certificates
            .iter()
            .filter(|certificate| certificate.is_ca && certificate.self_signed)
            .count();
        // No chain has two roots: this is a bundle of CAs, and the old ones (X.509 v1) do not say that they are.
        let bundle = roots > 1;
        self.certificates
            .into_iter()
            .filter(|certificate| {
                if certificate.is_ca {
                    // `openssl req -x509` says CA:TRUE of every certificate it makes; with its key beside it, it is served.
                    alone && certificate.self_signed && (has_key || !certificate.names.is_empty())
                } else {
                    !(bundle && certificate.self_signed)
                }
            })
            .collect()
    }

    fn problem(&mut self, problem: String) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    fn add_block(&mut self, block: Block) {
        let Block {
            label,
            line,
            content,
        } = block;
        if label.ends_with("PRIVATE KEY") {
            self.has_key = true;
            return;
        }
        if !matches!(
            label.as_str(),
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE"
        ) {
            return;
        }
        let certificate = content.map_err(str::to_owned).and_then(|der| {
            ParsedCertificate::from_der(&der).map_err(|why| format!("cannot be read: {why}"))
        });
        match certificate {
            Ok(certificate) => self.certificates.push(certificate),
            Err(why) => self.problem(format!("line {line}: {label} {why}")),
        }
    }

    /// A file without a PEM block. Only what begins as DER does is taken for it.
    fn add_der(&mut self, bytes: &[u8]) {
        match der_content(bytes) {
            // `SEQUENCE { INTEGER 0 or 1, …`: PKCS #8, PKCS #1 and SEC 1 keys.
            Some([0x02, 0x01, 0x00 | 0x01, ..]) => self.has_key = true,
            Some([0x02, 0x01, 0x03, ..]) => {
                self.problem("a PKCS #12 store, which is not read".to_owned());
            }
            Some([0x30, ..]) => match ParsedCertificate::from_der(bytes) {
                Ok(certificate) => self.certificates.push(certificate),
                Err(why) => self.problem(format!("not a certificate in DER: {why}")),
            },
            _ => {}
        }
    }
}

/// Reads a file, whatever it is.
pub fn parse(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let blocks = blocks(bytes);
    if blocks.is_empty() {
        parsed.add_der(bytes);
    }
    for block in blocks {
        parsed.add_block(block);
    }
    parsed
}

/// What an outermost SEQUENCE begins with.
fn der_content(bytes: &[u8]) -> Option<&[u8]> {
    let [0x30, length, rest @ ..] = bytes else {
        return None;
    };
    match length {
        0x81..=0x84 => rest.get(usize::from(length & 0x7f)..),
        // An Ed25519 key in PKCS #8 has 46 bytes.
        0x00..=0x7f => Some(rest),
        _ => None,
    }
}
