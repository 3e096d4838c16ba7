//! An engine that goes away and comes back.

use super::*;
use crate::app::host::Connection;
use crate::app::storage::{StorageEffect, StorageMsg};
use crate::domain::{CertificatesFound, Failure, Subject};

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

#[test]
fn what_failed_for_the_lost_connection_is_asked_again() {
    let mut app = App::with(vec![]);
    app.press("3");
    assert!(app.effects().contains(&Effect::LoadVolumes(host())));
    lost(&mut app);
    app.connect(vec![]);
    let failure = || Failure::new("list the volumes", "connection reset");
    app.host(HostMsg::Volumes(Err(failure())));
    let wanted = app.effects();
    assert!(wanted.contains(&Effect::LoadVolumes(host())), "{wanted:?}");
    app.host(HostMsg::Volumes(Ok(vec![])));
    let engine = Effect::Storage(host(), StorageEffect::AskEngine);
    assert!(app.effects().contains(&engine));
    lost(&mut app);
    app.connect(vec![]);
    let answer = StorageMsg::Engine(Box::new(Err(failure())));
    app.host(HostMsg::Storage(answer));
    assert!(app.effects().contains(&engine));
}

#[test]
fn what_changes_while_it_is_asked_is_asked_again() {
    let mut app = App::with(vec![]);
    app.press("4");
    app.effects();
    app.host(HostMsg::ImagesChanged);
    assert_eq!(app.effects(), [], "one question at a time");
    app.host(HostMsg::Images(Ok(vec![])));
    assert_eq!(app.effects(), [Effect::LoadImages(host())]);
    app.host(HostMsg::Images(Ok(vec![])));
    assert_eq!(app.effects(), []);
}

#[test]
fn the_inspect_tab_follows_its_container() {
    let mut app = App::with(vec![container("a")]);
    app.effects();
    app.press("i");
    let ask = Effect::InspectJson {
        host: host(),
        container: id("a"),
    };
    assert!(app.effects().contains(&ask));
    let json = || HostMsg::InspectJson(id("a"), Ok("{}".to_owned()));
    app.host(json());
    app.effects();
    app.host(HostMsg::Changed(vec![ended("a", 1)]));
    assert_eq!(app.effects(), std::slice::from_ref(&ask));
    let lines = &app.model.detail.inspect.lines;
    assert!(lines.value.is_some(), "the old one stays until then");
}

/// How often certificates are looked for while so many seconds pass.
fn scans(app: &mut App, seconds: i64) -> usize {
    let mut count = 0;
    for _ in 0..seconds {
        app.tick(1);
        let effects = app.effects();
        if effects.contains(&Effect::ScanCertificates(host())) {
            count += 1;
            app.host(HostMsg::Certificates(Ok(CertificatesFound::default())));
        }
    }
    count
}

#[test]
fn containers_that_come_and_go_do_not_cause_a_storm_of_scans() {
    let mut app = App::with(vec![container("a")]);
    assert_eq!(scans(&mut app, 2), 1);
    for n in 0..30 {
        let mut bare = container("cron");
        bare.id = id(&format!("bare{n}"));
        app.host(HostMsg::Changed(vec![bare]));
        let mut labelled = container("other");
        labelled.id = id(&format!("labelled{n}"));
        labelled
            .labels
            .insert("topside.certs".to_owned(), "/certs".to_owned());
        if n == 10 {
            app.host(HostMsg::Changed(vec![labelled]));
        }
        assert!(scans(&mut app, 10) <= 1);
    }
    // Thirty without mounts, one with certificates: one scan more in five minutes.
    assert_eq!(scans(&mut app, 60), 0);
}

#[test]
fn what_is_revealed_of_one_service_is_hidden_of_the_next() {
    let mut app = App::with(vec![container("a"), container("b")]);
    app.press("] ] ] Enter v");
    assert!(app.model.detail.revealed);
    app.host(HostMsg::Removed(id("a")));
    assert!(!app.model.detail.revealed, "the row under the cursor left");
    app.press("v / a");
    app.press("Esc");
    assert!(!app.model.detail.revealed, "a filter moved the cursor");
}
