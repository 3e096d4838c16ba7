//! What happened on an engine: a container died, an image was pulled, a health check changed its mind.

mod bursts;
mod phrase;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::container::READS_VOLUME;
use super::{ComposeIdentity, ContainerId, HostId, ServiceId};

pub use bursts::{Burst, bursts, unasked};

/// Attributes that are kept of one event: an image can give its containers hundreds of labels.
const MOST: usize = 24;
/// So many characters of an attribute's name, …
const LONGEST_NAME: usize = 64;
/// … of its value, and of a name or verb are kept.
const LONGEST: usize = 200;
/// Labels that say nothing of what happened, on every container that Compose made or that has a well-described image.
const BULKY: [&str; 4] = [
    "com.docker.compose.",
    "org.opencontainers.image.",
    "org.label-schema.",
    "desktop.docker.io/",
];

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A container.
    Container,
    /// An image.
    Image,
    /// A volume.
    Volume,
    /// A network.
    Network,
    /// The engine itself, or its builder.
    Engine,
    /// A part of a Swarm.
    Swarm,
    /// Something that this version does not know.
    Other,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Container,
        Self::Image,
        Self::Volume,
        Self::Network,
        Self::Engine,
        Self::Swarm,
        Self::Other,
    ];

    /// The word in JSON and in the records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Image => "image",
            Self::Volume => "volume",
            Self::Network => "network",
            Self::Engine => "engine",
            Self::Swarm => "swarm",
            Self::Other => "other",
        }
    }

    /// The kind of a word; another one is of a later version.
    pub fn of_word(word: &str) -> Self {
        let mut known = Self::ALL.into_iter();
        known
            .find(|kind| kind.word() == word)
            .unwrap_or(Self::Other)
    }

    /// The kind as Docker and Podman call it (Engine API, `/events`, `Type`).
    pub fn of_engine(word: &str) -> Self {
        match word {
            "container" => Self::Container,
            "image" => Self::Image,
            "volume" => Self::Volume,
            "network" => Self::Network,
            "daemon" | "builder" | "system" => Self::Engine,
            "service" | "node" | "secret" | "config" => Self::Swarm,
            _ => Self::Other,
        }
    }
}

/// One thing that happened on an engine. Every text is untrusted, bounded, and safe to write down; show it through
/// [`visible`](super::text::visible).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, to the nanosecond, by the engine's clock.
    pub at: Timestamp,
    /// What it is about.
    pub kind: EventKind,
    /// What happened, in Docker's word: `die`, `oom`, `health_status`, `pull`.
    pub verb: Arc<str>,
    /// The engine's id of what it is about; empty of a prune.
    pub id: Arc<str>,
    /// Its name: of a container without the slash, of an image its reference.
    pub name: Arc<str>,
    /// The Compose project and service of a container, where it has them.
    pub service: Option<(Arc<str>, Arc<str>)>,
    /// What else the engine told, by name.
    pub attributes: Vec<(Arc<str>, Arc<str>)>,
}

impl Event {
    /// An event as an engine tells it. `action` is its word, with what follows the colon (`health_status: healthy`).
    /// None of what is noise: what people and probes do inside containers, and containers of ours that only show a
    /// volume.
    pub fn of_engine(
        at: Timestamp,
        kind: &str,
        action: &str,
        id: &str,
        attributes: impl IntoIterator<Item = (String, String)>,
    ) -> Option<Self> {
        let kind = EventKind::of_engine(kind);
        let (verb, rest) = action.split_once(':').unwrap_or((action, ""));
        let verb = plain_verb(kind, verb)?;
        let mut all: std::collections::BTreeMap<String, String> = attributes.into_iter().collect();
        if all.contains_key(READS_VOLUME) {
            return None;
        }
        let service = ComposeIdentity::from_labels(&all)
            .filter(|own| !own.one_off)
            .map(|own| (short(&own.project), short(&own.service)));
        // Podman tells it as an attribute, Docker in the verb.
        let health = all.remove("health_status").filter(|said| !said.is_empty());
        let name = all.remove("name").unwrap_or_default();
        let mut event = Self {
            at,
            kind,
            verb: short(verb),
            id: short(id),
            name: short(if name.is_empty() { id } else { &name }),
            service,
            attributes: Vec::new(),
        };
        let rest = rest.trim();
        if verb == "health_status" {
            let said = if rest.is_empty() {
                health.as_deref().unwrap_or_default()
            } else {
                rest
            };
            event.attributes.push(("health".into(), short(said)));
        }
        let told = all.iter().filter(|(name, _)| !is_bulky(name));
        event
            .attributes
            .extend(told.map(|(name, value)| (cut(name, LONGEST_NAME), short(value))));
        // What tells how it went comes first: it is not among what is left out.
        event.attributes.sort_by_key(|(name, _)| !is_telling(name));
        event.attributes.truncate(MOST);
        Some(event)
    }

