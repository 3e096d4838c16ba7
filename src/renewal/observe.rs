//! What is stored where, who orders it, who serves it: asked of the engine before anything is done.

use std::collections::BTreeSet;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};

use super::client::Call;
use super::crontab;
use super::server::Ways;
use super::who::{find_client, find_server};
use crate::backend::{Backend, BackendError};
use crate::certs;
use crate::domain::endpoint::{self, names_of};
use crate::domain::plan::{FileIn, Wanted};
use crate::domain::{
    AcmeClient, Certificate, CertificatePlace, ContainerId, Failure, HostId, Preferences, Served,
    ServiceId, TlsEndpoint,
};
use crate::probe::{Limits, labels, probe_all};

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
    /// Whether this machine is the engine's: its crontabs tell how clients are called.
    pub is_here: bool,
}

/// A certificate with all that has to do with it, and those it came after.
#[derive(Debug, Clone)]
pub struct Lineage {
    /// What it is known by.
    pub name: String,
    /// The newest one that is stored.
    pub certificate: Certificate,
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
    /// The chain that it stores.
    pub file: FileIn,
    /// Its key, in its container.
    pub key: Option<String>,
    /// Which client it is.
    pub(super) program: Option<AcmeClient>,
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
    /// How it is told.
    pub(super) ways: Ways,
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
        self.program == Some(AcmeClient::AcmeSh)
    }
}

/// Looks at everything that has to do with a certificate.
pub async fn observe(look: &Look<'_>) -> Result<Lineage, Failure> {
    let what = format!("look at the certificate {}", look.wanted.certificate);
    let failed = |error: BackendError| error.failure(&what);
    let containers = look.backend.containers().await.map_err(failed)?;
    let found = certs::scan(look.backend, look.host, &containers).await;
    let all = found.map_err(failed)?.certificates;
    let group = group(&all, &look.wanted.certificate).map_err(|(why, hint)| {
        let failure = Failure::new(&what, why);
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    })?;
    let entries = if look.is_here {
        let read = tokio::task::spawn_blocking(crontab::entries);
        read.await.unwrap_or_default()
    } else {
        Vec::new()
    };
    let mut notes = Vec::new();
    let client = find_client(look, &containers, &group, &entries, &mut notes);
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
    let endpoints = {
        let said = labels(look.backend, &containers, &mut notes).await;
        let certificates: Vec<Certificate> = group.iter().map(|one| (*one).clone()).collect();
        endpoint::of_containers(&containers, &said, &certificates, &mut notes)
    };
    let mut servers = Vec::new();
    for container in containers.iter().filter(|c| c.is_up()) {
        let is_client = client
            .as_ref()
            .is_some_and(|c| c.file.container == container.id);
        if let Some(server) = find_server(
            look,
            container,
            &group,
            client.as_ref(),
            &containers,
            &endpoints,
        )
        .await
        .filter(|_| !is_client)
        {
            notes.extend(
                server
                    .ways
                    .note
                    .iter()
                    .map(|note| format!("{}: {note}", server.name)),
            );
            servers.push(server);
        }
    }
    let served = serve(look, endpoints, &servers).await;
    let recent = seen_in_last_week(&group, &certificate, Timestamp::now());
    Ok(Lineage {
        name: certificate.title().to_owned(),
        certificate,
        client,
        servers,
        served,
        recent,
        notes,
    })
}

/// The certificates that take each other's place, given one's fingerprint, a name, or what its client calls it.
fn group<'a>(
    all: &'a [Certificate],
    wanted: &str,
) -> Result<Vec<&'a Certificate>, (String, Option<String>)> {
    let by_fingerprint = all.iter().find(|one| one.sha256 == wanted);
    let by_title = || all.iter().find(|one| one.title() == wanted);
    let by_lineage = || {
        all.iter().find(|one| {
            let mut places = one.places.iter();
            places.any(|place| place.lineage.as_deref() == Some(wanted))
        })
    };
    let by_name = || {
        all.iter()
            .find(|one| names_of(one).any(|name| name == wanted))
    };
    let found = by_fingerprint
        .or_else(by_title)
        .or_else(by_lineage)
        .or_else(by_name);
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
        names_of(one).collect::<BTreeSet<_>>() == names
            || lineages_of(one).intersection(&lineages).next().is_some()
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

/// Asks every endpoint of the servers for the certificate's names.
async fn serve(
    look: &Look<'_>,
    mut endpoints: Vec<TlsEndpoint>,
    servers: &[Server],
) -> Vec<Served> {
    endpoints.retain(|endpoint| {
        let mut servers = servers.iter();
        servers.any(|server| Some(&server.service) == endpoint.service.as_ref())
    });
    let dial = look.backend.dialer();
    let mut answers = std::pin::pin!(probe_all(&dial, endpoints, Limits::default()));
    let mut served = Vec::new();
    while let Some(answer) = answers.next().await {
        served.push(answer);
    }
    served.sort_by(|a, b| a.endpoint.cmp(&b.endpoint));
    served
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
