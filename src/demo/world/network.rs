//! Networks, and who is in them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use jiff::Timestamp;
use serde_json::Value;

use super::container::{Endpoint, words};
use super::{Fields, Refusal, World};

/// A network.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) driver: String,
    pub(crate) created: Timestamp,
    /// The second number of its range, `172.N.0.0/16`; none for those that hand out no addresses.
    pub(crate) range: Option<u8>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) options: Fields,
    /// The last address that was handed out.
    handed_out: u16,
}

impl Network {
    /// `172.N.0.0/16`
    pub(crate) fn subnet(&self) -> Option<String> {
        self.range.map(|number| format!("172.{number}.0.0/16"))
    }

    pub(crate) fn gateway(&self) -> Option<String> {
        self.range.map(|number| format!("172.{number}.0.1"))
    }

    /// Whether the engine brings it along.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self.name.as_str(), "bridge" | "host" | "none")
    }
}

/// The range of the network that containers are in unless told otherwise.
const FIRST_RANGE: u8 = 17;

impl World {
    pub(super) fn add_own_networks(&mut self) {
        for (name, driver) in [("bridge", "bridge"), ("host", "host"), ("none", "null")] {
            let id = self.new_id("network");
            let network = Network {
                id: id.clone(),
                name: name.to_owned(),
                driver: driver.to_owned(),
                created: self.now,
                range: (name == "bridge").then_some(FIRST_RANGE),
                labels: BTreeMap::new(),
                options: Fields::new(),
                handed_out: 1,
            };
            self.networks.insert(id, network);
        }
    }

    /// The network of a name, an id or the beginning of one.
    pub(crate) fn network(&self, name: &str) -> Result<&Network, Refusal> {
        let all = || self.networks.values();
        let found = all()
            .find(|one| one.name == name || one.id == name)
            .or_else(|| all().find(|one| !name.is_empty() && one.id.starts_with(name)));
        found.ok_or_else(|| Refusal::not_found(format!("network {name} not found")))
    }

    /// Makes a network; its id.
    pub(crate) fn create_network(
        &mut self,
        name: &str,
        labels: BTreeMap<String, String>,
        options: Fields,
    ) -> Result<String, Refusal> {
        if self.networks.values().any(|one| one.name == name) {
            let why = format!("network with name {name} already exists");
            return Err(Refusal::conflict(why));
        }
        let taken: Vec<u8> = self.networks.values().filter_map(|one| one.range).collect();
        let range = (FIRST_RANGE..=u8::MAX).find(|number| !taken.contains(number));
        let id = self.new_id("network");
        let network = Network {
            id: id.clone(),
            name: name.to_owned(),
            driver: "bridge".to_owned(),
            created: self.now,
            range,
            labels,
            options,
            handed_out: 1,
        };
        self.networks.insert(id.clone(), network);
        let attributes = [("name".to_owned(), name.to_owned())].into();
        self.tell("network", "create", &id, attributes);
        Ok(id)
    }

    /// Those who are in a network and run.
    pub(crate) fn in_network(&self, id: &str) -> Vec<(&str, &Endpoint)> {
        let all = self.containers.values().filter(|one| one.state.is_up());
        all.filter_map(|one| {
            let endpoint = one.endpoints.values().find(|end| end.network == id)?;
            Some((one.id.as_str(), endpoint))
        })
        .collect()
    }

    pub(crate) fn remove_network(&mut self, name: &str) -> Result<(), Refusal> {
        let network = self.network(name)?;
        let (id, name) = (network.id.clone(), network.name.clone());
        if network.is_own() {
            let why = format!("{name} is a pre-defined network and cannot be removed");
            return Err(Refusal::new(403, why));
        }
        if !self.in_network(&id).is_empty() {
            let why = format!(
                "error while removing network: network {name} id {id} has active endpoints"
            );
            return Err(Refusal::new(403, why));
        }
        self.networks.remove(&id);
        let attributes = [("name".to_owned(), name)].into();
        self.tell("network", "destroy", &id, attributes);
        Ok(())
    }

    /// Puts a container into a network.
    pub(crate) fn connect(
        &mut self,
        network: &str,
        container: &str,
        wanted: Fields,
    ) -> Result<(), Refusal> {
        let (id, name) = {
            let known = self.network(network)?;
            (known.id.clone(), known.name.clone())
        };
        let asked = wanted
            .get("IPAMConfig")
            .and_then(|config| config.get("IPv4Address")?.as_str()?.parse().ok());
        let address = match asked {
            Some(address) => address,
            None => self.new_address(&id),
        };
        let container = self.find_mut(container)?;
        let mut aliases = words(wanted.get("Aliases"));
        aliases.dedup();
        container.endpoints.insert(
            name,
            Endpoint {
                network: id.clone(),
                address,
                aliases,
                wanted,
            },
        );
        let attributes = [("container".to_owned(), container.id.clone())].into();
        self.tell("network", "connect", &id, attributes);
        Ok(())
    }

    pub(crate) fn disconnect(&mut self, network: &str, container: &str) -> Result<(), Refusal> {
        let (id, name) = {
            let known = self.network(network)?;
            (known.id.clone(), known.name.clone())
        };
        let container = self.find_mut(container)?;
        let own = container.id.clone();
        if container.endpoints.remove(&name).is_none() {
            let why = format!("container {own} is not connected to network {name}");
            return Err(Refusal::new(403, why));
        }
        let attributes = [("container".to_owned(), own)].into();
        self.tell("network", "disconnect", &id, attributes);
        Ok(())
    }

    fn new_address(&mut self, network: &str) -> Ipv4Addr {
        let Some(network) = self.networks.get_mut(network) else {
            return Ipv4Addr::UNSPECIFIED;
        };
        let Some(range) = network.range else {
            return Ipv4Addr::UNSPECIFIED;
        };
        network.handed_out = network.handed_out.checked_add(1).unwrap_or(2);
        let [high, low] = network.handed_out.to_be_bytes();
        Ipv4Addr::new(172, range, high, low)
    }
}

/// Texts of a JSON object.
pub(crate) fn texts(value: Option<&Value>) -> BTreeMap<String, String> {
    let fields = value.and_then(Value::as_object).into_iter().flatten();
    let text = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
    fields.filter_map(text).collect()
}
