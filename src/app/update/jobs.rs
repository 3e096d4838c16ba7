//! Jobs: asked for, going on, ended.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::View;
use crate::domain::{ActionName, Job, JobEvent, JobId, ServiceId};

use super::{actions, refresh_findings, toast};

/// How many ended jobs are kept on screen; the store keeps more.
const KEPT: usize = 100;

/// Starts an action on each of the services.
pub(super) fn start(
    model: &mut Model,
    action: ActionName,
    services: &[ServiceId],
    out: &mut Vec<Effect>,
) {
    if services.is_empty() {
        toast(model, "no service is selected", Tone::Warning);
        return;
    }
    for service in services {
        let title = format!("{} {service}", action.word());
        let lost = model
            .host(&service.host)
            .is_none_or(super::super::host::Host::is_stale);
        if lost {
            toast(
                model,
                format!("{title}: the engine does not answer"),
                Tone::Failed,
            );
            continue;
        }
        if model.running_jobs().any(|job| job.title == title) {
            toast(
                model,
                format!("{title} is under way already"),
                Tone::Warning,
            );
            continue;
        }
        let id = JobId(model.next_job);
        model.next_job += 1;
        model.jobs.insert(0, Job::new(id, title.clone(), model.now));
        toast(
            model,
            format!("{title} … (6 shows its progress)"),
            Tone::Note,
        );
        out.push(Effect::StartJob {
            job: id,
            action,
            service: service.clone(),
        });
    }
    while model.jobs.len() > KEPT {
        let Some(oldest) = model.jobs.iter().rposition(|job| job.outcome().is_some()) else {
            break;
        };
        model.jobs.remove(oldest);
    }
    rows::refresh(model, View::Jobs);
}

/// Takes in what the executor tells.
pub(super) fn event(model: &mut Model, id: JobId, event: JobEvent) {
    let Some(job) = model.jobs.iter_mut().find(|job| job.id == id) else {
        return;
    };
    job.apply(event);
    let Some(outcome) = job.outcome() else { return };
    let (text, severity) = actions::outcome_line(&job.title, outcome);
    let begun = format!("{} …", job.title);
    model.toasts.retain(|toast| !toast.text.starts_with(&begun));
    toast(model, text, severity);
    // A new image or a new mount can show other certificates.
    for host in &mut model.hosts {
        host.scanned_at = None;
        host.scan_soon(model.now);
    }
    refresh_findings(model);
    rows::refresh(model, View::Jobs);
}

/// Cancels the job under the cursor.
pub(super) fn cancel(model: &mut Model, out: &mut Vec<Effect>) {
    match model.selected_job() {
        Some(job) if job.outcome().is_none() => {
            out.push(Effect::CancelJob(job.id));
            let text = format!("cancelling {} …", job.title);
            toast(model, text, Tone::Warning);
        }
        Some(_) => toast(model, "this job has ended", Tone::Warning),
        None => toast(model, "no job is selected", Tone::Warning),
    }
}
