//! Throwing away what lies on a host: shown or asked first, and nothing else goes than what was shown.

use std::collections::BTreeSet;

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::{Discard, NameField, Overlay};
use crate::app::toast::Tone;
use crate::app::view::{ImagePart, View};
use crate::domain::release::is_keep_tag;
use crate::domain::{
    Container, HostId, Namespaces, Prune, Request, StorageId, Unused, UnusedImages,
};
use crate::keymap::{Key, KeyCode};

use super::{input, jobs, plan, toast};

/// How much of a name that nobody gave has to be typed: what the list shows of it.
const ANONYMOUS: usize = 12;

/// Shows what a prune would take away.
pub(super) fn show(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    let Some(host) = host_here(model) else {
        toast(model, "no host is there", Tone::Warning);
        return;
    };
    // What is pruned is what is listed.
    let lists_cache = model.view == View::Images && model.image_part == ImagePart::Cache;
    let action = match action {
        Action::PruneImages if lists_cache => Action::PruneBuildCache,
        action => action,
    };
    let unused = Unused {
        images: match action {
            Action::PruneImages => Some(UnusedImages::Untagged),
            Action::PruneAllImages => Some(UnusedImages::All),
            _ => None,
        },
        networks: action == Action::PruneNetworks,
        build_cache: action == Action::PruneBuildCache,
        ..Unused::default()
    };
    let request = Request::prune(host, Prune::Unused(unused));
    plan::show(model, request, out);
}

/// The host of what the cursor is on, else the first.
pub(super) fn host_here(model: &Model) -> Option<HostId> {
    let selected = match model.view {
        View::Images => {
            let cached = model.selected_cache().map(|(host, _)| host);
            cached.or_else(|| model.selected_image().map(|(host, _)| host))
        }
        View::Volumes => model.selected_volume().map(|(host, _)| host),
        View::Networks => model.selected_network().map(|(host, _)| host),
        View::Hosts => model.selected_host(),
        _ => None,
    };
    let host = selected.or_else(|| model.hosts.first())?;
    Some(host.id.clone())
}

/// Asks whether the image under the cursor is to go; says why not where it cannot.
pub(super) fn ask_image(model: &mut Model) {
    let Some((host, image)) = model.selected_image() else {
        toast(model, "no image is selected", Tone::Warning);
        return;
    };
    let names = image.tags.iter().find(|tag| !is_keep_tag(tag));
    let name = names.map_or_else(|| image.id.short(), String::as_str);
    let users = said(host.users_of_image(image));
    let kept = image.tags.iter().find(|tag| is_keep_tag(tag));
    let refusal = match (users, kept) {
        (Some(users), _) => Some(format!("{name} stays: {users} uses it")),
        (None, Some(tag)) => Some(format!("{name} stays: it is kept for going back ({tag})")),
        (None, None) => None,
    };
    if let Some(refusal) = refusal {
        toast(model, refusal, Tone::Warning);
        return;
    }
    let mut lines = Vec::new();
    if image.tags.len() > 1 {
        lines.push(format!("All its tags go: {}.", image.tags.join(", ")));
    }
    lines.push(format!(
        "It frees up to {}; layers that other images share stay.",
        image.size
    ));
    if image.digests.is_empty() {
        lines.push("No registry is known to have it: it would have to be built again.".to_owned());
    }
    let prune = Prune::Image {
        id: image.id.clone(),
        name: name.to_owned(),
    };
    let discard = Discard {
        offset: 0,
        question: format!("Remove the image {name}?"),
        lines,
        request: Box::new(Request::prune(host.id.clone(), prune)),
        name: None,
    };
    model.overlay = Some(Overlay::Discard(discard));
}

