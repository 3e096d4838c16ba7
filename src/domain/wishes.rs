//! What a person wants of a service, by its labels or by the config: how it is watched, what is kept, what is allowed.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::text::visible;
use super::{HostId, ServiceId};

/// How freely a service may be acted upon. Sorted: the strictest is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// A key acts at once.
    #[default]
    Free,
    /// The plan is shown, and acted upon when it is confirmed.
    Confirm,
    /// Nothing is changed.
    ReadOnly,
}

impl Policy {
    /// The word in config and labels.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Confirm => "confirm",
            Self::ReadOnly => "read-only",
        }
    }

    /// How freely several services may be acted upon together: as the strictest of them.
    pub fn strictest(policies: impl IntoIterator<Item = Self>) -> Self {
        policies.into_iter().max().unwrap_or_default()
    }

    fn of_word(word: &str) -> Option<Self> {
        [Self::Free, Self::Confirm, Self::ReadOnly]
            .into_iter()
            .find(|policy| policy.word() == word)
    }
}

/// What is wanted of a service; what nobody said is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// How freely it may be acted upon (`topside.policy`).
    pub policy: Option<Policy>,
    /// How long a container without a health check has to run without a restart (`topside.gate: 30s`).
    pub gate: Option<Duration>,
    /// How many releases are kept (`topside.keep: 3`).
    pub keep: Option<usize>,
    /// A command that runs before a build (`topside.prebuild`).
    pub prebuild: Option<String>,
    /// Whether the image is pushed after a good build (`topside.push`).
    pub push: Option<bool>,
    /// The command that renews its certificates, in its container (`topside.renew`).
    pub renew: Option<String>,
    /// How it is made to read its certificates again: `restart`, `signal HUP`, or a command in its container
    /// (`topside.reload`).
    pub reload: Option<String>,
}

/// Where labels were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelSource {
    /// The user's own Compose files.
    Files,
    /// A container: some of them may be its image's, whose maker is anybody. They are not to make us run a command.
    Container,
}

impl Wishes {
    /// How many releases are kept unless somebody says otherwise.
    pub const KEEP: usize = 5;
    /// The longest grace that can be asked for.
    pub const MAX_GATE: Duration = Duration::from_secs(3_600);
    /// How many releases can be asked to be kept.
    pub const KEEPABLE: RangeInclusive<usize> = 1..=100;

    /// What labels say; a label that says nothing sensible gets a note.
    pub fn of_labels(
        labels: &BTreeMap<String, String>,
        source: LabelSource,
        notes: &mut Vec<String>,
    ) -> Self {
        let mut read = Reader { labels, notes };
        let mut wishes = Self {
            policy: read.label(
                "topside.policy",
                "free, confirm or read-only",
                Policy::of_word,
            ),
            gate: read.label("topside.gate", "a time like 30s", parse_gate),
            keep: read.label("topside.keep", "a number from 1 to 100", parse_keep),
            prebuild: None,
            push: None,
            // They run in the container that has them, which may be its image's maker's anyway.
            renew: read.label("topside.renew", "a command", command),
            reload: read.label("topside.reload", "a command", command),
        };
        if source == LabelSource::Files {
            wishes.prebuild = read.label("topside.prebuild", "a command", command);
            wishes.push = read.label("topside.push", "true or false", |text| text.parse().ok());
        }
        wishes
    }

    /// These, and where they say nothing the others.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            policy: self.policy.or(others.policy),
            gate: self.gate.or(others.gate),
            keep: self.keep.or(others.keep),
            prebuild: self.prebuild.or(others.prebuild),
            push: self.push.or(others.push),
            renew: self.renew.or(others.renew),
            reload: self.reload.or(others.reload),
        }
    }
}

struct Reader<'a> {
    labels: &'a BTreeMap<String, String>,
    notes: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn label<T>(&mut self, name: &str, wanted: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.labels.get(name)?;
        let parsed = parse(text.trim());
        if parsed.is_none() {
            let text: String = text.chars().take(40).collect();
            self.notes.push(format!(
                "the label {name} is not {wanted} (it is \"{}\"): it is not heeded",
                visible(&text)
            ));
        }
        parsed
    }
}

