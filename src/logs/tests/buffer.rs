//! In time order, nothing lost, within the budget.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{at, line};
use crate::logs::{Budget, Buffer, Edge, Line};

fn texts(buffer: &Buffer) -> Vec<&str> {
    buffer
        .range(0, usize::MAX)
        .map(|(_, line)| &*line.text)
        .collect()
}

fn edge(second: i64) -> Edge {
    Edge {
        at: at(second),
        held: 1,
    }
}

fn lines(count: usize) -> Budget {
    Budget {
        lines: count,
        ..Budget::default()
    }
}

#[test]
fn late_lines_go_to_their_place() {
    let mut buffer = Buffer::default();
    buffer.push(vec![
        line("a", 1, "a1"),
        line("a", 3, "a3"),
        line("a", 5, "a5"),
    ]);
    buffer.push(vec![
        line("b", 0, "b0"),
        line("b", 3, "b3"),
        line("b", 4, "b4"),
        line("b", 9, "b9"),
    ]);
    assert_eq!(texts(&buffer), ["b0", "a1", "a3", "b3", "b4", "a5", "b9"]);
    assert_eq!(buffer.len(), 7);
    assert!(!buffer.is_empty());
}

#[test]
fn equal_times_keep_the_order_of_arrival() {
    let mut buffer = Buffer::default();
    for text in ["1", "2", "3"] {
        buffer.push(vec![
            line("a", 5, text),
            line("b", 5, text),
            line("a", 5, text),
        ]);
    }
    assert_eq!(
        texts(&buffer),
        ["1", "1", "1", "2", "2", "2", "3", "3", "3"]
    );
}

#[test]
fn a_border_that_is_told_early_stays_behind_the_last_words() {
    let mut buffer = Buffer::default();
    buffer.push(vec![line("a", 1, "a1")]);
    let end = Line::border(at(5), "a".into(), "a ended".to_owned());
    buffer.push(vec![end]);
    buffer.push(vec![line("a", 4, "last words")]);
    assert_eq!(texts(&buffer), ["a1", "last words", "a ended"]);
}

#[test]
fn a_clock_set_back_does_not_reorder_a_container() {
    let mut buffer = Buffer::default();
    buffer.push(vec![line("a", 10, "first"), line("a", 4, "second")]);
    buffer.push(vec![line("b", 7, "b")]);
    buffer.push(vec![line("a", 5, "third"), line("a", 11, "fourth")]);
    assert_eq!(texts(&buffer), ["b", "first", "second", "third", "fourth"]);
    assert_eq!(buffer.end_of(&"a".into()).map(|edge| edge.at), Some(at(11)));
}

#[test]
fn old_lines_leave_over_the_budget_of_lines() {
    let mut buffer = Buffer::new(lines(3));
    buffer.push((0..5).map(|n| line("a", n, &n.to_string())).collect());
    assert_eq!(texts(&buffer), ["2", "3", "4"]);
    assert_eq!((buffer.first(), buffer.dropped()), (2, 2));
    assert_eq!(buffer.get(1), None);
    assert_eq!(buffer.get(2).map(|line| &*line.text), Some("2"));
    assert_eq!(buffer.get(5), None);
    buffer.push(vec![line("a", 5, "5")]);
    assert_eq!(
        buffer.get(3).map(|line| &*line.text),
        Some("3"),
        "numbers stay"
    );
}

#[test]
fn old_lines_leave_over_the_budget_of_bytes() {
    let mut buffer = Buffer::new(Budget {
        lines: 1000,
        bytes: 10_000,
    });
    for n in 0..100 {
        buffer.push(vec![line("a", n, &"x".repeat(1000))]);
        assert!(buffer.bytes() <= 10_000);
    }
    assert!((5..10).contains(&buffer.len()));
    assert_eq!(buffer.dropped() + buffer.len() as u64, 100);
    buffer.push(vec![line("a", 100, &"x".repeat(20_000))]);
    assert!(
        buffer.is_empty(),
        "a line larger than the budget is not kept"
    );
    assert_eq!(buffer.bytes(), 0);
}

#[test]
fn lines_too_old_for_a_full_buffer_move_no_numbers() {
    let mut buffer = Buffer::new(lines(3));
    buffer.push((10..13).map(|n| line("a", n, &n.to_string())).collect());
    buffer.push((0..5).map(|n| line("b", n, "late")).collect());
    assert_eq!((buffer.first(), buffer.dropped()), (0, 5));
    assert_eq!(buffer.get(0).map(|line| &*line.text), Some("10"));
}

