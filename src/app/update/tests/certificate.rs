//! Keys on a certificate.

use super::*;
use crate::app::overlay::Overlay;
use crate::app::view::View;
use crate::domain::plan::Wanted;
use crate::domain::{ActionName, Policy, Request, Wishes};

fn app() -> App {
    let mut model = crate::app::fixture::model();
    model.view = View::Certificates;
    let mut app = App {
        model,
        wanted: Vec::new(),
    };
    app.press("g");
    app.effects();
    app
}

fn asked(effects: &[Effect]) -> Vec<(ActionName, Wanted)> {
    let request = |effect: &Effect| match effect {
        Effect::StartJob { request, .. } | Effect::MakePlan(request) => Some(request.clone()),
        _ => None,
    };
    let of = |request: Request| Some((request.action, request.certificate?));
    effects.iter().filter_map(request).filter_map(of).collect()
}

#[test]
fn c_renews_and_r_reloads_at_once_without_leave_to_restart() {
    for (key, action) in [("C", ActionName::Renew), ("r", ActionName::Reload)] {
        let mut app = app();
        let title = app
            .model
            .selected_certificate()
            .unwrap()
            .1
            .title()
            .to_owned();
        app.press(key);
        let wanted = Wanted {
            certificate: title,
            force: false,
            agreed: false,
        };
        assert_eq!(asked(&app.effects()), [(action, wanted)]);
    }
}

#[test]
fn who_saw_the_plan_has_agreed_to_a_restart() {
    let mut app = app();
    app.press("P");
    let shown = asked(&app.effects());
    assert!(matches!(app.model.overlay, Some(Overlay::Plan(_))));
    let Some(Overlay::Plan(view)) = &app.model.overlay else {
        panic!("it is shown");
    };
    let request = view.entries[0].request.clone();
    let plan = crate::domain::Plan {
        action: request.action,
        target: request.target.clone(),
        containers: Vec::new(),
        steps: Vec::new(),
        notes: Vec::new(),
    };
    app.tell(Msg::Planned(request, Ok(plan)));
    app.press("Enter");
    let begun = asked(&app.effects());
    assert!(!shown[0].1.agreed && begun[0].1.agreed);
    assert_eq!(begun[0].0, ActionName::Renew);
}

#[test]
fn a_server_that_wants_to_be_asked_is_shown_what_will_be_done_first() {
    let mut app = app();
    let (host, certificate) = app.model.selected_certificate().unwrap();
    let name = certificate.title().to_owned();
    let server = host.servers_of(&name).next().expect("somebody serves it");
    let wish = Wishes {
        policy: Some(Policy::Confirm),
        ..Wishes::default()
    };
    let preferences = &mut app.model.settings.preferences;
    preferences.services.insert(server.to_string(), wish);
    app.press("C");
    let Some(Overlay::Plan(view)) = &app.model.overlay else {
        panic!("the plan is shown first");
    };
    let because = view.because.as_ref().unwrap().to_string();
    assert!(because.contains(&server.to_string()), "{because}");
    let begun = |effect: &Effect| matches!(effect, Effect::StartJob { .. });
    assert!(!app.effects().iter().any(begun));
}
