//! What is done to whole projects: their heading, profiles, an edit of their files.

use super::frames::keep;
use super::full;
use crate::app::edit::{Changes, EditView, FilesRead, FilesView};
use crate::app::overlay::{Overlay, ProfilesView};
use crate::app::{DetailTab, Model, ServiceRow};
use crate::domain::{Failure, HostId, ProjectId};

fn files() -> ProjectId {
    ProjectId {
        host: HostId::from("local"),
        name: "files".into(),
    }
}

#[test]
fn the_heading_of_a_project() {
    let mut model = full();
    let rows = model.services.rows.clone();
    model.services.cursor.select(&rows, 0);
    for size in [(80, 24), (160, 50)] {
        keep("project", &model, size);
    }
    let ServiceRow::Project(project) = rows[0].clone() else {
        panic!("no project");
    };
    let yaml = "name: files\nservices:\n  nextcloud:\n    environment:\n      DB_PASSWORD: hunter2\n    image: nextcloud:31\n    ports:\n      - mode: ingress\n        target: 80\n";
    model.detail.tab = DetailTab::Inspect;
    model.detail.inspect.begin_project(project.clone());
    let now = model.now;
    model.detail.inspect.answer_yaml(Ok(yaml.to_owned()), now);
    keep("project_config", &model, (120, 40));
    model.detail.tab = DetailTab::Overview;
    let mut view = ProfilesView {
        project,
        profiles: None,
        cursor: 1,
    };
    model.overlay = Some(Overlay::Profiles(view.clone()));
    keep("profiles_asked", &model, (80, 24));
    let names = [("debug", false), ("mail", true), ("metrics", false)];
    view.profiles = Some(names.map(|(name, on)| (name.to_owned(), on)).to_vec());
    model.overlay = Some(Overlay::Profiles(view));
    for size in [(40, 12), (80, 24)] {
        keep("profiles", &model, size);
    }
}

#[test]
fn an_edit() {
    let mut model = full();
    let show = |model: &mut Model, name: &str, overlay: Overlay| {
        model.overlay = Some(overlay);
        for size in [(40, 12), (80, 24)] {
            keep(name, model, size);
        }
    };
    let paths = [
        "/srv/files/compose.yaml",
        "/srv/files/over.yaml",
        "/srv/files/.env",
    ];
    let view = FilesView {
        project: files(),
        files: Some(paths.map(str::to_owned).to_vec()),
        cursor: 1,
    };
    show(&mut model, "edit_which", Overlay::Files(view));
    let read = |image: &str, password: &str, hash: &str| FilesRead {
        merged: format!(
            "name: files\nservices:\n  nextcloud:\n    environment:\n      DB_PASSWORD: {password}\n    image: {image}\n"
        ),
        hashes: [("nextcloud".to_owned(), hash.to_owned())].into(),
    };
    let mut after = read("nextcloud:32", "hunter3", "b");
    after.hashes.insert("cron".to_owned(), "c".to_owned());
    let view = |result| EditView {
        project: files(),
        result,
        offset: 0,
    };
    let before = read("nextcloud:31", "hunter2", "a");
    let changes = Changes::between(Some(&before), &after);
    show(&mut model, "edit_changes", Overlay::Edit(view(Ok(changes))));
    let why = "yaml: line 14, column 3: mapping values are not allowed in this context";
    let failure = Failure::new("read the Compose files of files", why);
    show(
        &mut model,
        "edit_refused",
        Overlay::Edit(view(Err(failure))),
    );
}
