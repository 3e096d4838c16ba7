//! What the programs of a container see of its certificates, where that is not what is stored on the host.
//!
//! A bind mount keeps what was mounted: a file that a rename replaced, or a folder. Only what can be read on this
//! machine without running anything is told; elsewhere nothing is said.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use super::parse::parse;
use super::read::LIMITS;
use super::targets::mount_of;
use crate::backend::Backend;
use crate::domain::{Certificate, CertificatesFound, Container, MountKind};

/// Files that are looked at so at most: each is an inspect of its container.
const MOST: usize = 64;

/// Notes at each place what the container's programs see there instead.
pub(super) async fn look(
    backend: &dyn Backend,
    containers: &[Container],
    found: &mut CertificatesFound,
) {
    let mut wanted: BTreeSet<(&str, &str)> = BTreeSet::new();
    for place in found.certificates.iter().flat_map(|one| &one.places) {
        let name = place.container.as_deref();
        let container = name.and_then(|name| containers.iter().find(|one| *one.name == *name));
        let mounted = container.filter(|container| {
            let mount = mount_of(container, &place.path);
            container.is_up() && mount.is_some_and(|mount| mount.kind == MountKind::Bind)
        });
        if let Some(container) = mounted.filter(|_| wanted.len() < MOST) {
            wanted.insert((&container.name, &place.path));
        }
    }
    let mut seen: BTreeMap<(String, String), Certificate> = BTreeMap::new();
    for (name, path) in wanted {
        let Some(container) = containers.iter().find(|one| *one.name == *name) else {
            continue;
        };
        let content = backend.seen_inside(&container.id, path, LIMITS.file).await;
        let parsed = content.map(|content| parse(&Zeroizing::new(content)));
        let leaf = parsed.as_ref().and_then(|parsed| parsed.first_leaf());
        if let Some(leaf) = leaf {
            let certificate = leaf.clone().into_certificate(Vec::new());
            seen.insert((name.to_owned(), path.to_owned()), certificate);
        }
    }
    for certificate in &mut found.certificates {
        for place in &mut certificate.places {
            let Some(name) = place.container.as_deref() else {
                continue;
            };
            let seen = seen.get(&(name.to_owned(), place.path.clone()));
            // A newer one is not the mount's fault: it was written since the file was read.
            let other = seen.filter(|seen| {
                seen.sha256 != certificate.sha256 && seen.not_before < certificate.not_before
            });
            place.seen_inside = other.map(|seen| Box::new(seen.clone()));
        }
    }
}
