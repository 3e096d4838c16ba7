//! Following logs: what is asked for, what is kept, where one looks at it.

use super::*;
use crate::app::effect::LogStart;
use crate::app::msg::LogMsg;
use crate::app::view::View;
use crate::domain::{Failure, LogStream, RawLogLine};
use crate::logs::{Edge, LineKind};

fn follows(effects: &[Effect]) -> Vec<(ContainerId, LogStart)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::FollowLogs { containers, .. } => Some(containers.clone()),
            _ => None,
        })
        .flatten()
        .collect()
}

/// The whole of the tail that one service begins with.
const TAIL: LogStart = LogStart::Tail(1_000);

/// After the only line of this second.
fn after(second: i64) -> LogStart {
    LogStart::After(Edge {
        at: at(second),
        held: 1,
    })
}

fn lines(app: &mut App, container: &str, texts: &[&str]) {
    let first = i64::try_from(app.model.logs.buffer.len()).unwrap();
    let lines = texts
        .iter()
        .zip(first..)
        .map(|(text, second)| RawLogLine {
            container: id(container),
            at: at(second),
            stream: LogStream::Out,
            bytes: text.as_bytes().to_vec(),
            cut: 0,
        })
        .collect();
    app.tell(Msg::Logs(app.model.logs.stream, LogMsg::Lines(lines)));
}

fn opened() -> App {
    let mut app = App::with(vec![container("web")]);
    app.effects();
    app.press("l");
    app
}

#[test]
fn l_follows_every_container_of_the_service_once() {
    let mut app = App::with(vec![
        container("p/api#1"),
        container("p/api#2"),
        container("p/db"),
    ]);
    app.press("j");
    app.effects();
    app.press("l");
    assert_eq!(
        follows(&app.effects()),
        [(id("api#1"), TAIL), (id("api#2"), TAIL)]
    );
    app.tick(1);
    assert_eq!(follows(&app.effects()), []);
}

#[test]
fn leaving_the_view_ends_the_following() {
    let mut app = opened();
    app.effects();
    app.press("Esc");
    assert_eq!(app.model.view, View::Services);
    assert!(app.effects().contains(&Effect::StopLogs));
}

#[test]
fn answers_to_a_log_that_was_left_are_ignored() {
    let mut app = opened();
    let old = app.model.logs.stream;
    app.press("Esc l");
    assert_ne!(app.model.logs.stream, old);
    app.tell(Msg::Logs(
        old,
        LogMsg::Failed(id("web"), Failure::new("read", "late")),
    ));
    assert!(app.model.logs.failure.is_none());
}

#[test]
fn a_restarted_container_is_taken_up_where_it_was_left_with_a_border() {
    let mut app = opened();
    lines(&mut app, "web", &["one", "two"]);
    app.tell(Msg::Logs(app.model.logs.stream, LogMsg::Ended(id("web"))));
    app.effects();
    app.tick(1);
    assert_eq!(
        follows(&app.effects()),
        [],
        "the engine has not told of the end yet"
    );
    app.host(HostMsg::Changed(vec![ended("web", 3)]));
    let last = app.model.logs.buffer.len() as u64 - 1;
    let border = app.model.logs.buffer.get(last).unwrap();
    assert_eq!(
        (border.kind, &*border.text),
        (LineKind::Border, "web ended with 3")
    );
    let mut again = container("web");
    again.detail = Some(Arc::new(ContainerDetail {
        started_at: Some(at(7)),
        ..Default::default()
    }));
    app.host(HostMsg::Changed(vec![again]));
    assert_eq!(follows(&app.effects()), [(id("web"), after(1))]);
}

#[test]
fn a_new_container_of_the_service_joins() {
    let mut app = App::with(vec![container("p/web#1")]);
    app.press("j l");
    app.effects();
    app.host(HostMsg::Changed(vec![container("p/web#2")]));
    assert_eq!(follows(&app.effects()), [(id("web#2"), TAIL)]);
}

#[test]
fn after_a_lost_connection_following_goes_on_from_the_last_line() {
    let mut app = opened();
    lines(&mut app, "web", &["one"]);
    app.host(HostMsg::Lost {
        failure: Failure::new("reach", "gone"),
        retry_at: at(9),
    });
    app.effects();
    app.connect(vec![container("web")]);
    assert_eq!(follows(&app.effects()), [(id("web"), after(0))]);
    assert_eq!(app.model.logs.buffer.len(), 1, "what was read stays");
}

#[test]
fn scrolling_up_pauses_and_the_end_follows_again() {
    let mut app = opened();
    lines(&mut app, "web", &["x"; 50]);
    app.model.regions.log_top = Some((30, 0));
    app.press("k");
    assert_eq!(
        (app.model.logs.follow, app.model.logs.top),
        (false, (29, 0))
    );
    lines(&mut app, "web", &["new"]);
    assert_eq!(
        app.model.logs.top,
        (29, 0),
        "new lines do not move what is read"
    );
    app.press("G");
    assert!(app.model.logs.follow);
    app.press("p");
    assert!(!app.model.logs.follow);
}

#[test]
fn a_long_line_scrolls_by_its_rows() {
    let mut app = opened();
    let long = "y".repeat(100);
    lines(&mut app, "web", &["a", &long, "b"]);
    app.press("g j j");
    // 40 columns: the long line has three rows.
    assert_eq!(app.model.logs.top, (1, 1));
    app.press("j j");
    assert_eq!(app.model.logs.top, (2, 0));
    app.press("k");
    assert_eq!(app.model.logs.top, (1, 2));
}

#[test]
fn a_search_goes_to_the_newest_match_and_round() {
    let mut app = opened();
    lines(&mut app, "web", &["error one", "fine", "error two", "fine"]);
    app.press("/ e r r");
    assert_eq!(app.model.logs.hit, Some(2));
    app.press("Enter n");
    assert_eq!(app.model.logs.hit, Some(0), "round the end");
    app.press("N");
    assert_eq!(app.model.logs.hit, Some(2));
    app.effects();
    app.press("y");
    assert_eq!(app.effects(), [Effect::Copy("error two".to_owned())]);
    app.press("Esc");
    assert!(app.model.logs.query.is_none());
    assert_eq!(app.model.view, View::Logs, "the first Esc ends the search");
}

#[test]
fn a_lost_log_is_taken_up_again_where_it_stood_and_nothing_comes_twice() {
    let mut app = opened();
    lines(&mut app, "web", &["one", "two"]);
    let old = app.model.logs.stream;
    // The log fails first, then the host is known to be lost.
    let failure = Failure::new("read", "connection reset");
    app.tell(Msg::Logs(old, LogMsg::Failed(id("web"), failure.clone())));
    app.host(HostMsg::Lost {
        failure,
        retry_at: at(99),
    });
    app.effects();
    app.connect(vec![container("web")]);
    assert_eq!(follows(&app.effects()), [(id("web"), after(1))]);
    assert_ne!(app.model.logs.stream, old);
    let late = RawLogLine {
        container: id("web"),
        at: at(2),
        stream: LogStream::Out,
        bytes: b"three".to_vec(),
        cut: 0,
    };
    app.tell(Msg::Logs(old, LogMsg::Lines(vec![late])));
    assert_eq!(app.model.logs.buffer.len(), 2);
}
