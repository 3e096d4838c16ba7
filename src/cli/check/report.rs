//! What a host's state adds up to.

use std::collections::HashSet;
use std::fmt::Write;

use jiff::Timestamp;

use crate::domain::units::in_words;
use crate::domain::{self, Finding, FindingKind, HostId, Remedy, Severity, Snooze, Subject};

use super::certificates::{Assessed, Limits, assess};
use super::limit::Percent;
use super::observed::{Disk, Observed, ServiceSeen};

/// What monitoring calls a state; its number is the exit code (Monitoring Plugins' guidelines, "Plugin Return Codes").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// All is well.
    Ok = 0,
    /// Worth a look.
    Warning = 1,
    /// Something is broken, or will be soon.
    Critical = 2,
    /// Nobody knows.
    Unknown = 3,
}

impl State {
    /// The exit code.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// How much it matters: what is known to be wrong comes before what is not known.
    const fn rank(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Unknown => 1,
            Self::Warning => 2,
            Self::Critical => 3,
        }
    }

    /// The word at the beginning of the line.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Unknown => "unknown",
        }
    }
}

impl From<Severity> for State {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Fine => Self::Ok,
            Severity::Warning => Self::Warning,
            Severity::Critical => Self::Critical,
        }
    }
}

/// From when on something is wrong.
#[derive(Debug, Clone, Copy)]
pub struct Thresholds {
    /// Of certificates.
    pub certificates: domain::Thresholds,
    /// What the command line says of them, for who compares numbers.
    pub limits: Limits,
    /// How full a disk is for a warning.
    pub disk_warning: Percent,
    /// How full it is to be critical.
    pub disk_critical: Percent,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad.
    pub state: State,
    /// What, as a sentence; untrusted.
    pub what: String,
    /// The same as the dashboard knows it; none of what could not be looked at.
    pub finding: Option<Finding>,
    /// That somebody wants to hear of it later.
    pub snooze: Option<Snooze>,
}

impl Problem {
    fn of(finding: Finding) -> Self {
        Self {
            state: finding.severity.into(),
            what: finding.what.clone(),
            finding: Some(finding),
            snooze: None,
        }
    }
}

/// What was seen, judged.
#[derive(Debug)]
pub struct Report {
    /// What all of it adds up to.
    pub state: State,
    /// What is wrong, the worst first.
    pub problems: Vec<Problem>,
    /// What is wrong, and does not count for now.
    pub snoozed: Vec<Problem>,
    /// What is worth a word and not wrong.
    pub remarks: Vec<String>,
    /// The host.
    pub host: HostId,
    /// When.
    pub at: Timestamp,
    /// How long it took, in seconds.
    pub took: f64,
    /// Whether the engine answered.
    pub up: bool,
    /// The services.
    pub services: Option<Vec<ServiceSeen>>,
    /// The certificates, the soonest to expire first.
    pub certificates: Option<Vec<Assessed>>,
    /// The disk and what it is worth.
    pub disk: Option<(Disk, State)>,
    /// By which it was judged.
    pub thresholds: Thresholds,
    /// What was left out, or could not be read; untrusted.
    pub notes: Vec<String>,
}

