//! Keys that act: what is started, what asks first, what is told of it.

use super::*;
use crate::app::overlay::Overlay;
use crate::app::view::View;
use crate::domain::{ActionName, Failure, JobEvent, JobId, Outcome, Severity};

fn started(effects: &[Effect]) -> Vec<(ActionName, String)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::StartJob {
                action, service, ..
            } => Some((*action, service.to_string())),
            _ => None,
        })
        .collect()
}

fn finish(app: &mut App, job: u64, outcome: Outcome) {
    app.tell(Msg::Job(
        JobId(job),
        JobEvent::Finished { outcome, at: at(9) },
    ));
}

#[test]
fn d_redeploys_the_service_under_the_cursor() {
    let mut app = App::with(vec![container("wezm/web"), container("wezm/db")]);
    app.press("j j D");
    assert_eq!(
        started(&app.effects()),
        [(ActionName::Redeploy, "wezm/web".to_owned())]
    );
    app.press("D");
    assert_eq!(started(&app.effects()), [], "not twice at a time");
    finish(
        &mut app,
        1,
        Outcome::Done {
            summary: "runs".to_owned(),
        },
    );
    app.press("D");
    assert_eq!(started(&app.effects()).len(), 1);
}

#[test]
fn a_heading_is_no_service() {
    let mut app = App::with(vec![container("wezm/web")]);
    app.press("D");
    assert_eq!(started(&app.effects()), []);
    assert_eq!(app.model.toasts.len(), 1);
}

#[test]
fn marked_services_are_acted_upon_together() {
    let mut app = App::with(vec![
        container("wezm/a"),
        container("wezm/b"),
        container("wezm/c"),
    ]);
    app.press("j Space Space R");
    let restarts = started(&app.effects());
    assert_eq!(
        restarts,
        [
            (ActionName::Restart, "wezm/a".to_owned()),
            (ActionName::Restart, "wezm/b".to_owned())
        ]
    );
    assert!(app.model.marked.is_empty());
}

#[test]
fn s_stops_what_runs_and_starts_what_does_not() {
    let mut app = App::with(vec![container("a"), ended("b", 0)]);
    app.press("S j S");
    assert_eq!(
        started(&app.effects()),
        [
            (ActionName::Stop, "a".to_owned()),
            (ActionName::Start, "b".to_owned())
        ]
    );
}

#[test]
fn remove_asks_and_only_y_says_yes() {
    let mut app = App::with(vec![container("a")]);
    for no in ["n", "Esc", "q"] {
        app.press("X");
        assert!(matches!(app.model.overlay, Some(Overlay::Confirm(_))));
        app.press("Enter D x");
        assert!(
            matches!(app.model.overlay, Some(Overlay::Confirm(_))),
            "no answer"
        );
        app.press(no);
        assert!(app.model.overlay.is_none());
        assert_eq!(started(&app.effects()), []);
    }
    app.press("X y");
    assert_eq!(
        started(&app.effects()),
        [(ActionName::Remove, "a".to_owned())]
    );
}

#[test]
fn remove_names_the_containers_that_were_shown() {
    let mut app = App::with(vec![container("a"), container("b")]);
    app.press("X");
    app.host(HostMsg::Removed(id("a")));
    app.press("y");
    // The cursor is on b by now; what was asked about is a.
    assert_eq!(
        started(&app.effects()),
        [(ActionName::Remove, "a".to_owned())]
    );
}

#[test]
fn a_failed_job_is_told_and_kept() {
    let mut app = App::with(vec![container("a")]);
    app.press("R");
    let failure = Failure::new("restart a", "no space left on device");
    finish(
        &mut app,
        1,
        Outcome::Failed {
            failure,
            log: vec!["boom".to_owned()],
        },
    );
    let toast = app.model.toasts.last().unwrap();
    assert_eq!(toast.severity, Severity::Critical);
    assert!(toast.text.contains("no space left"), "{}", toast.text);
    app.press("6");
    assert_eq!(app.model.selected_job().unwrap().title, "restart a");
}

#[test]
fn x_cancels_the_running_job_only() {
    let mut app = App::with(vec![container("a")]);
    app.press("R 6");
    app.effects();
    app.press("x");
    assert_eq!(app.effects(), [Effect::CancelJob(JobId(1))]);
    finish(&mut app, 1, Outcome::Cancelled);
    app.effects();
    app.press("x");
    assert_eq!(app.effects(), []);
}

#[test]
fn logs_of_a_job_are_those_of_its_service() {
    let mut app = App::with(vec![container("a")]);
    app.press("R");
    let plan = crate::domain::Plan {
        action: ActionName::Restart,
        target: crate::domain::Target {
            service: service(None, "a"),
            containers: Vec::new(),
        },
        steps: Vec::new(),
        notes: Vec::new(),
    };
    app.tell(Msg::Job(JobId(1), JobEvent::Planned { plan }));
    app.press("6 l");
    assert_eq!(app.model.view, View::Logs);
    assert_eq!(app.model.logs.service, Some(service(None, "a")));
    app.press("Esc");
    assert_eq!(app.model.view, View::Jobs);
}

#[test]
fn a_shell_needs_a_running_container() {
    let mut app = App::with(vec![container("a"), ended("b", 0)]);
    app.effects();
    app.press("e");
    assert!(app.effects().contains(&Effect::Shell {
        host: host(),
        container: id("a")
    }));
    app.press("j e");
    assert!(
        !app.effects()
            .iter()
            .any(|effect| matches!(effect, Effect::Shell { .. }))
    );
}
