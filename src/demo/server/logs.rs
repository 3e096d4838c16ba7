//! `/containers/{id}/logs`: what was said, and what is being said.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use jiff::Timestamp;

use super::answer::{Answer, stream as answer};
use super::asked::Asked;
use crate::demo::engine::Engine;
use crate::demo::world::Refusal;
use crate::demo::world::container::Said;

/// How often a followed log is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// So many bytes are sent at once.
const CHUNK: usize = 64 << 10;
/// Docker says a longer line in parts.
const PART: usize = 16 << 10;

struct Follow {
    engine: Arc<Engine>,
    id: String,
    form: Form,
    ready: VecDeque<Said>,
    /// What is later is not sent yet.
    seen: Timestamp,
    until: Option<Timestamp>,
    follows: bool,
}

#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "the API's own flags")]
struct Form {
    stdout: bool,
    stderr: bool,
    timestamps: bool,
    tty: bool,
}

pub(super) fn logs(engine: &Arc<Engine>, asked: &Asked, name: &str) -> Answer {
    let mut form = Form {
        stdout: asked.is("stdout"),
        stderr: asked.is("stderr"),
        timestamps: asked.is("timestamps"),
        tty: false,
    };
    if !form.stdout && !form.stderr {
        return Err(Refusal::bad(
            "Bad parameters: you must choose at least one stream",
        ));
    }
    let since = time(asked.get("since"));
    let until = time(asked.get("until"));
    let tail: Option<usize> = asked.get("tail").parse().ok();
    let (id, ready, seen) = engine.look(|world| {
        let now = world.now;
        let container = world.find(name)?;
        if container.log_driver() == "none" {
            let why = "configured logging driver does not support reading";
            return Err(Refusal::new(501, why));
        }
        form.tty = container.is_tty();
        let to = until.map_or(now, |until| until.min(now));
        let before = |at: Timestamp| at - jiff::SignedDuration::from_nanos(1);
        let mut lines = match tail {
            Some(most) => world.last_lines(container, most, to),
            None => world.lines(container, since.map_or(Timestamp::MIN, before), to),
        };
        lines.retain(|line| since.is_none_or(|since| line.at >= since));
        Ok((container.id.clone(), lines, to))
    })?;
    let follow = Follow {
        engine: Arc::clone(engine),
        id,
        form,
        ready: ready.into(),
        seen,
        until,
        follows: asked.is("follow"),
    };
    let chunks = stream::unfold(follow, |mut follow| async move {
        follow.next().await.map(|chunk| (chunk, follow))
    });
    let kind = if form.tty {
        "application/vnd.docker.raw-stream"
    } else {
        "application/vnd.docker.multiplexed-stream"
    };
    Ok(answer(kind, chunks))
}

/// Seconds since the epoch, with a fraction perhaps; an RFC 3339 time.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let seconds: i64 = seconds.parse().ok().filter(|seconds| *seconds > 0)?;
    let digits: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    Timestamp::new(seconds, digits.parse().ok()?).ok()
}

impl Follow {
    async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            let mut chunk = Vec::new();
            while let Some(line) = self.ready.pop_front() {
                self.form.write(&line, &mut chunk);
                if chunk.len() >= CHUNK {
                    break;
                }
            }
            if !chunk.is_empty() {
                return Some(chunk);
            }
            if !self.follows || self.until.is_some_and(|until| self.seen >= until) {
                return None;
            }
            let mut events = self.engine.events();
            let (lines, now, is_up) = self.engine.look(|world| {
                let now = world.now;
                match world.containers.get(&self.id) {
                    Some(one) => {
                        let lines = world.lines(one, self.seen, now);
                        (lines, now, one.state.is_up())
                    }
                    None => (Vec::new(), now, false),
                }
            });
            self.seen = now;
            self.ready = lines.into();
            if self.ready.is_empty() {
                if !is_up {
                    return None;
                }
                // What is over is told of at once, what is said in between soon.
                let _ = tokio::time::timeout(LOOK, events.changed()).await;
            }
        }
    }
}

impl Form {
    fn write(self, line: &Said, out: &mut Vec<u8>) {
        let wanted = self.tty
            || match line.stream {
                1 => self.stdout,
                _ => self.stderr,
            };
        if !wanted {
            return;
        }
        let end: &[u8] = if self.tty { b"\r\n" } else { b"\n" };
        let whole = [line.bytes.as_slice(), end].concat();
        for part in whole.chunks(PART) {
            let mut said = Vec::with_capacity(part.len() + 40);
            if self.timestamps {
                said.extend(format!("{:.9} ", line.at).into_bytes());
            }
            said.extend(part);
            if !self.tty {
                let length = u32::try_from(said.len()).unwrap_or(u32::MAX);
                out.extend([line.stream, 0, 0, 0]);
                out.extend(length.to_be_bytes());
            }
            out.extend(said);
        }
    }
}
