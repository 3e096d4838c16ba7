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

/// The project with these files in its labels.
fn with_files(files: &[&str], env_files: &[&str]) -> App {
    let mut app = project();
    let mut containers: Vec<Container> = app.model.hosts[0].containers.values().cloned().collect();
    for container in &mut containers {
        if let Some(compose) = &mut container.compose {
            compose.config_files = files.iter().map(|&file| file.to_owned()).collect();
            compose.env_files = env_files.iter().map(|&file| file.to_owned()).collect();
        }
    }
    app.tell(Msg::Host(host(), HostMsg::Listed(containers)));
    app.effects();
    app
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
    let mut app = with_files(&["/srv/compose.yml"], &[]);
    app.press("E");
    assert_eq!(edits(&app.effects()), ["/srv/compose.yml"]);
    app.press("j E");
    assert_eq!(
        edits(&app.effects()),
        ["/srv/compose.yml"],
        "from a service"
    );
    let mut app = with_files(&["/srv/a.yml", "/srv/b.yml"], &["/srv/.env"]);
    app.press("E");
    assert_eq!(edits(&app.effects()), [] as [&str; 0]);
    app.press("j j j j Enter");
    assert_eq!(edits(&app.effects()), ["/srv/.env"]);
    app.press("E Esc Enter");
    assert_eq!(edits(&app.effects()), [] as [&str; 0]);
}

#[test]
fn what_came_over_the_network_or_a_pipe_is_not_edited() {
    let mut app = with_files(&["-"], &[]);
    app.press("E");
    assert_eq!(edits(&app.effects()), [] as [&str; 0]);
    let said = &app.model.toasts.last().unwrap().text;
    assert!(said.contains("name no files"), "{said}");
}

#[test]
fn enter_brings_up_what_was_edited() {
    let mut app = with_files(&["/srv/compose.yml"], &[]);
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
    let mut app = with_files(&["/srv/compose.yml"], &[]);
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
    let mut app = with_files(&["/srv/compose.yml"], &[]);
    taken(&mut app, Some(read("web:1")), read("web:1"));
    assert!(app.model.overlay.is_none());
    app.tell(Msg::Edited(wezm(), Edited::Untouched));
    assert!(app.model.overlay.is_none());
    let failure = Failure::new("edit compose.yml", "there is no editor");
    app.tell(Msg::Edited(wezm(), Edited::Failed(failure)));
    let said = &app.model.toasts.last().unwrap().text;
    assert!(said.contains("no editor"), "{said}");
}
