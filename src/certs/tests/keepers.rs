//! Whose files are whose, told by what lies around them.

use super::engine::{Engine, container};
use super::issue::{Authority, key_pem};
use crate::certs::{client_of, scan, server_of};
use crate::domain::{AcmeClient, CertificatePlace, Container, TlsServer};

/// An engine with one container whose volume at `/x` holds these files, each a certificate, a key, or this text.
struct Volume {
    engine: Engine,
    leaf: String,
}

impl Volume {
    fn new() -> Self {
        Self {
            engine: Engine::new(),
            leaf: Authority::new("CA").issue(&["a.example"], 2027).pem(),
        }
    }

    fn file(mut self, path: &str, text: &str) -> Self {
        let text = text.replace("LEAF", &self.leaf).replace("KEY", &key_pem());
        self.engine.file("c", path, text);
        self
    }

    fn link(mut self, path: &str, target: &str) -> Self {
        self.engine.link("c", path, target);
        self
    }

    /// `path client lineage key` of every place.
    async fn kept(self) -> Vec<String> {
        let container = container("c", &["volume:certs:/x"]);
        let found = scan(&self.engine, &"home".into(), &[container]).await;
        let found = found.unwrap();
        assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);
        let places = found.certificates.iter().flat_map(|one| &one.places);
        places
            .map(|place| {
                let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
                let client = place.client.map_or("-", AcmeClient::name);
                format!(
                    "{} {client} {} {}",
                    place.path,
                    or(&place.lineage),
                    or(&place.key)
                )
            })
            .collect()
    }
}

#[tokio::test]
async fn certbot_keeps_its_own_in_live() {
    let kept = Volume::new()
        .file("/x/archive/a/fullchain7.pem", "LEAF")
        .file("/x/archive/a/privkey7.pem", "KEY")
        .link("/x/live/a/fullchain.pem", "../../archive/a/fullchain7.pem")
        .link("/x/live/a/privkey.pem", "../../archive/a/privkey7.pem")
        .kept()
        .await;
    let expected = "/x/live/a/fullchain.pem certbot a /x/live/a/privkey.pem";
    assert_eq!(kept, [expected]);
}

