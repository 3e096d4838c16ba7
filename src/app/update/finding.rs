//! From a finding to what it is about.

use crate::app::action::{Action, Context};
use crate::app::effect::Effect;
use crate::app::model::{Model, ServiceRow};
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::View;
use crate::domain::{ActionName, Request, Subject};
use crate::keymap::Key;

use super::actions::show;
use super::{certificate, jobs, toast, tree};

/// Whether a key is the one that a finding shows.
pub(super) fn helps(model: &Model, at: usize, key: Key) -> bool {
    let Some(finding) = model.findings.get(at) else {
        return false;
    };
    let offered = finding.action;
    let context = match finding.subject {
        Subject::Certificate(_) => Context::Certificates,
        Subject::Host(_) | Subject::Project(_) | Subject::Service(_) | Subject::Filesystem(..) => {
            Context::Services
        }
    };
    let asked = model.settings.keymap.lookup(&[context], key);
    match (offered, asked) {
        (Some(ActionName::Start | ActionName::Stop), Some(Action::StopStart)) => true,
        (Some(offered), Some(Action::Do(asked))) => offered == asked,
        _ => false,
    }
}

/// Does what helps, on what the finding is about.
pub(super) fn help(model: &mut Model, at: usize, out: &mut Vec<Effect>) {
    let Some(finding) = model.findings.get(at) else {
        return;
    };
    match (finding.action, finding.subject.clone()) {
        (Some(action), Subject::Service(id)) => {
            jobs::start_all(model, vec![Request::new(action, id)], out);
        }
        (Some(action), Subject::Certificate(sha256)) => {
            certificate::help(model, action, &sha256, out);
        }
        (None, _) | (Some(_), Subject::Host(_) | Subject::Project(_) | Subject::Filesystem(..)) => {
        }
    }
}

/// Goes to what a finding is about.
pub(super) fn go_to(model: &mut Model, at: usize) {
    let Some(finding) = model.findings.get(at) else {
        return;
    };
    let subject = finding.subject.clone();
    show_subject(model, subject);
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
