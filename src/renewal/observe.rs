//! What is stored where, who orders it, who serves it: asked of the engine before anything is done.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::client::Call;
use super::crontab::{self, Entry};
use super::image::{Rebuild, Source};
use super::server::Ways;
use super::who::{find_client, find_server};
use crate::backend::{Backend, BackendError};
use crate::certs;
use crate::domain::endpoint::{self, names_of};
use crate::domain::plan::{FileIn, Wanted};
use crate::domain::{
    AcmeClient, Certificate, CertificatePlace, Container, ContainerId, Failure, HostId, Mount,
    Policy, Preferences, Served, ServiceId, TlsEndpoint,
};
use crate::probe::{Limits, labels, probe_each};

/// What is looked at, and with what.
pub struct Look<'a> {
    /// The engine.
    pub backend: &'a dyn Backend,
    /// The host.
    pub host: &'a HostId,
    /// What is asked for.
    pub wanted: &'a Wanted,
    /// What the config wants.
    pub preferences: &'a Preferences,
}

/// A certificate with all that has to do with it, and those it came after.
#[derive(Debug, Clone)]
pub struct Lineage {
    /// What it is known by.
    pub name: String,
    /// The newest one that is stored.
    pub certificate: Certificate,
    /// It, and those that take each other's place with it: a server may still hold one of those.
    pub all: Vec<Certificate>,
    /// Who orders it; none where nobody here does.
    pub client: Option<Client>,
    /// Who serves it.
    pub servers: Vec<Server>,
    /// Where it is asked for, and what was answered.
    pub served: Vec<Served>,
    /// How many with exactly its names were issued in the last seven days, as far as they are stored here.
    pub recent: usize,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// The client that orders it.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its service.
    pub service: ServiceId,
    /// Its container's name.
    pub name: String,
    /// Whether that runs.
    pub is_up: bool,
    /// Whether its own command renews, and ends with that.
    pub(super) renews_itself: bool,
    /// Whether it is one of a Compose service, which can be run in another container.
    pub(super) is_composed: bool,
    /// The chain that it stores.
    pub file: FileIn,
    /// Its key, in its container.
    pub key: Option<String>,
    /// What is mounted there.
    pub(super) mounts: Vec<Mount>,
    /// Which client it is.
    pub(super) program: AcmeClient,
    /// How it is called, or why nobody knows that.
    pub(super) call: Result<Call, Failure>,
}

/// A server that reads it.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its service.
    pub service: ServiceId,
    /// Its container.
    pub container: ContainerId,
    /// Its name.
    pub name: String,
    /// How freely it may be acted upon.
    pub policy: Policy,
    /// How it is told.
    pub(super) ways: Ways,
    /// How its image is built anew, or why it cannot be; none where that need not be known.
    pub(super) rebuild: Option<Result<Rebuild, Failure>>,
    /// What it reads.
    pub files: Vec<ServerFile>,
    /// Those of them that are bind mounts of their own.
    pub mounts: Vec<String>,
}

/// A file that a server reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFile {
    /// Its path in the server's container.
    pub path: String,
    /// What it holds.
    pub sha256: String,
    /// Whether it is what the client itself wrote, seen through a shared volume.
    pub is_clients: bool,
    /// Whether it holds the key, too.
    pub is_combined: bool,
    /// Its path in the client's container, where that can write it.
    pub in_client: Option<String>,
    /// Whether it came with the container's image: there is nothing to write, the image has to be built anew.
    pub is_from_image: bool,
    /// What brings the renewed one into the image; none of other files, and where the image cannot be built here.
    pub(super) source: Option<Source>,
}

impl Server {
    /// Whether it has the certificate from its image.
    pub fn has_it_from_image(&self) -> bool {
        self.files.iter().any(|file| file.is_from_image)
    }
}

impl Lineage {
    /// Where it is served, as far as something was served there before.
    pub fn endpoints(&self) -> Vec<TlsEndpoint> {
        let answered = self.served.iter().filter(|served| {
            served.answer.chain().is_some()
                || matches!(served.answer, crate::domain::Answer::NoSuchName)
        });
        answered.map(|served| served.endpoint.clone()).collect()
    }
}

