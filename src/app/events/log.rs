//! The events of all hosts by time, each once.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::{Event, HostId};

/// More are not kept here; the records have them.
const MOST: usize = 20_000;

/// An event of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// Its number here; never used twice.
    pub number: u64,
    /// The host.
    pub host: HostId,
    /// What happened.
    pub event: Event,
}

/// The events of all hosts by time.
#[derive(Debug, Default)]
pub struct EventLog {
    all: VecDeque<Arc<Happening>>,
    next: u64,
}

impl EventLog {
    /// Takes events in, but for those that are known. How many were new.
    pub fn insert(&mut self, host: &HostId, events: impl IntoIterator<Item = Event>) -> usize {
        let before = self.all.len();
        let mut in_order = true;
        for event in events {
            let last = self.all.back().map(|last| last.event.at);
            in_order &= last.is_none_or(|last| last < event.at);
            self.all.push_back(Arc::new(Happening {
                number: self.next,
                host: host.clone(),
                event,
            }));
            self.next += 1;
        }
        if !in_order {
            self.settle();
        }
        let added = self.all.len() - before;
        let too_many = self.all.len().saturating_sub(MOST);
        self.all.drain(..too_many);
        added
    }

    /// By time, each once: of two that are the same, the one that came first stays, with its number.
    fn settle(&mut self) {
        let all = self.all.make_contiguous();
        all.sort_by(|a, b| {
            let (one, other) = (&a.event, &b.event);
            let by_time = one.at.cmp(&other.at).then_with(|| a.host.cmp(&b.host));
            by_time
                .then_with(|| (&one.id, &one.verb).cmp(&(&other.id, &other.verb)))
                .then(a.number.cmp(&b.number))
        });
        let mut kept: VecDeque<Arc<Happening>> = VecDeque::with_capacity(self.all.len());
        for one in self.all.drain(..) {
            let is_known = kept.back().is_some_and(|last| {
                let (last, one) = (&last.event, &one.event);
                last.at == one.at && last.id == one.id && last.verb == one.verb
            });
            let same_host = kept.back().is_some_and(|last| last.host == one.host);
            if !(is_known && same_host) {
                kept.push_back(one);
            }
        }
        self.all = kept;
    }

    /// All of them, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Happening>> {
        self.all.iter()
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is no room for what is older.
    pub fn is_full(&self) -> bool {
        self.all.len() >= MOST
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
