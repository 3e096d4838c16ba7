//! Certificates that no mount and no archive shows: in volumes nobody mounts, in this machine's folders, in memory.

use std::fs;
use std::os::unix::fs::symlink;

use jiff::Timestamp;

use super::engine::{Engine, container};
use super::issue::{Authority, key_pem};
use crate::backend::{BackendError, VOLUME_PATH};
use crate::certs::Scanner;
use crate::domain::container::READS_VOLUME;
use crate::domain::{
    AcmeClient, CertificatePlace, CertificateReach, CertificatesFound, Container, ContainerState,
};

async fn scan(scanner: &Scanner, engine: &Engine, containers: &[Container]) -> CertificatesFound {
    let host = "home".into();
    scanner.scan(engine, &host, containers).await.unwrap()
}

fn into_volumes() -> Scanner {
    Scanner::new(CertificateReach {
        folders: Vec::new(),
        volumes: true,
    })
}

fn places(found: &CertificatesFound) -> Vec<&CertificatePlace> {
    let all = found.certificates.iter();
    all.flat_map(|one| &one.places).collect()
}

fn changes(engine: &Engine) -> Vec<String> {
    std::mem::take(&mut *engine.changes.lock().unwrap())
}

fn leaf() -> String {
    Authority::new("CA").issue(&["a.example"], 2027).pem()
}

/// A volume with lego's folder, and others that are none of our business.
fn volumes() -> Engine {
    let mut engine = Engine::new();
    for (name, driver) in [
        ("lego-data", "local"),
        ("certs-mounted", "local"),
        ("certs-far-away", "nfs"),
        ("postgres", "local"),
    ] {
        engine.volumes.push((name.to_owned(), driver.to_owned()));
    }
    for (name, text) in [
        ("a.crt", leaf()),
        ("a.key", key_pem()),
        ("a.json", r#"{"certUrl":"u"}"#.to_owned()),
    ] {
        let path = format!("{VOLUME_PATH}/certificates/{name}");
        engine.file("volume lego-data", &path, text);
    }
    engine
}

#[tokio::test]
async fn a_volume_that_nobody_mounts() {
    let engine = volumes();
    let containers = [container("db", &["volume:certs-mounted:/x"])];
    let scanner = into_volumes();
    let found = scan(&scanner, &engine, &containers).await;
    assert_eq!(
        changes(&engine),
        ["create for lego-data", "remove volume lego-data"]
    );
    let place = places(&found)[0];
    assert_eq!(place.path, "/certificates/a.crt");
    assert_eq!(place.key.as_deref(), Some("/certificates/a.key"));
    assert_eq!(place.holder(), "lego-data");
    assert_eq!((&place.container, &place.service), (&None, &None));
    assert_eq!(place.client, Some(AcmeClient::Lego));
    assert_eq!(scan(&scanner, &engine, &containers).await, found);
    assert!(
        changes(&engine).is_empty(),
        "nobody writes into it: no second container"
    );
}

#[tokio::test]
async fn without_leave_no_container_is_made() {
    let engine = volumes();
    let found = scan(&Scanner::default(), &engine, &[container("db", &[])]).await;
    assert!(found.certificates.is_empty());
    assert!(changes(&engine).is_empty());
}

#[tokio::test]
async fn a_volume_that_cannot_be_read_leaves_no_container() {
    let mut engine = volumes();
    engine.volumes.truncate(1);
    let error = BackendError::Garbage("cut off".to_owned());
    engine.refuse("volume lego-data", VOLUME_PATH, error);
    let found = scan(&into_volumes(), &engine, &[container("db", &[])]).await;
    assert_eq!(
        changes(&engine),
        ["create for lego-data", "remove volume lego-data"]
    );
    let told = &found.unreadable[0];
    assert_eq!((&*told.container, &*told.path), ("lego-data", "/"));
    assert_eq!(told.why, "unexpected answer: cut off");
}

#[tokio::test]
async fn what_a_killed_topside_left_is_removed() {
    let ours = |id: &str, created: Timestamp| {
        let mut ours = container(id, &["volume:certs-x:/.topside-volume"]);
        ours.state = ContainerState::Created;
        ours.created = created;
        ours.labels
            .insert(READS_VOLUME.to_owned(), "certs-x".to_owned());
        ours
    };
    let mut engine = Engine::new();
    engine
        .volumes
        .push(("certs-x".to_owned(), "local".to_owned()));
    engine.file("young", "/.topside-volume/a.pem", leaf());
    let containers = [
        ours("old", Timestamp::UNIX_EPOCH),
        ours("young", Timestamp::now()),
        container("db", &[]),
    ];
    scan(&Scanner::default(), &engine, &containers).await;
    assert_eq!(changes(&engine), ["remove old"], "the other may be at work");
    assert!(
        engine.calls.lock().unwrap().is_empty(),
        "nor is it a container like others"
    );
    scan(&into_volumes(), &engine, &containers[1..]).await;
    assert_eq!(
        changes(&engine),
        ["create for certs-x", "remove volume certs-x"],
        "ours does not count as mounting it"
    );
}

#[tokio::test]
async fn a_folder_of_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let live = root.join("etc/live/a");
    fs::create_dir_all(&live).unwrap();
    fs::create_dir_all(root.join("etc/archive/a")).unwrap();
    for (name, text) in [("fullchain", leaf()), ("privkey", key_pem())] {
        fs::write(root.join(format!("etc/archive/a/{name}1.pem")), text).unwrap();
        let target = format!("../../archive/a/{name}1.pem");
        symlink(target, live.join(format!("{name}.pem"))).unwrap();
    }
    // Out of the folder, in circles, into nothing; and a pipe, which would hold a reader up for ever.
    fs::write(root.join("outside"), leaf()).unwrap();
    symlink(root.join("outside"), root.join("etc/out.pem")).unwrap();
    symlink("loop.pem", root.join("etc/loop.pem")).unwrap();
    symlink("/no/where", root.join("etc/nowhere.pem")).unwrap();
    let pipe = root.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    symlink("../pipe", root.join("etc/pipe.pem")).unwrap();
    fs::write(root.join("etc/large.pem"), vec![b'x'; 2 << 20]).unwrap();
    let gone = root.join("gone");

    let scanner = Scanner::new(CertificateReach {
        folders: vec![root.join("etc"), gone.clone()],
        volumes: false,
    });
    let found = scan(&scanner, &Engine::new(), &[]).await;
    let at = |below: &str| root.join(below).to_string_lossy().into_owned();
    let all = places(&found);
    let mut paths: Vec<&str> = all.iter().map(|place| &*place.path).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [at("etc/live/a/fullchain.pem"), at("etc/out.pem")],
        "{found:?}"
    );
    let certbot = all.iter().find(|place| place.client.is_some()).unwrap();
    assert_eq!(certbot.client, Some(AcmeClient::Certbot));
    assert_eq!(certbot.key, Some(at("etc/live/a/privkey.pem")));
    assert_eq!(certbot.holder(), "home");
    let told: Vec<String> = found
        .unreadable
        .iter()
        .map(|one| format!("{} {} {}", one.container, one.path, one.why))
        .collect();
    let nothing = "No such file or directory (os error 2)";
    assert_eq!(
        told,
        [
            format!("home {} larger than 1 MiB", at("etc/large.pem")),
            format!(
                "home {} its link leads out of the folder: {nothing}",
                at("etc/nowhere.pem")
            ),
            format!("home {} {nothing}", gone.display()),
        ]
    );
}

