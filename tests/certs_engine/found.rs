//! What real clients left on a real engine, found, and told whose it is.

use std::sync::Arc;

use topside::backend::docker::DockerConnector;
use topside::backend::{Backend, Connector};
use topside::certs::Scanner;
use topside::domain::{
    AcmeClient, Certificate, CertificatesFound, Container, Endpoint, HostId, TlsServer,
};

use super::fixtures::acme::{Acme, Client, NINETY_DAYS, Server};
use super::fixtures::engine;

const DOMAIN: &str = "www.example.com";

/// Looks at one project only, again and again.
struct Finder {
    backend: Arc<dyn Backend>,
    scanner: Scanner,
    prefix: String,
}

impl Finder {
    async fn new(acme: &Acme) -> Self {
        let connector = DockerConnector::new("test".into(), Endpoint::Unix(engine::socket()));
        Self {
            backend: connector.connect().await.unwrap(),
            scanner: Scanner::default(),
            prefix: format!("{}-", acme.project.name),
        }
    }

    async fn scan(&self) -> CertificatesFound {
        let mut containers = self.backend.containers().await.unwrap();
        containers.retain(|container: &Container| container.name.starts_with(&self.prefix));
        let host = HostId::from("test");
        self.scanner
            .scan(&*self.backend, &host, &containers)
            .await
            .unwrap()
    }

    /// `service:path client lineage key server`, without the project.
    fn places(certificate: &Certificate) -> Vec<String> {
        certificate
            .places
            .iter()
            .map(|place| {
                let service = place.service.as_ref().map_or("-", |service| &service.name);
                assert!(place.modified.is_some());
                format!(
                    "{service}:{} {} {} {} {}",
                    place.path,
                    place.client.map_or("-", AcmeClient::name),
                    place.lineage.as_deref().unwrap_or("-"),
                    place.key.as_deref().unwrap_or("-"),
                    place.server.map_or("-", TlsServer::name),
                )
            })
            .collect()
    }
}

fn by<'a>(found: &'a CertificatesFound, sha256: &str) -> &'a Certificate {
    let mut all = found.certificates.iter();
    all.find(|one| one.sha256 == sha256)
        .unwrap_or_else(|| panic!("{sha256} in {found:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn lego_combined_for_hitch() {
    let acme = Acme::start("find-lego", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Lego, &[DOMAIN]);
    acme.serve(Server::Hitch);
    let finder = Finder::new(&acme).await;
    let found = finder.scan().await;
    let first = acme.kept(Client::Lego, DOMAIN);
    let expected = [
        "hitch:/etc/hitch/cert.d/www.example.com.pem - - /etc/hitch/cert.d/www.example.com.pem hitch",
        "lego:/certs/certificates/www.example.com.crt lego www.example.com \
         /certs/certificates/www.example.com.key -",
        "lego:/combined/www.example.com.pem - - /combined/www.example.com.pem -",
    ];
    assert_eq!(Finder::places(by(&found, &first)), expected);
    assert_eq!(found.certificates.len(), 1, "{found:?}");
    assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);

    // A second look, then a renewal whose hook fails: what was not combined stays the old one.
    assert_eq!(finder.scan().await, found);
    acme.write_hook("combine", "#!/bin/sh\nexit 1\n");
    acme.renew(Client::Lego, &[DOMAIN], true);
    let found = finder.scan().await;
    let second = acme.kept(Client::Lego, DOMAIN);
    assert_eq!(Finder::places(by(&found, &second)), expected[1..2]);
    assert_eq!(
        Finder::places(by(&found, &first)),
        [expected[0], expected[2]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn certbot_for_nginx_and_its_schedule() {
    let acme = Acme::start("find-certbot", DOMAIN, NINETY_DAYS);
    acme.issue(Client::Certbot, &[DOMAIN]);
    acme.serve(Server::Nginx);
    let finder = Finder::new(&acme).await;
    for _generation in [1, 2] {
        let found = finder.scan().await;
        let live = "/etc/letsencrypt/live/www.example.com";
        let place = |service: &str, file: &str, server: &str| {
            format!(
                "{service}:{live}/{file}.pem certbot www.example.com {live}/privkey.pem {server}"
            )
        };
        let now = acme.kept(Client::Certbot, DOMAIN);
        assert_eq!(
            Finder::places(by(&found, &now)),
            [
                place("certbot", "cert", "-"),
                place("certbot", "fullchain", "-"),
                place("nginx", "cert", "nginx"),
                place("nginx", "fullchain", "nginx"),
            ]
        );
        assert_eq!(found.certificates.len(), 1, "the one before it is archived");
        let schedule = &found.schedules[0];
        assert_eq!(schedule.client, AcmeClient::Certbot);
        assert_eq!(schedule.lineage.as_deref(), Some(DOMAIN));
        assert_eq!(schedule.hook, None);
        assert!(acme.renew(Client::Certbot, &[DOMAIN], true).success);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dehydrated_and_uacme_keep_their_own() {
    let acme = Acme::start("find-others", DOMAIN, NINETY_DAYS);
    for client in [Client::Dehydrated, Client::Uacme] {
        acme.issue(client, &[DOMAIN]);
    }
    let finder = Finder::new(&acme).await;
    let found = finder.scan().await;
    let dehydrated = "/var/lib/dehydrated/certs/www.example.com";
    assert_eq!(
        Finder::places(by(&found, &acme.kept(Client::Dehydrated, DOMAIN))),
        ["cert", "fullchain"].map(|file| format!(
            "dehydrated:{dehydrated}/{file}.pem dehydrated www.example.com {dehydrated}/privkey.pem -"
        ))
    );
    let mut schedules = found.schedules.iter();
    let settings = schedules.find(|one| one.client == AcmeClient::Dehydrated);
    let settings = settings.expect("dehydrated's settings");
    assert_eq!(settings.path, "/etc/dehydrated/config");
    assert_eq!(settings.lineage, None, "they hold for all");
    let uacme = "/etc/ssl/uacme";
    assert_eq!(
        Finder::places(by(&found, &acme.kept(Client::Uacme, DOMAIN))),
        [format!(
            "uacme:{uacme}/www.example.com/cert.pem uacme www.example.com {uacme}/private/www.example.com/key.pem -"
        )]
    );
    assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);
}
