//! Which paths of a container are worth reading: what its mounts and its labels point at.

use super::layouts::{Holder, LAYOUTS, is_within};
use super::programs::may_hold_certificates;
use crate::domain::file::absolute;
use crate::domain::{Container, Mount, MountKind};

/// The label that names files or folders with certificates.
const LABEL: &str = "topside.certs";

/// Why a tmpfs is not looked into.
const IN_MEMORY: &str =
    "on a tmpfs, which the archive API cannot see; the label topside.certs may name its files";
/// The label of a container that is a task of a Swarm service.
const SWARM_TASK: &str = "com.docker.swarm.task.id";
/// Where Swarm mounts a service's secrets.
pub(super) const SECRETS: &str = "/run/secrets";

/// Whether a container may have secrets of a Swarm, which its mounts do not tell of.
pub(super) fn is_swarm_task(container: &Container) -> bool {
    container.labels.contains_key(SWARM_TASK)
}

/// A path of a container to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Absolute path in the container.
    pub path: String,
    /// The same thing has the same origin in every container: the path on the host.
    pub origin: String,
    /// A person named it: it must be there, and every file counts, whatever its name.
    pub named: bool,
    /// It is only known as a usual place: it need not be there.
    pub guess: bool,
}

impl Target {
    /// The path of what lies this far below it.
    pub(super) fn at(&self, below: &str) -> String {
        format!("{}{below}", self.path.trim_end_matches('/'))
    }
}

/// What to read of a container, and what cannot be read, with the reason.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Targets {
    pub targets: Vec<Target>,
    pub unreadable: Vec<(String, &'static str)>,
}

/// The paths of a container that may hold certificates.
pub(super) fn targets(container: &Container) -> Targets {
    let mut found = Targets::default();
    for mount in &container.mounts {
        found.add_mount(container, mount);
    }
    found.add_own(container);
    if is_swarm_task(container) {
        found.add(container, SECRETS.to_owned(), false, true);
    }
    let label = container.labels.get(LABEL).map_or("", String::as_str);
    for path in label
        .split(',')
        .map(str::trim)
        .filter(|path| !path.is_empty())
    {
        if path.starts_with('/') {
            found.add(container, absolute(path), true, false);
        } else {
            found.unreadable.push((
                path.to_owned(),
                "the label topside.certs wants absolute paths",
            ));
        }
    }
    found.targets.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

impl Targets {
    fn add_mount(&mut self, container: &Container, mount: &Mount) {
        let destination = absolute(&mount.destination);
        let inside = LAYOUTS
            .iter()
            .any(|layout| is_within(&destination, layout.path));
        if inside
            || has_extension(&destination)
            || speaks_of_certificates(&[
                &mount.destination,
                &mount.source,
                mount.name.as_deref().unwrap_or_default(),
            ])
        {
            if mount.kind == MountKind::Tmpfs {
                self.unreadable.push((destination, IN_MEMORY));
                return;
            }
            self.add(container, destination, false, false);
        } else if mount.kind != MountKind::Tmpfs {
            for layout in LAYOUTS {
                if is_within(layout.path, &destination) {
                    self.add(container, layout.path.to_owned(), false, true);
                }
            }
        }
    }

    /// The usual places in the container's own file system: a certificate may have come with the image.
    fn add_own(&mut self, container: &Container) {
        if !may_hold_certificates(container) {
            return;
        }
        for layout in LAYOUTS {
            let is_own = mount_of(container, layout.path).is_none();
            // Every image has the CAs that everybody trusts.
            if is_own && layout.holder != Holder::Many {
                self.add(container, layout.path.to_owned(), false, true);
            }
        }
    }

    fn add(&mut self, container: &Container, path: String, named: bool, guess: bool) {
        if let Some(known) = self.targets.iter_mut().find(|target| target.path == path) {
            known.named |= named;
            known.guess &= guess;
            return;
        }
        self.targets.push(Target {
            origin: origin(container, &path),
            path,
            named,
            guess,
        });
    }
}

/// The mount a path of a container lies in.
pub(super) fn mount_of<'a>(container: &'a Container, path: &str) -> Option<&'a Mount> {
    container
        .mounts
        .iter()
        .filter(|mount| is_within(path, &absolute(&mount.destination)))
        .max_by_key(|mount| mount.destination.len())
}

/// Where a path of a container lies on the host; one of no mount is the container's own.
fn origin(container: &Container, path: &str) -> String {
    let Some(mount) = mount_of(container, path) else {
        return format!("container {}:{path}", container.id);
    };
    let destination = absolute(&mount.destination);
    let below = path.strip_prefix(destination.as_str()).unwrap_or("");
    match (&mount.name, mount.source.as_str()) {
        (Some(name), "") => format!("volume {name}:{below}"),
        (None, "") => format!("container {}:{path}", container.id),
        (_, source) => format!("{}{below}", source.trim_end_matches('/')),
    }
}

/// Whether a file's name says that it holds a certificate or key.
pub(super) fn has_extension(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        [
            "pem", "crt", "cer", "cert", "der", "key", "p7b", "p7c", "p12", "pfx",
        ]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Whether one of the words in these paths and names is of certificates.
pub(super) fn speaks_of_certificates(texts: &[&str]) -> bool {
    let mut words = texts
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()));
    words.any(|word| {
        let word = word.to_ascii_lowercase();
        // `concerts` is none, `certs`, `certificates` and `certbot` are.
        word.starts_with("cert")
            || matches!(
                word.as_str(),
                "ssl"
                    | "tls"
                    | "acme"
                    | "letsencrypt"
                    | "lego"
                    | "pki"
                    | "fullchain"
                    | "dehydrated"
                    | "uacme"
                    | "caddy"
                    | "traefik"
            )
    })
}
