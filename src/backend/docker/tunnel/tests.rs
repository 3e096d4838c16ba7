//! A stand-in for ssh: it understands `-L` and makes the local end a link to a socket of this machine.

use std::os::unix::fs::PermissionsExt;

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
        let program = self.folder.path().join("ssh");
        Tunnel::open(program.as_os_str(), &nas(), "ssh://me@nas:2222").await
    }
}

fn nas() -> SshTarget {
    SshTarget {
        destination: "me@nas".to_owned(),
        port: Some(2222),
        socket: Some(PathBuf::from("/run/user/1000/docker.sock")),
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
    let said = std::fs::read_to_string(stand.folder.path().join("said")).unwrap();
    assert!(said.contains("BatchMode=yes"), "{said}");
    assert!(
        said.contains("/engine.sock:/run/user/1000/docker.sock"),
        "{said}"
    );
    assert!(said.trim_end().ends_with("-p 2222 -- me@nas"), "{said}");
    drop(tunnel);
    assert!(!folder.exists());
}

#[tokio::test]
async fn ssh_speaks_for_itself_when_it_fails() {
    let stand = Stand::new(
        "echo 'Warning: added nas' >&2; echo 'me@nas: Permission denied (publickey).' >&2; exit 255\n",
    );
    let Err(err) = stand.open().await else {
        panic!("opened");
    };
    assert_eq!(
        err,
        BackendError::Unreachable {
            endpoint: "ssh://me@nas:2222".to_owned(),
            why: "me@nas: Permission denied (publickey).".to_owned(),
        }
    );
}

#[tokio::test]
async fn a_missing_ssh_is_named() {
    let Err(err) = Tunnel::open("/no/such/ssh".as_ref(), &nas(), "ssh://nas").await else {
        panic!("opened");
    };
    assert!(err.to_string().contains("cannot run /no/such/ssh"), "{err}");
}

#[tokio::test]
async fn what_ssh_said_explains_a_dead_line() {
    let stand = Stand::new(&format!(
        "echo 'channel 2: open failed: connect failed: Permission denied' >&2\n{FORWARD}"
    ));
    let tunnel = stand.open().await.unwrap();
    let err = tunnel
        .explain(BackendError::Garbage("connection closed".to_owned()))
        .await;
    assert!(
        err.to_string().contains("ssh says: channel 2: open failed"),
        "{err}"
    );
}