impl Client {
    /// Whether it is acme.sh, which says with code 2 that nothing was due.
    pub fn is_acme_sh(&self) -> bool {
        self.program == AcmeClient::AcmeSh
    }
}

/// Looks at everything that has to do with a certificate, and asks where it is served.
pub async fn observe(look: &Look<'_>) -> Result<Lineage, Failure> {
    let what = format!("look at the certificate {}", look.wanted.certificate);
    let failed = |error: BackendError| error.failure(&what);
    let containers = look.backend.containers().await.map_err(failed)?;
    let found = certs::scan(look.backend, look.host, &containers).await;
    let all = found.map_err(failed)?.certificates;
    let (mut lineage, mut endpoints) = gather(look, &containers, &all).await?;
    endpoints.retain(|endpoint| is_of(endpoint, &lineage.servers));
    let dial = look.backend.dialer();
    lineage.served = probe_each(&dial, endpoints, Limits::default()).await;
    lineage.served.sort_by(|a, b| a.endpoint.cmp(&b.endpoint));
    Ok(lineage)
}

/// Whom a renewal has to do with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    /// The service that orders the certificate, else one that serves it.
    pub service: ServiceId,
    /// Those that serve it: they are told.
    pub servers: Vec<ServiceId>,
}

/// Whom a renewal has to do with, given the containers of the host and what was found in them.
pub async fn concerned(
    look: &Look<'_>,
    containers: &[Container],
    certificates: &[Certificate],
) -> Result<Concerned, Failure> {
    let (lineage, _) = gather(look, containers, certificates).await?;
    let client = lineage.client.map(|client| client.service);
    let servers = lineage.servers.into_iter().map(|server| server.service);
    let servers: Vec<ServiceId> = servers.collect();
    let service = client.or_else(|| servers.first().cloned());
    let service = service.ok_or_else(|| {
        let what = format!("renew {}", lineage.name);
        Failure::new(what, "no service here orders or serves it")
    })?;
    Ok(Concerned { service, servers })
}

/// Everything but what is served, and the endpoints that could tell it.
async fn gather(
    look: &Look<'_>,
    containers: &[Container],
    all: &[Certificate],
) -> Result<(Lineage, Vec<TlsEndpoint>), Failure> {
    let what = format!("look at the certificate {}", look.wanted.certificate);
    let group = group(all, &look.wanted.certificate).map_err(|(why, hint)| {
        let failure = Failure::new(&what, why);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    })?;
    let entries = crontabs(look.backend).await;
    let mut notes = Vec::new();
    let client = find_client(look, containers, &group, &entries, &mut notes);
    // What the client stores counts, though somebody may have put a newer one elsewhere.
    let stored = client.as_ref().and_then(|client| {
        let holds = |certificate: &&&Certificate| {
            let mut places = certificate.places.iter();
            places.any(|place| is_file(place, &client.file))
        };
        group.iter().find(holds)
    });
    let newest = group.iter().max_by_key(|one| one.not_after);
    let Some(certificate) = stored.or(newest).map(|one| (*one).clone()) else {
        return Err(Failure::new(what, "it is not stored anywhere here"));
    };
    let certificates: Vec<Certificate> = group.iter().map(|one| (*one).clone()).collect();
    let endpoints = endpoints(look.backend, containers, &certificates, &mut notes).await;
    let mut servers = Vec::new();
    for container in containers.iter().filter(|c| c.is_up()) {
        if let Some(server) = find_server(
            look,
            container,
            &group,
            client.as_ref(),
            containers,
            &endpoints,
        )
        .await
        {
            if !server.has_it_from_image() {
                let note = server.ways.note.iter();
                notes.extend(note.map(|note| format!("{}: {note}", server.name)));
            }
            servers.push(server);
        }
    }
    let recent = seen_in_last_week(&group, &certificate, Timestamp::now());
    let lineage = Lineage {
        name: certificate.title().to_owned(),
        certificate,
        all: certificates,
        client,
        servers,
        served: Vec::new(),
        recent,
        notes,
    };
    Ok((lineage, endpoints))
}

/// What this machine's crontabs run in containers, where its engine is the one that is meant.
pub(super) async fn crontabs(backend: &dyn Backend) -> Vec<Entry> {
    if !backend.is_local() {
        return Vec::new();
    }
    let read = tokio::task::spawn_blocking(crontab::entries);
    read.await.unwrap_or_default()
}

