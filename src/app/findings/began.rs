//! Since when something is so, where the engine's picture does not say it: by what happened, and by what this dashboard
//! saw begin.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::app::events::EventLog;
use crate::app::host::{Connection, Host};
use crate::domain::{Event, Finding, FindingKind, ServiceId, Subject};

/// Deaths this near to each other are of one crash loop.
const ONE_LOOP: SignedDuration = SignedDuration::from_mins(10);
/// A host that is connected for so long has answered what is asked of it first: what is found later has just begun.
const SETTLED: SignedDuration = SignedDuration::from_mins(1);

/// Between the kernel's end of a process and the engine's word of it.
const AT_ONCE: SignedDuration = SignedDuration::from_secs(5);
/// So many events are looked through for why something dies over and over.
const LATELY: usize = 2_000;

/// What is known of when findings began.
#[derive(Debug, Default)]
pub struct Witness {
    /// By the id of the finding; none where nobody knows.
    since: BTreeMap<String, Option<Timestamp>>,
}

impl Witness {
    /// Says when the findings began that do not know it themselves. Each is looked into once; one that is gone is
    /// forgotten.
    pub fn tell(
        &mut self,
        findings: &mut [Finding],
        hosts: &[Host],
        log: &EventLog,
        now: Timestamp,
    ) {
        let before = std::mem::take(&mut self.since);
        for finding in findings.iter_mut().filter(|one| one.since.is_none()) {
            let since = before.get(&finding.id).copied().unwrap_or_else(|| {
                let events = log.iter().rev();
                let events = events.map(|one| (&one.host, &one.event));
                began(finding, events).or_else(|| sees_begin(finding, hosts, now).then_some(now))
            });
            finding.since = since;
            self.since.insert(finding.id.clone(), since);
        }
        let loops = |one: &&mut Finding| one.kind == FindingKind::CrashLoop;
        for finding in findings.iter_mut().filter(loops) {
            let events = log.iter().rev().take(LATELY);
            let why = dies_of(finding, events.map(|one| (&one.host, &one.event)));
            let parts: Vec<String> = why.into_iter().chain(finding.why.take()).collect();
            finding.why = (!parts.is_empty()).then(|| parts.join("; "));
        }
    }

    /// More is known of what happened: what nobody knew is looked into again.
    pub fn look_again(&mut self) {
        self.since.retain(|_, since| since.is_some());
    }
}

/// Whether something that is found for the first time has just begun. What hangs on questions that are only asked now
/// and then has not, as like as not.
fn sees_begin(finding: &Finding, hosts: &[Host], now: Timestamp) -> bool {
    use FindingKind::{CrashLoop, NetworkLost, OutOfMemory, PartlyRunning, Unhealthy};
    let is_told = matches!(
        finding.kind,
        CrashLoop | NetworkLost | OutOfMemory | PartlyRunning | Unhealthy
    );
    let Subject::Service(service) = &finding.subject else {
        return false;
    };
    let host = hosts.iter().find(|host| host.id == service.host);
    let is_settled = |host: &Host| match host.connection {
        Connection::Connected { since } => now.duration_since(since) > SETTLED,
        Connection::Connecting | Connection::Lost { .. } => false,
    };
    is_told && host.is_some_and(is_settled)
}

/// Of what a service that dies over and over died last: while it runs again, its container does not say it.
fn dies_of<'a>(
    finding: &Finding,
    newest_first: impl Iterator<Item = (&'a crate::domain::HostId, &'a Event)>,
) -> Option<String> {
    let Subject::Service(service) = &finding.subject else {
        return None;
    };
    let mut death: Option<&Event> = None;
    for (_, event) in newest_first.filter(|(host, event)| is_of(event, host, service)) {
        match (&*event.verb, death) {
            ("die", None) => death = Some(event),
            // The kernel is told of before or after the death that it caused.
            ("oom", None) => return Some("it ran out of memory".to_owned()),
            ("oom", Some(death)) if death.at.duration_since(event.at) <= AT_ONCE => {
                return Some("it ran out of memory".to_owned());
            }
            (_, Some(death)) if death.at.duration_since(event.at) > AT_ONCE => break,
            _ => {}
        }
    }
    let death = death.filter(|_| !finding.what.contains("exit code"))?;
    Some(format!("it {}", death.phrase()))
}

/// When it began by what happened, the newest first.
fn began<'a>(
    finding: &Finding,
    newest_first: impl Iterator<Item = (&'a crate::domain::HostId, &'a Event)>,
) -> Option<Timestamp> {
    let Subject::Service(service) = &finding.subject else {
        return None;
    };
    let mut own = newest_first.filter(|(host, event)| is_of(event, host, service));
    match finding.kind {
        FindingKind::Unhealthy => {
            let (_, last) =
                own.find(|(_, event)| matches!(&*event.verb, "health_status" | "start"))?;
            (last.health() == Some("unhealthy")).then_some(last.at)
        }
        FindingKind::OutOfMemory => own.find(|(_, event)| &*event.verb == "oom").map(at),
        FindingKind::PartlyRunning => own.find(|(_, event)| &*event.verb == "die").map(at),
        FindingKind::CrashLoop => {
            let mut first: Option<Timestamp> = None;
            for (_, death) in own.filter(|(_, event)| &*event.verb == "die") {
                if first.is_some_and(|first| first.duration_since(death.at) > ONE_LOOP) {
                    break;
                }
                first = Some(death.at);
            }
            first
        }
        _ => None,
    }
}

const fn at((_, event): (&crate::domain::HostId, &Event)) -> Timestamp {
    event.at
}

fn is_of(event: &Event, host: &crate::domain::HostId, service: &ServiceId) -> bool {
    *host == service.host && event.service_id(host).as_ref() == Some(service)
}
