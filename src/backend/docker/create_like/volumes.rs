//! Volumes that nobody named, carried over by the name the engine gave them: what is in them cannot be had again.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Fields, fields, list, text};

/// Names every volume of the container in the new one's configuration.
pub(super) fn keep(host: &mut Fields, container: &Value) {
    let mut given = name_mounts(host, container);
    let mut binds: Vec<Value> = host
        .get("Binds")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|bind| named(bind, container))
        .collect();
    given.extend(binds.iter().filter_map(Value::as_str).filter_map(bound));
    for mount in list(container, "/Mounts") {
        let destination = text(mount, "/Destination");
        if is_volume(mount)
            && !given.contains(&clean(destination))
            && !is_lent(container, destination)
        {
            binds.push(bind(mount).into());
        }
    }
    if !binds.is_empty() {
        host.insert("Binds".to_owned(), binds.into());
    }
}

/// Lets the mounts of the long form say which volume they got; their destinations.
fn name_mounts(host: &mut Fields, container: &Value) -> Vec<PathBuf> {
    let Some(Value::Array(mounts)) = host.get_mut("Mounts") else {
        return Vec::new();
    };
    let mut destinations = Vec::new();
    for mount in mounts {
        let destination = clean(text(mount, "/Target"));
        let nameless = text(mount, "/Type") == "volume" && text(mount, "/Source").is_empty();
        let made = volume_at(container, &destination);
        if let (true, Some(made), Some(mount)) = (nameless, made, mount.as_object_mut()) {
            mount.insert("Source".to_owned(), text(made, "/Name").into());
        }
        destinations.push(destination);
    }
    destinations
}

/// A bind that says nothing but its destination is a volume without a name.
fn named(given: &Value, container: &Value) -> Value {
    match given.as_str() {
        Some(destination) if !destination.contains(':') => {
            let made = volume_at(container, &clean(destination));
            made.map_or_else(|| given.clone(), |made| bind(made).into())
        }
        _ => given.clone(),
    }
}

fn volume_at<'a>(container: &'a Value, destination: &Path) -> Option<&'a Value> {
    list(container, "/Mounts")
        .iter()
        .find(|made| is_volume(made) && clean(text(made, "/Destination")) == destination)
}

/// `name:destination[:ro]`
fn bind(volume: &Value) -> String {
    let mode = match volume.get("RW") {
        Some(Value::Bool(false)) => ":ro",
        _ => "",
    };
    let (name, destination) = (text(volume, "/Name"), text(volume, "/Destination"));
    format!("{name}:{destination}{mode}")
}

fn is_volume(mount: &Value) -> bool {
    text(mount, "/Type") == "volume" && !text(mount, "/Name").is_empty()
}

/// Whether another container brings it along (`--volumes-from`), as it will again.
fn is_lent(container: &Value, destination: &str) -> bool {
    let own = fields(container, "/Config/Volumes")
        .is_some_and(|volumes| volumes.keys().any(|key| clean(key) == clean(destination)));
    !own && !list(container, "/HostConfig/VolumesFrom").is_empty()
}

/// Where a bind `source:destination[:mode]` goes.
fn bound(bind: &str) -> Option<PathBuf> {
    Some(clean(bind.split(':').nth(1)?))
}

/// As the engine cleans it, or nearly: `/a//b/` is `/a/b`.
fn clean(path: &str) -> PathBuf {
    Path::new(path).components().collect()
}
