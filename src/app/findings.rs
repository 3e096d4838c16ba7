//! What needs somebody, made anew from the last picture: nothing is remembered, nothing can go stale on its own.

mod certificates;
mod disk;

use jiff::{SignedDuration, Timestamp};

use crate::domain::units::in_words;
use crate::domain::{
    ActionName, Container, Finding, Job, JobState, NetworkOf, Service, ServiceState, Severity,
    Subject, Target, Thresholds, interrupted,
};

use super::freshness;
use super::host::{Connection, Host};
use super::logged::Logged;

/// Everything that needs somebody, the worst first.
pub fn findings(
    hosts: &[Host],
    jobs: &[Job],
    logged: &Logged,
    thresholds: &Thresholds,
    now: Timestamp,
) -> Vec<Finding> {
    let mut all: Vec<Finding> = logged.findings(now).collect();
    for host in hosts {
        if let Connection::Lost { failure, .. } = &host.connection {
            all.push(Finding {
                severity: Severity::Critical,
                subject: Subject::Host(host.id.clone()),
                what: format!("{}: {}", host.id, failure.why),
                action: None,
            });
        }
        all.extend(
            host.services
                .iter()
                .filter_map(|service| of_service(host, service, jobs, now)),
        );
        all.extend(freshness::of_projects(host));
        all.extend(disk::findings(host));
        all.extend(disk::logs(host));
        let certificates = host
            .certificates
            .value
            .iter()
            .flat_map(|found| &found.certificates);
        all.extend(certificates.filter_map(|certificate| {
            certificates::finding(host, certificate, jobs, thresholds, now)
        }));
    }
    all.sort_by(|a, b| {
        (std::cmp::Reverse(a.severity), &a.subject)
            .cmp(&(std::cmp::Reverse(b.severity), &b.subject))
    });
    all
}

/// What is wrong with a service, if anything is: what was left half done on it, and how it is.
pub(super) fn of_service(
    host: &Host,
    service: &Service,
    jobs: &[Job],
    now: Timestamp,
) -> Option<Finding> {
    let target = Target::from(service.id.clone());
    let mut jobs_here = jobs.iter();
    // What it goes through while it is deployed is the job's to judge: Compose has two containers of it for a moment.
    if jobs_here.any(|job| job.state == JobState::Running && job.target.overlaps(&target)) {
        return None;
    }
    let state = of_state(host, service, now);
    let cut_off = interrupted::cut_off(jobs, &service.id);
    let Some(job) = cut_off.filter(|job| !certificates::tells_of(host, job)) else {
        let Some((severity, what, action)) = state else {
            // What it does is well: what it is made of may not be.
            return freshness::of_service(host, service);
        };
        return Some(Finding {
            severity,
            subject: Subject::Service(service.id.clone()),
            what: format!("{} {what}", service.id),
            action,
        });
    };
    let mut what = format!("{}, {} ago", interrupted::sentence(job)?, ago(job, now));
    // What follows from it, as like as not.
    if let Some((_, how, _)) = state {
        what = format!("{what}; it {how}");
    }
    let at_work = host.containers_of(service).filter(|c| !c.is_set_aside());
    Some(Finding {
        severity: Severity::Critical,
        subject: Subject::Service(service.id.clone()),
        what,
        action: interrupted::what_helps(job, at_work.map(|container| &container.id)),
    })
}

/// How long ago a job ended.
fn ago(job: &Job, now: Timestamp) -> String {
    let since = match job.state {
        JobState::Finished { at, .. } => at,
        _ => job.asked_at,
    };
    in_words(now.duration_since(since))
}

/// How a service is that needs somebody: how badly, in words that follow its name, and what helps.
fn of_state(
    host: &Host,
    service: &Service,
    now: Timestamp,
) -> Option<(Severity, String, Option<ActionName>)> {
    let worst = host
        .containers_of(service)
        .max_by_key(|container| crate::domain::service::container_state(container))?;
    // Before what follows from it: a health check that fails for want of a network, say.
    let without_network = host
        .containers_of(service)
        .find_map(|container| lost_network(host, container));
    if let Some((what, action)) = without_network {
        return Some((Severity::Critical, what, Some(action)));
    }
    Some(match service.state {
        ServiceState::Failed => (Severity::Critical, failed(worst), Some(ActionName::Start)),
        ServiceState::Restarting => (Severity::Critical, restarts(worst), None),
        ServiceState::Unhealthy => (
            Severity::Critical,
            "fails its health check".to_owned(),
            Some(ActionName::Restart),
        ),
        ServiceState::Partial => {
            let count = service.containers.len();
            let what = format!("runs {} of {count} containers", service.running);
            (Severity::Warning, what, Some(ActionName::Start))
        }
        ServiceState::Running
        | ServiceState::Stopped
        | ServiceState::Created
        | ServiceState::Paused
        | ServiceState::Starting => {
            let of_state = |wanted: fn(&Container, Timestamp) -> bool| {
                host.containers_of(service)
                    .find(|container| wanted(container, host.as_of(now)))
            };
            if let Some(container) = of_state(crash_loops) {
                (Severity::Critical, restarts(container), None)
            } else if of_state(|container, _| oom_killed(container)).is_some() {
                (
                    Severity::Warning,
                    "was killed for want of memory".to_owned(),
                    None,
                )
            } else {
                return None;
            }
        }
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
