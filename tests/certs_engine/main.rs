//! Certificates found in containers of a real engine: the one of `tests/run`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod clients;
mod found;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;
use topside::backend::Connector;
use topside::backend::docker::DockerConnector;
use topside::certs::scan;
use topside::domain::{CertificatesFound, Container, Endpoint, HostId};

fn variable(name: &str) -> String {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => value,
        _ => panic!("{name} is not set: run this test with tests/run"),
    }
}

/// Containers and volumes of one test; removed when it ends.
struct Fixture {
    address: String,
    prefix: String,
    folder: TempDir,
}

impl Fixture {
    fn new(name: &str) -> Self {
        Self {
            address: variable("TOPSIDE_TEST_DOCKER_HOST"),
            prefix: format!("topside-certs-{name}-{}", std::process::id()),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn name(&self, short: &str) -> String {
        format!("{}-{short}", self.prefix)
    }

    /// Runs the docker CLI; its standard output, or its standard error.
    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new("docker")
            .arg("--host")
            .arg(&self.address)
            .args(arguments)
            .output()
            .map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
        }
    }

    fn docker(&self, arguments: &[&str]) -> String {
        self.run(arguments)
            .unwrap_or_else(|why| panic!("docker {}: {why}", arguments.join(" ")))
    }

    /// `docker create` with options, without starting it.
    fn create(&self, short: &str, options: &[&str]) -> String {
        let (name, image) = (self.name(short), variable("TOPSIDE_TEST_IMAGE"));
        let create = ["create", "--network", "none", "--name", name.as_str()];
        // `rm --force` kills it; nobody waits for its end.
        let command = [image.as_str(), "/bin/busybox", "sleep", "600"];
        self.docker(&[&create, options, &command].concat());
        name
    }

    async fn scan(&self) -> CertificatesFound {
        let socket = self
            .address
            .strip_prefix("unix://")
            .expect("a unix:// address");
        let host = HostId::from("test");
        let connector = DockerConnector::new(host.clone(), Endpoint::Unix(socket.into()));
        let backend = connector.connect().await.unwrap();
        let mut containers = backend.containers().await.unwrap();
        containers.retain(|container: &Container| container.name.starts_with(&self.prefix));
        scan(&*backend, &host, &containers).await.unwrap()
    }

    /// `name @ container:path` of every place, without the prefix.
    fn places(&self, scan: &CertificatesFound) -> Vec<String> {
        scan.certificates
            .iter()
            .flat_map(|certificate| {
                certificate.places.iter().map(|place| {
                    let container = place.holder().replace(&format!("{}-", self.prefix), "");
                    format!("{} @ {container}:{}", certificate.title(), place.path)
                })
            })
            .collect()
    }

    fn unreadable(&self, scan: &CertificatesFound) -> Vec<String> {
        scan.unreadable
            .iter()
            .map(|one| {
                format!(
                    "{}:{}",
                    one.container.replace(&format!("{}-", self.prefix), ""),
                    one.path
                )
            })
            .collect()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        for (list, remove) in [
            (&["ps", "-aq"][..], &["rm", "--force", "--volumes"][..]),
            (&["volume", "ls", "-q"], &["volume", "rm"]),
        ] {
            let filter = format!("name={}", self.prefix);
            let ids = self
                .run(&[list, &["--filter", filter.as_str()]].concat())
                .unwrap_or_default();
            for id in ids.lines() {
                let _ = self.run(&[remove, &[id]].concat());
            }
        }
    }
}

/// A leaf with its key and its CA's certificate, as PEM.
struct Issued {
    leaf: String,
    ca: String,
    key: String,
}

fn issue(name: &str) -> Issued {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.distinguished_name.push(DnType::CommonName, "Test CA");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
    Issued {
        leaf: leaf
            .signed_by(&key, &Issuer::from_params(&ca, &ca_key))
            .unwrap()
            .pem(),
        ca: ca.self_signed(&ca_key).unwrap().pem(),
        key: key.serialize_pem(),
    }
}

