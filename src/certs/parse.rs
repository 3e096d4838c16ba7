//! The certificates of a file, in whatever form they are kept: PEM, DER, PKCS #7, PKCS #12.

use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;
use x509_parser::x509::SubjectPublicKeyInfo;
use zeroize::Zeroizing;

use crate::domain::ChainStatus;

use super::ber::{Element, INTEGER, OBJECT_IDENTIFIER, SEQUENCE};
use super::blocks::{Block, blocks, decode};
use super::{Parsed, ParsedCertificate, chain, encoding, key, pkcs7, pkcs12};

/// Java's key stores (JKS, JCEKS), which only Java's tools open.
const JAVA_STORES: [&[u8]; 2] = [b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"];

/// Reads a file, whatever it is: each certificate that can be read is, whatever else is wrong. Takes time linear in
/// the size. Of private keys only hashes of their public halves stay; clearing `bytes` is up to who owns them.
pub fn parse(bytes: &[u8]) -> Parsed {
    Reading::of(bytes).finish()
}

/// The same, with the DER of each certificate in the same order.
pub(super) fn parse_keeping(bytes: &[u8]) -> (Parsed, Vec<Vec<u8>>) {
    let reading = Reading::of(bytes);
    let ders = reading.ders.clone();
    (reading.finish(), ders)
}

/// Reads the certificates that a server sent, each in DER, in the order it sent them.
pub fn parse_chain<D: AsRef<[u8]>>(ders: &[D]) -> Parsed {
    let mut reading = Reading::default();
    reading.add_all(ders, "");
    reading.finish()
}

/// A file that is being read.
#[derive(Default)]
struct Reading {
    parsed: Parsed,
    /// The DER of the certificates, to verify signatures with.
    ders: Vec<Vec<u8>>,
    /// Whether they come from a bundle, whose programs put them in order themselves: PKCS #7 has a SET of them.
    is_bundle: bool,
}

impl Reading {
    fn of(bytes: &[u8]) -> Self {
        let mut reading = Self::default();
        match encoding::narrow(bytes) {
            Some(text) => reading.add_file(&text),
            None => reading.add_file(bytes),
        }
        reading
    }

    fn add_file(&mut self, bytes: &[u8]) {
        let mut any = false;
        for block in blocks(bytes) {
            any = true;
            self.add_block(&block);
        }
        if any {
            return;
        }
        if JAVA_STORES.iter().any(|magic| bytes.starts_with(magic)) {
            self.parsed.locked = true;
        } else if let Some(der) = bare_base64(bytes) {
            self.add_binary(&der);
        } else {
            self.add_binary(bytes);
        }
    }

    fn add_block(&mut self, block: &Block<'_>) {
        let label = String::from_utf8_lossy(block.label);
        if label.ends_with("PRIVATE KEY") {
            // An encrypted one is no DER, or one that says nothing.
            let key = block.content().ok();
            self.add_key(key.as_ref().map(|key| key.as_slice()));
            return;
        }
        if !matches!(
            &*label,
            "CERTIFICATE"
                | "X509 CERTIFICATE"
                | "TRUSTED CERTIFICATE"
                | "PKCS7"
                | "PKCS #7 SIGNED DATA"
                | "CMS"
        ) {
            return;
        }
        let read = block.content().map_err(str::to_owned).and_then(|content| {
            // Some CAs put a PKCS #7 into CERTIFICATE, and OpenSSL reads it.
            match pkcs7::certificates(&content) {
                Some(ders) => {
                    self.add_bundle(&ders);
                    Ok(())
                }
                None => self.add_der(&content),
            }
        });
        if let Err(why) = read {
            let line = block.line;
            self.parsed.problem(format!("line {line}: {label} {why}"));
        }
    }

    /// Bytes without a PEM block. Only what begins as DER does is taken for it.
    fn add_binary(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        // `cat a.der b.der` happens; other bytes that follow are no matter.
        while looks_like_der(rest) {
            rest = match self.add_element(rest) {
                Ok(rest) => rest,
                Err(why) => return self.parsed.problem(why),
            };
        }
        // The keys of Ed25519 and the smaller curves are short.
        if rest.len() == bytes.len() && key::is_private_key(bytes) {
            self.add_key(Some(bytes));
        }
    }

    /// One element of DER, whatever it is; what follows it.
    fn add_element<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], String> {
        let Some((element, rest)) = Element::first(bytes) else {
            return Err("DER that is cut".to_owned());
        };
        let whole = element.whole;
        if pkcs12::is_store(whole) {
            self.add_store(whole)?;
        } else if key::is_private_key(whole) {
            self.add_key(Some(whole));
        } else if let Some(ders) = pkcs7::certificates(whole) {
            self.add_bundle(&ders);
        } else if element.content.first() == Some(&SEQUENCE)
            && let Err(why) = self.add_der(whole)
            && !is_of_another_kind(whole)
        {
            return Err(format!("a certificate in DER {why}"));
        }
        Ok(rest)
    }

    fn add_store(&mut self, bytes: &[u8]) -> Result<(), String> {
        let store = pkcs12::read(bytes).ok_or("a PKCS #12 store that is damaged")?;
        self.add_bundle(&store.certificates);
        for key in &store.keys {
            self.add_key(key.as_ref().map(|key| key.as_slice()));
        }
        self.parsed.locked |= store.locked;
        Ok(())
    }

    fn add_bundle<D: AsRef<[u8]>>(&mut self, ders: &[D]) {
        self.is_bundle = true;
        self.add_all(ders, " of the bundle");
    }

    /// Several certificates; a bad one hides no other.
    fn add_all<D: AsRef<[u8]>>(&mut self, ders: &[D], of: &str) {
        for (at, der) in ders.iter().enumerate() {
            if let Err(why) = self.add_der(der.as_ref()) {
                let number = at + 1;
                self.parsed
                    .problem(format!("certificate {number}{of} {why}"));
            }
        }
    }

    fn add_der(&mut self, bytes: &[u8]) -> Result<(), String> {
        let (certificate, der) =
            ParsedCertificate::from_der(bytes).map_err(|why| format!("cannot be read: {why}"))?;
        self.parsed.certificates.push(certificate);
        self.ders.push(der.to_vec());
        Ok(())
    }

    fn add_key(&mut self, der: Option<&[u8]>) {
        self.parsed.has_key = true;
        match der.and_then(key::spki_sha256) {
            Some(hash) => self.parsed.key_spki_sha256.push(hash),
            None => self.parsed.has_unread_key = true,
        }
    }

    fn finish(mut self) -> Parsed {
        if self.parsed.locked && !self.parsed.certificates.is_empty() {
            self.parsed
                .problem("a part of the bundle needs its password".to_owned());
        }
        let has_key = self.parsed.has_key;
        let certificates = &mut self.parsed.certificates;
        self.parsed.chain = match chain::judge(&self.ders, certificates, has_key) {
            ChainStatus::WrongOrder if self.is_bundle => ChainStatus::Complete,
            status => status,
        };
        self.parsed
    }
}

/// DER in base64 without marks, as APIs hand it out.
fn bare_base64(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = bytes.trim_ascii();
    // `SEQUENCE` with a length of more than one byte.
    text.starts_with(b"MI").then(|| decode(text)).flatten()
}

/// Whether bytes begin as a certificate, a key or a bundle does: a SEQUENCE of some length in which stands another, a
/// number or an object identifier.
fn looks_like_der(bytes: &[u8]) -> bool {
    let [SEQUENCE, length @ 0x80..=0x84, rest @ ..] = bytes else {
        return false;
    };
    let first = rest.get(usize::from(length & 0x7f));
    matches!(first, Some(&(SEQUENCE | INTEGER | OBJECT_IDENTIFIER)))
}

/// Requests, revocation lists and public keys begin as certificates do.
fn is_of_another_kind(der: &[u8]) -> bool {
    X509CertificationRequest::from_der(der).is_ok()
        || CertificateRevocationList::from_der(der).is_ok()
        || SubjectPublicKeyInfo::from_der(der).is_ok()
}
