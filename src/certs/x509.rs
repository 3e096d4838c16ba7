//! An X.509 certificate (RFC 5280) read into what we show of it.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_parser::asn1_rs::Tag;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::domain::{Certificate, CertificatePlace};

/// A certificate of a file, its CA's included. Its strings are untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedCertificate {
    /// SHA-256 over the DER, lower-case hex.
    pub sha256: String,
    /// The subject's common name.
    pub common_name: Option<String>,
    /// The subject alternative names: DNS names and addresses.
    pub names: Vec<String>,
    /// The issuer's organisation and common name: `Let's Encrypt R12`.
    pub issuer: String,
    /// The serial number, lower-case hex.
    pub serial: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
    /// Whether it is issued by its own subject.
    pub self_signed: bool,
    /// Whether it may issue others (basic constraints, RFC 5280 §4.2.1.9).
    pub is_ca: bool,
}

impl ParsedCertificate {
    /// Reads a certificate's DER; what follows it is left alone (`TRUSTED CERTIFICATE` has more).
    pub fn from_der(bytes: &[u8]) -> Result<Self, String> {
        let (rest, certificate) =
            X509Certificate::from_der(bytes).map_err(|error| error.to_string())?;
        let der = &bytes[..bytes.len() - rest.len()];
        Ok(Self {
            sha256: hex(&Sha256::digest(der)),
            common_name: attribute(certificate.subject().iter_common_name()),
            names: names(&certificate),
            issuer: issuer(certificate.issuer()),
            serial: hex(significant(certificate.raw_serial())),
            not_before: timestamp(certificate.validity().not_before),
            not_after: timestamp(certificate.validity().not_after),
            self_signed: is_self_signed(&certificate),
            is_ca: certificate.is_ca(),
        })
    }

    /// The certificate as it is shown, at its places.
    pub fn into_certificate(self, places: Vec<CertificatePlace>) -> Certificate {
        Certificate {
            sha256: self.sha256,
            common_name: self.common_name,
            names: self.names,
            issuer: self.issuer,
            serial: self.serial,
            not_before: self.not_before,
            not_after: self.not_after,
            self_signed: self.self_signed,
            places,
        }
    }
}

/// Same names, and the same key where both key ids are there: a renewed CA of the same name is another one.
fn is_self_signed(certificate: &X509Certificate<'_>) -> bool {
    if certificate.subject().as_raw() != certificate.issuer().as_raw() {
        return false;
    }
    let (mut own, mut issuer) = (None, None);
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(id) => own = Some(id.0),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                issuer = id.key_identifier.as_ref().map(|id| id.0);
            }
            _ => {}
        }
    }
    own.zip(issuer).is_none_or(|(own, issuer)| own == issuer)
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    certificate
        .extensions()
        .iter()
        .filter_map(|extension| match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
            _ => None,
        })
        .flatten()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            GeneralName::Invalid(Tag(2), bytes) => {
                Some(String::from_utf8_lossy(bytes).into_owned())
            }
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => None,
        })
        .collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(v4).to_string());
    }
    let v6 = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(v6).to_string())
}

/// Whose certificate it is and which of theirs: `R12` alone says little. One that names the other, or begins as it
/// does (`DigiCert Inc`, `DigiCert TLS RSA 2020 CA1`), says it all.
fn issuer(name: &X509Name<'_>) -> String {
    let organisation = attribute(name.iter_organization());
    let common_name = attribute(name.iter_common_name());
    match (organisation, common_name) {
        (Some(organisation), Some(common_name)) => {
            let (of, own) = (organisation.to_lowercase(), common_name.to_lowercase());
            if of.contains(&own) {
                organisation
            } else if own.contains(&of)
                || of.split_whitespace().next() == own.split_whitespace().next()
            {
                common_name
            } else {
                format!("{organisation} {common_name}")
            }
        }
        (one, other) => one.or(other).unwrap_or_else(|| name.to_string()),
    }
}

/// The last value that says something: the most specific one stands last.
fn attribute<'a, 'n: 'a>(
    values: impl Iterator<Item = &'a AttributeTypeAndValue<'n>>,
) -> Option<String> {
    values.map(text).filter(|text| !text.is_empty()).last()
}

/// The string of an attribute in whichever of ASN.1's alphabets it is written.
fn text(attribute: &AttributeTypeAndValue<'_>) -> String {
    let bytes = attribute.as_slice();
    match attribute.attr_value().tag() {
        Tag::BmpString => {
            let units = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units)
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        Tag::UniversalString => bytes
            .chunks_exact(4)
            .map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
            .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect(),
        Tag::TeletexString if std::str::from_utf8(bytes).is_err() => {
            bytes.iter().copied().map(char::from).collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// "No well-defined expiration" is 9999-12-31 23:59:59 (RFC 5280 §4.1.2.5), later than our type reaches.
fn timestamp(time: ASN1Time) -> Timestamp {
    let seconds = time.timestamp();
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// Without the zeros that only keep a DER integer positive.
fn significant(serial: &[u8]) -> &[u8] {
    let zeros = serial.iter().take_while(|byte| **byte == 0).count();
    &serial[zeros.min(serial.len().saturating_sub(1))..]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
