//! Finds the certificates of a host in its containers' mounts, each volume read once.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};

use super::ParsedCertificate;
use super::read::{Reading, read};
use super::targets::{Target, mount_of, targets};
use crate::backend::{Backend, BackendError};
use crate::domain::{
    Certificate, CertificatePlace, CertificatesFound, Container, HostId, Unreadable,
};

/// The engine reads one path of a container at a time; more than this at once only queue up there.
const CONTAINERS_AT_ONCE: usize = 2;

/// One thing on the host, and by which containers and paths it is seen; the first one reads it.
type Origin<'a> = Vec<(&'a Container, Target)>;

/// Looks for certificates in every container, running or not. What cannot be read stops nothing else; only a lost
/// engine is an error, since what it did not answer is not gone.
pub async fn scan(
    backend: &dyn Backend,
    host: &HostId,
    containers: &[Container],
) -> Result<CertificatesFound, BackendError> {
    let mut collected = Collected {
        host,
        certificates: BTreeMap::new(),
        unreadable: Vec::new(),
    };
    let origins = origins(containers, &mut collected);
    let mut of_reader: BTreeMap<&str, Vec<Origin<'_>>> = BTreeMap::new();
    for origin in origins.into_values() {
        if let Some((reader, _)) = origin.first() {
            of_reader
                .entry(reader.id.as_str())
                .or_default()
                .push(origin);
        }
    }
    // Collected first: a stream that maps with a closure over borrows is no `Send` future (rust-lang/rust#102211).
    let readings: Vec<_> = of_reader
        .into_values()
        .map(|origins| read_all(backend, origins))
        .collect();
    let mut readings = stream::iter(readings).buffer_unordered(CONTAINERS_AT_ONCE);
    while let Some(done) = readings.next().await {
        for (origin, result) in done {
            match result {
                Err(error) if error.is_lost() => return Err(error),
                result => collected.add(&origin, result),
            }
        }
    }
    Ok(collected.finish())
}

/// What is to be read, by where it lies on the host. Containers that are up come first: not every engine reads the
/// files of others.
fn origins<'a>(
    containers: &'a [Container],
    collected: &mut Collected<'_>,
) -> BTreeMap<String, Origin<'a>> {
    let mut origins: BTreeMap<String, Origin<'a>> = BTreeMap::new();
    let (up, down): (Vec<_>, Vec<_>) = containers.iter().partition(|container| container.is_up());
    for container in up.into_iter().chain(down) {
        let found = targets(container);
        for (path, why) in found.unreadable {
            collected.unreadable(container, path, why.to_owned());
        }
        for target in found.targets {
            origins
                .entry(target.origin.clone())
                .or_default()
                .push((container, target));
        }
    }
    origins
}

/// Reads what one container is the reader of, one after the other.
async fn read_all<'a>(
    backend: &dyn Backend,
    origins: Vec<Origin<'a>>,
) -> Vec<(Origin<'a>, Result<Reading, BackendError>)> {
    let mut done = Vec::with_capacity(origins.len());
    for origin in origins {
        let Some((reader, target)) = origin.first() else {
            continue;
        };
        let result = if reader.is_up() || backend.capabilities().archive {
            let named = origin.iter().any(|(_, target)| target.named);
            read(backend, &reader.id, &target.path, named).await
        } else {
            Err(BackendError::Unsupported(
                "this engine does not read files of containers that do not run".to_owned(),
            ))
        };
        done.push((origin, result));
    }
    done
}

struct Collected<'h> {
    host: &'h HostId,
    certificates: BTreeMap<String, Certificate>,
    unreadable: Vec<Unreadable>,
}

impl Collected<'_> {
    fn add(&mut self, origin: &Origin<'_>, result: Result<Reading, BackendError>) {
        match result {
            Ok(reading) => {
                for (container, target) in origin {
                    self.add_places(container, target, &reading);
                }
            }
            Err(error) => {
                for (container, target) in origin {
                    // Most usual places are not used.
                    if !(target.guess && matches!(error, BackendError::NotFound(_))) {
                        self.unreadable(container, target.path.clone(), error.to_string());
                    }
                }
            }
        }
    }

    fn add_places(&mut self, container: &Container, target: &Target, reading: &Reading) {
        for (below, why) in &reading.problems {
            self.unreadable(container, format!("{}{below}", target.path), why.clone());
        }
        for (below, leaves) in &reading.files {
            let path = format!("{}{below}", target.path);
            for leaf in leaves {
                let place = self.place(container, path.clone());
                self.add_certificate(leaf, place);
            }
        }
    }

    fn place(&self, container: &Container, path: String) -> CertificatePlace {
        CertificatePlace {
            host: self.host.clone(),
            service: container.service_id(),
            container: Arc::clone(&container.name),
            mounted_from: mount_of(container, &path)
                .map(|mount| mount.name.clone().unwrap_or_else(|| mount.source.clone())),
            path,
        }
    }

    fn add_certificate(&mut self, leaf: &ParsedCertificate, place: CertificatePlace) {
        self.certificates
            .entry(leaf.sha256.clone())
            .or_insert_with(|| leaf.clone().into_certificate(Vec::new()))
            .places
            .push(place);
    }

    fn unreadable(&mut self, container: &Container, path: String, why: String) {
        self.unreadable.push(Unreadable {
            container: Arc::clone(&container.name),
            path,
            why,
        });
    }

    fn finish(mut self) -> CertificatesFound {
        let mut certificates: Vec<Certificate> = self.certificates.into_values().collect();
        for certificate in &mut certificates {
            certificate.places.sort();
            certificate.places.dedup();
        }
        // Stable: those that expire together stay in the order of their fingerprints.
        certificates.sort_by_key(|certificate| certificate.not_after);
        self.unreadable.sort();
        self.unreadable.dedup();
        CertificatesFound {
            certificates,
            unreadable: self.unreadable,
        }
    }
}
