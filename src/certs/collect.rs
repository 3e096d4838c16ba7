//! Puts together what was read: each certificate once, with every place where it lies.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::Leaf;
use super::examine::{FoundFile, Reading};
use super::layouts::{Holder, layout_of};
use super::programs::server_of;
use super::schedules::Schedule;
use super::targets::{Target, mount_of};
use crate::backend::BackendError;
use crate::domain::{
    Certificate, CertificatePlace, CertificatesFound, Container, HostId, RenewalSchedule,
    TlsServer, Unreadable,
};

/// Where certificates lie that no container shows.
pub(super) enum Elsewhere {
    /// In a volume that no container mounts.
    Volume(Arc<str>),
    /// In a folder of this machine, or it is a file.
    Folder(PathBuf),
}

impl Elsewhere {
    /// The path of what lies this far below: in the volume, or on the machine.
    fn at(&self, below: &str) -> String {
        match self {
            Self::Volume(_) if below.is_empty() => "/".to_owned(),
            Self::Volume(_) => below.to_owned(),
            Self::Folder(folder) => {
                format!("{}{below}", folder.to_string_lossy().trim_end_matches('/'))
            }
        }
    }
}

pub(super) struct Collected<'h> {
    host: &'h HostId,
    certificates: BTreeMap<String, Certificate>,
    unreadable: Vec<Unreadable>,
    schedules: Vec<RenewalSchedule>,
}

impl<'h> Collected<'h> {
    pub(super) fn new(host: &'h HostId) -> Self {
        Self {
            host,
            certificates: BTreeMap::new(),
            unreadable: Vec::new(),
            schedules: Vec::new(),
        }
    }

    /// Adds what was read, under every path by which it is seen.
    pub(super) fn add(&mut self, seen: &[(&Container, Target)], reading: &Reading) {
        for (container, target) in seen {
            self.add_places(container, target, reading);
        }
    }

    pub(super) fn failed(&mut self, seen: &[(&Container, Target)], error: &BackendError) {
        for (container, target) in seen {
            // Most usual places are not used.
            if !(target.guess && matches!(error, BackendError::NotFound(_))) {
                self.unreadable(container, target.path.clone(), error.to_string());
            }
        }
    }

    fn add_places(&mut self, container: &Container, target: &Target, reading: &Reading) {
        for (below, why) in &reading.problems {
            let path = target.at(below);
            self.unreadable(container, path, why.clone());
        }
        for file in &reading.files {
            let place = self.place(container, target, file);
            self.add_certificates(&file.leaves, &place);
        }
        for schedule in &reading.schedules {
            let path = target.at(&schedule.path);
            self.add_schedule(schedule, Some(Arc::clone(&container.name)), path);
        }
    }

    fn add_schedule(&mut self, schedule: &Schedule, container: Option<Arc<str>>, path: String) {
        self.schedules.push(RenewalSchedule {
            host: self.host.clone(),
            container,
            path,
            client: schedule.client,
            lineage: schedule.lineage.clone(),
            version: schedule.version.clone(),
            is_off: schedule.is_off,
            next: schedule.next,
            renews_before: schedule.renews_before,
            hook: schedule.hook.clone(),
        });
    }

    /// Adds what was read where no container is.
    pub(super) fn add_elsewhere(&mut self, place: &Elsewhere, reading: &Reading) {
        for (below, why) in &reading.problems {
            self.unreadable_elsewhere(place, below, why.clone());
        }
        for file in &reading.files {
            let path = place.at(&file.below);
            let certificate_place = CertificatePlace {
                host: self.host.clone(),
                service: None,
                container: None,
                mounted_from: match place {
                    Elsewhere::Volume(name) => Some(name.to_string()),
                    Elsewhere::Folder(_) => None,
                },
                client: file.kept.client,
                lineage: file.kept.lineage.clone(),
                server: layout_server(&path),
                key: file.kept.key.as_ref().map(|key| place.at(key)),
                key_matches: None,
                seen_inside: None,
                chain: None,
                modified: Some(file.modified),
                path,
            };
            self.add_certificates(&file.leaves, &certificate_place);
        }
        for schedule in &reading.schedules {
            self.add_schedule(schedule, None, place.at(&schedule.path));
        }
    }

