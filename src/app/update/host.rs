//! What a host answers changes the picture of it.

use jiff::{SignedDuration, Timestamp};

use crate::app::host::{Connection, Host};
use crate::app::model::Model;
use crate::app::msg::HostMsg;
use crate::app::rows;
use crate::app::served::ServedMsg;
use crate::app::view::{ServiceOrder, View};
use crate::domain::{CertificatesFound, Container, Failure, HostId, Thresholds};

use super::{
    certificate, events, freshness, logs, networks, refresh_all, refresh_findings, releases,
    storage,
};

/// Certificates are looked for this often when nothing else asks for it.
const SCAN_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// … and this long after containers came or went, so that a redeploy asks once.
const SCAN_AFTER: SignedDuration = SignedDuration::from_secs(5);

pub(super) fn answer(model: &mut Model, id: &HostId, answer: HostMsg) {
    let now = model.now;
    releases::host_says(model, id, &answer);
    let Some(host) = model.hosts.iter_mut().find(|host| host.id == *id) else {
        return;
    };
    match answer {
        HostMsg::Info(info) => host.info = Some(*info),
        HostMsg::Connected => {
            host.connection = Connection::Connected { since: now };
            refresh_findings(model);
        }
        HostMsg::Listed(containers) => {
            listed(host, containers);
            host.scan_soon(now);
            host.config_tests.clear();
            host.volumes.invalidate();
            host.images.invalidate();
            networks::listed(host);
            freshness::images_soon(host, now);
            freshness::containers_changed(host, now);
            host.storing.forgive();
            host.regroup_storage();
            model.detail.inspect.lines.invalidate();
            model.logs.failure = None;
            prune_marks(model);
            refresh_all(model);
        }
        HostMsg::Changed(containers) => changes(model, id, containers),
        HostMsg::Inspected(container) => {
            if let Some(known) = host.containers.get_mut(&container.id) {
                *known = *container;
                host.regroup();
                services_changed(model);
            }
        }
        HostMsg::Removed(container) => {
            if let Some(container) = host.containers.remove(&container) {
                if may_hold_certificates(&container) {
                    host.scan_soon(now + SCAN_AFTER);
                }
                host.regroup();
                freshness::containers_changed(host, now);
                services_changed(model);
            }
        }
        HostMsg::Lost { failure, retry_at } => {
            lost(host, failure, retry_at, now);
            if model.detail.inspect.is_of_something() {
                model.detail.inspect.lines.lost();
            }
            logs::lost(&mut model.logs, id);
            refresh_findings(model);
        }
        HostMsg::Counters(counters) => {
            for (container, reading) in counters {
                if host.containers.contains_key(&container) {
                    host.usage.entry(container).or_default().push(reading);
                }
            }
            if matches!(model.order, ServiceOrder::Cpu | ServiceOrder::Memory) {
                rows::refresh(model, View::Services);
            }
        }
        // Asked again at once where they are on screen, else when they are looked at.
        HostMsg::ImagesChanged => {
            host.images.invalidate();
            freshness::images_soon(host, now);
        }
        HostMsg::Network(answer) => networks::answer(model, id, answer),
        HostMsg::Events(answer) => events::answer(model, id, answer),
        HostMsg::VolumesChanged => host.volumes.invalidate(),
        HostMsg::Volumes(answer) => {
            host.volumes.answer(answer, now);
            storage::regroup(model);
        }
        HostMsg::Storage(answer) => storage::answer(model, id, answer),
        HostMsg::Images(answer) => {
            host.images.answer(answer, now);
            host.work_out();
            rows::refresh(model, View::Images);
            services_changed(model);
        }
        HostMsg::Imaging(answer) => host.imaging.answer(answer, now),
        answer @ (HostMsg::Certificates(_) | HostMsg::Served(_) | HostMsg::ConfigTested { .. }) => {
            certificates_answer(model, id, answer);
        }
        HostMsg::Fresh(answer) => freshness::answer(model, id, answer),
        HostMsg::InspectJson(container, answer) => {
            let inspect = &mut model.detail.inspect;
            if inspect.container.as_ref() == Some(&container) {
                inspect.answer(answer, now);
            }
        }
    }
}

/// Takes in what is known of certificates. Where the cursor is on one that was renewed, it goes on to the new one.
fn certificates_answer(model: &mut Model, id: &HostId, answer: HostMsg) {
    let was = model.selected_certificate();
    let was = was.map(|(_, certificate)| certificate.clone());
    let (now, thresholds) = (model.now, &model.settings.thresholds);
    let host = model.hosts.iter_mut().find(|host| host.id == *id);
    if host.is_some_and(|host| about_certificates(host, answer, thresholds, now)) {
        rows::refresh(model, View::Certificates);
        if let Some(was) = &was {
            certificate::follow(model, was);
        }
        refresh_findings(model);
    }
}

