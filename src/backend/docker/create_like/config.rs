//! The container's own side of the configuration, without what its image or the engine put there.
//!
//! The engine merges an image's configuration into a container's when that is made, and an inspect shows both as one.
//! What equals the old image's is left to the new one: an `ENV VERSION=1` would else outlive every update. That
//! somebody wrote down the very value of the image cannot be told from it.

use serde_json::Value;

use super::{ApiVersion, Fields, Original, text};

/// Taken from the image as a whole, or not at all.
const WHOLE: [&str; 6] = [
    "User",
    "WorkingDir",
    "StopSignal",
    "StopTimeout",
    "Shell",
    "ArgsEscaped",
];
/// Merged key by key.
const KEYED: [&str; 3] = ["Labels", "Volumes", "ExposedPorts"];

pub(super) fn clean(config: &mut Fields, original: &Original, version: ApiVersion) {
    if let Some(image) = &original.image {
        leave_out_defaults(config, image, &published(original));
    }
    // What an image says to images that are built from it.
    config.remove("OnBuild");
    let hostname = config.get("Hostname").and_then(Value::as_str);
    let made_up = hostname == Some(original.short_id())
        || hostname == original.machine.as_deref()
        || text(&original.container, "/HostConfig/UTSMode") == "host";
    if made_up || original.is_guest() {
        config.remove("Hostname");
    }
    if original.is_guest() {
        // These are its host's, and the engine refuses them.
        for key in ["Domainname", "ExposedPorts", "MacAddress"] {
            config.remove(key);
        }
    }
    if version >= ApiVersion::new(1, 44) {
        // Belongs to an endpoint since then.
        config.remove("MacAddress");
    }
}

/// The ports that somebody published. The engine publishes no port that is not exposed too.
fn published(original: &Original) -> Vec<String> {
    let bindings = super::fields(&original.container, "/HostConfig/PortBindings");
    bindings.map_or_else(Vec::new, |bindings| bindings.keys().cloned().collect())
}

fn leave_out_defaults(config: &mut Fields, image: &Fields, published: &[String]) {
    leave_out_command(config, image);
    for key in WHOLE {
        if same(config.get(key), image.get(key)) {
            config.remove(key);
        }
    }
    for key in KEYED {
        let Some(defaults) = image.get(key).and_then(Value::as_object) else {
            continue;
        };
        if let Some(Value::Object(own)) = config.get_mut(key) {
            own.retain(|name, value| {
                let needed = key == "ExposedPorts" && published.contains(name);
                needed || defaults.get(name) != Some(value)
            });
        }
    }
    if let (Some(Value::Array(own)), Some(Value::Array(defaults))) =
        (config.get_mut("Env"), image.get("Env"))
    {
        own.retain(|entry| !defaults.contains(entry));
    }
    leave_out_health_check(config, image);
}

/// An image's command is for its own entry point only: the engine takes it over when neither an entry point nor a
/// command is given. So the two go or stay together.
fn leave_out_command(config: &mut Fields, image: &Fields) {
    let command_refused = is_nothing(config.get("Cmd")) && !is_nothing(image.get("Cmd"));
    if command_refused || !same(config.get("Entrypoint"), image.get("Entrypoint")) {
        return;
    }
    config.remove("Entrypoint");
    if same(config.get("Cmd"), image.get("Cmd")) {
        config.remove("Cmd");
    }
}

/// Merged field by field: `--health-interval` alone keeps the image's test.
fn leave_out_health_check(config: &mut Fields, image: &Fields) {
    let Some(Value::Object(defaults)) = image.get("Healthcheck") else {
        return;
    };
    let Some(Value::Object(own)) = config.get_mut("Healthcheck") else {
        return;
    };
    own.retain(|key, value| defaults.get(key) != Some(value));
    if own.is_empty() {
        config.remove("Healthcheck");
    }
}

/// Absent, null and empty are one to an engine that merges.
fn same(one: Option<&Value>, other: Option<&Value>) -> bool {
    one == other || (is_nothing(one) && is_nothing(other))
}

fn is_nothing(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::Object(fields)) => fields.is_empty(),
        Some(Value::Bool(_) | Value::Number(_)) => false,
    }
}
