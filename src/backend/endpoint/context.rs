//! Docker contexts: named endpoints that `docker context create` keeps under the configuration folder.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{Environment, Resolved, address};
use crate::domain::{Failure, HostId, TlsFiles};

/// The name that means: no context, the environment's or the usual socket.
pub(super) const DEFAULT: &str = "default";
/// So alike (of 1) a name has to be to be what was meant.
const ALIKE: f64 = 0.7;

#[derive(Deserialize)]
struct Config {
    #[serde(rename = "currentContext")]
    current_context: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Meta {
    name: String,
    #[serde(default)]
    endpoints: Endpoints,
}

#[derive(Default, Deserialize)]
struct Endpoints {
    docker: Option<DockerEndpoint>,
}

/// `SkipTLSVerify` is not read: we always verify what we send commands to.
#[derive(Deserialize)]
struct DockerEndpoint {
    #[serde(rename = "Host", default)]
    host: String,
}

/// The context that `docker context use` chose, if any.
pub(super) fn current(environment: &Environment) -> Result<Option<String>, Failure> {
    let Some(folder) = environment.config_folder() else {
        return Ok(None);
    };
    let config: Option<Config> =
        read(&folder.join("config.json"), "read the Docker configuration")?;
    Ok(config
        .and_then(|config| config.current_context)
        .filter(|name| !name.is_empty()))
}

/// The endpoint of a context.
pub(super) fn resolve(name: &str, environment: &Environment) -> Result<Resolved, Failure> {
    let what = format!("find the Docker context {name:?}");
    let Some(folder) = environment.config_folder() else {
        return Err(Failure::new(what, "neither DOCKER_CONFIG nor HOME is set").hint("set HOME"));
    };
    let contexts = folder.join("contexts");
    let id = id(name);
    let path = contexts.join("meta").join(&id).join("meta.json");
    let Some(meta) = read::<Meta>(&path, &what)? else {
        return Err(
            Failure::new(what, "there is none of that name").hint(hint(name, &names(&contexts)))
        );
    };
    let host = meta.endpoints.docker.map(|docker| docker.host);
    let Some(host) = host.filter(|host| !host.is_empty()) else {
        return Err(
            Failure::new(what, format!("{} names no Docker endpoint", path.display()))
                .hint(format!("docker context update {name} --docker host=…")),
        );
    };
    let tls_folder = contexts.join("tls").join(&id).join("docker");
    let tls = tls_folder
        .is_dir()
        .then_some(TlsFiles { folder: tls_folder });
    // https without files of its own is verified against the system's CAs.
    let https_tls = tls.clone().or_else(|| {
        Some(TlsFiles {
            folder: contexts.join("tls").join(&id),
        })
    });
    Ok(Resolved {
        host: HostId::from(name),
        endpoint: address::parse(&host, tls, https_tls)?,
        source: format!("context {name}"),
    })
}

/// The folder of a context is the SHA-256 of its name.
pub(super) fn id(name: &str) -> String {
    let mut id = String::with_capacity(64);
    for byte in Sha256::digest(name.as_bytes()) {
        // Writing to a String cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

/// The names of those that there are, sorted.
pub(super) fn names(contexts: &Path) -> Vec<String> {
    let Ok(folders) = std::fs::read_dir(contexts.join("meta")) else {
        return Vec::new();
    };
    let paths = folders.filter_map(|folder| Some(folder.ok()?.path().join("meta.json")));
    let mut names: Vec<String> = paths
        .filter_map(|path: PathBuf| Some(read::<Meta>(&path, "").ok()??.name))
        .collect();
    names.sort();
    names
}

fn hint(name: &str, names: &[String]) -> String {
    if names.is_empty() {
        return "there are no contexts; docker context create makes one".to_owned();
    }
    let nearest = names
        .iter()
        .map(|other| (strsim::jaro_winkler(name, other), other))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let all = names.join(", ");
    match nearest {
        Some((_, nearest)) => format!("did you mean {nearest}? There are: {all}"),
        None => format!("there are: {all}"),
    }
}

/// A JSON file; none when it is not there.
fn read<T: DeserializeOwned>(path: &Path, what: &str) -> Result<Option<T>, Failure> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(err) => {
            return Err(Failure::new(what, format!("{}: {err}", path.display())));
        }
    };
    serde_json::from_slice(&text).map(Some).map_err(|err| {
        Failure::new(what, format!("{}: {err}", path.display()))
            .hint("mend or remove the file, or name the engine with --host")
    })
}
