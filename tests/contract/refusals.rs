//! What listens there is no engine, does not answer, or is not there. These need no engine.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};
use topside::backend::docker::DockerConnector;
use topside::backend::{Backend, BackendError, Connector, PullProgress};
use topside::domain::{Endpoint, HostId};

async fn connect(endpoint: Endpoint) -> BackendError {
    let connector = DockerConnector::new(HostId::from("fake"), endpoint);
    match connector.connect().await {
        Ok(_) => panic!("connected"),
        Err(err) => err,
    }
}

/// Listens on a socket in the folder and says this to everyone.
fn answering(folder: &Path, answer: Vec<u8>, hang_up: bool) -> PathBuf {
    let path = folder.join("fake.sock");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            let mut request = [0; 4096];
            // The probe closes without a word.
            if !matches!(stream.read(&mut request).await, Ok(1..)) {
                continue;
            }
            stream.write_all(&answer).await.unwrap();
            if !hang_up {
                open.push(stream);
            }
        }
    });
    path
}

async fn told(answer: &[u8], hang_up: bool) -> BackendError {
    let folder = tempfile::tempdir().unwrap();
    let path = answering(folder.path(), answer.to_vec(), hang_up);
    connect(Endpoint::Unix(path)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_garbage() {
    let http = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    };
    for answer in [
        b"\x00\xff\xfe garbage \r\n\r\n".to_vec(),
        b"220 mail.example ESMTP\r\n".to_vec(),
        http("<html>hello</html>"),
        http("{}"),
        http(r#"{"ApiVersion":"many"}"#),
        http("[]"),
        http("{\"ApiVersion\":\"1.4"),
    ] {
        let err = told(&answer, true).await;
        let said = String::from_utf8_lossy(&answer);
        assert!(matches!(err, BackendError::Garbage(_)), "{said:?}: {err:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_answer_is_garbage() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\nContent-Le"[..],
        b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 100\r\n\r\n{\"ApiVer",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"ApiVer",
        b"",
    ] {
        let err = told(answer, true).await;
        assert!(matches!(err, BackendError::Garbage(_)), "{err:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_in_the_servers_words() {
    let answer =
        b"HTTP/1.1 503 Busy\r\nContent-Length: 29\r\n\r\n{\"message\":\"still starting\"}\r\n";
    assert_eq!(
        told(&answer[..], true).await,
        BackendError::Engine {
            status: 503,
            message: "still starting".to_owned(),
        }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_times_out() {
    let begun = Instant::now();
    let err = told(b"", false).await;
    assert_eq!(err, BackendError::TimedOut { seconds: 5 });
    assert!(begun.elapsed() < Duration::from_secs(8));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absent_engine_is_unreachable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nobody.sock");
    let err = connect(Endpoint::Unix(path.clone())).await;
    assert!(
        matches!(&err, BackendError::Unreachable { endpoint, .. } if endpoint.contains("nobody.sock"))
    );
    assert!(
        err.failure("connect")
            .hint
            .unwrap()
            .contains("systemctl start docker")
    );
    // A socket that a dead engine left behind.
    drop(UnixListener::bind(&path).unwrap());
    let err = connect(Endpoint::Unix(path)).await;
    assert!(matches!(err, BackendError::Unreachable { .. }), "{err:?}");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let err = connect(Endpoint::Tcp {
        host: "127.0.0.1".to_owned(),
        port,
        tls: None,
    })
    .await;
    assert!(matches!(err, BackendError::Unreachable { .. }), "{err:?}");
}

/// A connection to what answers as an engine once, and then is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_engine_is_unreachable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dying.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let serving = tokio::spawn(async move {
        // The probe and /_ping; then it hangs up on the next in the middle of an answer.
        for body in ["", "OK", "["] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let length = if body == "[" { 100 } else { body.len() };
            let head = format!(
                "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            let _ = stream.write_all(head.as_bytes()).await;
        }
    });
    let connector = DockerConnector::new(HostId::from("dying"), Endpoint::Unix(path));
    let backend = connector.connect().await.unwrap();
    let cut = backend.containers().await.map(drop).unwrap_err();
    assert!(matches!(cut, BackendError::CutOff { .. }), "{cut:?}");
    let lost =
        |result: Result<_, BackendError>| matches!(result, Err(BackendError::Unreachable { .. }));
    serving.await.unwrap();
    assert!(lost(backend.containers().await.map(drop)));
    assert!(lost(backend.images().await.map(drop)));
    assert!(lost(backend.events().await.map(drop)));
}

/// Root may open everything, so for root only the group's name can be tried (in the module itself).
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_socket_is_forbidden() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = answering(folder.path(), Vec::new(), true);
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o000)).unwrap();
    let err = connect(Endpoint::Unix(path)).await;
    if rustix::process::getuid().is_root() {
        assert!(matches!(err, BackendError::Garbage(_)), "{err:?}");
    } else {
        assert!(matches!(err, BackendError::Forbidden { .. }), "{err:?}");
    }
}

/// A connection to what answers a pull with these bytes and then hangs up.
async fn answering_a_pull_with(folder: &Path, stream: Vec<u8>) -> Arc<dyn Backend> {
    let path = folder.join("fake.sock");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let Ok(length @ 1..) = connection.read(&mut request).await else {
                continue;
            };
            let answer = if request[..length].starts_with(b"GET /_ping") {
                &b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK"[..]
            } else {
                &stream[..]
            };
            connection.write_all(answer).await.unwrap();
        }
    });
    let connector = DockerConnector::new(HostId::from("fake"), Endpoint::Unix(path))
        .with_logins_of(folder.to_owned());
    connector.connect().await.unwrap()
}

/// All that a pull says.
async fn pull(backend: &dyn Backend) -> Vec<Result<PullProgress, BackendError>> {
    backend.pull("app").await.unwrap().collect().await
}

/// An answer with these chunks, and its end if there is one.
fn answer(chunks: &[&str], end: &str) -> Vec<u8> {
    let mut answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned();
    for chunk in chunks {
        write!(answer, "{:x}\r\n{chunk}\r\n", chunk.len()).unwrap();
    }
    (answer + end).into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_is_cut_off_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let begun = answer(&["{\"status\":\"Downloading\",\"id\":\"0f\"}\r\n"], "");
    let backend = answering_a_pull_with(folder.path(), begun).await;
    let said = pull(&*backend).await;
    assert_eq!(said[0].as_ref().unwrap().status, "Downloading");
    assert!(
        matches!(said[1..], [Err(BackendError::CutOff { .. })]),
        "{said:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_after_the_beginning_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        "{\"status\":\"Verifying Checksum\"}\r\n{\"errorDetail\":",
        "{\"message\":\"unexpected EOF\"},\"error\":\"unexpected EOF\"}\r\n",
    ];
    let backend = answering_a_pull_with(folder.path(), answer(&lines, "0\r\n\r\n")).await;
    let mut said = pull(&*backend).await;
    assert_eq!(said.len(), 2);
    let err = said.pop().unwrap().unwrap_err();
    assert_eq!(err.to_string(), "unexpected EOF");
}
