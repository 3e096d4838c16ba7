//! Many events of one sort as one, and which deaths nobody asked for.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::{Event, EventKind};

/// Events of one sort this near to each other are one burst: an engine waits up to a minute before it restarts what
/// dies again and again (moby `restartmanager`, 100 ms doubled up to 1 min), and what then runs for a while counts, too.
const NEAR: SignedDuration = SignedDuration::from_mins(3);
/// Fewer are told one by one.
const MANY: usize = 3;
/// A death this soon after a signal or an order to stop was asked for: `stop` waits ten seconds by default, and some
/// wait minutes for a database.
const ASKED: SignedDuration = SignedDuration::from_mins(5);

/// Events of one sort as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Burst {
    /// Their places among the events, the oldest first.
    pub events: Vec<usize>,
    /// Whether one of them is a problem.
    pub is_problem: bool,
}

impl Burst {
    /// How many there are.
    pub const fn times(&self) -> usize {
        self.events.len()
    }
}

/// Puts together what happened over and over; `events` are the oldest first, and so are the bursts, each where its last
/// event is. `host` tells the events of several hosts apart. Linear in the number of events.
pub fn bursts<'a, H: std::hash::Hash + Eq + Copy>(
    events: impl IntoIterator<Item = (H, &'a Event)>,
) -> Vec<Burst> {
    let events: Vec<(H, &Event)> = events.into_iter().collect();
    let unasked = unasked(events.iter().copied());
    // By what they have in common: the burst that is open, and when its last event was.
    let mut open: HashMap<(H, &str, &str, &str), (usize, Timestamp)> = HashMap::new();
    let mut found: Vec<Burst> = Vec::new();
    for (place, (host, event)) in events.iter().enumerate() {
        let is_problem = unasked.contains(&place);
        let detail = event
            .attribute("exitCode")
            .or_else(|| event.health())
            .unwrap_or_default();
        let key = (*host, &*event.id, &*event.verb, detail);
        let burst = open
            .get(&key)
            .filter(|(_, last)| event.at.duration_since(*last) <= NEAR);
        let at = if let Some((at, _)) = burst {
            let burst = &mut found[*at];
            burst.events.push(place);
            burst.is_problem |= is_problem;
            *at
        } else {
            found.push(Burst {
                events: vec![place],
                is_problem,
            });
            found.len() - 1
        };
        open.insert(key, (at, event.at));
    }
    let mut told: Vec<Burst> = Vec::with_capacity(found.len());
    for burst in found {
        if burst.times() >= MANY {
            told.push(burst);
            continue;
        }
        told.extend(burst.events.iter().map(|place| Burst {
            events: vec![*place],
            is_problem: unasked.contains(place),
        }));
    }
    told.sort_by_key(|burst| burst.events.last().copied());
    told
}

/// The events that are problems: out of memory, unhealthy, and deaths that nobody asked for. After `docker stop` a
/// container dies with 143 or 137, too: there a `kill` came before. Places among the events, the oldest first.
pub fn unasked<'a, H: std::hash::Hash + Eq>(
    events: impl IntoIterator<Item = (H, &'a Event)>,
) -> HashSet<usize> {
    let mut told_to_end: HashMap<(H, &str), Timestamp> = HashMap::new();
    let mut found = HashSet::new();
    for (place, (host, event)) in events.into_iter().enumerate() {
        if event.kind != EventKind::Container {
            continue;
        }
        let container = (host, &*event.id);
        match &*event.verb {
            "kill" if event.signal().is_none_or(ends) => {
                told_to_end.insert(container, event.at);
            }
            "start" => {
                told_to_end.remove(&container);
            }
            "die" if event.exit_code() != Some(0) => {
                let asked = told_to_end.get(&container);
                let was_asked = asked.is_some_and(|at| event.at.duration_since(*at) <= ASKED);
                if !was_asked {
                    found.insert(place);
                }
            }
            _ if event.severity() > crate::domain::Severity::Fine && &*event.verb != "die" => {
                found.insert(place);
            }
            _ => {}
        }
    }
    found
}

/// Signals that people end things with; others are told something.
const fn ends(signal: i64) -> bool {
    matches!(signal, 2 | 3 | 9 | 15)
}
