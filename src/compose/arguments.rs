//! The command lines, pure.
//!
//! Values are joined with `=` and services come after `--`: names out of labels are never taken for options. `-y` is
//! never given: Compose asks before it recreates a volume whose data would be lost, and with no input takes that for
//! a no.

use std::collections::BTreeMap;

use super::{Up, Version};
use crate::domain::Failure;
use crate::domain::plan::{ComposeProject, Once, UpImage};

/// The user's environment may say this for another project, or make Compose touch more than the one service.
pub(super) const UNSET: [&str; 4] = [
    "COMPOSE_FILE",
    "COMPOSE_PROJECT_NAME",
    "COMPOSE_PROFILES",
    "COMPOSE_ENV_FILES",
];

/// Orphans are none of our business: neither removed nor warned about.
pub(super) const SET: [(&str, &str); 2] = [
    ("COMPOSE_REMOVE_ORPHANS", "false"),
    ("COMPOSE_IGNORE_ORPHANS", "true"),
];

/// How Compose prints what it is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// Lines for people.
    Plain,
    /// Lines for programs, where it can.
    Json,
}

/// What comes before the command: which project, which files, how to print.
pub(super) fn common(
    version: Version,
    project: &ComposeProject,
    progress: Progress,
) -> Result<Vec<String>, Failure> {
    let mut arguments = Vec::new();
    if version.has_ansi() {
        arguments.push("--ansi=never".to_owned());
    } else {
        arguments.push("--no-ansi".to_owned());
    }
    if progress == Progress::Json && version.has_json_progress() {
        arguments.push("--progress=json".to_owned());
    } else if version.has_progress() {
        arguments.push("--progress=plain".to_owned());
    }
    arguments.push(format!("--project-name={}", project.name));
    arguments.push(format!("--project-directory={}", project.working_dir));
    for file in &project.files {
        arguments.push(format!("--file={file}"));
    }
    if version.is_v1() && project.env_files.len() > 1 {
        return Err(Failure::new(
            format!("call Compose for {}", project.name),
            format!(
                "it was started with {} env files, and Compose {version} takes only one",
                project.env_files.len()
            ),
        )
        .hint("install docker-compose-plugin (Compose v2 or later)"));
    }
    for file in &project.env_files {
        arguments.push(format!("--env-file={file}"));
    }
    if !version.is_v1() {
        // Every profile, so that the service is found whichever were active; only the named service is touched.
        arguments.push("--profile=*".to_owned());
    }
    Ok(arguments)
}

/// `pull SERVICE`.
pub(super) fn pull(service: &str) -> Vec<String> {
    ["pull", "--", service].map(str::to_owned).to_vec()
}

/// `COMMAND SERVICE…`.
pub(super) fn all(command: &str, services: &[String]) -> Vec<String> {
    let mut arguments = vec![command.to_owned(), "--".to_owned()];
    arguments.extend(services.iter().cloned());
    arguments
}

/// `up -d [--scale SERVICE=N]… SERVICE…`. Services are named rather than profiles: naming one makes its profile active,
/// in v1 too.
pub(super) fn up_all(services: &[String], scales: &BTreeMap<String, u32>) -> Vec<String> {
    let mut arguments = ["up", "-d"].map(str::to_owned).to_vec();
    for (service, count) in scales {
        arguments.push(format!("--scale={service}={count}"));
    }
    arguments.push("--".to_owned());
    arguments.extend(services.iter().cloned());
    arguments
}

/// `run --rm --no-deps -T [--entrypoint PROGRAM] SERVICE ARGUMENTS…`: what is after the service is its container's.
pub(super) fn run_once(once: &Once) -> Vec<String> {
    let mut arguments = ["run", "--rm", "--no-deps", "-T"]
        .map(str::to_owned)
        .to_vec();
    if let Some(program) = &once.entrypoint {
        arguments.push(format!("--entrypoint={program}"));
    }
    arguments.extend(["--".to_owned(), once.service.clone()]);
    arguments.extend(once.arguments.iter().cloned());
    arguments
}

/// `build SERVICE`.
pub(super) fn build(service: &str) -> Vec<String> {
    ["build", "--", service].map(str::to_owned).to_vec()
}

/// `push SERVICE`.
pub(super) fn push(service: &str) -> Vec<String> {
    ["push", "--", service].map(str::to_owned).to_vec()
}

/// `up -d --no-deps [--no-build] [--pull never] [--force-recreate] [--scale SERVICE=N] SERVICE`.
pub(super) fn up(version: Version, up: Up<'_>) -> Vec<String> {
    let mut arguments = ["up", "-d", "--no-deps"].map(str::to_owned).to_vec();
    if *up.image != UpImage::Usual {
        arguments.push("--no-build".to_owned());
        // An older one pulls only what is missing.
        if version.has_up_pull() {
            arguments.push("--pull=never".to_owned());
        }
    }
    if up.force_recreate {
        arguments.push("--force-recreate".to_owned());
    }
    if let Some(count) = up.scale {
        arguments.push(format!("--scale={}={count}", up.service));
    }
    arguments.push("--".to_owned());
    arguments.push(up.service.to_owned());
    arguments
}

/// Prints the resolved configuration as JSON; v1 has only YAML and is asked for nothing but its verdict.
pub(super) fn config(version: Version) -> Vec<String> {
    if version.is_v1() {
        vec!["config".to_owned(), "--quiet".to_owned()]
    } else {
        vec!["config".to_owned(), "--format=json".to_owned()]
    }
}

/// Prints a line for each service: its name and the hash of its configuration, as `up` writes it on its containers.
pub(super) fn hashes() -> Vec<String> {
    ["config", "--hash=*"].map(str::to_owned).to_vec()
}
