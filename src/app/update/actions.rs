//! What each action does to the dashboard.

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::model::{Model, ServiceRow};
use crate::app::overlay::Overlay;
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::{DetailTab, Pane, View};
use crate::domain::{ActionName, Request};

use super::input::with_list;
use super::{
    browser, carry, certificate, columns, commands, copy, edit, events, finding, images, input,
    jobs, log_ask, log_keys, logs, motion, networks, palette, pem, plan, project, prune,
    registries, releases, removal, sort, storage, themes, toast, tree,
};

pub(super) fn perform(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    if browser::perform(model, action, out) || events::perform(model, action) {
        return;
    }
    if acts_on_selection(action) && cursor_fell(model) {
        return;
    }
    match action {
        Action::Show(view) => show(model, view),
        Action::Up
        | Action::Down
        | Action::PageUp
        | Action::PageDown
        | Action::Top
        | Action::Bottom => motion::go(model, action),
        Action::Left => tree::sideways(model, false),
        Action::Right => tree::sideways(model, true),
        Action::Enter if log_keys::in_logs(model) => log_ask::open_line(model),
        Action::Enter => enter(model),
        Action::Back => back(model, out),
        Action::NextPane => {
            if model.view.has_detail() {
                model.pane = match model.pane {
                    Pane::List => Pane::Detail,
                    Pane::Detail => Pane::List,
                };
            }
        }
        Action::NextTab => tab(model, 1),
        Action::PreviousTab => tab(model, DetailTab::ALL.len() - 1),
        Action::Filter => input::open(model),
        Action::Palette => palette::open(model),
        Action::Help => model.overlay = Some(Overlay::Help { offset: 0 }),
        Action::Findings => finding::open(model, out),
        Action::OnlyProblems if log_keys::in_logs(model) => logs::only_matches(model, out),
        Action::OnlyProblems => only_problems(model),
        Action::Sort => sort::next(model),
        Action::Mark => mark(model),
        Action::FoldAll => tree::fold_all(model),
        Action::Log(action) => log_keys::perform(model, action, out),
        Action::Logs => log_keys::open(model),
        Action::Shell => shell(model, out),
        Action::Inspect => {
            model.detail.tab = DetailTab::Inspect;
            model.detail.scroll = 0;
            model.pane = Pane::Detail;
        }
        Action::Copy if model.view == View::Certificates => pem::choose(model),
        Action::Copy => copy::copy(model, out),
        Action::Export => pem::ask_file(model),
        Action::Refresh => refresh(model, out),
        Action::Reveal => model.detail.revealed = !model.detail.revealed,
        Action::Do(name) => act(model, name, out),
        Action::RemoveNetwork => prune::ask_network(model),
        Action::PruneImages
        | Action::PruneAllImages
        | Action::PruneNetworks
        | Action::PruneBuildCache => {
            prune::show(model, action, out);
        }
        Action::Browse => browser::open(model, out),
        // Only among files, findings or events, which take them before.
        Action::ViewFile | Action::Snooze | Action::Wake | Action::EventTime | Action::FolderUp => {
        }
        Action::LookIntoImage => images::look_into(model, out),
        Action::EditFiles => edit::ask(model, out),
        Action::ForceRenew => certificate::force(model, out),
        Action::ShowPlan if model.view == View::Certificates => certificate::show(model, out),
        Action::ShowPlan => plan::ask(model, out),
        Action::StopStart => stop_start(model, out),
        Action::CancelJob => jobs::cancel(model, out),
        Action::StopMeasuring => storage::stop(model, out),
        Action::NextMatch => next_match(model, true),
        Action::PreviousMatch => next_match(model, false),
        Action::Themes => themes::open(model),
        Action::Columns => columns::open(model),
        Action::Command(at) => commands::run(model, at, out),
        Action::ToggleMouse => toggle_mouse(model, out),
        Action::Suspend => out.push(Effect::Suspend),
        Action::Quit => out.push(Effect::Quit),
    }
}

