//! How it is said: nothing that is anybody's text reaches a terminal, Nagios or Prometheus as more than text.

use std::collections::HashSet;

use super::super::json::json;
use super::super::observed::Disk;
use super::super::prometheus::prometheus;
use super::super::report::Report;
use super::super::text::text;
use super::*;
use crate::domain::served::Phase;
use crate::domain::text::is_unsafe;
use crate::domain::{ByteSize, Failure};

fn report(observed: Observed) -> Report {
    Report::of(observed, &thresholds())
}

/// Everything that is untrusted is hostile.
fn hostile() -> Observed {
    let mut observed = well();
    let long = HOSTILE.repeat(1_000);
    let mut seen = service(HOSTILE, Severity::Critical, Some(&long));
    seen.id.project = Some(HOSTILE.into());
    observed.services = Some(vec![seen.clone(), seen]);
    observed.findings = found(observed.services.as_deref().unwrap());
    let one = certificate("aa", HOSTILE, 5, "web");
    let served = shows("127.0.0.1:443", "web", &one);
    observed.served = vec![
        served.clone(),
        served,
        answer("127.0.0.1:8443", "web", Answer::Garbage(HOSTILE.to_owned())),
        answer("127.0.0.1:993", "web", Answer::TimedOut(Phase::Handshake)),
    ];
    observed.found = Some(CertificatesFound {
        certificates: vec![one, certificate("bb", &long, 41, "web")],
        ..CertificatesFound::default()
    });
    observed
        .failures
        .push(Failure::new("ask", HOSTILE).hint(HOSTILE));
    observed.notes.push(long);
    observed.disk = Some(Disk {
        path: HOSTILE.to_owned(),
        mount_point: HOSTILE.to_owned(),
        size: ByteSize(100),
        available: ByteSize(37),
        used: ByteSize(63),
    });
    observed
}

#[test]
fn all_is_well_in_one_line() {
    let mut observed = well();
    observed.disk = Some(Disk {
        path: "/var/lib/docker".to_owned(),
        mount_point: HOSTILE.to_owned(),
        size: ByteSize(100),
        available: ByteSize(37),
        used: ByteSize(63),
    });
    assert_eq!(
        text(&report(observed), false),
        "OK: 2 services, 1 certificate (next: blog.example.org in 41 days), disk 63 % | \
         cert_min_days=41 services=2 services_wrong=0 disk_used=63.0%;80;90;0;100 time=0.000s\n"
    );
}

#[test]
fn the_worst_comes_first_and_the_rest_below() {
    let mut observed = well();
    observed.services = Some(vec![
        service(
            "web",
            Severity::Warning,
            Some("wezm/web runs 1 of 2 containers"),
        ),
        service(
            "db",
            Severity::Critical,
            Some("wezm/db ended with exit code 1"),
        ),
    ]);
    observed.findings = found(observed.services.as_deref().unwrap());
    let said = text(&report(observed), false);
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].starts_with(
            "CRITICAL: wezm/db ended with exit code 1; wezm/web runs 1 of 2 containers; 2 services"
        ),
        "{said}"
    );
    assert_eq!(
        lines[1..],
        [
            "CRITICAL: wezm/db ended with exit code 1",
            "WARNING: wezm/web runs 1 of 2 containers"
        ]
    );
}

#[test]
fn thresholds_are_ranges_of_nagios() {
    let mut limits = thresholds();
    limits.limits.warning = Some("14d".parse().unwrap());
    limits.limits.critical = Some("3d".parse().unwrap());
    let said = text(&Report::of(well(), &limits), false);
    assert!(said.contains("cert_min_days=41;14:;3: "), "{said}");
}

#[test]
fn no_engine_is_unknown_in_every_format() {
    let observed = || {
        let mut observed = Observed::nothing(HostId::from("home"), now());
        let failure = Failure::new("reach the engine", "nothing listens there").hint("start it");
        observed.failures.push(failure);
        observed
    };
    assert_eq!(
        text(&report(observed()), false),
        "UNKNOWN: reach the engine: nothing listens there (start it)\n\
         UNKNOWN: reach the engine: nothing listens there (start it)\n"
    );
    let metrics = prometheus(&report(observed()));
    assert!(
        metrics.contains("topside_up{host=\"home\"} 0\n"),
        "{metrics}"
    );
    assert!(metrics.contains("topside_check_state{host=\"home\"} 3\n"));
    let value = json(&report(observed()));
    assert_eq!(value["state"], "unknown");
    assert_eq!(value["code"], 3);
    assert!(value["services"].is_null() && value["disk"].is_null());
}

