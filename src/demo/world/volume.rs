//! Volumes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::tree::Tree;
use super::{Refusal, World};

/// The label of a volume that nobody named.
pub(crate) const ANONYMOUS: &str = "com.docker.volume.anonymous";

/// A volume.
#[derive(Debug, Clone)]
pub(crate) struct Volume {
    pub(crate) name: String,
    pub(crate) created: Timestamp,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) tree: Tree,
}

impl Volume {
    /// Where it lies on the host.
    pub(crate) fn mountpoint(&self) -> String {
        format!("/var/lib/docker/volumes/{}/_data", self.name)
    }
}

impl World {
    /// The volume of a name, made where there is none: engines do not mind.
    pub(crate) fn volume(&mut self, name: &str, labels: BTreeMap<String, String>) -> &mut Volume {
        let now = self.now;
        if !self.volumes.contains_key(name) {
            self.tell("volume", "create", name, BTreeMap::new());
        }
        self.volumes
            .entry(name.to_owned())
            .or_insert_with(|| Volume {
                name: name.to_owned(),
                created: now,
                labels,
                tree: Tree::default(),
            })
    }

    /// A volume without a name.
    pub(crate) fn anonymous_volume(&mut self) -> String {
        let name = self.new_id("volume");
        let labels = [(ANONYMOUS.to_owned(), String::new())].into();
        self.volume(&name, labels);
        name
    }

    /// The containers that have a volume.
    pub(crate) fn users_of_volume(&self, name: &str) -> Vec<&str> {
        let all = self.containers.values();
        all.filter(|one| one.mounts.iter().any(|mount| mount.volume == name))
            .map(|one| one.id.as_str())
            .collect()
    }

    pub(crate) fn remove_volume(&mut self, name: &str, force: bool) -> Result<(), Refusal> {
        let users = self.users_of_volume(name);
        if !users.is_empty() {
            return Err(Refusal::conflict(format!(
                "remove {name}: volume is in use - [{}]",
                users.join(", ")
            )));
        }
        if self.volumes.remove(name).is_none() {
            if force {
                return Ok(());
            }
            return Err(Refusal::not_found(format!("get {name}: no such volume")));
        }
        self.tell("volume", "destroy", name, BTreeMap::new());
        Ok(())
    }
}
