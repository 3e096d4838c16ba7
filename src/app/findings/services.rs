//! What is wrong with a service: what was left half done on it, and how it is.

use jiff::{SignedDuration, Timestamp};

use crate::domain::units::short_span;
use crate::domain::{
    ActionName, Container, Finding, FindingKind, Job, JobState, NetworkOf, Remedy, Service,
    ServiceState, Severity, Subject, Target, interrupted,
};

use super::{ago, certificates, ended_at};
use crate::app::freshness;
use crate::app::host::Host;

/// What is wrong with a service, if anything is: what was left half done on it, and how it is.
pub fn of_service(host: &Host, service: &Service, jobs: &[Job], now: Timestamp) -> Option<Finding> {
    let target = Target::from(service.id.clone());
    let mut jobs_here = jobs.iter();
    // What it goes through while it is deployed is the job's to judge: Compose has two containers of it for a moment.
    if jobs_here.any(|job| job.state == JobState::Running && job.target.overlaps(&target)) {
        return None;
    }
    let state = of_state(host, service, now);
    let subject = || Subject::Service(service.id.clone());
    let cut_off = interrupted::cut_off(jobs, &service.id);
    let Some(job) = cut_off.filter(|job| !certificates::tells_of(host, job)) else {
        let fresh = freshness::of_service(host, service);
        let Some(state) = state else {
            // What it does is well: what it is made of may not be.
            return fresh;
        };
        let what = format!("{} {}", service.id, state.how);
        let found = Finding::new(state.kind, state.severity, subject(), what);
        // What runs is not what should: as like as not that is why.
        let made_of = fresh.map(|fresh| fresh.what);
        let why: Vec<String> = state.why.into_iter().chain(made_of).collect();
        let found = found.because(Some(why.join("; "))).since(state.since);
        return Some(found.helped(state.action));
    };
    let mut what = format!("{}, {} ago", interrupted::sentence(job)?, ago(job, now));
    // What follows from it, as like as not.
    if let Some(state) = state {
        what = format!("{what}; it {}", state.how);
    }
    let at_work = host.containers_of(service).filter(|c| !c.is_set_aside());
    let helps = interrupted::what_helps(job, at_work.map(|container| &container.id));
    let (kind, severity) = (FindingKind::JobInterrupted, Severity::Critical);
    let found = Finding::new(kind, severity, subject(), what);
    let found = found.because(how_far(job)).since(Some(ended_at(job)));
    Some(found.helped(helps))
}

/// How far a job came, and who asked for it.
pub(super) fn how_far(job: &Job) -> Option<String> {
    use crate::domain::StepState;
    let all = job.plan.as_ref()?.steps.len();
    let is_done = |step: &&StepState| matches!(step, StepState::Done { .. });
    let done = job.steps.iter().filter(is_done).count();
    let who = job.who.as_ref().map(|who| format!(", asked for by {who}"));
    Some(format!(
        "{done} of {all} steps were done{}",
        who.unwrap_or_default()
    ))
}

/// How a service is that needs somebody.
struct State {
    kind: FindingKind,
    severity: Severity,
    /// In words that follow its name.
    how: String,
    why: Vec<String>,
    since: Option<Timestamp>,
    action: Option<Remedy>,
}

impl State {
    fn new(
        kind: FindingKind,
        severity: Severity,
        how: impl Into<String>,
        action: impl Into<Remedy>,
    ) -> Self {
        Self {
            kind,
            severity,
            how: how.into(),
            why: Vec::new(),
            since: None,
            action: Some(action.into()),
        }
    }

    fn because(mut self, why: impl IntoIterator<Item = String>) -> Self {
        self.why.extend(why);
        self
    }

    fn since(mut self, since: Option<Timestamp>) -> Self {
        self.since = since;
        self
    }
}

