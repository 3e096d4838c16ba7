//! A stand-in for ssh: it understands `-L` and makes the local end a link to a socket of this machine.

use std::os::unix::fs::PermissionsExt;

use tokio::net::unix::pipe;
use tokio::net::{UnixListener, UnixStream};

use super::*;

struct Stand {
    folder: tempfile::TempDir,
}

impl Stand {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ssh");
        let remote = folder.path().join("remote.sock");
        let text = script.replace("REMOTE", &remote.to_string_lossy());
        std::fs::write(
            &path,
            format!(
                "#!/bin/sh\necho \"$@\" > {}/said\n{text}",
                folder.path().display()
            ),
        )
        .unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        Self { folder }
    }

    async fn open(&self) -> Result<Tunnel, BackendError> {
        Tunnel::open(self.folder.path().join("ssh").as_os_str(), &nas()).await
    }

    /// What the stand-in was called with, or wrote there.
    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

fn nas() -> SshTarget {
    SshTarget {
        destination: "me@nas".to_owned(),
        port: Some(2222),
        socket: Some(PathBuf::from("/run/user/1000/docker.sock")),
    }
}

/// Why, and what to do about it.
fn told(err: BackendError) -> (String, String) {
    match err {
        BackendError::NoWay { why, hint } => (why, hint),
        err => panic!("{err:?}"),
    }
}

async fn refused(stand: &Stand) -> (String, String) {
    match stand.open().await {
        Ok(_) => panic!("opened"),
        Err(err) => told(err),
    }
}

const FORWARD: &str = "while [ $# -gt 0 ]; do [ \"$1\" = -L ] && { ln -s REMOTE \"${2%%:*}\"; }; shift; done\n\
    echo ready\nexec sleep 1000\n";

#[tokio::test]
async fn the_local_end_leads_to_the_remote_socket() {
    let stand = Stand::new(FORWARD);
    let listener = UnixListener::bind(stand.folder.path().join("remote.sock")).unwrap();
    let tunnel = stand.open().await.unwrap();
    let (local, accepted) = tokio::join!(UnixStream::connect(tunnel.socket()), listener.accept());
    local.unwrap();
    accepted.unwrap();
    let folder = tunnel.folder.0.clone();
    let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let said = stand.read("said");
    assert!(said.contains("BatchMode=yes"), "{said}");
    assert!(
        said.contains("/engine.sock:/run/user/1000/docker.sock"),
        "{said}"
    );
    assert!(said.trim_end().ends_with("-p 2222 -- me@nas"), "{said}");
    drop(tunnel);
    assert!(!folder.exists());
}

/// The terminal's signals go to the foreground group, and its input to whoever reads it.
#[tokio::test]
async fn ssh_is_out_of_the_terminals_reach() {
    let own = rustix::process::getpgrp().as_raw_nonzero();
    let note =
        "cut -d' ' -f5 /proc/$$/stat > REMOTE.group; readlink /proc/$$/fd/0 > REMOTE.input\n";
    let stand = Stand::new(&format!("{note}{FORWARD}"));
    let _tunnel = stand.open().await.unwrap();
    let group = stand.read("remote.sock.group");
    assert_ne!(group.trim(), own.to_string());
    assert_eq!(stand.read("remote.sock.input").trim(), "/dev/null");
}

/// Whoever still runs holds the fifo open for writing: its end is theirs.
#[tokio::test]
async fn ssh_and_its_helpers_end_with_the_tunnel() {
    let stand = Stand::new(&format!("exec 3>REMOTE.fifo\nsleep 1000 &\n{FORWARD}"));
    let fifo = stand.folder.path().join("remote.sock.fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).unwrap();
    let mut alive = pipe::OpenOptions::new().open_receiver(&fifo).unwrap();
    let tunnel = stand.open().await.unwrap();
    drop(tunnel);
    assert_eq!(alive.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test]
async fn ssh_speaks_for_itself_when_it_fails() {
    let stand = Stand::new(
        "echo 'Warning: added nas' >&2; echo 'me@nas: Permission denied (publickey).' >&2; exit 255\n",
    );
    let (why, hint) = refused(&stand).await;
    assert_eq!(why, "me@nas: Permission denied (publickey).");
    assert!(hint.contains("`ssh -p 2222 me@nas`"), "{hint}");
}

#[tokio::test]
async fn a_login_without_the_forward_is_a_failure() {
    let stand =
        Stand::new("echo 'Could not request local forwarding.' >&2\necho ready\nexec sleep 1000\n");
    let (why, _) = refused(&stand).await;
    assert_eq!(why, "Could not request local forwarding.");
}

#[tokio::test]
async fn a_missing_ssh_is_named() {
    let Err(err) = Tunnel::open("/no/such/ssh".as_ref(), &nas()).await else {
        panic!("opened");
    };
    let (why, _) = told(err);
    assert!(why.contains("/no/such/ssh is not installed"), "{why}");
}

#[tokio::test]
async fn what_ssh_said_explains_a_dead_line() {
    let stand = Stand::new(&format!(
        "echo 'channel 2: open failed: connect failed: Permission denied' >&2\n{FORWARD}"
    ));
    let tunnel = stand.open().await.unwrap();
    let lost = BackendError::Unreachable {
        endpoint: "ssh://me@nas:2222".to_owned(),
        why: "connection closed".to_owned(),
    };
    let (why, hint) = told(tunnel.explain(lost).await);
    assert_eq!(
        why,
        "nobody answers at /run/user/1000/docker.sock over there \
         (ssh says: channel 2: open failed: connect failed: Permission denied)"
    );
    assert!(
        hint.contains("`ssh -p 2222 me@nas docker version`"),
        "{hint}"
    );
}

#[tokio::test]
async fn what_answers_garbage_is_not_ssh() {
    let stand = Stand::new(&format!("echo 'Warning: added nas' >&2\n{FORWARD}"));
    let tunnel = stand.open().await.unwrap();
    let garbage = BackendError::Garbage("not HTTP".to_owned());
    assert_eq!(tunnel.explain(garbage.clone()).await, garbage);
}
