//! A shell in a container, with the user's terminal: bytes in, bytes out, sizes passed on.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use rustix::fs::{Mode, OFlags};
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::unix::pipe;
use tokio::signal::unix::{SignalKind, signal};

use crate::backend::{Backend, BackendError, ExecRequest, ExecSession};
use crate::domain::text::visible;
use crate::domain::{ContainerId, Failure};

/// Shells, the most comfortable first. Paths, because a container's `PATH` may be anything; `sh` for those that keep
/// theirs elsewhere.
const SHELLS: [&str; 5] = ["/bin/bash", "/usr/bin/bash", "/bin/ash", "/bin/sh", "sh"];

/// A shell that does nothing is done at once; a container on a sick disk, or one that is paused, never answers.
const PROBE_LIMIT: Duration = Duration::from_secs(10);

/// Runs a shell until it ends; the terminal has to be in raw mode. Its exit code, or why there is none.
pub(super) async fn run(
    backend: Arc<dyn Backend>,
    container: ContainerId,
    name: &str,
) -> Result<i64, Failure> {
    let what = format!("open a shell in {}", visible(name));
    let shell = find(&*backend, &container).await.map_err(|why| match why {
        NoShell::Failed(error) => error.failure(&what),
        NoShell::Nowhere => Failure::new(&what, "the image has no shell (bash, ash or sh)")
            .hint("its logs, files and inspect work without one"),
    })?;
    run_words(backend, container, vec![shell.to_owned()], &what).await
}

/// Runs a program until it ends; the terminal has to be in raw mode. Its exit code, or why there is none.
pub(super) async fn run_words(
    backend: Arc<dyn Backend>,
    container: ContainerId,
    words: Vec<String>,
    what: &str,
) -> Result<i64, Failure> {
    let request = ExecRequest {
        container,
        command: words,
    };
    let size = size();
    let session = backend
        .exec_terminal(request, size)
        .await
        .map_err(|e| e.failure(what))?;
    let id = session.id.clone();
    // The size given at creation is not heeded by all engines (20.10).
    let _ = backend.exec_resize(&id, size).await;
    pump(&*backend, session)
        .await
        .map_err(|error| Failure::new(what, error.to_string()))?;
    let code = backend
        .exec_exit_code(&id)
        .await
        .map_err(|error| error.failure(what))?;
    Ok(code.unwrap_or(0))
}

enum NoShell {
    Nowhere,
    Failed(BackendError),
}

/// The first shell that runs.
async fn find(backend: &dyn Backend, container: &ContainerId) -> Result<&'static str, NoShell> {
    for shell in SHELLS {
        let command = [shell, "-c", "exit 0"].map(str::to_owned).to_vec();
        let request = ExecRequest {
            container: container.clone(),
            command,
        };
        let tried = tokio::time::timeout(PROBE_LIMIT, backend.exec(request)).await;
        let seconds = PROBE_LIMIT.as_secs();
        match tried.unwrap_or(Err(BackendError::TimedOut { seconds })) {
            Ok(output) if output.exit_code == 0 => return Ok(shell),
            // 126, 127: not there, as Docker says it; others say it with an error.
            Ok(_) | Err(BackendError::Engine { .. }) => {}
            // Docker: "container … is not running" is a conflict; Podman says a missing program with 404.
            Err(BackendError::NotFound(message)) if message.contains("executable") => {}
            Err(error) => return Err(NoShell::Failed(error)),
        }
    }
    Err(NoShell::Nowhere)
}

fn size() -> (u16, u16) {
    crossterm::terminal::size().unwrap_or((80, 24))
}

/// The terminal to read from and to write to, without blocking. Openings of our own: making them non-blocking touches
/// neither stdin nor the parent shell's. tokio's pipes only ask for a descriptor that can be polled, as a terminal's.
fn terminal() -> io::Result<(pipe::Receiver, pipe::Sender)> {
    let open = |flags| {
        rustix::fs::open(
            "/dev/tty",
            flags | OFlags::NONBLOCK | OFlags::CLOEXEC,
            Mode::empty(),
        )
    };
    let input = pipe::Receiver::from_file_unchecked(open(OFlags::RDONLY)?.into())?;
    let output = pipe::Sender::from_file_unchecked(open(OFlags::WRONLY)?.into())?;
    Ok((input, output))
}

/// Carries bytes between the terminal and the shell until the shell ends. Each way by itself: a shell that prints all
/// the time and does not read must not hold up what it prints.
async fn pump(backend: &dyn Backend, session: ExecSession) -> io::Result<()> {
    let (typed, shown) = terminal()?;
    tokio::select! {
        ended = to_terminal(session.output, shown) => ended,
        ended = to_shell(typed, session.input) => ended,
        never = sizes(backend, &session.id) => never.map(|never| match never {}),
    }
}

async fn to_terminal(
    mut printed: BoxStream<'static, Result<Vec<u8>, BackendError>>,
    mut shown: pipe::Sender,
) -> io::Result<()> {
    while let Some(bytes) = printed.next().await {
        shown.write_all(&bytes.map_err(io::Error::other)?).await?;
    }
    Ok(())
}

/// Ends when the terminal does. A shell that takes no input any more has ended: its output says so.
async fn to_shell(
    mut typed: pipe::Receiver,
    mut input: Pin<Box<dyn AsyncWrite + Send>>,
) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        let count = typed.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        if input.write_all(&buffer[..count]).await.is_ok() {
            let _ = input.flush().await;
        }
    }
}

/// Tells the shell each new size of the terminal.
async fn sizes(backend: &dyn Backend, session: &str) -> io::Result<Infallible> {
    let mut resized = signal(SignalKind::window_change())?;
    loop {
        resized.recv().await;
        // A size that is not taken is told again with the next one.
        let _ = backend.exec_resize(session, size()).await;
    }
}
