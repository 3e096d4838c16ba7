//! Commands in containers: their output at their end, or a terminal.

use bollard::Docker;
use bollard::exec::{CreateExecOptions, ResizeExecOptions, StartExecOptions, StartExecResults};
use futures_util::stream::{self, BoxStream, StreamExt};
use hyper::Method;
use hyper::header::{CONNECTION, HeaderMap, HeaderValue, UPGRADE};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, ReadHalf};

use super::channel::{ApiVersion, Channel};
use super::error::{CALL_LIMIT, from_bollard, from_hyper, limited};
use super::request::escape;
use crate::backend::{BackendError, ExecOutput, ExecRequest, ExecSession};

/// One read of a terminal's output; a full screen with colours is a few KB.
const READ_SIZE: usize = 16 * 1024;
/// `tput` and readline want a name; every image with a terminfo at all has this one.
const DEFAULT_TERM: &str = "xterm-256color";

/// Runs a command to its end and keeps the last [`ExecOutput::LIMIT`] bytes of its output: errors come last.
pub(super) async fn run(docker: &Docker, request: ExecRequest) -> Result<ExecOutput, BackendError> {
    let failed = |err| from_bollard(err);
    let options = CreateExecOptions {
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        cmd: Some(request.command),
        ..Default::default()
    };
    let id = docker
        .create_exec(request.container.as_str(), options)
        .await
        .map_err(failed)?
        .id;
    let mut output = Vec::new();
    let started = docker
        .start_exec(&id, None::<StartExecOptions>)
        .await
        .map_err(failed)?;
    if let StartExecResults::Attached {
        output: mut chunks, ..
    } = started
    {
        while let Some(chunk) = chunks.next().await {
            output.extend_from_slice(&chunk.map_err(failed)?.into_bytes());
            if output.len() > 2 * ExecOutput::LIMIT {
                output.drain(..output.len() - ExecOutput::LIMIT);
            }
        }
    }
    output.drain(..output.len().saturating_sub(ExecOutput::LIMIT));
    let exit_code = exit_code(docker, &id).await?;
    Ok(ExecOutput {
        // The output has ended, yet the engine may not know it (20.10 sets the code after it closed the stream).
        exit_code: match exit_code {
            Some(code) => code,
            None => settled_exit_code(docker, &id).await?,
        },
        output,
    })
}

/// The exit code of a command whose output has ended: the engine learns it from containerd a moment later and has no
/// call that waits for it.
async fn settled_exit_code(docker: &Docker, id: &str) -> Result<i64, BackendError> {
    let poll = async {
        let mut pause = tokio::time::interval(std::time::Duration::from_millis(20));
        loop {
            pause.tick().await;
            if let Some(code) = exit_code(docker, id).await? {
                return Ok(code);
            }
        }
    };
    limited(CALL_LIMIT, poll).await
}

/// How a command ended; none while it runs.
pub(super) async fn exit_code(docker: &Docker, id: &str) -> Result<Option<i64>, BackendError> {
    let answer = docker.inspect_exec(id).await.map_err(from_bollard)?;
    match answer.running {
        Some(true) => Ok(None),
        _ => Ok(answer.exit_code),
    }
}

/// Tells the terminal its size in columns and rows.
pub(super) async fn resize(
    docker: &Docker,
    id: &str,
    (columns, rows): (u16, u16),
) -> Result<(), BackendError> {
    let options = ResizeExecOptions {
        height: rows,
        width: columns,
    };
    docker.resize_exec(id, options).await.map_err(from_bollard)
}

/// Runs a command with a terminal.
pub(super) async fn terminal(
    channel: &Channel,
    docker: &Docker,
    request: ExecRequest,
    size: (u16, u16),
) -> Result<ExecSession, BackendError> {
    let term = std::env::var("TERM").ok().filter(|term| !term.is_empty());
    let options = CreateExecOptions {
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        tty: Some(true),
        env: Some(vec![format!(
            "TERM={}",
            term.as_deref().unwrap_or(DEFAULT_TERM)
        )]),
        cmd: Some(request.command),
        ..Default::default()
    };
    let id = docker
        .create_exec(request.container.as_str(), options)
        .await
        .map_err(from_bollard)?
        .id;
    let upgraded = start_raw(channel, &id, size).await?;
    if channel.version() < ApiVersion::new(1, 42) {
        // Older engines learn the size only now; this call waits until the command runs. One that ended at once has
        // no terminal any more, and that is no error.
        drop(resize(docker, &id, size).await);
    }
    let (output, input) = tokio::io::split(TokioIo::new(upgraded));
    Ok(ExecSession {
        id,
        input: Box::pin(input),
        output: chunks(output),
    })
}

/// Starts the command and takes the connection over. Not through bollard: it reads frames, and a terminal's output
/// that begins with a byte below 3 would be taken for a frame's header.
async fn start_raw(
    channel: &Channel,
    id: &str,
    (columns, rows): (u16, u16),
) -> Result<Upgraded, BackendError> {
    let mut body = serde_json::json!({ "Detach": false, "Tty": true });
    if channel.version() >= ApiVersion::new(1, 42) {
        body["ConsoleSize"] = serde_json::json!([rows, columns]);
    }
    let mut headers = HeaderMap::new();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("tcp"));
    let path = format!("/exec/{}/start", escape(id));
    let response = channel
        .exchange(Method::POST, &path, Some(body.to_string()), headers)
        .await?;
    hyper::upgrade::on(response)
        .await
        .map_err(|err| from_hyper(&err))
}

fn chunks(
    output: ReadHalf<TokioIo<Upgraded>>,
) -> BoxStream<'static, Result<Vec<u8>, BackendError>> {
    stream::unfold(Some(output), |state| async move {
        let mut output = state?;
        let mut chunk = Vec::with_capacity(READ_SIZE);
        match output.read_buf(&mut chunk).await {
            Ok(0) => None,
            Ok(_) => Some((Ok(chunk), Some(output))),
            Err(err) => Some((Err(super::error::from_io(err)), None)),
        }
    })
    .boxed()
}
