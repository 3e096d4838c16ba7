//! Which stored certificates were replaced by a newer one of the same lineage.
//!
//! - The newest for exactly the same names replaces the others: copies, and what clients keep of before.
//! - What stands in a client's folder of old files (certbot's `archive/NAME`, dehydrated's `NAME/fullchain-EPOCH.pem`)
//!   is replaced by what the client calls the current one there, whatever names came or went with it.
//! - What is a client's own current file is never replaced: two lineages may be for the same names, RSA and ECDSA say,
//!   and each has to be renewed.
//! - What is not valid yet replaces nothing.
//! - Nothing that clients trust is replaced by what they do not trust: a self-signed or a staging certificate.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::endpoint::names_of;
use crate::domain::{AcmeClient, Certificate, CertificatePlace};

/// For each certificate the position of the one that replaced it at last; none of a current one.
pub(super) fn replaced(certificates: &[Certificate], now: Timestamp) -> Vec<Option<usize>> {
    let mut by_names: HashMap<(Vec<String>, bool, bool), usize> = HashMap::new();
    let mut by_folder: HashMap<(&str, String), usize> = HashMap::new();
    let valid = certificates
        .iter()
        .enumerate()
        .filter(|(_, one)| one.not_before <= now);
    for (at, certificate) in valid {
        note_newer(&mut by_names, names_key(certificate), at, certificates);
        for place in &certificate.places {
            if let Some(folder) = archive_of(place) {
                note_newer(&mut by_folder, (place.holder(), folder), at, certificates);
            }
        }
    }
    let next = |at: usize| {
        let certificate = certificates.get(at)?;
        if certificate
            .places
            .iter()
            .any(|place| place.client.is_some())
        {
            return None;
        }
        let newer = |other: &usize| {
            certificates
                .get(*other)
                .is_some_and(|other| other.not_before > certificate.not_before)
        };
        let same = by_names.get(&names_key(certificate)).copied();
        same.filter(newer)
            .or_else(|| archived(certificate, &by_folder).filter(newer))
    };
    let next: Vec<Option<usize>> = (0..certificates.len()).map(next).collect();
    // Each is newer than the one before, so this ends.
    let last = |at: usize| {
        let mut last = next.get(at).copied().flatten()?;
        while let Some(newer) = next.get(last).copied().flatten() {
            last = newer;
        }
        Some(last)
    };
    (0..certificates.len()).map(last).collect()
}

fn note_newer<K: std::hash::Hash + Eq>(
    newest: &mut HashMap<K, usize>,
    key: K,
    at: usize,
    certificates: &[Certificate],
) {
    let age = |at: usize| {
        certificates
            .get(at)
            .map(|one| (one.not_before, one.not_after))
    };
    let known = newest.entry(key).or_insert(at);
    if age(at) > age(*known) {
        *known = at;
    }
}

/// Exactly these names, and whether clients trust it.
pub(super) fn names_key(certificate: &Certificate) -> (Vec<String>, bool, bool) {
    let mut names: Vec<String> = names_of(certificate).map(str::to_ascii_lowercase).collect();
    names.sort();
    names.dedup();
    (names, certificate.self_signed, certificate.is_staging())
}

/// Where a client keeps the older ones of a current file of its own.
fn archive_of(place: &CertificatePlace) -> Option<String> {
    let (folder, _) = place.path.rsplit_once('/')?;
    match place.client? {
        AcmeClient::Certbot => {
            let (base, name) = folder.rsplit_once("/live/")?;
            Some(format!("{base}/archive/{name}"))
        }
        AcmeClient::Dehydrated => Some(folder.to_owned()),
        _ => None,
    }
}

/// What is current where this one is archived: in all its places, for a copy elsewhere may be in use.
fn archived(certificate: &Certificate, current: &HashMap<(&str, String), usize>) -> Option<usize> {
    let mut places = certificate.places.iter();
    let of = |place: &CertificatePlace| {
        let (folder, _) = place.path.rsplit_once('/')?;
        current.get(&(place.holder(), folder.to_owned())).copied()
    };
    let first = of(places.next()?)?;
    places
        .all(|place| of(place) == Some(first))
        .then_some(first)
}
