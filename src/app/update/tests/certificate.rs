//! Keys on a certificate.

use super::*;
use crate::app::overlay::Overlay;
use crate::app::pem::{PemAnswer, PemTarget};
use crate::app::view::View;
use crate::domain::plan::Wanted;
use crate::domain::{ActionName, Failure, Policy, Request, Verdict, Wishes};

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

/// The first names of the rows.
fn listed(app: &App) -> Vec<&str> {
    let rows = app.model.certificates.rows.iter();
    let title = |sha256: &String| app.model.certificate(sha256).unwrap().1.title();
    rows.map(title).collect()
}

#[test]
fn o_sorts_by_one_thing_after_the_other() {
    let mut app = app();
    let by_time = [
        "old.example.org",
        "wizards.example.org",
        "files.example.org",
        "www.example.org",
        "nas.home.arpa",
    ];
    assert_eq!(listed(&app), by_time);
    app.press("o");
    let by_name = [
        "files.example.org",
        "nas.home.arpa",
        "old.example.org",
        "wizards.example.org",
        "www.example.org",
    ];
    assert_eq!(listed(&app), by_name);
    app.press("o");
    let by_issuer = [
        "files.example.org",
        "old.example.org",
        "wizards.example.org",
        "www.example.org",
        "nas.home.arpa",
    ];
    assert_eq!(listed(&app), by_issuer);
    // The worst verdict first.
    let host = &mut app.model.hosts[0];
    let found = host.certificates.value.as_mut().unwrap();
    let nas = found.certificates.last_mut().unwrap();
    nas.places[0].key_matches = Some(false);
    let nas = nas.sha256.clone();
    host.judge(
        &crate::domain::Thresholds::default(),
        crate::app::fixture::now(),
    );
    assert_eq!(host.verdicts[&nas].word(), "wrong key");
    app.press("o");
    assert_eq!(listed(&app)[0], "nas.home.arpa");
    app.press("o");
    assert_eq!(listed(&app), by_name, "by the path, which has the name");
    app.press("o");
    assert_eq!(listed(&app), by_time);
}

#[test]
fn a_filter_finds_names_issuers_places_and_verdicts() {
    let mut app = app();
    let host = &mut app.model.hosts[0];
    let found = host.certificates.value.as_mut().unwrap();
    found.certificates[0].places[0].key_matches = Some(false);
    host.judge(
        &crate::domain::Thresholds::default(),
        crate::app::fixture::now(),
    );
    for (typed, wanted) in [
        ("/ c d n . e", &["www.example.org"] as &[&str]),
        ("/ E 7", &["files.example.org"]),
        ("/ w r o n g", &["old.example.org"]),
        ("/ e x p i r e d", &["old.example.org"]),
        ("/ d / n a s", &["nas.home.arpa"]),
    ] {
        app.press(typed);
        assert_eq!(listed(&app), wanted, "{typed}");
        app.press("Esc");
    }
}

#[test]
fn y_offers_what_can_be_copied() {
    let mut app = app();
    let (_, certificate) = app.model.selected_certificate().unwrap();
    let (sha256, serial) = (certificate.sha256.clone(), certificate.serial.clone());
    app.press("y");
    assert_eq!(app.effects(), [], "nothing before it is chosen");
    app.press("Enter");
    assert_eq!(app.effects(), [Effect::Copy(sha256.clone())]);
    app.press("y s");
    assert_eq!(app.effects(), [Effect::Copy(serial)]);
    app.press("y j j j j Enter");
    assert_eq!(app.effects(), [Effect::Copy("old.example.org".to_owned())]);
    app.press("y Esc");
    assert_eq!(app.effects(), []);
    assert!(app.model.overlay.is_none());
    for (key, target) in [("p", PemTarget::CopyLeaf), ("c", PemTarget::CopyChain)] {
        app.press("y").press(key);
        let effects = app.effects();
        let [Effect::TakePem(wanted)] = effects.as_slice() else {
            panic!("{effects:?}");
        };
        assert_eq!((&wanted.sha256, &wanted.target), (&sha256, &target));
        assert_eq!(wanted.places.len(), 2, "both containers have it");
        assert!(
            wanted
                .places
                .iter()
                .all(|(container, _)| container.is_some())
        );
    }
    let pem = "-----BEGIN CERTIFICATE-----".to_owned();
    app.tell(Msg::Pem(PemTarget::CopyLeaf, PemAnswer::Text(pem.clone())));
    assert_eq!(app.effects(), [Effect::Copy(pem)]);
}

