//! A literal is found, whichever way one looks.

use proptest::prelude::*;

use super::line;
use crate::logs::{Budget, Buffer, Direction, Filter, Hits, Query};

/// Where one goes from a line.
fn find(buffer: &Buffer, query: &Query, from: u64, direction: Direction) -> Option<u64> {
    let mut hits = Hits::default();
    hits.advance(buffer, &Filter::default(), query, usize::MAX);
    hits.index.around(from, direction)
}

fn matched(query: &str, text: &str) -> Vec<String> {
    let line = line("a", 0, text);
    let query = Query::new(query).unwrap();
    let ranges = query.matches(&line);
    assert_eq!(query.is_match(&line), !ranges.is_empty());
    ranges
        .into_iter()
        .map(|range| line.text[range].to_owned())
        .collect()
}

#[test]
fn case_matters_when_it_is_typed() {
    assert_eq!(matched("err", "Err ERR err"), ["Err", "ERR", "err"]);
    assert_eq!(matched("Err", "Err ERR err"), ["Err"]);
    assert_eq!(matched("größe", "GRÖSSE GRÖßE"), ["GRÖßE"]);
    assert_eq!(matched("i\u{307}x", "İX"), ["İX"]);
    assert!(matched("i", "İ").is_empty(), "half a letter is none");
}

#[test]
fn matches_do_not_overlap() {
    assert_eq!(matched("aa", "aaaaa").len(), 2);
    assert_eq!(matched("Aa", "AaAa").len(), 2);
    assert!(matched("long", "lon").is_empty());
}

#[test]
fn it_is_a_literal() {
    assert_eq!(matched(".*", "a.*b ab"), [".*"]);
    assert_eq!(Query::new(""), None);
    assert_eq!(Query::new("x y").unwrap().text(), "x y");
}

#[test]
fn searching_goes_around() {
    let mut buffer = Buffer::new(Budget {
        lines: 4,
        ..Budget::default()
    });
    buffer.push(
        ["x", "x", "hit", "no", "hit", "no"]
            .iter()
            .zip(0..)
            .map(|(text, n)| line("a", n, text))
            .collect(),
    );
    assert_eq!(buffer.first(), 2);
    let query = Query::new("hit").unwrap();
    let next = |from| find(&buffer, &query, from, Direction::Forward);
    let previous = |from| find(&buffer, &query, from, Direction::Backward);
    assert_eq!(
        [next(0), next(2), next(4), next(u64::MAX)],
        [Some(2), Some(4), Some(2), Some(2)]
    );
    assert_eq!(
        [previous(0), previous(2), previous(4), previous(u64::MAX)],
        [Some(4), Some(4), Some(2), Some(4)]
    );
    assert_eq!(
        find(&buffer, &Query::new("x").unwrap(), 0, Direction::Forward),
        None
    );
}

#[test]
fn the_only_match_is_found_from_itself() {
    let mut buffer = Buffer::default();
    buffer.push(vec![line("a", 0, "no"), line("a", 1, "hit")]);
    let query = Query::new("hit").unwrap();
    assert_eq!(find(&buffer, &query, 1, Direction::Forward), Some(1));
    assert_eq!(find(&buffer, &query, 1, Direction::Backward), Some(1));
}

proptest! {
    #[test]
    fn it_agrees_with_a_naive_search(
        texts in prop::collection::vec("[abA ]{0,5}", 0..12),
        query in "[abA]{1,2}",
        from in 0..14_u64,
    ) {
        let mut buffer = Buffer::new(Budget { lines: 8, ..Budget::default() });
        buffer.push(texts.iter().zip(0..).map(|(text, n)| line("a", n, text)).collect());
        let query = Query::new(&query).unwrap();
        let sensitive = query.text().contains('A');
        let naive = |text: &str| if sensitive {
            text.contains(query.text())
        } else {
            text.to_lowercase().contains(query.text())
        };
        let hits: Vec<u64> = buffer.range(0, usize::MAX).filter(|(_, line)| naive(&line.text)).map(|(n, _)| n).collect();
        let forward = hits.iter().find(|n| **n > from).or(hits.first()).copied();
        let backward = hits.iter().rev().find(|n| **n < from).or(hits.last()).copied();
        prop_assert_eq!(find(&buffer, &query, from, Direction::Forward), forward);
        prop_assert_eq!(find(&buffer, &query, from, Direction::Backward), backward);
    }
}
