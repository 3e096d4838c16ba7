//! `/containers/{id}/exec` and `/exec/…`: programs that somebody runs in a container.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue, UPGRADE};
use hyper::{Method, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use super::answer::{Answer, created, empty, json as answer};
use super::asked::Asked;
use super::not_here;
use crate::demo::engine::Engine;
use crate::demo::shell::{self, Program, Terminal};
use crate::demo::world::Refusal;
use crate::demo::world::container::words;

/// Programs that somebody runs, by id.
#[derive(Default)]
pub(crate) struct Execs(Mutex<HashMap<String, Exec>>);

#[derive(Clone)]
struct Exec {
    container: String,
    command: Vec<String>,
    environment: Vec<String>,
    folder: String,
    tty: bool,
    stdin: bool,
    terminal: Arc<Terminal>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Made,
    Runs,
    Ended(i64),
}

impl Execs {
    fn get(&self, id: &str) -> Result<Exec, Refusal> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.get(id).cloned();
        found.ok_or_else(|| Refusal::not_found(format!("No such exec instance: {id}")))
    }

    fn set(&self, id: &str, state: State) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(exec) = all.get_mut(id) {
            exec.state = state;
        }
    }

    fn add(&self, id: String, exec: Exec) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(id, exec);
    }
}

pub(super) async fn create(engine: &Arc<Engine>, asked: Asked, name: &str) -> Answer {
    let body = asked.body().await?;
    let is = |key: &str| body.get(key) == Some(&Value::Bool(true));
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let exec = Exec {
        container: String::new(),
        command: words(body.get("Cmd")),
        environment: words(body.get("Env")),
        folder: text("WorkingDir").to_owned(),
        tty: is("Tty"),
        stdin: is("AttachStdin"),
        terminal: Arc::default(),
        state: State::Made,
    };
    if exec.command.is_empty() {
        return Err(Refusal::bad("No exec command specified"));
    }
    let (container, id) = engine.look(|world| {
        let container = world.find(name)?;
        if !container.state.is_up() {
            let why = format!("container {} is not running", container.id);
            return Err(Refusal::conflict(why));
        }
        let container = container.id.clone();
        let words = exec.command.join(" ");
        world.tell_of(format!("exec_create: {words}"), &container, &[]);
        Ok((container, world.new_id("exec")))
    })?;
    engine.execs.add(id.clone(), Exec { container, ..exec });
    Ok(created(&json!({ "Id": id })))
}

pub(super) async fn dispatch(engine: &Arc<Engine>, asked: Asked) -> Answer {
    let parts: Vec<String> = asked.parts.clone();
    let method = asked.request.method().clone();
    match (&method, parts.as_slice()) {
        (&Method::GET, [_, id, what]) if what == "json" => {
            let exec = engine.execs.get(id)?;
            let code = match exec.state {
                State::Ended(code) => json!(code),
                State::Made | State::Runs => Value::Null,
            };
            Ok(answer(&json!({
                "ID": id, "Running": exec.state == State::Runs, "ExitCode": code, "ContainerID": exec.container,
                "OpenStdin": exec.stdin, "OpenStdout": true, "OpenStderr": true, "Pid": 4_242,
                "ProcessConfig": { "tty": exec.tty, "entrypoint": exec.command.first(), "arguments": exec.command.get(1..) },
            })))
        }
        (&Method::POST, [_, id, what]) if what == "resize" => {
            let exec = engine.execs.get(id)?;
            let size = |key: &str| asked.get(key).parse().unwrap_or(0);
            exec.terminal.resize(size("w"), size("h"));
            Ok(empty(StatusCode::OK))
        }
        (&Method::POST, [_, id, what]) if what == "start" => {
            let id = id.clone();
            start(engine, asked, &id).await
        }
        _ => Err(not_here(&asked)),
    }
}

