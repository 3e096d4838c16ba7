//! From a finding to what it is about.

use crate::app::model::{Model, ServiceRow};
use crate::app::rows;
use crate::app::view::View;
use crate::domain::Subject;

use super::actions::show;
use super::tree;

/// Goes to what a finding is about.
pub(super) fn go_to(model: &mut Model, at: usize) {
    let Some(finding) = model.findings.get(at) else {
        return;
    };
    match finding.subject.clone() {
        Subject::Host(_) => show(model, View::Hosts),
        Subject::Service(id) => {
            show(model, View::Services);
            let heading = match id.project_id() {
                Some(project) => ServiceRow::Project(project),
                None => ServiceRow::Lone(id.host.clone()),
            };
            model.folded.remove(&heading);
            model.services.filter.clear();
            rows::refresh(model, View::Services);
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
