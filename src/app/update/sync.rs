//! What is on screen decides what is asked of the engines: compared after every message, so that nothing is asked
//! twice and nothing goes on for a view that was left.

use jiff::SignedDuration;

use crate::app::effect::Effect;
use crate::app::host::{Connection, Host};
use crate::app::model::Model;
use crate::app::view::{DetailTab, Pane, ServiceOrder, View};
use crate::domain::{ContainerId, Watched};

use super::{certificate, events, images, logs, networks, releases, storage};

pub(super) fn sync(model: &mut Model, out: &mut Vec<Effect>) {
    // After the first picture: nobody waits for what was.
    if !model.history_asked && model.hosts.iter().any(|host| host.listed) {
        model.history_asked = true;
        out.push(Effect::LoadHistory);
        out.push(Effect::LoadSnoozes);
    }
    sync_lists(model, out);
    events::sync(model, out);
    storage::watch(model, out);
    logs::sync(model, out);
    sync_inspect(model, out);
    releases::sync(model, out);
    sync_counters(model, out);
    certificate::test_configs(model, out);
    remember(model, out);
}

/// What was chosen on screen is kept as soon as it was.
fn remember(model: &mut Model, out: &mut Vec<Effect>) {
    if model.remembered.folded != model.folded {
        model.remembered.folded.clone_from(&model.folded);
    }
    if model.remembered != model.kept {
        model.kept = model.remembered.clone();
        out.push(Effect::Remember(Box::new(model.kept.clone())));
    }
}

pub(super) fn connected(host: &Host) -> bool {
    matches!(host.connection, Connection::Connected { .. })
}

/// Volumes, images and networks are asked when their view is looked at and nothing fresh is there.
fn sync_lists(model: &mut Model, out: &mut Vec<Effect>) {
    let view = model.view;
    let selected = model.images.cursor.selected.clone();
    // What made an image is asked where its detail is on screen.
    let detail = model.pane == Pane::Detail || model.regions.detail_rows > 0;
    let seen = selected.filter(|_| detail);
    for host in model.hosts.iter_mut().filter(|host| connected(host)) {
        if view == View::Volumes {
            if host.volumes.begin_where_wanted() {
                out.push(Effect::LoadVolumes(host.id.clone()));
            }
            storage::look(host, model.now, out);
        }
        if view == View::Networks {
            networks::look(host, out);
        }
        if view == View::Images {
            if host.images.begin_where_wanted() {
                out.push(Effect::LoadImages(host.id.clone()));
            }
            let seen = seen.as_ref().filter(|(of, _)| *of == host.id);
            images::look(host, seen.map(|(_, id)| id), model.now, out);
        }
    }
}

/// Whether the detail pane of the services view shows this tab.
pub(super) fn shows_tab(model: &Model, tab: DetailTab) -> bool {
    model.view == View::Services
        && model.detail.tab == tab
        && (model.pane == Pane::Detail
            || model.regions.detail_rows > 0
            || model.regions.log_rows > 0)
}

fn sync_inspect(model: &mut Model, out: &mut Vec<Effect>) {
    if !shows_tab(model, DetailTab::Inspect) {
        return;
    }
    if let Some(project) = model.selected_project().cloned() {
        let answers = model.host(&project.host).is_some_and(connected);
        let inspect = &mut model.detail.inspect;
        if inspect.project.as_ref() != Some(&project) {
            inspect.begin_project(project.clone());
        }
        if answers && inspect.lines.begin_where_wanted() {
            out.push(Effect::LoadProjectConfig(project));
        }
        return;
    }
    let Some((host, _, container)) = model.selected_service() else {
        return;
    };
    if !connected(host) {
        return;
    }
    let (host, container) = (host.id.clone(), container.id.clone());
    let inspect = &mut model.detail.inspect;
    if inspect.container.as_ref() != Some(&container) {
        inspect.begin(container.clone());
    }
    if inspect.lines.begin_where_wanted() {
        out.push(Effect::InspectJson { host, container });
    }
}

/// Events tell when a health check changes its mind, not each of its runs: where these are on screen they are asked
/// for.
pub(super) fn health_log(model: &mut Model, out: &mut Vec<Effect>) {
    const EVERY: SignedDuration = SignedDuration::from_secs(5);
    let now = model.now;
    let is_due = |at| now.duration_since(at) >= EVERY;
    if !shows_tab(model, DetailTab::Overview) || !model.detail.checked_at.is_none_or(is_due) {
        return;
    }
    let Some((host, _, container)) = model.selected_service() else {
        return;
    };
    let is_checked = container
        .detail
        .as_ref()
        .is_some_and(|detail| detail.has_health_check);
    if connected(host) && container.is_up() && is_checked {
        let (host, container) = (host.id.clone(), container.id.clone());
        out.push(Effect::Inspect { host, container });
        model.detail.checked_at = Some(now);
    }
}

/// Counters are read of the rows on screen; of all when the order hangs on them.
fn sync_counters(model: &mut Model, out: &mut Vec<Effect>) {
    let mut wanted: Vec<ContainerId> = Vec::new();
    let mut charts = None;
    if model.view == View::Services {
        if matches!(model.order, ServiceOrder::Cpu | ServiceOrder::Memory) {
            wanted.extend(
                model
                    .hosts
                    .iter()
                    .flat_map(|host| host.containers.keys().cloned()),
            );
        } else {
            wanted.clone_from(&model.regions.containers);
        }
        if shows_tab(model, DetailTab::Stats)
            && let Some((_, _, container)) = model.selected_service()
        {
            wanted.push(container.id.clone());
            charts = Some(container.id.clone());
        }
    }
    wanted.sort();
    wanted.dedup();
    let watched: Vec<Watched> = wanted
        .into_iter()
        .filter_map(|id| model.hosts.iter().find_map(|host| host.containers.get(&id)))
        .filter(|container| container.is_up())
        .map(|container| Watched {
            id: container.id.clone(),
            pid: container.detail.as_ref().and_then(|detail| detail.pid),
            charts: charts.as_ref() == Some(&container.id),
        })
        .collect();
    if model.watched == watched {
        return;
    }
    for host in &model.hosts {
        let containers = watched
            .iter()
            .filter(|w| host.containers.contains_key(&w.id))
            .cloned()
            .collect();
        out.push(Effect::Watch {
            host: host.id.clone(),
            containers,
        });
    }
    model.watched = watched;
}
