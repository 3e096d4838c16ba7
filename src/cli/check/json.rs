//! The report as one JSON object.

use serde_json::{Value, json};

use crate::domain::units::days;

use super::certificates::Assessed;
use super::observed::ServiceSeen;
use super::report::{Problem, Report, State};

pub(super) fn json(report: &Report) -> Value {
    let problems = report.problems.iter().map(problem);
    let services = report.services.as_ref();
    let certificates = report.certificates.as_ref();
    json!({
        "state": report.state.word(),
        "code": report.state.code(),
        "summary": report.looked_at(),
        "host": report.host,
        "at": report.at,
        "duration_seconds": report.took,
        "problems": problems.collect::<Vec<_>>(),
        "snoozed": report.snoozed.iter().map(problem).collect::<Vec<_>>(),
        "services": services.map(|all| all.iter().map(service).collect::<Vec<_>>()),
        "certificates": certificates.map(|all| {
            all.iter().map(|one| certificate(one, report)).collect::<Vec<_>>()
        }),
        "disk": report.disk.as_ref().map(|(disk, state)| json!({
            "path": disk.path,
            "size": disk.size,
            "available": disk.available,
            "used_percent": disk.used_percent(),
            "severity": state.word(),
        })),
        "notes": report.notes,
    })
}

fn problem(problem: &Problem) -> Value {
    let finding = problem.finding.as_ref();
    json!({
        "state": problem.state.word(),
        "what": problem.what,
        "id": finding.map(|one| &one.id),
        "kind": finding.map(|one| one.kind),
        "subject": finding.map(|one| &one.subject),
        "why": finding.and_then(|one| one.why.as_ref()),
        "since": finding.and_then(|one| one.since),
        "action": finding.and_then(|one| one.action),
        "snoozed": problem.snooze.is_some(),
        "snoozed_until": problem.snooze.as_ref().and_then(|snooze| snooze.until),
    })
}

fn service(service: &ServiceSeen) -> Value {
    json!({
        "project": service.id.project,
        "service": service.id.name,
        "state": service.state,
        "severity": State::from(service.severity).word(),
        "what": service.what,
    })
}

fn certificate(one: &Assessed, report: &Report) -> Value {
    let certificate = &one.certificate;
    json!({
        "sha256": certificate.sha256,
        "names": certificate.names,
        "issuer": certificate.issuer,
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
        "days_left": days(certificate.left(report.at)),
        "urgency": certificate.urgency(&report.thresholds.certificates, report.at),
        "staging": certificate.is_staging(),
        "stored": one.stored,
        "served_at": one.served_at,
        "replaced": one.replaced,
        "verdict": one.verdict.as_ref().map(|verdict| verdict.word().replace(' ', "_")),
        "renewal": one.forecast,
        "severity": one.state.word(),
        "what": one.what,
    })
}
