//! From an endpoint to an engine that answers.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bollard::Docker;
use bollard::models::SystemVersion;

use super::DockerBackend;
use super::channel::{self, ApiVersion, Channel};
use super::counters::Meter;
use super::error::{from_bollard, limited};
use super::tunnel::Tunnel;
use super::wire::Info;
use crate::backend::{Backend, BackendError, Connector};
use crate::domain::{ByteSize, Endpoint, EngineKind, HostId, HostInfo};

/// An engine that is there answers within milliseconds; one in a far country within a second.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// ssh looks names up, agrees on keys, logs in.
const SSH_LIMIT: Duration = Duration::from_secs(20);

/// Makes connections to one Docker or Podman engine.
pub struct DockerConnector {
    host: HostId,
    endpoint: Endpoint,
}

impl DockerConnector {
    /// Connects to nothing yet.
    pub const fn new(host: HostId, endpoint: Endpoint) -> Self {
        Self { host, endpoint }
    }

    /// The tunnel for ssh, and the endpoint that requests go to.
    async fn reach(&self) -> Result<(Option<Tunnel>, Endpoint), BackendError> {
        match &self.endpoint {
            Endpoint::Ssh { destination, port } => {
                let address = self.address();
                let open = Tunnel::open("ssh".as_ref(), destination, *port, &address);
                let tunnel = limited(SSH_LIMIT, open).await?;
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

    async fn connect(&self) -> Result<Arc<dyn Backend>, BackendError> {
        let (tunnel, endpoint) = self.reach().await?;
        let channel = Arc::new(Channel::new(endpoint.clone(), self.address())?);
        let docker = channel::client(&channel)?;
        let info = match limited(CONNECT_LIMIT, greet(&channel, &docker)).await {
            Ok(info) => info,
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
            meter: Meter::new(self.endpoint.is_local(), info.memory),
            info,
            endpoint,
            channel,
            docker,
            measuring: tokio::sync::Mutex::new(()),
            _tunnel: tunnel,
        }))
    }
}

/// Asks who answers, agrees on a version, asks about the machine.
async fn greet(channel: &Channel, docker: &Docker) -> Result<HostInfo, BackendError> {
    channel.probe().await?;
    let version = docker.version().await.map_err(|err| {
        match from_bollard(err, channel.address()) {
            // The connection was there: whoever listens hung up in the middle of an answer.
            BackendError::Unreachable { why, .. } => BackendError::Garbage(why),
            err => err,
        }
    })?;
    channel.speak(common_version(&version)?);
    let info: Info = channel.get_json("/info").await?;
    Ok(host_info(version, info, channel.version()))
}

/// The newest version that both sides know. Old engines are not refused: what they cannot do they say themselves.
fn common_version(version: &SystemVersion) -> Result<ApiVersion, BackendError> {
    let text = version.api_version.as_deref().unwrap_or_default();
    let server = ApiVersion::parse(text).ok_or_else(|| {
        BackendError::Garbage(format!(
            "no API version in the answer of /version ({text:?})"
        ))
    })?;
    let ours = bollard::API_DEFAULT_VERSION;
    Ok(server.min(ApiVersion::new(ours.major_version, ours.minor_version)))
}

fn host_info(version: SystemVersion, info: Info, api_version: ApiVersion) -> HostInfo {
    let components = version.components.unwrap_or_default();
    let is_podman = components
        .iter()
        .any(|component| component.name.to_ascii_lowercase().contains("podman"));
    HostInfo {
        engine: if is_podman {
            EngineKind::Podman
        } else {
            EngineKind::Docker
        },
        version: version.version.unwrap_or_default(),
        api_version: api_version.to_string(),
        name: info.name,
        operating_system: info.operating_system,
        kernel: info.kernel_version,
        architecture: info.architecture,
        cpus: info.cpus,
        memory: ByteSize(info.mem_total),
        data_root: info.docker_root_dir,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> SystemVersion {
        SystemVersion {
            api_version: Some(text.to_owned()),
            ..Default::default()
        }
    }

    #[test]
    fn the_older_side_decides_the_version() {
        assert_eq!(
            common_version(&version("1.41")).unwrap(),
            ApiVersion::new(1, 41)
        );
        assert_eq!(
            common_version(&version("1.24")).unwrap(),
            ApiVersion::new(1, 24)
        );
        let ours = bollard::API_DEFAULT_VERSION;
        assert_eq!(
            common_version(&version("1.999")).unwrap(),
            ApiVersion::new(ours.major_version, ours.minor_version)
        );
        assert!(matches!(
            common_version(&version("x")),
            Err(BackendError::Garbage(_))
        ));
    }

    #[test]
    fn podman_is_known_by_its_component() {
        let mut answer = version("1.41");
        let component = |name: &str| bollard::models::SystemVersionComponents {
            name: name.to_owned(),
            ..Default::default()
        };
        answer.components = Some(vec![component("Engine")]);
        let api = ApiVersion::new(1, 41);
        let info = host_info(answer.clone(), Info::default(), api);
        assert_eq!(info.engine, EngineKind::Docker);
        answer.components = Some(vec![component("Podman Engine"), component("Conmon")]);
        assert_eq!(
            host_info(answer, Info::default(), api).engine,
            EngineKind::Podman
        );
    }
}
