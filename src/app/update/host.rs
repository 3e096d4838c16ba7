//! What a host answers changes the picture of it.

use jiff::SignedDuration;

use crate::app::effect::Effect;
use crate::app::host::{Connection, Host};
use crate::app::model::Model;
use crate::app::msg::HostMsg;
use crate::app::rows;
use crate::app::view::{ServiceOrder, View};
use crate::domain::{Container, HostId};

use super::{logs, refresh_all, refresh_findings};

/// Certificates are looked for this often when nothing else asks for it.
const SCAN_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// … and this long after containers came or went, so that a redeploy asks once.
const SCAN_AFTER: SignedDuration = SignedDuration::from_secs(5);

pub(super) fn answer(model: &mut Model, id: &HostId, answer: HostMsg, out: &mut Vec<Effect>) {
    let now = model.now;
    let shown = model.view;
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
            host.scan_at = Some(now);
            logs::containers_changed(model);
            refresh_all(model);
        }
        HostMsg::Changed(containers) => {
            for container in containers {
                logs::container_changes(
                    &mut model.logs,
                    host.containers.get(&container.id),
                    &container,
                );
                if !host.containers.contains_key(&container.id) {
                    host.scan_at = Some(now + SCAN_AFTER);
                }
                host.containers.insert(container.id.clone(), container);
            }
            host.regroup();
            rows::refresh(model, View::Services);
            refresh_findings(model);
        }
        HostMsg::Removed(container) => {
            if host.containers.remove(&container).is_some() {
                host.scan_at = Some(now + SCAN_AFTER);
                host.regroup();
                rows::refresh(model, View::Services);
                refresh_findings(model);
            }
        }
        HostMsg::Lost { failure, retry_at } => {
            let since = match &host.connection {
                Connection::Lost { since, .. } => *since,
                Connection::Connecting | Connection::Connected { .. } => now,
            };
            host.connection = Connection::Lost {
                since,
                failure,
                retry_at,
            };
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
        HostMsg::ImagesChanged | HostMsg::VolumesChanged => changed(host, shown, &answer, out),
        HostMsg::Volumes(answer) => {
            host.volumes.answer(answer, now);
            rows::refresh(model, View::Volumes);
        }
        HostMsg::VolumeSizes(answer) => {
            host.volume_sizes
                .answer(answer.map(|sizes| sizes.into_iter().collect()), now);
            rows::refresh(model, View::Volumes);
        }
        HostMsg::Images(answer) => {
            host.images.answer(answer, now);
            rows::refresh(model, View::Images);
        }
        HostMsg::Certificates(answer) => {
            host.certificates.answer(answer, now);
            host.scan_at = Some(now + SCAN_EVERY);
            rows::refresh(model, View::Certificates);
            refresh_findings(model);
        }
        HostMsg::InspectJson(container, answer) => {
            let inspect = &mut model.detail.inspect;
            if inspect.container.as_ref() == Some(&container) {
                let lines = answer.map(|text| text.lines().map(str::to_owned).collect());
                inspect.lines.answer(lines, now);
            }
        }
    }
}

/// What the engine holds changed: asked again at once where it is on screen, else when it is looked at.
fn changed(host: &mut Host, shown: View, what: &HostMsg, out: &mut Vec<Effect>) {
    let id = host.id.clone();
    if matches!(what, HostMsg::ImagesChanged) {
        host.images.at = None;
        if shown == View::Images && !host.images.asking {
            host.images.asking = true;
            out.push(Effect::LoadImages(id));
        }
    } else {
        host.volumes.at = None;
        if shown == View::Volumes && !host.volumes.asking {
            host.volumes.asking = true;
            out.push(Effect::LoadVolumes(id));
        }
    }
}

/// A whole list: what is not in it is gone. What an inspect said is kept until it says otherwise.
fn listed(host: &mut Host, containers: Vec<Container>) {
    let mut before = std::mem::take(&mut host.containers);
    for mut container in containers {
        if container.detail.is_none() {
            container.detail = before.remove(&container.id).and_then(|old| old.detail);
        }
        host.containers.insert(container.id.clone(), container);
    }
    host.listed = true;
    host.regroup();
}
