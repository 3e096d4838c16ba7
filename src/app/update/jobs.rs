//! Jobs: asked for, going on, ended.

use std::fmt::Write as _;

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::host::Host;
use crate::app::model::Model;
use crate::app::msg::History;
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::View;
use crate::domain::{
    ActionName, Dependencies, Job, JobEvent, JobId, JobState, Outcome, Permission, Request,
    ServiceId, Target,
};

use super::{browser, events, freshness, motion, plan, refresh_findings, releases, toast};

/// How many ended jobs are kept on screen; the store keeps more.
const KEPT: usize = 100;
/// The end of a message of what a key takes back.
const TAKES_BACK: &str = " takes it back)";

/// What is asked for of several services, what others need first.
pub(super) fn ordered(model: &Model, mut requests: Vec<Request>) -> Vec<Request> {
    let services = requests
        .iter()
        .filter_map(|request| request.target.service());
    let services: Vec<ServiceId> = services.cloned().collect();
    if let Some(first) = requests.first() {
        let containers = model.hosts.iter().flat_map(|host| host.containers.values());
        let order = Dependencies::of(containers).order(first.action, services);
        requests.sort_by_key(|request| {
            let target = request.target.service();
            order.iter().position(|id| Some(id) == target)
        });
    }
    requests
}

/// Starts what is asked for, one after the other. Where a policy wants it, all of it is shown first.
pub(super) fn start_all(model: &mut Model, requests: Vec<Request>, out: &mut Vec<Effect>) {
    if requests.is_empty() {
        toast(model, "no service is selected", Tone::Warning);
        return;
    }
    let requests = permitted(model, requests);
    let asks = requests.iter().find_map(|request| {
        if matches!(request.target, Target::Host(_)) {
            return None;
        }
        match model.permission_for(request) {
            Permission::Ask(setting) => Some(setting),
            Permission::Given | Permission::Refused(_) => None,
        }
    });
    match asks {
        Some(setting) => plan::confirm(model, requests, setting, out),
        None => begin_all(model, requests, out),
    }
}

/// Starts what somebody has seen and said yes to.
pub(super) fn start_confirmed(model: &mut Model, requests: Vec<Request>, out: &mut Vec<Effect>) {
    let requests = permitted(model, requests);
    begin_all(model, requests, out);
}

/// Those of the requests that may be carried out; of each other one it is said what forbids it.
pub(super) fn permitted(model: &mut Model, mut requests: Vec<Request>) -> Vec<Request> {
    let mut refused = Vec::new();
    requests.retain(|request| {
        if let Permission::Refused(setting) = model.permission_for(request) {
            refused.push(format!("{}: read-only, by {setting}", request.title()));
            return false;
        }
        true
    });
    for said in refused {
        toast(model, said, Tone::Warning);
    }
    requests
}

fn begin_all(model: &mut Model, requests: Vec<Request>, out: &mut Vec<Effect>) {
    let mut before = None;
    let mut first = None;
    let mut waiting = Vec::new();
    for request in ordered(model, requests) {
        if let Some((refusal, tone)) = refusal(model, &request) {
            toast(model, refusal, tone);
            continue;
        }
        let id = JobId(model.next_job);
        model.next_job += 1;
        let mut job = Job::new(id, request, model.now);
        match before {
            None => {
                begin(&job, out);
                let said = format!("{} … (6 shows its progress)", job.title);
                toast(model, said, Tone::Note);
            }
            Some(after) => {
                job.state = JobState::Waiting { after };
                waiting.push(job.title.clone());
            }
        }
        before = Some(id);
        first = first.or(before);
        model.jobs.insert(0, job);
    }
    if !waiting.is_empty() {
        let said = format!("then, as long as all goes well: {}", waiting.join(", "));
        toast(model, said, Tone::Note);
    }
    drop_oldest(model);
    rows::refresh(model, View::Jobs);
    events::jobs_changed(model);
    let shown = first.and_then(|id| model.job_rows.rows.iter().position(|row| *row == id));
    if let Some(at) = shown.filter(|_| model.view != View::Jobs) {
        model.job_rows.cursor.select(&model.job_rows.rows, at);
    }
    if model.view == View::Jobs {
        motion::to_start(model);
    }
}

/// Why the action is not even begun, when it is not.
pub(super) fn refusal(model: &Model, request: &Request) -> Option<(String, Tone)> {
    let title = request.title();
    if model.host(request.target.host()).is_none_or(Host::is_stale) {
        return Some((format!("{title}: the engine does not answer"), Tone::Failed));
    }
    // One at a time: what is asked for now could be wrong by the time that one has ended.
    if let Some(other) = model
        .running_jobs()
        .find(|job| job.target.overlaps(&request.target))
    {
        let said = format!("{title}: {} is under way (x in 6 cancels it)", other.title);
        return Some((said, Tone::Warning));
    }
    None
}

fn begin(job: &Job, out: &mut Vec<Effect>) {
    if let Some(request) = job.request() {
        out.push(Effect::StartJob {
            job: job.id,
            request,
        });
    }
}

fn drop_oldest(model: &mut Model) {
    while model.jobs.len() > KEPT {
        let Some(oldest) = model.jobs.iter().rposition(|job| job.outcome().is_some()) else {
            break;
        };
        model.jobs.remove(oldest);
    }
}

