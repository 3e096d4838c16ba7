//! When it is asked how current things are: slowly, in the background, and never while a job is at work on the host.
//!
//! Nothing is asked over and over: images when the engine says that they changed, files when one of them changed or a
//! container came, registries every few hours.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::app::effect::Effect;
use crate::app::freshness::{Files, FreshEffect, FreshMsg};
use crate::app::host::{Connection, Host};
use crate::app::model::Model;
use crate::app::rows;
use crate::app::view::View;
use crate::domain::{ContainerId, HostId, ImageId, JobId, Origin, Target};

use super::{refresh_findings, registries};

/// Images are asked for so long after the first picture, or after they changed: a pull tells of several changes.
const IMAGES_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// … and not more often than this.
const IMAGES_PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// Files are read so long after the first picture …
const FILES_AFTER: SignedDuration = SignedDuration::from_secs(4);
/// … so long after a project came: that of a test or a build may be gone by then …
const FILES_OF_NEW: SignedDuration = SignedDuration::from_secs(15);
/// … and so long after a container came that was brought up from them.
const FILES_AGAIN: SignedDuration = SignedDuration::from_secs(2);
/// … but not sooner after they were last read for whatever reason: somebody may be bringing things up over and over.
const FILES_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// Between two projects. Compose takes a tenth of a second of a core for each.
const READ_PAUSE: SignedDuration = SignedDuration::from_secs(3);
/// How often is looked whether a file changed.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// What is due is asked for.
pub(super) fn tick(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let busy: BTreeSet<HostId> = model
        .running_jobs()
        .map(|job| job.target.host().clone())
        .collect();
    let is_quiet = |host: &Host| {
        let connected = matches!(host.connection, Connection::Connected { .. });
        connected && host.listed && !busy.contains(&host.id)
    };
    for host in model.hosts.iter_mut().filter(|host| is_quiet(host)) {
        images(host, now, out);
        look(host, now, out);
    }
    let all = model
        .hosts
        .iter()
        .flat_map(|host| host.fresh.files.values());
    let reading = all.into_iter().any(|files| {
        let lately = files
            .read_at
            .is_some_and(|at| now.duration_since(at) < READ_PAUSE);
        files.said.asking || lately
    });
    let next = model
        .hosts
        .iter_mut()
        .filter(|host| is_quiet(host))
        .find_map(|host| Some((host.id.clone(), next_to_read(host, now)?)));
    if let Some((host, origin)) = next.filter(|_| !reading)
        && let Some(files) = files_mut(model, &host, &origin)
    {
        files.due = None;
        if files.said.begin_where_wanted() {
            files.read_at = Some(now);
            let containers = files.containers.clone();
            let images = images_of(model, &host, &containers);
            out.push(Effect::Fresh(host, FreshEffect::ReadFiles(origin, images)));
        }
    }
    registries::tick(model, out);
}

fn images(host: &mut Host, now: Timestamp, out: &mut Vec<Effect>) {
    if host.fresh.images_due.is_none_or(|due| due > now) {
        return;
    }
    host.fresh.images_due = None;
    if host.images.begin_where_wanted() {
        host.fresh.images_asked = Some(now);
        out.push(Effect::LoadImages(host.id.clone()));
    }
}

fn look(host: &mut Host, now: Timestamp, out: &mut Vec<Effect>) {
    if host.fresh.look_due.is_some_and(|due| due > now) {
        return;
    }
    host.fresh.look_due = Some(now + LOOK_EVERY);
    // What is not on this machine, or not to be trusted, is not looked at.
    let is_read = |files: &Files| {
        let answered = files.said.at.is_some() || files.said.failure.is_some();
        answered && files.stamp.is_some()
    };
    let all = host.fresh.files.iter();
    let read = all.filter(|(_, files)| is_read(files));
    let origins: Vec<Origin> = read.map(|(origin, _)| origin.clone()).collect();
    if !origins.is_empty() {
        let look = FreshEffect::LookAtFiles(origins);
        out.push(Effect::Fresh(host.id.clone(), look));
    }
}

fn next_to_read(host: &Host, now: Timestamp) -> Option<Origin> {
    let mut all = host.fresh.files.iter();
    let due = |files: &Files| files.due.is_some_and(|due| due <= now);
    let (origin, _) = all.find(|(_, files)| due(files))?;
    Some(origin.clone())
}

/// The images of containers, each once.
fn images_of(model: &Model, host: &HostId, containers: &BTreeSet<ContainerId>) -> Vec<ImageId> {
    let known = model.host(host).map(|host| &host.containers);
    let of = |id: &ContainerId| Some(known?.get(id)?.image_id.clone());
    let images: BTreeSet<ImageId> = containers.iter().filter_map(of).collect();
    images.into_iter().collect()
}

