//! In which order several services are acted upon: what others need comes first.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::order::natural;
use super::{ActionName, Container, ServiceId};

/// Which services of its project each service depends on. Services it does not know depend on nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependencies(BTreeMap<ServiceId, BTreeSet<ServiceId>>);

impl Dependencies {
    /// What the containers' labels say (`com.docker.compose.depends_on`; Compose v1 writes none).
    pub fn of<'a>(containers: impl IntoIterator<Item = &'a Container>) -> Self {
        let mut all = Self::default();
        for container in containers {
            let Some(compose) = container.compose.as_ref().filter(|c| !c.one_off) else {
                continue;
            };
            all.add(
                container.service_id(),
                compose.depends_on.iter().map(String::as_str),
            );
        }
        all
    }

    /// Says that a service depends on others of its project.
    pub fn add<'a>(&mut self, service: ServiceId, names: impl IntoIterator<Item = &'a str>) {
        let needed: Vec<ServiceId> = names
            .into_iter()
            .map(|name| ServiceId {
                name: name.into(),
                ..service.clone()
            })
            .collect();
        self.0.entry(service).or_default().extend(needed);
    }

    /// The services in the order in which an action takes them: a dependency before what depends on it, also where that
    /// goes through services that are not among these; what has to end does so the other way round. Otherwise by name.
    pub fn order(&self, action: ActionName, services: Vec<ServiceId>) -> Vec<ServiceId> {
        let mut ordered = self.dependencies_first(services);
        if matches!(
            action,
            ActionName::Stop | ActionName::Remove | ActionName::Down
        ) {
            ordered.reverse();
        }
        ordered
    }

    fn dependencies_first(&self, services: Vec<ServiceId>) -> Vec<ServiceId> {
        let wanted: BTreeSet<ServiceId> = services.into_iter().collect();
        let mut left: Vec<&ServiceId> = wanted
            .iter()
            .chain(self.0.keys().filter(|known| !wanted.contains(*known)))
            .collect();
        left.sort_by(|a, b| by_name(a, b));
        let mut waiting: BTreeSet<&ServiceId> = left.iter().copied().collect();
        let mut ordered = Vec::new();
        while !left.is_empty() {
            let ready = |service: &&ServiceId| {
                let needed = self.0.get(*service).into_iter().flatten();
                needed
                    .filter(|other| other != service)
                    .all(|other| !waiting.contains(other))
            };
            // Compose refuses files that go in a circle; labels can be anything: then the next one by name.
            let next = left.iter().position(ready).unwrap_or(0);
            let next = left.remove(next);
            waiting.remove(next);
            if wanted.contains(next) {
                ordered.push(next.clone());
            }
        }
        ordered
    }
}

/// The order of the list: project by project, lone containers last.
fn by_name(a: &ServiceId, b: &ServiceId) -> Ordering {
    let project = match (&a.project, &b.project) {
        (Some(a), Some(b)) => natural(a, b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    };
    let host = a.host.cmp(&b.host);
    host.then(project).then_with(|| natural(&a.name, &b.name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::HostId;

    fn service(project: &str, name: &str) -> ServiceId {
        ServiceId {
            host: HostId::from("home"),
            project: Some(project.into()),
            name: name.into(),
        }
    }

    fn ordered(action: ActionName, needs: &[(&str, &[&str])], names: &[&str]) -> Vec<String> {
        let mut dependencies = Dependencies::default();
        for (name, needed) in needs {
            dependencies.add(service("wezm", name), needed.iter().copied());
        }
        let services = names.iter().map(|name| service("wezm", name)).collect();
        let ordered = dependencies.order(action, services);
        ordered.iter().map(|id| id.name.to_string()).collect()
    }

    #[test]
    fn what_is_needed_comes_first_and_ends_last() {
        let needs: &[(&str, &[&str])] = &[
            ("api", &["db", "cache"]),
            ("db", &[]),
            ("proxy", &["api"]),
            ("cache", &[]),
        ];
        let names = ["api", "cache", "db", "proxy", "zoo"];
        assert_eq!(
            ordered(ActionName::Redeploy, needs, &names),
            ["cache", "db", "api", "proxy", "zoo"]
        );
        assert_eq!(
            ordered(ActionName::Stop, needs, &names),
            ["zoo", "proxy", "api", "db", "cache"]
        );
        // The one between them is not marked.
        assert_eq!(
            ordered(
                ActionName::Restart,
                &[("a", &["m"]), ("m", &["z"])],
                &["a", "z"]
            ),
            ["z", "a"]
        );
    }

    #[test]
    fn a_circle_goes_by_name() {
        let needs: &[(&str, &[&str])] =
            &[("a10", &["a2"]), ("a2", &["a10"]), ("a1", &["a1", "gone"])];
        assert_eq!(
            ordered(ActionName::Start, needs, &["a10", "a2", "a1"]),
            ["a1", "a2", "a10"]
        );
    }

    proptest! {
        #[test]
        fn any_order_is_a_permutation_with_what_is_needed_first(
            edges in prop::collection::vec((0_usize..9, 0_usize..9), 0..30),
            wanted in prop::collection::btree_set(0_usize..9, 0..9),
            circles in any::<bool>(),
        ) {
            let name = |n: usize| service("wezm", &format!("s{n}"));
            let mut dependencies = Dependencies::default();
            let mut needs = BTreeSet::new();
            for (a, b) in edges {
                if circles || a < b {
                    // The names go against the dependencies.
                    dependencies.add(name(a), [format!("s{b}").as_str()]);
                    needs.insert((a, b));
                }
            }
            let services: Vec<ServiceId> = wanted.iter().map(|n| name(*n)).collect();
            let ordered = dependencies.order(ActionName::Redeploy, services.clone());
            let set: BTreeSet<&ServiceId> = ordered.iter().collect();
            prop_assert_eq!(ordered.len(), services.len());
            prop_assert_eq!(set, services.iter().collect::<BTreeSet<_>>());
            if !circles {
                let at = |n: usize| ordered.iter().position(|id| *id == name(n));
                for (a, b) in needs {
                    if let (Some(a), Some(b)) = (at(a), at(b)) {
                        prop_assert!(b < a);
                    }
                }
            }
        }
    }
}
