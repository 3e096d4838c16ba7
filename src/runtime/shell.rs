//! A shell in a container, with the user's terminal: bytes in, bytes out, sizes passed on.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rustix::fs::{Mode, OFlags};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe;
use tokio::signal::unix::{SignalKind, signal};

use crate::backend::{Backend, ExecRequest, ExecSession};
use crate::domain::{ContainerId, Failure};

/// Shells, the most comfortable first. Paths, because a container's `PATH` may be anything; `sh` for those that keep
/// theirs elsewhere.
const SHELLS: [&str; 5] = ["/bin/bash", "/usr/bin/bash", "/bin/ash", "/bin/sh", "sh"];

/// Runs a shell until it ends; the terminal has to be in raw mode. Its exit code, or why there is none.
pub(super) async fn run(backend: Arc<dyn Backend>, container: ContainerId) -> Result<i64, Failure> {
    let what = format!("open a shell in {}", container.short());
    let shell = find(&*backend, &container).await.map_err(|why| match why {
        NoShell::Failed(error) => error.failure(&what),
        NoShell::Nowhere => Failure::new(&what, "the image has no shell (bash, ash or sh)")
            .hint("its logs, files and inspect work without one"),
    })?;
    let request = ExecRequest {
        container,
        command: vec![shell.to_owned()],
    };
    let size = size();
    let session = backend
        .exec_terminal(request, size)
        .await
        .map_err(|e| e.failure(&what))?;
    let id = session.id.clone();
    // The size given at creation is not heeded by all engines (20.10).
    let _ = backend.exec_resize(&id, size).await;
    pump(&*backend, session)
        .await
        .map_err(|error| Failure::new(&what, error.to_string()))?;
    let code = backend
        .exec_exit_code(&id)
        .await
        .map_err(|error| error.failure(&what))?;
    Ok(code.unwrap_or(0))
}

enum NoShell {
    Nowhere,
    Failed(crate::backend::BackendError),
}

/// The first shell that runs.
async fn find(backend: &dyn Backend, container: &ContainerId) -> Result<&'static str, NoShell> {
    use crate::backend::BackendError;
    for shell in SHELLS {
        let command = [shell, "-c", "exit 0"].map(str::to_owned).to_vec();
        match backend
            .exec(ExecRequest {
                container: container.clone(),
                command,
            })
            .await
        {
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

/// Carries bytes between the terminal and the shell until the shell ends.
async fn pump(backend: &dyn Backend, mut session: ExecSession) -> io::Result<()> {
    let (mut input, mut output) = terminal()?;
    let mut resized = signal(SignalKind::window_change())?;
    let mut buffer = [0; 4096];
    loop {
        tokio::select! {
            typed = input.read(&mut buffer) => {
                let count = typed?;
                if count == 0 {
                    return Ok(());
                }
                // The shell may have ended meanwhile; its output says so next.
                if session.input.write_all(&buffer[..count]).await.is_ok() {
                    let _ = session.input.flush().await;
                }
            }
            printed = session.output.next() => match printed {
                Some(Ok(bytes)) => output.write_all(&bytes).await?,
                Some(Err(error)) => return Err(io::Error::other(error)),
                None => return Ok(()),
            },
            _ = resized.recv() => {
                let _ = tokio::time::timeout(
                    Duration::from_secs(2),
                    backend.exec_resize(&session.id, size()),
                ).await;
            }
        }
    }
}
