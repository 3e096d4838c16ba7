//! The same seed and time, the same server and the same picture.

use std::time::Duration;

use jiff::Timestamp;
use topside::backend::{Connector, LogRequest, Watched};
use topside::demo::{Clock, Demo, Options};

use crate::fixtures::terminal::PATIENCE;
use crate::screen;

fn options(seed: u64) -> Options {
    let at: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    Options {
        seed,
        clock: Clock::Fixed(at),
        socket: None,
    }
}

/// All that a demo says of its containers, but for where its files lie.
async fn said(seed: u64) -> String {
    use futures_util::StreamExt;
    let demo = Demo::start(&options(seed)).unwrap();
    let backend = demo.connector().connect().await.unwrap();
    let mut said = Vec::new();
    for container in backend.containers().await.unwrap() {
        let inspected = backend.inspect_json(&container.id).await.unwrap();
        said.push(inspected);
        let watched = Watched {
            id: container.id.clone(),
            pid: None,
            charts: true,
        };
        said.push(format!("{:?}", backend.counters(&[watched]).await));
        let request = LogRequest {
            tail: Some(50),
            ..LogRequest::default()
        };
        let lines = backend.logs(&container.id, request).await.unwrap();
        let lines: Vec<_> = lines.collect().await;
        said.push(format!("{lines:?}"));
    }
    said.push(format!("{:?}", backend.volume_sizes().await));
    let folder = demo.folder().display().to_string();
    demo.end().await;
    said.join("\n").replace(&folder, "FOLDER")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_is_the_same_server() {
    let (one, again, other) = (said(1).await, said(1).await, said(2).await);
    assert!(one == again, "two demos of one seed differ");
    assert!(one != other);
}

#[test]
fn the_first_settled_frame_is_the_same() {
    let arguments = ["--seed", "1", "--at", "2026-11-22T12:00:00Z"];
    let picture = || {
        let demo = screen::Demo::open(&arguments);
        demo.terminal.wait_text("renewed, not reloaded");
        assert!(demo.terminal.wait_quiet(Duration::from_secs(2), PATIENCE));
        // Its folder is a test's own, and each has another.
        let screen = demo
            .terminal
            .screen()
            .replace(&demo.temporary(), "TEMPORARY");
        demo.quit();
        screen
    };
    let (one, other) = (picture(), picture());
    assert!(one.contains("12:00"), "{one}");
    assert_eq!(one, other);
}
