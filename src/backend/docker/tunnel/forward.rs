//! Ports of the other machine, each through an ssh of its own that joins the tunnel's login (`ssh -W`).

use std::ffi::{OsStr, OsString};
use std::future::Future;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::{LAST_WORDS, Words};
use crate::backend::{Dial, DialError, Wire};
use crate::domain::endpoint::Address;

/// The longest path of a socket is 107 bytes (104 on other systems than Linux), and ssh makes it under a name that is
/// 17 bytes longer first.
const LONGEST_CONTROL: usize = 103 - 17;

/// Where the tunnel's ssh takes others in; none where the folder's path is too long for it.
pub(super) fn control_path(folder: &Path) -> Option<PathBuf> {
    let path = folder.join("control.sock");
    (path.as_os_str().len() <= LONGEST_CONTROL).then_some(path)
}

/// The option with its path, whose `%` would stand for something, and whose spaces would end it.
pub(super) fn control_option(path: Option<&Path>) -> String {
    match path {
        Some(path) => format!(
            "ControlPath=\"{}\"",
            path.display().to_string().replace('%', "%%")
        ),
        None => "ControlPath=none".to_owned(),
    }
}

/// An ssh that joins the tunnel's login at this path, prints into a pipe and ends with its value.
pub(super) fn joining(program: &OsStr, control: Option<&Path>) -> io::Result<Command> {
    let control = control.ok_or_else(|| {
        let why = "the folder for sockets has too long a path for ssh";
        io::Error::new(ErrorKind::Unsupported, why)
    })?;
    let mut command = Command::new(program);
    for option in [
        "BatchMode=yes",
        "ControlMaster=no",
        &control_option(Some(control)),
        // Where the tunnel is gone it would log in anew, once for every port.
        "ProxyCommand=false",
    ] {
        command.args(["-o", option]);
    }
    command
        .stdout(Stdio::piped())
        // What the terminal sends is not for it.
        .process_group(0)
        .kill_on_drop(true);
    Ok(command)
}

/// Opens connections through a tunnel.
pub(super) struct Forward {
    pub program: OsString,
    pub destination: String,
    pub control: Option<PathBuf>,
    /// What the tunnel's ssh says: why a connection cannot be had, it says there.
    pub words: Arc<Mutex<Words>>,
}

#[async_trait]
impl Dial for Forward {
    async fn dial(&self, address: &Address) -> Result<Box<dyn Wire>, DialError> {
        let said = self
            .words
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .said;
        let mut command = joining(&self.program, self.control.as_deref())?;
        command
            .arg("-W")
            .arg(address.to_string())
            .args(["--", &self.destination])
            .stdin(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command
            .spawn()
            .map_err(|error| io::Error::other(format!("cannot start ssh: {error}")))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("ssh without pipes").into());
        };
        Ok(Box::new(Forwarded {
            _child: child,
            input: Some(input),
            output,
            any: false,
            said,
            words: Arc::clone(&self.words),
            ending: None,
        }))
    }
}

/// Bytes through an ssh, which ends with this value.
struct Forwarded {
    _child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
    /// Whether anything came: then there was a connection.
    any: bool,
    /// How much the tunnel had said before.
    said: u64,
    words: Arc<Mutex<Words>>,
    /// Finds out why nothing came.
    ending: Option<Pin<Box<dyn Future<Output = Option<io::Error>> + Send>>>,
}

impl AsyncRead for Forwarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ending.is_none() {
            let before = buffer.filled().len();
            ready!(Pin::new(&mut self.output).poll_read(context, buffer))?;
            self.any |= buffer.filled().len() > before;
            if self.any {
                return Poll::Ready(Ok(()));
            }
            self.ending = Some(Box::pin(why(Arc::clone(&self.words), self.said)));
        }
        let Some(ending) = &mut self.ending else {
            return Poll::Ready(Ok(()));
        };
        let why = ready!(ending.as_mut().poll(context));
        self.ending = None;
        // From now on it has simply ended.
        self.any = true;
        Poll::Ready(why.map_or(Ok(()), Err))
    }
}

