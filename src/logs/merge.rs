//! Several logs as one in time order, exactly, with one line of each in memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use jiff::Timestamp;

/// What a merge does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn<T> {
    /// This is the next item, of this source.
    Item(usize, T),
    /// Nothing can be said before this source gave its next item, or ended.
    Wants(usize),
    /// All sources have ended.
    Done,
}

/// A merge of sources that each give their items one after the other.
///
/// Items of one source are never reordered: one whose time is before that of the item before it (an engine's clock was
/// set back) goes where that one went. At equal times the source with the lower number comes first.
#[derive(Debug)]
pub struct Merge<T> {
    heads: BinaryHeap<Reverse<Head<T>>>,
    /// Where the last item of each source went.
    places: Vec<Timestamp>,
    /// Sources whose next item is not known yet.
    wanting: Vec<usize>,
}

#[derive(Debug)]
struct Head<T> {
    place: Timestamp,
    source: usize,
    item: T,
}

impl<T> Head<T> {
    const fn order(&self) -> (Timestamp, usize) {
        (self.place, self.source)
    }
}

impl<T> PartialEq for Head<T> {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl<T> Eq for Head<T> {}

impl<T> PartialOrd for Head<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Head<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

impl<T> Merge<T> {
    /// A merge of so many sources.
    pub fn new(sources: usize) -> Self {
        Self {
            heads: BinaryHeap::with_capacity(sources),
            places: vec![Timestamp::MIN; sources],
            wanting: (0..sources).rev().collect(),
        }
    }

    /// The next turn; to be called anew after each. A source that is wanted has to be given an item or ended.
    pub fn turn(&mut self) -> Turn<T> {
        if let Some(source) = self.wanting.last() {
            return Turn::Wants(*source);
        }
        match self.heads.pop() {
            Some(Reverse(head)) => {
                self.wanting.push(head.source);
                Turn::Item(head.source, head.item)
            }
            None => Turn::Done,
        }
    }

    /// Gives the wanted source's next item.
    pub fn give(&mut self, at: Timestamp, item: T) {
        let Some(source) = self.wanting.pop() else {
            return;
        };
        let place = self.places[source].max(at);
        self.places[source] = place;
        self.heads.push(Reverse(Head {
            place,
            source,
            item,
        }));
    }

    /// Says that the wanted source has ended.
    pub fn end(&mut self) {
        self.wanting.pop();
    }
}
