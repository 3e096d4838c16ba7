//! A project's Compose files are edited, and what comes of it is looked at before anything is brought up.

use crate::app::edit::{Changes, EditView, Edited, FilesView};
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::toast::Tone;
use crate::domain::{ActionName, Failure, ProjectId, Request};
use crate::keymap::{Key, KeyCode};

use super::{jobs, notice, toast};

/// Edits the files of the project that the cursor is in; asks which, when there are several.
pub(super) fn ask(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(project) = project_here(model) else {
        toast(
            model,
            "this is for a Compose project: go to one of its services",
            Tone::Warning,
        );
        return;
    };
    ask_project(model, project, out);
}

/// Asks which file of a project is to be edited.
pub(super) fn ask_project(model: &mut Model, project: ProjectId, out: &mut Vec<Effect>) {
    out.push(Effect::LoadFiles(project.clone()));
    model.overlay = Some(Overlay::Files(FilesView {
        project,
        files: None,
        cursor: 0,
    }));
}

fn project_here(model: &Model) -> Option<ProjectId> {
    let heading = model.selected_project().cloned();
    heading.or_else(|| model.selected_service()?.1.id.project_id())
}

/// Takes in which files there are, if that is waited for still. Of one there is nothing to choose.
pub(super) fn files(
    model: &mut Model,
    project: &ProjectId,
    answer: Result<Vec<String>, Failure>,
    out: &mut Vec<Effect>,
) {
    let Some(Overlay::Files(view)) = &mut model.overlay else {
        return;
    };
    if view.project != *project || view.files.is_some() {
        return;
    }
    match answer {
        Ok(mut files) if files.len() == 1 => {
            model.overlay = None;
            out.push(Effect::Edit {
                project: project.clone(),
                file: files.remove(0),
            });
        }
        Ok(files) => view.files = Some(files),
        Err(failure) => {
            let lines = Vec::new();
            model.overlay = Some(Overlay::Message { failure, lines });
        }
    }
}

/// Takes in what an edit came to.
pub(super) fn answer(model: &mut Model, project: ProjectId, edited: Edited) {
    let result = match edited {
        Edited::Failed(failure) => return notice(model, &failure),
        Edited::Untouched => {
            let said = format!("the files of {} are as they were", project.name);
            return toast(model, said, Tone::Note);
        }
        Edited::Refused(failure) => Err(failure),
        Edited::Taken { before, after } => {
            let changes = Changes::between(before.as_ref(), &after);
            if changes.is_none() {
                let said = format!("the files of {} say what they said before", project.name);
                return toast(model, said, Tone::Note);
            }
            Ok(changes)
        }
    };
    model.overlay = Some(Overlay::Edit(EditView {
        project,
        result,
        offset: 0,
    }));
}

/// Says whether the files are what they were.
pub(super) fn put_back(model: &mut Model, project: &ProjectId, done: Result<(), Failure>) {
    match done {
        Ok(()) => {
            let said = format!(
                "the files of {} are what they were before the edit",
                project.name
            );
            toast(model, said, Tone::Done);
        }
        Err(failure) => notice(model, &failure),
    }
}

/// Takes a key for the list of files and for what came of an edit; false when it is none of theirs.
pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) -> bool {
    match &model.overlay {
        Some(Overlay::Files(view)) if key.code == KeyCode::Enter => {
            let files = view.files.as_deref().unwrap_or_default();
            let Some(file) = files.get(view.cursor) else {
                return true;
            };
            out.push(Effect::Edit {
                project: view.project.clone(),
                file: file.clone(),
            });
            model.overlay = None;
        }
        Some(Overlay::Edit(view)) => {
            let project = view.project.clone();
            let is_taken = view.result.is_ok();
            match key.code {
                KeyCode::Enter if is_taken => {
                    model.overlay = None;
                    let request = Request::new(ActionName::Up, project);
                    jobs::start_all(model, vec![request], out);
                }
                // Whoever is asked about a broken file wants it said, not gone with a key that opened something.
                KeyCode::Enter => {}
                _ => match key.typed() {
                    Some('e') => {
                        model.overlay = None;
                        out.push(Effect::EditAgain(project));
                    }
                    Some('p') => {
                        model.overlay = None;
                        out.push(Effect::PutBack(project));
                    }
                    _ if key.code == KeyCode::Esc => {
                        let kept = if is_taken {
                            "kept as edited; U on the project brings it up"
                        } else {
                            "kept as edited, which Compose does not take: no deploy works until it does"
                        };
                        model.overlay = None;
                        toast(model, kept, Tone::Warning);
                    }
                    _ => return false,
                },
            }
        }
        _ => return false,
    }
    true
}
