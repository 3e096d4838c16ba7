//! Removing asks first, and a yes is an answer about what was shown.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::{Confirm, Overlay};
use crate::app::toast::Tone;
use crate::domain::{ActionName, Container, Request, ServiceId};

use super::{jobs, project, toast};

/// Asks whether the selected services are to be removed.
pub(super) fn ask(model: &mut Model) {
    let services = model.targets();
    if services.is_empty() {
        toast(model, "no service is selected", Tone::Warning);
        return;
    }
    let request = |service: ServiceId| Request::new(ActionName::Remove, service);
    let requests = services.into_iter().map(request).collect();
    let services: Vec<ServiceId> = jobs::permitted(model, requests)
        .into_iter()
        .filter_map(|request| request.target.service().cloned())
        .collect();
    if services.is_empty() {
        return;
    }
    let confirm = question(model, services);
    model.overlay = Some(Overlay::Confirm(confirm));
}

/// Does what was asked, if what was asked about is still what is there; else asks again.
pub(super) fn confirmed(model: &mut Model, asked: &Confirm, out: &mut Vec<Effect>) {
    let now = if asked.action == ActionName::Down {
        project::question(model, asked.services.clone())
    } else {
        question(model, asked.services.clone())
    };
    if asked.services.iter().all(|id| model.service(id).is_none()) {
        model.overlay = None;
        toast(model, "it is gone already", Tone::Note);
    } else if now == *asked {
        model.overlay = None;
        if asked.action == ActionName::Down {
            project::take_down(model, asked, out);
            return;
        }
        model.marked.clear();
        let request = |service: &ServiceId| Request::new(asked.action, service.clone());
        let requests = asked.services.iter().map(request).collect();
        jobs::start_confirmed(model, requests, out);
    } else {
        let text = "it changed while you were asked: look again";
        toast(model, text, Tone::Warning);
        model.overlay = Some(Overlay::Confirm(now));
    }
}

fn question(model: &Model, services: Vec<ServiceId>) -> Confirm {
    let mut lines = what_goes(model, &services);
    lines.push("Volumes and images stay.".to_owned());
    let title = match services.as_slice() {
        [one] => format!("Remove {one}?"),
        many => format!("Remove {} services?", many.len()),
    };
    Confirm {
        offset: 0,
        question: title,
        lines,
        action: ActionName::Remove,
        services,
    }
}

/// The containers of services, a line each.
pub(super) fn what_goes(model: &Model, services: &[ServiceId]) -> Vec<String> {
    let mut lines = Vec::new();
    for id in services {
        let Some((host, service, _)) = model.service(id) else {
            continue;
        };
        for container in host.containers_of(service) {
            let running = if container.is_up() {
                ", running: it is stopped first"
            } else {
                ""
            };
            lines.push(format!(
                "container {} ({}){running}",
                container.name,
                container.id.short()
            ));
            lines.extend(anonymous_volumes(container));
        }
    }
    lines
}

/// What is written in the container itself is lost with it; its volumes are named so that they are found again.
fn anonymous_volumes(container: &Container) -> impl Iterator<Item = String> + '_ {
    container
        .mounts
        .iter()
        .filter_map(|mount| Some((mount.name.as_ref()?, &mount.destination)))
        .filter(|(name, _)| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit()))
        .map(|(name, at)| {
            format!(
                "  its anonymous volume {} ({at}) stays, unused",
                &name[..12]
            )
        })
}