#[tokio::test]
async fn a_named_file_in_memory_is_read_in_the_container() {
    let mut engine = Engine::new();
    engine.exec = true;
    engine.file_in_memory("c", "/run/tls/a.pem", &(leaf() + &key_pem()));
    let mut named = container("c", &["tmpfs::/run/tls"]);
    let label = "/run/tls/a.pem,/run/tls/gone.pem".to_owned();
    named.labels.insert("topside.certs".to_owned(), label);
    let mut stopped = named.clone();
    let scanner = Scanner::default();
    for _again in [1, 2] {
        let found = scan(&scanner, &engine, std::slice::from_ref(&named)).await;
        assert_eq!(places(&found)[0].path, "/run/tls/a.pem");
        assert!(places(&found)[0].is_combined());
        assert_eq!(
            changes(&engine),
            ["cat /run/tls/a.pem", "cat /run/tls/gone.pem"],
            "it may change any time"
        );
        let told: Vec<&str> = found.unreadable.iter().map(|one| &*one.path).collect();
        assert_eq!(told, ["/run/tls", "/run/tls/gone.pem"]);
        assert_eq!(
            found.unreadable[1].why, "no such path: /run/tls/gone.pem",
            "in the words of the first try"
        );
    }
    stopped.state = ContainerState::Exited;
    let found = scan(&scanner, &engine, &[stopped]).await;
    assert!(found.certificates.is_empty() && changes(&engine).is_empty());
}

#[tokio::test]
async fn the_secrets_of_a_swarm_are_read_in_the_container() {
    let mut engine = Engine::new();
    engine.exec = true;
    for name in ["site.pem", "gone.pem", "password"] {
        engine.file("task", &format!("/run/secrets/{name}"), "");
    }
    engine.file_in_memory("task", "/run/secrets/site.pem", &leaf());
    let mut task = container("task", &[]);
    task.labels
        .insert("com.docker.swarm.task.id".to_owned(), "1".to_owned());
    let scanner = Scanner::default();
    let found = scan(&scanner, &engine, std::slice::from_ref(&task)).await;
    assert_eq!(places(&found)[0].path, "/run/secrets/site.pem");
    assert_eq!(
        changes(&engine),
        ["cat /run/secrets/gone.pem", "cat /run/secrets/site.pem"],
        "a password is nobody's business"
    );
    assert_eq!(
        found.unreadable[0].why,
        "a secret of a Swarm, which the archive API shows empty, and in the container: cat: gone"
    );
    assert_eq!(scan(&scanner, &engine, &[task]).await, found);
    assert!(changes(&engine).is_empty(), "secrets never change");
}
