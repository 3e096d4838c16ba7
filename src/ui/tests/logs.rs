//! The log: the end stays on screen, scrolling starts where it was stopped, long lines cost what is seen of them.

use std::time::{Duration, Instant};

use super::{frame, full, text};
use crate::app::fixture::container_id;
use crate::app::{Model, View};
use crate::domain::{LogStream, RawLogLine};
use crate::logs::{Line, Query};

fn logs() -> Model {
    let mut model = full();
    model.view = View::Logs;
    model.findings.clear();
    model
}

fn push(model: &mut Model, content: &str) {
    let raw = RawLogLine {
        container: container_id("files-nextcloud-1"),
        at: model.now,
        stream: LogStream::Out,
        bytes: content.as_bytes().to_vec(),
        cut: 0,
    };
    model.logs.push(vec![Line::from_raw(raw)]);
}

#[test]
fn the_end_stays_on_screen() {
    let mut model = logs();
    push(&mut model, "the very last");
    let (buffer, regions) = frame(&model, 80, 24);
    assert!(regions.log_at_end);
    let shown = text(&buffer);
    let last = shown.lines().rev().nth(2).unwrap();
    assert!(last.contains("the very last"), "{shown}");
}

#[test]
fn a_paused_log_starts_at_its_place() {
    let mut model = logs();
    model.logs.follow = false;
    model.logs.top = (8, 1);
    let (_, regions) = frame(&model, 60, 24);
    assert_eq!(regions.log_top, Some((8, 1)));
    assert!(!regions.log_at_end);
    // Beyond the end there is no half-empty screen.
    model.logs.top = (60, 0);
    let (buffer, regions) = frame(&model, 60, 24);
    assert!(regions.log_at_end);
    assert!(regions.log_top.unwrap().0 < 60);
    assert!(!text(&buffer).contains("│ │"));
}

#[test]
fn what_is_reported_is_what_wrap_makes() {
    let mut model = logs();
    push(&mut model, &"0123456789".repeat(50));
    let (_, regions) = frame(&model, 60, 24);
    let rows = crate::logs::wrap(&"0123456789".repeat(50), regions.log_width).len();
    let last = model.logs.buffer.first() + model.logs.buffer.len() as u64 - 1;
    model.logs.follow = false;
    model.logs.top = (last, 0);
    let (_, at_line) = frame(&model, 60, 24);
    let (top, row) = at_line.log_top.unwrap();
    assert!((top, row) <= (last, rows.saturating_sub(1)));
}

#[test]
fn a_match_is_marked_where_it_stands() {
    let mut model = logs();
    push(&mut model, "find the needle here");
    model.logs.query = Query::new("needle");
    model.logs.filter_anew();
    model.logs.hit = Some(model.logs.buffer.first() + model.logs.buffer.len() as u64 - 1);
    let (buffer, _) = frame(&model, 80, 24);
    let theme = crate::theme::Theme::default();
    let marked: String = buffer
        .content
        .iter()
        .filter(|cell| Some(cell.bg) == theme.match_current.bg)
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert_eq!(marked, "needle");
}

/// A budget that even a slow machine without optimisation keeps, and that work on the whole of each line breaks.
#[test]
fn lines_of_a_mebibyte_do_not_make_frames_slow() {
    let mut model = logs();
    for _ in 0..12 {
        push(&mut model, &"x".repeat(1 << 20));
    }
    model.logs.query = Query::new("needle");
    model.logs.filter_anew();
    for (wrap, follow) in [(true, true), (true, false), (false, true), (false, false)] {
        model.logs.style.wrap = wrap;
        model.logs.follow = follow;
        model.logs.top = (65, 300);
        let begun = Instant::now();
        for _ in 0..10 {
            frame(&model, 160, 50);
        }
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(2), "{wrap} {follow} {took:?}");
    }
}
