//! Where the disk went: what is asked while somebody looks, and what is answered.

use jiff::Timestamp;

use crate::app::effect::Effect;
use crate::app::host::Host;
use crate::app::model::Model;
use crate::app::rows;
use crate::app::storage::StorageMsg;
use crate::app::toast::Tone;
use crate::app::view::View;
use crate::domain::HostId;

use super::sync::connected;
use super::{refresh_findings, toast};

/// Asks what is missing or old of a host that is looked at. Nothing is measured before its volumes are known.
pub(super) fn look(host: &mut Host, now: Timestamp, out: &mut Vec<Effect>) {
    if host.volumes.value.is_none() {
        return;
    }
    let data_root = host.info.as_ref().map(|info| info.data_root.clone());
    let wanted = host.storing.wanted(data_root.as_deref(), now);
    let wanted = wanted.into_iter();
    out.extend(wanted.map(|wanted| Effect::Storage(host.id.clone(), wanted)));
}

/// Asks how full the disks are and how big logs, whatever is looked at.
pub(super) fn watch(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    for host in model
        .hosts
        .iter_mut()
        .filter(|host| connected(host) && host.listed)
    {
        let Some(info) = &host.info else {
            continue;
        };
        let wanted = host.storing.watch(&info.data_root, now);
        let wanted = wanted.into_iter();
        out.extend(wanted.map(|wanted| Effect::Storage(host.id.clone(), wanted)));
    }
}

pub(super) fn answer(model: &mut Model, id: &HostId, answer: StorageMsg) {
    let now = model.now;
    let Some(host) = model.hosts.iter_mut().find(|host| host.id == *id) else {
        return;
    };
    let is_progress = matches!(answer, StorageMsg::Measuring(..));
    let is_watched = matches!(
        answer,
        StorageMsg::Filesystems(_) | StorageMsg::Recalled(_) | StorageMsg::Logs(_)
    );
    let data_root = host.info.as_ref().map(|info| info.data_root.as_str());
    let is_of_images = matches!(answer, StorageMsg::Engine(_));
    host.storing.answer(answer, data_root, now);
    if is_of_images {
        rows::refresh(model, View::Images);
    }
    if !is_progress {
        rows::refresh(model, View::Volumes);
    }
    if is_watched {
        refresh_findings(model);
    }
}

/// Measures no more sizes.
pub(super) fn stop(model: &mut Model, out: &mut Vec<Effect>) {
    let mut any = false;
    for host in &mut model.hosts {
        let stopped = host.storing.stop();
        any |= stopped.is_some();
        out.extend(stopped.map(|effect| Effect::Storage(host.id.clone(), effect)));
    }
    if any {
        toast(model, "stopped; u measures what is left", Tone::Note);
    } else {
        toast(model, "nothing is being measured", Tone::Note);
    }
}

/// Who mounts what is shown where it is looked at; elsewhere it is found out when somebody looks.
pub(super) fn containers_changed(model: &mut Model) {
    if model.view == View::Volumes {
        regroup(model);
    }
}

/// Puts volumes, folders and their users together again.
pub(super) fn regroup(model: &mut Model) {
    for host in &mut model.hosts {
        host.regroup_storage();
    }
    rows::refresh(model, View::Volumes);
}
