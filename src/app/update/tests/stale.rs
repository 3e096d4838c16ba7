//! An engine that goes away and comes back.

use super::*;
use crate::app::host::Connection;
use crate::domain::{Failure, Subject};

fn lost(app: &mut App) {
    let failure = Failure::new("reach the engine", "connection refused");
    app.host(HostMsg::Lost {
        failure,
        retry_at: at(99),
    });
}

#[test]
fn the_picture_stays_and_is_marked_stale_since_the_first_loss() {
    let mut app = App::with(vec![container("web")]);
    app.tick(10);
    lost(&mut app);
    app.tick(10);
    lost(&mut app);
    let host = &app.model.hosts[0];
    assert!(host.is_stale());
    assert!(matches!(host.connection, Connection::Lost { since, .. } if since == at(10)));
    assert_eq!(app.rows(), ["web"]);
    assert!(matches!(app.model.findings[0].subject, Subject::Host(_)));
}

#[test]
fn nothing_is_started_on_an_engine_that_does_not_answer() {
    let mut app = App::with(vec![container("web")]);
    lost(&mut app);
    app.effects();
    app.press("R D S");
    assert_eq!(app.effects(), []);
    assert!(app.model.jobs.is_empty());
    assert!(!app.model.toasts.is_empty(), "it says why");
}

#[test]
fn u_tries_again_at_once() {
    let mut app = App::with(vec![]);
    lost(&mut app);
    app.effects();
    app.press("u");
    assert_eq!(app.effects(), [Effect::Reconnect(host())]);
}

#[test]
fn what_is_gone_when_it_comes_back_is_gone_here() {
    let mut app = App::with(vec![container("a"), container("b")]);
    lost(&mut app);
    app.connect(vec![container("b"), container("c")]);
    assert_eq!(app.rows(), ["b", "c"]);
    assert!(app.model.findings.is_empty());
}

#[test]
fn a_list_without_details_keeps_what_an_inspect_said() {
    let mut app = App::with(vec![container("a")]);
    let mut bare = container("a");
    bare.detail = None;
    app.host(HostMsg::Listed(vec![bare]));
    assert!(app.model.hosts[0].containers[&id("a")].detail.is_some());
}
