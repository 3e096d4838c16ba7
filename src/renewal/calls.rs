//! How the clients of a host are called, as far as labels, the config and this machine's crontabs say it.

use crate::backend::{Backend, BackendError};
use crate::certs::Scanner;
use crate::domain::{
    CertificatesFound, Container, HostId, LabelSource, Preferences, RenewalCall, Wishes,
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

/// What is said of the containers: by their labels and the config, and by crontabs.
pub(super) fn calls(
    containers: &[Container],
    preferences: &Preferences,
    entries: &[Entry],
) -> Vec<RenewalCall> {
    let mut calls = Vec::new();
    for container in containers {
        let service = container.service_id();
        let by_cron = entries.iter().filter(|entry| {
            (entry.container == *container.name || entry.container == *service.name)
                && waits_for(&entry.command).is_some()
        });
        calls.extend(by_cron.map(|entry| RenewalCall {
            container: container.name.clone(),
            command: entry.command.clone(),
            by: entry.file.to_string_lossy().into_owned(),
            runs: entry.runs.clone(),
        }));
        // What is wrong with labels is told where they are acted upon.
        let labels = Wishes::of_labels(&container.labels, LabelSource::Container, &mut Vec::new());
        calls.extend(
            preferences
                .of(&service, labels)
                .renew
                .map(|command| RenewalCall {
                    container: container.name.clone(),
                    command,
                    by: format!("the label {LABEL} or the config"),
                    runs: None,
                }),
        );
    }
    calls
}
