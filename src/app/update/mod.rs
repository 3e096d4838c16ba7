//! The reducer: a message in, the model changed, effects out. Synchronous, total, no I/O.

mod actions;
mod browser;
mod carry;
mod certificate;
mod columns;
mod commands;
mod configure;
mod copy;
mod edit;
mod events;
mod finding;
mod freshness;
mod host;
mod images;
mod input;
mod jobs;
mod keys;
mod log_ask;
mod log_keys;
mod logs;
mod motion;
mod mouse;
mod networks;
mod palette;
mod pem;
mod plan;
mod project;
mod prune;
mod registries;
mod releases;
mod removal;
mod snooze;
mod sort;
mod storage;
mod sync;
#[cfg(test)]
mod tests;
mod themes;
mod tree;

use crate::domain::Failure;
use crate::domain::finding::rank;

use super::effect::Effect;
use super::findings::{findings, put_to_sleep};
use super::model::Model;
use super::msg::Msg;
use super::overlay::Overlay;
use super::rows;
use super::toast::{Toast, Tone};
use super::view::{ImagePart, NetworkPart, View};

/// Takes a message in and says what is to be done.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    let out = &mut effects;
    match msg {
        Msg::Key(key) => keys::press(model, key, out),
        Msg::Paste(text) => input::paste(model, &text, out),
        Msg::Mouse(mouse) => mouse::mouse(model, mouse, out),
        Msg::Resize(columns, rows) => model.size = (columns, rows),
        Msg::Tick(now) => tick(model, now, out),
        Msg::Drawn(regions) => drawn(model, regions),
        Msg::Host(id, answer) => host::answer(model, &id, answer),
        Msg::Logs(stream, answer) => logs::answer(model, stream, answer, out),
        Msg::OlderLogs(opening, container, answer) => {
            logs::older_answer(model, opening, &container, answer, out);
        }
        Msg::LogsTaken(answer) => log_ask::taken(model, answer),
        Msg::LogSaved(answer) => {
            model.logs.saving = None;
            log_ask::taken(model, answer);
        }
        Msg::SavingLogs(lines) => log_ask::saving(model, lines),
        Msg::LookOn => logs::look_on(model, out),
        Msg::Job(id, event) => jobs::event(model, id, event, out),
        Msg::Planned(request, plan) => plan::answer(model, &request, plan, out),
        Msg::ProjectConfig(id, config) => project::config(model, &id, config),
        Msg::Profiles(id, profiles) => project::profiles(model, &id, profiles, out),
        Msg::Releases(service, answer) => releases::answer(model, &service, answer),
        Msg::History(history) => jobs::history(model, history),
        Msg::Snoozes(snoozes) => snooze::loaded(model, snoozes),
        Msg::ShellEnded(ended) => shell_ended(model, ended),
        Msg::CommandEnded(name, ended) => commands::ended(model, &name, ended),
        Msg::Files(project, files) => edit::files(model, &project, files, out),
        Msg::Edited(project, edited) => edit::answer(model, project, edited),
        Msg::PutBack(project, done) => edit::put_back(model, &project, done),
        Msg::Pem(target, answer) => pem::answer(model, &target, answer, out),
        Msg::Browsed(answer) => browser::answer(model, answer, out),
        Msg::Configured(settings) => configure::configure(model, *settings, out),
        Msg::Themes(themes) => themes::listed(model, themes),
        Msg::Notice(failure) => notice(model, &failure),
    }
    sync::sync(model, out);
    effects
}

fn tick(model: &mut Model, now: jiff::Timestamp, out: &mut Vec<Effect>) {
    model.now = now;
    model.toasts.retain(|toast| toast.until > now);
    for host in &mut model.hosts {
        let due = host.scan_at.is_some_and(|at| at <= now);
        if due && !host.is_stale() && host.certificates.begin() {
            host.scan_at = None;
            out.push(Effect::ScanCertificates(host.id.clone()));
        }
        let on_screen = model.view == View::Certificates;
        if sync::connected(host) && host.serving.begin_where_due(on_screen, now) {
            out.push(Effect::AskEndpoints(host.id.clone()));
        }
    }
    freshness::tick(model, out);
    refresh_findings(model);
    sync::health_log(model, out);
}

fn drawn(model: &mut Model, regions: super::region::Regions) {
    if let Some(browser) = &mut model.browser {
        browser.offset = regions.list_offset;
        model.regions = regions;
        return;
    }
    match model.view {
        View::Services => model.services.cursor.offset = regions.list_offset,
        View::Certificates => model.certificates.cursor.offset = regions.list_offset,
        View::Volumes => model.volumes.cursor.offset = regions.list_offset,
        View::Images => match model.image_part {
            ImagePart::Images => model.images.cursor.offset = regions.list_offset,
            ImagePart::Cache => model.cache.cursor.offset = regions.list_offset,
        },
        View::Jobs => model.job_rows.cursor.offset = regions.list_offset,
        View::Hosts => model.host_rows.cursor.offset = regions.list_offset,
        View::Networks => match model.network_part {
            NetworkPart::Networks => model.networks.cursor.offset = regions.list_offset,
            NetworkPart::Ports => model.ports.cursor.offset = regions.list_offset,
        },
        View::Events => model.events.list.cursor.offset = regions.list_offset,
        View::Logs => {}
    }
    model.regions = regions;
}

/// Makes the findings anew from what the hosts hold. Where they are listed the cursor stays on its finding.
fn refresh_findings(model: &mut Model) {
    let was = match &model.overlay {
        Some(Overlay::Findings { cursor }) => {
            model.finding(*cursor).map(|finding| finding.id.clone())
        }
        _ => None,
    };
    let mut all = findings(
        &model.hosts,
        &model.jobs,
        &model.logged,
        &model.settings.thresholds,
        model.now,
    );
    model
        .witness
        .tell(&mut all, &model.hosts, &model.events.log, model.now);
    rank(&mut all);
    let snoozes = &model.snoozes;
    (model.findings, model.snoozed) = put_to_sleep(all, |id| snoozes.get(id), model.now);
    // Where it is gone, none is under the cursor until somebody moves: no key acts on its neighbour.
    if let Some(was) = was {
        let same = model.all_findings().position(|finding| finding.id == was);
        if let Some(Overlay::Findings { cursor }) = &mut model.overlay {
            *cursor = same.unwrap_or(usize::MAX);
        }
    }
}

/// Makes everything anew that is derived from what the hosts hold.
fn refresh_all(model: &mut Model) {
    for view in View::ALL {
        rows::refresh(model, view);
    }
    refresh_findings(model);
}

fn shell_ended(model: &mut Model, ended: Result<i64, Failure>) {
    match ended {
        Ok(0 | 130) => {}
        Ok(code) => toast(
            model,
            format!("the shell ended with code {code}"),
            Tone::Note,
        ),
        Err(failure) => notice(model, &failure),
    }
}

fn notice(model: &mut Model, failure: &Failure) {
    toast(model, failure.to_string(), Tone::Failed);
}

fn toast(model: &mut Model, text: impl Into<String>, tone: Tone) {
    const MOST: usize = 4;
    let toast = Toast::new(text, tone, model.now);
    model.toasts.retain(|other| other.text != toast.text);
    if model.toasts.len() == MOST {
        model.toasts.remove(0);
    }
    model.toasts.push(toast);
}
