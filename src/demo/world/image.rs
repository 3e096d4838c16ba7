//! Images that are here, and what refers to them.

use jiff::Timestamp;
use serde_json::Value;

use super::tree::Tree;
use super::{Fields, Refusal, World};
use crate::demo::programs::Program;

/// An image.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    /// `sha256:…`
    pub(crate) id: String,
    /// Of its manifest, by which registries know it.
    pub(crate) digest: String,
    pub(crate) created: Timestamp,
    /// What it was made with, the first one first.
    pub(crate) history: Vec<Instruction>,
    /// What it gives its containers.
    pub(crate) config: Fields,
    pub(crate) program: Program,
    pub(crate) tree: Tree,
}

/// One step that made an image.
#[derive(Debug, Clone)]
pub(crate) struct Instruction {
    pub(crate) command: String,
    /// What its layer adds, in bytes; a layer of nothing is none.
    pub(crate) size: u64,
    /// `sha256:…` of its layer.
    pub(crate) layer: String,
}

/// What a build left to be faster the next time.
#[derive(Debug, Clone)]
pub(crate) struct CacheEntry {
    pub(crate) id: String,
    pub(crate) description: String,
    pub(crate) size: u64,
    pub(crate) created: Timestamp,
    pub(crate) shared: bool,
}

impl Image {
    /// In bytes.
    pub(crate) fn size(&self) -> u64 {
        self.history.iter().map(|step| step.size).sum()
    }

    /// Its layers, the first one first.
    pub(crate) fn layers(&self) -> impl Iterator<Item = &Instruction> {
        self.history.iter().filter(|step| step.size > 0)
    }
}

/// A reference in its parts: the name with its registry, and the tag or digest.
pub(crate) fn parts(reference: &str) -> (&str, &str) {
    if let Some((name, digest)) = reference.split_once('@') {
        let name = name.rsplit_once(':').map_or(
            name,
            |(bare, tag)| {
                if tag.contains('/') { name } else { bare }
            },
        );
        return (name, digest);
    }
    match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (reference, "latest"),
    }
}

/// A reference as engines list it: with its tag, and without what stands for the usual registry.
pub(crate) fn familiar(reference: &str) -> String {
    let (name, version) = parts(reference);
    let name = name
        .strip_prefix("docker.io/library/")
        .or_else(|| name.strip_prefix("docker.io/"))
        .unwrap_or(name);
    let colon = if version.contains(':') { '@' } else { ':' };
    format!("{name}{colon}{version}")
}

impl World {
    /// The image that a reference, an id or the beginning of one means.
    pub(crate) fn image(&self, name: &str) -> Result<&Image, Refusal> {
        let by_reference = self.references.get(&familiar(name));
        if let Some(image) = by_reference.and_then(|id| self.images.get(id)) {
            return Ok(image);
        }
        let digits = name.trim_start_matches("sha256:");
        let is_id = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let whole = format!("sha256:{digits}");
        let mut found = self
            .images
            .values()
            .filter(|image| image.id.starts_with(&whole));
        match (is_id, found.next(), found.next()) {
            (true, Some(image), None) => Ok(image),
            _ => Err(Refusal::not_found(format!(
                "No such image: {}",
                familiar(name)
            ))),
        }
    }

    /// The names that an image has: tags, then digests.
    pub(crate) fn names_of(&self, id: &str) -> (Vec<String>, Vec<String>) {
        let all = self.references.iter().filter(|(_, image)| *image == id);
        all.map(|(name, _)| name.clone())
            .partition(|name| !name.contains('@'))
    }

    /// Puts an image here and lets a reference mean it.
    pub(crate) fn add_image(&mut self, reference: &str, image: Image) {
        let id = image.id.clone();
        self.images.insert(id.clone(), image);
        self.references.insert(familiar(reference), id);
    }

    /// Lets a reference mean an image.
    pub(crate) fn tag(&mut self, image: &str, reference: &str) -> Result<(), Refusal> {
        let id = self.image(image)?.id.clone();
        let reference = familiar(reference);
        self.references.insert(reference.clone(), id.clone());
        self.tell_of_image("tag", &id, &reference);
        Ok(())
    }

    /// Takes a reference away, or an image with all of them; what went, as the API says it.
    pub(crate) fn remove_image(&mut self, name: &str, force: bool) -> Result<Vec<Value>, Refusal> {
        let id = self.image(name)?.id.clone();
        let (tags, digests) = self.names_of(&id);
        let user = self.containers.values().find(|one| one.image == id);
        let reference = Some(familiar(name)).filter(|name| self.references.contains_key(name));
        let mut gone = Vec::new();
        let leaves = match &reference {
            // Digests are only other names of what a tag fetched.
            Some(name) if tags.contains(name) => tags.len() > 1,
            Some(_) => !tags.is_empty() || digests.len() > 1,
            None => false,
        };
        if let (Some(name), true) = (&reference, leaves) {
            self.references.remove(name);
            gone.push(serde_json::json!({ "Untagged": name }));
            self.tell_of_image("untag", &id, name);
            return Ok(gone);
        }
        let short = |id: &str| {
            id.trim_start_matches("sha256:")
                .get(..12)
                .unwrap_or(id)
                .to_owned()
        };
        if let Some(user) = user {
            let state = if user.state.is_up() {
                "running"
            } else {
                "stopped"
            };
            let (verb, by) = match &reference {
                Some(_) => ("remove repository reference", format!("\"{name}\"")),
                None => ("delete", short(&id)),
            };
            if user.state.is_up() || !force {
                return Err(Refusal::conflict(format!(
                    "conflict: unable to {verb} {by} (must force) - {state} container {} is using its referenced image {}",
                    short(&user.id),
                    short(&id)
                )));
            }
        }
        if reference.is_none() && tags.len() > 1 && !force {
            return Err(Refusal::conflict(format!(
                "conflict: unable to delete {} (must be forced) - image is referenced in multiple repositories",
                short(&id)
            )));
        }
        for name in tags.iter().chain(&digests) {
            self.references.remove(name);
            gone.push(serde_json::json!({ "Untagged": name }));
            self.tell_of_image("untag", &id, name);
        }
        self.images.remove(&id);
        gone.push(serde_json::json!({ "Deleted": id }));
        self.tell_of_image("delete", &id, &id);
        Ok(gone)
    }

    pub(crate) fn tell_of_image(&mut self, action: &str, id: &str, name: &str) {
        let attributes = [("name".to_owned(), name.to_owned())].into();
        self.tell("image", action, id, attributes);
    }

    /// How much of an image other images have, too, in bytes.
    pub(crate) fn shared_of(&self, image: &Image) -> u64 {
        let others = || self.images.values().filter(|other| other.id != image.id);
        let shared = image.layers().filter(|own| {
            others().any(|other| other.layers().any(|layer| layer.layer == own.layer))
        });
        shared.map(|step| step.size).sum()
    }

    /// What all images take together, in bytes.
    pub(crate) fn layers_size(&self) -> u64 {
        let all = self.images.values().flat_map(Image::layers);
        let once: std::collections::BTreeMap<&str, u64> =
            all.map(|step| (step.layer.as_str(), step.size)).collect();
        once.values().sum()
    }

    /// Takes away what builds left; how much that was.
    pub(crate) fn prune_cache(&mut self) -> Vec<CacheEntry> {
        std::mem::take(&mut self.cache)
    }
}
