//! Whether a service may be acted upon: one rule for the keys and for the command line.

use std::collections::BTreeMap;
use std::fmt;

use super::{Container, HostId, LabelSource, Policy, Preferences, ServiceId, VolumeId, Wishes};

/// Whether a service may be acted upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// It may, at once.
    Given,
    /// It may, once somebody has seen what will be done and said yes.
    Ask(Setting),
    /// It may not.
    Refused(Setting),
}

/// The labels of a container.
type Labels = BTreeMap<String, String>;

/// What says how freely a service may be acted upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// The config's table of the service, by the name it has there.
    Service(String),
    /// The label of one of its containers.
    Label,
    /// That label, with a word that is none of ours.
    UnknownLabel,
    /// The config's table of the host.
    Host(HostId),
    /// The config's table of everything.
    Everywhere,
    /// One of these, of a service that something greater takes in.
    Of(Box<Self>, ServiceId),
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(name) => write!(f, "[services.\"{name}\"] in the config"),
            Self::Label => f.write_str("its label topside.policy"),
            Self::UnknownLabel => {
                f.write_str("its label topside.policy, which is none of free, confirm, read-only")
            }
            Self::Host(host) => write!(f, "[hosts.\"{host}\"] in the config"),
            Self::Everywhere => f.write_str("[deploy] in the config"),
            Self::Of(setting, service) => write!(f, "{setting} (of {})", service.name),
        }
    }
}

/// Whether a service whose containers have these labels may be acted upon. Of the config's word and the labels' the
/// stricter one holds, and the strictest of its containers'.
pub fn permission<'a>(
    preferences: &Preferences,
    service: &ServiceId,
    labels: impl IntoIterator<Item = &'a Labels>,
) -> Permission {
    let of_each = labels.into_iter().filter_map(of_labels);
    let of_labels = of_each.max_by_key(|(policy, _)| *policy);
    let of_config = of_config(preferences, service);
    let (policy, setting) = match (of_config, of_labels) {
        (Some(config), Some(labels)) if labels.0 > config.0 => labels,
        (Some(config), _) => config,
        (None, Some(labels)) => labels,
        (None, None) => return Permission::Given,
    };
    match policy {
        Policy::Free => Permission::Given,
        Policy::Confirm => Permission::Ask(setting),
        Policy::ReadOnly => Permission::Refused(setting),
    }
}

/// Whether a project of these services may be acted upon: as the strictest of them.
pub fn permission_on_project(
    services: impl IntoIterator<Item = (ServiceId, Permission)>,
) -> Permission {
    let of = |setting, service| Setting::Of(Box::new(setting), service);
    let mut asks = None;
    for (service, permission) in services {
        match permission {
            Permission::Given => {}
            Permission::Ask(setting) => {
                asks.get_or_insert_with(|| Permission::Ask(of(setting, service)));
            }
            Permission::Refused(setting) => return Permission::Refused(of(setting, service)),
        }
    }
    asks.unwrap_or(Permission::Given)
}

/// Whether something may be written into a volume: as the strictest of its host and of the services whose containers
/// mount it.
pub fn permission_in_volume<'a>(
    preferences: &Preferences,
    volume: &VolumeId,
    containers: impl IntoIterator<Item = &'a Container>,
) -> Permission {
    let mounts = |container: &&Container| {
        let mut mounts = container.mounts.iter();
        !container.only_reads_a_volume()
            && mounts.any(|mount| mount.name.as_deref() == Some(&*volume.name))
    };
    let services = containers.into_iter().filter(mounts).map(|container| {
        let service = container.service_id();
        let own = permission(preferences, &service, [&container.labels]);
        (service, own)
    });
    match (
        permission_on_host(preferences, &volume.host),
        permission_on_project(services),
    ) {
        (refused @ Permission::Refused(_), _) | (_, refused @ Permission::Refused(_)) => refused,
        (asks @ Permission::Ask(_), _) => asks,
        (Permission::Given, of_services) => of_services,
    }
}

