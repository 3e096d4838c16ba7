//! A shell in a container, with the user's terminal: bytes in, bytes out, sizes passed on.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rustix::fs::{Mode, OFlags};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncWriteExt, Interest};
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

/// Carries bytes between the terminal and the shell until the shell ends.
async fn pump(backend: &dyn Backend, mut session: ExecSession) -> io::Result<()> {
    // An own opening of the terminal: making it non-blocking touches neither stdin nor the parent shell's.
    let terminal: File = rustix::fs::open(
        "/dev/tty",
        OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC,
        Mode::empty(),
    )?
    .into();
    let terminal = AsyncFd::with_interest(terminal, Interest::READABLE | Interest::WRITABLE)?;
    let mut resized = signal(SignalKind::window_change())?;
    let mut buffer = [0; 4096];
    loop {
        tokio::select! {
            typed = terminal.async_io(Interest::READABLE, |mut tty| io::Read::read(&mut tty, &mut buffer)) => {
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
                Some(Ok(bytes)) => write_all(&terminal, &bytes).await?,
                Some(Err(error)) => return Err(io::Error::other(error)),
                None => break,
            },
            _ = resized.recv() => {
                let _ = tokio::time::timeout(
                    Duration::from_secs(2),
                    backend.exec_resize(&session.id, size()),
                ).await;
            }
        }
    }
    Ok(())
}

async fn write_all(terminal: &AsyncFd<File>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = terminal
            .async_io(Interest::WRITABLE, |mut tty| {
                io::Write::write(&mut tty, bytes)
            })
            .await?;
        bytes = &bytes[count..];
    }
    Ok(())
}
