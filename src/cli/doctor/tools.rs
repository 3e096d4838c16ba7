//! The programs that do the work: Compose, buildx, credential helpers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::backend::docker::credential_helpers;
use crate::compose::{Compose, Finder};
use crate::domain::Failure;
use crate::domain::compose::Origin;
use crate::domain::text::visible;

use super::engine::Seen;
use super::{Checked, PATIENCE, Part, asked};

/// So many missing files are named.
const NAMED: usize = 3;

pub(super) async fn look(seen: &Seen) -> Vec<Checked> {
    let containers = seen.containers.as_deref().unwrap_or_default();
    let origins: BTreeSet<Origin> = containers
        .iter()
        .filter_map(|container| Some(container.compose.as_ref()?.origin()))
        .collect();
    let finder = Finder::default();
    let mut checks = Vec::new();
    match finder.find().await {
        Ok(compose) => {
            checks.push(compose_found(compose));
            checks.push(buildx(compose).await);
        }
        Err(failure) => checks.push(no_compose(failure, !origins.is_empty())),
    }
    checks.extend(files(&origins, Path::exists));
    checks.extend(helpers().await);
    checks
}

fn compose_found(compose: &Compose) -> Checked {
    let version = compose.version();
    if version.is_v1() {
        let what = format!("{version}: the old one, which is not maintained since 2023");
        let hint = "install docker-compose-plugin (Compose 2 or later): topside prefers it";
        return Part::Tools.partly("compose", what, hint);
    }
    Part::Tools.works("compose", format!("{version} ({})", compose.words()))
}

/// Without it lone containers are redeployed all the same.
fn no_compose(failure: Failure, is_needed: bool) -> Checked {
    if is_needed {
        return Part::Tools.fails("compose", failure);
    }
    let hint = failure.hint.unwrap_or_default();
    Part::Tools.partly("compose", failure.why, hint)
}

/// Compose builds with buildx where there is one.
async fn buildx(compose: &Compose) -> Checked {
    let name = "buildx";
    let said = match asked("docker", &["buildx", "version"]).await {
        Some(Ok(output)) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => String::new(),
    };
    if !said.is_empty() {
        // `github.com/docker/buildx v0.17.1 257815a6fb`
        let version = said.split(' ').nth(1).unwrap_or(&said);
        return Part::Tools.works(name, version.to_owned());
    }
    let what = "not installed: images are built with the engine's old builder";
    if compose.version().is_v1() {
        return Part::Tools.works(name, what);
    }
    let hint =
        "install docker-buildx-plugin: builds are faster, and Dockerfiles may use RUN --mount";
    Part::Tools.partly(name, what, hint)
}

/// Whether the files that projects were made from are still there: on this machine, where Compose runs.
pub(super) fn files(origins: &BTreeSet<Origin>, exists: impl Fn(&Path) -> bool) -> Option<Checked> {
    if origins.is_empty() {
        return None;
    }
    let name = "projects";
    let mut missing = Vec::new();
    for origin in origins {
        let folder = origin.working_dir.as_deref().unwrap_or("/");
        let named = origin.config_files.iter().chain(&origin.env_files);
        let paths = named.map(|file| Path::new(folder).join(file));
        let gone: Vec<PathBuf> = paths.filter(|path| !exists(path)).collect();
        missing.extend(gone.into_iter().map(|path| (&origin.project, path)));
    }
    if missing.is_empty() {
        let many = origins.len();
        let s = if many == 1 { "" } else { "s" };
        return Some(Part::Tools.works(name, format!("the files of {many} project{s} are there")));
    }
    let mut said: Vec<String> = missing
        .iter()
        .take(NAMED)
        .map(|(project, path)| format!("{project}: {} is not here", path.display()))
        .collect();
    if missing.len() > NAMED {
        said.push(format!("{} more", missing.len() - NAMED));
    }
    let hint = "such a project is brought up from where its files are: run topside there, or put them back";
    Some(Part::Tools.partly(name, said.join("; "), hint))
}

/// Whether each helper that the Docker configuration names is installed.
async fn helpers() -> Vec<Checked> {
    let name = "logins";
    let named = match credential_helpers().await {
        Ok(named) => named,
        Err(error) => return vec![Part::Tools.fails(name, error.failure("read the logins"))],
    };
    let mut checks = Vec::new();
    for helper in named {
        let program = format!("docker-credential-{helper}");
        let shown = visible(&program).into_owned();
        checks.push(match asked(&program, &["version"]).await {
            Some(Ok(_)) => Part::Tools.works(name, format!("{shown} is there")),
            Some(Err(error)) => {
                let why = format!("{shown}: {error}: registries that need its login refuse us");
                let hint =
                    "install it, or take it out of ~/.docker/config.json and docker login again";
                Part::Tools.fails(name, Failure::new("ask for logins", why).hint(hint))
            }
            None => {
                let what = format!("{shown} does not answer within {} s", PATIENCE.as_secs());
                Part::Tools.partly(
                    name,
                    what,
                    "see what it waits for: a locked keyring, as like as not",
                )
            }
        });
    }
    checks
}
