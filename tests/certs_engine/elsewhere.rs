//! Certificates that no container shows, or none in the usual way, on a real engine.

use std::sync::Arc;

use topside::backend::docker::DockerConnector;
use topside::backend::{Backend, Connector};
use topside::certs::Scanner;
use topside::domain::{
    AcmeClient, CertificatePlace, CertificateReach, CertificatesFound, Endpoint, HostId,
};

use super::fixtures::acme::{Acme, Client, NINETY_DAYS};
use super::fixtures::container::Container;
use super::fixtures::engine::{self, docker, image, try_docker};

const DOMAIN: &str = "www.example.com";

async fn backend() -> Arc<dyn Backend> {
    let connector = DockerConnector::new("test".into(), Endpoint::Unix(engine::socket()));
    connector.connect().await.unwrap()
}

/// Looks at the whole engine: what another test mounts is not to be taken for unmounted.
async fn scan(backend: &dyn Backend, reach: CertificateReach) -> CertificatesFound {
    let containers = backend.containers().await.unwrap();
    let scanner = Scanner::new(reach);
    let host = HostId::from("test");
    scanner.scan(backend, &host, &containers).await.unwrap()
}

fn places<'a>(found: &'a CertificatesFound, holder: &str) -> Vec<&'a CertificatePlace> {
    let all = found.certificates.iter().flat_map(|one| &one.places);
    all.filter(|place| place.holder() == holder).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lego_keeps_in_a_volume_that_is_mounted_no_more() {
    let acme = Acme::start("unmounted", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Lego, &[DOMAIN]);
    let stored = acme.kept(Client::Lego, DOMAIN);
    docker(&["rm", "--force", &acme.container("lego")]);
    let volume = format!("{}_lego", acme.project.name);
    let reach = CertificateReach {
        folders: Vec::new(),
        volumes: true,
    };
    let found = scan(&*backend().await, reach).await;
    let [place] = places(&found, &volume)[..] else {
        panic!("{found:?}");
    };
    assert_eq!(place.path, format!("/certificates/{DOMAIN}.crt"));
    assert_eq!(place.client, Some(AcmeClient::Lego));
    assert_eq!(place.key, Some(format!("/certificates/{DOMAIN}.key")));
    let mut all = found.certificates.iter();
    assert!(all.any(|one| one.sha256 == stored && one.places.contains(place)));
    // What showed the volume is gone.
    let filter = format!("label=topside.reads={volume}");
    assert_eq!(docker(&["ps", "--all", "--quiet", "--filter", &filter]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn certbots_folder_on_the_host() {
    let acme = Acme::start("folder", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Certbot, &[DOMAIN]);
    let folder = acme.project.folder().join("letsencrypt");
    docker(&[
        "cp",
        &format!("{}:/etc/letsencrypt", acme.container("certbot")),
        &folder.display().to_string(),
    ]);
    let reach = CertificateReach {
        folders: vec![folder.clone()],
        volumes: false,
    };
    let found = scan(&*backend().await, reach).await;
    let expected =
        ["cert", "fullchain"].map(|file| format!("{}/live/{DOMAIN}/{file}.pem", folder.display()));
    let here = places(&found, "test");
    let paths: Vec<&str> = here.iter().map(|place| &*place.path).collect();
    assert_eq!(paths, expected);
    assert_eq!(here[0].client, Some(AcmeClient::Certbot));
    let schedules = found.schedules.iter();
    let own = format!("{}/renewal/{DOMAIN}.conf", folder.display());
    let own: Vec<_> = schedules.filter(|one| one.path == own).collect();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].lineage.as_deref(), Some(DOMAIN));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_memory_and_one_of_the_image() {
    let pem = super::issue("memory.example.com");
    let container = Container::run(&[
        "--network",
        "none",
        "--tmpfs",
        "/run/tls",
        "--label",
        "topside.certs=/run/tls/a.pem,/run/tls/gone.pem",
        &image(),
        "sh",
        "-c",
        "trap 'exit 0' TERM; echo \"$0\" >/run/tls/a.pem; sleep 100000 & wait",
        &(pem.key.clone() + &pem.leaf),
    ]);
    // Of an image with a server in its name, never started, without a mount.
    let tag = format!("topside-test/hitch:{}", std::process::id());
    docker(&["tag", &image(), &tag]);
    let of_image = Container {
        id: docker(&[
            "create",
            "--network",
            "none",
            "--label",
            "topside.test=1",
            &tag,
        ]),
    };
    let folder = tempfile::tempdir().unwrap();
    let cert_d = folder.path().join("hitch/cert.d");
    super::write(
        &cert_d.join("a.pem"),
        &super::issue("image.example.com").leaf,
    );
    let hitch = folder.path().join("hitch").display().to_string();
    docker(&["cp", &hitch, &format!("{}:/etc/hitch", of_image.id)]);

    let engine = backend().await;
    let mut found = scan(&*engine, CertificateReach::default()).await;
    let name = |id: &str| {
        let name = docker(&["inspect", "--format", "{{.Name}}", id]);
        name.trim_start_matches('/').to_owned()
    };
    let (in_memory, in_image) = (name(&container.id), name(&of_image.id));
    // The container may not have written it yet.
    for _attempt in 0..50 {
        if !places(&found, &in_memory).is_empty() {
            break;
        }
        found = scan(&*engine, CertificateReach::default()).await;
    }
    let _ = try_docker(&["rmi", "--no-prune", &tag]);
    let told = |holder: &str| -> Vec<String> {
        let places = places(&found, holder);
        places.iter().map(|place| place.path.clone()).collect()
    };
    assert_eq!(told(&in_memory), ["/run/tls/a.pem"]);
    assert_eq!(told(&in_image), ["/etc/hitch/cert.d/a.pem"]);
    let unreadable: Vec<&str> = found
        .unreadable
        .iter()
        .filter(|one| *in_memory == *one.container)
        .map(|one| &*one.path)
        .collect();
    assert_eq!(unreadable, ["/run/tls/gone.pem"]);
}
