//! Who orders a certificate, and who serves it.

use std::collections::BTreeMap;
use std::path::Path;

use super::client::{self, Said};
use super::crontab::Entry;
use super::observe::{Client, Look, Server, ServerFile};
use super::{image, server};
use crate::certs::{client_of, server_of};
use crate::domain::plan::{FileIn, ReloadWay};
use crate::domain::{Certificate, Container, LabelSource, MountKind, TlsEndpoint, Wishes};

/// The container that orders it: one that somebody says how to call, else one that is a client, else one that is no
/// server and has its files.
pub(super) fn find_client(
    look: &Look<'_>,
    containers: &[Container],
    group: &[&Certificate],
    entries: &[Entry],
    notes: &mut Vec<String>,
) -> Option<Client> {
    let newest_first = {
        let mut group = group.to_vec();
        group.sort_by_key(|one| std::cmp::Reverse(one.not_after));
        group
    };
    let mut best: Option<(u8, Client)> = None;
    for place in newest_first.iter().flat_map(|one| &one.places) {
        let Some(program) = place.client else {
            continue;
        };
        let named = |c: &&Container| place.container.as_deref() == Some(&*c.name);
        let Some(container) = containers.iter().find(named) else {
            continue;
        };
        let service = container.service_id();
        let wishes = wishes(look, container, notes);
        let cron = entries.iter().find(|entry| {
            let is_its = entry.container == *container.name || entry.container == *service.name;
            // What is run in a container of its own says nothing of one that runs.
            is_its
                && if entry.is_run {
                    !container.is_up()
                } else {
                    client::waits_for(&entry.command).is_some()
                }
        });
        let is_client = client_of(container).is_some();
        let rank = match () {
            // What came with an image is nobody's store, whatever its layout.
            () if wishes.renew.is_none()
                && !is_client
                && image::is_from_image(container, place) =>
            {
                continue;
            }
            () if wishes.renew.is_some() => 5,
            () if cron.is_some() => 4,
            () if is_client => 3,
            () if place.server.is_none() && !is_read_only(container, &place.path) => 2,
            () => 1,
        };
        // Of several files of one certificate the chain, and of chains the one that links lead to.
        let score = rank * 10 + chain_likeness(&place.path) + u8::from(container.is_up()) * 5;
        if best.as_ref().is_some_and(|(known, _)| *known >= score) {
            continue;
        }
        let lineage = place.lineage.clone();
        let lineage = lineage.unwrap_or_else(|| newest_first[0].title().to_owned());
        let by_cron = cron.map(|entry| entry.file.to_string_lossy().into_owned());
        let said = Said {
            own: wishes
                .renew
                .as_deref()
                .map(|command| (command, "the label topside.renew or the config")),
            cron: cron
                .zip(by_cron.as_deref())
                .map(|(entry, file)| (entry.command.as_str(), file)),
            cron_runs: cron.is_some_and(|entry| entry.is_run),
        };
        let call = client::call(program, &lineage, &place.path, said, look.wanted.force);
        best = Some((
            score,
            Client {
                service,
                name: container.name.to_string(),
                is_up: container.is_up(),
                renews_itself: client::renews_and_ends(&container.command),
                is_composed: container.compose.as_ref().is_some_and(|own| !own.one_off),
                file: FileIn {
                    container: container.id.clone(),
                    name: container.name.to_string(),
                    path: place.path.clone(),
                },
                key: place.key.clone(),
                mounts: container.mounts.clone(),
                program,
                call,
            },
        ));
    }
    best.map(|(_, client)| client)
}

/// Whether a container can only read a path: whoever writes it is another one.
fn is_read_only(container: &Container, path: &str) -> bool {
    let mounts = container.mounts.iter();
    let inside = mounts.filter(|mount| below(path, &mount.destination).is_some());
    let nearest = inside.max_by_key(|mount| mount.destination.len());
    nearest.is_some_and(|mount| mount.read_only)
}

/// How much a path looks like that of the chain that servers want.
fn chain_likeness(path: &str) -> u8 {
    let name = path.rsplit('/').next().unwrap_or(path);
    if path.contains("/archive/") {
        0
    } else if name.contains("fullchain") {
        4
    } else if Path::new(name).extension().is_some_and(|end| end == "crt")
        && !name.ends_with(".issuer.crt")
    {
        3
    } else if name.starts_with("cert") {
        2
    } else {
        1
    }
}

