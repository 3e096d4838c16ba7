//! Older lines, held-up reading, filters, marks, times: what is asked of an engine, and where one then is.

use super::*;
use crate::app::effect::{LogStart, OlderWanted};
use crate::app::log_view::LogScope;
use crate::app::msg::{LogMsg, OlderLines};
use crate::app::overlay::Overlay;
use crate::app::view::View;
use crate::domain::{Failure, LogStream, RawLogLine, Severity};
use crate::logs::{Budget, Edge};

fn raw(name: &str, second: i64, text: &str) -> RawLogLine {
    RawLogLine {
        container: id(name),
        at: at(second),
        stream: LogStream::Out,
        bytes: text.as_bytes().to_vec(),
        cut: 0,
    }
}

fn tell(app: &mut App, lines: Vec<RawLogLine>) {
    app.tell(Msg::Logs(app.model.logs.stream, LogMsg::Lines(lines)));
}

fn numbered(name: &str, seconds: std::ops::Range<i64>) -> Vec<RawLogLine> {
    seconds
        .map(|n| raw(name, n, &format!("line {n}")))
        .collect()
}

/// A log of which the tail, the seconds from 5000 on, is read.
fn opened() -> App {
    let mut app = App::with(vec![container("web")]);
    app.press("l");
    tell(&mut app, numbered("web", 5_000..6_000));
    app.tell(Msg::Logs(
        app.model.logs.stream,
        LogMsg::CaughtUp(id("web")),
    ));
    app.effects();
    app
}

fn older(effects: &[Effect]) -> Vec<OlderWanted> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::OlderLogs { wanted, .. } => Some(wanted.clone()),
            _ => None,
        })
        .collect()
}

fn answer(app: &mut App, lines: Vec<RawLogLine>, begun: bool) {
    let older = OlderLines { lines, begun };
    app.tell(Msg::OlderLogs(app.model.logs.opening, id("web"), Ok(older)));
}

fn top_text(app: &App) -> String {
    let top = app.model.logs.top.0;
    app.model.logs.buffer.get(top).unwrap().text.to_string()
}

#[test]
fn older_lines_are_read_where_one_scrolls_up_to_the_first() {
    let mut app = opened();
    app.press("p");
    assert!(older(&app.effects()).is_empty() || app.model.logs.top.0 == 0);
    app.press("g");
    let asked = older(&app.effects());
    let before = Edge {
        at: at(5_000),
        held: 1,
    };
    assert_eq!(
        asked.len(),
        usize::from(!app.model.logs.reads_older()) + asked.len()
    );
    assert!(app.model.logs.reads_older());
    assert_eq!(app.model.logs.buffer.start_of(&id("web")), Some(before));
    answer(&mut app, numbered("web", 4_000..5_000), false);
    assert_eq!(top_text(&app), "line 5000", "the screen stays where it was");
    app.press("k");
    assert_eq!(top_text(&app), "line 4999", "seamlessly");
    app.press("g");
    assert_eq!(top_text(&app), "line 4000");
    app.effects();
    answer(&mut app, numbered("web", 3_990..4_000), true);
    app.press("g");
    assert_eq!(top_text(&app), "line 3990");
    assert!(older(&app.effects()).is_empty(), "the log begins there");
}

#[test]
fn a_log_that_is_shorter_than_its_tail_is_asked_for_no_more() {
    let mut app = App::with(vec![container("web")]);
    app.press("l");
    tell(&mut app, numbered("web", 0..10));
    app.tell(Msg::Logs(app.model.logs.stream, LogMsg::Ended(id("web"))));
    app.effects();
    app.press("g");
    assert!(older(&app.effects()).is_empty());
}

