//! `config.json`: which logins it has, and whom it names for the others.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::{Login, credentials};
use crate::backend::BackendError;

/// `config.json`, as far as it is about logins. Go writes what is empty as null or not at all.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config {
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

/// Who knows the login.
pub(super) enum Source {
    File(Option<Login>),
    Helper(String),
}

impl Config {
    /// Every helper that is named, once each, sorted.
    pub(super) fn helpers(&self) -> Vec<String> {
        let single = self.cred_helpers.iter().flat_map(BTreeMap::values);
        let all = single
            .chain(&self.creds_store)
            .filter(|name| !name.is_empty());
        let sorted: BTreeSet<&String> = all.collect();
        sorted.into_iter().cloned().collect()
    }
}

/// The CLI's order: the registry's helper, the store for all, the file. An empty name means the file.
pub(super) fn choose(config: &Config, server: &str) -> Result<Source, BackendError> {
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
