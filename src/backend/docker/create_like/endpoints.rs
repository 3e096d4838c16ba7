//! The networks a container is in, as they have to be asked for.

use serde_json::Value;

use super::{ApiVersion, Fields, Original, fields};

/// What an endpoint says of its present state; everything else somebody configured.
const OBSERVED: [&str; 10] = [
    "NetworkID",
    "EndpointID",
    "Gateway",
    "IPAddress",
    "IPPrefixLen",
    "IPv6Gateway",
    "GlobalIPv6Address",
    "GlobalIPv6PrefixLen",
    "MacAddress",
    "DNSNames",
];

/// Endpoints by network.
#[derive(Default)]
pub(super) struct Endpoints {
    /// What goes into the request that creates the container.
    pub(super) at_once: Fields,
    /// What an older engine takes one by one afterwards.
    pub(super) afterwards: Vec<(String, Value)>,
}

impl Endpoints {
    pub(super) fn read(original: &Original, host: &mut Fields, version: ApiVersion) -> Self {
        let mode = original.network_mode();
        if original.is_guest() || matches!(mode, "host" | "none") {
            return Self::default();
        }
        let Some(networks) = fields(&original.container, "/NetworkSettings/Networks") else {
            return Self::default();
        };
        let named = networks.iter().find(|(name, endpoint)| {
            let id = endpoint.get("NetworkID").and_then(Value::as_str);
            let default = mode == "default" && *name == "bridge";
            default || *name == mode || id.is_some_and(|id| id == mode)
        });
        let first = match (named, networks.keys().next()) {
            (Some((name, _)), _) => name,
            // It was taken out of its first network. The engine would put the new one there, unless another is named.
            (None, Some(other)) => {
                host.insert("NetworkMode".to_owned(), other.as_str().into());
                other
            }
            (None, None) => return Self::default(),
        };
        let mut endpoints = Self::default();
        for (name, endpoint) in networks {
            let mac = wanted_mac(original, endpoint, name == first, version);
            let endpoint = configured(original, endpoint, mac);
            if name == first || version >= ApiVersion::new(1, 44) {
                endpoints.at_once.insert(name.clone(), endpoint);
            } else {
                endpoints.afterwards.push((name.clone(), endpoint));
            }
        }
        endpoints
    }
}

fn configured(original: &Original, endpoint: &Value, mac: Option<&str>) -> Value {
    let mut endpoint = endpoint.as_object().cloned().unwrap_or_default();
    for key in OBSERVED {
        endpoint.remove(key);
    }
    if let Some(Value::Array(aliases)) = endpoint.get_mut("Aliases") {
        // Engines before API 1.45 list the name they give by themselves here.
        aliases.retain(|alias| alias.as_str() != Some(original.short_id()));
    }
    if let Some(mac) = mac {
        endpoint.insert("MacAddress".to_owned(), mac.into());
    }
    endpoint.into()
}

/// The engine shows the address in use, which it may have made up. The wanted one is told of the first network only;
/// but a container that has not run yet uses none, and shows what is wanted (28.5; once it has run, it shows none).
fn wanted_mac<'a>(
    original: &'a Original,
    endpoint: &'a Value,
    is_first: bool,
    version: ApiVersion,
) -> Option<&'a str> {
    if version < ApiVersion::new(1, 44) {
        return None;
    }
    if is_first {
        return original.mac.as_deref();
    }
    let runs = original.container.pointer("/State/Running") != Some(&Value::Bool(false));
    let shown = endpoint.get("MacAddress").and_then(Value::as_str);
    shown.filter(|mac| !runs && !mac.is_empty())
}
