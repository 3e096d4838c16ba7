//! A shell and the programs that people and renewals run in the demo's containers: small, but with a terminal.
//!
//! It knows no functions, arrays or here-documents. What stands left of a pipe ends before its right begins, and what
//! runs beside (`&`) runs when it is waited for.

mod ast;
mod commands;
mod expand;
mod files;
mod interpret;
mod lego;
mod lex;
mod opening;
mod parse;
mod streams;
mod terminal;
mod text;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, mpsc};

use self::interpret::{Session, Streams};
use self::streams::{Input, Keyboard, Log, Output};
use self::terminal::{Line, Typed};
use super::engine::Engine;

pub(crate) use commands::knows;
pub(super) use lego::stored as lego_files;
pub(crate) use terminal::Terminal;

/// A program that somebody runs in a container.
pub(crate) struct Program {
    pub(crate) container: String,
    pub(crate) command: Vec<String>,
    /// `NAME=value`, besides the container's own.
    pub(crate) environment: Vec<String>,
    /// Where it runs; empty is the container's own folder.
    pub(crate) folder: String,
    pub(crate) terminal: Option<Arc<Terminal>>,
    pub(crate) has_input: bool,
}

/// Ctrl-C ends with that: 128 and the signal's number.
const INTERRUPTED: i64 = 130;

/// Runs the container's own command, with its output as its log; the code it ends with.
pub(super) async fn run_main(
    engine: &Arc<Engine>,
    id: &str,
    mut signals: mpsc::Receiver<String>,
) -> i64 {
    let found = engine.look(|world| {
        let container = world.containers.get(id)?;
        Some((container.command_line(), container.is_tty()))
    });
    let Some((command, is_tty)) = found else {
        return 0;
    };
    let log = |stream| {
        Arc::new(Log {
            engine: Arc::clone(engine),
            container: id.to_owned(),
            stream,
            pending: Mutex::default(),
        })
    };
    let (out, err) = (log(1), log(2));
    let streams = Streams {
        input: Input::Nothing,
        out: Output::Log(Arc::clone(&out)),
        // At a terminal both are one.
        err: Output::Log(Arc::clone(if is_tty { &out } else { &err })),
    };
    let mut session = session(engine, id, &[], "", None);
    let traps = Arc::clone(&session.traps);
    let own = session.clone();
    let running = async {
        let code = session.call(&command, &streams).await;
        session.exit.unwrap_or(code)
    };
    let hearing = async {
        while let Some(signal) = signals.recv().await {
            let action = {
                let traps = traps.lock().unwrap_or_else(PoisonError::into_inner);
                traps.get(&signal).cloned()
            };
            // The first process does not hear what it has no trap for.
            if let Some(action) = action.filter(|action| !action.is_empty()) {
                let mut trap = own.clone();
                trap.script(&action, &streams).await;
                if let Some(code) = trap.exit {
                    return code;
                }
            }
        }
        std::future::pending().await
    };
    let code = tokio::select! {
        code = running => code,
        code = hearing => code,
    };
    out.flush();
    err.flush();
    code
}

/// Runs a program until its end; the code it ends with.
pub(crate) async fn run(
    engine: &Arc<Engine>,
    program: Program,
    output: mpsc::Sender<(u8, Vec<u8>)>,
    raw: mpsc::Receiver<Vec<u8>>,
) -> i64 {
    let interrupt = Arc::new(Notify::new());
    let (typed, keyboard) = mpsc::channel(16);
    let echo = program.terminal.as_ref().map(|_| output.clone());
    let typing = type_in(raw, typed, echo, Arc::clone(&interrupt));
    let input = if program.has_input {
        Input::Typed(Arc::new(tokio::sync::Mutex::new(Keyboard {
            typed: keyboard,
            ended: false,
        })))
    } else {
        Input::Nothing
    };
    let streams = match &program.terminal {
        Some(_) => Streams {
            input,
            out: Output::Terminal(output.clone()),
            err: Output::Terminal(output),
        },
        None => Streams {
            input,
            out: Output::Attached(output.clone(), 1),
            err: Output::Attached(output, 2),
        },
    };
    let Program {
        container,
        command,
        environment,
        folder,
        terminal,
        ..
    } = program;
    let mut session = session(engine, &container, &environment, &folder, terminal);
    let is_prompt = session.terminal.is_some() && is_bare_shell(&command);
    let running = async {
        if is_prompt {
            return prompt(&mut session, &streams, &interrupt).await;
        }
        tokio::select! {
            code = session.call(&command, &streams) => session.exit.unwrap_or(code),
            () = interrupt.notified() => INTERRUPTED,
        }
    };
    tokio::select! {
        code = running => code,
        // Who typed is gone: so is the terminal.
        () = typing => std::future::pending().await,
    }
}

