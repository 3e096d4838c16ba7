//! The user's login to a registry, as the docker CLI finds it: the configuration file, a store for all registries
//! (`credsStore`), a helper for one (`credHelpers`).
//!
//! Not through the crate `docker_credential` (1.4): it prefers the file to the store (the CLI does not), runs helpers
//! without a time limit, and does not say which helper is missing. Nothing here may put a secret into an error.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use hyper::header::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::references::Reference;
use crate::backend::BackendError;
use crate::backend::endpoint::Environment;

/// A helper may ask a cloud, or its user for a passphrase.
const HELPER_LIMIT: Duration = Duration::from_secs(30);
/// What a helper says when it has no login (docker-credential-helpers, `credentials/error.go`).
const NOT_FOUND: &str = "credentials not found in native keychain";
/// The user name that says: the secret is an identity token.
const TOKEN: &str = "<token>";
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

/// `config.json`, as far as it is about logins. Go writes what is empty as null or not at all.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    auths: Option<BTreeMap<String, Entry>>,
    creds_store: Option<String>,
    cred_helpers: Option<BTreeMap<String, String>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    /// Base64 of `user:password`; instead of those two.
    auth: String,
    #[serde(flatten)]
    login: Login,
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

/// What a helper prints.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Told {
    username: String,
    secret: String,
}

/// Who knows the login.
enum Source {
    File(Option<Login>),
    Helper(String),
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

    /// Asks a helper (`docker-credential-NAME get`, the server on its standard input).
    async fn ask(&self, name: &str, server: &str) -> Result<Option<Login>, BackendError> {
        let program = format!("docker-credential-{name}");
        let failed = |why: &str| {
            credentials(format!(
                "the credential helper {program} did not tell the login to {server}: {why}"
            ))
        };
        let output = match tokio::time::timeout(self.patience, self.run(&program, server)).await {
            Ok(Ok(output)) => output,
            Ok(Err(err)) if err.kind() == io::ErrorKind::NotFound => {
                return Err(failed("it is not installed"));
            }
            Ok(Err(err)) => return Err(failed(&err.to_string())),
            Err(_) => {
                let seconds = self.patience.as_secs();
                return Err(failed(&format!("no answer within {seconds} s")));
            }
        };
        if output.status.success() {
            let told: Told = serde_json::from_slice(&output.stdout)
                .map_err(|_| failed("its answer is not what such helpers say"))?;
            return Ok(told.login());
        }
        // Helpers say on standard output what went wrong.
        let said = [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said));
        match said
            .iter()
            .map(|said| said.trim())
            .find(|said| !said.is_empty())
        {
            Some(NOT_FOUND) => Ok(None),
            Some(words) => Err(failed(words)),
            None => Err(failed(&output.status.to_string())),
        }
    }

    async fn run(&self, program: &str, server: &str) -> io::Result<Output> {
        let mut command = Command::new(program);
        if let Some(path) = &self.search_path {
            command.env("PATH", path);
        }
        let mut child = command
            .arg("get")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // One that does not read has its reasons, and says them.
            drop(input.write_all(server.as_bytes()).await);
        }
        child.wait_with_output().await
    }
}

impl Told {
    fn login(self) -> Option<Login> {
        let login = if self.username == TOKEN {
            Login {
                identitytoken: self.secret,
                ..Login::default()
            }
        } else {
            Login {
                username: self.username,
                password: self.secret,
                ..Login::default()
            }
        };
        (login != Login::default()).then_some(login)
    }
}

/// What a registry is called in the configuration.
fn server(reference: &str) -> &str {
    match Reference::parse(reference).registry() {
        None | Some("docker.io" | "index.docker.io") => DOCKER_HUB,
        Some(registry) => registry,
    }
}

/// The CLI's order: the registry's helper, the store for all, the file. An empty name means the file.
fn choose(config: &Config, server: &str) -> Result<Source, BackendError> {
    let helpers = config.cred_helpers.as_ref();
    let helper = helpers
        .and_then(|helpers| helpers.get(server))
        .or(config.creds_store.as_ref())
        .filter(|name| !name.is_empty());
    if let Some(name) = helper {
        return Ok(Source::Helper(name.clone()));
    }
    let Some(auths) = &config.auths else {
        return Ok(Source::File(None));
    };
    let entry = auths.get(server).or_else(|| {
        let mut entries = auths.iter();
        entries
            .find(|(key, _)| host_of(key) == server)
            .map(|(_, entry)| entry)
    });
    entry
        .map_or(Ok(None), |entry| entry.read(server))
        .map(Source::File)
}

/// Old clients wrote `https://registry.example/v1/`.
fn host_of(key: &str) -> &str {
    let rest = key.strip_prefix("https://").or(key.strip_prefix("http://"));
    let rest = rest.unwrap_or(key);
    rest.split_once('/').map_or(rest, |(host, _)| host)
}

impl Entry {
    /// None when it is empty, as beside a store.
    fn read(&self, server: &str) -> Result<Option<Login>, BackendError> {
        let mut login = self.login.clone();
        login.serveraddress.clear();
        if !self.auth.is_empty() {
            let decoded = STANDARD.decode(self.auth.trim());
            let decoded = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let Some((username, password)) =
                decoded.as_deref().and_then(|text| text.split_once(':'))
            else {
                let why = format!(
                    "the Docker configuration's auth for {server} is not base64 of user:password"
                );
                return Err(credentials(why));
            };
            username.clone_into(&mut login.username);
            // The CLI does so: somebody's passwords were padded.
            password.trim_matches('\0').clone_into(&mut login.password);
        }
        Ok((login != Login::default()).then_some(login))
    }
}

const fn credentials(why: String) -> BackendError {
    BackendError::Credentials { why }
}

#[cfg(test)]
mod tests;
