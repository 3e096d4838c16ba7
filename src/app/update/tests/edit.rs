//! A project's files are edited, and what comes of it is seen before anything is brought up.

use super::jobs::{project, started};
use super::*;
use crate::app::edit::{Edited, FilesRead};
use crate::app::overlay::Overlay;
use crate::domain::{ActionName, Failure, ProjectId};

fn wezm() -> ProjectId {
    ProjectId {
        host: host(),
        name: "wezm".into(),
    }
}

fn found(app: &mut App, files: &[&str]) {
    let files = files.iter().map(|&file| file.to_owned()).collect();
    app.tell(Msg::Files(wezm(), Ok(files)));
}

fn read(web: &str) -> FilesRead {
    FilesRead {
        merged: format!("services:\n  web:\n    image: {web}\n"),
        hashes: [("web".to_owned(), web.to_owned())].into(),
    }
}

fn taken(app: &mut App, before: Option<FilesRead>, after: FilesRead) {
    app.tell(Msg::Edited(wezm(), Edited::Taken { before, after }));
}

fn edits(effects: &[Effect]) -> Vec<&str> {
    fn file(effect: &Effect) -> Option<&str> {
        match effect {
            Effect::Edit { file, .. } => Some(file),
            _ => None,
        }
    }
    effects.iter().filter_map(file).collect()
}

#[test]
fn e_opens_the_only_file_at_once_and_a_list_of_several() {
    let mut app = project();
    app.effects();
    app.press("E");
    assert!(app.effects().contains(&Effect::LoadFiles(wezm())));
    app.press("Enter j");
    assert_eq!(edits(&app.effects()), [] as [&str; 0], "none is known yet");
    found(&mut app, &["/srv/compose.yml"]);
    assert_eq!(edits(&app.effects()), ["/srv/compose.yml"]);
    assert!(app.model.overlay.is_none());
    app.press("j E");
    found(&mut app, &["/srv/a.yml", "/srv/b.yml", "/srv/.env"]);
    assert_eq!(edits(&app.effects()), [] as [&str; 0]);
    app.press("j j j j Enter");
    assert_eq!(edits(&app.effects()), ["/srv/.env"], "from a service, too");
    app.press("E Esc");
    found(&mut app, &["/srv/compose.yml"]);
    assert_eq!(edits(&app.effects()), [] as [&str; 0], "a late answer");
}

#[test]
fn files_that_are_not_here_are_told() {
    let mut app = project();
    app.press("E");
    let failure = Failure::new("edit the files of wezm", "/srv/compose.yml is not there");
    app.tell(Msg::Files(wezm(), Err(failure)));
    assert!(matches!(app.model.overlay, Some(Overlay::Message { .. })));
}

#[test]
fn enter_brings_up_what_was_edited() {
    let mut app = project();
    taken(&mut app, Some(read("web:1")), read("web:2"));
    let Some(Overlay::Edit(view)) = &app.model.overlay else {
        panic!("it is shown");
    };
    assert_eq!(view.result.as_ref().unwrap().changed, ["web"]);
    app.press("j");
    assert_eq!(started(&app.effects()), [], "moving is no answer");
    app.press("Enter");
    assert_eq!(
        started(&app.effects()),
        [(ActionName::Up, "wezm".to_owned())]
    );
}

#[test]
fn a_refused_file_brings_nothing_up() {
    let mut app = project();
    let refused = || Edited::Refused(Failure::new("read the Compose files", "yaml: line 3"));
    app.tell(Msg::Edited(wezm(), refused()));
    app.press("Enter");
    assert!(app.model.overlay.is_some());
    assert_eq!(started(&app.effects()), []);
    app.press("e");
    assert!(app.effects().contains(&Effect::EditAgain(wezm())));
    app.tell(Msg::Edited(wezm(), refused()));
    app.press("p");
    assert!(app.effects().contains(&Effect::PutBack(wezm())));
    app.tell(Msg::PutBack(wezm(), Ok(())));
    app.tell(Msg::Edited(wezm(), refused()));
    app.press("Esc");
    assert!(app.model.overlay.is_none());
    let said = &app.model.toasts.last().unwrap().text;
    assert!(said.contains("no deploy works"), "{said}");
}

#[test]
fn an_edit_that_says_nothing_new_is_a_word() {
    let mut app = project();
    taken(&mut app, Some(read("web:1")), read("web:1"));
    assert!(app.model.overlay.is_none());
    app.tell(Msg::Edited(wezm(), Edited::Untouched));
    assert!(app.model.overlay.is_none());
    let failure = Failure::new("edit compose.yml", "there is no editor");
    app.tell(Msg::Edited(wezm(), Edited::Failed(failure)));
    let said = &app.model.toasts.last().unwrap().text;
    assert!(said.contains("no editor"), "{said}");
}
