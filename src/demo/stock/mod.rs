//! The demo's server as it is when somebody first looks: a personal one, some weeks old, with something to do.

mod certificates;
mod files;
pub(crate) mod history;
mod images;

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::compose::{Project, Terms};
use super::seed::Seed;
use super::world::container::Phase;
use super::world::{Refusal, World};

/// The projects' files, below the demo's folder.
pub(crate) const FILES: &[(&str, &str)] = &[
    (
        "web/compose.yaml",
        include_str!("../../../assets/demo/web/compose.yaml"),
    ),
    (
        "web/wiki/Dockerfile",
        include_str!("../../../assets/demo/web/wiki/Dockerfile"),
    ),
    (
        "web/wiki/wiki.js",
        include_str!("../../../assets/demo/web/wiki/wiki.js"),
    ),
    (
        "data/compose.yaml",
        include_str!("../../../assets/demo/data/compose.yaml"),
    ),
    (
        "cloud/compose.yaml",
        include_str!("../../../assets/demo/cloud/compose.yaml"),
    ),
];

/// When each service was brought up: the project, the service, and how many hours ago.
const BROUGHT_UP: &[(&str, &str, i64)] = &[
    ("data", "postgres", 24 * 41),
    ("cloud", "syncthing", 24 * 33),
    ("cloud", "photos", 24 * 12),
    ("web", "wiki", 24 * 9),
    ("web", "blog", 24 * 26),
    ("web", "feeds", 24 * 17),
    ("web", "varnish", 24 * 17),
    ("web", "lego", 24 * 41),
    ("web", "lego-apps", 24 * 41),
    ("web", "hitch", 24 * 17),
];

/// Builds the server as it is at a time. Its projects' files lie, or would lie, below a folder.
pub(crate) fn stock(seed: Seed, now: Timestamp, folder: &Path) -> Result<World, String> {
    let begin = ago(now, 24 * 60);
    let mut world = World::new(seed, begin);
    files::of_host(&mut world);
    images::add(&mut world, now);
    for (project, service, hours) in BROUGHT_UP {
        let project = project_of(project, folder)?;
        world.now = ago(now, *hours);
        let done = world.bring_up(&project, service, Terms::default());
        done.map_err(|refusal| refusal.message)?;
    }
    files::of_volumes(&mut world, now);
    certificates::add(&mut world, now)?;
    let refused = |refusal: Refusal| refusal.message;
    alone(&mut world, now).map_err(refused)?;
    backed_up(&mut world, now, folder)?;
    keep_releases(&mut world, now);
    // As it stands, everybody has been well for long; who cannot live falls ill again by itself.
    world.advance(now);
    Ok(world)
}

pub(crate) fn ago(now: Timestamp, hours: i64) -> Timestamp {
    now.saturating_sub(SignedDuration::from_hours(hours))
        .unwrap_or(now)
}

fn project_of(name: &str, folder: &Path) -> Result<Project, String> {
    let own = folder.join(name);
    let path = own.join("compose.yaml").to_string_lossy().into_owned();
    let text = FILES
        .iter()
        .find(|(file, _)| *file == format!("{name}/compose.yaml"));
    let text = text.map_or("", |(_, text)| *text).to_owned();
    let files = [path.clone()];
    Project::of(name, &own.to_string_lossy(), &files, &[(&path, text)])
}

/// What was started by hand: a DNS server that is well, and a mail filter that is not.
fn alone(world: &mut World, now: Timestamp) -> Result<(), Refusal> {
    world.now = ago(now, 24 * 37);
    let dns = json!({
        "Image": "adguard/adguardhome:v0.107",
        "ExposedPorts": { "53/udp": {} },
        "HostConfig": {
            "RestartPolicy": { "Name": "always" },
            "PortBindings": { "53/udp": [{ "HostIp": "", "HostPort": "53" }] },
        },
    });
    run(world, "dns", &dns)?;
    let limit: u64 = 128 << 20;
    let lately = SignedDuration::from_secs(9 * 60 + 21);
    world.now = now.saturating_sub(lately).unwrap_or(now);
    let rspamd = json!({
        "Image": "rspamd/rspamd:3.13",
        "HostConfig": { "RestartPolicy": { "Name": "unless-stopped" }, "Memory": limit },
    });
    run(world, "rspamd", &rspamd)
}

fn run(world: &mut World, name: &str, body: &Value) -> Result<(), Refusal> {
    let fields = body.as_object().cloned().unwrap_or_default();
    let id = world.create(Some(name), fields)?;
    world.start(&id).map(drop)
}

/// The images that topside keeps for going back to have its tags.
fn keep_releases(world: &mut World, now: Timestamp) {
    for (service, release) in history::releases(world, now) {
        let tag = release.keep_tag(&service);
        world.references.insert(tag, release.image.to_string());
    }
}

/// The job that ended well last night.
fn backed_up(world: &mut World, now: Timestamp, folder: &Path) -> Result<(), String> {
    let project = project_of("data", folder)?;
    world.now = ago(now, 9);
    let done = world.bring_up(&project, "backup", Terms::default());
    done.map_err(|refusal| refusal.message)?;
    world.advance(ago(now, 8));
    let ended = world.of_service("data", "backup");
    debug_assert!(ended.values().all(|id| {
        world
            .containers
            .get(id)
            .is_some_and(|one| one.state.phase == Phase::Exited)
    }));
    Ok(())
}
