//! The state of the embedded engine, and what happens to it. Pure: the time comes in, chance comes from the seed.
//!
//! | file | duty |
//! | --- | --- |
//! | `container`, `creation`, `life` | containers: what they are, how they are made, start, end and fall ill |
//! | `image`, `registry` | images here and in registries, their names |
//! | `volume`, `network` | volumes and networks |
//! | `tree`, `view` | files, and what a container sees of them through its mounts |
//! | `logs`, `counters` | what containers say and use, as functions of the time |
//! | `event` | what `/events` tells |

pub(crate) mod container;
pub(crate) mod counters;
pub(crate) mod creation;
pub(crate) mod event;
pub(crate) mod image;
mod life;
pub(crate) mod logs;
pub(crate) mod network;
pub(crate) mod registry;
pub(crate) mod tree;
pub(crate) mod view;
pub(crate) mod volume;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::{Map, Value};

use self::container::Container;
use self::event::Events;
use self::image::{CacheEntry, Image};
use self::network::Network;
use self::tree::Tree;
use self::volume::Volume;
use super::certificates::Served;
use super::seed::Seed;

/// A JSON object's fields.
pub(crate) type Fields = Map<String, Value>;

/// Why the engine does not do what it was asked: the answer's status, and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, message)
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }
}

/// Everything the engine knows.
pub(crate) struct World {
    pub(crate) seed: Seed,
    /// How far it was brought.
    pub(crate) now: Timestamp,
    pub(crate) host: Host,
    /// By their ids.
    pub(crate) containers: BTreeMap<String, Container>,
    /// By their ids.
    pub(crate) images: BTreeMap<String, Image>,
    /// Which image a reference (`name:tag`, `name@digest`) means here.
    pub(crate) references: BTreeMap<String, String>,
    /// What registries have: the image of a reference.
    pub(crate) registry: BTreeMap<String, Image>,
    pub(crate) volumes: BTreeMap<String, Volume>,
    /// By their ids.
    pub(crate) networks: BTreeMap<String, Network>,
    pub(crate) cache: Vec<CacheEntry>,
    pub(crate) events: Events,
    /// The certificates that a server has loaded, by its container.
    pub(crate) served: HashMap<String, Vec<Served>>,
    /// Makes ids differ.
    pub(crate) count: u64,
    /// What has to be begun or ended outside, since the last look.
    pub(crate) tasks: Vec<Task>,
}

/// A script of a container, by the container's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Task {
    Begin(String),
    End(String),
    /// A signal, by its name without `SIG`.
    Signal(String, String),
}

/// The machine that the engine says it runs on.
pub(crate) struct Host {
    pub(crate) name: &'static str,
    pub(crate) cpus: u64,
    pub(crate) memory: u64,
    pub(crate) files: Tree,
}

impl World {
    /// An engine with nothing on it but its own networks.
    pub(crate) fn new(seed: Seed, now: Timestamp) -> Self {
        let mut world = Self {
            seed,
            now,
            host: Host {
                name: "demo",
                cpus: 4,
                memory: 8 << 30,
                files: Tree::default(),
            },
            containers: BTreeMap::new(),
            images: BTreeMap::new(),
            references: BTreeMap::new(),
            registry: BTreeMap::new(),
            volumes: BTreeMap::new(),
            networks: BTreeMap::new(),
            cache: Vec::new(),
            events: Events::default(),
            served: HashMap::new(),
            count: 0,
            tasks: Vec::new(),
        };
        world.add_own_networks();
        world
    }

    /// An id that no other thing has.
    pub(crate) fn new_id(&mut self, what: &str) -> String {
        self.count += 1;
        self.seed.hex(&format!("{what} {}", self.count))
    }

    /// The container of a name, an id or the beginning of one.
    pub(crate) fn find(&self, name_or_id: &str) -> Result<&Container, Refusal> {
        let id = self.find_id(name_or_id)?;
        self.containers.get(&id).ok_or_else(|| missing(name_or_id))
    }

    /// The same, to change it.
    pub(crate) fn find_mut(&mut self, name_or_id: &str) -> Result<&mut Container, Refusal> {
        let id = self.find_id(name_or_id)?;
        self.containers
            .get_mut(&id)
            .ok_or_else(|| missing(name_or_id))
    }

    /// Its whole id.
    pub(crate) fn find_id(&self, name_or_id: &str) -> Result<String, Refusal> {
        if self.containers.contains_key(name_or_id) {
            return Ok(name_or_id.to_owned());
        }
        let name = name_or_id.trim_start_matches('/');
        let named = self.containers.values().find(|one| one.name == name);
        let begins = || {
            let mut ids = self.containers.keys().filter(|id| id.starts_with(name));
            let first = ids.next().filter(|_| !name.is_empty());
            first.filter(|_| ids.next().is_none())
        };
        let id = named.map(|one| &one.id).or_else(begins);
        id.cloned().ok_or_else(|| missing(name_or_id))
    }
}

fn missing(container: &str) -> Refusal {
    Refusal::not_found(format!("No such container: {container}"))
}
