//! What is done to a whole project: up with profiles, down after a question, pull.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::{Confirm, Overlay, ProfilesView};
use crate::app::toast::Tone;
use crate::domain::{ActionName, Failure, ProjectId, Request, ServiceId};
use crate::keymap::{Key, KeyCode};

use super::{jobs, plan, removal, toast};

/// The project on whose heading the cursor is; says so when it is on none.
fn selected(model: &mut Model) -> Option<ProjectId> {
    let project = model.selected_project().cloned();
    if project.is_none() {
        toast(
            model,
            "this is for a project: go to its heading",
            Tone::Warning,
        );
    }
    project
}

/// Whether there is anything to ask about; says so when it may not or cannot be done.
fn may_be_asked(model: &mut Model, action: ActionName, project: &ProjectId) -> bool {
    let request = Request::new(action, project.clone());
    if let Some((refusal, tone)) = jobs::refusal(model, &request) {
        toast(model, refusal, tone);
        return false;
    }
    !jobs::permitted(model, vec![request]).is_empty()
}

/// Brings the project up, once it is known which profiles there are to choose from.
pub(super) fn ask_up(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(project) = selected(model) else {
        return;
    };
    if !may_be_asked(model, ActionName::Up, &project) {
        return;
    }
    out.push(Effect::LoadProfiles(project.clone()));
    model.overlay = Some(Overlay::Profiles(ProfilesView {
        project,
        profiles: None,
        cursor: 0,
    }));
}

/// Takes in the answer, if it is waited for still. Without profiles there is nothing to choose.
pub(super) fn profiles(
    model: &mut Model,
    project: &ProjectId,
    answer: Result<Vec<(String, bool)>, Failure>,
    out: &mut Vec<Effect>,
) {
    let Some(Overlay::Profiles(view)) = &mut model.overlay else {
        return;
    };
    if view.project != *project || view.profiles.is_some() {
        return;
    }
    match answer {
        Ok(profiles) if profiles.is_empty() => {
            model.overlay = None;
            let request = Request::new(ActionName::Up, project.clone());
            jobs::start_all(model, vec![request], out);
        }
        Ok(profiles) => view.profiles = Some(profiles),
        Err(failure) => {
            let lines = Vec::new();
            model.overlay = Some(Overlay::Message { failure, lines });
        }
    }
}

/// Takes in a project's merged Compose files, if they are still looked at.
pub(super) fn config(model: &mut Model, project: &ProjectId, answer: Result<String, Failure>) {
    let now = model.now;
    let inspect = &mut model.detail.inspect;
    if inspect.project.as_ref() == Some(project) {
        inspect.answer_yaml(answer, now);
    }
}

/// Takes a key for the list of profiles; false when it is none of its own.
pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) -> bool {
    let Some(Overlay::Profiles(view)) = &mut model.overlay else {
        return false;
    };
    match key.code {
        KeyCode::Enter => {
            let Some(profiles) = &view.profiles else {
                return true;
            };
            let chosen = profiles.iter().filter(|(_, on)| *on);
            let request = Request {
                profiles: Some(chosen.map(|(name, _)| name.clone()).collect()),
                ..Request::new(ActionName::Up, view.project.clone())
            };
            model.overlay = None;
            plan::show(model, request, out);
        }
        KeyCode::Char(' ') => {
            let cursor = view.cursor;
            let row = view.profiles.as_mut().and_then(|rows| rows.get_mut(cursor));
            if let Some((_, on)) = row {
                *on = !*on;
            }
        }
        _ => return false,
    }
    true
}

/// Pulls all images of the project.
pub(super) fn pull(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(project) = selected(model) {
        let request = Request::new(ActionName::Pull, project);
        jobs::start_all(model, vec![request], out);
    }
}

/// Asks whether the project is to be taken down.
pub(super) fn ask_down(model: &mut Model) {
    let Some(project) = selected(model) else {
        return;
    };
    if !may_be_asked(model, ActionName::Down, &project) {
        return;
    }
    let services = model.services_of(&project);
    model.overlay = Some(Overlay::Confirm(question(model, services)));
}

/// What is asked before these, all services of a project, are taken down.
pub(super) fn question(model: &Model, services: Vec<ServiceId>) -> Confirm {
    let mut lines = removal::what_goes(model, &services);
    let first = services.first().and_then(ServiceId::project_id);
    let name = first.map_or_else(String::new, |project| project.name.to_string());
    lines.push("Its networks go too. Volumes and images stay.".to_owned());
    let container = services.iter().find_map(|id| Some(model.service(id)?.2));
    let compose = container.and_then(|container| container.compose.as_ref());
    if let Some(folder) = compose.and_then(|compose| compose.working_dir.as_ref()) {
        lines.push(format!(
            "It comes back with docker compose up -d in {folder}: topside knows a project by its containers."
        ));
    }
    Confirm {
        offset: 0,
        question: format!("Take down all of {name}?"),
        lines,
        action: ActionName::Down,
        services,
    }
}

/// Takes down what was asked about.
pub(super) fn take_down(model: &mut Model, asked: &Confirm, out: &mut Vec<Effect>) {
    let project = asked.services.first().and_then(ServiceId::project_id);
    let request = project.map(|project| Request::new(ActionName::Down, project));
    jobs::start_confirmed(model, request.into_iter().collect(), out);
}
