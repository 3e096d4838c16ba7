//! Whether a container runs with the configuration that its Compose files ask for now.
//!
//! Compose hashes the configuration of each service and writes the hash on the containers it makes. The same Compose
//! hashes the files as they are now. Two hashes that are equal prove that nothing changed; two that differ prove a
//! change only when nothing else can have made the difference.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use super::{ComposeIdentity, Container, Failure, NetworkOf};

/// What the Compose files of a project say now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilesSay {
    /// The version of the Compose that read them.
    pub compose: String,
    /// The hash of each service's configuration.
    pub hashes: BTreeMap<String, String>,
    /// Whether they use variables that are not set here: they may have been where the project was brought up.
    pub unset: bool,
    /// When one of them was last changed, as far as they are known.
    pub changed: Option<Timestamp>,
    /// What tells them from themselves before a change (sizes, times, inodes).
    pub stamp: u64,
}

/// Why nobody knows what the files of a project say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesUnread {
    /// They are not on this machine.
    NotHere(Failure),
    /// Compose was not found, or did not answer.
    NoAnswer(Failure),
    /// Compose does not take them: its own words.
    Refused {
        /// What it said.
        failure: Failure,
        /// As in [`FilesSay`].
        stamp: u64,
    },
}

/// Whether a container runs with the configuration of its Compose files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift {
    /// It does.
    Same,
    /// It does not.
    Differs {
        /// Whether that is because a roll back fixed its image.
        rolled_back: bool,
    },
    /// Nobody can tell.
    Unknown(Doubt),
}

/// Why nobody can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It uses a namespace or the volumes of another container: Compose hashes it with that container's id.
    Borrows,
    /// A Compose made it whose hashes are others: its version.
    OtherCompose(String),
    /// Its files do not name the service, at least not without a profile.
    NotNamed,
    /// Its hash may differ for a variable that was set where it was brought up.
    Unset,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Borrows => f.write_str("it uses what is another container's"),
            Self::OtherCompose(version) => write!(f, "Compose {version} brought it up"),
            Self::NotNamed => f.write_str("its files do not name it"),
            Self::Unset => f.write_str("its files use variables that are not set here"),
        }
    }
}

/// Compares a container with its files. None for what Compose did not make, `compose run` made, or nobody inspected.
/// `is_stale` says that its reference means another image by now, which Compose v1 hashes along.
pub fn drift(container: &Container, files: &FilesSay, is_stale: bool) -> Option<Drift> {
    let own = container.compose.as_ref().filter(|own| !own.one_off)?;
    let detail = container.detail.as_ref()?;
    let hash = own.config_hash.as_deref()?;
    let now = files.hashes.get(&own.service);
    if now.is_some_and(|now| now == hash) {
        return Some(Drift::Same);
    }
    // Compose names that container in the configuration before it hashes it (v2, `resolveServiceReferences`).
    let in_network = matches!(container.network_of, Some(NetworkOf::Container(_)));
    let unknown = |doubt| Some(Drift::Unknown(doubt));
    if in_network || detail.borrows {
        return unknown(Doubt::Borrows);
    }
    if now.is_none() {
        return unknown(Doubt::NotNamed);
    }
    if own.is_rolled_back() {
        return Some(Drift::Differs { rolled_back: true });
    }
    // A newer Compose may hash a configuration with more in it; v1 hashes the image's id along. What was written to
    // the files after the container was made is a change all the same.
    let touched = files.changed.is_some_and(|at| at > container.created);
    match how_alike(own, &files.compose) {
        Alike::Other => unknown(Doubt::OtherCompose(own.version.clone().unwrap_or_default())),
        Alike::Major if !touched || (is_stale && major(&files.compose) == Some(1)) => {
            unknown(Doubt::OtherCompose(own.version.clone().unwrap_or_default()))
        }
        Alike::Exactly if files.unset && !touched => unknown(Doubt::Unset),
        Alike::Major | Alike::Exactly => Some(Drift::Differs { rolled_back: false }),
    }
}

/// How far the hashes of two versions of Compose can be compared.
enum Alike {
    Exactly,
    Major,
    Other,
}

fn how_alike(own: &ComposeIdentity, here: &str) -> Alike {
    let Some(made_by) = own.version.as_deref() else {
        return Alike::Other;
    };
    match (major(made_by), major(here)) {
        (Some(1), Some(1)) => Alike::Major,
        _ if bare(made_by) == bare(here) => Alike::Exactly,
        (Some(then), Some(now)) if then == now => Alike::Major,
        _ => Alike::Other,
    }
}

fn bare(version: &str) -> &str {
    version.strip_prefix('v').unwrap_or(version)
}