/// A span like `30s` or `2m`, up to [`Wishes::MAX_GATE`].
pub fn parse_gate(text: &str) -> Option<Duration> {
    let span: jiff::SignedDuration = text.parse().ok()?;
    let gate = Duration::try_from(span).ok()?;
    (gate <= Wishes::MAX_GATE).then_some(gate)
}

fn command(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn parse_keep(text: &str) -> Option<usize> {
    let keep = text.parse().ok()?;
    Wishes::KEEPABLE.contains(&keep).then_some(keep)
}

/// What the config wants: of everything, of what is on a host, of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Of everything.
    pub everywhere: Wishes,
    /// Of what is on a host, by the host's name.
    pub hosts: BTreeMap<HostId, Wishes>,
    /// Of a service, by `PROJECT/SERVICE` or a lone container's name.
    pub services: BTreeMap<String, Wishes>,
}

impl Preferences {
    /// What is wanted of a service: the config's word for it, then its labels', then the config's for its host and for
    /// everything. Of the config's policy and the label's the stricter one holds.
    pub fn of(&self, service: &ServiceId, labels: Wishes) -> Wishes {
        let own = self.services.get(&service.to_string()).cloned();
        let host = self.hosts.get(&service.host).cloned();
        let (own, host) = (own.unwrap_or_default(), host.unwrap_or_default());
        let policy = labels.policy;
        let labels = Wishes {
            policy: None,
            ..labels
        };
        let mut wishes = own.or(labels).or(host).or(self.everywhere.clone());
        wishes.policy = wishes.policy.max(policy);
        wishes
    }

    /// How freely what is on a host may be acted upon, whichever service it is.
    pub fn policy_of_host(&self, host: &HostId) -> Policy {
        let own = self.hosts.get(host).and_then(|wishes| wishes.policy);
        own.or(self.everywhere.policy).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    #[test]
    fn an_image_cannot_make_us_run_a_command() {
        let labels = labels(&[
            ("topside.prebuild", "make"),
            ("topside.push", "true"),
            ("topside.keep", "3"),
        ]);
        let mut notes = Vec::new();
        let files = Wishes::of_labels(&labels, LabelSource::Files, &mut notes);
        assert_eq!(
            (files.prebuild.as_deref(), files.push, files.keep),
            (Some("make"), Some(true), Some(3))
        );
        let container = Wishes::of_labels(&labels, LabelSource::Container, &mut notes);
        assert_eq!(
            (container.prebuild, container.push, container.keep),
            (None, None, Some(3))
        );
        assert!(notes.is_empty());
    }

    #[test]
    fn a_label_that_says_nothing_sensible_is_told() {
        let labels = labels(&[
            ("topside.policy", "sure"),
            ("topside.keep", "0"),
            ("topside.gate", "\u{1b}[2J"),
        ]);
        let mut notes = Vec::new();
        let wishes = Wishes::of_labels(&labels, LabelSource::Files, &mut notes);
        assert_eq!(wishes, Wishes::default());
        assert_eq!(notes.len(), 3);
        assert!(notes[0].contains("free, confirm or read-only") && notes[0].contains("sure"));
        assert!(!notes.concat().contains('\u{1b}'));
    }

    #[test]
    fn the_nearest_word_counts_and_a_label_is_only_stricter() {
        let host = HostId::from("home");
        let service = ServiceId {
            host: host.clone(),
            project: Some("wezm".into()),
            name: "db".into(),
        };
        let wish = |policy, keep| Wishes {
            policy,
            keep,
            ..Wishes::default()
        };
        let preferences = Preferences {
            everywhere: wish(Some(Policy::Confirm), Some(9)),
            hosts: BTreeMap::from([(host.clone(), wish(None, Some(7)))]),
            services: BTreeMap::from([("wezm/db".to_owned(), wish(Some(Policy::Free), None))]),
        };
        let of_labels = preferences.of(&service, wish(Some(Policy::ReadOnly), Some(2)));
        assert_eq!(
            (of_labels.policy, of_labels.keep),
            (Some(Policy::ReadOnly), Some(2))
        );
        let of_config = preferences.of(&service, Wishes::default());
        assert_eq!(
            (of_config.policy, of_config.keep),
            (Some(Policy::Free), Some(7))
        );
        assert_eq!(preferences.policy_of_host(&host), Policy::Confirm);
    }
}
