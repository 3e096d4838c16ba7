//! The engine of another machine through one ssh process, which forwards a local socket.
//!
//! One login for everything: a connection per command (what `docker -H ssh://` does) meets sshd's `MaxStartups`.

use std::ffi::OsStr;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinHandle;

use super::error::cut_off;
use crate::backend::BackendError;
use crate::domain::SshTarget;

/// Where the other machine's engine listens, unless the address says so.
const REMOTE_SOCKET: &str = "/var/run/docker.sock";
/// So much of what ssh says is kept.
const WORDS: usize = 8 * 1024;
/// A dead ssh has said all; one that runs may say a moment later why a line went dead.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// A running ssh with its forwarded socket; both end with this value.
pub(super) struct Tunnel {
    /// Killed on drop.
    process: Child,
    folder: PrivateFolder,
    /// What ssh said last, kept by the task that reads it.
    words: Arc<Mutex<Vec<u8>>>,
    /// That task; ends with ssh.
    listening: Option<JoinHandle<()>>,
}

impl Tunnel {
    /// Logs in and waits until the socket is there.
    pub(super) async fn open(
        program: &OsStr,
        target: &SshTarget,
        address: &str,
    ) -> Result<Self, BackendError> {
        let local = |err: std::io::Error| cut_off(address, &err.to_string());
        let folder = PrivateFolder::make().map_err(local)?;
        let socket = folder.0.join("engine.sock");
        let mut process = command(program, target, &socket)
            .spawn()
            .map_err(|err| cut_off(address, &format!("cannot run {}: {err}", program.display())))?;
        let words = Arc::default();
        let stderr = process.stderr.take();
        let listening = stderr.map(|stderr| tokio::spawn(listen(stderr, Arc::clone(&words))));
        let mut tunnel = Self {
            process,
            folder,
            words,
            listening,
        };
        if tunnel.is_ready().await {
            Ok(tunnel)
        } else {
            let ended = cut_off(address, "ssh ended");
            Err(tunnel.explain(ended).await)
        }
    }

    /// ssh runs its local command when it is logged in and all forwards are set up; that prints one line.
    async fn is_ready(&mut self) -> bool {
        match self.process.stdout.take() {
            Some(mut stdout) => matches!(stdout.read(&mut [0; 16]).await, Ok(count) if count > 0),
            None => false,
        }
    }

    /// The local end.
    pub(super) fn socket(&self) -> PathBuf {
        self.folder.0.join("engine.sock")
    }

    /// The error in the words of ssh, when it said any.
    pub(super) async fn explain(mut self, err: BackendError) -> BackendError {
        if let Some(listening) = self.listening.take() {
            // Whether it ended or is still listening: what was said until now is what there is.
            drop(tokio::time::timeout(LAST_WORDS, listening).await);
        }
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&words);
        match (text.trim().lines().last(), err) {
            (Some(said), BackendError::Unreachable { endpoint, .. }) => BackendError::Unreachable {
                endpoint,
                why: said.trim().to_owned(),
            },
            (Some(said), BackendError::Garbage(why)) => {
                BackendError::Garbage(format!("{why} (ssh says: {})", said.trim()))
            }
            (_, err) => err,
        }
    }
}

fn command(program: &OsStr, target: &SshTarget, socket: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("-nNT");
    for option in [
        "ExitOnForwardFailure=yes",
        // Nobody is there to type a password.
        "BatchMode=yes",
        "ConnectTimeout=15",
        "ServerAliveInterval=15",
        "PermitLocalCommand=yes",
        "LocalCommand=echo ready",
        // Joining the user's own multiplexed connection would leave the forward in another process.
        "ControlPath=none",
    ] {
        command.args(["-o", option]);
    }
    let remote = target.socket.as_deref().unwrap_or(Path::new(REMOTE_SOCKET));
    command
        .arg("-L")
        .arg(format!("{}:{}", socket.display(), remote.display()));
    if let Some(port) = target.port {
        command.args(["-p", &port.to_string()]);
    }
    command.args(["--", &target.destination]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn listen(mut stderr: ChildStderr, words: Arc<Mutex<Vec<u8>>>) {
    let mut chunk = [0; 1024];
    while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend_from_slice(&chunk[..count]);
        let surplus = words.len().saturating_sub(WORDS);
        words.drain(..surplus);
    }
}

/// A folder that only we can enter; removed on drop.
struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// In the user's runtime folder, whose path is short (a socket's path has 107 bytes at most).
    fn make() -> std::io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let base = std::env::var_os("XDG_RUNTIME_DIR")
            .map(PathBuf::from)
            .filter(|path| path.is_dir())
            .unwrap_or_else(std::env::temp_dir);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = base.join(format!("topside-ssh-{}-{count}", std::process::id()));
        // Fails when somebody else made it first.
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        if let Err(err) = std::fs::remove_dir_all(&self.0) {
            tracing::debug!(path = %self.0.display(), %err, "cannot remove a tunnel's folder");
        }
    }
}

#[cfg(test)]
mod tests;
