//! `topside status`: the dashboard's picture once.

use std::fmt::Write;
use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::{Connection, Host};
use crate::domain::endpoint::Entry;
use crate::domain::text::visible;
use crate::domain::units::{age, days};
use crate::domain::{
    Certificate, Container, Failure, Port, Service, Severity, Thresholds, Verdict,
};
use crate::runtime::jobs::Shared;

use super::arguments::Status;
use super::certs::left;
use super::seen::Seen;
use super::table::Table;
use super::{Arguments, Exit, connector, freshness, print, refuse};

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    named: &[Entry],
    status: &Status,
) -> color_eyre::Result<ExitCode> {
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let seen = Seen::of(&*connector, shared, named, status.updates).await;
    if status.json {
        let printed = print::json(&picture(&seen, &shared.thresholds))?;
        return Ok(seen.failure.map_or(printed, |_| Exit::Engine.into()));
    }
    let said = text(&seen, &shared.thresholds);
    match seen.failure {
        Some(failure) => Ok(refuse(&failure, Exit::Engine)),
        None => Ok(print::out(&said)),
    }
}

fn certificates(host: &Host) -> impl Iterator<Item = &Certificate> {
    host.certificates
        .value
        .iter()
        .flat_map(|found| &found.certificates)
}

fn picture(seen: &Seen, thresholds: &Thresholds) -> Value {
    let (host, now) = (&seen.host, seen.at);
    let (state, error): (_, Option<&Failure>) = match &host.connection {
        Connection::Lost { failure, .. } => ("lost", Some(failure)),
        Connection::Connecting | Connection::Connected { .. } => ("connected", None),
    };
    let info = host.info.as_ref();
    json!({
        "hosts": [{
            "id": host.id,
            "address": host.address,
            "state": state,
            "engine": info.map(|info| info.engine),
            "version": info.map(|info| &info.version),
            "api_version": info.map(|info| &info.api_version),
            "error": error,
        }],
        "services": host.services.iter().map(|s| service(host, s)).collect::<Vec<_>>(),
        "certificates": certificates(host).map(|c| certificate(host, c, thresholds, now)).collect::<Vec<_>>(),
        "findings": seen.findings_json(),
    })
}

fn service(host: &Host, service: &Service) -> Value {
    // A service's image is that of its first container; while a redeploy goes on they can differ.
    let first = host.containers_of(service).next();
    let mut said = json!({
        "host": service.id.host,
        "project": service.id.project,
        "service": service.id.name,
        "state": service.state,
        "health": service.health,
        "image": first.map(|container| &container.image),
        "image_id": first.map(|container| &container.image_id),
        "restarts": service.restarts,
        "containers": host.containers_of(service).map(container).collect::<Vec<_>>(),
    });
    if let (Some(said), Value::Object(fresh)) =
        (said.as_object_mut(), freshness::fields(host, service))
    {
        said.extend(fresh);
    }
    said
}

fn container(container: &Container) -> Value {
    let detail = container.detail.as_ref();
    json!({
        "id": container.id,
        "name": container.name,
        "state": container.state,
        "health": container.health,
        "image": container.image,
        "image_id": container.image_id,
        "started_at": detail.and_then(|d| d.started_at),
        "finished_at": detail.and_then(|d| d.finished_at),
        "exit_code": detail.and_then(|d| d.exit_code),
        "oom_killed": detail.map(|d| d.oom_killed),
        "restarts": detail.map(|d| d.restarts),
        "ports": container.ports,
    })
}

