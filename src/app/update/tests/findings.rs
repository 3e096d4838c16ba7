//! Findings: since when, told later, woken, and the key that helps.

use std::sync::Arc;

use super::{App, at, container, ended, host, id};
use crate::app::effect::Effect;
use crate::app::events::EventsMsg;
use crate::app::msg::{HostMsg, Msg};
use crate::app::overlay::Overlay;
use crate::app::view::View;
use crate::domain::{
    Container, ContainerDetail, Event, Finding, FindingKind, Health, Remedy, Snooze,
};

fn ill(path: &str) -> Container {
    let mut container = container(path);
    container.health = Health::Unhealthy;
    container
}

fn whats(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.what.as_str())
        .collect()
}

fn told(app: &App) -> Vec<&str> {
    whats(&app.model.findings)
}

fn later(app: &App) -> Vec<&str> {
    let snoozed = app.model.snoozed.iter();
    snoozed.map(|one| one.finding.what.as_str()).collect()
}

/// What was to be written down of snoozes.
fn written(app: &mut App) -> Vec<Effect> {
    let mut all = app.effects();
    all.retain(|effect| matches!(effect, Effect::Snooze(_) | Effect::Wake(_)));
    all
}

#[test]
fn a_finding_is_told_later_and_woken() {
    let mut app = App::with(vec![ill("p/web"), ended("p/db", 3)]);
    let db = "p/db ended with exit code 3";
    let web = "p/web fails its health check";
    assert_eq!(told(&app), [db, web]);
    app.press("! z j Enter");
    let wanted = written(&mut app);
    let [Effect::Snooze(snooze)] = wanted.as_slice() else {
        panic!("{wanted:?}")
    };
    assert_eq!(snooze.id, "service_failed:local/p/db");
    assert_eq!(snooze.until, Some(at(8 * 3_600)));
    assert_eq!((told(&app), later(&app)), (vec![web], vec![db]));
    // The next one is under the cursor; no key acts on what is told later but w.
    assert!(matches!(
        app.model.overlay,
        Some(Overlay::Findings { cursor: 0 })
    ));
    app.press("j w");
    assert_eq!(told(&app), [db, web]);
    let id = "service_failed:local/p/db".to_owned();
    assert_eq!(written(&mut app), [Effect::Wake(id)]);
    app.press("w");
    assert_eq!(written(&mut app), [], "it is awake");
}

#[test]
fn its_time_ends_and_what_is_worse_wakes_it() {
    let mut app = App::with(vec![ill("p/web")]);
    app.press("! z Enter Esc");
    assert_eq!(told(&app), [""; 0]);
    app.tick(3_599);
    assert_eq!(later(&app).len(), 1);
    app.tick(1);
    assert_eq!(told(&app).len(), 1, "an hour is over");
    // Partly running is a warning; that it is critical later is news.
    let mut app = App::with(vec![container("p/web#1"), ended("p/web#2", 0)]);
    assert_eq!(app.model.findings[0].kind, FindingKind::PartlyRunning);
    app.press("! z G Enter Esc");
    assert_eq!(told(&app), [""; 0]);
    app.host(HostMsg::Changed(vec![
        ended("p/web#1", 3),
        ended("p/web#2", 3),
    ]));
    assert_eq!(told(&app), ["p/web ended with exit code 3"]);
}

#[test]
fn what_was_said_elsewhere_holds_here_and_esc_says_nothing() {
    let mut app = App::with(vec![ill("p/web")]);
    app.press("! z Esc");
    assert!(matches!(
        app.model.overlay,
        Some(Overlay::Findings { cursor: 0 })
    ));
    app.press("Esc");
    assert_eq!(written(&mut app), []);
    let elsewhere = Snooze {
        id: "unhealthy:local/p/web".to_owned(),
        at: at(-5),
        until: None,
        severity: crate::domain::Severity::Critical,
        what: String::new(),
    };
    app.tell(Msg::Snoozes(vec![elsewhere]));
    assert_eq!((told(&app).len(), later(&app).len()), (0, 1));
    app.press("!");
    assert!(
        app.effects().contains(&Effect::LoadSnoozes),
        "read again when one looks"
    );
    app.tell(Msg::Snoozes(Vec::new()));
    assert_eq!(
        (told(&app).len(), later(&app).len()),
        (1, 0),
        "somebody woke it"
    );
}