#[test]
fn a_range_begins_with_the_first_line_held() {
    let mut buffer = Buffer::new(lines(3));
    buffer.push((0..5).map(|n| line("a", n, &n.to_string())).collect());
    let numbers = |from, count| {
        buffer
            .range(from, count)
            .map(|(n, _)| n)
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(0, 2), [2, 3]);
    assert_eq!(numbers(3, 100), [3, 4]);
    assert!(numbers(5, 1).is_empty());
    assert!(numbers(u64::MAX, usize::MAX).is_empty());
}

#[test]
fn a_lost_stream_is_taken_up_after_its_last_line() {
    let mut buffer = Buffer::new(lines(1));
    buffer.push(vec![line("a", 5, "a"), line("b", 6, "b")]);
    buffer.push(vec![Line::border(
        at(99),
        "a".into(),
        "a exited (1)".into(),
    )]);
    assert_eq!(
        buffer.end_of(&"a".into()),
        Some(edge(5)),
        "our clock is not the engine's"
    );
    assert_eq!(
        buffer.end_of(&"b".into()),
        Some(edge(6)),
        "also of lines that left"
    );
    assert_eq!(buffer.end_of(&"c".into()), None);
}

#[test]
fn clearing_gives_no_number_out_again() {
    let mut buffer = Buffer::default();
    buffer.push(vec![line("a", 5, "a"), line("a", 6, "b")]);
    buffer.clear();
    assert!(buffer.is_empty());
    assert_eq!(
        (buffer.first(), buffer.bytes(), buffer.end_of(&"a".into())),
        (2, 0, None)
    );
    buffer.push(vec![line("a", 1, "c")]);
    assert_eq!(buffer.get(2).map(|line| &*line.text), Some("c"));
}

/// Batches of lines `(source, second)`.
fn batches() -> impl Strategy<Value = Vec<Vec<(u8, i64)>>> {
    prop::collection::vec(prop::collection::vec((0..4_u8, 0..20_i64), 0..12), 0..12)
}

proptest! {
    #[test]
    fn a_buffer_is_a_permutation_in_order(batches in batches(), limit in prop_oneof![Just(1000_usize), 0..40_usize]) {
        let mut buffer = Buffer::new(lines(limit));
        let mut pushed = 0_usize;
        for batch in batches {
            buffer.push(batch.into_iter().map(|(source, second)| {
                pushed += 1;
                line(&source.to_string(), second, &format!("{pushed}"))
            }).collect());
            let numbered: Vec<(u64, &Line)> = buffer.range(0, usize::MAX).collect();
            prop_assert!(numbered.iter().zip(buffer.first()..).all(|((number, _), expected)| *number == expected));
            for (number, line) in &numbered {
                prop_assert_eq!(buffer.get(*number), Some(*line));
            }
            prop_assert_eq!(buffer.len() as u64 + buffer.dropped(), pushed as u64);
            prop_assert_eq!(buffer.len(), pushed.min(limit));

            let arrivals: Vec<usize> = numbered.iter().map(|(_, line)| line.text.parse().unwrap()).collect();
            prop_assert_eq!(arrivals.iter().collect::<BTreeSet<_>>().len(), arrivals.len(), "nothing is doubled");
            // In order: by time, where no line counts as earlier than what its container wrote before.
            for source in 0..4 {
                let of_source: Vec<usize> = numbered.iter().zip(&arrivals)
                    .filter(|((_, line), _)| line.source == source.to_string().into())
                    .map(|(_, arrival)| *arrival)
                    .collect();
                prop_assert!(of_source.is_sorted());
            }
        }
    }

    #[test]
    fn with_sane_clocks_it_is_the_stable_sort_of_its_inputs(mut batches in batches()) {
        let mut clocks = [0; 4];
        let mut buffer = Buffer::default();
        let mut expected = Vec::new();
        for batch in &mut batches {
            for (source, second) in batch.iter_mut() {
                clocks[usize::from(*source)] += *second;
                *second = clocks[usize::from(*source)];
            }
            let made: Vec<Line> = batch.iter().enumerate()
                .map(|(n, (source, second))| line(&source.to_string(), *second, &n.to_string()))
                .collect();
            expected.extend(made.clone());
            buffer.push(made);
        }
        expected.sort_by_key(|line| line.at);
        prop_assert!(buffer.range(0, usize::MAX).map(|(_, line)| line).eq(&expected));
    }
}
