//! Lines of logs that somebody should know of.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};

use crate::domain::units::age;
use crate::domain::{Finding, FindingKind, Remedy, ServiceId, Severity, Subject};
use crate::logs::watch::{Watch, defaults};
use crate::logs::{Line, shown_text};

/// So long after the last such line it needs nobody any more.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(1);
/// So much of a line is told, in characters.
const TOLD: usize = 120;

/// What is looked for unless the user says otherwise; compiled when the first line is read.
static DEFAULT: LazyLock<Option<Arc<Watch>>> =
    LazyLock::new(|| Watch::new(&defaults()).ok().map(Arc::new));

/// What a service said, the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    /// When it said so first.
    first: Timestamp,
    at: Timestamp,
    times: u32,
    line: String,
}

/// What services said that somebody should know of.
#[derive(Debug, Default)]
pub struct Logged {
    /// What is looked for; none is [`DEFAULT`].
    watch: Option<Arc<Watch>>,
    /// By service, and what it means.
    said: BTreeMap<(ServiceId, String), Said>,
}

impl Logged {
    /// Nothing was said yet.
    pub const fn new(watch: Option<Arc<Watch>>) -> Self {
        let said = BTreeMap::new();
        Self { watch, said }
    }

    /// Looks at a line; `service` tells whose it is, and is asked only of lines that match. Lines that were looked at
    /// before count once. Whether anything is known now that was not.
    pub fn look(
        &mut self,
        line: &Line,
        now: Timestamp,
        service: impl FnOnce() -> Option<ServiceId>,
    ) -> bool {
        if now.duration_since(line.at) > FORGOTTEN {
            return false;
        }
        let Some(watch) = self.watch.as_ref().or(DEFAULT.as_ref()) else {
            return false;
        };
        let Some(meaning) = watch.of(&line.text) else {
            return false;
        };
        let Some(service) = service() else {
            return false;
        };
        let key = (service, watch.name(meaning).to_owned());
        if !self.said.contains_key(&key) {
            // Containers that come and go leave nothing behind.
            let is_known = |said: &Said| now.duration_since(said.at) <= FORGOTTEN;
            self.said.retain(|_, said| is_known(said));
        }
        let said = self.said.entry(key).or_insert(Said {
            first: line.at,
            at: Timestamp::MIN,
            times: 0,
            line: String::new(),
        });
        if line.at <= said.at {
            return false;
        }
        *said = Said {
            // What was forgotten in between begins anew.
            first: if line.at.duration_since(said.at) > FORGOTTEN {
                line.at
            } else {
                said.first
            },
            at: line.at,
            times: said.times.saturating_add(1),
            line: shown_text(line, true).chars().take(TOLD).collect(),
        };
        true
    }

    /// What is not too long ago.
    pub fn findings(&self, now: Timestamp) -> impl Iterator<Item = Finding> {
        let recent = move |said: &Said| now.duration_since(said.at) <= FORGOTTEN;
        self.said.iter().filter(move |(_, said)| recent(said)).map(
            move |((service, meaning), said)| {
                let times = match said.times {
                    1 => String::new(),
                    times => format!("{times} times, last "),
                };
                let ago = age(said.at, now);
                let subject = Subject::Service(service.clone());
                let what = format!("{service} {meaning}, {times}{ago} ago: “{}”", said.line);
                let (kind, severity) = (FindingKind::LogLine, Severity::Warning);
                Finding::new(kind, severity, subject, what)
                    .named(meaning)
                    .since(Some(said.first))
                    .helped(Some(Remedy::Logs))
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{HostId, LogStream, RawLogLine};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn line(second: i64, text: &str) -> Line {
        Line::from_raw(RawLogLine {
            container: "a".into(),
            at: at(second),
            stream: LogStream::Err,
            bytes: text.as_bytes().to_vec(),
            cut: 0,
        })
    }

    fn db() -> ServiceId {
        ServiceId {
            host: HostId::from("local"),
            project: None,
            name: "db".into(),
        }
    }

    fn told(logged: &Logged, now: i64) -> Vec<String> {
        logged
            .findings(at(now))
            .map(|finding| finding.what)
            .collect()
    }

    #[test]
    fn a_line_counts_once_however_often_it_is_read() {
        let mut logged = Logged::default();
        let full = line(60, "could not write: No space left on device");
        assert!(logged.look(&full, at(100), || Some(db())));
        assert!(!logged.look(&full, at(100), || Some(db())));
        assert_eq!(
            told(&logged, 180),
            ["db found the disk full, 2m ago: “could not write: No space left on device”"]
        );
        assert!(logged.look(
            &line(120, "No space left on device"),
            at(130),
            || Some(db())
        ));
        assert_eq!(
            told(&logged, 180),
            ["db found the disk full, 2 times, last 1m ago: “No space left on device”"]
        );
        assert!(told(&logged, 120 + 3_601).is_empty());
    }

    #[test]
    fn what_was_long_ago_and_what_means_nothing_is_no_finding() {
        let mut logged = Logged::default();
        assert!(!logged.look(
            &line(0, "No space left on device"),
            at(9_000),
            || Some(db())
        ));
        assert!(!logged.look(&line(0, "served in 3 ms"), at(1), || panic!("not asked")));
    }
}
