//! The report in the text exposition format of Prometheus, version 0.0.4.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::domain::text::visible;
use crate::domain::{ServiceState, Severity};

use super::report::Report;

/// One metric: a sample for each set of labels. The same set twice would make a collector refuse the whole file.
struct Metric {
    name: &'static str,
    help: &'static str,
    samples: BTreeMap<String, f64>,
}

impl Metric {
    fn new(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            samples: BTreeMap::new(),
        }
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: f64) {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        self.samples.insert(labels.join(","), value);
    }

    fn write(&self, text: &mut String) {
        if self.samples.is_empty() {
            return;
        }
        let name = self.name;
        let _ = writeln!(text, "# HELP {name} {}", self.help);
        let _ = writeln!(text, "# TYPE {name} gauge");
        for (labels, value) in &self.samples {
            let _ = writeln!(text, "{name}{{{labels}}} {value}");
        }
    }
}

/// A label's value: made safe to show first, since this too is printed on terminals; so no line feed is left.
fn escaped(value: &str) -> String {
    visible(value).replace('\\', "\\\\").replace('"', "\\\"")
}

pub(super) fn prometheus(report: &Report) -> String {
    let host = ("host", report.host.as_str());
    let single = |name, help, value| {
        let mut metric = Metric::new(name, help);
        metric.sample(&[host], value);
        metric
    };
    let mut metrics = vec![
        single(
            "topside_up",
            "Whether the engine answered.",
            f64::from(u8::from(report.up)),
        ),
        single(
            "topside_check_state",
            "What the check adds up to: 0 ok, 1 warning, 2 critical, 3 unknown.",
            f64::from(report.state.code()),
        ),
        single(
            "topside_check_duration_seconds",
            "How long the check took.",
            report.took,
        ),
    ];
    metrics.extend(of_services(report));
    metrics.extend(of_certificates(report));
    metrics.extend(of_disk(report));
    let mut text = String::new();
    for metric in &metrics {
        metric.write(&mut text);
    }
    text
}

fn of_services(report: &Report) -> [Metric; 2] {
    let mut up = Metric::new(
        "topside_service_up",
        "Whether all of a service's containers run, and are healthy where they have a health check.",
    );
    let mut severity = Metric::new(
        "topside_service_severity",
        "What is wrong with a service: 0 nothing, 1 warning, 2 critical. One that was stopped is well.",
    );
    for service in report.services.iter().flatten() {
        let labels = [
            ("host", report.host.as_str()),
            ("project", service.id.project.as_deref().unwrap_or_default()),
            ("service", &*service.id.name),
        ];
        let runs = matches!(
            service.state,
            ServiceState::Running | ServiceState::Starting
        );
        up.sample(&labels, f64::from(u8::from(runs)));
        let level = match service.severity {
            Severity::Fine => 0.0,
            Severity::Warning => 1.0,
            Severity::Critical => 2.0,
        };
        severity.sample(&labels, level);
    }
    [up, severity]
}

fn of_certificates(report: &Report) -> [Metric; 5] {
    let mut after = Metric::new(
        "topside_certificate_not_after_seconds",
        "Until when a certificate is valid, in seconds since 1970.",
    );
    let mut before = Metric::new(
        "topside_certificate_not_before_seconds",
        "From when on a certificate is valid, in seconds since 1970.",
    );
    let mut replaced = Metric::new(
        "topside_certificate_replaced",
        "Whether a newer certificate took its place, so that it does not matter when this one ends.",
    );
    let mut severity = Metric::new(
        "topside_certificate_severity",
        "What is wrong with a certificate, by its time, what is served and when it will be renewed: 0 nothing, 1 warning, 2 critical.",
    );
    let mut served = Metric::new(
        "topside_certificate_served",
        "Whether an endpoint shows a certificate: 0 where it should and shows another one.",
    );
    for one in report.certificates.iter().flatten() {
        let certificate = &one.certificate;
        let labels = [
            ("host", report.host.as_str()),
            ("name", certificate.title()),
            ("sha256", &*certificate.sha256),
        ];
        after.sample(&labels, certificate.not_after.as_second() as f64);
        before.sample(&labels, certificate.not_before.as_second() as f64);
        replaced.sample(&labels, f64::from(u8::from(one.replaced)));
        severity.sample(&labels, f64::from(one.state.code()));
        let answers = one.served_at.iter().map(|endpoint| (endpoint, 1.0));
        let missing = one.missing_at.iter().map(|endpoint| (endpoint, 0.0));
        for (endpoint, value) in missing.chain(answers) {
            let [host, name, sha256] = labels;
            served.sample(&[host, name, sha256, ("endpoint", endpoint)], value);
        }
    }
    [after, before, replaced, severity, served]
}

fn of_disk(report: &Report) -> [Metric; 2] {
    let mut size = Metric::new(
        "topside_filesystem_size_bytes",
        "The size of the file system of the engine's data root.",
    );
    let mut avail = Metric::new(
        "topside_filesystem_avail_bytes",
        "What can still be filled of the file system of the engine's data root, without what is reserved for root.",
    );
    if let Some((disk, _)) = &report.disk {
        let labels = [("host", report.host.as_str()), ("path", &*disk.path)];
        size.sample(&labels, disk.size.0 as f64);
        avail.sample(&labels, disk.available.0 as f64);
    }
    [size, avail]
}
