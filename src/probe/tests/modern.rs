//! rustls servers: what is captured, what is asked for, and how we leave.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use futures_util::StreamExt;
use rcgen::{CertificateParams, CertifiedIssuer, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion, version};

use super::*;

/// What a server saw of a client.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    name: Option<String>,
    /// What it said after the handshake, and how it ended.
    said: Result<Vec<u8>, String>,
}

struct Served {
    port: u16,
    chain: Vec<CertificateDer<'static>>,
    seen: mpsc::Receiver<Seen>,
}

fn chain_of(params: &CertificateParams) -> (Vec<CertificateDer<'static>>, KeyPair) {
    let mut ca = CertificateParams::new([]).unwrap();
    ca.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    ca.distinguished_name.push(DnType::CommonName, "Test CA");
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = params.signed_by(&key, &ca as &Issuer<'_, _>).unwrap();
    (vec![leaf.der().clone(), ca.der().clone()], key)
}

#[derive(Debug)]
struct OnlyFor(&'static str, Arc<CertifiedKey>);

impl ResolvesServerCert for OnlyFor {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        (hello.server_name() == Some(self.0)).then(|| Arc::clone(&self.1))
    }
}

/// Serves a certificate to every client, or to those only that ask for `only`.
async fn serve(
    params: CertificateParams,
    versions: &[&'static SupportedProtocolVersion],
    wants_client: bool,
    only: Option<&'static str>,
) -> Served {
    let (chain, key) = chain_of(&params);
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .unwrap();
    let builder = if wants_client {
        let mut roots = RootCertStore::empty();
        roots.add(chain[1].clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let config = match only {
        None => builder.with_single_cert(chain.clone(), key).unwrap(),
        Some(only) => {
            let key = ring::sign::any_supported_type(&key).unwrap();
            let certified = Arc::new(CertifiedKey::new(chain.clone(), key));
            builder.with_cert_resolver(Arc::new(OnlyFor(only, certified)))
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, seen) = mpsc::channel(16);
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = match acceptor.accept(stream).await {
                Ok(mut tls) => {
                    let name = tls.get_ref().1.server_name().map(str::to_owned);
                    let mut said = Vec::new();
                    let ended = tls.read_to_end(&mut said).await;
                    let said = ended.map(|_| said).map_err(|error| error.to_string());
                    Seen { name, said }
                }
                Err(error) => Seen {
                    name: None,
                    said: Err(error.to_string()),
                },
            };
            drop(tell.send(seen).await);
        }
    });
    Served { port, chain, seen }
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    CertificateParams::new(names).unwrap()
}

#[tokio::test]
async fn a_chain_is_captured_in_both_versions() {
    for (versions, word) in [
        (&[&version::TLS12][..], TlsVersion::Tls12),
        (&[&version::TLS13][..], TlsVersion::Tls13),
        (&[&version::TLS12, &version::TLS13][..], TlsVersion::Tls13),
    ] {
        let server = serve(params(&["www.example.org"]), versions, false, None).await;
        let chain = chain(answer(server.port, Some("www.example.org")).await);
        assert_eq!(chain.version, word);
        assert_eq!(chain.leaf.sha256, sha256_of(&server.chain[0]));
        assert_eq!(chain.leaf.read.unwrap().names, ["www.example.org"]);
        assert_eq!(chain.above.len(), 1);
        assert_eq!(chain.status, crate::domain::ChainStatus::Complete);
        assert_eq!(chain.above[0].sha256, sha256_of(&server.chain[1]));
    }
}

#[tokio::test]
async fn nothing_is_said_after_the_handshake_and_the_end_is_announced() {
    for versions in [&[&version::TLS12][..], &[&version::TLS13][..]] {
        let mut server = serve(params(&["a.example.org"]), versions, false, None).await;
        chain(answer(server.port, Some("a.example.org")).await);
        // Without close_notify rustls says "unexpected EOF", after a reset the system its own.
        let polite = Seen {
            name: Some("a.example.org".to_owned()),
            said: Ok(Vec::new()),
        };
        assert_eq!(server.seen.recv().await, Some(polite));
        chain(answer(server.port, None).await);
        assert_eq!(server.seen.recv().await.unwrap().name, None);
    }
}

#[tokio::test]
async fn an_expired_certificate_is_shown_as_it_is() {
    let mut expired = params(&["old.example.org"]);
    expired.not_before = date_time_ymd(2020, 1, 1);
    expired.not_after = date_time_ymd(2020, 4, 1);
    let server = serve(expired, &[&version::TLS13], false, None).await;
    let chain = chain(answer(server.port, Some("other.example.org")).await);
    let read = chain.leaf.read.unwrap();
    assert_eq!(read.not_after.to_string(), "2020-04-01T00:00:00Z");
}

#[tokio::test]
async fn one_that_wants_our_certificate_shows_its_own_first() {
    for versions in [&[&version::TLS12][..], &[&version::TLS13][..]] {
        let server = serve(params(&["a.example.org"]), versions, true, None).await;
        let chain = chain(answer(server.port, Some("a.example.org")).await);
        assert_eq!(chain.leaf.sha256, sha256_of(&server.chain[0]));
    }
}

#[tokio::test]
async fn one_without_a_certificate_for_the_name_is_not_too_old() {
    let server = serve(
        params(&["a"]),
        &[&version::TLS12, &version::TLS13],
        false,
        Some("a.example.org"),
    )
    .await;
    chain(answer(server.port, Some("a.example.org")).await);
    for name in [Some("b.example.org"), None] {
        // rustls says access_denied where its resolver has none.
        let answer = answer(server.port, name).await;
        assert!(matches!(answer, Answer::NoCertificate(_)), "{answer:?}");
    }
}

/// A network that swallows connections, and counts how many wait at once.
#[derive(Default)]
struct Swallows {
    open: AtomicUsize,
    most: AtomicUsize,
}

struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[async_trait::async_trait]
impl Dial for Swallows {
    async fn dial(&self, _: &Address) -> Result<Box<dyn Wire>, DialError> {
        self.most
            .fetch_max(self.open.fetch_add(1, Relaxed) + 1, Relaxed);
        let _waiting = Waiting(&self.open);
        std::future::pending().await
    }
}

#[tokio::test]
async fn many_endpoints_are_asked_a_few_at_a_time() {
    let limits = Limits {
        connect: Duration::from_millis(50),
        ..PATIENT
    };
    let endpoints = (0..10).map(|n| {
        let name = format!("n{n}.example.org");
        endpoint(443, Some(&name), Opening::Tls)
    });
    let dial = Arc::new(Swallows::default());
    let answers = probe_all(
        &(Arc::clone(&dial) as Arc<dyn Dial>),
        endpoints.collect(),
        limits,
    );
    let answers: Vec<_> = answers.collect().await;
    assert_eq!(answers.len(), 10);
    let in_time = Answer::TimedOut(Phase::Connect);
    assert!(answers.iter().all(|served| served.answer == in_time));
    assert_eq!(dial.most.load(Relaxed), AT_ONCE);
    assert_eq!(dial.open.load(Relaxed), 0);
}
