//! Carries scripts out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt, join_all};

use super::ast::{Command, Item, Pipeline, Redirect, Target, What, Word};
use super::parse::parse;
use super::streams::{Input, Output};
use super::terminal::Terminal;
use crate::demo::engine::Engine;

/// The pause between two turns of a loop that does nothing else: its container seems busy, the machine is not.
const TURN: Duration = Duration::from_millis(10);

/// The streams of one command.
#[derive(Clone)]
pub(super) struct Streams {
    pub(super) input: Input,
    pub(super) out: Output,
    pub(super) err: Output,
}

/// Output for a file: its path, what was printed so far, and whether it goes after what is there.
type Written = (String, Arc<Mutex<Vec<u8>>>, bool);
/// What runs beside, and its streams.
pub(super) type Beside = (Vec<Item>, Streams);

/// A shell in a container.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) engine: Arc<Engine>,
    pub(super) container: String,
    pub(super) folder: String,
    pub(super) values: BTreeMap<String, String>,
    pub(super) status: i64,
    /// It is to end with this code.
    pub(super) exit: Option<i64>,
    pub(super) terminal: Option<Arc<Terminal>>,
    /// What runs beside, when it is waited for.
    pub(super) beside: Arc<Mutex<Vec<Beside>>>,
    /// What is done at a signal, by its name without `SIG`.
    pub(super) traps: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Session {
    /// Runs a script; the code it ends with.
    pub(super) async fn script(&mut self, text: &str, streams: &Streams) -> i64 {
        match parse(text) {
            Ok(items) => self.items(&items, streams).await,
            Err(why) => {
                streams.err.line(&format!("sh: {why}")).await;
                self.status = 2;
            }
        }
        self.exit.unwrap_or(self.status)
    }

    pub(super) fn items<'a>(
        &'a mut self,
        items: &'a [Item],
        streams: &'a Streams,
    ) -> BoxFuture<'a, ()> {
        async move {
            for item in items {
                if self.exit.is_some() {
                    return;
                }
                if item.background {
                    let alone = Item {
                        background: false,
                        ..item.clone()
                    };
                    let mut beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
                    beside.push((vec![alone], streams.clone()));
                    self.status = 0;
                    continue;
                }
                self.pipeline(&item.first, streams).await;
                for (after_success, next) in &item.rest {
                    if self.exit.is_none() && (self.status == 0) == *after_success {
                        self.pipeline(next, streams).await;
                    }
                }
            }
        }
        .boxed()
    }

    /// Waits for all that runs beside.
    pub(super) async fn wait(&mut self) {
        let beside = {
            let mut beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *beside)
        };
        let running = beside.into_iter().map(|(items, streams)| {
            let mut own = self.clone();
            async move { own.items(&items, &streams).await }
        });
        join_all(running).await;
    }

    async fn pipeline(&mut self, pipeline: &Pipeline, streams: &Streams) {
        let mut input = streams.input.clone();
        let last = pipeline.commands.len().saturating_sub(1);
        for (at, command) in pipeline.commands.iter().enumerate() {
            if at == last {
                let own = Streams {
                    input: input.clone(),
                    ..streams.clone()
                };
                self.command(command, own).await;
                continue;
            }
            let kept = Arc::new(Mutex::new(Vec::new()));
            let own = Streams {
                input: input.clone(),
                out: Output::Kept(Arc::clone(&kept)),
                err: streams.err.clone(),
            };
            // What is left of a pipe does not change its right side's shell.
            let mut left = self.clone();
            left.command(command, own).await;
            let bytes = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
            input = Input::bytes(bytes);
        }
        if pipeline.negated {
            self.status = i64::from(self.status == 0);
        }
    }

    async fn command(&mut self, command: &Command, streams: Streams) {
        let mut streams = streams;
        let mut files = Vec::new();
        for redirect in &command.redirects {
            if let Err(why) = self.redirect(redirect, &mut streams, &mut files).await {
                streams.err.line(&format!("sh: {why}")).await;
                self.status = 1;
                return;
            }
        }
        match &command.what {
            What::Simple { assigned, words } => self.simple(assigned, words, &streams).await,
            What::Group(items) => self.items(items, &streams).await,
            What::Loop {
                condition,
                until,
                body,
            } => loop {
                self.items(condition, &streams).await;
                if self.exit.is_some() || (self.status == 0) == *until {
                    break;
                }
                self.items(body, &streams).await;
                tokio::time::sleep(TURN).await;
            },
            What::For { name, words, body } => {
                for value in self.expand_all(words, &streams).await {
                    if self.exit.is_some() {
                        break;
                    }
                    self.values.insert(name.clone(), value);
                    self.items(body, &streams).await;
                }
            }
            What::If {
                condition,
                then,
                otherwise,
            } => {
                self.items(condition, &streams).await;
                let branch = if self.status == 0 { then } else { otherwise };
                self.status = 0;
                self.items(branch, &streams).await;
            }
        }
        for (path, kept, after) in files {
            let bytes = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
            if let Err(why) = self.write_file(&path, bytes, after) {
                streams.err.line(&format!("sh: {why}")).await;
                self.status = 1;
            }
        }
    }

    async fn simple(&mut self, assigned: &[(String, Word)], words: &[Word], streams: &Streams) {
        let mut before = Vec::new();
        for (name, value) in assigned {
            let value = self.expand(value, streams).await.join(" ");
            before.push((name.clone(), self.values.insert(name.clone(), value)));
        }
        let words = self.expand_all(words, streams).await;
        if words.is_empty() {
            self.status = 0;
            return;
        }
        self.status = self.call(&words, streams).await;
        for (name, value) in before {
            match value {
                Some(value) => drop(self.values.insert(name, value)),
                None => drop(self.values.remove(&name)),
            }
        }
    }

    async fn redirect(
        &mut self,
        redirect: &Redirect,
        streams: &mut Streams,
        files: &mut Vec<Written>,
    ) -> Result<(), String> {
        let output = match &redirect.to {
            Target::From(word) => {
                let path = self.expand(word, streams).await.join(" ");
                streams.input = self.open(&path)?;
                return Ok(());
            }
            Target::Same(1) => streams.out.clone(),
            Target::Same(_) => streams.err.clone(),
            Target::Into(word) | Target::After(word) => {
                let path = self.expand(word, streams).await.join(" ");
                if path == "/dev/null" {
                    Output::Nothing
                } else {
                    let kept = Arc::new(Mutex::new(Vec::new()));
                    let after = matches!(redirect.to, Target::After(_));
                    files.push((path, Arc::clone(&kept), after));
                    Output::Kept(kept)
                }
            }
        };
        if redirect.descriptor == 2 {
            streams.err = output;
        } else {
            streams.out = output;
        }
        Ok(())
    }
}
