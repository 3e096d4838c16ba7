//! What happened, for `/events`.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::World;

/// So many are kept for who asks for what was (`since`).
const KEPT: usize = 2_000;

/// One thing that happened.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    /// `container`, `image`, `volume`, `network`.
    pub(crate) kind: &'static str,
    pub(crate) action: String,
    /// The id or name of what it happened to.
    pub(crate) id: String,
    pub(crate) attributes: BTreeMap<String, String>,
}

/// The last events.
#[derive(Debug, Default)]
pub(crate) struct Events {
    kept: VecDeque<Event>,
    next: u64,
}

impl Events {
    /// The number that the next one will have.
    pub(crate) const fn next(&self) -> u64 {
        self.next
    }

    /// Those from a number on.
    pub(crate) fn since(&self, number: u64) -> Vec<Event> {
        let later = self.kept.iter().filter(|event| event.number >= number);
        later.cloned().collect()
    }

    /// All that are kept.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Event> {
        self.kept.iter()
    }
}

impl World {
    /// Tells of something.
    pub(crate) fn tell(
        &mut self,
        kind: &'static str,
        action: impl Into<String>,
        id: &str,
        attributes: BTreeMap<String, String>,
    ) {
        if self.events.kept.len() == KEPT {
            self.events.kept.pop_front();
        }
        self.events.kept.push_back(Event {
            number: self.events.next,
            at: self.now,
            kind,
            action: action.into(),
            id: id.to_owned(),
            attributes,
        });
        self.events.next += 1;
    }

    /// Tells of something that happened to a container, with what engines say of it: image, name and labels.
    pub(crate) fn tell_of(
        &mut self,
        action: impl Into<String>,
        container: &str,
        more: &[(&str, String)],
    ) {
        let Some(known) = self.containers.get(container) else {
            return;
        };
        let mut attributes = known.labels();
        attributes.insert("image".to_owned(), known.reference().to_owned());
        attributes.insert("name".to_owned(), known.name.clone());
        for (key, value) in more {
            attributes.insert((*key).to_owned(), value.clone());
        }
        self.tell("container", action, container, attributes);
    }
}
