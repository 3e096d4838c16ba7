//! Which engine is meant: `--host`, `DOCKER_HOST`, Docker contexts, the usual sockets; in the docker CLI's order.

mod address;
mod context;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::domain::{Endpoint, Failure, HostId, SshTarget, TlsFiles};

/// What the docker CLI reads of its surroundings. Files of contexts are read from disk under the configuration folder.
pub struct Environment {
    /// Environment variables.
    pub variables: BTreeMap<String, String>,
    /// The user's home.
    pub home: Option<PathBuf>,
    /// The user's id, for the runtime folder of a session that does not name it.
    pub uid: u32,
    /// Whether a path is there.
    pub exists: Box<dyn Fn(&Path) -> bool + Send + Sync>,
}

impl Environment {
    /// Of this process.
    pub fn of_process() -> Self {
        Self {
            variables: std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .collect(),
            home: std::env::home_dir(),
            uid: rustix::process::getuid().as_raw(),
            exists: Box::new(Path::exists),
        }
    }

    /// A variable that is set and not empty.
    fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Where `config.json` and contexts are.
    pub fn config_folder(&self) -> Option<PathBuf> {
        match self.get("DOCKER_CONFIG") {
            Some(path) => Some(PathBuf::from(path)),
            None => Some(self.home.as_ref()?.join(".docker")),
        }
    }

    fn runtime_folder(&self) -> PathBuf {
        match self.get("XDG_RUNTIME_DIR") {
            Some(path) => PathBuf::from(path),
            None => PathBuf::from(format!("/run/user/{}", self.uid)),
        }
    }

    /// The client's TLS files, when the environment asks for TLS.
    fn tls(&self) -> Option<TlsFiles> {
        self.get("DOCKER_TLS_VERIFY")?;
        self.tls_folder()
    }

    fn tls_folder(&self) -> Option<TlsFiles> {
        let folder = match self.get("DOCKER_CERT_PATH") {
            Some(path) => PathBuf::from(path),
            None => self.config_folder()?,
        };
        Some(TlsFiles { folder })
    }

    /// Where engines listen unless told otherwise, the likeliest first.
    fn usual_sockets(&self) -> Vec<PathBuf> {
        let runtime = self.runtime_folder();
        let mut sockets = vec![
            PathBuf::from(DEFAULT_SOCKET),
            PathBuf::from("/run/docker.sock"),
            runtime.join("docker.sock"),
        ];
        if let Some(home) = &self.home {
            sockets.push(home.join(".docker/run/docker.sock"));
        }
        sockets.push(runtime.join("podman/podman.sock"));
        sockets.push(PathBuf::from("/run/podman/podman.sock"));
        sockets
    }
}

const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

/// The engine that is meant, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// A name for it: `local`, a context's name, or the host part of its address.
    pub host: HostId,
    /// Where it is.
    pub endpoint: Endpoint,
    /// What named it: `--host`, `DOCKER_HOST`, `context NAME`, `default socket`.
    pub source: String,
}

/// Finds the engine that is meant. `host_flag` is an address or the name of a Docker context.
pub fn resolve(host_flag: Option<&str>, environment: &Environment) -> Result<Resolved, Failure> {
    if let Some(text) = host_flag {
        return if address::is_address(text) {
            from_address(text, "--host", environment)
        } else if text == context::DEFAULT {
            Ok(usual(environment))
        } else {
            context::resolve(text, environment)
        };
    }
    if let Some(text) = environment.get("DOCKER_HOST") {
        return from_address(text, "DOCKER_HOST", environment);
    }
    let name = match environment.get("DOCKER_CONTEXT") {
        Some(name) => Some(name.to_owned()),
        None => context::current(environment)?,
    };
    match name.as_deref() {
        None | Some(context::DEFAULT) => Ok(usual(environment)),
        Some(name) => context::resolve(name, environment),
    }
}

/// The names of the Docker contexts that there are, sorted.
pub fn contexts(environment: &Environment) -> Vec<String> {
    let folder = environment.config_folder();
    folder.map_or_else(Vec::new, |folder| context::names(&folder.join("contexts")))
}

fn from_address(text: &str, source: &str, environment: &Environment) -> Result<Resolved, Failure> {
    let endpoint = address::parse(text, environment.tls(), environment.tls_folder())?;
    Ok(Resolved {
        host: host_id(&endpoint, environment),
        endpoint,
        source: source.to_owned(),
    })
}

/// The first usual socket that is there. When none is, the first of all: then the error of connecting says where an
/// engine was expected.
fn usual(environment: &Environment) -> Resolved {
    let sockets = environment.usual_sockets();
    let found = sockets.into_iter().find(|path| (environment.exists)(path));
    Resolved {
        host: HostId::from("local"),
        endpoint: Endpoint::Unix(found.unwrap_or_else(|| PathBuf::from(DEFAULT_SOCKET))),
        source: "default socket".to_owned(),
    }
}

fn host_id(endpoint: &Endpoint, environment: &Environment) -> HostId {
    match endpoint {
        Endpoint::Unix(path) if environment.usual_sockets().contains(path) => HostId::from("local"),
        Endpoint::Unix(path) => HostId::from(&path.to_string_lossy()),
        Endpoint::Tcp { host, .. } => HostId::from(host),
        Endpoint::Ssh(SshTarget { destination, .. }) => {
            HostId::from(destination.rsplit('@').next().unwrap_or(destination))
        }
    }
}

#[cfg(test)]
mod tests;
