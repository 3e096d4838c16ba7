//! Keys on the heading of a project: up with profiles, down, pull.

use super::jobs::{done, finish, project, started};
use super::*;
use crate::app::overlay::Overlay;
use crate::domain::{ActionName, Failure, ProjectId, Request};

fn wezm() -> ProjectId {
    ProjectId {
        host: host(),
        name: "wezm".into(),
    }
}

fn answer(app: &mut App, profiles: &[(&str, bool)]) {
    let profiles = profiles.iter().map(|&(name, on)| (name.to_owned(), on));
    app.tell(Msg::Profiles(wezm(), Ok(profiles.collect())));
}

#[test]
fn u_brings_up_a_project_without_profiles_at_once() {
    let mut app = project();
    app.effects();
    app.press("U");
    assert!(app.effects().contains(&Effect::LoadProfiles(wezm())));
    assert!(matches!(app.model.overlay, Some(Overlay::Profiles(_))));
    app.press("Enter Space");
    assert_eq!(started(&app.effects()), [], "they are not known yet");
    answer(&mut app, &[]);
    assert!(app.model.overlay.is_none());
    assert_eq!(
        started(&app.effects()),
        [(ActionName::Up, "wezm".to_owned())]
    );
    // None of its services is acted upon meanwhile, nor is it itself; another project is.
    app.press("D X U");
    assert_eq!(started(&app.effects()), []);
    app.press("j R");
    assert_eq!(started(&app.effects()), []);
    app.press("G R");
    assert_eq!(
        started(&app.effects()),
        [(ActionName::Restart, "zoo/ape".to_owned())]
    );
}

#[test]
fn profiles_are_chosen_and_the_plan_is_seen_before_it_is_carried_out() {
    let mut app = project();
    app.press("U");
    answer(&mut app, &[("debug", false), ("mail", true)]);
    app.effects();
    app.press("Space j Space k j j Enter");
    let request = Request {
        profiles: Some(vec!["debug".to_owned()]),
        ..Request::new(ActionName::Up, wezm())
    };
    assert!(app.effects().contains(&Effect::MakePlan(request.clone())));
    let failure = Failure::new("up wezm", "no");
    app.tell(Msg::Planned(request.clone(), Err(failure)));
    app.press("Enter");
    assert_eq!(started(&app.effects()), [], "it cannot be done");
}

#[test]
fn what_was_left_is_not_begun_by_a_late_answer() {
    let mut app = project();
    app.press("U Esc");
    answer(&mut app, &[]);
    assert_eq!(started(&app.effects()), []);
    app.press("U");
    let failure = Failure::new("read the Compose files", "yaml: line 3");
    app.tell(Msg::Profiles(wezm(), Err(failure)));
    assert!(matches!(app.model.overlay, Some(Overlay::Message { .. })));
}

#[test]
fn x_on_a_heading_asks_and_takes_the_project_down() {
    let mut app = project();
    app.press("X");
    let Some(Overlay::Confirm(confirm)) = &app.model.overlay else {
        panic!("it asks");
    };
    assert_eq!(confirm.question, "Take down all of wezm?");
    let said = confirm.lines.join("; ");
    assert!(said.contains("Volumes and images stay"), "{said}");
    app.press("n");
    assert_eq!(started(&app.effects()), []);
    app.press("X y");
    assert_eq!(
        started(&app.effects()),
        [(ActionName::Down, "wezm".to_owned())]
    );
    finish(&mut app, 1, done());
    // What is marked counts before what the cursor is on.
    app.press("j Space g X");
    let Some(Overlay::Confirm(confirm)) = &app.model.overlay else {
        panic!("it asks");
    };
    assert_eq!(confirm.question, "Remove wezm/api?");
}

#[test]
fn elsewhere_than_on_a_heading_it_is_said_where_it_works() {
    let mut app = project();
    app.press("j U");
    assert!(app.model.overlay.is_none());
    let said = &app.model.toasts.last().unwrap().text;
    assert!(said.contains("go to its heading"), "{said}");
}

#[test]
fn i_on_a_heading_shows_its_compose_files_with_secrets_hidden() {
    let mut app = project();
    app.effects();
    app.press("i");
    assert!(app.effects().contains(&Effect::LoadProjectConfig(wezm())));
    let text =
        "services:\n  db:\n    environment:\n      DB_PASSWORD: hunter2\n      X: \u{1b}[2J\n";
    app.tell(Msg::ProjectConfig(wezm(), Ok(text.to_owned())));
    let shown = |app: &App| {
        let inspect = &app.model.detail.inspect;
        inspect.shown(app.model.detail.revealed).unwrap().join("\n")
    };
    assert!(shown(&app).contains("DB_PASSWORD: ••••••"));
    assert!(!shown(&app).contains('\u{1b}'));
    app.press("/ X Enter");
    assert_eq!(app.model.detail.inspect.hit, Some(4));
    app.press("v");
    assert!(shown(&app).contains("DB_PASSWORD: hunter2"));
    // Another selection hides it again, and a service has JSON of its own.
    app.press("Esc Esc j");
    assert!(!app.model.detail.revealed);
    let asked = app.effects();
    let json = |effect: &Effect| matches!(effect, Effect::InspectJson { .. });
    assert!(asked.iter().any(json), "{asked:?}");
    app.press("k");
    let late = Msg::ProjectConfig(wezm(), Ok("services: {}".to_owned()));
    app.press("j");
    app.tell(late);
    assert!(app.model.detail.inspect.project.is_none());
}