/// The endpoints of a host's containers, for the names of these certificates.
async fn endpoints(
    backend: &dyn Backend,
    containers: &[Container],
    certificates: &[Certificate],
    notes: &mut Vec<String>,
) -> Vec<TlsEndpoint> {
    let said = labels(backend, containers, notes).await;
    endpoint::of_containers(containers, &said, certificates, notes)
}

impl Lineage {
    /// Where its servers are asked for it now: one that was restarted may have another port than before.
    pub async fn endpoints_now(
        &self,
        backend: &dyn Backend,
    ) -> Result<Vec<TlsEndpoint>, BackendError> {
        let containers = backend.containers().await?;
        let mut all = endpoints(backend, &containers, &self.all, &mut Vec::new()).await;
        all.retain(|endpoint| is_of(endpoint, &self.servers));
        Ok(all)
    }
}

/// Whether an endpoint is one of these servers'.
fn is_of(endpoint: &TlsEndpoint, servers: &[Server]) -> bool {
    let mut servers = servers.iter();
    servers.any(|server| Some(&server.service) == endpoint.service.as_ref())
}

/// The certificates that take each other's place, given one's fingerprint, a name, or what its client calls it.
fn group<'a>(
    all: &'a [Certificate],
    wanted: &str,
) -> Result<Vec<&'a Certificate>, (String, Option<String>)> {
    let by_fingerprint = |one: &Certificate| one.sha256 == wanted;
    let by_title = |one: &Certificate| one.title() == wanted;
    let by_lineage = |one: &Certificate| {
        let mut places = one.places.iter();
        places.any(|place| place.lineage.as_deref() == Some(wanted))
    };
    let by_name = |one: &Certificate| names_of(one).any(|name| name == wanted);
    let ways: [&dyn Fn(&Certificate) -> bool; 4] =
        [&by_fingerprint, &by_title, &by_lineage, &by_name];
    // What a client stores tells more than a copy of it, and the newest more than what it replaced.
    let best = |one: &&Certificate| (!lineages_of(one).is_empty(), one.not_after);
    let found = ways.iter().find_map(|way| {
        let those = all.iter().filter(|one| way(one));
        those.max_by_key(best)
    });
    let Some(found) = found else {
        let mut titles: Vec<&str> = all.iter().map(Certificate::title).collect();
        titles.sort_unstable();
        titles.dedup();
        titles.truncate(12);
        let hint = (!titles.is_empty()).then(|| format!("there are: {}", titles.join(", ")));
        return Err(("no certificate here has that name".to_owned(), hint));
    };
    let names: BTreeSet<&str> = names_of(found).collect();
    let lineages = lineages_of(found);
    let takes_its_place = |one: &&Certificate| {
        let own = lineages_of(one);
        if own.intersection(&lineages).next().is_some() {
            return true;
        }
        // Another client may order one for the same names: that is another matter.
        let is_others = !own.is_empty() && !lineages.is_empty();
        !is_others && names_of(one).collect::<BTreeSet<_>>() == names
    };
    Ok(all.iter().filter(takes_its_place).collect())
}

/// What clients call it, and where they store it.
fn lineages_of(certificate: &Certificate) -> BTreeSet<(&str, &str)> {
    let places = certificate.places.iter();
    places
        .filter(|place| place.client.is_some())
        .filter_map(|place| {
            let from = place.mounted_from.as_deref().unwrap_or(place.holder());
            Some((from, place.lineage.as_deref()?))
        })
        .collect()
}

fn is_file(place: &CertificatePlace, file: &FileIn) -> bool {
    place.path == file.path && place.container.as_deref() == Some(file.name.as_str())
}

/// How many with exactly these names were issued in the last seven days: what a CA's limit on duplicates counts. Only
/// what is stored here is known.
fn seen_in_last_week(all: &[&Certificate], like: &Certificate, now: Timestamp) -> usize {
    const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
    let names: BTreeSet<&str> = names_of(like).collect();
    let same = all.iter().filter(|one| {
        names_of(one).collect::<BTreeSet<_>>() == names && now.duration_since(one.not_before) < WEEK
    });
    same.map(|one| &one.sha256).collect::<BTreeSet<_>>().len()
}
