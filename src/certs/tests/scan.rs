//! What is found in containers, and what is said of the rest.

use std::sync::atomic::Ordering;

use super::engine::{Engine, container};
use super::issue::{Authority, key_pem};
use crate::backend::BackendError;
use crate::certs::scan;
use crate::domain::{CertificatesFound, Container, ContainerState};

async fn run(engine: &Engine, containers: &[Container]) -> CertificatesFound {
    scan(engine, &"home".into(), containers).await.unwrap()
}

/// `first name @ container:path` of every place.
fn places(scan: &CertificatesFound) -> Vec<String> {
    scan.certificates
        .iter()
        .flat_map(|certificate| {
            certificate.places.iter().map(|place| {
                format!(
                    "{} @ {}:{}",
                    certificate.title(),
                    place.holder(),
                    place.path
                )
            })
        })
        .collect()
}

fn unreadable(scan: &CertificatesFound) -> Vec<String> {
    scan.unreadable
        .iter()
        .map(|one| format!("{}:{} {}", one.container, one.path, one.why))
        .collect()
}

/// certbot's folder as it is after one renewal.
fn certbot(engine: &mut Engine, id: &str, ca: &Authority) {
    let chain = ca.certificate.pem();
    for (generation, until) in [(1, 2026), (2, 2027)] {
        let leaf = ca.issue(&["example.com"], until).pem();
        let archive =
            |kind: &str| format!("/etc/letsencrypt/archive/example.com/{kind}{generation}.pem");
        engine.file(id, &archive("cert"), &leaf);
        engine.file(id, &archive("chain"), &chain);
        engine.file(id, &archive("fullchain"), leaf.clone() + &chain);
        engine.file(id, &archive("privkey"), key_pem());
    }
    for kind in ["cert", "chain", "fullchain", "privkey"] {
        engine.link(
            id,
            &format!("/etc/letsencrypt/live/example.com/{kind}.pem"),
            &format!("../../archive/example.com/{kind}2.pem"),
        );
    }
    engine.file(id, "/etc/letsencrypt/live/README", "text");
    engine.file(id, "/etc/letsencrypt/renewal/example.com.conf", "cert = /x");
}

#[tokio::test]
async fn certbot_is_read_through_live() {
    let mut engine = Engine::new();
    certbot(&mut engine, "certbot", &Authority::new("CA"));
    let scan = run(
        &engine,
        &[container("certbot", &["volume:le:/etc/letsencrypt"])],
    )
    .await;
    assert_eq!(
        places(&scan),
        [
            "example.com @ certbot:/etc/letsencrypt/live/example.com/cert.pem",
            "example.com @ certbot:/etc/letsencrypt/live/example.com/fullchain.pem",
        ]
    );
    assert!(scan.unreadable.is_empty(), "{:?}", scan.unreadable);
    let place = &scan.certificates[0].places[0];
    assert_eq!(place.mounted_from.as_deref(), Some("le"));
    assert_eq!(
        (
            place.host.as_str(),
            place.service.as_ref().map(|service| &*service.name)
        ),
        ("home", Some("certbot"))
    );
}

#[tokio::test]
async fn a_shared_volume_is_read_once_and_seen_everywhere() {
    let mut engine = Engine::new();
    let leaf = Authority::new("CA").issue(&["example.com"], 2027).pem();
    engine.file("hitch", "/etc/hitch/cert.d/example.com.pem", &leaf);
    let mut lego = container("lego", &["bind:/srv/tls:/etc/lego"]);
    lego.state = ContainerState::Exited;
    let containers = [
        lego,
        container("hitch", &["bind:/srv/tls/:/etc/hitch/cert.d"]),
    ];
    let scan = run(&engine, &containers).await;
    assert_eq!(
        places(&scan),
        [
            "example.com @ hitch:/etc/hitch/cert.d/example.com.pem",
            "example.com @ lego:/etc/lego/example.com.pem",
        ]
    );
    assert_eq!(*engine.calls.lock().unwrap(), ["hitch:/etc/hitch/cert.d"]);
}

#[tokio::test]
async fn stopped_containers_are_read_where_the_engine_can() {
    let mut engine = Engine::new();
    let leaf = Authority::new("CA").issue(&["a"], 2027).pem();
    engine.file("c", "/certs/a.pem", leaf);
    let mut stopped = container("c", &["volume:certs:/certs"]);
    stopped.state = ContainerState::Exited;
    assert_eq!(
        run(&engine, std::slice::from_ref(&stopped))
            .await
            .certificates
            .len(),
        1
    );
    engine.archive = false;
    let scan = run(&engine, &[stopped]).await;
    assert_eq!(
        unreadable(&scan),
        ["c:/certs this engine does not read files of containers that do not run"]
    );
}