fn certificate(
    host: &Host,
    certificate: &Certificate,
    thresholds: &Thresholds,
    now: Timestamp,
) -> Value {
    let standing = host.standing(certificate);
    let replaced_by = match standing.verdict {
        Some(Verdict::Replaced { by }) => Some(by),
        _ => None,
    };
    let said = standing.verdict.map(|verdict| {
        json!({
            "word": verdict.word(),
            "severity": verdict.severity(thresholds, now),
            "what": verdict.sentence(now),
            "advice": verdict.advice(),
        })
    });
    json!({
        "sha256": certificate.sha256,
        "names": certificate.names,
        "common_name": certificate.common_name,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
        "self_signed": certificate.self_signed,
        "urgency": certificate.urgency(thresholds, now),
        "days_left": days(certificate.left(now)),
        "replaced_by": replaced_by,
        "verdict": said,
        "renewal": standing.forecast,
        "places": certificate.places,
    })
}

fn text(seen: &Seen, thresholds: &Thresholds) -> String {
    let (host, now) = (&seen.host, seen.at);
    let mut text = String::new();
    for finding in &seen.findings {
        let symbol = if finding.severity == Severity::Critical {
            "✖"
        } else {
            "▲"
        };
        let _ = writeln!(text, "{symbol} {}", visible(&finding.what));
    }
    if seen.findings.is_empty() {
        text.push_str("● all is well\n");
    }
    if !seen.snoozed.is_empty() {
        let many = seen.snoozed.len();
        let _ = writeln!(text, "  {many} snoozed (topside findings lists them)");
    }
    let mut headings = vec![
        "SERVICE", "STATE", "HEALTH", "UP", "RESTARTS", "IMAGE", "PORTS",
    ];
    let outdated = |service: &Service| freshness::words(host, service);
    let any = host
        .services
        .iter()
        .any(|service| !outdated(service).is_empty());
    headings.extend(any.then_some("OUT OF DATE"));
    let mut services = Table::new(&headings);
    for service in &host.services {
        let first = host.containers_of(service).next();
        let many = service.containers.len();
        let state = match many {
            1 => service.state.word().to_owned(),
            _ => format!("{} {}/{many}", service.state.word(), service.running),
        };
        services.row([
            service.id.to_string(),
            state,
            service.health.word().replace("none", "-"),
            service
                .up_since
                .map_or_else(|| "-".to_owned(), |since| age(since, now)),
            service.restarts.to_string(),
            first
                .map(|container| container.image.to_string())
                .unwrap_or_default(),
            ports(host, service),
            outdated(service),
        ]);
    }
    text.push('\n');
    if services.is_empty() {
        text.push_str("no containers\n");
    } else {
        text.push_str(&services.to_string());
    }
    text.push_str(&certificate_table(host, thresholds, now));
    text
}

/// The certificates that count; what was replaced is kept for the record, and JSON has it.
fn certificate_table(host: &Host, thresholds: &Thresholds, now: Timestamp) -> String {
    let mut table = Table::new(&["CERTIFICATE", "LEFT", "UNTIL", "ISSUER", "STORED"]);
    let mut replaced = 0;
    for certificate in certificates(host) {
        if host.is_replaced(certificate) {
            replaced += 1;
            continue;
        }
        let place = certificate.places.first();
        table.row([
            certificate.title().to_owned(),
            left(certificate, thresholds, now),
            certificate.not_after.strftime("%Y-%m-%d").to_string(),
            certificate.issuer.clone(),
            place
                .map(|p| format!("{}:{}", p.holder(), p.path))
                .unwrap_or_default(),
        ]);
    }
    let mut text = String::new();
    if !table.is_empty() {
        let _ = write!(text, "\n{table}");
    }
    if replaced > 0 {
        let s = if replaced == 1 { "" } else { "s" };
        let _ = writeln!(
            text,
            "and {replaced} older one{s} that a newer one replaced"
        );
    }
    text
}

/// The published ports, each once.
fn ports(host: &Host, service: &Service) -> String {
    let mut ports: Vec<String> = host
        .containers_of(service)
        .flat_map(|container| &container.ports)
        .filter_map(|port: &Port| {
            Some(format!(
                "{}→{}/{}",
                port.published?,
                port.container,
                port.protocol.word()
            ))
        })
        .collect();
    ports.sort();
    ports.dedup();
    ports.join(" ")
}
