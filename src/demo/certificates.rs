//! An authority that issues at once, and what a server has loaded of what it issued. The same seed, the same keys.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SerialNumber,
};
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use super::seed::Seed;
use super::world::World;
use super::world::tree::Kind;

/// What comes before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
/// Of an authority, in days.
const AUTHORITY_LASTS: i64 = 3_650;
/// Where hitch reads key, leaf and chain, a file for each certificate.
const HITCH_FOLDER: &str = "/etc/hitch/cert.d";

/// What an authority issued, as PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issued {
    pub(crate) leaf: String,
    /// The authority's own certificate.
    pub(crate) issuer: String,
    pub(crate) key: String,
}

impl Issued {
    /// Key, leaf and chain in one file.
    pub(crate) fn combined(&self) -> String {
        format!("{}{}{}", self.key, self.leaf, self.issuer)
    }

    /// Leaf and chain.
    pub(crate) fn chain(&self) -> String {
        format!("{}{}", self.leaf, self.issuer)
    }
}

/// A certificate that a server has loaded: for which names, its chain and its key in DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Served {
    pub(crate) names: Vec<String>,
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) key: Vec<u8>,
}

/// Issues a certificate for these names from a time on, for some days. `count` tells the renewals of a name apart.
pub(crate) fn issue(
    seed: Seed,
    names: &[String],
    from: Timestamp,
    days: i64,
    count: u64,
) -> Result<Issued, rcgen::Error> {
    let (authority, authority_key) = authority()?;
    let own = authority.self_signed(&authority_key)?;
    let label = format!("{} {count}", names.join(" "));
    let key = key(&seed.bytes(&format!("key {label}")))?;
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name = name(&[(DnType::CommonName, names.first().map_or("", |n| n))]);
    params.serial_number = Some(SerialNumber::from(seed.roll(&label, 1) >> 1));
    params.not_before = time(from);
    let lasts = SignedDuration::from_hours(24 * days) - SignedDuration::from_secs(1);
    params.not_after = time(from.saturating_add(lasts).unwrap_or(from));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let issuer = Issuer::from_params(&authority, &authority_key);
    let leaf = params.signed_by(&key, &issuer)?;
    Ok(Issued {
        leaf: pem("CERTIFICATE", leaf.der()),
        issuer: pem("CERTIFICATE", own.der()),
        key: pem("PRIVATE KEY", key.serialized_der()),
    })
}

/// The authority is the same for all seeds: its name and times do not tell when a demo was started.
fn authority() -> Result<(CertificateParams, KeyPair), rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = name(&[
        (DnType::OrganizationName, "topside demo"),
        (DnType::CommonName, "Demo Authority E1"),
    ]);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.serial_number = Some(SerialNumber::from(1_u64));
    let begins = Timestamp::from_second(1_735_689_600).unwrap_or(Timestamp::UNIX_EPOCH);
    params.not_before = time(begins);
    let lasts = SignedDuration::from_hours(24 * AUTHORITY_LASTS);
    params.not_after = time(begins.saturating_add(lasts).unwrap_or(begins));
    Ok((params, key(&Seed(0).bytes("authority"))?))
}

fn name(parts: &[(DnType, &str)]) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, text) in parts {
        name.push(kind.clone(), *text);
    }
    name
}

fn key(secret: &[u8; 32]) -> Result<KeyPair, rcgen::Error> {
    let der = [PKCS8.as_slice(), secret].concat();
    KeyPair::try_from(&PrivatePkcs8KeyDer::from(der))
}

