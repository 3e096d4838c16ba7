//! Traefik's `acme.json`: certificates as base64 of PEM, keyed by resolver.

use serde::Deserialize;
use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::Parsed;
use super::blocks::decode;
use super::parse::parse;

#[derive(Deserialize)]
struct Resolver {
    #[serde(rename = "Certificates", default)]
    certificates: Option<Vec<Stored>>,
}

/// Its key is not even read.
#[derive(Deserialize)]
struct Stored {
    certificate: String,
}

/// The certificates of an `acme.json`, each with its chain; none when the file is something else. A resolver that
/// has not got any yet is `null`.
pub(super) fn parse_acme_json(bytes: &[u8]) -> Option<Vec<Parsed>> {
    let stored = stored(bytes)?.into_iter();
    let parsed = stored.map(|stored| match decode(stored.certificate.as_bytes()) {
        Some(pem) => parse(&pem),
        None => Parsed {
            problems: vec!["a certificate is not base64".to_owned()],
            ..Parsed::default()
        },
    });
    Some(parsed.collect())
}

/// The PEM of each chain in an `acme.json`; none when the file is something else.
pub(super) fn certificates(bytes: &[u8]) -> Option<Vec<Zeroizing<Vec<u8>>>> {
    let stored = stored(bytes)?.into_iter();
    let decoded = stored.filter_map(|stored| decode(stored.certificate.as_bytes()));
    Some(decoded.collect())
}

fn stored(bytes: &[u8]) -> Option<Vec<Stored>> {
    let resolvers: BTreeMap<String, Option<Resolver>> = serde_json::from_slice(bytes).ok()?;
    let stored = resolvers
        .into_values()
        .flatten()
        .filter_map(|resolver| resolver.certificates)
        .flatten();
    Some(stored.collect())
}
