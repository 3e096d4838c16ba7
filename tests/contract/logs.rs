//! Logs: every line once, whole, with its time and stream.

use futures_util::StreamExt;
use topside::backend::{LogRequest, Since};
use topside::domain::{LogStream, RawLogLine};

use crate::world::{World, all, soon};

const EVERYTHING: LogRequest = LogRequest {
    tail: None,
    since: None,
    until: None,
    follow: false,
};

fn texts(lines: &[RawLogLine]) -> Vec<String> {
    lines
        .iter()
        .map(|line| String::from_utf8_lossy(&line.bytes).into_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_both_streams_come_with_their_times() {
    let world = World::new().await;
    let id = world.ran(
        "two",
        &[],
        "echo one; echo two >&2; printf 'three\\r\\n\\nlast'",
    );
    let lines = all(world.backend.logs(&id, EVERYTHING).await.unwrap()).await;
    let of = |stream| {
        let lines: Vec<_> = lines
            .iter()
            .filter(|line| line.stream == stream)
            .cloned()
            .collect();
        texts(&lines)
    };
    assert_eq!(of(LogStream::Out), ["one", "three", "", "last"]);
    assert_eq!(of(LogStream::Err), ["two"]);
    let started = world.backend.inspect(&id).await.unwrap().created;
    assert!(
        lines
            .iter()
            .all(|line| line.at >= started && line.container == id && line.cut == 0)
    );
    assert!(lines.iter().any(|line| line.at.subsec_nanosecond() != 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_line_is_one_line() {
    let world = World::new().await;
    for driver in ["json-file", "local"] {
        let id = world.ran(
            driver,
            &["--log-driver", driver],
            "head -c 40000 /dev/zero | tr '\\0' x; echo; head -c 16384 /dev/zero | tr '\\0' y; echo; echo end",
        );
        let lines = all(world.backend.logs(&id, EVERYTHING).await.unwrap()).await;
        let lengths: Vec<usize> = lines.iter().map(|line| line.bytes.len()).collect();
        assert_eq!(lengths, [40000, 16384, 3], "{driver}");
        assert!(lines[0].bytes.iter().all(|byte| *byte == b'x'));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_ten_megabytes_is_cut() {
    let world = World::new().await;
    let id = world.ran(
        "huge",
        &[],
        "head -c 10485760 /dev/zero | tr '\\0' z; echo; echo after",
    );
    let lines = all(world.backend.logs(&id, EVERYTHING).await.unwrap()).await;
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].bytes.len(), 1 << 20);
    assert_eq!(lines[0].bytes.len() + lines[0].cut, 10 << 20);
    assert_eq!(lines[1].bytes, b"after");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminals_log_is_lines_too() {
    let world = World::new().await;
    let id = world.ran(
        "tty",
        &["-t"],
        "echo one; echo two >&2; head -c 40000 /dev/zero | tr '\\0' x; echo; printf 'last'",
    );
    let lines = all(world.backend.logs(&id, EVERYTHING).await.unwrap()).await;
    assert_eq!(lines.len(), 4);
    assert_eq!(texts(&lines)[..2], ["one", "two"]);
    assert_eq!(lines[2].bytes.len(), 40000);
    assert!(lines[2].bytes.iter().all(|byte| *byte == b'x'));
    assert_eq!(lines[3].bytes, b"last");
}

#[tokio::test(flavor = "multi_thread")]
async fn tail_and_since_choose() {
    let world = World::new().await;
    let id = world.ran(
        "choose",
        &[],
        "for i in 1 2 3 4 5; do echo $i; usleep 2000; done",
    );
    let lines = all(world.backend.logs(&id, EVERYTHING).await.unwrap()).await;
    assert_eq!(texts(&lines), ["1", "2", "3", "4", "5"]);
    let request = LogRequest {
        tail: Some(2),
        ..EVERYTHING
    };
    let tail = all(world.backend.logs(&id, request).await.unwrap()).await;
    assert_eq!(texts(&tail), ["4", "5"]);
    let request = LogRequest {
        since: Some(Since {
            at: lines[2].at,
            seen: 1,
        }),
        ..EVERYTHING
    };
    let later = all(world.backend.logs(&id, request).await.unwrap()).await;
    assert_eq!(texts(&later), ["4", "5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_followed_until_the_container_ends() {
    let world = World::new().await;
    let id = world.run(
        "follows",
        &[],
        "mkfifo /pipe; echo first; read line < /pipe; echo $line",
    );
    let request = LogRequest {
        follow: true,
        ..EVERYTHING
    };
    let mut lines = world.backend.logs(&id, request).await.unwrap();
    assert_eq!(soon(lines.next()).await.unwrap().unwrap().bytes, b"first");
    world.docker(&["exec", id.as_str(), "sh", "-c", "echo second > /pipe"]);
    assert_eq!(soon(lines.next()).await.unwrap().unwrap().bytes, b"second");
    assert!(soon(lines.next()).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_without_a_driver_says_why() {
    let world = World::new().await;
    let id = world.ran("none", &["--log-driver", "none"], "echo lost");
    let Err(err) = world.backend.logs(&id, EVERYTHING).await else {
        panic!("a log that is not kept cannot be read");
    };
    assert!(err.to_string().contains("logging driver"), "{err}");
}
