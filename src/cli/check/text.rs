//! One line as Nagios reads it (Monitoring Plugins' guidelines, "Plugin Output"), then a line for each thing.

use std::fmt::Write;

use crate::domain::text::visible;
use crate::domain::units::days;
use crate::domain::{Limit, Severity};

use super::report::Report;

/// So many problems stand on the first line.
const FIRST: usize = 3;
/// So many characters of one thing are told: names and error messages are anybody's.
const LONGEST: usize = 200;
/// So many lines follow the first one.
const LINES: usize = 100;

/// The report for people and for Nagios; `verbose` tells also of what was left out.
pub(super) fn text(report: &Report, verbose: bool) -> String {
    let mut said: Vec<String> = report
        .problems
        .iter()
        .take(FIRST)
        .map(|problem| line(&problem.what))
        .collect();
    if report.problems.len() > FIRST {
        said.push(format!("{} more", report.problems.len() - FIRST));
    }
    let looked_at = line(&report.looked_at());
    if !looked_at.is_empty() {
        said.push(looked_at);
    }
    let mut text = format!("{}: {}", report.state.heading(), said.join("; "));
    let data = performance(report);
    if !data.is_empty() {
        let _ = write!(text, " | {data}");
    }
    text.push('\n');
    let problems = report.problems.iter();
    let mut lines: Vec<String> = problems
        .map(|problem| format!("{}: {}", problem.state.heading(), line(&problem.what)))
        .collect();
    lines.extend(report.remarks.iter().map(|what| line(what)));
    if verbose {
        lines.extend(report.notes.iter().map(|what| line(what)));
    } else if !report.notes.is_empty() {
        let many = report.notes.len();
        let s = if many == 1 { "" } else { "s" };
        lines.push(format!(
            "{many} thing{s} could not be looked at (--verbose says which)"
        ));
    }
    let left_out = lines.len().saturating_sub(LINES);
    for line in lines.iter().take(LINES) {
        text.push_str(line);
        text.push('\n');
    }
    if left_out > 0 {
        let _ = writeln!(text, "and {left_out} more lines");
    }
    text
}

/// Text that neither a terminal nor Nagios acts upon: a bar would begin performance data.
fn line(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    visible(&short).replace('|', "¦")
}

/// `label=value[unit];warning;critical;least;most`. Nothing in it is anybody's text.
fn performance(report: &Report) -> String {
    let mut data = Vec::new();
    if let Some(next) = report.next() {
        // "Alert below": a range with an open end.
        let below = |limit: Option<Limit>| match limit {
            Some(Limit::Time(least)) => format!("{}:", days(least)),
            Some(Limit::Part(_)) | None => String::new(),
        };
        let limits = report.thresholds.limits;
        let mut said = format!(
            "cert_min_days={};{};{}",
            days(next.certificate.left(report.at)),
            below(limits.warning),
            below(limits.critical)
        );
        said.truncate(said.trim_end_matches(';').len());
        data.push(said);
    }
    if let Some(services) = &report.services {
        let wrong = services
            .iter()
            .filter(|service| service.severity > Severity::Fine);
        data.push(format!("services={}", services.len()));
        data.push(format!("services_wrong={}", wrong.count()));
    }
    if let Some((disk, _)) = &report.disk {
        let limits = report.thresholds;
        data.push(format!(
            "disk_used={:.1}%;{};{};0;100",
            disk.used_percent(),
            limits.disk_warning,
            limits.disk_critical
        ));
    }
    if report.up {
        data.push(format!("time={:.3}s", report.took));
    }
    data.join(" ")
}
