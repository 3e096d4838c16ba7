//! An X.509 certificate (RFC 5280) read into what we show of it.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;
use jiff::civil::DateTime;
use sha2::{Digest, Sha256};
use x509_parser::asn1_rs::Tag;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::nom;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use super::algorithm::key_kind;
use crate::domain::chain::Above;
use crate::domain::{Certificate, CertificatePlace, CertificateRole};

/// A certificate of a file, its CA's included. Its strings are untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedCertificate {
    /// SHA-256 over the DER, lower-case hex.
    pub sha256: String,
    /// Whose it is: the subject's organisation and common name, else the first name it is for.
    pub subject: String,
    /// The subject's common name.
    pub common_name: Option<String>,
    /// The subject alternative names that servers are known by: DNS names and addresses.
    pub names: Vec<String>,
    /// The subject alternative names of every kind, as OpenSSL writes them: `DNS:example.com`, `IP:192.0.2.1`.
    pub alternative_names: Vec<String>,
    /// The issuer's organisation and common name: `Let's Encrypt R12`.
    pub issuer: String,
    /// The issuer's common name.
    pub issuer_common_name: Option<String>,
    /// The serial number, lower-case hex.
    pub serial: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid; the last moment a `Timestamp` knows if that is later.
    pub not_after: Timestamp,
    /// The same in UTC, also of the last day of the year 9999, which means "never" (RFC 5280 §4.1.2.5).
    pub not_after_utc: DateTime,
    /// SHA-256 over the `SubjectPublicKeyInfo`, lower-case hex: which private key belongs to it.
    pub spki_sha256: String,
    /// What kind of key that is: `ECDSA P-256`.
    pub key_kind: String,
    /// Whether it is issued by its own subject.
    pub self_signed: bool,
    /// Whether it may issue others (basic constraints, RFC 5280 §4.2.1.9).
    pub is_ca: bool,
    /// What it is in its file.
    pub role: CertificateRole,
    /// What of its file stands above it.
    pub above: Above,
    /// Where in its file its issuer stands.
    pub issuer_at: Option<usize>,
}

impl ParsedCertificate {
    /// Reads a certificate's DER; what follows it is left alone (`TRUSTED CERTIFICATE` has more).
    /// Says which bytes were its own.
    pub fn from_der(bytes: &[u8]) -> Result<(Self, &[u8]), String> {
        let (rest, certificate) =
            X509Certificate::from_der(bytes).map_err(|error| match error {
                nom::Err::Incomplete(_) => "it is cut".to_owned(),
                nom::Err::Error(error) | nom::Err::Failure(error) => error.to_string(),
            })?;
        let der = &bytes[..bytes.len() - rest.len()];
        let self_signed = is_self_signed(&certificate);
        let parsed = Self {
            sha256: hex(&Sha256::digest(der)),
            subject: subject(&certificate),
            common_name: attribute(certificate.subject().iter_common_name()),
            names: names(&certificate).filter_map(server_name).collect(),
            alternative_names: names(&certificate).filter_map(alternative_name).collect(),
            issuer: issuer(certificate.issuer()),
            issuer_common_name: attribute(certificate.issuer().iter_common_name()),
            serial: serial(certificate.raw_serial()),
            not_before: timestamp(certificate.validity().not_before),
            not_after: timestamp(certificate.validity().not_after),
            not_after_utc: utc(certificate.validity().not_after),
            spki_sha256: hex(&Sha256::digest(certificate.public_key().raw)),
            key_kind: key_kind(certificate.public_key()),
            self_signed,
            is_ca: certificate.is_ca(),
            // Until it is known what else there is in the file.
            role: CertificateRole::Leaf,
            above: if self_signed {
                Above::Itself
            } else {
                Above::Nothing
            },
            issuer_at: None,
        };
        Ok((parsed, der))
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

fn names<'a>(certificate: &'a X509Certificate<'_>) -> impl Iterator<Item = &'a GeneralName<'a>> {
    certificate
        .extensions()
        .iter()
        .filter_map(|extension| match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
            _ => None,
        })
        .flatten()
}

fn server_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::Invalid(Tag(2), bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    }
}

fn alternative_name(name: &GeneralName<'_>) -> Option<String> {
    let kind = match name {
        GeneralName::IPAddress(_) => "IP",
        GeneralName::RFC822Name(email) => return Some(format!("email:{email}")),
        GeneralName::URI(uri) => return Some(format!("URI:{uri}")),
        _ => "DNS",
    };
    server_name(name).map(|name| format!("{kind}:{name}"))
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(v4).to_string());
    }
    let v6 = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(v6).to_string())
}

/// Whose it is. Current CAs leave the subject of a leaf empty: it is for names.
fn subject(certificate: &X509Certificate<'_>) -> String {
    let own = issuer(certificate.subject());
    if !own.is_empty() {
        return own;
    }
    let mut names = names(certificate).filter_map(server_name);
    names.next().unwrap_or_default()
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

/// Dates beyond the calendar cannot be read in the first place.
fn utc(time: ASN1Time) -> DateTime {
    let time = time.to_datetime();
    DateTime::new(
        time.year() as i16,
        u8::from(time.month()).cast_signed(),
        time.day().cast_signed(),
        time.hour().cast_signed(),
        time.minute().cast_signed(),
        time.second().cast_signed(),
        0,
    )
    .unwrap_or(DateTime::MAX)
}

/// As OpenSSL writes it: without the zero that only keeps a DER integer positive, and with a minus before one that is
/// negative, which no CA should issue (RFC 5280 §4.1.2.2).
fn serial(bytes: &[u8]) -> String {
    if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        let mut magnitude: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
        for byte in magnitude.iter_mut().rev() {
            let carry;
            (*byte, carry) = byte.overflowing_add(1);
            if !carry {
                break;
            }
        }
        return format!("-{}", hex(significant(&magnitude)));
    }
    hex(significant(bytes))
}

fn significant(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros.min(number.len().saturating_sub(1))..]
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