/// Takes in what is known of certificates; whether they may stand differently now.
fn about_certificates(
    host: &mut Host,
    answer: HostMsg,
    thresholds: &Thresholds,
    now: Timestamp,
) -> bool {
    match answer {
        HostMsg::Certificates(answer) => scanned(host, answer, thresholds, now),
        HostMsg::Served(answer) => return served(host, answer, thresholds, now),
        HostMsg::ConfigTested(service, sha256, said) => {
            host.tested(service, sha256, said);
            host.judge(thresholds, now);
        }
        _ => return false,
    }
    true
}

/// Takes in what an endpoint answered; whether all were asked. What was asked together is judged together, for a name
/// may be served elsewhere.
fn served(host: &mut Host, answer: ServedMsg, thresholds: &Thresholds, now: Timestamp) -> bool {
    let is_last = matches!(answer, ServedMsg::Done);
    host.serving.answer(answer, now);
    if is_last {
        host.judge(thresholds, now);
    }
    is_last
}

fn scanned(
    host: &mut Host,
    answer: Result<CertificatesFound, Failure>,
    thresholds: &Thresholds,
    now: Timestamp,
) {
    if let Ok(found) = &answer {
        host.serving.scanned(&found.certificates, now);
    }
    host.certificates.answer(answer, now);
    host.judge(thresholds, now);
    host.scanned_at = Some(now);
    host.scan_soon(now + SCAN_EVERY);
}

fn changes(model: &mut Model, id: &HostId, containers: Vec<Container>) {
    let now = model.now;
    let Some(host) = model.hosts.iter_mut().find(|host| host.id == *id) else {
        return;
    };
    let mut any_new = false;
    for container in containers {
        logs::container_changes(
            &mut model.logs,
            host.containers.get(&container.id),
            &container,
        );
        if model.detail.inspect.container.as_ref() == Some(&container.id) {
            model.detail.inspect.lines.invalidate();
        }
        any_new |= changed(host, container, now);
    }
    host.regroup();
    if any_new {
        freshness::containers_changed(host, now);
    }
    services_changed(model);
}

/// Takes in how a container is now; whether it is a new one.
fn changed(host: &mut Host, container: Container, now: Timestamp) -> bool {
    let is_new = !host.containers.contains_key(&container.id);
    if is_new && may_hold_certificates(&container) {
        host.scan_soon(now + SCAN_AFTER);
    }
    host.containers.insert(container.id.clone(), container);
    is_new
}

fn lost(host: &mut Host, failure: Failure, retry_at: Timestamp, now: Timestamp) {
    let since = match &host.connection {
        Connection::Lost { since, .. } => *since,
        Connection::Connecting | Connection::Connected { .. } => now,
    };
    host.connection = Connection::Lost {
        since,
        failure,
        retry_at,
    };
    host.volumes.lost();
    host.storing.lost();
    host.images.lost();
    host.imaging.lost();
    host.networks.lost();
    host.listeners.lost();
    host.certificates.lost();
    host.testing.clear();
    freshness::lost(host);
}

/// Whether a container that comes or goes can change which certificates there are: those without mounts come and go
/// every minute where cron runs them.
fn may_hold_certificates(container: &Container) -> bool {
    !container.mounts.is_empty() || container.labels.contains_key("topside.certs")
}

/// What is derived from the containers of a host is made anew.
fn services_changed(model: &mut Model) {
    prune_marks(model);
    rows::refresh(model, View::Services);
    storage::containers_changed(model);
    networks::containers_changed(model);
    refresh_findings(model);
}

/// A mark is for what is there: not for what gets its name later.
fn prune_marks(model: &mut Model) {
    let hosts = &model.hosts;
    model.marked.retain(|id| {
        let host = hosts.iter().find(|host| host.id == id.host);
        host.is_some_and(|host| host.service(id).is_some())
    });
}

/// A whole list: what is not in it is gone. What an inspect said is kept until it says otherwise.
fn listed(host: &mut Host, containers: Vec<Container>) {
    let mut before = std::mem::take(&mut host.containers);
    for mut container in containers {
        if container.detail.is_none()
            && let Some(old) = before.remove(&container.id)
            && old.detail.is_some()
        {
            container.detail = old.detail;
            // The list calls an image by its id once the reference means another one.
            container.image = old.image;
        }
        host.containers.insert(container.id.clone(), container);
    }
    host.listed = true;
    host.regroup();
}
