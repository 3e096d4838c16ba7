//! Containers that share a network namespace, put together as the one unit they are.

use std::collections::HashMap;

use super::order::natural;
use super::{Container, ContainerId, NetworkOf};

/// So many steps lead from a container to the one whose namespace it is in, at most: a chain that is longer, or a circle,
/// is nothing an engine can run.
const MOST_STEPS: usize = 16;

/// The containers of a host by whose network namespace they use. Made in one go over them.
#[derive(Debug)]
pub struct Namespaces<'a> {
    containers: Vec<&'a Container>,
    sharers: HashMap<&'a ContainerId, Vec<&'a Container>>,
    owners: HashMap<&'a ContainerId, &'a Container>,
}

impl<'a> Namespaces<'a> {
    /// Puts the containers of one host together.
    pub fn of(containers: impl IntoIterator<Item = &'a Container>) -> Self {
        let mut containers: Vec<&Container> = containers.into_iter().collect();
        containers.sort_by(|a, b| natural(&a.name, &b.name).then_with(|| a.id.cmp(&b.id)));
        let index = Index::of(&containers);
        let mut sharers: HashMap<&ContainerId, Vec<&Container>> = HashMap::new();
        let mut owners = HashMap::new();
        for &container in &containers {
            if let Some(owner) = index.owner(container) {
                sharers.entry(&owner.id).or_default().push(container);
                owners.insert(&container.id, owner);
            }
        }
        Self {
            containers,
            sharers,
            owners,
        }
    }

    /// All of them, by name.
    pub fn containers(&self) -> &[&'a Container] {
        &self.containers
    }

    /// The containers that use the namespace of this one, directly or through others, by name.
    pub fn sharers(&self, owner: &Container) -> &[&'a Container] {
        self.sharers.get(&owner.id).map_or(&[], Vec::as_slice)
    }

    /// The container whose namespace this one uses; none when it has its own, or when the other is gone.
    pub fn owner(&self, sharer: &Container) -> Option<&'a Container> {
        self.owners.get(&sharer.id).copied()
    }
}

/// Containers as the engine's words for `container:…` find them: an id, a part of one, or a name.
struct Index<'a> {
    by_name: HashMap<&'a str, &'a Container>,
    by_id: Vec<&'a Container>,
}

impl<'a> Index<'a> {
    fn of(containers: &[&'a Container]) -> Self {
        let mut by_id = containers.to_vec();
        by_id.sort_by(|a, b| a.id.cmp(&b.id));
        Self {
            by_name: containers.iter().map(|one| (&*one.name, *one)).collect(),
            by_id,
        }
    }

    fn next(&self, container: &Container) -> Option<&'a Container> {
        let Some(NetworkOf::Container(of)) = &container.network_of else {
            return None;
        };
        let from = self.by_id.partition_point(|one| one.id < *of);
        let by_id = self.by_id.get(from).copied();
        let found = by_id.filter(|other| container.uses_network_of(other));
        found.or_else(|| self.by_name.get(of.as_str()).copied())
    }

    fn owner(&self, container: &Container) -> Option<&'a Container> {
        let mut owner = self.next(container)?;
        for _ in 0..MOST_STEPS {
            match self.next(owner) {
                Some(further) => owner = further,
                None => return Some(owner),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample::named as container;

    fn sharing(name: &str, of: &str) -> Container {
        let mut sharer = container(name);
        sharer.network_of = Some(NetworkOf::Container(of.into()));
        sharer
    }

    fn owner_of<'a>(all: &'a [Container], name: &str) -> Option<&'a str> {
        let namespaces = Namespaces::of(all);
        let sharer = all.iter().find(|one| &*one.name == name)?;
        Some(&namespaces.owner(sharer)?.name)
    }

    #[test]
    fn an_owner_is_found_by_id_part_of_it_and_name() {
        let web = container("web");
        let id = web.id.as_str().to_owned();
        let all = [
            sharing("by-id", &id),
            sharing("by-part", &id[..12]),
            sharing("by-name", "web"),
            sharing("gone", "0123456789ab"),
            web,
        ];
        for name in ["by-id", "by-part", "by-name"] {
            assert_eq!(owner_of(&all, name), Some("web"), "{name}");
        }
        assert_eq!(owner_of(&all, "gone"), None);
        assert_eq!(owner_of(&all, "web"), None);
        let namespaces = Namespaces::of(&all);
        let sharers = namespaces.sharers(&all[4]).iter();
        let names: Vec<&str> = sharers.map(|one| &*one.name).collect();
        assert_eq!(names, ["by-id", "by-name", "by-part"]);
    }

    #[test]
    fn a_chain_leads_to_its_end_and_a_circle_nowhere() {
        let all = [
            container("web"),
            sharing("vpn", "web"),
            sharing("client", "vpn"),
            sharing("a", "b"),
            sharing("b", "a"),
            sharing("self", "self"),
        ];
        assert_eq!(owner_of(&all, "client"), Some("web"));
        for name in ["a", "b", "self"] {
            assert_eq!(owner_of(&all, name), None, "{name}");
        }
    }

    #[test]
    fn ten_thousand_containers_are_put_together_at_once() {
        let mut all = vec![container("web")];
        all.extend((0..10_000).map(|n| sharing(&format!("s{n}"), "web")));
        let namespaces = Namespaces::of(&all);
        assert_eq!(namespaces.sharers(&all[0]).len(), 10_000);
    }
}
