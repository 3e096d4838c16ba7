//! What happened: taking it in, going to a time, going to what it is about.

use jiff::Timestamp;

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::events::{EntryOf, EventsMsg, EventsWanted, PAGE, Recall};
use crate::app::host::Host;
use crate::app::log_ask::{LogAsk, LogQuestion};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::rows;
use crate::app::toast::Tone;
use crate::app::view::{ImagePart, NetworkPart, View};
use crate::domain::{
    ContainerId, EventKind, HostId, ImageId, JobId, StorageId, StorageKind, Subject,
};

use super::actions::show;
use super::{finding, refresh_findings, toast};

/// When one looks back as far as this many rows before the end of what is known, more is read.
const AHEAD: usize = 50;

/// What was recorded is read once it is known whose it is; what is further back when somebody goes there.
pub(super) fn sync(model: &mut Model, out: &mut Vec<Effect>) {
    let events = &mut model.events;
    let near_end = model.view == View::Events
        && events.list.cursor.index + AHEAD >= events.list.rows.len()
        && !events.list.rows.is_empty();
    for host in &model.hosts {
        let recall = events.recalled.entry(host.id.clone()).or_default();
        let before = match *recall {
            // Where the engine does not answer, what was recorded under its name.
            Recall::NotAsked if host.info.is_some() || host.is_stale() => None,
            Recall::More(before) if near_end || events.jump.is_some() => Some(before),
            _ => continue,
        };
        *recall = Recall::Asked;
        let wanted = EventsWanted {
            engine: engine(host),
            since: None,
            before,
            most: PAGE,
        };
        out.push(Effect::LoadEvents(host.id.clone(), wanted));
    }
}

/// The id that events are recorded under: as the records have it.
fn engine(host: &Host) -> Option<String> {
    let info = host.info.as_ref()?;
    let id = info.id.clone().filter(|id| !id.is_empty());
    Some(id.unwrap_or_else(|| host.id.to_string()))
}

pub(super) fn answer(model: &mut Model, id: &HostId, answer: EventsMsg) {
    let events = &mut model.events;
    let added = match answer {
        EventsMsg::Happened(happened) => events.log.insert(id, happened),
        EventsMsg::Recalled {
            events: recalled,
            more,
        } => {
            let oldest = recalled.first().map(|event| event.at);
            let recall = match oldest {
                Some(oldest) if more => Recall::More(oldest),
                _ => Recall::Whole,
            };
            let added = events.log.insert(id, recalled);
            let recall = match recall {
                Recall::More(_) if events.log.is_full() => Recall::Full,
                recall => recall,
            };
            events.recalled.insert(id.clone(), recall);
            added
        }
    };
    if added > 0 {
        // What happened says since when something is so, and why; also what is only told now.
        model.witness.look_again();
        refresh_findings(model);
        if model.view == View::Events {
            rows::refresh(model, View::Events);
        }
    }
    if let Some(at) = model.events.jump {
        land(model, at);
    }
}

/// Jobs stand among the events.
pub(super) fn jobs_changed(model: &mut Model) {
    if model.view == View::Events {
        rows::refresh(model, View::Events);
    }
}

/// Does what is done among the events; false where it is none of theirs.
pub(super) fn perform(model: &mut Model, action: Action) -> bool {
    if model.view != View::Events {
        return false;
    }
    match action {
        Action::EventTime => {
            model.overlay = Some(Overlay::LogAsk(LogAsk::new(LogQuestion::Time)));
        }
        Action::Enter => go_to(model),
        _ => return false,
    }
    true
}

/// Goes to a time; what lies before what is known here is read first.
pub(super) fn jump_to(model: &mut Model, at: Timestamp, out: &mut Vec<Effect>) {
    land(model, at);
    sync(model, out);
}

