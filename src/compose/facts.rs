//! What the resolved configuration says of each service, as far as a plan needs it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

/// What the Compose files say of one service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceFacts {
    /// Whether its image is built from source here.
    pub builds: bool,
    /// The folder that a build takes its files from, a path of this machine; none where it is elsewhere (a repository),
    /// and where it is not the only one.
    pub context: Option<PathBuf>,
    /// The image reference; none when it is only built.
    pub image: Option<String>,
    /// `always`, `missing`, `never`, `build` …; none when the file does not say.
    pub pull_policy: Option<String>,
    /// How many containers the files ask for (`scale`, `deploy.replicas`); none when they do not say.
    pub scale: Option<u32>,
    /// The labels that the files give its containers.
    pub labels: BTreeMap<String, String>,
    /// The services it depends on.
    pub depends_on: Vec<String>,
    /// The profiles it belongs to; none are always active. Compose v1 does not name them: an empty name.
    pub profiles: Vec<String>,
}

impl ServiceFacts {
    /// Whether the files say how many containers there should be.
    pub const fn declares_scale(&self) -> bool {
        self.scale.is_some()
    }
}

#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    services: BTreeMap<String, Service>,
}

#[derive(Deserialize)]
struct Service {
    build: Option<Build>,
    image: Option<String>,
    pull_policy: Option<String>,
    scale: Option<u32>,
    deploy: Option<Deploy>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    depends_on: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    profiles: Vec<String>,
}

/// Compose prints the long form, with an absolute path or an address; v2.0 may still print the short one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Build {
    Short(String),
    Long {
        context: Option<String>,
        #[serde(default)]
        additional_contexts: serde_json::Value,
        #[serde(default)]
        secrets: serde_json::Value,
    },
}

impl Build {
    fn context(&self) -> Option<PathBuf> {
        let context = match self {
            Self::Short(context) => Some(context),
            Self::Long {
                context,
                additional_contexts: serde_json::Value::Null,
                secrets: serde_json::Value::Null,
            } => context.as_ref(),
            Self::Long { .. } => None,
        };
        let is_folder = |context: &&String| context.starts_with('/');
        context.filter(is_folder).map(PathBuf::from)
    }
}

#[derive(Deserialize)]
struct Deploy {
    replicas: Option<u32>,
}

/// Reads `config --format json`.
pub(super) fn parse(json: &str) -> Result<BTreeMap<String, ServiceFacts>, serde_json::Error> {
    let config: Config = serde_json::from_str(json)?;
    let facts = config.services.into_iter().map(|(name, service)| {
        let replicas = service.deploy.and_then(|deploy| deploy.replicas);
        let facts = ServiceFacts {
            builds: service.build.is_some(),
            context: service.build.as_ref().and_then(Build::context),
            image: service.image,
            pull_policy: service.pull_policy,
            scale: service.scale.or(replicas),
            labels: service.labels,
            depends_on: service.depends_on.into_keys().collect(),
            profiles: service.profiles,
        };
        (name, facts)
    });
    Ok(facts.collect())
}