#[test]
fn the_cursor_stays_on_its_finding_as_others_come_and_go() {
    let mut app = App::with(vec![ill("p/web"), ended("p/db", 3)]);
    app.press("! j");
    app.host(HostMsg::Changed(vec![container("p/db")]));
    assert!(matches!(
        app.model.overlay,
        Some(Overlay::Findings { cursor: 0 })
    ));
    app.host(HostMsg::Changed(vec![container("p/web"), ended("p/db", 3)]));
    app.press("z");
    assert!(
        !matches!(app.model.overlay, Some(Overlay::Snooze(_))),
        "its finding is gone: its neighbour is not meant"
    );
}

#[test]
fn what_began_before_our_eyes_has_a_time_and_what_was_there_has_none() {
    let mut app = App::with(vec![ill("p/web"), container("p/db")]);
    assert_eq!(app.model.findings[0].since, None);
    app.tick(120);
    app.host(HostMsg::Changed(vec![ill("p/db")]));
    let since = |app: &App, name: &str| {
        let found = app
            .model
            .findings
            .iter()
            .find(|one| one.what.contains(name));
        found.unwrap().since
    };
    assert_eq!(since(&app, "db"), Some(at(120)));
    app.tick(50);
    assert_eq!(since(&app, "db"), Some(at(120)), "it stays what it was");
    assert_eq!(since(&app, "web"), None);
    // What was recorded knows.
    app.host(HostMsg::Events(EventsMsg::Recalled {
        events: vec![told_of_web(-900, "health_status: unhealthy", "")],
        more: false,
    }));
    app.tick(1);
    assert_eq!(since(&app, "web"), Some(at(-900)));
    assert_eq!(
        app.model.findings[0].subject.clone(),
        crate::domain::Subject::Service(super::service(Some("p"), "db")),
        "news first"
    );
}

/// `p/web`, which dies over and over and runs just now: engines say no exit code then.
fn looping() -> Container {
    let mut looping = container("p/web");
    looping.detail = Some(Arc::new(ContainerDetail {
        started_at: Some(at(-4)),
        finished_at: Some(at(-5)),
        restarts: 9,
        ..Default::default()
    }));
    looping
}

/// What the engine tells of `p/web`.
fn told_of_web(seconds: i64, action: &str, code: &str) -> Event {
    let attributes = [
        ("name", "p-web-1"),
        ("exitCode", code),
        ("com.docker.compose.project", "p"),
        ("com.docker.compose.service", "web"),
        ("com.docker.compose.container-number", "1"),
    ];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let id = id("web");
    Event::of_engine(at(seconds), "container", action, id.as_str(), attributes).unwrap()
}

#[test]
fn what_happened_says_of_what_a_service_dies_over_and_over() {
    let why = |events: Vec<Event>| {
        let mut app = App::with(vec![looping()]);
        app.host(HostMsg::Events(EventsMsg::Happened(events)));
        app.tick(1);
        app.host(HostMsg::Listed(vec![looping()]));
        app.model.findings[0].why.clone().unwrap()
    };
    let death = || told_of_web(-6, "die", "3");
    let said = why(vec![death(), told_of_web(-4, "start", "")]);
    assert!(said.starts_with("it died with exit code 3; "), "{said}");
    let said = why(vec![
        told_of_web(-7, "oom", ""),
        death(),
        told_of_web(-4, "start", ""),
    ]);
    assert!(said.starts_with("it ran out of memory; "), "{said}");
    let said = why(vec![told_of_web(-60, "oom", ""), death()]);
    assert!(said.starts_with("it died with exit code 3; "), "{said}");
}

#[test]
fn the_key_that_helps_does_what_it_says() {
    let mut app = App::with(vec![looping()]);
    let finding = &app.model.findings[0];
    assert_eq!(
        (finding.kind, finding.action),
        (FindingKind::CrashLoop, Some(Remedy::Logs))
    );
    app.press("! l");
    assert!(app.model.overlay.is_none());
    assert_eq!(
        (app.model.view, app.selected()),
        (View::Logs, "web".to_owned())
    );
    assert!(app.model.logs.scope.is_some(), "its log is open");
    // An engine that is gone is asked again.
    app.host(HostMsg::Lost {
        failure: crate::domain::Failure::new("reach the engine", "gone"),
        retry_at: at(9),
    });
    app.effects();
    app.press("Esc 1 ! u");
    assert!(app.effects().contains(&Effect::Reconnect(host())));
}
