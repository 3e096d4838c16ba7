//! From an endpoint to an engine that answers.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bollard::models::SystemVersion;

use super::DockerBackend;
use super::channel::{self, ApiVersion, Channel};
use super::counters::Meter;
use super::error::limited;
use super::machine::Machine;
use super::registry_auth::Logins;
use super::tunnel::{self, Tunnel};
use super::wire::Info;
use crate::backend::{Backend, BackendError, Connector};
use crate::domain::{ByteSize, Endpoint, EngineKind, HostId, HostInfo, SshTarget};

/// An engine that is there answers within milliseconds; one in a far country within a second.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// ssh looks names up, agrees on keys, logs in.
const SSH_LIMIT: Duration = Duration::from_secs(20);

/// Makes connections to one Docker or Podman engine.
pub struct DockerConnector {
    host: HostId,
    endpoint: Endpoint,
    logins: Logins,
    /// The machine that an embedded engine says it runs on.
    machine: Option<Arc<dyn Machine>>,
}

impl DockerConnector {
    /// Connects to nothing yet.
    pub fn new(host: HostId, endpoint: Endpoint) -> Self {
        Self {
            host,
            endpoint,
            logins: Logins::of_process(),
            machine: None,
        }
    }

    /// The way to an engine that this process embeds. It counts as another machine's, though its socket is here: this
    /// machine's folders, processes and ports are none of its own.
    pub fn embedded(host: HostId, endpoint: Endpoint, machine: Arc<dyn Machine>) -> Self {
        let machine = Some(machine);
        Self {
            machine,
            ..Self::new(host, endpoint)
        }
    }

    /// With the logins to registries of this configuration folder, instead of the user's (`DOCKER_CONFIG`).
    #[must_use]
    pub fn with_logins_of(mut self, folder: PathBuf) -> Self {
        self.logins = Logins::of_folder(folder);
        self
    }

    /// The tunnel for ssh, and the endpoint that requests go to.
    async fn reach(&self) -> Result<(Option<Tunnel>, Endpoint), BackendError> {
        match &self.endpoint {
            Endpoint::Ssh(target) => {
                let tunnel = log_in(target).await?;
                let socket = Endpoint::Unix(tunnel.socket());
                Ok((Some(tunnel), socket))
            }
            direct => Ok((None, direct.clone())),
        }
    }
}

#[async_trait]
impl Connector for DockerConnector {
    fn host(&self) -> &HostId {
        &self.host
    }

    fn address(&self) -> String {
        self.endpoint.to_string()
    }

    fn is_local(&self) -> bool {
        self.machine.is_none() && self.endpoint.is_local()
    }

    async fn connect(&self) -> Result<Arc<dyn Backend>, BackendError> {
        let (tunnel, endpoint) = self.reach().await?;
        let channel = Arc::new(Channel::new(endpoint.clone(), self.address())?);
        let docker = channel::client(&channel)?;
        let greeting = greet(&channel, tunnel.is_some());
        let kind = match limited(CONNECT_LIMIT, greeting).await {
            Ok(kind) => kind,
            // What ssh says of the other end is more than that the line went dead.
            Err(err) => {
                return Err(match tunnel {
                    Some(tunnel) => tunnel.explain(err).await,
                    None => err,
                });
            }
        };
        Ok(Arc::new(DockerBackend {
            host: self.host.clone(),
            meter: Meter::new(self.is_local()),
            logins: self.logins.clone(),
            kind,
            endpoint,
            channel,
            docker,
            measuring: tokio::sync::Mutex::new(()),
            tunnel,
            machine: self.machine.clone(),
        }))
    }
}

async fn log_in(target: &SshTarget) -> Result<Tunnel, BackendError> {
    let opening = Tunnel::open("ssh".as_ref(), target);
    tokio::time::timeout(SSH_LIMIT, opening)
        .await
        .unwrap_or_else(|_| {
            let why = format!("no login within {} s", SSH_LIMIT.as_secs());
            Err(tunnel::no_login(target, why))
        })
}

/// Agrees on a version with whoever answers, and learns which engine it is. `/_ping` says both in its head, at the price
/// of nothing; `/version` and `/info` keep an engine busy for 20 ms.
async fn greet(channel: &Channel, through_tunnel: bool) -> Result<EngineKind, BackendError> {
    channel.probe().await?;
    let asked = async {
        let answer = channel.get("/_ping").await?;
        let head = answer.headers().clone();
        Ok((head, channel.whole(answer).await?))
    };
    let (head, body) = asked.await.map_err(|err| match err {
        // The connection was there: whoever listens hung up in the middle of an answer. Not so with ssh, which takes
        // every connection and hangs up when nobody takes it at the far end.
        BackendError::CutOff { why } if !through_tunnel => BackendError::Garbage(why),
        err => err,
    })?;
    if body.trim_ascii() != b"OK" {
        let why = "the answer of /_ping is not OK: no container engine listens there";
        return Err(BackendError::Garbage(why.to_owned()));
    }
    let said = |name: &str| {
        head.get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    channel.speak(common_version(said("api-version"))?);
    let podman = said("server").starts_with("Libpod") || !said("libpod-api-version").is_empty();
    Ok(if podman {
        EngineKind::Podman
    } else {
        EngineKind::Docker
    })
}

/// The newest version that both sides know. Old engines are not refused: what they cannot do they say themselves.
fn common_version(text: &str) -> Result<ApiVersion, BackendError> {
    let server = ApiVersion::parse(text).ok_or_else(|| {
        BackendError::Garbage(format!("no API version in the answer of /_ping ({text:?})"))
    })?;
    Ok(server.min(ours()))
}

fn ours() -> ApiVersion {
    let ours = bollard::API_DEFAULT_VERSION;
    ApiVersion::new(ours.major_version, ours.minor_version)
}

/// The newest version of the Engine API that we speak: `1.53`.
pub fn newest_api() -> String {
    ours().to_string()
}

/// What a child has to be told to reach the same engine.
pub(super) fn environment(endpoint: &Endpoint) -> Vec<(String, String)> {
    let folder = match endpoint {
        Endpoint::Tcp {
            tls: Some(files), ..
        } => files.folder.to_string_lossy().into_owned(),
        _ => String::new(),
    };
    // Empty is as good as not set, and hides what the user's own environment says of another engine.
    let verify = if folder.is_empty() { "" } else { "1" };
    vec![
        ("DOCKER_HOST".to_owned(), endpoint.to_string()),
        ("DOCKER_TLS_VERIFY".to_owned(), verify.to_owned()),
        ("DOCKER_CERT_PATH".to_owned(), folder),
    ]
}

pub(super) fn host_info(
    engine: EngineKind,
    version: SystemVersion,
    info: Info,
    api_version: ApiVersion,
) -> HostInfo {
    HostInfo {
        engine,
        id: (!info.id.is_empty()).then_some(info.id),
        version: version.version.unwrap_or_default(),
        api_version: api_version.to_string(),
        name: info.name,
        operating_system: info.operating_system,
        kernel: info.kernel_version,
        architecture: info.architecture,
        cpus: info.cpus,
        memory: ByteSize(info.mem_total),
        data_root: info.docker_root_dir,
        clock: info.system_time.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_side_decides_the_version() {
        assert_eq!(common_version("1.41").unwrap(), ApiVersion::new(1, 41));
        assert_eq!(common_version("1.24").unwrap(), ApiVersion::new(1, 24));
        assert_eq!(common_version("1.999").unwrap(), ours());
        for garbage in ["", "x"] {
            assert!(matches!(
                common_version(garbage),
                Err(BackendError::Garbage(_))
            ));
        }
    }
}