fn of_state(host: &Host, service: &Service, now: Timestamp) -> Option<State> {
    use crate::domain::FindingKind as Kind;
    let worst = host
        .containers_of(service)
        .max_by_key(|container| crate::domain::service::container_state(container))?;
    // Before what follows from it: a health check that fails for want of a network, say.
    let without_network = host
        .containers_of(service)
        .find_map(|container| lost_network(host, container));
    if let Some((what, action)) = without_network {
        return Some(State::new(
            Kind::NetworkLost,
            Severity::Critical,
            what,
            action,
        ));
    }
    let now = host.as_of(now);
    let detail = worst.detail.as_deref();
    let crash_loop = |container: &Container| {
        let how = restarts(container);
        State::new(Kind::CrashLoop, Severity::Critical, how, Remedy::Logs)
            .because(last_run(container, now))
            .because(limit(container))
    };
    Some(match service.state {
        ServiceState::Failed => State::new(
            Kind::ServiceFailed,
            Severity::Critical,
            failed(worst),
            ActionName::Start,
        )
        .because(last_run(worst, now))
        .because(limit(worst))
        .since(detail.and_then(|detail| detail.finished_at)),
        ServiceState::Restarting => crash_loop(worst),
        ServiceState::Unhealthy => State::new(
            Kind::Unhealthy,
            Severity::Critical,
            "fails its health check",
            ActionName::Restart,
        )
        .because(last_probe(worst)),
        ServiceState::Partial => {
            let count = service.containers.len();
            let how = format!("runs {} of {count} containers", service.running);
            let mut ended = host.containers_of(service).filter(|one| !one.is_up());
            let which = ended.next().map(|one| format!("{} does not run", one.name));
            State::new(
                Kind::PartlyRunning,
                Severity::Warning,
                how,
                ActionName::Start,
            )
            .because(which)
        }
        ServiceState::Running
        | ServiceState::Stopped
        | ServiceState::Created
        | ServiceState::Paused
        | ServiceState::Starting => {
            let of_state = |wanted: fn(&Container, Timestamp) -> bool| {
                host.containers_of(service)
                    .find(|container| wanted(container, now))
            };
            if let Some(container) = of_state(crash_loops) {
                crash_loop(container)
            } else if let Some(container) = of_state(|container, _| oom_killed(container)) {
                let how = "was killed for want of memory";
                // A limit is raised where it is written.
                let action = match container.compose {
                    Some(_) => Remedy::EditFiles,
                    None => Remedy::Logs,
                };
                State::new(Kind::OutOfMemory, Severity::Warning, how, action)
                    .because(limit(container))
            } else {
                return None;
            }
        }
    })
}

/// The last thing that a health check said.
fn last_probe(container: &Container) -> Option<String> {
    const TOLD: usize = 120;
    let probe = container.detail.as_ref()?.health_log.last()?;
    let said: String = probe.output.trim().chars().take(TOLD).collect();
    Some(if said.is_empty() {
        format!("its check ends with {}", probe.exit_code)
    } else {
        format!("its check says: “{said}”")
    })
}

/// How much memory it may have, where that is why it ended.
fn limit(container: &Container) -> Option<String> {
    let limit = container.detail.as_ref()?.memory_limit?;
    oom_killed(container).then(|| format!("it may have {limit} of memory"))
}

/// How long a container last ran, and when that ended.
fn last_run(container: &Container, now: Timestamp) -> Option<String> {
    let detail = container.detail.as_ref()?;
    let ended = detail.finished_at.filter(|at| *at <= now)?;
    let ago = short_span(now.duration_since(ended));
    Some(match detail.started_at.filter(|at| *at <= ended) {
        Some(began) => {
            let span = short_span(ended.duration_since(began));
            format!("it ran for {span}, until {ago} ago")
        }
        None => format!("it last died {ago} ago"),
    })
}

