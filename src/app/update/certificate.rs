//! The certificate under the cursor is renewed, or servers are made to read it again.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::toast::Tone;
use crate::domain::plan::Wanted;
use crate::domain::{ActionName, Certificate, CertificatePlace, Permission, Request, Verdict};

use super::{jobs, plan, sync, toast};

/// The cursor goes on to what took the place of the certificate it was on.
pub(super) fn follow(model: &mut Model, was: &Certificate) {
    let rows = &model.certificates.rows;
    if rows.contains(&was.sha256) {
        return;
    }
    let is_there = |one: &CertificatePlace| {
        let mut places = was.places.iter();
        places.any(|place| place.holder() == one.holder() && place.path == one.path)
    };
    let next = rows.iter().position(|row| {
        let certificate = model.certificate(row);
        certificate.is_some_and(|(_, one)| one.places.iter().any(is_there))
    });
    if let Some(next) = next {
        model.certificates.cursor.select(rows, next);
    }
}

/// Starts it.
pub(super) fn start(model: &mut Model, action: ActionName, out: &mut Vec<Effect>) {
    let selected = model.certificates.cursor.selected.clone();
    begin(model, action, selected.as_deref(), out);
}

/// Starts it; where only a restart of the server will do, shows it first.
fn begin(model: &mut Model, action: ActionName, sha256: Option<&str>, out: &mut Vec<Effect>) {
    let Some(request) = request_for(model, action, sha256, false) else {
        return;
    };
    let mut verdicts = model
        .hosts
        .iter()
        .filter_map(|host| host.verdicts.get(sha256?));
    let takes_a_restart = verdicts.any(|one| matches!(one, Verdict::MountReplaced { .. }));
    if action == ActionName::Reload && takes_a_restart {
        plan::show(model, request, out);
    } else {
        jobs::start_all(model, vec![request], out);
    }
}

/// Lets each server that did not take a new certificate check its files, once: what it says tells whether a restart
/// would take it down. Where nothing may be done to it, it is not asked: a check is a program that is run in it.
pub(super) fn test_configs(model: &mut Model, out: &mut Vec<Effect>) {
    let mut wanted = Vec::new();
    for host in model.hosts.iter().filter(|host| sync::connected(host)) {
        for (service, sha256) in host.untested() {
            let of_service = host.service(&service).into_iter();
            let mut containers = of_service.flat_map(|service| host.containers_of(service));
            let running = containers.find(|container| container.is_up());
            let may_be_asked = !matches!(model.permission(&service), Permission::Refused(_));
            if let Some(container) = running.filter(|_| may_be_asked) {
                wanted.push((service, container.id.clone(), sha256));
            }
        }
    }
    for (service, container, sha256) in wanted {
        if let Some(host) = model.host_mut(&service.host) {
            host.testing.insert((service.clone(), sha256.clone()));
        }
        out.push(Effect::TestConfig {
            service,
            container,
            sha256,
        });
    }
}

/// Shows what a forced renewal would do, and what the CA allows.
pub(super) fn force(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(request) = request(model, ActionName::Renew, true) {
        plan::show(model, request, out);
    }
}

/// Starts what helps with a certificate that need not be under the cursor.
pub(super) fn help(model: &mut Model, action: ActionName, sha256: &str, out: &mut Vec<Effect>) {
    begin(model, action, Some(sha256), out);
}

/// Shows what a renewal would do. Who carries it out from there has agreed to a restart, too.
pub(super) fn show(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(request) = request(model, ActionName::Renew, false) {
        plan::show(model, request, out);
    }
}

/// What is asked for of the certificate under the cursor.
fn request(model: &mut Model, action: ActionName, force: bool) -> Option<Request> {
    let selected = model.certificates.cursor.selected.clone();
    request_for(model, action, selected.as_deref(), force)
}

/// What is asked for of a certificate. It is for the service whose client orders it; where none is known, the plan says
/// what is missing.
fn request_for(
    model: &mut Model,
    action: ActionName,
    sha256: Option<&str>,
    force: bool,
) -> Option<Request> {
    let Some((_, certificate)) = sha256.and_then(|sha256| model.certificate(sha256)) else {
        toast(model, "no certificate is selected", Tone::Warning);
        return None;
    };
    let of_client = certificate
        .places
        .iter()
        .find(|place| place.client.is_some());
    let mut places = of_client.into_iter().chain(&certificate.places);
    let service = places.find_map(|place| place.service.clone());
    let wanted = Wanted {
        certificate: certificate.title().to_owned(),
        force,
        agreed: false,
    };
    let Some(service) = service else {
        let text = format!(
            "{}: no container has it, so none renews it",
            wanted.certificate
        );
        toast(model, text, Tone::Warning);
        return None;
    };
    Some(Request::certificate(action, service, wanted))
}
