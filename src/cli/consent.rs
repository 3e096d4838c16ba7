//! What policies say before anything is begun: what is read-only is refused, what wants a yes is asked.

use std::collections::BTreeSet;

use crate::domain::permission::{permission_in_volume, permission_on_host, permission_on_project};
use crate::domain::{
    ActionName, Container, Failure, Permission, Preferences, Request, ServiceId, Setting, Target,
    permission,
};

use super::ask::{self, Answer};
use crate::runtime::jobs::Shared;

/// What policies say of what is asked for together.
pub(super) enum Verdict {
    /// It may begin.
    Go,
    /// Somebody has to see the plans and say yes.
    Ask(Failure),
    /// One of it may not be done at all.
    Refused(Failure),
}

/// What policies say of these requests, given the containers of the host.
pub(super) fn verdict(
    preferences: &Preferences,
    containers: &[Container],
    requests: &[Request],
) -> Verdict {
    let mut asks = None;
    for request in requests {
        match permission_of(preferences, containers, request) {
            Permission::Given => {}
            Permission::Ask(setting) => {
                asks.get_or_insert_with(|| wants_a_yes(request, &setting));
            }
            Permission::Refused(setting) => return Verdict::Refused(refused(request, &setting)),
        }
    }
    asks.map_or(Verdict::Go, Verdict::Ask)
}

/// The same verdict, unless one of the services that are touched besides wants to be asked. What is read-only is for the
/// plan to refuse.
pub(super) fn also_of(
    verdict: Verdict,
    shared: &Shared,
    containers: &[Container],
    request: &Request,
    services: &BTreeSet<ServiceId>,
) -> Verdict {
    let Verdict::Go = verdict else {
        return verdict;
    };
    let mut asks = services.iter().filter_map(|service| {
        let members = containers.iter().filter(|c| c.service_id() == *service);
        match permission(&shared.preferences, service, members.map(|c| &c.labels)) {
            Permission::Ask(setting) => Some(Setting::Of(Box::new(setting), service.clone())),
            Permission::Given | Permission::Refused(_) => None,
        }
    });
    asks.next().map_or(verdict, |setting| {
        Verdict::Ask(wants_a_yes(request, &setting))
    })
}

fn permission_of(
    preferences: &Preferences,
    containers: &[Container],
    request: &Request,
) -> Permission {
    let of = |service: &ServiceId| {
        let members = containers.iter().filter(|c| c.service_id() == *service);
        permission(preferences, service, members.map(|c| &c.labels))
    };
    if request.action.only_reads() {
        return Permission::Given;
    }
    match &request.target {
        Target::Service(service) => of(service),
        Target::Project(project) => {
            let services = containers.iter().map(Container::service_id);
            let ours = services.filter(|id| id.project_id().as_ref() == Some(project));
            let services: BTreeSet<ServiceId> = ours.collect();
            permission_on_project(services.into_iter().map(|id| {
                let permission = of(&id);
                (id, permission)
            }))
        }
        Target::Volume(volume) if request.action == ActionName::CopyIn => {
            permission_in_volume(preferences, volume, containers)
        }
        Target::Volume(_) | Target::Image(_) => {
            permission_on_host(preferences, request.target.host())
        }
        Target::Host(_) => Permission::Given,
    }
}

fn refused(request: &Request, setting: &Setting) -> Failure {
    let why = format!("it is read-only, by {setting}");
    Failure::new(request.title(), why)
        .hint("nothing was begun; --plan still shows what it would do")
}

fn wants_a_yes(request: &Request, setting: &Setting) -> Failure {
    let why = format!("it has to be confirmed, by {setting}, and there is nobody to ask");
    Failure::new(request.title(), why)
        .hint("--yes carries it out without asking, --plan shows what it would do")
}

/// Asks, after the plans were shown; anything but a yes is a no.
pub(super) async fn ask() -> bool {
    let asked = tokio::task::spawn_blocking(|| ask::ask("carry it out?"));
    matches!(asked.await, Ok(Answer::Yes))
}
