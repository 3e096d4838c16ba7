//! From a finding to what it is about.

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::model::{Model, ServiceRow};
use crate::app::overlay::Overlay;
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::View;
use crate::domain::{ActionName, Remedy, Request, Subject};

use super::actions::show;
use super::{actions, certificate, edit, jobs, log_keys, prune, toast, tree};

/// Lists everything that needs somebody; another dashboard may have put some of it to sleep.
pub(super) fn open(model: &mut Model, out: &mut Vec<Effect>) {
    model.overlay = Some(Overlay::Findings { cursor: 0 });
    out.push(Effect::LoadSnoozes);
}

/// Whether an action is the one that a finding shows.
pub(super) fn helps(model: &Model, at: usize, asked: Option<Action>) -> bool {
    let offered = model.finding(at).and_then(|finding| finding.action);
    asked.is_some() && asked == offered.and_then(Remedy::action)
}

impl Remedy {
    /// The action whose key helps. Starting and stopping share one.
    pub const fn action(self) -> Option<Action> {
        Some(match self {
            Self::Do(ActionName::Start | ActionName::Stop) => Action::StopStart,
            Self::Do(ActionName::Prune) | Self::PruneImages => Action::PruneImages,
            Self::Do(name) => Action::Do(name),
            Self::Logs => Action::Logs,
            Self::EditFiles => Action::EditFiles,
            Self::AskAgain => Action::Refresh,
        })
    }
}

/// Does what helps, on what the finding is about.
pub(super) fn help(model: &mut Model, at: usize, out: &mut Vec<Effect>) {
    let Some(finding) = model.finding(at) else {
        return;
    };
    let (action, subject) = (finding.action, finding.subject.clone());
    match (action, subject) {
        (Some(Remedy::Do(action)), Subject::Service(id)) => {
            jobs::start_all(model, vec![Request::new(action, id)], out);
        }
        (Some(Remedy::Do(action)), Subject::Certificate(sha256)) => {
            certificate::help(model, action, &sha256, out);
        }
        (Some(Remedy::AskAgain), Subject::Host(id)) => out.push(Effect::Reconnect(id)),
        (Some(Remedy::Logs), subject @ Subject::Service(_)) => {
            show_subject(model, subject);
            log_keys::open(model);
        }
        (Some(Remedy::EditFiles), Subject::Service(id)) => match id.project_id() {
            Some(project) => edit::ask_project(model, project, out),
            None => show_subject(model, Subject::Service(id)),
        },
        (Some(Remedy::EditFiles), Subject::Project(id)) => edit::ask_project(model, id, out),
        (Some(Remedy::PruneImages), subject) => {
            show_subject(model, subject);
            actions::show(model, View::Images);
            prune::show(model, Action::PruneImages, out);
        }
        (_, subject) => show_subject(model, subject),
    }
}

/// Goes to what a finding is about.
pub(super) fn go_to(model: &mut Model, at: usize) {
    if let Some(finding) = model.finding(at) {
        let subject = finding.subject.clone();
        show_subject(model, subject);
    }
}

/// Goes to something, whatever lies before it.
pub(super) fn show_subject(model: &mut Model, subject: Subject) {
    model.browser = None;
    match subject {
        Subject::Host(_) => show(model, View::Hosts),
        Subject::Filesystem(..) => show(model, View::Volumes),
        Subject::Project(id) => {
            show(model, View::Services);
            model.services.filter.clear();
            rows::refresh(model, View::Services);
            tree::select_row(model, &ServiceRow::Project(id));
        }
        Subject::Service(id) => {
            show(model, View::Services);
            let heading = match id.project_id() {
                Some(project) => ServiceRow::Project(project),
                None => ServiceRow::Lone(id.host.clone()),
            };
            model.folded.remove(&heading);
            model.services.filter.clear();
            rows::refresh(model, View::Services);
            let gone = model.service(&id).is_none();
            if gone {
                toast(model, format!("{id} is gone by now"), Tone::Warning);
            }
            tree::select_row(model, &ServiceRow::Service(id));
        }
        Subject::Certificate(sha256) => {
            show(model, View::Certificates);
            model.certificates.filter.clear();
            model.certificates.only_problems = false;
            rows::refresh(model, View::Certificates);
            let at = model
                .certificates
                .rows
                .iter()
                .position(|row| *row == sha256);
            if let Some(at) = at {
                let rows = &model.certificates.rows;
                model.certificates.cursor.select(rows, at);
            }
        }
    }
}