#[tokio::test]
async fn other_clients_layouts() {
    let ca = Authority::new("CA");
    let (new, old) = (ca.issue(&["d"], 2027).pem(), ca.issue(&["d"], 2026).pem());
    let mut engine = Engine::new();
    engine.file(
        "dehydrated",
        "/var/lib/dehydrated/certs/d/fullchain-1690000000.pem",
        &old,
    );
    engine.file(
        "dehydrated",
        "/var/lib/dehydrated/certs/d/fullchain-1700000000.pem",
        &new,
    );
    engine.link(
        "dehydrated",
        "/var/lib/dehydrated/certs/d/fullchain.pem",
        "fullchain-1700000000.pem",
    );
    engine.file(
        "lego",
        "/.lego/certificates/d.crt",
        new.clone() + &ca.certificate.pem(),
    );
    engine.file(
        "lego",
        "/.lego/certificates/d.issuer.crt",
        ca.certificate.pem(),
    );
    engine.file(
        "lego",
        "/.lego/certificates/d.json",
        r#"{"domain":"d","certUrl":"x"}"#,
    );
    engine.file("lego", "/.lego/archives/d_1.crt", &old);
    engine.file("proxy", "/etc/nginx/certs/d/fullchain.pem", &new);
    engine.link("proxy", "/etc/nginx/certs/d.crt", "./d/fullchain.pem");
    engine.file("acmesh", "/acme.sh/d_ecc/d.cer", &new);
    engine.file("acmesh", "/acme.sh/d_ecc/backup/fullchain.bkp", &old);
    let scan = run(
        &engine,
        &[
            container("dehydrated", &["volume:a:/var/lib/dehydrated"]),
            container("lego", &["volume:b:/.lego"]),
            container("proxy", &["volume:c:/etc/nginx/certs"]),
            container("acmesh", &["volume:d:/acme.sh"]),
        ],
    )
    .await;
    assert_eq!(
        places(&scan),
        [
            "d @ acmesh:/acme.sh/d_ecc/d.cer",
            "d @ dehydrated:/var/lib/dehydrated/certs/d/fullchain.pem",
            "d @ lego:/.lego/certificates/d.crt",
            "d @ proxy:/etc/nginx/certs/d.crt",
        ]
    );
    assert!(scan.unreadable.is_empty(), "{:?}", scan.unreadable);
}

#[tokio::test]
async fn traefik_keeps_them_in_json() {
    let ca = Authority::new("CA");
    let base64 = |pem: &str| {
        let encoded = pem::encode(&pem::Pem::new("X", pem.as_bytes()));
        encoded
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect::<String>()
    };
    let json = format!(
        r#"{{"empty":null,"none":{{"Account":{{}},"Certificates":null}},"le":{{"Certificates":[
            {{"domain":{{"main":"a"}},"certificate":"{}","key":"secret","Store":"default"}},
            {{"domain":{{"main":"b"}},"certificate":"{}","key":"secret","Store":"default"}},
            {{"domain":{{"main":"c"}},"certificate":"!","key":"secret","Store":"default"}}]}}}}"#,
        base64(&(ca.issue(&["a"], 2028).pem() + &ca.certificate.pem())),
        base64(&ca.issue(&["b"], 2027).pem()),
    );
    let mut engine = Engine::new();
    engine.file("traefik", "/letsencrypt/acme.json", json);
    engine.file("fresh", "/acme.json", "");
    let scan = run(
        &engine,
        &[
            container("traefik", &["volume:x:/letsencrypt"]),
            container("fresh", &["bind:/srv/acme.json:/acme.json"]),
        ],
    )
    .await;
    assert_eq!(
        places(&scan),
        [
            "b @ traefik:/letsencrypt/acme.json",
            "a @ traefik:/letsencrypt/acme.json"
        ],
        "the soonest to expire first"
    );
    assert_eq!(
        unreadable(&scan),
        [
            "fresh:/acme.json the file is empty",
            "traefik:/letsencrypt/acme.json a certificate is not base64"
        ]
    );
}

#[tokio::test]
async fn the_bundle_of_cas_does_not_flood() {
    let mut engine = Engine::new();
    let mut bundle = String::new();
    for n in 0..10 {
        let root = Authority::new(&format!("Root {n}")).certificate.pem();
        engine.file("c", &format!("/etc/ssl/certs/root{n}.pem"), &root);
        engine.link(
            "c",
            &format!("/etc/ssl/certs/abcd{n}.0"),
            &format!("root{n}.pem"),
        );
        bundle += &root;
    }
    bundle += "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----";
    engine.file("c", "/etc/ssl/certs/ca-certificates.crt", bundle);
    engine.link(
        "c",
        "/etc/ssl/certs/gone.pem",
        "/usr/share/ca-certificates/gone.crt",
    );
    let own = Authority::new("CA").issue(&["own"], 2027).pem();
    engine.file("c", "/etc/ssl/certs/own.pem", own);
    engine.link("c", "/etc/ssl/certs/1234abcd.0", "own.pem");
    let scan = run(
        &engine,
        &[container("c", &["bind:/etc/ssl/certs:/etc/ssl/certs"])],
    )
    .await;
    assert_eq!(places(&scan), ["own @ c:/etc/ssl/certs/own.pem"]);
    assert!(scan.unreadable.is_empty(), "{:?}", scan.unreadable);
}