/// Asks for the name of the volume under the cursor; says who uses it where it cannot go.
pub(super) fn ask_volume(model: &mut Model) {
    let Some((host, volume)) = model.selected_volume() else {
        let text = match model.selected_storage() {
            Some(_) => "a folder of the host is not removed from here",
            None => "no volume is selected",
        };
        toast(model, text, Tone::Warning);
        return;
    };
    let name = volume.id.name.to_string();
    let users = host.storing.place(&StorageId::from(&volume.id));
    let users = users.map_or(&[][..], |place| &place.users);
    if !users.is_empty() {
        let users = users.iter().map(|user| {
            let container = host.containers.get(&user.container);
            let name = container.map_or_else(|| user.container.short(), |one| &*one.name);
            format!("{name} {}", user.words())
        });
        let users: Vec<String> = users.collect();
        let refusal = format!("{name} stays: {}", users.join("; "));
        toast(model, refusal, Tone::Warning);
        return;
    }
    let frees = match host.storing.size(&StorageId::from(&volume.id)) {
        Some(size) => format!("It frees {size}."),
        None => "How big it is was not measured.".to_owned(),
    };
    let wanted: String = if volume.is_anonymous() {
        name.chars().take(ANONYMOUS).collect()
    } else {
        name.clone()
    };
    let discard = Discard {
        offset: 0,
        question: format!("Remove the volume {name} and all that is in it?"),
        lines: vec![
            "What is in it is gone for good: nothing brings it back.".to_owned(),
            "No container uses it, running or not.".to_owned(),
            frees,
        ],
        request: Box::new(Request::prune(
            host.id.clone(),
            Prune::Volumes(BTreeSet::from([name])),
        )),
        name: Some(NameField {
            wanted,
            input: tui_input::Input::default(),
            wrong: false,
        }),
    };
    model.overlay = Some(Overlay::Discard(discard));
}

/// Asks whether the network under the cursor is to go; says why not where it cannot.
pub(super) fn ask_network(model: &mut Model) {
    let Some((host, network)) = model.selected_network() else {
        toast(model, "no network is selected", Tone::Warning);
        return;
    };
    let name = &network.name;
    let all = Namespaces::of(host.containers.values());
    let members = network.members(&all);
    let users = said(members.iter().map(|member| member.container));
    let refusal = match users {
        _ if network.is_predefined() => Some(format!("{name} stays: it is the engine's own")),
        Some(users) => Some(format!("{name} stays: {users} uses it")),
        None if network.driver == "overlay" => Some(format!("{name} stays: it is a swarm's")),
        None => None,
    };
    if let Some(refusal) = refusal {
        toast(model, refusal, Tone::Warning);
        return;
    }
    let mut lines = vec!["No container names it, running or not.".to_owned()];
    if let Some(project) = network.project() {
        lines.push(format!("Bringing {project} up makes it again."));
    }
    let unused = Unused {
        networks: true,
        only: Some(BTreeSet::from([network.id.as_str().to_owned()])),
        network: Some(network.name.clone()),
        ..Unused::default()
    };
    let discard = Discard {
        offset: 0,
        question: format!("Remove the network {name}?"),
        lines,
        request: Box::new(Request::prune(host.id.clone(), Prune::Unused(unused))),
        name: None,
    };
    model.overlay = Some(Overlay::Discard(discard));
}

/// The containers that use something; none when there are none.
fn said<'a>(users: impl Iterator<Item = &'a Container>) -> Option<String> {
    let names: Vec<String> = users
        .map(|container| format!("{} ({})", container.name, container.state.word()))
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Takes a key for the question.
pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    let Some(Overlay::Discard(discard)) = &mut model.overlay else {
        return;
    };
    let yes = match &mut discard.name {
        _ if key.code == KeyCode::Esc => false,
        None => match key.typed() {
            Some('y' | 'Y') => true,
            Some('n' | 'N' | 'q') => false,
            // Anything else is no answer: the question stays.
            _ => return,
        },
        Some(name) if key.code == KeyCode::Enter => {
            name.wrong = name.input.value().trim() != name.wanted;
            if name.wrong {
                return;
            }
            true
        }
        Some(name) => {
            if let Some(request) = input::edit(key) {
                name.input.handle(request);
                name.wrong = false;
            }
            return;
        }
    };
    let request = Request::clone(&discard.request);
    model.overlay = None;
    if yes {
        jobs::start_confirmed(model, vec![request], out);
    }
}
