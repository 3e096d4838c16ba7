//! Certificates: one close to its end, one renewed that its server does not know of yet, and one that is fine.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::ago;
use crate::demo::certificates::{Issued, issue, read_combined};
use crate::demo::shell::lego_files;
use crate::demo::world::World;
use crate::demo::world::tree::{Content, Kind, Node};

/// So many days they are good for.
const LASTS: i64 = 90;

/// Puts them into the volumes of their clients and of their server, which then starts with them.
pub(super) fn add(world: &mut World, now: Timestamp) -> Result<(), String> {
    let blog = ["blog.example.org", "www.example.org"];
    let apps = [
        "wiki.example.org",
        "feeds.example.org",
        "photos.example.org",
    ];
    // Six days are left.
    let ends_soon = order(world, &blog, ago(now, 24 * 84), "web_lego")?;
    let before = of(world, &apps, ago(now, 24 * 62), 0)?;
    combine(world, blog[0], &ends_soon, ago(now, 24 * 84));
    combine(world, apps[0], &before, ago(now, 24 * 62));
    let hitch = world.of_service("web", "hitch").into_values().next();
    if let Some(hitch) = hitch {
        world.load_certificates(&hitch);
        if world.served.get(&hitch).is_none_or(Vec::is_empty) {
            return Err("the demo's server has no certificates".to_owned());
        }
    }
    // Two days ago: the hook wrote the file, and nobody told the server.
    let renewed = ago(now, 24 * 2);
    let after = order(world, &apps, renewed, "web_lego-apps")?;
    combine(world, apps[0], &after, renewed);
    debug_assert!(read_combined("", &after.combined()).is_ok());
    syncthing(world, now)
}

fn of(world: &World, names: &[&str], from: Timestamp, count: u64) -> Result<Issued, String> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let issued = issue(world.seed, &names, from, LASTS, count);
    issued.map_err(|error| error.to_string())
}

/// What a client ordered then, as it keeps it.
fn order(world: &mut World, names: &[&str], at: Timestamp, volume: &str) -> Result<Issued, String> {
    let issued = of(world, names, at, 1)?;
    let name = names.first().copied().unwrap_or_default();
    if let Some(volume) = world.volumes.get_mut(volume) {
        for (path, text, mode) in lego_files(&format!("/certificates/{name}"), name, &issued) {
            volume.tree.put(&path, file(text, mode, at));
        }
    }
    Ok(issued)
}

fn combine(world: &mut World, name: &str, issued: &Issued, at: Timestamp) {
    if let Some(volume) = world.volumes.get_mut("web_combined") {
        let path = format!("/{name}.pem");
        volume.tree.put(&path, file(issued.combined(), 0o600, at));
    }
}

fn file(text: String, mode: u32, at: Timestamp) -> Node {
    let bytes: Arc<[u8]> = Arc::from(text.into_bytes());
    let mut node = Node::new(Kind::File(Content::Bytes(bytes)), at);
    node.mode = mode;
    node
}

/// The one that it made for its own pages.
fn syncthing(world: &mut World, now: Timestamp) -> Result<(), String> {
    let at = ago(now, 24 * 33) - SignedDuration::from_mins(3);
    let names = ["syncthing".to_owned()];
    let issued = issue(world.seed, &names, at, 820, 0).map_err(|error| error.to_string())?;
    if let Some(volume) = world.volumes.get_mut("cloud_files") {
        for (path, text) in [
            ("/config/https-cert.pem", issued.chain()),
            ("/config/https-key.pem", issued.key),
        ] {
            volume.tree.put(path, file(text, 0o600, at));
        }
    }
    Ok(())
}