impl AsyncWrite for Forwarded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Some(input) = &mut self.input else {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        };
        match ready!(Pin::new(input).poll_write(context, bytes)) {
            // It ended before we said anything: the next read tells why.
            Err(error) if error.kind() == ErrorKind::BrokenPipe && !self.any => {
                Poll::Ready(Ok(bytes.len()))
            }
            written => Poll::Ready(written),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.input {
            Some(input) => Pin::new(input).poll_flush(context),
            None => Poll::Ready(Ok(())),
        }
    }

    /// A pipe's end is its closing.
    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.input = None;
        Poll::Ready(Ok(()))
    }
}

/// Why a connection ended before a byte came; none when it was had and closed. The one who joined is only told that it
/// was refused; the tunnel's ssh says why, among its other words.
async fn why(words: Arc<Mutex<Words>>, said: u64) -> Option<io::Error> {
    const STEP: Duration = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        let new = words
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .since(said);
        if let Some(error) = told(&new) {
            return Some(error);
        }
        if waited >= LAST_WORDS {
            return None;
        }
        tokio::time::sleep(STEP).await;
        waited += STEP;
    }
}

/// What `channel 2: open failed: connect failed: Connection refused` means. Where several connections failed for
/// several reasons it is not known which was whose.
fn told(words: &str) -> Option<io::Error> {
    let mut reasons: Vec<&str> = words
        .lines()
        .filter_map(|line| line.split_once("open failed: "))
        .map(|(_, reason)| reason.trim().trim_start_matches("connect failed: "))
        .collect();
    reasons.sort_unstable();
    reasons.dedup();
    let kind = match *reasons {
        [] => return None,
        ["Connection refused"] => ErrorKind::ConnectionRefused,
        [reason] if reason.contains("not known") || reason.contains("name resolution") => {
            ErrorKind::NotFound
        }
        [reason] if reason.contains("timed out") => ErrorKind::TimedOut,
        _ => ErrorKind::HostUnreachable,
    };
    Some(io::Error::new(kind, reasons.join(", or ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tunnels_words_say_why() {
        let kind = |words: &str| told(words).map(|error| error.kind());
        assert_eq!(kind("Warning: something else\n"), None);
        let refused = "channel 2: open failed: connect failed: Connection refused\r\n";
        assert_eq!(kind(refused), Some(ErrorKind::ConnectionRefused));
        let unknown = "channel 2: open failed: connect failed: Name or service not known\r\n";
        assert_eq!(kind(unknown), Some(ErrorKind::NotFound));
        let forbidden = "channel 3: open failed: administratively prohibited: open failed\r\n";
        assert_eq!(kind(forbidden), Some(ErrorKind::HostUnreachable));
        let both = told(&format!("{refused}{unknown}")).unwrap();
        assert_eq!(both.kind(), ErrorKind::HostUnreachable);
        assert_eq!(
            both.to_string(),
            "Connection refused, or Name or service not known"
        );
    }

    #[test]
    fn only_new_words_count() {
        let mut words = Words {
            kept: b"old\nnew\n".to_vec(),
            said: 100_008,
        };
        assert_eq!(words.since(100_004), "new\n");
        assert_eq!(words.since(100_008), "");
        assert_eq!(words.since(0), "old\nnew\n");
        words.said = 3;
        assert_eq!(words.since(9), "");
    }

    #[test]
    fn a_path_is_one_word_for_ssh_and_short_enough() {
        let path = control_path(Path::new("/run/user/1000/topside-ssh-1-0")).unwrap();
        assert!(control_option(Some(&path)).ends_with("topside-ssh-1-0/control.sock\""));
        assert!(control_option(Some(Path::new("/a %h/b"))).contains("\"/a %%h/b\""));
        assert_eq!(
            control_path(Path::new(&format!("/{}", "x".repeat(90)))),
            None
        );
    }
}