fn files_mut<'a>(model: &'a mut Model, host: &HostId, origin: &Origin) -> Option<&'a mut Files> {
    model.host_mut(host)?.fresh.files.get_mut(origin)
}

/// Images changed, or all is seen for the first time.
pub(super) fn images_soon(host: &mut Host, now: Timestamp) {
    let fresh = &mut host.fresh;
    let earliest = fresh.images_asked.map(|asked| asked + IMAGES_PAUSE);
    let due = earliest.map_or(now + IMAGES_AFTER, |at| at.max(now + IMAGES_AFTER));
    fresh.images_due = Some(fresh.images_due.map_or(due, |settled| settled.min(due)));
}

/// Containers came or went: the files of those that came are read, the first time or again.
pub(super) fn containers_changed(host: &mut Host, now: Timestamp) {
    let mut origins: BTreeMap<Origin, BTreeSet<ContainerId>> = BTreeMap::new();
    for container in host.containers.values() {
        let Some(own) = container.compose.as_ref().filter(|own| !own.one_off) else {
            continue;
        };
        if own.config_hash.is_some() && own.working_dir.is_some() && !own.config_files.is_empty() {
            let ids = origins.entry(own.origin()).or_default();
            ids.insert(container.id.clone());
        }
    }
    let known = &mut host.fresh.files;
    let after = if known.is_empty() {
        FILES_AFTER
    } else {
        FILES_OF_NEW
    };
    // An answer that is under way has to find who asked, or it would be taken for that to a later question.
    known.retain(|origin, files| origins.contains_key(origin) || files.said.asking);
    for files in known.values_mut() {
        files
            .containers
            .retain(|id| host.containers.contains_key(id));
    }
    for (origin, containers) in origins {
        let files = known.entry(origin).or_default();
        if files.containers.is_empty() && !files.said.asking {
            files.due = Some(now + after);
        } else if !containers.is_subset(&files.containers) {
            // What they say was asked before it was brought up: they may have been changed in between.
            let rested = files.read_at.map_or(now, |at| at + FILES_PAUSE);
            files.outdated(rested.max(now + FILES_AGAIN));
        }
        files.containers = containers;
    }
    host.work_out();
}

/// A job ended: what it brought up is looked at again.
pub(super) fn job_ended(model: &mut Model, id: JobId) {
    let due = model.now + FILES_AGAIN;
    let Some(target) = model.job(id).map(|job| job.target.clone()) else {
        return;
    };
    let project = match &target {
        Target::Service(service) => service.project.clone(),
        Target::Project(project) => Some(Arc::clone(&project.name)),
        Target::Volume(_) | Target::Image(_) | Target::Host(_) => None,
    };
    let Some(host) = model.host_mut(target.host()) else {
        return;
    };
    for (origin, files) in &mut host.fresh.files {
        if project.as_deref() == Some(&*origin.project) {
            files.outdated(due);
        }
    }
}

/// Reads the files of services again, because somebody asks.
pub(super) fn files_now(host: &mut Host, containers: &[ContainerId], now: Timestamp) {
    for files in host.fresh.files.values_mut() {
        if containers.iter().any(|id| files.containers.contains(id)) {
            files.outdated(now);
        }
    }
}

/// The connection is lost: what is under way fails for that.
pub(super) fn lost(host: &mut Host) {
    for files in host.fresh.files.values_mut() {
        files.said.lost();
    }
}

/// Takes an answer in.
pub(super) fn answer(model: &mut Model, id: &HostId, answer: FreshMsg) {
    let now = model.now;
    let Some(host) = model.hosts.iter_mut().find(|host| host.id == *id) else {
        return;
    };
    match answer {
        FreshMsg::Looked(stamps) => looked(host, stamps, now),
        FreshMsg::Files(origin, answer) => {
            if let Some(files) = host.fresh.files.get_mut(&origin) {
                files.answer(answer, now);
                // What changed meanwhile, or was cut off, is asked again.
                if files.said.is_wanted() && files.due.is_none() {
                    files.due = Some(now + FILES_AGAIN);
                }
            }
        }
        FreshMsg::Recalled(record) => registries::recalled(host, record, now),
        FreshMsg::Answered(answer) => host.fresh.registries.answered(answer),
        FreshMsg::Asked {
            on_demand,
            limited_until,
        } => registries::asked(model, id, on_demand, limited_until),
    }
    if let Some(host) = model.host_mut(id) {
        host.work_out();
    }
    rows::refresh(model, View::Services);
    refresh_findings(model);
}

fn looked(host: &mut Host, stamps: Vec<(Origin, u64)>, now: Timestamp) {
    for (origin, stamp) in stamps {
        let Some(files) = host.fresh.files.get_mut(&origin) else {
            continue;
        };
        match files.stamp.replace(stamp) {
            Some(before) if before != stamp => files.outdated(now),
            Some(_) | None => {}
        }
    }
}
