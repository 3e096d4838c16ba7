//! The certificate under the cursor is renewed, or servers are made to read it again.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::toast::Tone;
use crate::domain::plan::Wanted;
use crate::domain::{ActionName, Request};

use super::{jobs, plan, toast};

/// Starts it.
pub(super) fn start(model: &mut Model, action: ActionName, out: &mut Vec<Effect>) {
    if let Some(request) = request(model, action, false) {
        jobs::start_all(model, vec![request], out);
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
    if let Some(request) = request_for(model, action, Some(sha256), false) {
        jobs::start_all(model, vec![request], out);
    }
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