/// Puts the cursor on the first thing that happened from there on; waits where older ones may still come.
fn land(model: &mut Model, at: Timestamp) {
    let events = &mut model.events;
    let mut recalls = events.recalled.values();
    let waits = recalls.any(|recall| match recall {
        Recall::More(before) => *before > at,
        Recall::Asked => true,
        Recall::NotAsked | Recall::Whole | Recall::Full => false,
    });
    events.jump = waits.then_some(at);
    let list = &mut events.list;
    let entries = &events.entries;
    let is_from_there = |id| entries.get(id).is_some_and(|entry| entry.at >= at);
    // The newest are first.
    let Some(first) = list.rows.iter().rposition(is_from_there) else {
        list.cursor.select(&list.rows, 0);
        if !waits {
            toast(model, "nothing happened since then", Tone::Note);
        }
        return;
    };
    list.cursor.select(&list.rows, first);
    if !waits && first + 1 == list.rows.len() {
        toast(model, "nothing is known of before", Tone::Note);
    }
}

/// Goes to what an event is about: the service, the job, the image, the volume, the network.
fn go_to(model: &mut Model) {
    let Some(entry) = model.events.selected() else {
        return;
    };
    let last = match &entry.of {
        EntryOf::Job(id) => {
            let id = *id;
            to_job(model, id);
            return;
        }
        EntryOf::Engine { last, .. } => std::sync::Arc::clone(last),
    };
    let (host, event) = (&last.host, &last.event);
    match event.kind {
        EventKind::Container => {
            let Some(named) = event.service_id(host) else {
                return;
            };
            // It may be called otherwise by now.
            let id = ContainerId::from(&*event.id);
            let now = model.host(host).and_then(|host| host.containers.get(&id));
            let service = now.map_or(named, crate::domain::Container::service_id);
            finding::show_subject(model, Subject::Service(service));
        }
        EventKind::Image => {
            show(model, View::Images);
            model.image_part = ImagePart::Images;
            model.images.filter.clear();
            rows::refresh(model, View::Images);
            let wanted = ImageId::from(&*event.id);
            let rows = &model.images.rows;
            let at = rows.iter().position(|(of, id)| {
                of == host && (*id == wanted || is_named(model, of, id, &event.name))
            });
            match at {
                Some(at) => model.images.cursor.select(rows, at),
                None => gone(model, &event.name),
            }
        }
        EventKind::Volume => {
            show(model, View::Volumes);
            model.volumes.filter.clear();
            rows::refresh(model, View::Volumes);
            let wanted = StorageId {
                host: host.clone(),
                kind: StorageKind::Volume,
                name: std::sync::Arc::clone(&event.id),
            };
            let rows = &model.volumes.rows;
            match rows.iter().position(|id| *id == wanted) {
                Some(at) => model.volumes.cursor.select(rows, at),
                None => gone(model, &event.name),
            }
        }
        EventKind::Network => {
            show(model, View::Networks);
            model.network_part = NetworkPart::Networks;
            model.networks.filter.clear();
            rows::refresh(model, View::Networks);
            let rows = &model.networks.rows;
            let at = rows
                .iter()
                .position(|(of, id)| of == host && id.as_str() == &*event.id);
            match at {
                Some(at) => model.networks.cursor.select(rows, at),
                None => gone(model, &event.name),
            }
        }
        EventKind::Engine | EventKind::Swarm | EventKind::Other => show(model, View::Hosts),
    }
}

fn to_job(model: &mut Model, id: JobId) {
    show(model, View::Jobs);
    model.job_rows.filter.clear();
    model.job_rows.only_problems = false;
    rows::refresh(model, View::Jobs);
    let rows = &model.job_rows.rows;
    if let Some(at) = rows.iter().position(|row| *row == id) {
        model.job_rows.cursor.select(rows, at);
    }
}

fn is_named(model: &Model, host: &HostId, id: &ImageId, name: &str) -> bool {
    let images = model.host(host).and_then(|host| host.images.value.as_ref());
    let mut images = images.into_iter().flatten();
    images.any(|image| image.id == *id && image.names().any(|own| own == name))
}

/// A list that is not there yet says so itself.
fn gone(model: &mut Model, name: &str) {
    toast(model, format!("{name} is not in the list"), Tone::Warning);
}

/// What is copied of an event: the line that is read.
pub(super) fn said(model: &Model) -> Option<String> {
    Some(match &model.events.selected()?.of {
        EntryOf::Engine { last, .. } => {
            let event = &last.event;
            format!("{} {} {}", event.at, event.who(), event.phrase())
        }
        EntryOf::Job(id) => model.job(*id)?.title.clone(),
    })
}
