//! A merge is a time-ordered permutation of what went in, and a log taken up again is whole.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::at;
use crate::logs::{Cursor, Merge, Turn};

/// Items as (source, number within it).
fn merged(sources: &[Vec<i64>]) -> Vec<(usize, usize)> {
    let mut merge = Merge::new(sources.len());
    let mut next = vec![0; sources.len()];
    let mut out = Vec::new();
    loop {
        match merge.turn() {
            Turn::Item(source, number) => out.push((source, number)),
            Turn::Wants(source) => match sources[source].get(next[source]) {
                Some(second) => {
                    merge.give(at(*second), next[source]);
                    next[source] += 1;
                }
                None => merge.end(),
            },
            Turn::Done => return out,
        }
    }
}

#[test]
fn sources_come_together_in_time_order() {
    assert_eq!(merged(&[]), []);
    assert_eq!(merged(&[vec![], vec![]]), []);
    assert_eq!(
        merged(&[vec![1, 3], vec![2, 3]]),
        [(0, 0), (1, 0), (0, 1), (1, 1)]
    );
}

#[test]
fn a_clock_that_was_set_back_reorders_nothing() {
    assert_eq!(
        merged(&[vec![5, 1, 6], vec![2, 5]]),
        [(1, 0), (0, 0), (0, 1), (1, 1), (0, 2)]
    );
}

#[test]
fn nothing_is_said_before_all_sources_spoke() {
    let mut merge = Merge::new(2);
    assert_eq!(merge.turn(), Turn::Wants(0));
    merge.give(at(1), 'a');
    assert_eq!(merge.turn(), Turn::Wants(1));
    merge.end();
    assert_eq!(merge.turn(), Turn::Item(0, 'a'));
    assert_eq!(merge.turn(), Turn::Wants(0));
    merge.end();
    assert_eq!(merge.turn(), Turn::Done);
}

/// A log is cut off after so many lines, and read again from the cursor's time on, over and over.
fn read_with_cuts(log: &[Timestamp], cuts: &[usize]) -> Vec<usize> {
    let mut cursor = Cursor::default();
    let mut seen = Vec::new();
    let mut cuts = cuts.iter();
    loop {
        let cut = cuts.next();
        cursor.again();
        let since = cursor.since();
        let lines = log.iter().enumerate();
        let given = lines.filter(|(_, at)| since.is_none_or(|since| **at > since));
        for (number, at) in given.take(cut.copied().unwrap_or(usize::MAX)) {
            if cursor.is_new(*at) {
                seen.push(number);
            }
        }
        if cut.is_none() {
            return seen;
        }
    }
}

#[test]
fn lines_of_one_nanosecond_are_all_told_once() {
    let log = vec![at(7); 5];
    assert_eq!(read_with_cuts(&log, &[2, 3, 0]), [0, 1, 2, 3, 4]);
}

#[test]
fn a_busy_log_is_remembered_within_bounds() {
    let log: Vec<Timestamp> = (0..300_000)
        .map(|n| at(0) + SignedDuration::from_nanos(n / 3))
        .collect();
    let told = read_with_cuts(&log, &[150_000, 299_999]);
    assert!(told.iter().copied().eq(0..log.len()));
}

proptest! {
    #[test]
    fn a_merge_is_a_permutation_in_time_order(
        sources in prop::collection::vec(prop::collection::vec(0..20_i64, 0..12), 0..6),
    ) {
        let out = merged(&sources);
        let mut sorted = out.clone();
        sorted.sort_unstable();
        let all = sources.iter().enumerate();
        let expected: Vec<_> = all.flat_map(|(s, items)| (0..items.len()).map(move |n| (s, n))).collect();
        prop_assert_eq!(sorted, expected);
        let mut next = vec![0; sources.len()];
        let mut last = 0;
        for (source, number) in out {
            prop_assert_eq!(number, next[source]);
            next[source] += 1;
            let place = *sources[source][..=number].iter().max().unwrap();
            prop_assert!(place >= last);
            last = place;
        }
    }

    #[test]
    fn a_log_that_is_cut_off_is_told_whole_and_once(
        steps in prop::collection::vec((0..80_000_000_i64, 0..60_000_000_i64), 0..60),
        cuts in prop::collection::vec(0..20_usize, 0..8),
    ) {
        // Times that go on, some of them a little into the past of those before.
        let mut now = 0;
        let log: Vec<Timestamp> = steps.iter().map(|(step, back)| {
            now += step / 7 * 7 % 3 * step;
            at(100) + SignedDuration::from_nanos(now - back % 50_000_000)
        }).collect();
        let told = read_with_cuts(&log, &cuts);
        let mut sorted = told.clone();
        sorted.sort_unstable();
        sorted.dedup();
        prop_assert_eq!(sorted.len(), told.len(), "doubled");
        prop_assert_eq!(sorted, (0..log.len()).collect::<Vec<_>>(), "lost");
    }
}