#[test]
fn names_that_are_copied_cannot_become_commands() {
    let mut app = app();
    let found = app.model.hosts[0].certificates.value.as_mut().unwrap();
    found.certificates[0].names = vec!["a\nrm -rf /".to_owned(), "b\u{1b}[2J".to_owned()];
    app.press("y n");
    let copied = Effect::Copy("a·rm -rf /\nb·[2J".to_owned());
    assert_eq!(app.effects(), [copied]);
}

#[test]
fn an_export_overwrites_nothing_unasked() {
    let mut app = app();
    app.press("E");
    let typed = |app: &App| match &app.model.overlay {
        Some(Overlay::Export(view)) => (view.path.value().to_owned(), view.exists),
        other => panic!("{other:?}"),
    };
    assert_eq!(typed(&app), ("old.example.org.pem".to_owned(), false));
    app.tell(Msg::Paste("2\nrm".to_owned()));
    assert_eq!(typed(&app).0, "old.example.org.pem2");
    let target = |replace| PemTarget::File {
        path: "old.example.org.pem2".to_owned(),
        replace,
    };
    let wanted = |app: &mut App| match app.effects().as_slice() {
        [Effect::TakePem(wanted)] => Some(wanted.target.clone()),
        _ => None,
    };
    app.press("Enter");
    assert_eq!(wanted(&mut app), Some(target(false)));
    app.tell(Msg::Pem(target(false), PemAnswer::Exists));
    assert!(typed(&app).1);
    app.press("x Enter");
    assert_eq!(wanted(&mut app), None, "that is no answer");
    app.press("n");
    assert!(!typed(&app).1, "another name, then");
    app.press("Enter");
    app.tell(Msg::Pem(target(false), PemAnswer::Exists));
    app.effects();
    app.press("y");
    assert_eq!(wanted(&mut app), Some(target(true)));
    let failure = Failure::new("write it", "no room");
    app.tell(Msg::Pem(target(true), PemAnswer::Failed(failure)));
    assert!(typed(&app).1, "it can be tried again");
    app.tell(Msg::Pem(target(true), PemAnswer::Written("x".to_owned())));
    assert!(app.model.overlay.is_none());
}

#[test]
fn the_name_of_a_file_leads_nowhere_else() {
    for (name, file) in [
        ("../../etc/passwd", "_.._etc_passwd.pem"),
        ("*.example.org", "_.example.org.pem"),
        ("...", "certificate.pem"),
        ("\u{1b}[2J\u{202e}", "__2J_.pem"),
    ] {
        let mut app = app();
        let found = app.model.hosts[0].certificates.value.as_mut().unwrap();
        found.certificates[0].names = vec![name.to_owned()];
        app.press("E");
        let Some(Overlay::Export(view)) = &app.model.overlay else {
            panic!("it is asked for");
        };
        assert_eq!(view.path.value(), file);
    }
}

#[test]
fn where_only_a_restart_helps_it_is_shown_first() {
    let mut app = app();
    let host = &mut app.model.hosts[0];
    let found = host.certificates.value.as_mut().unwrap();
    let before = found.certificates[0].clone();
    found.certificates[0].places[0].seen_inside = Some(Box::new(before));
    host.judge(
        &crate::domain::Thresholds::default(),
        crate::app::fixture::now(),
    );
    let sha256 = app.model.certificates.cursor.selected.clone().unwrap();
    let verdict = &app.model.hosts[0].verdicts[&sha256];
    assert!(matches!(verdict, Verdict::MountReplaced { .. }));
    app.press("r");
    assert!(matches!(app.model.overlay, Some(Overlay::Plan(_))));
    let effects = app.effects();
    assert!(
        !effects
            .iter()
            .any(|one| matches!(one, Effect::StartJob { .. })),
        "{effects:?}"
    );
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