#[test]
fn hostile_text_stays_text() {
    let said = text(&report(hostile()), true);
    assert!(said.chars().all(|c| c == '\n' || !is_unsafe(c)), "{said:?}");
    let bars = said.matches('|').count();
    assert_eq!(bars, 1, "one bar, before our own numbers: {said}");
    let data = said.lines().next().unwrap().split_once(" | ").unwrap().1;
    assert!(data.starts_with("cert_min_days=5 services=2"), "{data}");
    assert!(said.lines().all(|line| line.chars().count() < 1_200));
}

/// A line of the exposition format, read strictly: metric, labels with their escapes undone, value.
fn sample(line: &str) -> (String, Vec<(String, String)>, f64) {
    let (name, rest) = line.split_once('{').unwrap();
    let mut labels = Vec::new();
    let mut rest = rest;
    loop {
        let (label, after) = rest.split_once("=\"").unwrap();
        assert!(
            label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
            "{line}"
        );
        let mut value = String::new();
        let mut chars = after.char_indices();
        let end = loop {
            match chars.next().unwrap() {
                (at, '"') => break at,
                (_, '\\') => match chars.next().unwrap().1 {
                    'n' => value.push('\n'),
                    c @ ('\\' | '"') => value.push(c),
                    c => panic!("\\{c} in {line}"),
                },
                (_, c) => value.push(c),
            }
        };
        labels.push((label.to_owned(), value));
        rest = &after[end + 1..];
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => break,
        }
    }
    let value = rest.strip_prefix("} ").unwrap().parse().unwrap();
    (name.to_owned(), labels, value)
}

#[test]
fn prometheus_reads_what_is_written() {
    let text = prometheus(&report(hostile()));
    assert!(text.chars().all(|c| c == '\n' || !is_unsafe(c)));
    let mut known = HashSet::new();
    let mut metric = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            metric = rest.split(' ').next().unwrap();
            continue;
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            assert_eq!(rest, format!("{metric} gauge"));
            continue;
        }
        let (name, labels, value) = sample(line);
        assert_eq!(name, metric, "samples stand below their heading");
        assert!(value.is_finite());
        // Escapes undone, every text is what it was, made safe.
        let safe = crate::domain::text::visible(HOSTILE).into_owned();
        for (label, value) in &labels {
            if matches!(label.as_str(), "project" | "service" | "path") {
                assert_eq!(*value, safe);
            }
        }
        assert!(known.insert((name, labels)), "the same twice: {line}");
    }
    assert!(known.len() >= 13, "{text}");
}

#[test]
fn metrics_have_seconds_and_bytes() {
    let mut observed = well();
    let one = certificate("aa", "blog.example.org", 41, "web");
    let other = certificate("bb", "blog.example.org", 2, "web");
    observed.served = vec![
        shows("blog.example.org@127.0.0.1:443", "web", &one),
        shows("blog.example.org@127.0.0.1:8443", "web", &other),
    ];
    observed.disk = Some(Disk {
        path: "/d".to_owned(),
        mount_point: HOSTILE.to_owned(),
        size: ByteSize(1 << 40),
        available: ByteSize(37),
        used: ByteSize(63),
    });
    let text = prometheus(&report(observed));
    let labels = "host=\"home\",name=\"blog.example.org\",sha256=\"aa\"";
    let until = (now() + days(41)).as_second();
    for line in [
        format!("topside_certificate_not_after_seconds{{{labels}}} {until}\n"),
        // Where it should be served an older one is, which ends in two days.
        format!("topside_certificate_severity{{{labels}}} 2\n"),
        format!(
            "topside_certificate_served{{{labels},endpoint=\"blog.example.org@127.0.0.1:443\"}} 1\n"
        ),
        format!(
            "topside_certificate_served{{{labels},endpoint=\"blog.example.org@127.0.0.1:8443\"}} 0\n"
        ),
        "topside_service_up{host=\"home\",project=\"wezm\",service=\"web\"} 1\n".to_owned(),
        "topside_filesystem_size_bytes{host=\"home\",path=\"/d\"} 1099511627776\n".to_owned(),
        "topside_filesystem_avail_bytes{host=\"home\",path=\"/d\"} 37\n".to_owned(),
    ] {
        assert!(text.contains(&line), "{line} in {text}");
    }
}
