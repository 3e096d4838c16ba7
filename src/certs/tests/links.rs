//! Links that lead out of what was read.

use super::engine::{Engine, container};
use super::issue::Authority;
use crate::certs::{Scanner, scan};
use crate::domain::CertificatesFound;

async fn run(engine: &Engine) -> CertificatesFound {
    let containers = [container("c", &["volume:certs:/certs"])];
    scan(engine, &"home".into(), &containers).await.unwrap()
}

fn unreadable(found: &CertificatesFound) -> Vec<String> {
    found
        .unreadable
        .iter()
        .map(|one| format!("{} {}", one.path, one.why))
        .collect()
}

#[tokio::test]
async fn they_are_followed() {
    let mut engine = Engine::new();
    let leaf = Authority::new("CA").issue(&["a"], 2027).pem();
    engine.file("c", "/data/live/a/fullchain.pem", leaf);
    engine.link("c", "/data/current", "live/a");
    engine.link("c", "/certs/a.pem", "../data/current/fullchain.pem");
    let found = run(&engine).await;
    assert_eq!(found.certificates[0].places[0].path, "/certs/a.pem");
    assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);
}

#[tokio::test]
async fn a_link_whose_end_changes_is_read_again() {
    let mut engine = Engine::new();
    let authority = Authority::new("CA");
    engine.file("c", "/data/a", authority.issue(&["a"], 2027).pem());
    engine.link("c", "/certs/a.pem", "/data/a");
    let (scanner, containers) = (
        Scanner::default(),
        [container("c", &["volume:certs:/certs"])],
    );
    let host = "home".into();
    let title = async |engine: &Engine| {
        let found = scanner.scan(engine, &host, &containers).await.unwrap();
        found.certificates[0].title().to_owned()
    };
    assert_eq!(title(&engine).await, "a");
    engine.file("c", "/data/a", authority.issue(&["another"], 2027).pem());
    assert_eq!(title(&engine).await, "another");
}

#[tokio::test]
async fn those_that_lead_nowhere_are_told() {
    let mut engine = Engine::new();
    engine.link("c", "/certs/a.pem", "../archive/a1.pem");
    engine.link("c", "/certs/folder.pem", "/data");
    engine.link("c", "/certs/readme", "/nowhere");
    engine.link("c", "/certs/loop.pem", "loop.pem");
    engine.file("c", "/data/x", "x");
    assert_eq!(
        unreadable(&run(&engine).await),
        [
            "/certs/a.pem its link leads out of the folder: no such path: /archive/a1.pem",
            "/certs/folder.pem its link leads out of the folder: /data is no file",
        ]
    );
}

#[tokio::test]
async fn only_so_many_are_followed() {
    let mut engine = Engine::new();
    let leaf = Authority::new("CA").issue(&["a"], 2027).pem();
    for n in 0..100 {
        engine.file("c", &format!("/data/{n}"), &leaf);
        engine.link("c", &format!("/certs/{n}.pem"), &format!("/data/{n}"));
    }
    let found = run(&engine).await;
    assert_eq!(found.certificates[0].places.len(), 16);
    assert_eq!(
        unreadable(&found),
        ["/certs 84 more links lead out of the folder"]
    );
}
