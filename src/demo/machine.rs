//! The machine around the embedded engine: the ports of its containers, and what its own programs would print.

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::io::DuplexStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};

use super::certificates::Served;
use super::engine::Engine;
use crate::backend::docker::Machine;
use crate::backend::{BackendError, Dial, DialError, Wire};
use crate::domain::endpoint::Address;

/// What is on its way between two ends.
const PIPE: usize = 64 << 10;
/// The disk of the machine, in kilobytes.
const DISK: u64 = 78_425_148;
/// What is on it that is neither an image nor a volume, in kilobytes.
const SYSTEM: u64 = 51_912_204;

/// The way to the ports and programs of the demo's machine: they are here, in this process, and on no network.
pub(super) struct Around(pub(super) Arc<Engine>);

#[async_trait]
impl Machine for Around {
    fn dialer(&self) -> Arc<dyn Dial> {
        Arc::new(Self(Arc::clone(&self.0)))
    }

    async fn run(&self, words: &[String]) -> Result<Vec<u8>, BackendError> {
        if words.first().is_some_and(|program| program == "df") {
            return Ok(self.df().into_bytes());
        }
        let why = format!("the demo's machine has no program {}", words.join(" "));
        Err(BackendError::Unsupported(why))
    }
}

impl Around {
    fn df(&self) -> String {
        let kept = self.0.look(|world| {
            let volumes = world
                .volumes
                .values()
                .map(|volume| volume.tree.size(world.now));
            volumes.sum::<u64>() + world.layers_size()
        });
        let used = SYSTEM + kept / 1024;
        let free = DISK.saturating_sub(used);
        format!(
            "Filesystem     1024-blocks      Used Available Capacity Mounted on\n/dev/vda1         {DISK}  {used}  {free}      {}% /\n",
            used * 100 / DISK
        )
    }
}

#[async_trait]
impl Dial for Around {
    async fn dial(&self, address: &Address) -> Result<Box<dyn Wire>, DialError> {
        let found = self.0.look(|world| {
            let mut all = world.containers.values().filter(|one| one.state.is_up());
            let port = all.find(|one| {
                let mut ports = one.ports.iter().filter_map(|port| port.at.as_ref());
                ports.any(|(_, port)| *port == address.port)
            })?;
            Some(world.served.get(&port.id).cloned())
        });
        let Some(served) = found else {
            return Err(io::Error::from(io::ErrorKind::ConnectionRefused).into());
        };
        let (ours, theirs) = tokio::io::duplex(PIPE);
        // Whoever speaks no TLS hangs up on who begins with it.
        if let Some(served) = served {
            let cancel = self.0.cancel.clone();
            self.0.tasks.spawn(async move {
                let _ = cancel.run_until_cancelled(serve(theirs, served)).await;
            });
        }
        Ok(Box::new(ours))
    }
}

/// A TLS server, until the other end goes.
async fn serve(stream: DuplexStream, served: Vec<Served>) {
    let config = match config(served) {
        Ok(config) => config,
        Err(error) => return tracing::warn!(%error, "the demo's certificates"),
    };
    if let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await {
        let mut nothing = tokio::io::sink();
        drop(tokio::io::copy(&mut stream, &mut nothing).await);
    }
}

fn config(served: Vec<Served>) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(default_provider());
    let mut keys = Vec::new();
    for one in served {
        let chain = one.chain.into_iter().map(CertificateDer::from).collect();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(one.key));
        let key = provider.key_provider.load_private_key(key)?;
        keys.push((one.names, Arc::new(CertifiedKey::new(chain, key))));
    }
    let config = ServerConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions()?;
    Ok(config
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName(keys))))
}

/// The certificate of the name that is asked for, else the first.
#[derive(Debug)]
struct ByName(Vec<(Vec<String>, Arc<CertifiedKey>)>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asked = hello.server_name().unwrap_or_default();
        let named = self
            .0
            .iter()
            .find(|(names, _)| names.iter().any(|name| name == asked));
        named.or(self.0.first()).map(|(_, key)| Arc::clone(key))
    }
}