/// Does what changes the world, or asks about it first.
fn act(model: &mut Model, name: ActionName, out: &mut Vec<Effect>) {
    match name {
        ActionName::Up => project::ask_up(model, out),
        ActionName::Pull => project::pull(model, out),
        ActionName::Down => project::ask_down(model),
        // On the heading of a project, what is removed is all of it.
        ActionName::Remove if model.marked.is_empty() && on_project(model) => {
            project::ask_down(model);
        }
        ActionName::Remove => removal::ask(model),
        ActionName::RemoveImage => prune::ask_image(model),
        ActionName::BackUp => carry::ask_backup(model),
        ActionName::Restore => carry::ask_restore(model),
        ActionName::TagImage | ActionName::SaveImage | ActionName::PullImage => {
            images::ask(model, name);
        }
        ActionName::RemoveVolume => prune::ask_volume(model),
        // Only among files, which take them before.
        ActionName::CopyOut | ActionName::CopyIn => {}
        ActionName::Renew | ActionName::Reload => certificate::start(model, name, out),
        _ => {
            let requests = releases::requests(model, name, &model.targets());
            start(model, requests, out);
        }
    }
}

/// Lists only what has a problem, or all again.
fn only_problems(model: &mut Model) {
    with_list!(model, list => list.only_problems = !list.only_problems);
    let view = model.view;
    rows::refresh(model, view);
    with_list!(model, list => list.cursor.stay());
}

const fn on_project(model: &Model) -> bool {
    model.selected_project().is_some()
}

const fn acts_on_selection(action: Action) -> bool {
    matches!(
        action,
        Action::Do(_) | Action::StopStart | Action::Shell | Action::EditFiles | Action::Command(_)
    )
}

/// Whether the cursor is where nobody put it, because its row left: no key acts on what slipped under it. Says so, and
/// takes the next press for meant.
fn cursor_fell(model: &mut Model) -> bool {
    let name = match model.view {
        View::Services if model.marked.is_empty() => {
            let away = model.services.cursor.away.take();
            away.map(|row| match row {
                ServiceRow::Project(project) => project.name.to_string(),
                ServiceRow::Service(service) => service.to_string(),
                ServiceRow::Container(container) => container.short().to_owned(),
                ServiceRow::Lone(_) => "the heading".to_owned(),
            })
        }
        View::Certificates => {
            let away = model.certificates.cursor.away.take();
            away.map(|_| "the certificate".to_owned())
        }
        View::Volumes => {
            let away = model.volumes.cursor.away.take();
            away.map(|_| "the volume".to_owned())
        }
        View::Images => {
            let away = model.images.cursor.away.take();
            away.map(|_| "the image".to_owned())
        }
        View::Hosts => model.host_rows.cursor.away.take().map(|id| id.to_string()),
        _ => None,
    };
    let Some(name) = name else {
        return false;
    };
    let text = format!("{name} left the list; press again to act on what the cursor is on now");
    toast(model, text, Tone::Warning);
    true
}

pub(super) fn show(model: &mut Model, view: View) {
    if model.view == view {
        return;
    }
    if view == View::Logs {
        model.came_from = model.view;
        if let Some(scope) = log_keys::scope(model) {
            logs::open(model, scope);
        }
    }
    model.view = view;
    model.pane = Pane::List;
    match view {
        View::Volumes => storage::regroup(model),
        View::Networks => networks::regroup(model),
        _ => rows::refresh(model, view),
    }
    motion::to_start(model);
}

fn tab(model: &mut Model, by: usize) {
    if model.view == View::Networks {
        networks::turn(model);
        return;
    }
    if model.view == View::Images {
        images::turn(model);
        return;
    }
    if model.view != View::Services {
        return;
    }
    let at = DetailTab::ALL
        .iter()
        .position(|tab| *tab == model.detail.tab)
        .unwrap_or(0);
    model.detail.tab = match model.detail.tab {
        // A project has two.
        DetailTab::Inspect if on_project(model) => DetailTab::Overview,
        _ if on_project(model) => DetailTab::Inspect,
        _ => DetailTab::ALL[(at + by) % DetailTab::ALL.len()],
    };
    model.detail.scroll = 0;
    model.detail.column = 0;
    // In a narrow terminal the pane is only there when it has the keys.
    if model.regions.detail_rows == 0 {
        model.pane = Pane::Detail;
    }
}

