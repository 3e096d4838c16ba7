//! Commands in containers.

use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use topside::backend::{BackendError, ExecOutput, ExecRequest, ExecSession};
use topside::domain::ContainerId;

use crate::world::{IDLE, World, soon, until};

fn sh(container: &ContainerId, script: &str) -> ExecRequest {
    ExecRequest {
        container: container.clone(),
        command: vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commands_output_and_end_are_told() {
    let world = World::new().await;
    let id = world.run("exec", &[], IDLE);
    let done = soon(
        world
            .backend
            .exec(sh(&id, "echo out; echo err >&2; exit 3")),
    )
    .await
    .unwrap();
    assert_eq!(done.exit_code, 3);
    let text = String::from_utf8(done.output).unwrap();
    assert!(text.contains("out\n") && text.contains("err\n"), "{text}");
    let done = soon(world.backend.exec(sh(&id, "true"))).await.unwrap();
    assert_eq!((done.exit_code, done.output), (0, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_end_of_much_output_is_kept() {
    let world = World::new().await;
    let id = world.run("much", &[], IDLE);
    let script = "head -c 3000000 /dev/zero | tr '\\0' x; echo the end";
    let done = soon(world.backend.exec(sh(&id, script))).await.unwrap();
    assert_eq!(done.output.len(), ExecOutput::LIMIT);
    assert!(done.output.ends_with(b"xthe end\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_cannot_run_says_why() {
    let world = World::new().await;
    let id = world.run("cannot", &[], IDLE);
    let request = ExecRequest {
        container: id.clone(),
        command: vec!["/no/such/program".to_owned()],
    };
    // Engines differ: a refusal, or the exit code of a shell that did not find it.
    match soon(world.backend.exec(request)).await {
        Ok(done) => assert!(matches!(done.exit_code, 126 | 127), "{done:?}"),
        Err(err) => assert!(err.to_string().contains("/no/such/program"), "{err}"),
    }
    let ended = world.ran("ended", &[], "true");
    let refused = world.backend.exec(sh(&ended, "true")).await;
    assert!(
        matches!(refused, Err(BackendError::Conflict(_))),
        "{refused:?}"
    );
    let missing = ContainerId::from(&world.name("missing"));
    let refused = world.backend.exec(sh(&missing, "true")).await;
    assert!(
        matches!(refused, Err(BackendError::NotFound(_))),
        "{refused:?}"
    );
}

/// Reads until the output so far contains this.
async fn read_until(session: &mut ExecSession, seen: &mut Vec<u8>, wanted: &[u8]) {
    soon(async {
        while !seen.windows(wanted.len()).any(|window| window == wanted) {
            let chunk = session.output.next().await;
            let chunk =
                chunk.unwrap_or_else(|| panic!("ended after {:?}", String::from_utf8_lossy(seen)));
            seen.extend(chunk.unwrap());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_typed_at_and_answers() {
    let world = World::new().await;
    let id = world.run("tty", &[], IDLE);
    let request = ExecRequest {
        container: id,
        command: vec!["cat".to_owned()],
    };
    let mut session = soon(world.backend.exec_terminal(request, (80, 24)))
        .await
        .unwrap();
    let mut seen = Vec::new();
    assert_eq!(
        world.backend.exec_exit_code(&session.id).await.unwrap(),
        None
    );
    session.input.write_all(b"hello\n").await.unwrap();
    // Once echoed by the terminal, once said by cat.
    read_until(&mut session, &mut seen, b"hello\r\nhello\r\n").await;
    session.input.write_all(b"\x04").await.unwrap();
    assert!(soon(session.output.next()).await.is_none());
    until(async || world.backend.exec_exit_code(&session.id).await.unwrap() == Some(0)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_has_its_size_and_name_and_any_byte_passes() {
    let world = World::new().await;
    let id = world.run("size", &[], IDLE);
    let script = r#"read x; echo "[$TERM]"; stty size; printf '\001\002\000\377'; read x; stty size; exit 5"#;
    let mut session = soon(world.backend.exec_terminal(sh(&id, script), (100, 30)))
        .await
        .unwrap();
    let mut seen = Vec::new();
    session.input.write_all(b"\n").await.unwrap();
    read_until(&mut session, &mut seen, b"30 100\r\n\x01\x02\x00\xff").await;
    assert!(!seen.windows(2).any(|window| window == b"[]"));
    world
        .backend
        .exec_resize(&session.id, (132, 50))
        .await
        .unwrap();
    session.input.write_all(b"\n").await.unwrap();
    read_until(&mut session, &mut seen, b"50 132").await;
    while soon(session.output.next()).await.is_some() {}
    until(async || world.backend.exec_exit_code(&session.id).await.unwrap() == Some(5)).await;
}