#[test]
fn of_several_containers_nothing_is_shown_above_a_hole() {
    let mut app = App::with(vec![container("p/web#1"), container("p/web#2")]);
    app.press("j l");
    tell(&mut app, numbered("web#1", 0..10));
    tell(&mut app, numbered("web#2", 5_000..7_000));
    for name in ["web#1", "web#2"] {
        app.tell(Msg::Logs(app.model.logs.stream, LogMsg::CaughtUp(id(name))));
    }
    app.effects();
    app.press("g");
    assert_eq!(
        top_text(&app),
        "line 5000",
        "web#2 may have said more before"
    );
    let asked = older(&app.effects());
    let asked: Vec<_> = asked
        .iter()
        .map(|wanted| wanted.container.clone())
        .collect();
    assert_eq!(asked, [id("web#2")], "of web#1 everything is known");
}

#[test]
fn a_failure_to_read_older_lines_is_told_and_not_repeated() {
    let mut app = opened();
    app.press("g");
    app.effects();
    let failure = Failure::new("read older lines", "the file is gone");
    app.tell(Msg::OlderLogs(
        app.model.logs.opening,
        id("web"),
        Err(failure),
    ));
    assert!(older(&app.effects()).is_empty());
    assert!(app.model.logs.failure.is_some());
}

fn small(budget: usize) -> App {
    let mut app = App::with(vec![container("web")]);
    app.model.settings.log_budget = Budget {
        lines: budget,
        ..Budget::default()
    };
    app.press("l");
    app.effects();
    app
}

#[test]
fn what_is_read_by_nobody_is_held_up_before_what_is_looked_at_leaves() {
    let mut app = small(3_000);
    tell(&mut app, numbered("web", 0..2_000));
    app.press("p g");
    app.effects();
    tell(&mut app, numbered("web", 2_000..3_000));
    assert!(app.effects().contains(&Effect::HoldLogs));
    assert!(app.model.logs.held_up.is_some());
    assert_eq!(top_text(&app), "line 0");
    let stream = app.model.logs.stream;
    app.tell(Msg::Logs(stream, LogMsg::Lines(Vec::new())));
    assert!(app.effects().is_empty(), "nothing is followed meanwhile");
    // Down at the end it goes on where it was held up.
    app.model.logs.top = (2_990, 0);
    app.model.regions.log_at_end = true;
    app.tick(1);
    let edge = Edge {
        at: at(2_999),
        held: 1,
    };
    let follow = Effect::FollowLogs {
        host: host(),
        stream,
        containers: vec![(id("web"), LogStart::After(edge))],
        settle: false,
    };
    assert!(app.effects().contains(&follow));
    assert!(app.model.logs.held_up.is_none());
    assert!(app.model.logs.buffer.len() <= 1_501, "old lines made room");
    assert_eq!(top_text(&app), "line 2990");
}

#[test]
fn after_a_long_pause_the_end_is_read_anew() {
    let mut app = small(3_000);
    tell(&mut app, numbered("web", 0..2_000));
    app.press("p g");
    tell(&mut app, numbered("web", 2_000..3_000));
    app.tick(3_120);
    app.effects();
    app.press("G");
    let effects = app.effects();
    assert!(effects.contains(&Effect::StopLogs));
    let tails = |effect: &&Effect| {
        matches!(effect, Effect::FollowLogs { containers, .. }
            if matches!(containers[..], [(_, LogStart::Tail(_))]))
    };
    // Asked for with the next message, once the old reading is stopped.
    app.tick(1);
    let later = app.effects();
    assert_eq!(effects.iter().chain(&later).filter(tails).count(), 1);
    assert!(app.model.logs.follow && app.model.logs.buffer.is_empty());
}

