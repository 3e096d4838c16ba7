//! A verifier that takes every certificate and keeps it.

use std::sync::{Mutex, PoisonError};

use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{DigitallySignedStruct, Error, SignatureScheme};

use super::shown;
use crate::domain::ServedChain;
use crate::domain::served::TlsVersion;

/// What was shown, and in which version the server signed the handshake. Whether the signature is right is not asked:
/// the key may be of a kind that our crypto does not know (Ed448, RSA of 1024 bits).
#[derive(Debug, Default)]
pub(super) struct Capture {
    shown: Mutex<Vec<CertificateDer<'static>>>,
    version: Mutex<Option<TlsVersion>>,
}

impl Capture {
    /// The chain, where the handshake came so far that its version is settled.
    pub(super) fn chain(&self) -> Option<ServedChain> {
        let version = *self.version.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown::chain(version?, &shown)
    }

    fn signed(&self, version: TlsVersion) -> HandshakeSignatureValid {
        *self.version.lock().unwrap_or_else(PoisonError::into_inner) = Some(version);
        HandshakeSignatureValid::assertion()
    }
}

impl ServerCertVerifier for Capture {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let all = std::iter::once(end_entity).chain(intermediates);
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) =
            all.map(|one| one.clone().into_owned()).collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(self.signed(TlsVersion::Tls12))
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(self.signed(TlsVersion::Tls13))
    }

    /// All there are: a server shows the certificate whose key can sign what is offered.
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![
            SignatureScheme::ECDSA_NISTP256_SHA256,
            SignatureScheme::ECDSA_NISTP384_SHA384,
            SignatureScheme::ECDSA_NISTP521_SHA512,
            SignatureScheme::ED25519,
            SignatureScheme::ED448,
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PSS_SHA512,
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme::RSA_PKCS1_SHA384,
            SignatureScheme::RSA_PKCS1_SHA512,
            SignatureScheme::ECDSA_SHA1_Legacy,
            SignatureScheme::RSA_PKCS1_SHA1,
        ]
    }
}
