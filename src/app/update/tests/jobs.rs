//! Keys that act: what is started, what asks first, what is told of it.

use super::*;
use crate::app::overlay::Overlay;
use crate::app::toast::Tone;
use crate::app::view::View;
use crate::domain::{ActionName, Failure, JobEvent, JobId, Outcome};

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
fn y_is_an_answer_about_what_was_shown_and_nothing_else() {
    let mut app = App::with(vec![container("a"), container("b")]);
    app.press("X");
    app.host(HostMsg::Removed(id("a")));
    app.press("y");
    // The cursor is on b by now; what was asked about is a, and that is gone.
    assert_eq!(started(&app.effects()), []);
    assert!(app.model.overlay.is_none());
}

#[test]
fn what_changed_while_one_was_asked_is_asked_about_again() {
    let mut app = App::with(vec![container("a")]);
    app.press("X");
    app.host(HostMsg::Changed(vec![ended("a", 1)]));
    app.press("y");
    assert_eq!(started(&app.effects()), []);
    let Some(Overlay::Confirm(confirm)) = &app.model.overlay else {
        panic!("it asks again");
    };
    assert!(!confirm.lines[0].contains("stopped"), "{confirm:?}");
    app.press("y");
    assert_eq!(
        started(&app.effects()),
        [(ActionName::Remove, "a".to_owned())]
    );
}

#[test]
fn no_key_acts_on_what_slipped_under_the_cursor() {
    let mut app = App::with(vec![container("a"), container("b")]);
    app.host(HostMsg::Removed(id("a")));
    app.press("R");
    assert_eq!(started(&app.effects()), []);
    app.press("R");
    assert_eq!(
        started(&app.effects()),
        [(ActionName::Restart, "b".to_owned())]
    );
}

#[test]
fn the_cursor_comes_back_to_a_service_that_is_created_anew() {
    let mut app = App::with(vec![container("a"), container("b")]);
    app.host(HostMsg::Removed(id("a")));
    assert_eq!(app.selected(), "b");
    let mut anew = container("a");
    anew.id = id("another");
    app.host(HostMsg::Changed(vec![anew]));
    assert_eq!(app.selected(), "a");
    app.press("R");
    assert_eq!(
        started(&app.effects()),
        [(ActionName::Restart, "a".to_owned())]
    );
}

#[test]
fn a_mark_is_for_what_is_there() {
    let mut app = App::with(vec![container("a"), container("b")]);
    app.press("Space");
    assert_eq!(app.model.marked.len(), 1);
    app.host(HostMsg::Removed(id("a")));
    assert!(app.model.marked.is_empty());
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
    assert_eq!(toast.tone, Tone::Failed);
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
    let done = vec!["restart a".to_owned()];
    finish(&mut app, 1, Outcome::Cancelled { done });
    let toast = &app.model.toasts.last().unwrap().text;
    assert!(toast.contains("after “restart a”"), "{toast}");
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