#[test]
fn a_time_is_gone_to_where_it_is_held_and_else_read_from_there() {
    let mut app = opened();
    app.press("t");
    // 1_800_000_000 is 2027-01-15 08:00:00 UTC; the tail begins 5000 s later.
    app.model.now = at(6_000);
    app.tell(Msg::Paste("2027-01-15 09:30:00".to_owned()));
    app.press("Enter");
    assert_eq!(top_text(&app), "line 5400");
    assert!(!app.model.logs.follow && app.model.overlay.is_none());
    app.effects();
    app.press("t");
    app.tell(Msg::Paste("2027-01-15 08:30:00".to_owned()));
    app.press("Enter");
    app.tick(0);
    let effects = app.effects();
    let follow = effects.iter().find_map(|effect| match effect {
        Effect::FollowLogs { containers, .. } => Some(containers.clone()),
        _ => None,
    });
    assert_eq!(follow.unwrap(), [(id("web"), LogStart::From(at(1_800)))]);
    app.press("t");
    app.tell(Msg::Paste("half past nine".to_owned()));
    app.press("Enter");
    let Some(Overlay::LogAsk(ask)) = &app.model.overlay else {
        panic!("the question stays");
    };
    assert!(ask.wrong.as_ref().unwrap().contains("09:30"));
}

#[test]
fn only_matches_then_only_the_rest_then_all() {
    let mut app = App::with(vec![container("web")]);
    app.press("l");
    let texts = ["ok", "bad one", "ok", "bad two", "ok"];
    let lines = texts.iter().zip(0..).map(|(text, n)| raw("web", n, text));
    tell(&mut app, lines.collect());
    app.press("/ b a d Enter f");
    let shown = |app: &App| {
        let logs = &app.model.logs;
        (0..5)
            .filter(|n| logs.shown_from(*n) == Some(*n))
            .collect::<Vec<u64>>()
    };
    assert_eq!(shown(&app), [1, 3]);
    app.press("+");
    assert_eq!(shown(&app), [0, 1, 2, 3, 4]);
    app.press("- f");
    assert_eq!(shown(&app), [0, 2, 4]);
    app.press("f");
    assert_eq!(shown(&app).len(), 5);
    app.press("f Esc");
    assert!(
        app.model.logs.shown.is_none(),
        "without a search all is shown"
    );
    assert_eq!(app.model.view, View::Logs);
}

#[test]
fn marked_lines_are_taken() {
    let mut app = App::with(vec![container("web")]);
    app.press("l");
    tell(&mut app, numbered("web", 0..30));
    app.model.regions.log_top = Some((10, 0));
    app.effects();
    app.press("v k k y");
    let copied = "line 27\nline 28\nline 29".to_owned();
    assert!(app.effects().contains(&Effect::Copy(copied)));
    app.press("Esc");
    assert!(app.model.logs.marking.is_none());
    assert_eq!(app.model.view, View::Logs);
}

#[test]
fn a_widens_and_marks_choose() {
    let mut app = App::with(vec![
        container("p/web"),
        container("p/db"),
        container("lone"),
    ]);
    app.press("j l");
    app.effects();
    app.press("a");
    let followed = |effects: Vec<Effect>| {
        let one = |effect: &Effect| match effect {
            Effect::FollowLogs { containers, .. } => containers.len(),
            _ => 0,
        };
        effects.iter().map(one).sum::<usize>()
    };
    assert_eq!(followed(app.effects()), 2, "the project");
    app.press("a");
    assert_eq!(followed(app.effects()), 3, "everything");
    app.press("Esc");
    app.effects();
    app.press("g j Space Space l");
    let both = [service(Some("p"), "db"), service(Some("p"), "web")].into();
    assert_eq!(app.model.logs.scope, Some(LogScope::Services(both)));
    assert_eq!(followed(app.effects()), 2);
}

#[test]
fn a_line_that_somebody_should_know_of_is_a_finding() {
    let mut app = opened();
    app.model.now = at(6_000);
    tell(
        &mut app,
        vec![raw("web", 6_000, "write: No space left on device")],
    );
    let found = &app.model.findings;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].severity, Severity::Warning);
    assert!(
        found[0].what.contains("No space left on device"),
        "{found:?}"
    );
}

