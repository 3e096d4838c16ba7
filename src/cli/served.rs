//! What is served on a host, and what its servers say of files that they did not take: asked once, for a picture.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::Host;
use crate::backend::Backend;
use crate::domain::endpoint::{Entry, of_containers, of_entries};
use crate::domain::{Container, Permission, Preferences, permission};
use crate::probe::{Limits, labels, probe_each};
use crate::renewal;
use crate::runtime::jobs::Shared;

/// Somebody waits for the picture: a firewall that swallows everything must not take the usual time.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(2),
    talk: Duration::from_secs(4),
};

/// Asks the endpoints of a host whose certificates are known, and judges these by the answers. `named` are the
/// endpoints of the config.
pub(super) async fn look(
    host: &mut Host,
    backend: &dyn Backend,
    named: &[Entry],
    shared: &Shared,
    now: Timestamp,
) {
    let containers: Vec<Container> = host.containers.values().cloned().collect();
    let found = host.certificates.value.as_ref();
    let certificates = found.map_or(&[][..], |found| &found.certificates);
    let mut problems = Vec::new();
    let said = labels(backend, &containers, &mut problems).await;
    let mut endpoints = of_containers(&containers, &said, certificates, &mut problems);
    endpoints.extend(of_entries(&host.id, named));
    let answers = probe_each(&backend.dialer(), endpoints, LIMITS).await;
    let answers = answers.into_iter();
    host.serving.answers = answers.map(|one| (one.endpoint.clone(), one)).collect();
    host.serving.problems = problems;
    host.judge(&shared.thresholds, now);
    if test_configs(host, backend, &shared.preferences).await {
        host.judge(&shared.thresholds, now);
    }
}

/// Lets each server that did not take a new certificate check its files, unless nothing may be done to it; whether any
/// did.
async fn test_configs(host: &mut Host, backend: &dyn Backend, preferences: &Preferences) -> bool {
    let mut any = false;
    for (service, sha256) in host.untested() {
        let of_service = host.service(&service).into_iter();
        let containers: Vec<&Container> =
            of_service.flat_map(|one| host.containers_of(one)).collect();
        let labels = containers.iter().map(|container| &container.labels);
        if matches!(
            permission(preferences, &service, labels),
            Permission::Refused(_)
        ) {
            continue;
        }
        let Some(running) = containers.into_iter().find(|one| one.is_up()) else {
            continue;
        };
        let said = renewal::config_test(backend, &running.id.clone()).await;
        host.tested(service, sha256, said);
        any = true;
    }
    any
}