#[tokio::test]
async fn a_named_path_is_followed_and_must_be_there() {
    let leaf = Authority::new("CA").issue(&["a"], 2027).pem();
    let mut engine = Engine::new();
    engine.link("c", "/site", "../opt/current");
    engine.link("c", "/opt/current", "/opt/site-2");
    engine.file("c", "/opt/site-2/server", leaf);
    engine.link("c", "/loop", "loop");
    let mut labelled = container("c", &[]);
    labelled
        .labels
        .insert("topside.certs".into(), "/site,/gone,/loop".into());
    let scan = run(&engine, &[labelled]).await;
    assert_eq!(places(&scan), ["a @ c:/site/server"], "whatever its name");
    assert_eq!(scan.certificates[0].places[0].mounted_from, None);
    assert_eq!(
        unreadable(&scan),
        [
            "c:/gone no such path: /gone",
            "c:/loop its symbolic links lead nowhere"
        ]
    );
}

#[tokio::test]
async fn failures_are_told_and_stop_nothing() {
    let ca = Authority::new("CA");
    let leaf = ca.issue(&["a"], 2027).pem();
    let mut engine = Engine::new();
    engine.file("good", "/certs/a.pem", &leaf);
    engine.file("good", "/certs/b.pem", &leaf[..200]);
    engine.file("good", "/certs/c.pem", leaf.repeat(3000));
    engine.file("good", "/certs/d.pem", "");
    engine.file("good", "/certs/notes.txt", &leaf);
    engine.refuse(
        "bad",
        "/tls",
        BackendError::Engine {
            status: 500,
            message: "disk on fire".into(),
        },
    );
    let scan = run(
        &engine,
        &[
            container("bad", &["volume:tls:/tls", "volume:data:/data"]),
            container("good", &["volume:certs:/certs", "tmpfs::/etc/ssl"]),
        ],
    )
    .await;
    assert_eq!(places(&scan), ["a @ good:/certs/a.pem"]);
    assert_eq!(
        unreadable(&scan),
        [
            "bad:/tls disk on fire",
            "good:/certs/b.pem line 1: CERTIFICATE has no END",
            "good:/certs/c.pem larger than 1 MiB",
            "good:/certs/d.pem the file is empty",
            "good:/etc/ssl on a tmpfs, which the archive API cannot see",
        ],
        "and that there is no Caddy in /data is no failure"
    );
}

#[tokio::test]
async fn a_large_folder_is_read_in_part() {
    let leaf = Authority::new("CA").issue(&["a"], 2027).pem();
    let mut engine = Engine::new();
    engine.file("c", "/certs/a.pem", leaf);
    for n in 0..6 {
        engine.file("c", &format!("/certs/b{n}"), vec![b'x'; 1_000_000]);
    }
    let scan = run(&engine, &[container("c", &["volume:certs:/certs"])]).await;
    assert_eq!(places(&scan), ["a @ c:/certs/a.pem"]);
    assert_eq!(
        unreadable(&scan),
        ["c:/certs larger than 4 MiB: only a part was read"]
    );
}

#[tokio::test]
async fn a_path_reached_through_two_mounts_is_one_place() {
    let leaf = Authority::new("CA").issue(&["a"], 2027).pem();
    let mut engine = Engine::new();
    engine.file("c", "/certs/a.pem", leaf);
    let mounts = ["volume:certs:/certs", "bind:/srv/a.pem:/certs/a.pem"];
    let scan = run(&engine, &[container("c", &mounts)]).await;
    assert_eq!(places(&scan), ["a @ c:/certs/a.pem"]);
    assert_eq!(
        scan.certificates[0].places[0].mounted_from.as_deref(),
        Some("/srv/a.pem")
    );
}

#[tokio::test]
async fn two_containers_at_once_at_most() {
    let engine = Engine::new();
    let names: Vec<String> = (0..6).map(|n| format!("c{n}")).collect();
    let containers: Vec<Container> = names
        .iter()
        .map(|name| {
            let mounts = [
                format!("volume:certs-{name}:/a"),
                format!("volume:tls-{name}:/b"),
            ];
            container(name, &mounts.each_ref().map(String::as_str))
        })
        .collect();
    let scan = run(&engine, &containers).await;
    assert_eq!(scan.unreadable.len(), 12);
    assert_eq!(engine.most_busy.load(Ordering::SeqCst), 2);
}
