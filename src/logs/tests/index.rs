//! What is found step by step, while lines come and go, is what is found at once.

use proptest::prelude::*;

use super::{at, line};
use crate::domain::LogStream;
use crate::logs::{Budget, Buffer, Filter, Hits, Keep, Level, Line, Query, Shown};

fn numbers(index: &crate::logs::Index) -> Vec<u64> {
    index.numbers().iter().copied().collect()
}

fn shown(buffer: &Buffer, filter: &Filter, query: Option<&Query>) -> Vec<u64> {
    let mut shown = Shown::default();
    shown.advance(buffer, filter, query, usize::MAX);
    numbers(&shown.index)
}

fn buffer_of(texts: &[&str]) -> Buffer {
    let mut buffer = Buffer::default();
    let lines = texts.iter().zip(0..).map(|(text, n)| line("a", n, text));
    buffer.push(lines.collect());
    buffer
}

#[test]
fn matches_have_their_surroundings_once() {
    let buffer = buffer_of(&["a", "x", "b", "c", "x", "d", "e", "f", "g", "x"]);
    let query = Query::new("x");
    let mut filter = Filter {
        keep: Keep::Matches,
        context: 1,
        ..Filter::default()
    };
    let shown = |filter: &Filter| shown(&buffer, filter, query.as_ref());
    assert_eq!(shown(&filter), [0, 1, 2, 3, 4, 5, 8, 9]);
    filter.context = 0;
    assert_eq!(shown(&filter), [1, 4, 9]);
    filter.keep = Keep::Others;
    assert_eq!(shown(&filter), [0, 2, 3, 5, 6, 7, 8]);
    filter.keep = Keep::All;
    assert!(filter.is_everything(query.as_ref()));
}

#[test]
fn a_stack_trace_is_shown_whole_or_not_at_all() {
    let mut buffer = Buffer::default();
    let trace = ["boom", "\tat a.b.C(D.java:1)", "\tat needle", "fine"];
    let mut lines: Vec<Line> = trace.iter().map(|text| line("a", 1, text)).collect();
    lines[1].continues = true;
    lines[2].continues = true;
    lines[0].level = Some(Level::Error);
    lines[1].level = Some(Level::Error);
    lines[2].level = Some(Level::Error);
    buffer.push(lines);
    let query = Query::new("needle");
    let matches = Filter {
        keep: Keep::Matches,
        ..Filter::default()
    };
    assert_eq!(shown(&buffer, &matches, query.as_ref()), [0, 1, 2]);
    let grave = Filter {
        level: Some(Level::Warn),
        ..Filter::default()
    };
    assert_eq!(shown(&buffer, &grave, None), [0, 1, 2]);
    let mut late = Shown::default();
    late.advance(&buffer, &matches, query.as_ref(), 1);
    assert_eq!(late.index.numbers().len(), 3, "a step does not cut it");
}

#[test]
fn streams_and_containers_are_left_out() {
    let mut buffer = Buffer::default();
    let mut error = line("b", 2, "b");
    error.stream = LogStream::Err;
    buffer.push(vec![line("a", 1, "a"), error, line("c", 3, "c")]);
    let mut filter = Filter::default();
    filter.hidden.insert("a".into());
    assert_eq!(shown(&buffer, &filter, None), [1, 2]);
    filter.stream = Some(LogStream::Err);
    assert_eq!(shown(&buffer, &filter, None), [1]);
    let end = Line::border(at(9), "b".into(), "b ended with 1".to_owned());
    buffer.push(vec![end]);
    assert_eq!(shown(&buffer, &filter, None), [1, 3], "borders stay");
}

#[derive(Debug, Clone)]
struct Made {
    source: u8,
    second: i64,
    matches: bool,
    continues: bool,
    error: bool,
}

fn made() -> impl Strategy<Value = Made> {
    (
        0..3_u8,
        0..30_i64,
        any::<bool>(),
        prop::bool::weighted(0.3),
        any::<bool>(),
    )
        .prop_map(|(source, second, matches, continues, error)| Made {
            source,
            second,
            matches,
            continues,
            error,
        })
}

fn made_line(made: &Made) -> Line {
    let text = if made.matches { "a needle" } else { "hay" };
    let mut line = line(&made.source.to_string(), made.second, text);
    line.continues = made.continues;
    line.level = made.error.then_some(Level::Error);
    if made.error {
        line.stream = LogStream::Err;
    }
    line
}

proptest! {
    #[test]
    fn step_by_step_is_at_once(
        batches in prop::collection::vec((prop::collection::vec(made(), 0..12), any::<bool>()), 0..12),
        limit in prop_oneof![Just(1000_usize), 1..40_usize],
        context in 0..4_usize,
        keep in prop_oneof![Just(Keep::All), Just(Keep::Matches), Just(Keep::Others)],
        level in prop::option::of(Just(Level::Warn)),
        hidden in prop::option::of(0..3_u8),
        step in 1..9_usize,
    ) {
        let filter = Filter {
            hidden: hidden.iter().map(|source| source.to_string().as_str().into()).collect(),
            stream: None,
            level,
            keep,
            context,
        };
        let query = Query::new("needle").unwrap();
        let mut buffer = Buffer::new(Budget { lines: limit, ..Budget::default() });
        let (mut hits, mut some) = (Hits::default(), Shown::default());
        for (batch, looks) in batches {
            let changed = buffer.push(batch.iter().map(made_line).collect());
            hits.changed(changed);
            some.changed(&buffer, &filter, changed);
            for _ in 0..if looks { 100 } else { 1 } {
                hits.advance(&buffer, &filter, &query, step);
                some.advance(&buffer, &filter, Some(&query), step);
            }
            while hits.index.next() < buffer.end() {
                hits.advance(&buffer, &filter, &query, step);
            }
            while some.index.next() < buffer.end() {
                some.advance(&buffer, &filter, Some(&query), step);
            }
            let mut all = Hits::default();
            all.advance(&buffer, &filter, &query, usize::MAX);
            prop_assert_eq!(numbers(&hits.index), numbers(&all.index));
            // What left at the old end may still have its surroundings on screen, or be part of a trace.
            let at_once = shown(&buffer, &filter, Some(&query));
            let held: Vec<u64> = numbers(&some.index);
            if buffer.dropped() == 0 {
                prop_assert_eq!(held, at_once);
            } else {
                prop_assert!(held.is_sorted());
                prop_assert!(held.iter().all(|number| (buffer.first()..buffer.end()).contains(number)));
            }
        }
    }
}
