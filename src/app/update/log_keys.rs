//! What the keys do in a log, and which keys lead to one.

use crate::app::action::LogAction;
use crate::app::effect::Effect;
use crate::app::log_ask::{LogQuestion, LogTarget};
use crate::app::log_view::LogScope;
use crate::app::model::{Model, ServiceRow};
use crate::app::toast::Tone;
use crate::app::view::{DetailTab, Pane, View};

use super::{log_ask, logs, toast};

/// Does what a key does to a log.
pub(super) fn perform(model: &mut Model, action: LogAction, out: &mut Vec<Effect>) {
    match action {
        LogAction::Follow => logs::toggle_follow(model),
        LogAction::Wrap => {
            model.logs.style.wrap = !model.logs.style.wrap;
            model.logs.column = 0;
            model.logs.top.1 = 0;
        }
        LogAction::Clock => model.logs.style.clock = model.logs.style.clock.next(),
        LogAction::Fields => {
            model.logs.style.fields = !model.logs.style.fields;
            model.logs.top.1 = 0;
        }
        LogAction::Time => log_ask::ask(model, LogQuestion::Time),
        LogAction::Regex => logs::regex(model, out),
        LogAction::Level => logs::levels(model, out),
        LogAction::Stream => logs::streams(model, out),
        LogAction::MoreContext => logs::context(model, true, out),
        LogAction::LessContext => logs::context(model, false, out),
        LogAction::Services => log_ask::services(model),
        LogAction::Widen => logs::widen(model),
        LogAction::Mark => logs::mark(model),
        LogAction::Save => {
            let question = LogQuestion::File {
                everything: false,
                exists: false,
            };
            log_ask::ask(model, question);
        }
        LogAction::Pager => log_ask::take(model, LogTarget::Pager, out),
        LogAction::Editor => log_ask::take(model, LogTarget::Editor, out),
        LogAction::Pipe => log_ask::ask(model, LogQuestion::Command),
    }
}

pub(super) fn open(model: &mut Model) {
    if in_logs(model) && model.view == View::Logs {
        return;
    }
    let opened = match model.view {
        View::Jobs => model
            .selected_job()
            .and_then(|job| job.service().cloned())
            .map(LogScope::Service),
        View::Certificates => model.selected_certificate().and_then(|(_, certificate)| {
            let mut places = certificate.places.iter();
            let service = places.find_map(|place| place.service.clone());
            service.map(LogScope::Service)
        }),
        _ => scope(model),
    };
    let Some(opened) = opened else {
        toast(model, "no service is selected", Tone::Warning);
        return;
    };
    logs::open(model, opened);
    model.came_from = model.view;
    model.view = View::Logs;
    model.pane = Pane::List;
}

/// Whose log is meant where the cursor is: that of all marked services, of a project on its heading.
pub(super) fn scope(model: &Model) -> Option<LogScope> {
    if model.view == View::Services && !model.marked.is_empty() {
        return Some(LogScope::Services(model.marked.clone()));
    }
    if let Some(project) = model.selected_project() {
        return Some(LogScope::Project(project.clone()));
    }
    if matches!(model.services.cursor.selected, Some(ServiceRow::Lone(_))) {
        return Some(LogScope::All);
    }
    let (_, service, _) = model.selected_service()?;
    Some(LogScope::Service(service.id.clone()))
}

/// Whether keys go to a log.
pub(super) const fn in_logs(model: &Model) -> bool {
    matches!(
        (model.view, model.pane, model.detail.tab),
        (View::Logs, _, _) | (View::Services, Pane::Detail, DetailTab::Logs)
    )
}