/// Whether what lies on a host may be thrown away: the word of the host, else that of everything.
pub fn permission_on_host(preferences: &Preferences, host: &HostId) -> Permission {
    let own = preferences.hosts.get(host).and_then(|of| of.policy);
    let (policy, setting) = match (own, preferences.everywhere.policy) {
        (Some(policy), _) => (policy, Setting::Host(host.clone())),
        (None, Some(policy)) => (policy, Setting::Everywhere),
        (None, None) => return Permission::Given,
    };
    match policy {
        Policy::Free => Permission::Given,
        Policy::Confirm => Permission::Ask(setting),
        Policy::ReadOnly => Permission::Refused(setting),
    }
}

/// The nearest word of the config.
fn of_config(preferences: &Preferences, service: &ServiceId) -> Option<(Policy, Setting)> {
    let name = service.to_string();
    let own = preferences.services.get(&name).and_then(|of| of.policy);
    let host = preferences.hosts.get(&service.host);
    let host = host.and_then(|of| of.policy);
    let everywhere = preferences.everywhere.policy;
    own.map(|policy| (policy, Setting::Service(name)))
        .or_else(|| Some((host?, Setting::Host(service.host.clone()))))
        .or_else(|| Some((everywhere?, Setting::Everywhere)))
}

fn of_labels(labels: &Labels) -> Option<(Policy, Setting)> {
    let mut notes = Vec::new();
    let read = Wishes::of_labels(labels, LabelSource::Container, &mut notes).policy;
    match read {
        Some(policy) => Some((policy, Setting::Label)),
        // Somebody wanted to be careful and mistyped: better asked once too often.
        None if labels.contains_key("topside.policy") => {
            Some((Policy::Confirm, Setting::UnknownLabel))
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service() -> ServiceId {
        ServiceId {
            host: "home".into(),
            project: Some("wezm".into()),
            name: "db".into(),
        }
    }

    fn wish(policy: Policy) -> Wishes {
        Wishes {
            policy: Some(policy),
            ..Wishes::default()
        }
    }

    fn labelled(policy: &str) -> Labels {
        Labels::from([("topside.policy".to_owned(), policy.to_owned())])
    }

    #[test]
    fn the_setting_that_holds_is_named() {
        let mut config = Preferences::default();
        let asked = |config: &Preferences| permission(config, &service(), [&Labels::new()]);
        assert_eq!(asked(&config), Permission::Given);
        config.everywhere = wish(Policy::ReadOnly);
        assert_eq!(asked(&config), Permission::Refused(Setting::Everywhere));
        config.hosts = BTreeMap::from([("home".into(), wish(Policy::Confirm))]);
        assert_eq!(
            asked(&config),
            Permission::Ask(Setting::Host("home".into()))
        );
        config.services = BTreeMap::from([("wezm/db".to_owned(), wish(Policy::Free))]);
        assert_eq!(asked(&config), Permission::Given, "the nearest word");
    }

    #[test]
    fn a_project_is_as_its_strictest_service() {
        let of = |permissions: Vec<Permission>| {
            permission_on_project(permissions.into_iter().map(|one| (service(), one)))
        };
        let by_label = || Setting::Label;
        let named = || Setting::Of(Box::new(Setting::Label), service());
        assert_eq!(of(vec![]), Permission::Given);
        let asked = of(vec![Permission::Given, Permission::Ask(by_label())]);
        assert_eq!(asked, Permission::Ask(named()));
        let refused = of(vec![
            Permission::Ask(Setting::Everywhere),
            Permission::Refused(by_label()),
        ]);
        assert_eq!(refused, Permission::Refused(named()));
        assert_eq!(named().to_string(), "its label topside.policy (of db)");
    }

    #[test]
    fn a_label_makes_it_only_stricter() {
        let mut config = Preferences {
            everywhere: wish(Policy::Confirm),
            ..Preferences::default()
        };
        let asked = |config: &Preferences, policies: &[&str]| {
            let labels: Vec<Labels> = policies.iter().map(|policy| labelled(policy)).collect();
            permission(config, &service(), &labels)
        };
        let free = asked(&config, &["free"]);
        assert_eq!(free, Permission::Ask(Setting::Everywhere));
        let strictest = asked(&config, &["free", "read-only", "confirm"]);
        assert_eq!(strictest, Permission::Refused(Setting::Label));
        config.everywhere = Wishes::default();
        assert_eq!(asked(&config, &["free"]), Permission::Given);
        let mistyped = asked(&config, &["readonly"]);
        assert_eq!(mistyped, Permission::Ask(Setting::UnknownLabel));
    }
}
