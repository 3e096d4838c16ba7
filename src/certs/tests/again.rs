//! Looking again: what has not changed is not read again.

use super::engine::{Engine, container};
use super::issue::Authority;
use crate::certs::Scanner;
use crate::domain::{CertificatesFound, Container};

struct Host {
    engine: Engine,
    scanner: Scanner,
    containers: Vec<Container>,
    authority: Authority,
}

impl Host {
    fn new() -> Self {
        let mut host = Self {
            engine: Engine::new(),
            scanner: Scanner::default(),
            containers: vec![container("c", &["volume:certs:/certs"])],
            authority: Authority::new("CA"),
        };
        host.write("/certs/a.pem", "a");
        host
    }

    fn write(&mut self, path: &str, name: &str) {
        let leaf = self.authority.issue(&[name], 2027).pem();
        self.engine.file("c", path, leaf);
    }

    /// The names that are found, and how many readings that took.
    async fn look(&self) -> (Vec<String>, usize) {
        let before = self.engine.calls.lock().unwrap().len();
        let found = self.scan().await;
        let names = found.certificates.iter().map(|one| one.title().to_owned());
        let after = self.engine.calls.lock().unwrap().len();
        (names.collect(), after - before)
    }

    async fn scan(&self) -> CertificatesFound {
        let id = "home".into();
        let scan = self.scanner.scan(&self.engine, &id, &self.containers);
        scan.await.unwrap()
    }
}

#[tokio::test]
async fn what_has_not_changed_is_only_looked_at() {
    let host = Host::new();
    assert_eq!(host.look().await, (vec!["a".to_owned()], 1));
    host.engine.looks.lock().unwrap().clear();
    assert_eq!(host.look().await, (vec!["a".to_owned()], 0));
    assert_eq!(
        *host.engine.looks.lock().unwrap(),
        ["c:/certs", "c:/certs/a.pem"]
    );
    assert_eq!(host.look().await, (vec!["a".to_owned()], 0), "and again");
}

#[tokio::test]
async fn what_was_written_is_read() {
    let mut host = Host::new();
    host.look().await;
    host.write("/certs/a.pem", "b");
    host.engine.modified += 1;
    assert_eq!(host.look().await, (vec!["b".to_owned()], 1));
    assert_eq!(host.look().await.1, 0);
}

#[tokio::test]
async fn another_size_at_the_same_time_is_another_file() {
    let mut host = Host::new();
    host.look().await;
    host.write("/certs/a.pem", "a-longer-name.example.com");
    assert_eq!(
        host.look().await,
        (vec!["a-longer-name.example.com".to_owned()], 1)
    );
}

#[tokio::test]
async fn what_was_written_just_now_may_be_written_again() {
    let mut host = Host::new();
    host.engine.modified = jiff::Timestamp::now().as_second();
    host.look().await;
    assert_eq!(host.look().await.1, 1, "the same second may hide a change");
}

#[tokio::test]
async fn what_is_gone_is_gone() {
    let mut host = Host::new();
    host.look().await;
    host.engine.take("c", "/certs/a.pem");
    let found = host.scan().await;
    assert!(found.certificates.is_empty());
    assert_eq!(found.unreadable.len(), 1, "the folder is not there");
}

#[tokio::test]
async fn another_question_is_another_answer() {
    let mut host = Host::new();
    host.write("/certs/no-extension", "b");
    assert_eq!(host.look().await, (vec!["a".to_owned()], 1));
    host.containers[0]
        .labels
        .insert("topside.certs".to_owned(), "/certs".to_owned());
    let (mut names, readings) = host.look().await;
    names.sort();
    assert_eq!((names, readings), (vec!["a".to_owned(), "b".to_owned()], 1));
}

#[tokio::test]
async fn a_large_folder_is_read_at_once_instead() {
    let mut host = Host::new();
    for n in 0..40 {
        host.write(&format!("/certs/{n}.pem"), &format!("{n}"));
    }
    host.look().await;
    host.engine.looks.lock().unwrap().clear();
    assert_eq!(host.look().await.1, 1);
    assert_eq!(host.engine.looks.lock().unwrap().len(), 1);
}
