//! Where a program's input comes from and where its output goes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::terminal::{Typed, cooked};
use crate::demo::engine::Engine;
use crate::demo::world::tree::{Content, Kind};

/// How often a pipe is looked into while nobody writes.
const LOOK: Duration = Duration::from_millis(20);

/// Where output goes.
#[derive(Clone)]
pub(super) enum Output {
    /// To who runs the program: standard output (1) or error (2).
    Attached(mpsc::Sender<(u8, Vec<u8>)>, u8),
    /// To who runs it at a terminal.
    Terminal(mpsc::Sender<(u8, Vec<u8>)>),
    /// Into memory: for another program, a file, a value.
    Kept(Arc<Mutex<Vec<u8>>>),
    /// Into the container's log.
    Log(Arc<Log>),
    Nothing,
}

/// A stream of a container's log, with the line that is not at its end.
pub(super) struct Log {
    pub(super) engine: Arc<Engine>,
    pub(super) container: String,
    pub(super) stream: u8,
    pub(super) pending: Mutex<Vec<u8>>,
}

impl Log {
    fn write(&self, bytes: &[u8]) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            pending.extend(piece);
            if pending.ends_with(b"\n") {
                pending.pop();
                lines.push(std::mem::take(&mut *pending));
            }
        }
        drop(pending);
        self.say(lines);
    }

    /// What is left at the program's end.
    pub(super) fn flush(&self) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = std::mem::take(&mut *pending);
        drop(pending);
        if !rest.is_empty() {
            self.say(vec![rest]);
        }
    }

    fn say(&self, lines: Vec<Vec<u8>>) {
        if !lines.is_empty() {
            self.engine.look(|world| {
                for line in lines {
                    world.say(&self.container, self.stream, line);
                }
            });
        }
    }
}

impl Output {
    pub(super) async fn write(&self, bytes: &[u8]) {
        match self {
            // Who does not listen any more misses nothing.
            Self::Attached(to, stream) => drop(to.send((*stream, bytes.to_vec())).await),
            Self::Terminal(to) => drop(to.send((1, cooked(bytes))).await),
            Self::Kept(kept) => kept
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(bytes),
            Self::Log(log) => log.write(bytes),
            Self::Nothing => {}
        }
    }

    pub(super) async fn line(&self, text: &str) {
        self.write(format!("{text}\n").as_bytes()).await;
    }
}

/// Where input comes from.
#[derive(Clone)]
pub(super) enum Input {
    Nothing,
    /// What is left of it.
    Bytes(Arc<Mutex<VecDeque<u8>>>),
    /// What somebody types.
    Typed(Arc<tokio::sync::Mutex<Keyboard>>),
    /// A named pipe, until something is in it.
    Pipe(Arc<Engine>, String, String),
    /// Zeros without an end.
    Zeros,
}

/// Who types, and what was typed already.
pub(super) struct Keyboard {
    pub(super) typed: mpsc::Receiver<Typed>,
    pub(super) ended: bool,
}

impl Input {
    pub(super) fn bytes(bytes: Vec<u8>) -> Self {
        Self::Bytes(Arc::new(Mutex::new(bytes.into())))
    }

    /// A line with its end; none when there is no more.
    pub(super) async fn line(&self) -> Option<Vec<u8>> {
        match self {
            Self::Nothing | Self::Zeros => None,
            Self::Bytes(bytes) => {
                let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
                let end = bytes.iter().position(|byte| *byte == b'\n');
                let end = end.map_or(bytes.len(), |at| at + 1);
                let line: Vec<u8> = bytes.drain(..end).collect();
                (!line.is_empty()).then_some(line)
            }
            Self::Typed(keyboard) => {
                let mut keyboard = keyboard.lock().await;
                if keyboard.ended {
                    return None;
                }
                match keyboard.typed.recv().await {
                    Some(Typed::Line(line)) => Some(line),
                    Some(Typed::Interrupt) => Some(Vec::new()),
                    Some(Typed::End) | None => None,
                }
            }
            Self::Pipe(engine, container, path) => {
                let mut look = tokio::time::interval(LOOK);
                loop {
                    look.tick().await;
                    let found = engine.look(|world| take(world, container, path));
                    if let Some(bytes) = found {
                        return Some(bytes);
                    }
                }
            }
        }
    }

    /// All of it; of what has no end nothing.
    pub(super) async fn all(&self) -> Vec<u8> {
        let mut all = Vec::new();
        while let Some(line) = self.line().await {
            all.extend(line);
            if matches!(self, Self::Pipe(..)) {
                break;
            }
        }
        all
    }
}

/// Pipes keep what is written to them in their own place, until it is read.
fn take(world: &mut crate::demo::world::World, container: &str, path: &str) -> Option<Vec<u8>> {
    let waiting = format!("{path}{PIPED}");
    let node = world.node(container, &waiting)?;
    let Kind::File(Content::Bytes(bytes)) = node.kind else {
        return None;
    };
    world.delete(container, &waiting);
    Some(bytes.to_vec())
}

/// What the name of the file ends with that holds what was written to a pipe.
pub(super) const PIPED: &str = ".piped";
