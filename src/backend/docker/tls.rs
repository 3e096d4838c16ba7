//! TLS to an engine: the CA, and the client's certificate and key where there are any.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::backend::BackendError;
use crate::domain::TlsFiles;

/// How to make a TLS connection to one server.
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// Reads `ca.pem`, `cert.pem` and `key.pem`. Without a CA the system's are trusted; without a certificate and key
    /// none is shown.
    pub(super) fn read(files: &TlsFiles, host: &str) -> Result<Self, BackendError> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| BackendError::Unsupported(format!("not a host name: {host:?}")))?;
        let ca = files.folder.join("ca.pem");
        let roots = if ca.exists() {
            own_roots(&ca)?
        } else {
            system_roots()
        };
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|err| BackendError::Unsupported(format!("TLS: {err}")))?
            .with_root_certificates(roots);
        let (cert, key) = (files.folder.join("cert.pem"), files.folder.join("key.pem"));
        let config = if cert.exists() && key.exists() {
            let key_der =
                PrivateKeyDer::from_pem_file(&key).map_err(|err| unreadable(&key, &err))?;
            builder
                .with_client_auth_cert(certificates(&cert)?, key_der)
                .map_err(|err| {
                    BackendError::Unsupported(format!("{} and its key: {err}", cert.display()))
                })?
        } else {
            builder.with_no_client_auth()
        };
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name,
        })
    }

    /// Shakes hands.
    pub(super) async fn connect(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.connector.connect(self.name.clone(), stream).await
    }
}

fn own_roots(path: &Path) -> Result<RootCertStore, BackendError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|err| {
            BackendError::Unsupported(format!("cannot use {}: {err}", path.display()))
        })?;
    }
    Ok(roots)
}

/// Those that cannot be read are not trusted; the handshake says so where it matters.
fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, BackendError> {
    CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|err| unreadable(path, &err))
}

fn unreadable(path: &Path, err: &pem::Error) -> BackendError {
    BackendError::Unsupported(format!("cannot read {}: {err}", path.display()))
}

#[cfg(test)]
mod tests;
