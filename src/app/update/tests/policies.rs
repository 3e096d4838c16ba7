//! What a policy forbids is not begun, and what it wants to be seen first is shown first.

use super::*;
use crate::app::overlay::{Overlay, PlanView};
use crate::domain::{ActionName, Failure, Plan, Policy, Request, Wishes};

/// A container whose label says how freely it may be acted upon.
fn labelled(path: &str, policy: &str) -> Container {
    let mut container = container(path);
    let label = ("topside.policy".to_owned(), policy.to_owned());
    container.labels.extend([label]);
    container
}

fn started(app: &mut App) -> Vec<String> {
    app.effects()
        .iter()
        .filter_map(|effect| match effect {
            Effect::StartJob { request, .. } => Some(request.title()),
            _ => None,
        })
        .collect()
}

fn asked(app: &mut App) -> Vec<Request> {
    app.effects()
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::MakePlan(request) => Some(request),
            _ => None,
        })
        .collect()
}

fn plan(request: &Request) -> Plan {
    Plan {
        action: request.action,
        target: request.target.clone(),
        containers: Vec::new(),
        steps: Vec::new(),
        notes: Vec::new(),
    }
}

/// Answers each question about a plan until none is asked; what they were about.
fn answer_all(app: &mut App) -> Vec<String> {
    let mut titles = Vec::new();
    loop {
        let requests = asked(app);
        if requests.is_empty() {
            return titles;
        }
        for request in requests {
            titles.push(request.title());
            let plan = plan(&request);
            app.tell(Msg::Planned(request, Ok(plan)));
        }
    }
}

fn shown(app: &App) -> Option<&PlanView> {
    match &app.model.overlay {
        Some(Overlay::Plan(view)) => Some(view),
        _ => None,
    }
}

fn last_said(app: &App) -> &str {
    app.model.toasts.last().map_or("", |toast| &toast.text)
}

#[test]
fn what_is_read_only_is_not_acted_upon() {
    for key in ["D", "B", "Z", "R", "S", "X"] {
        let mut app = App::with(vec![labelled("a", "read-only")]);
        app.press(key);
        assert_eq!(started(&mut app), Vec::<String>::new(), "{key}");
        assert!(app.model.overlay.is_none(), "{key}");
        let said = last_said(&app);
        assert!(
            said.contains("read-only, by its label topside.policy"),
            "{said}"
        );
    }
}

#[test]
fn looking_is_allowed_and_doing_is_not() {
    let mut app = App::with(vec![labelled("a", "read-only")]);
    app.effects();
    app.press("P");
    assert_eq!(answer_all(&mut app), ["redeploy a"]);
    app.press("Enter");
    assert_eq!(started(&mut app), Vec::<String>::new());
    assert!(last_said(&app).contains("read-only"));
}

#[test]
fn the_config_is_named_when_it_forbids() {
    let mut app = App::with(vec![container("wezm/db")]);
    let wish = Wishes {
        policy: Some(Policy::ReadOnly),
        ..Wishes::default()
    };
    let preferences = &mut app.model.settings.preferences;
    preferences.services.insert("wezm/db".to_owned(), wish);
    app.press("j R");
    let said = "restart wezm/db: read-only, by [services.\"wezm/db\"] in the config";
    assert_eq!(last_said(&app), said);
}

#[test]
fn what_wants_a_yes_is_shown_first() {
    for (key, title) in [("R", "restart a"), ("S", "stop a"), ("Z", "roll back a")] {
        let mut app = App::with(vec![labelled("a", "confirm")]);
        app.effects();
        app.press(key);
        app.press("Enter");
        assert!(shown(&app).is_some(), "no plan is known yet");
        assert_eq!(answer_all(&mut app), [title]);
        app.press("Enter");
        assert_eq!(started(&mut app), [title]);
        assert!(app.model.overlay.is_none());
    }
}

#[test]
fn esc_is_a_no_and_leaves_the_marks() {
    let mut app = App::with(vec![labelled("a", "confirm"), container("b")]);
    app.effects();
    app.press("Space Space D");
    assert_eq!(answer_all(&mut app), ["redeploy a", "redeploy b"]);
    app.press("Esc");
    assert_eq!(started(&mut app), Vec::<String>::new());
    assert_eq!(app.model.marked.len(), 2);
}

#[test]
fn nothing_is_begun_before_all_was_seen() {
    let mut app = App::with(vec![
        container("a"),
        labelled("b", "confirm"),
        labelled("c", "read-only"),
    ]);
    app.effects();
    app.press("Space Space Space R");
    assert!(last_said(&app).starts_with("restart c: read-only"));
    // One question at a time.
    let first = asked(&mut app);
    assert_eq!(first.len(), 1);
    let failure = Failure::new("restart a", "no");
    app.tell(Msg::Planned(first[0].clone(), Err(failure)));
    assert_eq!(answer_all(&mut app), ["restart b"]);
    app.press("Enter");
    assert_eq!(
        started(&mut app),
        Vec::<String>::new(),
        "one cannot be done"
    );
    app.press("Esc R");
    assert_eq!(answer_all(&mut app), ["restart a", "restart b"]);
    app.press("Enter");
    assert_eq!(started(&mut app), ["restart a"], "the other one after it");
    assert!(app.model.marked.is_empty());
    assert_eq!(app.model.running_jobs().count(), 2);
}

#[test]
fn removing_keeps_its_own_question() {
    let mut app = App::with(vec![labelled("a", "confirm")]);
    app.effects();
    app.press("X");
    assert!(matches!(app.model.overlay, Some(Overlay::Confirm(_))));
    app.press("y");
    assert_eq!(started(&mut app), ["remove a"]);
}

#[test]
fn the_plan_is_switched_between_deploys() {
    let mut app = App::with(vec![container("a")]);
    app.effects();
    app.press("P Tab");
    let requests = asked(&mut app);
    let actions: Vec<ActionName> = requests.iter().map(|request| request.action).collect();
    assert_eq!(actions, [ActionName::Redeploy, ActionName::Rebuild]);
    // The answer about what is shown no more is for nobody.
    let old = plan(&requests[0]);
    app.tell(Msg::Planned(requests[0].clone(), Ok(old)));
    assert!(!shown(&app).unwrap().is_known());
    app.press("]");
    assert_eq!(answer_all(&mut app), ["roll back a"]);
    app.press("Enter");
    assert_eq!(started(&mut app), ["roll back a"]);
    // A restart has no other way to be done.
    let mut app = App::with(vec![labelled("a", "confirm")]);
    app.effects();
    app.press("R Tab");
    assert_eq!(answer_all(&mut app), ["restart a"]);
}

#[test]
fn the_plan_scrolls() {
    let mut app = App::with(vec![container("a")]);
    app.press("P");
    app.model.regions.overlay_most = 12;
    app.press("j j PgDn k");
    assert_eq!(shown(&app).unwrap().offset, 11);
}
