//! A TLS engine of one answer, with certificates made on the spot.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;

use super::*;
use crate::backend::docker::channel::Channel;
use crate::domain::Endpoint;

fn ca(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// The client's folder: the CA's certificate, and one of the client's own when it is to have one.
fn folder(ca: &CertifiedIssuer<'static, KeyPair>, with_client: bool) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ca.pem"), ca.pem()).unwrap();
    if with_client {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["client".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, ca).unwrap();
        std::fs::write(folder.path().join("cert.pem"), certificate.pem()).unwrap();
        std::fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
    }
    folder
}

/// Serves on a free port; asks clients for a certificate of the same CA when told to.
async fn serve(ca: &CertifiedIssuer<'static, KeyPair>, ask: bool) -> u16 {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, ca).unwrap();
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if ask {
        let mut roots = RootCertStore::empty();
        roots.add(ca.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = builder
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut request = [0; 4096];
            if matches!(stream.read(&mut request).await, Ok(1..)) {
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
                stream.write_all(answer).await.unwrap();
                stream.flush().await.unwrap();
            }
        }
    });
    port
}

async fn ask(port: u16, folder: PathBuf) -> Result<Vec<u8>, BackendError> {
    let endpoint = Endpoint::Tcp {
        host: "127.0.0.1".to_owned(),
        port,
        tls: Some(TlsFiles { folder }),
    };
    let channel = Channel::new(endpoint.clone(), endpoint.to_string())?;
    Ok(channel.get_bytes("/_ping").await?.to_vec())
}

#[tokio::test]
async fn a_server_of_the_ca_is_trusted_without_client_files() {
    let ca = ca("engines");
    let port = serve(&ca, false).await;
    let files = folder(&ca, false);
    assert_eq!(ask(port, files.path().to_owned()).await.unwrap(), b"OK");
}

#[tokio::test]
async fn the_clients_certificate_is_shown() {
    let ca = ca("engines");
    let port = serve(&ca, true).await;
    let files = folder(&ca, true);
    assert_eq!(ask(port, files.path().to_owned()).await.unwrap(), b"OK");
    let without = folder(&ca, false);
    let refused = ask(port, without.path().to_owned()).await;
    assert!(
        matches!(&refused, Err(BackendError::Garbage(text)) if text.contains("TLS")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_server_of_another_ca_is_not_trusted() {
    let port = serve(&ca("engines"), false).await;
    let files = folder(&ca("others"), false);
    let refused = ask(port, files.path().to_owned()).await;
    assert!(
        matches!(&refused, Err(BackendError::Garbage(text)) if text.contains("TLS")),
        "{refused:?}"
    );
    // Nor by the system's CAs, when the folder has none.
    let empty = tempfile::tempdir().unwrap();
    assert!(ask(port, empty.path().to_owned()).await.is_err());
}

#[tokio::test]
async fn broken_files_are_named() {
    let files = tempfile::tempdir().unwrap();
    std::fs::write(
        files.path().join("ca.pem"),
        "-----BEGIN CERTIFICATE-----\nx\n",
    )
    .unwrap();
    let refused = ask(1, files.path().to_owned()).await;
    assert!(
        matches!(&refused, Err(BackendError::Unsupported(text)) if text.contains("ca.pem")),
        "{refused:?}"
    );
}