async fn start(engine: &Arc<Engine>, asked: Asked, id: &str) -> Answer {
    let exec = engine.execs.get(id)?;
    let (body, request) = asked.body_and_request().await?;
    if let Some([rows, columns]) = body
        .get("ConsoleSize")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        let number = |value: &Value| {
            value
                .as_u64()
                .and_then(|n| u16::try_from(n).ok())
                .unwrap_or(0)
        };
        exec.terminal.resize(number(columns), number(rows));
    }
    let first = exec.command.first().cloned().unwrap_or_default();
    let is_there =
        engine.look(|world| world.can_run(&exec.container, &first)) || shell::knows(&first);
    if !is_there {
        engine.execs.set(id, State::Ended(127));
        return Err(Refusal::bad(format!(
            "OCI runtime exec failed: exec failed: unable to start container process: exec: \"{first}\": stat {first}: no such file or directory: unknown"
        )));
    }
    engine.execs.set(id, State::Runs);
    let (own, id) = (Arc::clone(engine), id.to_owned());
    if body.get("Detach") == Some(&Value::Bool(true)) {
        engine.tasks.spawn(async move {
            let (output, mut said) = mpsc::channel(16);
            let (_input, typed) = mpsc::channel(1);
            let running = run(&own, &id, exec, output, typed);
            tokio::join!(running, async { while said.recv().await.is_some() {} });
        });
        return Ok(empty(StatusCode::OK));
    }
    let mut response = empty(StatusCode::SWITCHING_PROTOCOLS);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("tcp"));
    let kind = "application/vnd.docker.raw-stream";
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let cancel = engine.cancel.clone();
    engine.tasks.spawn(async move {
        let attached = async {
            match hyper::upgrade::on(request).await {
                Ok(upgraded) => attach(&own, &id, exec, TokioIo::new(upgraded)).await,
                Err(error) => tracing::info!(%error, "the demo's exec"),
            }
        };
        let _ = cancel.run_until_cancelled(attached).await;
    });
    Ok(response)
}

/// Joins a program and a connection until the program ends.
async fn attach(
    engine: &Arc<Engine>,
    id: &str,
    exec: Exec,
    stream: TokioIo<hyper::upgrade::Upgraded>,
) {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let (output, mut said) = mpsc::channel::<(u8, Vec<u8>)>(16);
    let (input, typed) = mpsc::channel::<Vec<u8>>(16);
    let tty = exec.tty;
    let wants_input = exec.stdin;
    let writing = async {
        while let Some((number, bytes)) = said.recv().await {
            let framed = if tty { bytes } else { frame(number, &bytes) };
            if writer.write_all(&framed).await.is_err() {
                break;
            }
            drop(writer.flush().await);
        }
        drop(writer.shutdown().await);
    };
    let reading = async move {
        let mut buffer = [0; 4096];
        loop {
            if !wants_input {
                break;
            }
            match reader.read(&mut buffer).await {
                Ok(count @ 1..) => {
                    if input.send(buffer[..count].to_vec()).await.is_err() {
                        break;
                    }
                }
                Ok(0) | Err(_) => break,
            }
        }
        drop(input);
        std::future::pending::<()>().await;
    };
    let running = async {
        tokio::join!(run(engine, id, exec, output, typed), writing);
    };
    tokio::select! {
        () = running => {}
        () = reading => {}
    }
}

fn frame(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut framed = vec![number, 0, 0, 0];
    framed.extend(length.to_be_bytes());
    framed.extend(bytes);
    framed
}

async fn run(
    engine: &Arc<Engine>,
    id: &str,
    exec: Exec,
    output: mpsc::Sender<(u8, Vec<u8>)>,
    typed: mpsc::Receiver<Vec<u8>>,
) {
    let container = exec.container.clone();
    let program = Program {
        container: exec.container,
        command: exec.command,
        environment: exec.environment,
        folder: exec.folder,
        terminal: exec.tty.then_some(exec.terminal),
        has_input: exec.stdin,
    };
    // The code is known before the output's end is.
    let code = shell::run(engine, program, output.clone(), typed).await;
    engine.execs.set(id, State::Ended(code));
    engine.look(|world| world.tell_of("exec_die", &container, &[("exitCode", code.to_string())]));
    drop(output);
}
