//! The engine of another machine through one ssh process, which forwards a local socket.
//!
//! One login for everything: a connection per command (what `docker -H ssh://` does) meets sshd's `MaxStartups`.

mod forward;
mod program;

use std::ffi::{OsStr, OsString};
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

use crate::backend::{BackendError, Dial};
use crate::domain::SshTarget;

use forward::{Forward, control_option, control_path};

/// Where the other machine's engine listens, unless the address says so.
const REMOTE_SOCKET: &str = "/var/run/docker.sock";
/// The name of the local socket in its folder.
const LOCAL_SOCKET: &str = "engine.sock";
/// So much of what ssh says is kept.
const WORDS: usize = 8 * 1024;
/// A dead ssh has said all; one that runs may say a moment later why a line went dead.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Runs ssh beside itself and ends it, the helpers that it started and the socket's folder as soon as its own input is
/// closed. That happens however we end, SIGKILL included; the alternatives know only Linux, or need `unsafe`.
/// `$1` is the folder, the rest is ssh with its arguments. Only ssh keeps the output open, so that its end is seen.
const GUARD: &str = r#"folder=$1 && shift
command -v "$1" >/dev/null || { echo "$1 is not installed, or not in PATH" >&2; exit 127; }
"$@" </dev/null &
exec >/dev/null 2>&1
read -r line
rm -f "$folder"/*.sock
rmdir "$folder"
kill 0"#;

/// A running ssh with its forwarded socket; both end with this value.
pub(super) struct Tunnel {
    program: OsString,
    target: SshTarget,
    /// Holds the input of the guard open. Not to be killed: then nobody would end ssh.
    _guard: Child,
    folder: PrivateFolder,
    /// What ssh said last, kept by the task that reads it.
    words: Arc<Mutex<Words>>,
    /// That task; ends with ssh.
    listening: Option<JoinHandle<()>>,
}

impl Tunnel {
    /// Logs in and waits until the socket is there.
    pub(super) async fn open(program: &OsStr, target: &SshTarget) -> Result<Self, BackendError> {
        let local = |err: std::io::Error| no_login(target, format!("cannot start ssh: {err}"));
        let folder = PrivateFolder::make().map_err(local)?;
        let mut guard = command(program, target, &folder.0).spawn().map_err(local)?;
        let words: Arc<Mutex<Words>> = Arc::default();
        let (stdout, stderr) = (guard.stdout.take(), guard.stderr.take());
        let listening = stderr.map(|stderr| tokio::spawn(listen(stderr, Arc::clone(&words))));
        let tunnel = Self {
            program: program.to_owned(),
            target: target.clone(),
            _guard: guard,
            folder,
            words,
            listening,
        };
        // ssh runs its local command when it is logged in and has tried all forwards; that prints one line.
        let is_logged_in = match stdout {
            Some(mut stdout) => matches!(stdout.read(&mut [0; 16]).await, Ok(1..)),
            None => false,
        };
        if is_logged_in && tokio::fs::symlink_metadata(tunnel.socket()).await.is_ok() {
            return Ok(tunnel);
        }
        let said = tunnel.last_words().await;
        let why = said.unwrap_or_else(|| "ssh gave up without a word".to_owned());
        Err(no_login(target, why))
    }

    /// The local end.
    pub(super) fn socket(&self) -> PathBuf {
        self.folder.0.join(LOCAL_SOCKET)
    }

    /// The way to ports of the other machine, through the same login.
    pub(super) fn dialer(&self) -> Arc<dyn Dial> {
        Arc::new(Forward {
            program: self.program.clone(),
            destination: self.target.destination.clone(),
            control: control_path(&self.folder.0),
            words: Arc::clone(&self.words),
        })
    }

    /// The error, with what ssh says when it is that nobody answers.
    pub(super) async fn explain(self, err: BackendError) -> BackendError {
        if !err.is_lost() {
            return err;
        }
        let target = self.target.clone();
        let mut why = format!(
            "nobody answers at {} over there",
            remote_socket(&target).display()
        );
        if let Some(said) = self.last_words().await {
            why = format!("{why} (ssh says: {said})");
        }
        BackendError::NoWay {
            why,
            hint: format!(
                "start the engine over there; the user who logs in must be allowed to use it: `{} docker version`",
                by_hand(&target)
            ),
        }
    }

    /// The last line that ssh said.
    async fn last_words(mut self) -> Option<String> {
        if let Some(listening) = self.listening.take() {
            // Whether it ended or is still listening: what was said until now is what there is.
            drop(tokio::time::timeout(LAST_WORDS, listening).await);
        }
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&words.kept);
        let last = text.trim().lines().last()?;
        Some(last.trim().to_owned())
    }
}

/// There is no session: the key, the host's key, its name, the network.
pub(super) fn no_login(target: &SshTarget, why: String) -> BackendError {
    BackendError::NoWay {
        why,
        hint: format!(
            "`{}` has to work in a shell, without a password or a question about the host's key",
            by_hand(target)
        ),
    }
}

/// What a person types to log in there.
fn by_hand(target: &SshTarget) -> String {
    match target.port {
        Some(port) => format!("ssh -p {port} {}", target.destination),
        None => format!("ssh {}", target.destination),
    }
}

fn remote_socket(target: &SshTarget) -> &Path {
    target.socket.as_deref().unwrap_or(Path::new(REMOTE_SOCKET))
}

fn command(program: &OsStr, target: &SshTarget, folder: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", GUARD, "topside"]).arg(folder);
    command.arg(program).arg("-nNT");
    for option in [
        // Nobody is there to type a password.
        "BatchMode=yes",
        "ConnectTimeout=15",
        "ServerAliveInterval=15",
        "PermitLocalCommand=yes",
        "LocalCommand=echo ready",
        // Others of ours may join this connection. Joining the user's own would leave the forward in another process.
        "ControlMaster=yes",
        "ControlPersist=no",
        &control_option(control_path(folder).as_deref()),
        // What the user forwards may be taken by their own session: that is no reason to fail.
        "ExitOnForwardFailure=no",
        "ClearAllForwardings=no",
        // Its words are our errors.
        "LogLevel=INFO",
    ] {
        command.args(["-o", option]);
    }
    let (local, remote) = (folder.join(LOCAL_SOCKET), remote_socket(target));
    command
        .arg("-L")
        .arg(format!("{}:{}", local.display(), remote.display()));
    if let Some(port) = target.port {
        command.args(["-p", &port.to_string()]);
    }
    command.args(["--", &target.destination]);
    // A group of its own: what the terminal sends us, Ctrl-C or a hangup, must not cut off a job that we finish first.
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    command
}

/// What a process said.
#[derive(Debug, Default)]
struct Words {
    /// The last of it.
    kept: Vec<u8>,
    /// How many bytes it was in all.
    said: u64,
}

impl Words {
    /// What was said after so many bytes, as far as it is kept.
    fn since(&self, said: u64) -> String {
        let new = usize::try_from(self.said.saturating_sub(said)).unwrap_or(usize::MAX);
        let from = self.kept.len().saturating_sub(new);
        String::from_utf8_lossy(&self.kept[from..]).into_owned()
    }
}

async fn listen(mut stderr: ChildStderr, words: Arc<Mutex<Words>>) {
    let mut chunk = [0; 1024];
    while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        words.said += u64::try_from(count).unwrap_or(0);
        words.kept.extend_from_slice(&chunk[..count]);
        let surplus = words.kept.len().saturating_sub(WORDS);
        words.kept.drain(..surplus);
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
        match std::fs::remove_dir_all(&self.0) {
            // The guard may be quicker.
            Err(err) if err.kind() != std::io::ErrorKind::NotFound => {
                tracing::debug!(path = %self.0.display(), %err, "cannot remove a tunnel's folder");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
