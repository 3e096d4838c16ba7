//! What containers said: a function of their programs, their runs and the seed, and what was written besides.

use jiff::{SignedDuration, Timestamp};

use super::World;
use super::container::{Container, Run, Said};
use crate::demo::programs::speech;

/// How far back a log goes: as if it were rotated.
const KEPT: SignedDuration = SignedDuration::from_hours(26);
/// The first look back for the last lines; doubled until there are enough.
const FIRST_LOOK: SignedDuration = SignedDuration::from_mins(10);

impl World {
    /// The lines of a container after one time up to another, the oldest first.
    pub(crate) fn lines(
        &self,
        container: &Container,
        after: Timestamp,
        to: Timestamp,
    ) -> Vec<Said> {
        let oldest = self.oldest(container);
        let after = after.max(oldest);
        let mut lines: Vec<Said> = Vec::new();
        for run in &container.runs {
            let end = run.to.unwrap_or(to).min(to);
            if end <= after || run.from > to {
                continue;
            }
            lines.extend(self.lines_of_run(container, *run, after, end));
        }
        let written = container.said.iter();
        lines.extend(
            written
                .filter(|line| line.at > after && line.at <= to)
                .cloned(),
        );
        lines.sort_by_key(|line| line.at);
        lines
    }

    /// The last lines up to a time.
    pub(crate) fn last_lines(
        &self,
        container: &Container,
        most: usize,
        to: Timestamp,
    ) -> Vec<Said> {
        let oldest = self.oldest(container);
        let mut back = FIRST_LOOK;
        loop {
            let after = to.saturating_sub(back).unwrap_or(oldest);
            let lines = self.lines(container, after, to);
            if lines.len() >= most || after <= oldest {
                let skip = lines.len().saturating_sub(most);
                return lines.into_iter().skip(skip).collect();
            }
            back = back.saturating_mul(4);
        }
    }

    fn oldest(&self, container: &Container) -> Timestamp {
        let created = container.created - SignedDuration::from_secs(1);
        let rotated = self.now.saturating_sub(KEPT).unwrap_or(created);
        created.max(rotated)
    }

    fn lines_of_run(
        &self,
        container: &Container,
        run: Run,
        after: Timestamp,
        to: Timestamp,
    ) -> Vec<Said> {
        let kind = container.program.kind;
        let mut lines = Vec::new();
        let mut say = |at: Timestamp, stream: u8, text: String| {
            if at > after && at <= to {
                let bytes = text.into_bytes();
                lines.push(Said { at, stream, bytes });
            }
        };
        for (count, (stream, text)) in (1_i64..).zip(speech::greeting(kind)) {
            let step = SignedDuration::from_micros(41_137 * count);
            say(run.from + step, stream, text);
        }
        if let Some(every) = speech::every(kind) {
            // Beats lie on one clock for all, so that asking again for another part gives the same lines.
            let beat = every.as_micros().max(1);
            let begin = i128::from(after.max(run.from).as_microsecond());
            let first = (begin / beat).saturating_sub(1);
            let last = i128::from(to.as_microsecond()) / beat;
            for number in first..=last {
                let count = number as u64;
                let jitter = self.seed.unit(&container.name, count) * beat as f64;
                let micros = number * beat + jitter as i128;
                let Ok(at) = Timestamp::from_microsecond(micros as i64) else {
                    continue;
                };
                if at < run.from {
                    continue;
                }
                let said = speech::beat(kind, self.seed, &container.name, count, at);
                for (line, (stream, text)) in (0_i64..).zip(said) {
                    say(at + SignedDuration::from_micros(line * 7), stream, text);
                }
            }
        }
        if let Some(end) = run.to {
            for (stream, text) in speech::farewell(kind, run.code) {
                say(end, stream, text);
            }
        }
        lines
    }

    /// Writes a line into a container's log.
    pub(crate) fn say(&mut self, id: &str, stream: u8, bytes: Vec<u8>) {
        let now = self.now;
        if let Some(container) = self.containers.get_mut(id) {
            let at = container
                .said
                .last()
                .map_or(now, |last| now.max(last.at + SignedDuration::from_nanos(1)));
            container.said.push(Said { at, stream, bytes });
        }
    }
}