#[tokio::test]
async fn lego_and_its_next_version_and_caddy() {
    let lego = |json: &str| {
        Volume::new()
            .file("/x/certificates/_.a.crt", "LEAF")
            .file("/x/certificates/_.a.key", "KEY")
            .file("/x/certificates/_.a.json", json)
    };
    let key = "/x/certificates/_.a.key";
    assert_eq!(
        lego(r#"{"domain":"*.a","certUrl":"u"}"#).kept().await,
        [format!("/x/certificates/_.a.crt lego *.a {key}")]
    );
    assert_eq!(
        lego(r#"{"domain":"*.a","certUrl":"u","origin":"le"}"#)
            .kept()
            .await,
        [format!("/x/certificates/_.a.crt lego 5 *.a {key}")]
    );
    assert_eq!(
        lego(r#"{"certUrl":"u"}"#)
            .file("/x/.lego.yml", "accounts: {}")
            .kept()
            .await,
        [format!("/x/certificates/_.a.crt lego 5 *.a {key}")]
    );
    let caddy = Volume::new()
        .file("/x/certificates/ca/a/a.crt", "LEAF")
        .file("/x/certificates/ca/a/a.key", "KEY")
        .file(
            "/x/certificates/ca/a/a.json",
            r#"{"sans":["a"],"issuer_data":{}}"#,
        );
    assert_eq!(
        caddy.kept().await,
        ["/x/certificates/ca/a/a.crt Caddy a /x/certificates/ca/a/a.key"]
    );
}

#[tokio::test]
async fn acme_sh_alone_and_in_its_companion() {
    let alone = Volume::new()
        .file("/x/a_ecc/a.cer", "LEAF")
        .file("/x/a_ecc/a.key", "KEY")
        .file("/x/a_ecc/a.conf", "Le_Alt='no'\nLe_Domain='a'\n");
    assert_eq!(
        alone.kept().await,
        ["/x/a_ecc/a.cer acme.sh a /x/a_ecc/a.key"]
    );
    let companion = Volume::new()
        .file("/x/a/fullchain.pem", "LEAF")
        .file("/x/a/key.pem", "KEY")
        .link("/x/a.crt", "./a/fullchain.pem")
        .link("/x/a.key", "./a/key.pem");
    assert_eq!(
        companion.kept().await,
        ["/x/a.crt acme-companion a /x/a.key"]
    );
}

#[tokio::test]
async fn dehydrated_uacme_lecli_and_traefik() {
    let dehydrated = Volume::new()
        .file("/x/certs/a/fullchain-1700000000.pem", "LEAF")
        .file("/x/certs/a/privkey-1700000000.pem", "KEY")
        .link("/x/certs/a/fullchain.pem", "fullchain-1700000000.pem")
        .link("/x/certs/a/privkey.pem", "privkey-1700000000.pem");
    assert_eq!(
        dehydrated.kept().await,
        ["/x/certs/a/fullchain.pem dehydrated a /x/certs/a/privkey.pem"]
    );
    let uacme = Volume::new()
        .file("/x/a/cert.pem", "LEAF")
        .file("/x/private/a/key.pem", "KEY");
    assert_eq!(
        uacme.kept().await,
        ["/x/a/cert.pem uacme a /x/private/a/key.pem"]
    );
    let lecli = Volume::new()
        .file("/x/w/certificate.pem", "LEAF")
        .file("/x/w/request.pem", "KEY")
        .file("/x/w/lecli.yml", "common_name: a");
    assert_eq!(
        lecli.kept().await,
        ["/x/w/certificate.pem lecli w /x/w/request.pem"]
    );
}

#[tokio::test]
async fn what_somebody_made_of_it_is_no_clients() {
    let combined = Volume::new().file("/x/a.pem", "KEYLEAF");
    assert_eq!(combined.kept().await, ["/x/a.pem - - /x/a.pem"]);
    let apart = Volume::new()
        .file("/x/a.crt", "LEAF")
        .file("/x/a.key", "KEY")
        .file("/x/b/cert.pem", "LEAF");
    assert_eq!(
        apart.kept().await,
        ["/x/a.crt - - /x/a.key", "/x/b/cert.pem - - -"]
    );
}

fn of_image(image: &str, command: &str) -> Container {
    let mut container = container("c", &[]);
    container.image = image.into();
    container.command = command.to_owned();
    container
}

#[test]
fn a_program_is_known_by_its_image_or_its_command() {
    let client = |image, command| client_of(&of_image(image, command));
    let server = |image, command| server_of(&of_image(image, command));
    assert_eq!(
        client("certbot/certbot:v4.0", ""),
        Some(AcmeClient::Certbot)
    );
    assert_eq!(
        client("reg:5000/goacme/lego@sha256:0", ""),
        Some(AcmeClient::Lego)
    );
    assert_eq!(
        client(
            "alpine",
            "/bin/sh -c 'while :; do lego renew; sleep 1d; done'"
        ),
        Some(AcmeClient::Lego)
    );
    assert_eq!(client("legolas", "sleep 1"), None);
    assert_eq!(
        server("alpine", "/usr/sbin/hitch --config=x"),
        Some(TlsServer::Hitch)
    );
    assert_eq!(server("nginx:1.27", ""), Some(TlsServer::Nginx));
    assert_eq!(server("postgres", "postgres"), None);
}

#[tokio::test]
async fn a_certificate_may_have_come_with_the_image() {
    let leaf = Authority::new("CA").issue(&["a.example"], 2027).pem();
    let mut engine = Engine::new();
    for id in ["hitch", "db"] {
        engine.file(id, "/etc/hitch/cert.d/a.pem", leaf.clone() + &key_pem());
    }
    let mut hitch = container("hitch", &[]);
    hitch.image = "wezm/hitch:1.8".into();
    let found = scan(&engine, &"home".into(), &[container("db", &[]), hitch]).await;
    let found = found.unwrap();
    let places: Vec<&CertificatePlace> = found
        .certificates
        .iter()
        .flat_map(|one| &one.places)
        .collect();
    assert_eq!(places.len(), 1, "only where something suggests it");
    assert_eq!(places[0].holder(), "hitch");
    assert_eq!(places[0].server, Some(TlsServer::Hitch));
    assert_eq!(places[0].mounted_from, None);
    assert!(places[0].is_combined());
    assert!(
        found.unreadable.is_empty(),
        "usual places need not be there: {:?}",
        found.unreadable
    );
    let looks = engine.looks.lock().unwrap();
    assert!(looks.iter().all(|look| look.starts_with("hitch:")));
}
