//! The proxy between a client and a server that answers each line with itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::fixtures::proxy::{Mode, Proxy};

/// A server that answers each line with itself; lives until the test's process ends.
fn echo() -> (TempDir, Proxy) {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("echo");
    let listener = UnixListener::bind(&socket).unwrap();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut lines = BufReader::new(client.try_clone().unwrap());
                let (mut client, mut line) = (client, String::new());
                while lines.read_line(&mut line).is_ok_and(|length| length > 0) {
                    let _ = client.write_all(line.as_bytes());
                    line.clear();
                }
            });
        }
    });
    let proxy = Proxy::to(&socket);
    (folder, proxy)
}

fn connect(proxy: &Proxy) -> UnixStream {
    let client = UnixStream::connect(proxy.socket()).unwrap();
    client
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    client
}

/// Sends a line; what comes back until as many bytes came or the connection ended.
fn say(client: &mut UnixStream, line: &str) -> Vec<u8> {
    client.write_all(line.as_bytes()).unwrap();
    let mut answer = vec![0; line.len()];
    let mut length = 0;
    while length < answer.len() {
        match client.read(&mut answer[length..]) {
            Ok(0) | Err(_) => break,
            Ok(more) => length += more,
        }
    }
    answer.truncate(length);
    answer
}

#[test]
fn open_passes_everything() {
    let (_server, proxy) = echo();
    let mut client = connect(&proxy);
    assert_eq!(say(&mut client, "hello\n"), b"hello\n");
    assert_eq!(say(&mut client, "again\n"), b"again\n");
}

#[test]
fn the_end_of_one_direction_reaches_the_other_side() {
    let (_server, proxy) = echo();
    let mut client = connect(&proxy);
    client.write_all(b"last\n").unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "last\n");
}

#[test]
fn cut_closes_and_refuses_until_restored() {
    let (_server, proxy) = echo();
    let mut client = connect(&proxy);
    say(&mut client, "hello\n");
    for _ in 0..3 {
        proxy.cut();
        assert_eq!(
            client.read(&mut [0; 8]).unwrap(),
            0,
            "the connection is closed"
        );
        assert!(UnixStream::connect(proxy.socket()).is_err());
        proxy.restore();
        client = connect(&proxy);
        assert_eq!(say(&mut client, "hello\n"), b"hello\n");
    }
}

#[test]
fn dropped_connections_can_be_made_anew() {
    let (_server, proxy) = echo();
    let mut client = connect(&proxy);
    say(&mut client, "hello\n");
    proxy.drop_connections();
    assert_eq!(client.read(&mut [0; 8]).unwrap(), 0);
    assert_eq!(say(&mut connect(&proxy), "hello\n"), b"hello\n");
}

#[test]
fn silent_holds_back_what_passes_later() {
    let (_server, proxy) = echo();
    let mut client = connect(&proxy);
    say(&mut client, "hello\n");
    proxy.set(Mode::Silent);
    client.write_all(b"late\n").unwrap();
    client
        .set_read_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    assert!(client.read(&mut [0; 8]).is_err(), "nothing passes");
    client
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    proxy.restore();
    let mut answer = [0; 5];
    client.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"late\n");
}

#[test]
fn a_silent_proxy_can_be_cut() {
    let (_server, proxy) = echo();
    let mut client = connect(&proxy);
    proxy.set(Mode::Silent);
    client.write_all(b"lost\n").unwrap();
    proxy.cut();
    // Reset, when it was still waiting to be taken.
    assert!(matches!(client.read(&mut [0; 8]), Ok(0) | Err(_)));
    assert!(UnixStream::connect(proxy.socket()).is_err());
}

#[test]
fn slow_takes_its_time() {
    let (_server, proxy) = echo();
    proxy.set(Mode::Slow(Duration::from_millis(60)));
    let started = Instant::now();
    assert_eq!(say(&mut connect(&proxy), "hello\n"), b"hello\n");
    assert!(started.elapsed() >= Duration::from_millis(60));
}

#[test]
fn garbage_is_no_answer() {
    let (_server, proxy) = echo();
    proxy.set(Mode::Garbage);
    assert!(say(&mut connect(&proxy), "hello\n").starts_with(b"\x00\xffSSH"));
}

#[test]
fn half_an_answer_and_the_end() {
    let (_server, proxy) = echo();
    proxy.set(Mode::Half);
    let mut client = connect(&proxy);
    assert_eq!(say(&mut client, "half full\n"), b"half ");
    proxy.restore();
    assert_eq!(say(&mut connect(&proxy), "hello\n"), b"hello\n");
}
