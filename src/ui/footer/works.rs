//! Which keys do something here and now.

use crate::app::action::{LogAction, Spec};
use crate::app::browser::Browser;
use crate::app::{Action, DetailTab, Model, Pane, View};
use crate::domain::{ActionName, ServiceId};

use super::open_tab;

/// Whether an action does something here and now.
pub(super) fn works(model: &Model, spec: &Spec) -> bool {
    if !model.works_here(spec) {
        return false;
    }
    if let Some(browser) = &model.browser {
        return works_among_files(model, browser, spec.action);
    }
    match spec.action {
        Action::Do(ActionName::RollBack) if runs_already(model) => false,
        Action::Do(ActionName::Up | ActionName::Down | ActionName::Pull) => {
            let project = model.selected_project();
            project.is_some_and(|project| {
                model
                    .host(&project.host)
                    .is_some_and(|host| !host.is_stale())
            })
        }
        Action::Do(ActionName::RemoveVolume) if model.view == View::Volumes => {
            model.selected_volume().is_some()
        }
        Action::Do(_) | Action::StopStart | Action::ShowPlan => model
            .targets()
            .iter()
            .any(|service| is_answering(model, service)),
        Action::Shell => model
            .selected_service()
            .is_some_and(|(host, _, container)| !host.is_stale() && container.is_up()),
        Action::Inspect => model.selected_service().is_some() || model.selected_project().is_some(),
        Action::Mark => model.selected_service().is_some(),
        Action::Browse if model.view == View::Services => model.selected_service().is_some(),
        Action::EditFiles => {
            let service = model.selected_service();
            let project = service.and_then(|(_, service, _)| service.id.project_id());
            project.as_ref().or(model.selected_project()).is_some()
        }
        Action::Logs => match model.view {
            View::Services => model.services.cursor.selected.is_some(),
            View::Certificates => model.selected_certificate().is_some(),
            View::Jobs => model.selected_job().is_some(),
            _ => true,
        },
        Action::Log(LogAction::Services) => model.logs.sources.len() > 1,
        Action::Log(_) => model.logs.scope.is_some(),
        Action::NextMatch => match open_tab(model) {
            Some(DetailTab::Inspect) => model.detail.inspect.query.is_some(),
            Some(DetailTab::Logs) => model.logs.query.is_some(),
            Some(_) => false,
            None => model.view == View::Logs && model.logs.query.is_some(),
        },
        Action::Reveal => matches!(
            open_tab(model),
            Some(DetailTab::Environment | DetailTab::Inspect)
        ),
        Action::NextTab => open_tab(model).is_some() || model.view == View::Networks,
        Action::RemoveNetwork => model.selected_network().is_some(),
        Action::EventTime => !model.events.list.rows.is_empty(),
        Action::Enter | Action::OnlyProblems => {
            model.view != View::Logs && model.pane == Pane::List
        }
        Action::Sort | Action::FoldAll => model.view == View::Services && model.pane == Pane::List,
        Action::StopMeasuring => model.hosts.iter().any(|host| host.storing.round.is_some()),
        Action::CancelJob => model
            .selected_job()
            .is_some_and(|job| job.outcome().is_none()),
        _ => true,
    }
}

/// The same among somebody's files.
fn works_among_files(model: &Model, browser: &Browser, action: Action) -> bool {
    let copies = |action| matches!(action, Some(ActionName::CopyOut | ActionName::CopyIn));
    match (&browser.page, action) {
        (_, Action::CancelJob) => model.running_jobs().any(|job| copies(job.action)),
        (Some(page), Action::NextMatch) => page.query.is_some(),
        (
            Some(_),
            Action::Enter | Action::ViewFile | Action::Sort | Action::Do(ActionName::CopyIn),
        )
        | (None, Action::NextMatch)
        | (_, Action::OnlyProblems | Action::NextTab) => false,
        (None, Action::Sort | Action::Do(ActionName::CopyIn)) => browser.entries.is_some(),
        (None, Action::FolderUp) => browser.path != "/",
        (None, Action::Enter | Action::ViewFile | Action::Do(ActionName::CopyOut)) => {
            browser.selected().is_some()
        }
        _ => true,
    }
}

/// Whether the release under the cursor is the one that runs.
fn runs_already(model: &Model) -> bool {
    let chosen = model.chosen_release();
    let (Some(listed), Some((host, service, _))) = (chosen, model.selected_service()) else {
        return false;
    };
    let running = host.running_image(service);
    running.and_then(|image| model.detail.releases.running(image)) == Some(listed.release.number)
}

/// Whether something can be done to a service: its engine answers.
fn is_answering(model: &Model, service: &ServiceId) -> bool {
    model
        .host(&service.host)
        .is_some_and(|host| !host.is_stale())
}