    /// Says that a place without a container could not be read.
    pub(super) fn failed_elsewhere(&mut self, place: &Elsewhere, why: String) {
        self.unreadable_elsewhere(place, "", why);
    }

    fn holder(&self, place: &Elsewhere) -> Arc<str> {
        match place {
            Elsewhere::Volume(name) => Arc::clone(name),
            Elsewhere::Folder(_) => Arc::from(self.host.as_str()),
        }
    }

    fn place(&self, container: &Container, target: &Target, file: &FoundFile) -> CertificatePlace {
        let path = target.at(&file.below);
        CertificatePlace {
            host: self.host.clone(),
            service: Some(container.service_id()),
            container: Some(Arc::clone(&container.name)),
            mounted_from: mount_of(container, &path)
                .map(|mount| mount.name.clone().unwrap_or_else(|| mount.source.clone())),
            client: file.kept.client,
            lineage: file.kept.lineage.clone(),
            server: server(container, &path),
            key: file.kept.key.as_ref().map(|key| target.at(key)),
            key_matches: None,
            seen_inside: None,
            chain: None,
            modified: Some(file.modified),
            path,
        }
    }

    fn add_certificates(&mut self, leaves: &[Leaf], place: &CertificatePlace) {
        for leaf in leaves {
            let of_leaf = CertificatePlace {
                key_matches: leaf.key_matches,
                chain: Some(Arc::clone(&leaf.path)),
                ..place.clone()
            };
            self.certificates
                .entry(leaf.certificate.sha256.clone())
                .or_insert_with(|| leaf.certificate.clone().into_certificate(Vec::new()))
                .places
                .push(of_leaf);
        }
    }

    pub(super) fn unreadable(&mut self, container: &Container, path: String, why: String) {
        self.unreadable.push(Unreadable {
            container: Arc::clone(&container.name),
            service: Some(container.service_id()),
            server: layout_server(&path),
            path,
            why,
        });
    }

    fn unreadable_elsewhere(&mut self, place: &Elsewhere, below: &str, why: String) {
        self.unreadable.push(Unreadable {
            container: self.holder(place),
            service: None,
            path: place.at(below),
            server: None,
            why,
        });
    }

    pub(super) fn finish(mut self) -> CertificatesFound {
        let mut certificates: Vec<Certificate> = self.certificates.into_values().collect();
        for certificate in &mut certificates {
            certificate.places.sort_by(|a, b| {
                // Of one file that was seen from two roots the one that knows more stays.
                (&a.container, &a.path, a.client.is_none(), &a.mounted_from).cmp(&(
                    &b.container,
                    &b.path,
                    b.client.is_none(),
                    &b.mounted_from,
                ))
            });
            certificate.places.dedup_by(|a, b| {
                (&a.container, &a.path) == (&b.container, &b.path)
                    && (a.container.is_some() || a.mounted_from == b.mounted_from)
            });
        }
        // Stable: those that expire together stay in the order of their fingerprints.
        certificates.sort_by_key(|certificate| certificate.not_after);
        self.unreadable.sort();
        self.unreadable.dedup();
        self.schedules.sort();
        self.schedules.dedup();
        CertificatesFound {
            certificates,
            unreadable: self.unreadable,
            schedules: self.schedules,
            calls: Vec::new(),
        }
    }
}

/// The server that reads a place: the container's own program, or the one whose folder it is.
fn server(container: &Container, path: &str) -> Option<TlsServer> {
    server_of(container).or_else(|| layout_server(path))
}

/// The server whose folder a path usually is.
fn layout_server(path: &str) -> Option<TlsServer> {
    match layout_of(path)?.holder {
        Holder::Server(server) => Some(server),
        Holder::Client(_) | Holder::Many => None,
    }
}
