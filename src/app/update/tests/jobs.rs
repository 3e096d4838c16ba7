//! Keys that act: what is started, what asks first, what is told of it.

use super::*;
use crate::app::msg::History;
use crate::app::overlay::Overlay;
use crate::app::toast::Tone;
use crate::app::view::View;
use crate::domain::{
    ActionName, Container, Failure, Job, JobEvent, JobId, Operation, Outcome, Plan, Request, Step,
    StepKind,
};

pub(super) fn started(effects: &[Effect]) -> Vec<(ActionName, String)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::StartJob { request, .. } => Some((request.action, request.target.to_string())),
            _ => None,
        })
        .collect()
}

pub(super) fn finish(app: &mut App, job: u64, outcome: Outcome) {
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
fn the_heading_of_lone_containers_is_no_service() {
    let mut app = App::with(vec![container("wezm/web"), container("lego")]);
    app.press("j j D R S");
    assert_eq!(started(&app.effects()), []);
    assert_eq!(app.model.toasts.len(), 1);
}

fn needing(path: &str, needed: &str) -> Container {
    let mut container = container(path);
    let compose = container.compose.as_mut().unwrap();
    compose.depends_on = needed.split(' ').map(str::to_owned).collect();
    container
}

/// A project in which each service needs one that comes later by name; another project; the cursor on the first.
pub(super) fn project() -> App {
    let mut one_off = container("wezm/once");
    one_off.compose.as_mut().unwrap().one_off = true;
    App::with(vec![
        needing("wezm/api", "db"),
        container("wezm/db"),
        needing("wezm/gate", "web"),
        one_off,
        needing("wezm/web", "api db"),
        container("zoo/ape"),
    ])
}

#[test]
fn a_project_is_redeployed_in_the_order_of_its_dependencies() {
    let mut app = project();
    app.press("D");
    let redeploy = |name: &str| (ActionName::Redeploy, format!("wezm/{name}"));
    for (job, name) in (1..).zip(["db", "api", "web"]) {
        assert_eq!(started(&app.effects()), [redeploy(name)]);
        finish(&mut app, job, done());
    }
    assert_eq!(started(&app.effects()), [redeploy("gate")]);
    finish(&mut app, 4, done());
    assert_eq!(started(&app.effects()), []);
}

#[test]
fn a_project_is_stopped_the_other_way_round() {
    let mut app = project();
    app.press("S");
    for (job, name) in (1..).zip(["gate", "web", "api", "db"]) {
        let stop = (ActionName::Stop, format!("wezm/{name}"));
        assert_eq!(started(&app.effects()), [stop]);
        finish(&mut app, job, done());
    }
    assert_eq!(started(&app.effects()), []);
}

#[test]
fn a_failure_in_the_middle_of_a_project_is_the_last_and_says_where() {
    let mut app = project();
    app.press("B");
    finish(&mut app, 1, done());
    app.effects();
    let failure = Failure::new("rebuild wezm/api", "no such file");
    let log = Vec::new();
    finish(&mut app, 2, Outcome::Failed { failure, log });
    assert_eq!(started(&app.effects()), []);
    let said: Vec<&str> = app.model.toasts.iter().map(|t| &*t.text).collect();
    let [.., failed, not_begun] = said.as_slice() else {
        panic!("{said:?}");
    };
    assert!(failed.starts_with("rebuild wezm/api failed: no such file"));
    assert_eq!(
        *not_begun,
        "not begun after that: rebuild wezm/web, rebuild wezm/gate"
    );
    let last = app.model.job(JobId(4)).unwrap();
    assert_eq!(
        last.output,
        ["not begun: rebuild wezm/api did not end well"]
    );
}

pub(super) fn done() -> Outcome {
    Outcome::Done {
        summary: "runs".to_owned(),
    }
}

fn restart(service: &str) -> (ActionName, String) {
    (ActionName::Restart, service.to_owned())
}

/// Three services, the first two marked and restarted.
fn two_restarts() -> App {
    let mut app = App::with(vec![
        container("wezm/a"),
        container("wezm/b"),
        container("wezm/c"),
    ]);
    app.press("j Space Space R");
    app
}

#[test]
fn marked_services_are_acted_upon_one_after_the_other() {
    let mut app = two_restarts();
    assert_eq!(started(&app.effects()), [restart("wezm/a")]);
    assert!(app.model.marked.is_empty());
    finish(&mut app, 1, done());
    assert_eq!(started(&app.effects()), [restart("wezm/b")]);
    finish(&mut app, 2, done());
    assert_eq!(started(&app.effects()), []);
}

#[test]
fn what_fails_is_the_last_of_them() {
    let mut app = two_restarts();
    app.effects();
    let failure = Failure::new("restart", "no space left on device");
    let log = Vec::new();
    finish(&mut app, 1, Outcome::Failed { failure, log });
    assert_eq!(started(&app.effects()), []);
    assert!(app.model.running_jobs().next().is_none());
    let said = &app.model.toasts.last().unwrap().text;
    assert_eq!(said, "not begun after that: restart wezm/b");
}

#[test]
fn one_that_waits_can_be_cancelled() {
    let mut app = two_restarts();
    app.press("6 g");
    assert_eq!(app.model.selected_job().unwrap().title, "restart wezm/b");
    app.effects();
    app.press("x");
    assert_eq!(app.effects(), [], "nobody else has to be asked");
    finish(&mut app, 1, done());
    assert_eq!(started(&app.effects()), []);
}

#[test]
fn services_wait_for_no_other() {
    let mut app = App::with(vec![container("wezm/a"), container("wezm/b")]);
    app.press("j R j R");
    assert_eq!(
        started(&app.effects()),
        [restart("wezm/a"), restart("wezm/b")]
    );
    // But one service has one job at a time.
    app.press("S D");
    assert_eq!(started(&app.effects()), []);
    let said = &app.model.toasts.last().unwrap().text;
    assert!(said.contains("restart wezm/b is under way"), "{said}");
}

#[test]
fn the_jobs_of_before_are_asked_for_after_the_first_picture() {
    let mut app = App::with(vec![container("a")]);
    let asked = |effects: &[Effect]| effects.contains(&Effect::LoadHistory);
    assert!(asked(&app.effects()));
    app.tick(1);
    assert!(!asked(&app.effects()));
    let mut job = Job::new(
        JobId(u64::MAX),
        Request::new(ActionName::Stop, service(None, "a")),
        at(-9),
    );
    let outcome = Outcome::Cancelled { done: Vec::new() };
    job.apply(JobEvent::Finished {
        outcome,
        at: at(-8),
    });
    let interrupted = vec![job.id];
    let jobs = vec![job];
    app.tell(Msg::History(History { jobs, interrupted }));
    let said = &app.model.toasts.last().unwrap().text;
    assert!(said.contains("cut off in the middle: stop a"), "{said}");
    app.press("6 l");
    assert!(app.model.logs.is_of(&service(None, "a")));
}

/// A redeploy of `a` whose process died while its containers changed from these.
fn cut_off(containers: &[&str]) -> Job {
    let request = Request::new(ActionName::Redeploy, service(None, "a"));
    let mut job = Job::new(JobId(u64::MAX), request, at(-200));
    let operation = Operation::StartNamed {
        name: "a".to_owned(),
    };
    let title = "start a".to_owned();
    let plan = Plan {
        action: ActionName::Redeploy,
        target: service(None, "a").into(),
        containers: containers.iter().map(|name| id(name)).collect(),
        steps: vec![Step {
            title: title.clone(),
            operation,
            kind: StepKind::Committing,
        }],
        notes: Vec::new(),
    };
    let outcome = Outcome::Interrupted { step: Some(title) };
    let at = at(-180);
    job.apply(JobEvent::Planned { plan });
    job.apply(JobEvent::StepStarted { step: 0, at });
    job.apply(JobEvent::Finished { outcome, at });
    job
}

#[test]
fn what_was_cut_off_is_a_finding_until_a_job_ended_well() {
    for (before, helps) in [("old", "Z"), ("a", "D")] {
        let mut app = App::with(vec![container("a")]);
        let jobs = vec![cut_off(&[before])];
        let interrupted = Vec::new();
        app.tell(Msg::History(History { jobs, interrupted }));
        let said = "redeploy of a was cut off in “start a”, 3 minutes ago";
        assert_eq!(app.model.findings[0].what, said);
        app.press("f");
        assert_eq!(app.rows(), ["a"], "it is a problem");
        app.effects();
        app.press("f !");
        app.press(helps);
        assert_eq!(started(&app.effects()).len(), 1, "{helps}");
        assert_eq!(app.model.findings.len(), 1);
        finish(&mut app, 1, done());
        assert_eq!(app.model.findings, []);
    }
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
    app.press("R 6 l");
    assert_eq!(app.model.view, View::Logs);
    assert!(app.model.logs.is_of(&service(None, "a")));
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

#[test]
fn a_plan_is_shown_before_it_is_carried_out() {
    let mut app = App::with(vec![container("wezm/web"), container("lone")]);
    app.press("j");
    app.effects();
    app.press("P");
    let web = service(Some("wezm"), "web");
    let action = ActionName::Redeploy;
    let request = Request::new(action, web.clone());
    assert_eq!(app.effects(), [Effect::MakePlan(request.clone())]);
    app.press("Enter");
    assert_eq!(started(&app.effects()), [], "it is not known yet");
    let plan = crate::domain::Plan {
        action,
        target: web.into(),
        containers: Vec::new(),
        steps: Vec::new(),
        notes: Vec::new(),
    };
    app.tell(Msg::Planned(request, Ok(plan)));
    app.press("Enter");
    assert_eq!(started(&app.effects()), [(action, "wezm/web".to_owned())]);
    assert!(app.model.overlay.is_none());
}

#[test]
fn six_shows_the_job_that_was_just_started() {
    let mut app = App::with(vec![container("a"), container("b")]);
    app.press("R 6 1");
    finish(&mut app, 1, done());
    app.press("j R 6");
    assert_eq!(app.model.selected_job().unwrap().title, "restart b");
}

#[test]
fn a_finding_that_went_away_leaves_no_other_under_the_cursor() {
    let sick = |name: &str| {
        let mut container = container(name);
        container.health = crate::domain::Health::Unhealthy;
        container
    };
    let mut app = App::with(vec![sick("a"), sick("b")]);
    app.effects();
    app.press("!");
    app.host(HostMsg::Changed(vec![container("a")]));
    app.press("R");
    assert_eq!(started(&app.effects()), []);
    app.press("k R");
    assert_eq!(started(&app.effects()), [restart("b")]);
}

#[test]
fn what_is_done_says_which_key_takes_it_back() {
    let mut app = App::with(vec![container("wezm/web")]);
    app.press("j");
    for (key, said) in [
        ("D", "Z takes it back"),
        ("Z", "D takes it back"),
        ("R", "done"),
    ] {
        app.press(key);
        let job = app.model.jobs[0].id.0;
        let summary = "done".to_owned();
        finish(&mut app, job, Outcome::Done { summary });
        let toast = &app.model.toasts.last().unwrap().text;
        assert!(toast.contains(said), "{toast}");
        assert!(!toast.ends_with(')') || key != "R", "{toast}");
    }
}
