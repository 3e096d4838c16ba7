//! How the clients of a host are called, as far as labels, the config and this machine's crontabs say it.

use crate::backend::{Backend, BackendError};
use crate::certs::Scanner;
use crate::domain::{
    CertificatesFound, Container, HostId, LabelSource, Preferences, RenewalCall, Runs, Wishes,
};

use super::client::{LABEL, waits_for};
use super::crontab::Entry;
use super::observe::crontabs;

/// Looks for the certificates of a host, and for what renews them.
pub async fn look_for_certificates(
    scanner: &Scanner,
    backend: &dyn Backend,
    host: &HostId,
    containers: &[Container],
    preferences: &Preferences,
) -> Result<CertificatesFound, BackendError> {
    let mut found = scanner.scan(backend, host, containers).await?;
    let has_client = |one: &crate::domain::Certificate| {
        let mut places = one.places.iter();
        places.any(|place| place.client.is_some())
    };
    if found.certificates.iter().any(has_client) {
        let entries = crontabs(backend).await;
        found.calls = calls(containers, preferences, &entries);
    }
    Ok(found)
}

/// What is said of the containers: by crontabs, by their own commands, by their labels and the config.
pub(super) fn calls(
    containers: &[Container],
    preferences: &Preferences,
    entries: &[Entry],
) -> Vec<RenewalCall> {
    let mut calls = Vec::new();
    for container in containers {
        let service = container.service_id();
        let mut add = |command: &str, by: String, runs: Runs| {
            calls.push(RenewalCall {
                container: container.name.clone(),
                command: command.to_owned(),
                by,
                runs,
            });
        };
        let has_cron = runs_cron(&container.command);
        for entry in entries {
            let is_meant = entry.container == *container.name || entry.container == *service.name;
            if !is_meant || waits_for(&entry.command).is_none() {
                continue;
            }
            let runs = match &entry.runs {
                // What its own cron runs is not known.
                Some(times) if !has_cron => Runs::At(times.clone()),
                _ => Runs::Sometime,
            };
            let by = entry.file.to_string_lossy().into_owned();
            add(&entry.command, by, runs);
        }
        // `sh -c 'while :; do certbot renew; sleep 12h; done'`.
        if container.is_up() && waits_for(&container.command).is_some() {
            let by = format!("the command of {}", container.name);
            add(&container.command, by, Runs::Sometime);
        }
        // What is wrong with labels is told where they are acted upon.
        let labels = Wishes::of_labels(&container.labels, LabelSource::Container, &mut Vec::new());
        if let Some(command) = preferences.of(&service, labels).renew {
            add(
                &command,
                format!("the label {LABEL} or the config"),
                Runs::WhenAsked,
            );
        }
    }
    calls
}

/// Whether a container's command is a cron daemon, by itself or as acme.sh's image starts it.
fn runs_cron(command: &str) -> bool {
    let mut words = command.split_whitespace();
    words.any(|word| {
        let name = word.trim_matches(['"', '\'', ';']).rsplit('/').next();
        matches!(name, Some("crond" | "cron" | "supercronic" | "daemon"))
    })
}
