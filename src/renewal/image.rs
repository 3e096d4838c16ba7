//! A server that has its certificate from its image: whether a build takes into it what the client renews.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::observe::{Client, Lineage, ServerFile};
use super::who::below;
use crate::certs::{Parsed, certificates_in};
use crate::domain::endpoint::names_of;
use crate::domain::{ActionName, CertificatePlace, Container, Failure, ServiceId};

/// How the image of a server is built anew.
#[derive(Debug, Clone)]
pub struct Rebuild {
    /// What its steps are, for people.
    pub steps: Vec<String>,
    /// What a person should know of it.
    pub notes: Vec<String>,
    /// The folder of this machine that the build takes its files from; none where nobody says it, or not only from one.
    pub context: Option<PathBuf>,
    /// Whether a command of the user's own runs before the build.
    pub has_prebuild: bool,
}

/// What brings the renewed file into an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// The build takes what is stored.
    Stored,
    /// The build takes a file that the client's container can write.
    Copy {
        /// Its path on this machine.
        path: String,
        /// Its path in the client's container.
        in_client: String,
    },
    /// That it does is only seen afterwards; why.
    Unseen(String),
    /// Nothing does; why.
    Nothing(String),
}

/// Whether a file came with its container's image: it is in no mount, and was last written before the container was
/// made (`COPY` keeps a file's time).
pub(super) fn is_from_image(container: &Container, place: &CertificatePlace) -> bool {
    let mut mounts = container.mounts.iter();
    let is_mounted = mounts.any(|mount| below(&place.path, &mount.destination).is_some());
    !is_mounted && place.modified.is_none_or(|at| at < container.created)
}

/// A folder with the certificates in it.
struct Context {
    folder: PathBuf,
    /// What holds one, by its path without links.
    files: Vec<(PathBuf, Parsed)>,
    /// Whether all of it was looked at.
    is_whole: bool,
}

impl Lineage {
    /// The services that have it from their images.
    pub fn from_images(&self) -> BTreeSet<ServiceId> {
        let servers = self.servers.iter();
        let those = servers.filter(|server| server.has_it_from_image());
        those.map(|server| server.service.clone()).collect()
    }

    /// Takes in how a service's image is built anew, or why it cannot be, and looks whether that takes what `action`
    /// renews. Reads the folder of the build.
    pub async fn take_rebuild(
        &mut self,
        action: ActionName,
        service: &ServiceId,
        is_local: bool,
        rebuild: Result<Rebuild, Failure>,
    ) {
        let folder = rebuild.as_ref().ok().and_then(|way| way.context.clone());
        let context = match folder {
            None => None,
            Some(folder) => {
                let read = tokio::task::spawn_blocking(move || Context::read(folder));
                read.await.ok()
            }
        };
        let client = self.client.as_ref().filter(|_| is_local);
        let names: BTreeSet<&str> = names_of(&self.certificate).collect();
        let ask = Ask {
            client,
            is_renewed: action == ActionName::Renew && self.client.is_some(),
            stored: &self.certificate.sha256,
            names,
        };
        let mut servers = self.servers.iter_mut();
        for server in servers.by_ref().filter(|one| one.service == *service) {
            if let Ok(way) = &rebuild {
                for file in server.files.iter_mut().filter(|file| file.is_from_image) {
                    file.source = Some(ask.source(file, way, context.as_ref()));
                }
            }
            server.rebuild = Some(rebuild.clone());
        }
    }
}

impl Context {
    fn read(folder: PathBuf) -> Self {
        let found = certificates_in(&folder);
        let files = found.files.into_iter().map(|file| {
            let path = file.path.canonicalize().unwrap_or(file.path);
            (path, file.parsed)
        });
        Self {
            files: files.collect(),
            is_whole: found.unreadable.is_empty(),
            folder,
        }
    }
}

/// What is asked of a build's folder.
struct Ask<'a> {
    /// The client, where its files lie on this machine.
    client: Option<&'a Client>,
    /// Whether what is stored now is replaced first.
    is_renewed: bool,
    /// What is stored now.
    stored: &'a str,
    names: BTreeSet<&'a str>,
}

impl Ask<'_> {
    fn source(&self, file: &ServerFile, way: &Rebuild, context: Option<&Context>) -> Source {
        let Some(context) = context else {
            return Source::Unseen("Compose does not say from where its build takes it".to_owned());
        };
        let mut copies: Vec<(&Path, &str)> = context
            .files
            .iter()
            .filter(|(_, parsed)| parsed.has_key == file.is_combined)
            .filter_map(|(path, parsed)| {
                let leaf = parsed.first_leaf()?;
                let names: BTreeSet<&str> = leaf.names.iter().map(String::as_str).collect();
                (names == self.names).then_some((path.as_path(), leaf.sha256.as_str()))
            })
            .collect();
        let clients = self.client.and_then(|client| {
            let path = client.on_this_machine(&client.file.path)?;
            path.canonicalize().ok()
        });
        let is_stored = |(path, sha256): &(&Path, &str)| {
            clients.as_deref() == Some(*path) || (!self.is_renewed && *sha256 == self.stored)
        };
        if copies.iter().any(is_stored) {
            return Source::Stored;
        }
        if way.has_prebuild {
            let why = "the pre-build command has to bring it to where the build takes it from";
            return Source::Unseen(why.to_owned());
        }
        // Of several the one that is named as in the image.
        let name = Path::new(&file.path).file_name();
        copies.sort_by_key(|(path, _)| path.file_name() != name);
        let written = copies.iter().find_map(|(path, _)| {
            let in_client = self.client?.sees(path)?;
            let path = path.to_string_lossy().into_owned();
            Some(Source::Copy { path, in_client })
        });
        match (written, copies.first()) {
            (Some(written), _) => written,
            (None, None) if !context.is_whole => {
                let folder = context.folder.display();
                Source::Unseen(format!("not all of {folder} could be looked through"))
            }
            (None, None) => {
                let folder = context.folder.display();
                Source::Nothing(format!(
                    "nothing in {folder}, from where its build takes files, holds it"
                ))
            }
            (None, Some((path, _))) => Source::Nothing(match self.client {
                Some(client) => format!(
                    "its build takes {}, which {} does not write",
                    path.display(),
                    client.name
                ),
                None => format!(
                    "its build takes {}, which nothing here renews",
                    path.display()
                ),
            }),
        }
    }
}

impl Client {
    /// Where a path of its container lies on the engine's machine.
    fn on_this_machine(&self, path: &str) -> Option<PathBuf> {
        let mounts = self.mounts.iter().filter(|mount| !mount.source.is_empty());
        let inside = mounts.filter_map(|mount| Some((mount, below(path, &mount.destination)?)));
        let (mount, rest) = inside.max_by_key(|(mount, _)| mount.destination.len())?;
        Some(PathBuf::from(format!(
            "{}{rest}",
            mount.source.trim_end_matches('/')
        )))
    }

    /// The path in its container of a file of the engine's machine, where it can write that.
    fn sees(&self, path: &Path) -> Option<String> {
        let path = path.to_str()?;
        let writable = self.mounts.iter();
        let mut writable = writable.filter(|mount| !mount.read_only && !mount.source.is_empty());
        writable.find_map(|mount| {
            let source = Path::new(&mount.source).canonicalize().ok()?;
            let rest = below(path, source.to_str()?)?;
            // Replaced by a rename, a file that is a mount of its own there would stay what it is on the host.
            let is_within = !rest.is_empty();
            is_within.then(|| format!("{}{rest}", mount.destination.trim_end_matches('/')))
        })
    }
}

#[cfg(test)]
mod tests;