/// Takes in what the executor tells.
pub(super) fn event(model: &mut Model, id: JobId, event: JobEvent, out: &mut Vec<Effect>) {
    let Some(job) = model.jobs.iter_mut().find(|job| job.id == id) else {
        return;
    };
    job.apply(event);
    let Some(outcome) = job.outcome() else { return };
    // How it ended stands at the top.
    if model.view == View::Jobs && model.job_rows.cursor.selected == Some(id) {
        model.scroll = 0;
    }
    let service = job.service().cloned();
    let ended_well = matches!(outcome, Outcome::Done { .. } | Outcome::NothingToDo { .. });
    let (mut text, tone) = outcome_line(&job.title, outcome);
    let action = job.action;
    let has_more = matches!(outcome, Outcome::Failed { .. } | Outcome::RolledBack { .. });
    let way_back = action
        .and_then(way_back)
        .filter(|_| matches!(outcome, Outcome::Done { .. }));
    let begun = format!("{} …", job.title);
    let key = |action| model.settings.keymap.label(action);
    if let Some(key) = way_back.and_then(key) {
        // Of what was done before, the key takes back nothing any more.
        model
            .toasts
            .retain(|toast| !toast.text.ends_with(TAKES_BACK));
        let _ = write!(text, " ({key}{TAKES_BACK}");
    } else if let Some(key) = key(Action::Show(View::Jobs)).filter(|_| has_more) {
        let _ = write!(text, " ({key} shows all of it)");
    }
    model.toasts.retain(|toast| !toast.text.starts_with(&begun));
    toast(model, text, tone);
    after(model, id, ended_well, out);
    if let Some(service) = service {
        releases::changed(model, &service);
    }
    freshness::job_ended(model, id);
    browser::job_ended(model, id, out);
    // A new image or a new mount can show other certificates.
    for host in &mut model.hosts {
        host.scanned_at = None;
        host.scan_soon(model.now);
    }
    refresh_findings(model);
    rows::refresh(model, View::Jobs);
    events::jobs_changed(model);
}

/// What waited for a job begins when that one ended well, and never when it did not.
fn after(model: &mut Model, id: JobId, ended_well: bool, out: &mut Vec<Effect>) {
    let mut given_up = Vec::new();
    let title = model.job(id).map(|job| job.title.clone());
    let why = format!("not begun: {} did not end well", title.unwrap_or_default());
    let mut ended = vec![id];
    while let Some(before) = ended.pop() {
        let waits =
            |job: &&mut Job| matches!(job.state, JobState::Waiting { after } if after == before);
        for job in model.jobs.iter_mut().filter(waits) {
            if ended_well {
                job.state = JobState::Planning;
                job.asked_at = model.now;
                begin(job, out);
            } else {
                let outcome = Outcome::Cancelled { done: Vec::new() };
                let at = model.now;
                let line = why.clone();
                job.apply(JobEvent::Output { line });
                job.apply(JobEvent::Finished { outcome, at });
                given_up.push(job.title.clone());
                ended.push(job.id);
            }
        }
    }
    if !given_up.is_empty() {
        let said = format!("not begun after that: {}", given_up.join(", "));
        toast(model, said, Tone::Warning);
    }
}

/// Takes in what was done before this dashboard was opened.
pub(super) fn history(model: &mut Model, history: History) {
    let interrupted = history
        .jobs
        .iter()
        .filter(|job| history.interrupted.contains(&job.id));
    let titles: Vec<String> = interrupted.map(|job| job.title.clone()).collect();
    model.jobs.extend(history.jobs);
    drop_oldest(model);
    refresh_findings(model);
    rows::refresh(model, View::Jobs);
    events::jobs_changed(model);
    if !titles.is_empty() {
        let said = format!(
            "cut off in the middle: {} (6 shows where)",
            titles.join(", ")
        );
        toast(model, said, Tone::Failed);
    }
}

/// Cancels the job under the cursor.
pub(super) fn cancel(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(job) = model.selected_job() else {
        toast(model, "no job is selected", Tone::Warning);
        return;
    };
    let id = job.id;
    match job.state {
        JobState::Finished { .. } => toast(model, "this job has ended", Tone::Warning),
        JobState::Waiting { .. } => {
            let outcome = Outcome::Cancelled { done: Vec::new() };
            let at = model.now;
            event(model, id, JobEvent::Finished { outcome, at }, out);
        }
        JobState::Planning | JobState::Running => {
            let text = format!("cancelling {} …", job.title);
            out.push(Effect::CancelJob(id));
            toast(model, text, Tone::Warning);
        }
    }
}

/// What a finished job says in one line.
/// What takes back what was done, with one key.
const fn way_back(action: ActionName) -> Option<Action> {
    match action {
        ActionName::Redeploy | ActionName::Rebuild => Some(Action::Do(ActionName::RollBack)),
        ActionName::RollBack => Some(Action::Do(ActionName::Redeploy)),
        ActionName::Stop | ActionName::Start => Some(Action::StopStart),
        ActionName::Down => Some(Action::Do(ActionName::Up)),
        _ => None,
    }
}

fn outcome_line(title: &str, outcome: &Outcome) -> (String, Tone) {
    match outcome {
        Outcome::Done { summary } => (format!("{title}: {summary}"), Tone::Done),
        Outcome::NothingToDo { summary } => {
            (format!("{title}: nothing to do, {summary}"), Tone::Note)
        }
        Outcome::Failed { failure, .. } => {
            (format!("{title} failed: {}", failure.why), Tone::Failed)
        }
        Outcome::RolledBack {
            failure, summary, ..
        } => (
            format!(
                "{title} failed and was rolled back: {}; {summary}",
                failure.why
            ),
            Tone::Failed,
        ),
        Outcome::Interrupted { .. } => (format!("{title}: {}", outcome.word()), Tone::Failed),
        Outcome::Cancelled { done } if done.is_empty() => (
            format!("{title}: cancelled, nothing was changed"),
            Tone::Warning,
        ),
        Outcome::Cancelled { done } => (
            format!(
                "{title}: cancelled after “{}”, not verified",
                done.join("”, “")
            ),
            Tone::Warning,
        ),
    }
}
