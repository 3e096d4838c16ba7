//! A log that is read backwards page by page, and forwards where lines had to leave, is the log.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{at, line};
use crate::domain::ContainerId;
use crate::logs::{Budget, Buffer, Edge, Line};

/// What an engine answers: the lines of one container in order.
#[derive(Debug, Clone)]
struct Engine(BTreeMap<ContainerId, Vec<Line>>);

impl Engine {
    fn tail(&self, id: &ContainerId, count: usize) -> Vec<Line> {
        last(&self.0[id], count)
    }

    fn before(&self, id: &ContainerId, edge: Edge, count: usize) -> Vec<Line> {
        let upto: Vec<Line> = self.0[id]
            .iter()
            .filter(|line| line.at <= edge.at)
            .cloned()
            .collect();
        let same = upto.iter().filter(|line| line.at == edge.at).count();
        let older = upto.len() - edge.held.min(same);
        last(&upto[..older], count)
    }

    fn after(&self, id: &ContainerId, edge: Option<Edge>) -> Vec<Line> {
        let mut held = edge.map_or(0, |edge| edge.held);
        let mut lines = self.0[id].clone();
        lines.retain(|line| match edge {
            Some(edge) if line.at < edge.at => false,
            Some(edge) if line.at == edge.at && held > 0 => {
                held -= 1;
                false
            }
            _ => true,
        });
        lines
    }
}

/// The last lines; a page does not begin between lines of the very same nanosecond.
fn last(lines: &[Line], count: usize) -> Vec<Line> {
    let mut from = lines.len().saturating_sub(count);
    while from > 0 && from < lines.len() && lines[from - 1].at == lines[from].at {
        from -= 1;
    }
    lines[from..].to_vec()
}

fn engine() -> impl Strategy<Value = Engine> {
    let lines = || prop::collection::vec(0..3_i64, 1..40);
    (lines(), lines(), lines()).prop_map(|(a, b, c)| {
        let of = |name: &str, steps: Vec<i64>| {
            let mut second = 0;
            let lines = steps.iter().enumerate().map(|(n, step)| {
                second += step;
                line(name, second, &format!("{name}{n}"))
            });
            (ContainerId::from(name), lines.collect::<Vec<_>>())
        };
        Engine([of("a", a), of("b", b), of("c", c)].into())
    })
}

fn texts(buffer: &Buffer) -> Vec<String> {
    buffer
        .range(0, usize::MAX)
        .map(|(_, line)| line.text.to_string())
        .collect()
}

fn of(texts: &[String], source: &ContainerId) -> Vec<String> {
    let theirs = texts
        .iter()
        .filter(|text| text.starts_with(&source.to_string()[..1]));
    theirs.cloned().collect()
}

proptest! {
    #[test]
    fn read_backwards_it_is_whole(engine in engine(), tail in 1..10_usize, page in 1..10_usize) {
        let mut buffer = Buffer::default();
        for id in engine.0.keys() {
            buffer.push(engine.tail(id, tail));
        }
        loop {
            let mut any = false;
            for id in engine.0.keys() {
                let edge = buffer.start_of(id).unwrap();
                let older = engine.before(id, edge, page);
                any |= !older.is_empty();
                let last = buffer.anchor(buffer.end() - 1);
                prop_assert!(!buffer.push_older(older, last), "there is room");
                let kept = last.and_then(|last| buffer.number_of(last));
                prop_assert_eq!(kept, Some(buffer.end() - 1));
            }
            if !any {
                break;
            }
        }
        let all = texts(&buffer);
        for (id, lines) in &engine.0 {
            let expected: Vec<String> = lines.iter().map(|line| line.text.to_string()).collect();
            prop_assert_eq!(of(&all, id), expected, "nothing is lost or doubled, and all in order");
        }
        let times: Vec<_> = buffer.range(0, usize::MAX).map(|(_, line)| line.at).collect();
        prop_assert!(times.is_sorted());
    }

    #[test]
    fn what_left_at_the_new_end_comes_again(engine in engine(), limit in 4..20_usize, page in 1..10_usize) {
        let mut buffer = Buffer::new(Budget { lines: limit, ..Budget::default() });
        for id in engine.0.keys() {
            buffer.push(engine.tail(id, 3));
        }
        let mut cut = false;
        for _ in 0..6 {
            for id in engine.0.keys() {
                let Some(edge) = buffer.start_of(id) else { continue };
                cut |= buffer.push_older(engine.before(id, edge, page), None);
                prop_assert!(buffer.len() <= limit);
            }
        }
        let before = texts(&buffer);
        // Read on from where each is held, with all the room that is needed.
        let mut whole = Buffer::default();
        for (_, line) in buffer.range(0, usize::MAX) {
            whole.push(vec![line.clone()]);
        }
        if cut {
            for id in engine.0.keys() {
                whole.push(engine.after(id, buffer.end_of(id)));
            }
        }
        let all = texts(&whole);
        for (id, lines) in &engine.0 {
            let theirs = of(&all, id);
            let expected: Vec<String> = lines.iter().map(|line| line.text.to_string()).collect();
            prop_assert_eq!(&theirs[..], &expected[expected.len() - theirs.len()..], "one piece, to its end");
            prop_assert!(of(&before, id).len() <= theirs.len());
        }
    }
}

#[test]
fn what_is_looked_at_stays() {
    let mut buffer = Buffer::new(Budget {
        lines: 6,
        ..Budget::default()
    });
    buffer.push((10..16).map(|n| line("a", n, &n.to_string())).collect());
    let looked_at = buffer.anchor(1);
    let older = (0..10).map(|n| line("a", n, &n.to_string())).collect();
    assert!(buffer.push_older(older, looked_at));
    let number = buffer.number_of(looked_at.unwrap()).unwrap();
    assert_eq!(&*buffer.get(number).unwrap().text, "11");
    let edge = Edge {
        at: at(12),
        held: 0,
    };
    assert_eq!(
        buffer.end_of(&"a".into()),
        Some(edge),
        "from there on it is read again"
    );
    buffer.make_room(number);
    assert_eq!((buffer.len(), buffer.first()), (3, number - 2));
}
