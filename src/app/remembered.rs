//! What was last chosen on screen, to be found so the next time.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::model::ServiceRow;
use super::region::Share;
use super::view::{CertificateOrder, ImageOrder, ServiceOrder};

/// How many folded headings are remembered: those of servers that are long gone stay among them.
const MOST_FOLDED: usize = 1_000;

/// What was chosen in place of what the config says. It counts until the config says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen<T> {
    /// What was chosen.
    pub chosen: T,
    /// What the config said then.
    pub over: T,
}

impl<T: PartialEq + Clone> Chosen<T> {
    /// What counts now.
    fn now(this: Option<&Self>, config: &T) -> T {
        this.filter(|one| one.over == *config)
            .map_or_else(|| config.clone(), |one| one.chosen.clone())
    }
}

/// What was last chosen on screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// The order of certificates.
    pub certificates: Option<CertificateOrder>,
    /// The order of images.
    pub images: Option<ImageOrder>,
    /// The theme.
    pub theme: Option<Chosen<String>>,
    /// The order of services.
    pub services: Option<Chosen<ServiceOrder>>,
    /// The projects that are folded.
    pub folded: BTreeSet<ServiceRow>,
    /// The columns that were hidden, by the name of their list.
    pub hidden: BTreeMap<String, BTreeSet<String>>,
    /// How much of the body the list has.
    pub share: Share,
}

impl Remembered {
    /// The theme that counts, where the config says this one.
    pub fn theme(&self, config: &String) -> String {
        Chosen::now(self.theme.as_ref(), config)
    }

    /// The order of services that counts, where the config says this one.
    pub fn service_order(&self, config: ServiceOrder) -> ServiceOrder {
        Chosen::now(self.services.as_ref(), &config)
    }

    /// Takes over what changed from `before` to `after`, and leaves what others chose meanwhile.
    pub fn take_over(&mut self, before: &Self, after: &Self) {
        fn field<T: PartialEq + Clone>(own: &mut T, before: &T, after: &T) {
            if before != after {
                own.clone_from(after);
            }
        }
        field(
            &mut self.certificates,
            &before.certificates,
            &after.certificates,
        );
        field(&mut self.images, &before.images, &after.images);
        field(&mut self.theme, &before.theme, &after.theme);
        field(&mut self.services, &before.services, &after.services);
        field(&mut self.share, &before.share, &after.share);
        for (list, hidden) in &after.hidden {
            if before.hidden.get(list) != Some(hidden) {
                self.hidden.insert(list.clone(), hidden.clone());
            }
        }
        self.folded
            .retain(|row| !before.folded.contains(row) || after.folded.contains(row));
        for row in after.folded.difference(&before.folded) {
            if self.folded.len() < MOST_FOLDED {
                self.folded.insert(row.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(names: &[&str]) -> BTreeSet<ServiceRow> {
        names
            .iter()
            .map(|name| ServiceRow::Lone((*name).into()))
            .collect()
    }

    #[test]
    fn a_choice_counts_until_the_config_says_something_else() {
        let chosen = Chosen {
            chosen: ServiceOrder::Cpu,
            over: ServiceOrder::Name,
        };
        let remembered = Remembered {
            services: Some(chosen),
            ..Remembered::default()
        };
        assert_eq!(
            remembered.service_order(ServiceOrder::Name),
            ServiceOrder::Cpu
        );
        assert_eq!(
            remembered.service_order(ServiceOrder::State),
            ServiceOrder::State
        );
        let nothing = Remembered::default();
        assert_eq!(nothing.theme(&"auto".to_owned()), "auto");
    }

    #[test]
    fn two_dashboards_leave_each_other_what_they_chose() {
        let before = Remembered {
            folded: folded(&["a", "b"]),
            ..Remembered::default()
        };
        let one = Remembered {
            images: Some(ImageOrder::Age),
            folded: folded(&["b", "c"]),
            ..Remembered::default()
        };
        let other = Remembered {
            certificates: Some(CertificateOrder::Name),
            folded: folded(&["a", "b", "d"]),
            ..Remembered::default()
        };
        let mut file = before.clone();
        file.take_over(&before, &one);
        file.take_over(&before, &other);
        assert_eq!(file.images, Some(ImageOrder::Age));
        assert_eq!(file.certificates, Some(CertificateOrder::Name));
        assert_eq!(file.folded, folded(&["b", "c", "d"]));
    }

    #[test]
    fn what_is_remembered_does_not_grow_without_end() {
        let names: Vec<String> = (0..3_000).map(|n| n.to_string()).collect();
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        let after = Remembered {
            folded: folded(&all),
            ..Remembered::default()
        };
        let mut file = Remembered::default();
        file.take_over(&Remembered::default(), &after);
        assert_eq!(file.folded.len(), MOST_FOLDED);
    }
}