/// In whole seconds, as certificates have it. The type is the time crate's, which nobody here names.
fn time<T: From<SystemTime>>(at: Timestamp) -> T {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    T::from(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// The usual armour (RFC 7468).
fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

/// What is between the armour, block by block: label and DER.
fn blocks(text: &str) -> Vec<(&str, Vec<u8>)> {
    let mut found = Vec::new();
    for part in text.split("-----BEGIN ").skip(1) {
        let Some((label, rest)) = part.split_once("-----") else {
            continue;
        };
        let body = rest.split("-----END").next().unwrap_or_default();
        let digits: String = body.split_whitespace().collect();
        if let Ok(der) = BASE64_STANDARD.decode(digits) {
            found.push((label, der));
        }
    }
    found
}

/// Reads a combined PEM file; what is wrong with it in hitch's words.
pub(crate) fn read_combined(path: &str, text: &str) -> Result<Served, String> {
    let mut served = Served {
        names: Vec::new(),
        chain: Vec::new(),
        key: Vec::new(),
    };
    for (label, der) in blocks(text) {
        match label {
            "CERTIFICATE" => served.chain.push(der),
            label if label.ends_with("PRIVATE KEY") => served.key = der,
            _ => {}
        }
    }
    let parsed = crate::certs::parse(text.as_bytes());
    let Some(leaf) = parsed.first_leaf() else {
        return Err(format!(
            "Error loading certificate file {path}: no certificate"
        ));
    };
    if served.key.is_empty() {
        return Err(format!("Error loading private key from file {path}"));
    }
    if parsed.key_match() == Some(false) {
        return Err(format!(
            "Private key does not match the certificate in {path}"
        ));
    }
    served.names = leaf.names.iter().map(ToString::to_string).collect();
    Ok(served)
}

impl World {
    /// A TLS server reads its certificates, at its start.
    pub(crate) fn load_certificates(&mut self, id: &str) {
        if let Ok(served) = self.certificates_of(id)
            && !served.is_empty()
        {
            self.served.insert(id.to_owned(), served);
        }
    }

    /// What a TLS server would load; none of what is no TLS server. What is wrong, in its words.
    pub(crate) fn certificates_of(&self, id: &str) -> Result<Vec<Served>, String> {
        let is_server = self
            .containers
            .get(id)
            .is_some_and(|one| one.program.kind == crate::demo::programs::Kind::Hitch);
        if !is_server {
            return Ok(Vec::new());
        }
        let mut served = Vec::new();
        for (name, node) in self.in_folder(id, HITCH_FOLDER) {
            let is_pem = std::path::Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "pem");
            if let (true, Kind::File(content)) = (is_pem && !name.starts_with('.'), node.kind) {
                let bytes = content.read(0, usize::MAX, self.now);
                let path = format!("{HITCH_FOLDER}/{name}");
                served.push(read_combined(&path, &String::from_utf8_lossy(&bytes))?);
            }
        }
        Ok(served)
    }

    /// A hang-up: servers read their certificates again, and keep the old ones where the new ones are wrong.
    pub(crate) fn reload(&mut self, id: &str) {
        match self.certificates_of(id) {
            Ok(served) if served.is_empty() => {}
            Ok(served) => {
                let count = served.len();
                self.served.insert(id.to_owned(), served);
                let line = format!(
                    "{{core}} Received SIGHUP: Initiating configuration reload ({count} certificates)"
                );
                self.say(id, 2, line.into_bytes());
            }
            Err(why) => {
                self.say(id, 2, why.into_bytes());
                self.say(id, 2, b"Config reload failed".to_vec());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_issued_can_be_read_and_is_the_same_again() {
        let names = ["a.example".to_owned(), "b.example".to_owned()];
        let from = Timestamp::from_second(1_790_000_000).unwrap();
        let one = issue(Seed(1), &names, from, 90, 0).unwrap();
        assert_eq!(one, issue(Seed(1), &names, from, 90, 0).unwrap());
        assert_ne!(one.leaf, issue(Seed(1), &names, from, 90, 1).unwrap().leaf);
        let served = read_combined("x.pem", &one.combined()).unwrap();
        assert_eq!((served.names.len(), served.chain.len()), (2, 2));
        let other = issue(Seed(2), &names, from, 90, 0).unwrap();
        let wrong = format!("{}{}", other.key, one.chain());
        assert!(
            read_combined("x.pem", &wrong)
                .unwrap_err()
                .contains("match")
        );
        assert!(read_combined("x.pem", &one.chain()).is_err());
        let parsed = crate::certs::parse(one.chain().as_bytes());
        let leaf = parsed.first_leaf().unwrap();
        assert_eq!(leaf.not_before, from);
    }
}
