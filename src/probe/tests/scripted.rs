//! A server that follows a script, then speaks TLS or hangs up.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// One step of a script.
#[derive(Clone)]
pub(super) enum Act {
    /// Say this.
    Say(Vec<u8>),
    /// Be told exactly this, or fall silent for good.
    Hear(Vec<u8>),
    /// Be told so many bytes, whatever they are.
    HearBytes(usize),
    /// Speak TLS with a certificate for `mail.example.org`.
    Tls,
    /// Say this again and again until the client has enough, with a pause in between.
    Drip(Vec<u8>, std::time::Duration),
    /// Wait until the client hangs up.
    Wait,
}

pub(super) fn say(text: impl AsRef<[u8]>) -> Act {
    Act::Say(text.as_ref().to_vec())
}

pub(super) fn hear(text: impl AsRef<[u8]>) -> Act {
    Act::Hear(text.as_ref().to_vec())
}

/// Plays the script to every client, and hangs up at its end.
pub(super) async fn serve(script: Vec<Act>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(play(stream, script.clone()));
        }
    });
    port
}

async fn play(mut stream: TcpStream, script: Vec<Act>) {
    for act in script {
        match act {
            Act::Say(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Act::Hear(wanted) => {
                let mut heard = vec![0; wanted.len()];
                if stream.read_exact(&mut heard).await.is_err() || heard != wanted {
                    return wait(stream).await;
                }
            }
            Act::HearBytes(count) => {
                let mut heard = vec![0; count];
                if stream.read_exact(&mut heard).await.is_err() {
                    return;
                }
            }
            Act::Tls => {
                if let Ok(mut tls) = acceptor().accept(stream).await {
                    drop(tls.read_to_end(&mut Vec::new()).await);
                }
                return;
            }
            Act::Drip(bytes, pause) => loop {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
                tokio::time::sleep(pause).await;
            },
            Act::Wait => return wait(stream).await,
        }
    }
    // Read what is left, or the client would see a reset instead of an end.
    drop(stream.shutdown().await);
    wait(stream).await;
}

async fn wait(mut stream: TcpStream) {
    drop(stream.read_to_end(&mut Vec::new()).await);
}

fn acceptor() -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["mail.example.org".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