fn wishes(look: &Look<'_>, container: &Container, notes: &mut Vec<String>) -> Wishes {
    let labels = Wishes::of_labels(&container.labels, LabelSource::Container, notes);
    look.preferences.of(&container.service_id(), labels)
}

/// What a container reads of these certificates, when it is a server.
pub(super) async fn find_server(
    look: &Look<'_>,
    container: &Container,
    group: &[&Certificate],
    client: Option<&Client>,
    containers: &[Container],
    endpoints: &[TlsEndpoint],
) -> Option<Server> {
    let wishes = wishes(look, container, &mut Vec::new());
    let mut files: BTreeMap<String, ServerFile> = BTreeMap::new();
    let mut in_servers_folder = false;
    for certificate in group {
        for place in &certificate.places {
            if place.container.as_deref() != Some(&*container.name)
                || place.path.contains("/archive/")
            {
                continue;
            }
            in_servers_folder |= place.server.is_some();
            let is_clients_own = client.is_some_and(|client| client.name == *container.name);
            let is_from_image = !is_clients_own && image::is_from_image(container, place);
            let file = ServerFile {
                path: place.path.clone(),
                sha256: certificate.sha256.clone(),
                is_clients: place.client.is_some() && !is_from_image,
                is_combined: place.is_combined(),
                in_client: client.and_then(|client| {
                    let named = |c: &&Container| *c.name == *client.name;
                    let other = containers.iter().find(named)?;
                    seen_from(container, &place.path, other)
                }),
                is_from_image,
                source: None,
            };
            files.entry(place.path.clone()).or_insert(file);
        }
    }
    if files.is_empty() {
        return None;
    }
    let processes = look.backend.processes(&container.id).await;
    let ways = server::ways(&processes.unwrap_or_default(), wishes.reload.as_deref());
    let service = container.service_id();
    let serves = endpoints
        .iter()
        .any(|one| one.service.as_ref() == Some(&service));
    // Others may have a server's folder mounted: a client that fills it, a backup.
    let runs_one = server_of(container).is_some() || ways.reload != ReloadWay::OnlyRestart;
    let is_client = client.is_some_and(|client| client.file.container == container.id);
    let is_server = wishes.reload.is_some()
        || if is_client {
            runs_one
        } else {
            serves || (in_servers_folder && runs_one)
        };
    if !is_server {
        return None;
    }
    let is_own_mount = |path: &&String| {
        container.mounts.iter().any(|mount| {
            mount.kind == MountKind::Bind && mount.destination.trim_end_matches('/') == **path
        })
    };
    let mounts = files.keys().filter(is_own_mount).cloned().collect();
    Some(Server {
        service: container.service_id(),
        container: container.id.clone(),
        name: container.name.to_string(),
        policy: wishes.policy.unwrap_or_default(),
        ways,
        rebuild: None,
        files: files.into_values().collect(),
        mounts,
    })
}

/// The path in another container of a file of this one, where that can write it.
fn seen_from(container: &Container, path: &str, other: &Container) -> Option<String> {
    let (mount, rest) = container
        .mounts
        .iter()
        .filter_map(|mount| Some((mount, below(path, &mount.destination)?)))
        .max_by_key(|(mount, _)| mount.destination.len())?;
    let writable = other.mounts.iter().filter(|other| !other.read_only);
    let mut ways = writable.filter_map(|theirs| {
        let destination = theirs.destination.trim_end_matches('/');
        if mount.name.is_some() && mount.name == theirs.name {
            return Some(format!("{destination}{rest}"));
        }
        if mount.source.is_empty() || theirs.source.is_empty() {
            return None;
        }
        let whole = format!("{}{rest}", mount.source.trim_end_matches('/'));
        Some(format!("{destination}{}", below(&whole, &theirs.source)?))
    });
    // Replaced by a rename, a file that is a mount of its own there would stay what it is here.
    ways.find(|way| !other.mounts.iter().any(|mount| mount.destination == *way))
}

/// What follows of a path after a folder that it is in, with its slash; nothing of the folder itself.
pub(super) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}
