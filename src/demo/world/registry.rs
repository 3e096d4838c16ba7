//! What registries have: what a pull fetches, and what a reference means there now.

use super::image::{Image, familiar, parts};
use super::{Refusal, World};

impl World {
    /// What a reference means in its registry.
    pub(crate) fn in_registry(&self, reference: &str) -> Result<&Image, Refusal> {
        let wanted = familiar(reference);
        if let Some(image) = self.registry.get(&wanted) {
            return Ok(image);
        }
        let (name, version) = parts(&wanted);
        let by_digest = self
            .registry
            .iter()
            .find(|(known, image)| parts(known).0 == name && image.digest == version);
        by_digest.map(|(_, image)| image).ok_or_else(|| {
            let has_name = self.registry.keys().any(|known| parts(known).0 == name);
            if has_name {
                Refusal::not_found(format!(
                    "manifest for {wanted} not found: manifest unknown: manifest unknown"
                ))
            } else {
                Refusal::not_found(format!(
                    "pull access denied for {name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied"
                ))
            }
        })
    }

    /// A reference now means here what it means in its registry; whether that is another image than before.
    pub(crate) fn fetch(&mut self, reference: &str) -> Result<bool, Refusal> {
        let image = self.in_registry(reference)?.clone();
        let reference = familiar(reference);
        let (name, _) = parts(&reference);
        let by_digest = format!("{name}@{}", image.digest);
        let (id, before) = (image.id.clone(), self.references.get(&reference).cloned());
        self.images.entry(id.clone()).or_insert(image);
        self.references.insert(reference.clone(), id.clone());
        self.references.insert(by_digest, id.clone());
        self.tell_of_image("pull", &reference, &reference);
        Ok(before.is_none_or(|before| before != id))
    }
}