impl Report {
    /// Judges what was seen.
    pub fn of(observed: Observed, thresholds: &Thresholds) -> Self {
        let now = observed.at;
        let mut problems = Vec::new();
        let mut remarks = Vec::new();
        let mut notes = observed.notes;
        for failure in &observed.failures {
            problems.push(Problem {
                state: State::Unknown,
                what: failure.to_string(),
                finding: None,
                snooze: None,
            });
        }
        problems.extend(observed.findings.into_iter().map(Problem::of));
        let certificates = observed.found.map(|found| {
            for one in &found.unreadable {
                let (holder, path, why) = (&one.container, &one.path, &one.why);
                notes.push(format!("{holder}:{path} could not be read: {why}"));
            }
            assess(&found, &observed.served, &thresholds.certificates, now)
        });
        let mut told = HashSet::new();
        for one in certificates.iter().flatten() {
            match (&one.what, one.state) {
                (Some(what), State::Ok) if told.insert(what) => remarks.push(what.clone()),
                (None, _) | (_, State::Ok) => {}
                (Some(_), _) => problems.extend(one.finding.clone().map(Problem::of)),
            }
        }
        for answer in observed
            .served
            .iter()
            .filter(|one| one.answer.chain().is_none())
        {
            notes.push(format!("{}: {}", answer.endpoint, answer.answer.phrase()));
        }
        let disk = observed.disk.map(|disk| {
            let used = disk.used_percent();
            let state = if used >= thresholds.disk_critical.0 {
                State::Critical
            } else if used >= thresholds.disk_warning.0 {
                State::Warning
            } else {
                State::Ok
            };
            if state != State::Ok {
                let left = disk.available;
                let what = format!("the disk of {} is {used:.0} % full, {left} left", disk.path);
                let severity = match state {
                    State::Critical => Severity::Critical,
                    _ => Severity::Warning,
                };
                let subject = Subject::Filesystem(observed.host.clone(), disk.mount_point.clone());
                let found = Finding::new(FindingKind::DiskFull, severity, subject, what);
                problems.push(Problem::of(found.helped(Some(Remedy::PruneImages))));
            }
            (disk, state)
        });
        // Stable: services, certificates, disk stay in this order.
        problems.sort_by_key(|problem| std::cmp::Reverse(problem.state.rank()));
        for problem in &mut problems {
            let finding = problem.finding.as_ref();
            let mut snoozes = observed.snoozes.iter();
            let holds = |snooze: &&Snooze| finding.is_some_and(|one| snooze.holds(one, now));
            problem.snooze = snoozes.find(holds).cloned();
        }
        let counts = |problem: &Problem| problem.snooze.is_none() || observed.count_snoozed;
        let (problems, snoozed): (Vec<Problem>, Vec<Problem>) =
            problems.into_iter().partition(counts);
        let (problems, snoozed) = (each_once(problems), each_once(snoozed));
        remarks.extend(
            snoozed
                .iter()
                .map(|problem| format!("snoozed: {}", problem.what)),
        );
        Self {
            state: problems.first().map_or(State::Ok, |worst| worst.state),
            problems,
            snoozed,
            remarks,
            host: observed.host,
            at: now,
            took: observed.took.as_secs_f64(),
            up: observed.up,
            services: observed.services,
            certificates,
            disk,
            thresholds: *thresholds,
            notes,
        }
    }

    /// The certificate that counts and expires first.
    pub fn next(&self) -> Option<&Assessed> {
        let mut all = self.certificates.iter().flatten();
        all.find(|one| !one.replaced)
    }

    /// What was looked at: `12 services, 4 certificates (next: blog.example.org in 41 days), disk 63 %`; untrusted.
    pub fn looked_at(&self) -> String {
        let mut parts = Vec::new();
        if let Some(services) = &self.services {
            parts.push(count(services.len(), "service"));
        }
        if let Some(all) = &self.certificates {
            let many = all.iter().filter(|one| !one.replaced).count();
            let mut said = count(many, "certificate");
            if let Some(next) = self.next() {
                let left = next.certificate.left(self.at);
                let (before, after) = if left.is_negative() {
                    ("", " ago")
                } else {
                    ("in ", "")
                };
                let (name, span) = (next.certificate.title(), in_words(left));
                let _ = write!(said, " (next: {name} {before}{span}{after})");
            }
            parts.push(said);
        }
        if let Some((disk, _)) = &self.disk {
            parts.push(format!("disk {:.0} %", disk.used_percent()));
        }
        if !self.snoozed.is_empty() {
            parts.push(format!("({} snoozed)", self.snoozed.len()));
        }
        parts.join(", ")
    }
}

/// What is wrong between two certificates is told of both, and said once: of those that count, and of those snoozed.
fn each_once(mut problems: Vec<Problem>) -> Vec<Problem> {
    let mut told = HashSet::new();
    problems.retain(|problem| told.insert(problem.what.clone()));
    problems
}

fn count(many: usize, word: &str) -> String {
    match many {
        0 => format!("no {word}s"),
        1 => format!("1 {word}"),
        _ => format!("{many} {word}s"),
    }
}
