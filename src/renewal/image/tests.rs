//! What a build takes, in real folders with real certificates.

use std::fs;
use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;
use crate::domain::plan::FileIn;
use crate::domain::sample::container;
use crate::domain::{AcmeClient, Mount, MountKind};

/// A build's folder, and beside it one that is not taken.
struct Host {
    folder: TempDir,
}

impl Host {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["build", "elsewhere"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        let root = self.folder.path().canonicalize().unwrap();
        root.join(name).to_str().unwrap().to_owned()
    }

    /// A new certificate for the name, with its key where that is wanted; its fingerprint.
    fn put(&self, at: &str, with_key: bool) -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        let mut text = parameters.self_signed(&key).unwrap().pem();
        if with_key {
            text.push_str(&key.serialize_pem());
        }
        let path = self.path(at);
        fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        fs::write(&path, &text).unwrap();
        crate::certs::parse(text.as_bytes())
            .first_leaf()
            .unwrap()
            .sha256
            .clone()
    }

    fn way(&self, has_prebuild: bool) -> Rebuild {
        Rebuild {
            steps: Vec::new(),
            notes: Vec::new(),
            context: Some(self.path("build").into()),
            has_prebuild,
        }
    }

    /// A client with a folder of the host at `/certs`, that stores the chain in this file there.
    fn client(&self, folder: &str, file: &str) -> Client {
        Client {
            service: service(),
            name: "lego".to_owned(),
            is_up: true,
            renews_itself: false,
            is_composed: false,
            file: FileIn {
                container: "lego".into(),
                name: "lego".to_owned(),
                path: format!("/certs/{file}"),
            },
            key: None,
            mounts: vec![Mount {
                kind: MountKind::Bind,
                name: None,
                source: self.path(folder),
                destination: "/certs".to_owned(),
                read_only: false,
            }],
            program: AcmeClient::Lego,
            call: Err(Failure::new("", "")),
        }
    }
}

fn source_of(client: Option<&Client>, stored: &str, way: &Rebuild, file: &str) -> Source {
    let ask = Ask {
        client,
        is_renewed: client.is_some(),
        stored,
        names: BTreeSet::from(["a.example"]),
    };
    let file = ServerFile {
        path: format!("/etc/nginx/ssl/{file}"),
        sha256: "old".to_owned(),
        is_clients: false,
        is_combined: file == "both.pem",
        in_client: None,
        is_from_image: true,
        source: None,
    };
    let context = way.context.clone().map(Context::read);
    ask.source(&file, way, context.as_ref())
}

fn service() -> ServiceId {
    ServiceId {
        host: "home".into(),
        project: None,
        name: "web".into(),
    }
}

#[test]
fn what_the_client_writes_into_the_folder_of_the_build_is_taken() {
    let host = Host::new();
    host.put("build/lego/a.crt", false);
    let client = host.client("build/lego", "a.crt");
    let way = host.way(false);
    assert_eq!(
        source_of(Some(&client), "", &way, "fullchain.pem"),
        Source::Stored
    );
    // certbot's links lead to it, too.
    host.put("build/archive/1.pem", false);
    fs::create_dir(host.path("build/live")).unwrap();
    symlink("../archive/1.pem", host.path("build/live/fullchain.pem")).unwrap();
    let client = host.client("build", "live/fullchain.pem");
    assert_eq!(
        source_of(Some(&client), "", &way, "fullchain.pem"),
        Source::Stored
    );
}

#[test]
fn a_copy_that_nobody_renews_is_told_unless_a_command_runs_first() {
    let host = Host::new();
    host.put("build/site.crt", false);
    host.put("elsewhere/a.crt", false);
    let client = host.client("elsewhere", "a.crt");
    let Source::Nothing(why) = source_of(Some(&client), "", &host.way(false), "site.crt") else {
        panic!("nothing brings it there");
    };
    assert!(
        why.contains("build/site.crt") && why.contains("lego does not write"),
        "{why}"
    );
    let unseen = source_of(Some(&client), "", &host.way(true), "site.crt");
    assert!(matches!(unseen, Source::Unseen(_)));
    let empty = Host::new();
    let Source::Nothing(why) = source_of(Some(&client), "", &empty.way(false), "site.crt") else {
        panic!("there is nothing at all");
    };
    assert!(why.contains("nothing in "), "{why}");
    let nowhere = Rebuild {
        context: None,
        ..host.way(false)
    };
    assert!(matches!(
        source_of(Some(&client), "", &nowhere, "x.crt"),
        Source::Unseen(_)
    ));
}

#[test]
fn a_file_of_key_and_chain_is_made_where_the_client_can_write_it() {
    let host = Host::new();
    host.put("build/lego/a.crt", false);
    host.put("build/lego/both.pem", true);
    let client = host.client("build/lego", "a.crt");
    let source = source_of(Some(&client), "", &host.way(false), "both.pem");
    let copy = Source::Copy {
        path: host.path("build/lego/both.pem"),
        in_client: "/certs/both.pem".to_owned(),
    };
    assert_eq!(source, copy);
    let mut client = client;
    client.mounts[0].read_only = true;
    let source = source_of(Some(&client), "", &host.way(false), "both.pem");
    assert!(matches!(source, Source::Nothing(_)));
}

#[test]
fn without_a_renewal_what_is_stored_may_lie_there_already() {
    let host = Host::new();
    let new = host.put("build/site.crt", false);
    let way = host.way(false);
    assert_eq!(source_of(None, &new, &way, "site.crt"), Source::Stored);
    assert!(matches!(
        source_of(None, "other", &way, "site.crt"),
        Source::Nothing(_)
    ));
}

#[test]
fn what_was_written_after_the_container_was_made_is_not_its_images() {
    let mut container = container("web", "image");
    container.created = "2026-01-02T00:00:00Z".parse().unwrap();
    let mut place = CertificatePlace::of_service(service(), "web", "/etc/nginx/ssl/a.pem");
    place.modified = Some("2026-01-01T00:00:00Z".parse().unwrap());
    assert!(is_from_image(&container, &place));
    place.modified = Some("2026-01-03T00:00:00Z".parse().unwrap());
    assert!(!is_from_image(&container, &place));
    place.modified = None;
    assert!(is_from_image(&container, &place));
    container.mounts.push(Mount {
        kind: MountKind::Volume,
        name: Some("ssl".to_owned()),
        source: String::new(),
        destination: "/etc/nginx/ssl".to_owned(),
        read_only: true,
    });
    assert!(!is_from_image(&container, &place));
}
