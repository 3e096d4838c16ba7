//! Commands of the user's own: what one is for just now, and whether it may run.

use crate::app::effect::Effect;
use crate::app::host::Host;
use crate::app::model::{Model, ServiceRow};
use crate::app::toast::Tone;
use crate::app::view::{ImagePart, View};
use crate::domain::command::{CommandCall, CommandOn, CustomCommand, Values, values};
use crate::domain::{
    Container, ContainerId, Failure, ImageName, Permission, Request, Service, Target,
};

use super::{jobs, notice, plan, toast};

/// What a command is for: its target, what its placeholders stand for, and the container that it may run in.
struct Subject {
    target: Target,
    values: Values,
    container: Option<(ContainerId, String)>,
}

/// Runs a command of the config on what the cursor is on, or on all marked services.
pub(super) fn run(model: &mut Model, at: u16, out: &mut Vec<Effect>) {
    let Some(command) = model.settings.commands.get(usize::from(at)).cloned() else {
        return;
    };
    let subjects = subjects(model, command.on);
    if subjects.is_empty() {
        let text = format!(
            "`{}` is for a {}: go to one",
            command.name,
            command.on.word()
        );
        toast(model, text, Tone::Warning);
        return;
    }
    let mut requests = Vec::new();
    for subject in subjects {
        match command.call(&subject.values, subject.container) {
            Ok(call) => requests.push(Request::own_command(subject.target, call)),
            Err(failure) => return toast(model, failure.to_string(), Tone::Failed),
        }
    }
    if command.foreground {
        return foreground(model, requests, out);
    }
    let requests = jobs::permitted(model, requests);
    if command.confirm && !requests.is_empty() {
        plan::show_all(model, requests, out);
    } else if !requests.is_empty() {
        jobs::start_all(model, requests, out);
        if model.overlay.is_none() {
            model.marked.clear();
        }
    }
}

/// Hands the terminal to the command: one at a time. Where a policy wants a yes, it is asked for there.
fn foreground(model: &mut Model, requests: Vec<Request>, out: &mut Vec<Effect>) {
    let mut requests = jobs::permitted(model, requests).into_iter();
    let Some(request) = requests.next() else {
        return;
    };
    if requests.next().is_some() {
        toast(model, "one at a time: it has the terminal", Tone::Warning);
        return;
    }
    let asks = matches!(model.permission_for(&request), Permission::Ask(_));
    let host = request.target.host().clone();
    if let Some(call) = request.command {
        let confirm = call.confirm || asks;
        let call = CommandCall { confirm, ..*call };
        out.push(Effect::Foreground(host, Box::new(call)));
    }
}

/// What is selected of a kind, in whatever view.
fn subjects(model: &Model, on: CommandOn) -> Vec<Subject> {
    match on {
        CommandOn::Service if model.view == View::Services => {
            let targets = model.targets().into_iter();
            let services = targets.filter_map(|id| {
                let (host, service, container) = model.service(&id)?;
                Some(of_container(first_up(host, service).unwrap_or(container)))
            });
            // The container under the cursor stands for its service.
            match model.selected_service() {
                Some((host, service, container)) if model.marked.is_empty() => {
                    let on_container = matches!(
                        model.services.cursor.selected,
                        Some(ServiceRow::Container(_))
                    );
                    let up = (!on_container).then(|| first_up(host, service)).flatten();
                    vec![of_container(up.unwrap_or(container))]
                }
                _ => services.collect(),
            }
        }
        CommandOn::Container if model.view == View::Services => {
            let selected = model.selected_service();
            selected
                .map(|(_, _, container)| of_container(container))
                .into_iter()
                .collect()
        }
        CommandOn::Project if model.view == View::Services => project(model).into_iter().collect(),
        CommandOn::Volume if model.view == View::Volumes => {
            let selected = model.selected_volume();
            selected
                .map(|(_, volume)| Subject {
                    values: values::of_volume(&volume.id),
                    target: volume.id.clone().into(),
                    container: None,
                })
                .into_iter()
                .collect()
        }
        CommandOn::Image if model.view == View::Images && model.image_part == ImagePart::Images => {
            let selected = model.selected_image();
            selected
                .map(|(_, image)| Subject {
                    values: values::of_image(image),
                    target: Target::Image(ImageName {
                        host: image.host.clone(),
                        name: image.names().next().unwrap_or(image.id.as_str()).into(),
                    }),
                    container: None,
                })
                .into_iter()
                .collect()
        }
        CommandOn::Host => {
            let selected = model.selected_host().filter(|_| model.view == View::Hosts);
            let host = selected.or_else(|| model.hosts.first());
            host.map(|host| Subject {
                values: values::of_host(&host.id),
                target: Target::Host(host.id.clone()),
                container: None,
            })
            .into_iter()
            .collect()
        }
        _ => Vec::new(),
    }
}

/// The first of a service's containers that runs: one can do something in it.
fn first_up<'a>(host: &'a Host, service: &Service) -> Option<&'a Container> {
    let all = service.containers.iter();
    let mut all = all.filter_map(|id| host.containers.get(id));
    all.find(|container| container.is_up())
}

fn of_container(container: &Container) -> Subject {
    let service = container.service_id();
    Subject {
        values: values::of_service(&service, container),
        target: service.into(),
        container: Some((container.id.clone(), container.name.to_string())),
    }
}

/// The project of the heading, or of the service, that the cursor is on.
fn project(model: &Model) -> Option<Subject> {
    let selected = model.selected_project().cloned();
    let project = selected.or_else(|| model.selected_service()?.1.id.project_id())?;
    let host = model.host(&project.host)?;
    let is_its =
        |container: &&Container| container.service_id().project_id().as_ref() == Some(&project);
    let containers: Vec<&Container> = host.containers.values().filter(is_its).collect();
    Some(Subject {
        values: values::of_project(&project, &containers),
        target: project.into(),
        container: None,
    })
}

/// Tells how a command ended that had the terminal.
pub(super) fn ended(model: &mut Model, name: &str, ended: Result<i64, Failure>) {
    match ended {
        Ok(0) => {}
        Ok(code) => toast(
            model,
            format!("{name} ended with code {code}"),
            Tone::Warning,
        ),
        Err(failure) => notice(model, &failure),
    }
}

/// Whether a command works where one is.
pub(super) fn works_here(model: &Model, command: &CustomCommand) -> bool {
    !subjects(model, command.on).is_empty()
}
