//! The user's login to a registry, as the docker CLI finds it: the configuration file, a store for all registries
//! (`credsStore`), a helper for one (`credHelpers`).
//!
//! Not through the crate `docker_credential` (1.4): it prefers the file to the store (the CLI does not), runs helpers
//! without a time limit, and does not say which helper is missing. Nothing here may put a secret into an error.

mod file;
mod helper;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use hyper::header::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use self::file::{Config, Source, choose};
use super::references::Reference;
use crate::backend::BackendError;
use crate::backend::endpoint::Environment;

/// A helper may ask a cloud, or its user for a passphrase.
const HELPER_LIMIT: Duration = Duration::from_secs(30);
/// Docker Hub's key, everywhere (docker CLI, `registry.IndexServer`).
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// Where the user's logins are.
#[derive(Debug, Clone)]
pub(super) struct Logins {
    /// With `config.json`; none without a home.
    folder: Option<PathBuf>,
    /// Where helpers are looked for, when not in this process's `PATH`.
    search_path: Option<OsString>,
    /// How long a helper may take.
    patience: Duration,
}

/// A login as the engine wants it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Login {
    #[serde(skip_serializing_if = "String::is_empty")]
    username: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    password: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    identitytoken: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    registrytoken: String,
    serveraddress: String,
}

impl Logins {
    /// Those of the user who runs this process.
    pub(super) fn of_process() -> Self {
        Self {
            folder: Environment::of_process().config_folder(),
            search_path: None,
            patience: HELPER_LIMIT,
        }
    }

    /// Those of another configuration folder.
    pub(super) const fn of_folder(folder: PathBuf) -> Self {
        Self {
            folder: Some(folder),
            search_path: None,
            patience: HELPER_LIMIT,
        }
    }

    /// The header with the login for the registry that a reference names; none when nobody has logged in there.
    pub(super) async fn header(&self, reference: &str) -> Result<HeaderMap, BackendError> {
        let mut headers = HeaderMap::new();
        if let Some(login) = self.find(server(reference)).await? {
            let json = serde_json::to_vec(&login).map_err(|err| credentials(err.to_string()))?;
            let mut value = HeaderValue::try_from(URL_SAFE.encode(json))
                .map_err(|err| credentials(err.to_string()))?;
            value.set_sensitive(true);
            headers.insert("x-registry-auth", value);
        }
        Ok(headers)
    }

    async fn find(&self, server: &str) -> Result<Option<Login>, BackendError> {
        let Some(config) = self.read().await? else {
            return Ok(None);
        };
        let found = match choose(&config, server)? {
            Source::File(login) => login,
            Source::Helper(name) => self.ask(&name, server).await?,
        };
        Ok(found.map(|login| Login {
            serveraddress: server.to_owned(),
            ..login
        }))
    }

    async fn read(&self) -> Result<Option<Config>, BackendError> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        let path = folder.join("config.json");
        let wrong = |why: String| credentials(format!("{}: {why}", path.display()));
        match tokio::fs::read(&path).await {
            // Not in the parser's words: they could quote a password.
            Ok(text) => match serde_json::from_slice(&text) {
                Ok(config) => Ok(Some(config)),
                Err(err) => Err(wrong(format!("not understood at line {}", err.line()))),
            },
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(err) => Err(wrong(err.to_string())),
        }
    }
}

/// The credential helpers that the user's Docker configuration names (`pass` for `docker-credential-pass`), sorted.
pub async fn credential_helpers() -> Result<Vec<String>, BackendError> {
    let config = Logins::of_process().read().await?;
    Ok(config.map_or_else(Vec::new, |config| config.helpers()))
}

/// What a registry is called in the configuration.
fn server(reference: &str) -> &str {
    match Reference::parse(reference).registry() {
        None | Some("docker.io" | "index.docker.io") => DOCKER_HUB,
        Some(registry) => registry,
    }
}

const fn credentials(why: String) -> BackendError {
    BackendError::Credentials { why }
}

#[cfg(test)]
mod tests;