fn is_bare_shell(command: &[String]) -> bool {
    let is_shell = |word: &String| matches!(word.rsplit('/').next(), Some("sh" | "ash" | "bash"));
    let mut words = command.iter();
    words.next().is_some_and(is_shell) && words.all(|word| matches!(word.as_str(), "-i" | "-l"))
}

fn session(
    engine: &Arc<Engine>,
    id: &str,
    environment: &[String],
    folder: &str,
    terminal: Option<Arc<Terminal>>,
) -> Session {
    let (own, home) = engine.look(|world| {
        let container = world.containers.get(id);
        let own = container.map(|one| one.list("Env")).unwrap_or_default();
        let home = container.map(|one| one.text("WorkingDir").to_owned());
        (own, home.unwrap_or_default())
    });
    let folder = [folder, &home]
        .into_iter()
        .find(|folder| !folder.is_empty());
    let mut values = std::collections::BTreeMap::new();
    for variable in own.iter().chain(environment) {
        let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
        values.insert(name.to_owned(), value.to_owned());
    }
    values
        .entry("HOME".to_owned())
        .or_insert_with(|| "/root".to_owned());
    Session {
        engine: Arc::clone(engine),
        container: id.to_owned(),
        folder: folder.unwrap_or("/").to_owned(),
        values,
        status: 0,
        exit: None,
        terminal,
        beside: Arc::default(),
        traps: Arc::default(),
    }
}

/// Takes what is typed, echoes it at a terminal, and passes it on by the line.
async fn type_in(
    mut raw: mpsc::Receiver<Vec<u8>>,
    typed: mpsc::Sender<Typed>,
    echo: Option<mpsc::Sender<(u8, Vec<u8>)>>,
    interrupt: Arc<Notify>,
) {
    let mut line = Line::default();
    while let Some(bytes) = raw.recv().await {
        let Some(echo) = &echo else {
            if typed.send(Typed::Line(bytes)).await.is_err() {
                break;
            }
            continue;
        };
        let (echoed, all) = line.take(&bytes);
        drop(echo.send((1, echoed)).await);
        for one in all {
            if one == Typed::Interrupt {
                interrupt.notify_waiters();
            }
            if typed.send(one).await.is_err() {
                break;
            }
        }
    }
    drop(typed.send(Typed::End).await);
    drop((typed, echo));
    std::future::pending::<()>().await;
}

/// A prompt, until somebody leaves.
async fn prompt(session: &mut Session, streams: &Streams, interrupt: &Notify) -> i64 {
    loop {
        let place = if session.folder.is_empty() {
            "/"
        } else {
            &session.folder
        };
        let prompt = format!("{place} # ");
        streams.out.write(prompt.as_bytes()).await;
        let Some(line) = streams.input.line().await else {
            streams.out.write(b"\n").await;
            return session.status;
        };
        let text = String::from_utf8_lossy(&line).into_owned();
        if text.trim().is_empty() {
            continue;
        }
        tokio::select! {
            _ = session.script(&text, streams) => {}
            () = interrupt.notified() => session.status = INTERRUPTED,
        }
        if let Some(code) = session.exit {
            return code;
        }
    }
}