fn enter(model: &mut Model) {
    if model.view == View::Logs || model.pane == Pane::Detail {
        return;
    }
    if model.view == View::Services {
        match model.services.cursor.selected.clone() {
            Some(row @ (ServiceRow::Project(_) | ServiceRow::Lone(_))) => {
                let folded = model.folded.contains(&row);
                tree::fold(model, folded);
                return;
            }
            Some(ServiceRow::Service(id)) => {
                let many = model
                    .service(&id)
                    .is_some_and(|(_, s, _)| s.containers.len() > 1);
                if many && !model.opened.contains(&id) {
                    tree::fold(model, true);
                    return;
                }
            }
            Some(ServiceRow::Container(_)) => {}
            None => return,
        }
    }
    model.pane = Pane::Detail;
}

/// One step back: what was typed, then the pane, then the view, then marks.
fn back(model: &mut Model, out: &mut Vec<Effect>) {
    model.toasts.clear();
    if logs::stop_saving(model, out)
        || logs::unmark(model)
        || input::clear(model, out)
        || logs::show_all(model, out)
    {
        return;
    }
    if model.view == View::Logs {
        model.view = model.came_from;
        return;
    }
    if model.pane == Pane::Detail {
        model.pane = Pane::List;
        return;
    }
    let problems = with_list!(model, list => std::mem::take(&mut list.only_problems));
    if problems {
        let view = model.view;
        rows::refresh(model, view);
    } else if !model.marked.is_empty() {
        model.marked.clear();
    } else if model.view != View::Services {
        show(model, View::Services);
    }
}

fn mark(model: &mut Model) {
    let Some((_, service, _)) = model.selected_service() else {
        return;
    };
    let id = service.id.clone();
    if !model.marked.remove(&id) {
        model.marked.insert(id);
    }
    motion::in_list(model, 1);
}

fn shell(model: &mut Model, out: &mut Vec<Effect>) {
    let Some((host, _, container)) = model.selected_service() else {
        toast(model, "no service is selected", Tone::Warning);
        return;
    };
    if !container.is_up() {
        let text = format!("{} does not run: no shell in it", container.name);
        toast(model, text, Tone::Warning);
        return;
    }
    out.push(Effect::Shell {
        host: host.id.clone(),
        container: container.id.clone(),
    });
}

fn refresh(model: &mut Model, out: &mut Vec<Effect>) {
    let view = model.view;
    if view == View::Services {
        registries::ask(model, out);
    }
    for host in &mut model.hosts {
        let id = host.id.clone();
        match view {
            _ if host.is_stale() => out.push(Effect::Reconnect(id)),
            View::Certificates => {
                host.config_tests.clear();
                if host.certificates.begin() {
                    out.push(Effect::ScanCertificates(id));
                }
            }
            View::Volumes => {
                if host.volumes.begin() {
                    out.push(Effect::LoadVolumes(id.clone()));
                }
                let wanted = host.storing.measure_again();
                out.extend(wanted.map(|wanted| Effect::Storage(id, wanted)));
            }
            View::Networks => networks::refresh(host, out),
            View::Images => {
                host.storing.engine.invalidate();
                if host.images.begin() {
                    out.push(Effect::LoadImages(id));
                }
            }
            View::Services | View::Hosts => out.push(Effect::Reconnect(id)),
            View::Logs | View::Jobs | View::Events => {}
        }
    }
}

fn stop_start(model: &mut Model, out: &mut Vec<Effect>) {
    let (action, services) = model.stop_or_start();
    let requests = releases::requests(model, action, &services);
    start(model, requests, out);
}

/// Begins what was asked for. What was marked for it is marked no more, unless it is shown first: who says no to it
/// has it as it was.
fn start(model: &mut Model, requests: Vec<Request>, out: &mut Vec<Effect>) {
    jobs::start_all(model, requests, out);
    if model.overlay.is_none() {
        model.marked.clear();
    }
}

fn next_match(model: &mut Model, forward: bool) {
    let in_inspect = model.view == View::Services
        && model.pane == Pane::Detail
        && model.detail.tab == DetailTab::Inspect;
    if in_inspect {
        input::next_in_inspect(model, forward);
    } else {
        logs::next_match(model, forward);
    }
}

fn toggle_mouse(model: &mut Model, out: &mut Vec<Effect>) {
    model.mouse = !model.mouse;
    out.push(Effect::Mouse(model.mouse));
    let text = if model.mouse {
        "the mouse works here"
    } else {
        "the mouse selects text in the terminal; m takes it back"
    };
    toast(model, text, Tone::Note);
}