fn major(version: &str) -> Option<u32> {
    bare(version).split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::ContainerDetail;
    use crate::domain::sample::{at, of_compose};

    fn files(compose: &str, hash: &str) -> FilesSay {
        FilesSay {
            compose: compose.to_owned(),
            hashes: [("web".to_owned(), hash.to_owned())].into(),
            changed: Some(at(-100)),
            ..FilesSay::default()
        }
    }

    fn touched(compose: &str, hash: &str) -> FilesSay {
        FilesSay {
            changed: Some(at(100)),
            ..files(compose, hash)
        }
    }

    fn of(container: &Container, files: &FilesSay) -> Drift {
        drift(container, files, false).unwrap()
    }

    const DIFFERS: Drift = Drift::Differs { rolled_back: false };

    #[test]
    fn equal_hashes_are_no_drift_whoever_made_them() {
        for version in ["5.6.1", "2.0.0", "1.29.2", ""] {
            let same = of(&of_compose("a", version), &files("5.6.1", "a"));
            assert_eq!(same, Drift::Same, "{version}");
        }
    }

    #[test]
    fn other_hashes_of_the_same_compose_are_drift() {
        let web = of_compose("a", "5.6.1");
        assert_eq!(of(&web, &files("5.6.1", "b")), DIFFERS);
        assert_eq!(
            of(&of_compose("a", "v5.6.1"), &files("5.6.1", "b")),
            DIFFERS
        );
    }

    #[test]
    fn another_compose_is_believed_only_where_a_file_changed_since() {
        let web = of_compose("a", "5.5.0");
        let doubt = Drift::Unknown(Doubt::OtherCompose("5.5.0".to_owned()));
        assert_eq!(of(&web, &files("5.6.1", "b")), doubt);
        assert_eq!(of(&web, &touched("5.6.1", "b")), DIFFERS);
        // Another major hashes otherwise: nothing is known.
        for version in ["2.40.0", "1.29.2", "", "nonsense"] {
            let of = of(&of_compose("a", version), &touched("5.6.1", "b"));
            assert!(
                matches!(of, Drift::Unknown(Doubt::OtherCompose(_))),
                "{version}"
            );
        }
    }

    #[test]
    fn the_first_compose_hashes_the_image_along() {
        let web = of_compose("a", "1.29.2");
        let unknown = |drift| matches!(drift, Some(Drift::Unknown(Doubt::OtherCompose(_))));
        assert!(unknown(drift(&web, &files("1.29.2", "b"), false)));
        assert!(unknown(drift(&web, &touched("1.29.2", "b"), true)));
        assert_eq!(of(&web, &touched("1.29.2", "b")), DIFFERS);
    }

    #[test]
    fn a_variable_that_is_not_set_here_may_be_the_difference() {
        let web = of_compose("a", "5.6.1");
        let unset = |files: FilesSay| FilesSay {
            unset: true,
            ..files
        };
        let of_old = of(&web, &unset(files("5.6.1", "b")));
        assert_eq!(of_old, Drift::Unknown(Doubt::Unset));
        assert_eq!(of(&web, &unset(touched("5.6.1", "b"))), DIFFERS);
        assert_eq!(of(&web, &unset(files("5.6.1", "a"))), Drift::Same);
    }

    #[test]
    fn what_borrows_from_another_container_cannot_be_told() {
        let other = files("5.6.1", "b");
        let mut sharer = of_compose("a", "5.6.1");
        sharer.network_of = Some(NetworkOf::Container("c2".into()));
        assert_eq!(of(&sharer, &other), Drift::Unknown(Doubt::Borrows));
        sharer.network_of = Some(NetworkOf::Host);
        assert_eq!(of(&sharer, &other), DIFFERS);
        sharer.detail = Some(Arc::new(ContainerDetail {
            borrows: true,
            ..ContainerDetail::default()
        }));
        assert_eq!(of(&sharer, &other), Drift::Unknown(Doubt::Borrows));
    }

    #[test]
    fn a_roll_back_with_a_file_of_ours_is_drift_and_says_so() {
        let mut web = of_compose("a", "5.5.0");
        let own = web.compose.as_mut().unwrap();
        own.config_files
            .push("/run/topside-roll-back-7-0.json".to_owned());
        let rolled_back = Drift::Differs { rolled_back: true };
        assert_eq!(of(&web, &files("5.6.1", "b")), rolled_back);
        assert_eq!(of(&web, &files("5.6.1", "a")), Drift::Same);
        let own = web.compose.as_ref().unwrap();
        assert_eq!(own.origin().config_files, ["/srv/wezm/compose.yml"]);
    }

    #[test]
    fn a_service_that_the_files_do_not_name_is_left_alone() {
        let mut web = of_compose("a", "5.6.1");
        let none = FilesSay::default();
        assert_eq!(of(&web, &none), Drift::Unknown(Doubt::NotNamed));
        web.compose.as_mut().unwrap().one_off = true;
        assert_eq!(drift(&web, &files("5.6.1", "b"), false), None);
        web.compose = None;
        assert_eq!(drift(&web, &files("5.6.1", "b"), false), None);
        let unhashed = of_compose("", "5.6.1");
        assert!(drift(&unhashed, &files("5.6.1", "b"), false).is_some());
        let listed = Container {
            detail: None,
            ..of_compose("a", "5.6.1")
        };
        assert_eq!(drift(&listed, &files("5.6.1", "b"), false), None);
    }
}