/// A container in another one's network namespace keeps running when that one is started anew or created anew, in a
/// namespace without a network: "Up", and not to be reached.
fn lost_network(host: &Host, container: &Container) -> Option<(String, ActionName)> {
    if !container.is_up() || !matches!(container.network_of, Some(NetworkOf::Container(_))) {
        return None;
    }
    let Some(owner) = host.network_owner(container) else {
        let what = "has no network: the container whose network it shares is gone";
        return Some((what.to_owned(), ActionName::Redeploy));
    };
    let started = |container: &Container| container.detail.as_ref()?.started_at;
    let lost = owner.is_up() && started(owner)? > started(container)?;
    lost.then(|| {
        let what = format!(
            "has no network: {} was started anew after it joined its network",
            owner.name
        );
        (what, ActionName::Restart)
    })
}

fn oom_killed(container: &Container) -> bool {
    container
        .detail
        .as_ref()
        .is_some_and(|detail| detail.oom_killed)
}

/// Whether a container that runs at this moment does so between two deaths: restarted by the engine at least three
/// times, the last time within ten minutes.
fn crash_loops(container: &Container, now: Timestamp) -> bool {
    const RESTARTS: u64 = 3;
    const LATELY: SignedDuration = SignedDuration::from_mins(10);
    container.detail.as_ref().is_some_and(|detail| {
        let lately = detail
            .started_at
            .is_some_and(|at| now.duration_since(at) < LATELY);
        container.is_up() && detail.restarts >= RESTARTS && lately
    })
}

fn restarts(container: &Container) -> String {
    let times = match container
        .detail
        .as_ref()
        .map_or(0, |detail| detail.restarts)
    {
        0 => String::new(),
        1 => ", once so far".to_owned(),
        n => format!(", {n} times so far"),
    };
    let exit = last_exit(container);
    let comma = if exit.starts_with(" with") { "," } else { "" };
    format!("dies and is restarted{times}{comma}{exit}")
}

fn failed(container: &Container) -> String {
    if let Some(error) = container
        .detail
        .as_ref()
        .and_then(|detail| detail.error.as_ref())
    {
        return format!("could not be started: {error}");
    }
    format!("ended{}", last_exit(container))
}

fn last_exit(container: &Container) -> String {
    let Some(detail) = &container.detail else {
        return match crate::domain::service::exit_code_of(&container.status) {
            Some(code) => format!(" with exit code {code}"),
            None => String::new(),
        };
    };
    match (detail.oom_killed, detail.exit_code) {
        (true, Some(code)) => format!(" with exit code {code} (out of memory)"),
        (true, None) => " (out of memory)".to_owned(),
        (false, Some(code)) => format!(" with exit code {code}"),
        (false, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::app::fixture;

    #[test]
    fn a_crash_loop_is_told_in_a_whole_sentence() {
        let host = fixture::host();
        let wizards = &host.containers[&fixture::container_id("wezm-wizards-1")];
        let said = |restarts, exit_code, oom_killed| {
            let mut container = wizards.clone();
            let mut detail = container.detail.as_deref().cloned().unwrap_or_default();
            (detail.restarts, detail.exit_code) = (restarts, exit_code);
            detail.oom_killed = oom_killed;
            container.detail = Some(Arc::new(detail));
            super::restarts(&container)
        };
        for (restarts, code, oom, sentence) in [
            (0, None, false, "dies and is restarted"),
            (1, None, false, "dies and is restarted, once so far"),
            (11, None, false, "dies and is restarted, 11 times so far"),
            (0, Some(3), false, "dies and is restarted, with exit code 3"),
            (
                1,
                Some(3),
                false,
                "dies and is restarted, once so far, with exit code 3",
            ),
            (0, None, true, "dies and is restarted (out of memory)"),
            (
                4,
                None,
                true,
                "dies and is restarted, 4 times so far (out of memory)",
            ),
            (
                4,
                Some(137),
                true,
                "dies and is restarted, 4 times so far, with exit code 137 (out of memory)",
            ),
        ] {
            assert_eq!(said(restarts, code, oom), sentence);
        }
        let mut unknown = wizards.clone();
        unknown.detail = None;
        assert_eq!(super::restarts(&unknown), "dies and is restarted");
    }
}