    /// One of its attributes.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(own, _)| &**own == name)
            .map(|(_, value)| &**value)
    }

    /// How a container ended.
    pub fn exit_code(&self) -> Option<i64> {
        let said = self
            .attribute("exitCode")
            .or_else(|| self.attribute("containerExitCode"));
        said?.parse().ok()
    }

    /// How long it had run, where the engine tells (Docker from 23.0 on).
    pub fn ran_for(&self) -> Option<SignedDuration> {
        let seconds: i64 = self.attribute("execDuration")?.parse().ok()?;
        (seconds >= 0).then(|| SignedDuration::from_secs(seconds))
    }

    /// The signal that a container was sent, as a number.
    pub fn signal(&self) -> Option<i64> {
        self.attribute("signal")?.parse().ok()
    }

    /// What a health check says now.
    pub fn health(&self) -> Option<&str> {
        self.attribute("health")
    }

    /// The container that it is about.
    pub fn container(&self) -> Option<ContainerId> {
        (self.kind == EventKind::Container).then(|| ContainerId::from(&*self.id))
    }

    /// The service that it is about: of a container that belongs to none, the container alone.
    pub fn service_id(&self, host: &HostId) -> Option<ServiceId> {
        if self.kind != EventKind::Container {
            return None;
        }
        let (project, name) = match &self.service {
            Some((project, name)) => (Some(Arc::clone(project)), Arc::clone(name)),
            None => (None, Arc::clone(&self.name)),
        };
        Some(ServiceId {
            host: host.clone(),
            project,
            name,
        })
    }

    /// Whom it is about, for people: `wezm/web`, a container's name, an image's reference.
    pub fn who(&self) -> String {
        match &self.service {
            Some((project, service)) => format!("{project}/{service}"),
            None if self.name == self.id => self.id.chars().take(19).collect(),
            None => self.name.to_string(),
        }
    }
}

/// What people and health checks do inside a container changes nothing that a list shows; a health check alone makes
/// three exec events each time. Docker's and Podman's words.
const NOISE: [&str; 17] = [
    "exec_create",
    "exec_start",
    "exec_die",
    "exec_detach",
    "exec",
    "exec_died",
    "top",
    "attach",
    "detach",
    "resize",
    "export",
    "copy",
    "archive-path",
    "extract-to-dir",
    "mount",
    "unmount",
    "sync",
];

/// Whether a verb of a container changes nothing about it.
pub fn is_noise(verb: &str) -> bool {
    NOISE.contains(&verb)
}

/// Docker's word for what Docker and Podman tell; none for what nobody asks for afterwards: noise, what comes with
/// each start (Podman's init and cleanup, coming into networks), and what changes nothing here.
fn plain_verb(kind: EventKind, verb: &str) -> Option<&str> {
    const BESIDE: [&str; 7] = [
        "init",
        "cleanup",
        "connect",
        "disconnect",
        "push",
        "save",
        "",
    ];
    if is_noise(verb) || BESIDE.contains(&verb) {
        return None;
    }
    Some(match (kind, verb) {
        (EventKind::Container, "died") => "die",
        (EventKind::Image, "remove") => "delete",
        (_, "remove") => "destroy",
        _ => verb,
    })
}

fn is_bulky(name: &str) -> bool {
    BULKY.iter().any(|prefix| name.starts_with(prefix))
}

fn is_telling(name: &str) -> bool {
    matches!(
        name,
        "health"
            | "exitCode"
            | "containerExitCode"
            | "execDuration"
            | "signal"
            | "image"
            | "oldName"
            | "driver"
            | "reclaimed"
    )
}

fn short(text: &str) -> Arc<str> {
    cut(text, LONGEST)
}

fn cut(text: &str, most: usize) -> Arc<str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Arc::from(format!("{}…", &text[..end])),
        None => Arc::from(text),
    }
}
