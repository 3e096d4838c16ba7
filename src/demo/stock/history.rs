//! What topside itself recorded before anybody looked: sizes that grew, a release to go back to, jobs that were done.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;

use super::ago;
use crate::demo::world::World;
use crate::demo::world::container::Container;
use crate::demo::world::tree::{Content, Kind};
use crate::domain::{
    ActionName, ByteSize, HostId, Operation, Outcome, Plan, RegistryAnswer, Release, ReleaseState,
    ServiceId, Step, StepKind, Target,
};
use crate::store::{NewJob, Process, SizeKey, Store, StoreError};

/// How far back sizes were sampled, in hours.
const SAMPLED: i64 = 30 * 24;
/// A process that is no more.
const GONE: Process = Process {
    pid: 2_000_000_001,
    started: None,
};

/// Writes the records, and keeps the image that one can go back to on the engine.
pub(crate) fn plant(world: &World, now: Timestamp, path: &Path) -> Result<(), StoreError> {
    let (store, _) = Store::open(path)?;
    let engine = world.seed.hex("engine");
    sizes(&store, world, now, &engine)?;
    for (service, release) in releases(world, now) {
        store.put_release(&engine, &service, &release)?;
    }
    registries(&store, world, now, &engine)?;
    jobs(&store, now)
}

fn service(project: &str, name: &str) -> ServiceId {
    ServiceId {
        host: HostId::from(crate::demo::HOST),
        project: Some(project.into()),
        name: name.into(),
    }
}

/// The releases that topside saw of the wiki.
pub(crate) fn releases(world: &World, now: Timestamp) -> Vec<(ServiceId, Release)> {
    let wiki = service("web", "wiki");
    let running = world.of_service("web", "wiki").into_values().next();
    let running = running.and_then(|id| world.containers.get(&id).map(|one| one.image.clone()));
    // Without a name: what the last build took that from.
    let older = world
        .images
        .values()
        .find(|image| world.names_of(&image.id).0.is_empty());
    let older = older.map(|image| image.id.clone());
    let images = [(1, older, 24 * 23), (2, running, 24 * 9)];
    let all = images.into_iter().filter_map(|(number, image, hours)| {
        let release = Release {
            number,
            image: image?.into(),
            reference: "web-wiki".to_owned(),
            digests: Vec::new(),
            config_hash: None,
            since: ago(now, hours),
            state: ReleaseState::Good,
        };
        Some((wiki.clone(), release))
    });
    all.collect()
}

/// What registries answered when they were last asked.
fn registries(
    store: &Store,
    world: &World,
    now: Timestamp,
    engine: &str,
) -> Result<(), StoreError> {
    let references: BTreeSet<&str> = world
        .containers
        .values()
        .map(Container::reference)
        .collect();
    for reference in references {
        if let Ok(image) = world.in_registry(reference) {
            let answer = RegistryAnswer {
                reference: reference.to_owned(),
                digest: Some(image.digest.clone()),
                checked_at: ago(now, 2),
                error: None,
            };
            store.put_registry_answer(engine, &answer)?;
        }
    }
    Ok(())
}

fn sizes(store: &Store, world: &World, now: Timestamp, engine: &str) -> Result<(), StoreError> {
    for hours in (1..=SAMPLED).rev().step_by(6) {
        let at = ago(now, hours);
        let volumes = world.volumes.values().map(|volume| {
            let files = volume.tree.below("").map(|(_, node)| match &node.kind {
                Kind::File(Content::Growing { base, per_hour, .. }) => {
                    base.saturating_sub(per_hour.saturating_mul(hours.unsigned_abs()) / 8)
                }
                _ => node.size(at),
            });
            let key = SizeKey {
                kind: "volume",
                name: volume.name.clone(),
            };
            (key, ByteSize(files.sum()))
        });
        let all: Vec<(SizeKey, ByteSize)> = volumes.collect();
        store.put_sizes(engine, at, &all)?;
    }
    Ok(())
}

fn jobs(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let done = [
        (
            ActionName::Redeploy,
            "cloud",
            "photos",
            24 * 12,
            "bring up photos",
        ),
        (ActionName::Rebuild, "web", "wiki", 24 * 9, "build wiki"),
        (
            ActionName::Restart,
            "web",
            "varnish",
            24 * 4 + 3,
            "restart web-varnish-1",
        ),
    ];
    for (action, project, name, hours, title) in done {
        let target = Target::Service(service(project, name));
        let at = ago(now, hours);
        let id = store.begin(&NewJob {
            target: &target,
            action,
            who: "wes, on the dashboard",
            process: GONE,
            asked_at: at,
        })?;
        let plan = Plan {
            action,
            target: target.clone(),
            containers: Vec::new(),
            steps: vec![Step {
                title: title.to_owned(),
                operation: Operation::RestartContainer {
                    container: name.into(),
                },
                kind: StepKind::Committing,
            }],
            notes: Vec::new(),
        };
        store.planned(id, &plan)?;
        store.step_started(id, 0, title, at)?;
        let later = at
            .saturating_add(jiff::SignedDuration::from_secs(11))
            .unwrap_or(at);
        store.step_ended(id, 0, true, later)?;
        store.ended(
            id,
            &Outcome::Done {
                summary: format!("{title}: done"),
            },
            &[],
            later,
        )?;
    }
    Ok(())
}