#[test]
fn a_trace_that_is_read_again_is_not_doubled() {
    let mut app = App::with(vec![container("web")]);
    app.press("l");
    let trace = || {
        let at = |n: i32| at(10) + SignedDuration::from_millis(n.into());
        let texts = ["boom", "\tat a.b.C(D.java:1)", "\tat e.f(G.java:2)"];
        let lines = texts.iter().zip(0..).map(|(text, n)| RawLogLine {
            at: at(n),
            ..raw("web", 10, text)
        });
        lines.collect::<Vec<_>>()
    };
    tell(&mut app, trace());
    app.host(HostMsg::Lost {
        failure: Failure::new("reach", "gone"),
        retry_at: at(99),
    });
    app.connect(vec![container("web")]);
    let mut again = trace();
    again.push(raw("web", 11, "new"));
    tell(&mut app, again);
    let logs = &app.model.logs;
    let texts: Vec<&str> = logs
        .buffer
        .range(0, 9)
        .map(|(_, line)| &*line.text)
        .collect();
    assert_eq!(texts.len(), 4, "{texts:?}");
    assert_eq!(texts[3], "new");
}

#[test]
fn who_looks_at_few_matches_of_a_full_log_sets_nothing_off() {
    let mut app = small(3_000);
    let mut lines = numbered("web", 0..3_000);
    lines[3].bytes = b"needle".to_vec();
    tell(&mut app, lines);
    app.model.regions.log_top = Some((2_980, 0));
    app.press("/ n e e d l e Enter f n");
    app.model.regions.log_at_end = true;
    app.tick(1);
    app.effects();
    for _ in 0..5 {
        tell(&mut app, numbered("web", 3_000..3_100));
        app.tick(1);
        let effects = app.effects();
        let asks = |effect: &&Effect| {
            matches!(effect, Effect::FollowLogs { .. } | Effect::OlderLogs { .. })
        };
        assert_eq!(effects.iter().filter(asks).count(), 0, "{effects:?}");
    }
    assert!(app.model.logs.held_up.is_some());
}

#[test]
fn who_never_pauses_is_not_read_for_ever() {
    let mut app = App::with(vec![container("web")]);
    app.press("l");
    assert!(app.model.logs.is_loading());
    tell(&mut app, numbered("web", -500..0));
    assert!(app.model.logs.is_loading(), "half of the tail came");
    tell(&mut app, numbered("web", 0..10));
    assert!(!app.model.logs.is_loading(), "what comes is new");
}

#[test]
fn what_is_hidden_holds_nothing_up() {
    let mut app = App::with(vec![container("p/web#1"), container("p/web#2")]);
    app.press("j l");
    tell(&mut app, numbered("web#1", 0..10));
    tell(&mut app, numbered("web#2", 5_000..7_000));
    app.model.logs.filter.hidden.insert(id("web#2"));
    app.model.logs.filter_anew();
    app.press("g");
    assert_eq!(top_text(&app), "line 0");
}

#[test]
fn a_log_that_ends_though_its_container_runs_is_asked_for_again_after_a_while() {
    let mut app = opened();
    app.tell(Msg::Logs(app.model.logs.stream, LogMsg::Ended(id("web"))));
    let follows = |effect: &Effect| matches!(effect, Effect::FollowLogs { .. });
    app.tick(0);
    assert!(!app.effects().iter().any(follows), "not at once");
    app.tick(3);
    let again = app.effects();
    assert_eq!(again.iter().filter(|one| follows(one)).count(), 1);
}

#[test]
fn older_lines_that_could_not_be_read_are_asked_for_after_a_reconnect() {
    let mut app = opened();
    app.press("g");
    let opening = app.model.logs.opening;
    let failure = Failure::new("read older lines", "connection reset");
    app.tell(Msg::OlderLogs(opening, id("web"), Err(failure.clone())));
    app.host(HostMsg::Lost {
        failure,
        retry_at: at(99),
    });
    app.effects();
    app.connect(vec![container("web")]);
    app.tick(1);
    assert_eq!(older(&app.effects()).len(), 1);
    let late = OlderLines {
        lines: numbered("web", 4_000..5_000),
        begun: false,
    };
    let held = app.model.logs.buffer.len();
    app.tell(Msg::OlderLogs(opening, id("web"), Ok(late)));
    assert_eq!(
        app.model.logs.buffer.len(),
        held,
        "what was asked before counts no more"
    );
}
