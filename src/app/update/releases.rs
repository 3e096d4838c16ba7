//! What a service ran: asked for while its tab is open, gone back to from there.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::msg::HostMsg;
use crate::app::view::DetailTab;
use crate::domain::{ActionName, Failure, HostId, ListedRelease, Request, ServiceId};

use super::sync::{connected, shows_tab};

/// Asks for the releases of the service whose tab is open, where they are not known.
pub(super) fn sync(model: &mut Model, out: &mut Vec<Effect>) {
    if !shows_tab(model, DetailTab::Releases) {
        return;
    }
    let Some((host, service, _)) = model.selected_service() else {
        return;
    };
    if !connected(host) {
        return;
    }
    let service = service.id.clone();
    let releases = &mut model.detail.releases;
    if releases.service.as_ref() != Some(&service) {
        releases.begin(service.clone());
    }
    if releases.all.begin_where_wanted() {
        out.push(Effect::LoadReleases(service));
    }
}

/// Takes in an answer, if it is the one that is waited for.
pub(super) fn answer(
    model: &mut Model,
    service: &ServiceId,
    answer: Result<Vec<ListedRelease>, Failure>,
) {
    let now = model.now;
    let releases = &mut model.detail.releases;
    if releases.service.as_ref() == Some(service) {
        releases.answer(answer, now);
    }
}

/// What is known of a service's releases no longer holds.
pub(super) fn changed(model: &mut Model, service: &ServiceId) {
    let releases = &mut model.detail.releases;
    if releases.service.as_ref() == Some(service) {
        releases.all.invalidate();
    }
}

/// What a host says can make what is known of releases on it old.
pub(super) fn host_says(model: &mut Model, host: &HostId, said: &HostMsg) {
    let releases = &mut model.detail.releases;
    if releases.service.as_ref().map(|service| &service.host) != Some(host) {
        return;
    }
    match said {
        HostMsg::Listed(_) | HostMsg::ImagesChanged => releases.all.invalidate(),
        HostMsg::Lost { .. } => releases.all.lost(),
        _ => {}
    }
}

/// An action on services; a roll back leads to the release under the cursor where the keys go to releases.
pub(super) fn requests(model: &Model, action: ActionName, services: &[ServiceId]) -> Vec<Request> {
    let to = model
        .chosen_release()
        .filter(|_| action == ActionName::RollBack)
        .map(|listed| listed.release.number);
    let request = |service: &ServiceId| Request {
        to,
        ..Request::new(action, service.clone())
    };
    services.iter().map(request).collect()
}