fn write(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// certbot's folder after one renewal.
fn certbot(folder: &Path, name: &str) {
    let live = folder.join("live").join(name);
    fs::create_dir_all(&live).unwrap();
    for generation in [1, 2] {
        let issued = issue(name);
        let archive = |kind: &str| folder.join(format!("archive/{name}/{kind}{generation}.pem"));
        write(&archive("fullchain"), &(issued.leaf + &issued.ca));
        write(&archive("chain"), &issued.ca);
        write(&archive("privkey"), &issued.key);
    }
    for kind in ["fullchain", "chain", "privkey"] {
        let target = format!("../../archive/{name}/{kind}2.pem");
        symlink(target, live.join(format!("{kind}.pem"))).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_is_seen_by_all_who_mount_it() {
    let fixture = Fixture::new("shared");
    let source = fixture.folder.path().join("le");
    certbot(&source, "example.com");
    let volume = fixture.name("data");
    let never_started = fixture.create(
        "certbot",
        &["--volume", &format!("{volume}:/etc/letsencrypt")],
    );
    let running = fixture.create("hitch", &["--volume", &format!("{volume}:/srv/certs:ro")]);
    fixture.docker(&[
        "cp",
        &format!("{}/.", source.display()),
        &format!("{never_started}:/etc/letsencrypt"),
    ]);
    fixture.docker(&["start", &running]);

    let scan = fixture.scan().await;
    assert_eq!(
        fixture.places(&scan),
        [
            "example.com @ certbot:/etc/letsencrypt/live/example.com/fullchain.pem",
            "example.com @ hitch:/srv/certs/live/example.com/fullchain.pem",
        ],
        "{:?}",
        scan.unreadable
    );
    assert!(scan.unreadable.is_empty(), "{:?}", scan.unreadable);
    let places = &scan.certificates[0].places;
    assert!(
        places
            .iter()
            .all(|place| place.mounted_from.as_deref() == Some(volume.as_str()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn single_files_labels_and_what_cannot_be_read() {
    let fixture = Fixture::new("odd");
    let folder = fixture.folder.path();
    let combined = issue("combined.example.com");
    write(
        &folder.join("combined.pem"),
        &(combined.key + &combined.leaf + &combined.ca),
    );
    write(
        &folder.join("site/server"),
        &issue("named.example.com").leaf,
    );
    symlink("/site/server", folder.join("site/current")).unwrap();
    let container = fixture.create(
        "web",
        &[
            "--volume",
            &format!(
                "{}:/run/combined.pem:ro",
                folder.join("combined.pem").display()
            ),
            "--mount",
            "type=tmpfs,destination=/etc/nginx/certs",
            "--mount",
            "type=tmpfs,destination=/data",
            "--label",
            "topside.certs=/site/current,/gone.pem",
        ],
    );
    fixture.docker(&[
        "cp",
        &folder.join("site").display().to_string(),
        &format!("{container}:/site"),
    ]);

    let scan = fixture.scan().await;
    let mut places = fixture.places(&scan);
    places.sort();
    assert_eq!(
        places,
        [
            "combined.example.com @ web:/run/combined.pem",
            "named.example.com @ web:/site/current",
        ]
    );
    assert_eq!(
        fixture.unreadable(&scan),
        ["web:/etc/nginx/certs", "web:/gone.pem"]
    );
}

#[test]
fn the_command_lists_what_a_host_keeps() {
    let fixture = Fixture::new("listed");
    let volume = fixture.name("data");
    let mounted = format!("{volume}:/etc/letsencrypt");
    let container = fixture.create("certbot", &["--volume", &mounted]);
    let source = fixture.folder.path().join("le");
    certbot(&source, "listed.example.com");
    let from = format!("{}/.", source.display());
    fixture.docker(&["cp", &from, &format!("{container}:/etc/letsencrypt")]);

    let certs = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_topside"))
            .args(["--host", &fixture.address, "certs"])
            .args(arguments)
            .env_clear()
            .env("HOME", fixture.folder.path())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    };
    let path = "/etc/letsencrypt/live/listed.example.com/fullchain.pem";
    let json: serde_json::Value = serde_json::from_str(&certs(&["--json"])).unwrap();
    let mut listed = json.as_array().unwrap().iter();
    // Other tests have certificates on this engine too.
    let certificate = listed
        .find(|one| one["names"][0] == "listed.example.com")
        .unwrap();
    let place = serde_json::json!({
        "service": container, "container": container, "path": path, "mounted_from": volume,
    });
    assert_eq!(certificate["places"], serde_json::json!([place]));
    assert_eq!(certificate["issuer"], "Test CA");
    assert_eq!(certificate["staging"], false);
    assert!(certificate["not_after"].as_str().unwrap().ends_with('Z'));

    let table = certs(&[]);
    let mut lines = table.lines();
    let line = lines
        .find(|line| line.starts_with("listed.example.com "))
        .unwrap();
    assert!(line.contains(&format!("{container}:{path}")), "{line}");
}
