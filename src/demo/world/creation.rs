//! Making containers of what was asked for and what the image adds; renaming and removing them.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::container::{Container, Mount, MountKind, Published, State, words};
use super::network::texts;
use super::volume::Volume;
use super::{Fields, Refusal, World};

/// Ports that the engine chooses by itself begin there.
const EPHEMERAL: u16 = 32_768;
/// What an image gives its containers, unless they say it themselves.
const FROM_IMAGE: [&str; 7] = [
    "Entrypoint",
    "Cmd",
    "WorkingDir",
    "User",
    "StopSignal",
    "Healthcheck",
    "Shell",
];

impl World {
    /// Makes a container of the body of `/containers/create`; its id.
    pub(crate) fn create(&mut self, name: Option<&str>, body: Fields) -> Result<String, Refusal> {
        let mut config = body;
        let host = config.remove("HostConfig");
        let networking = config.remove("NetworkingConfig");
        let host = host
            .and_then(|host| host.as_object().cloned())
            .unwrap_or_default();
        let reference = config
            .get("Image")
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned();
        let image = self.image(&reference)?;
        let (image_id, program) = (image.id.clone(), image.program);
        let tree = image.tree.clone();
        merge(&mut config, &image.config);
        let id = self.new_id("container");
        let name = match name.filter(|name| !name.is_empty()) {
            Some(name) => name.trim_start_matches('/').to_owned(),
            None => format!("quiet_{}", id.get(..8).unwrap_or_default()),
        };
        if let Some(other) = self.containers.values().find(|one| one.name == name) {
            return Err(Refusal::conflict(format!(
                "Conflict. The container name \"/{name}\" is already in use by container \"{}\". You have to remove (or rename) that container to be able to reuse that name.",
                other.id
            )));
        }
        if words(config.get("Entrypoint")).is_empty() && words(config.get("Cmd")).is_empty() {
            return Err(Refusal::bad("no command specified"));
        }
        let short = id.get(..12).unwrap_or(&id).to_owned();
        let is_named = config.get("Hostname").and_then(Value::as_str);
        if is_named.is_none_or(str::is_empty) {
            config.insert("Hostname".to_owned(), short.into());
        }
        let mounts = self.mounts(&config, &host)?;
        let ports = self.ports(&config, &host);
        let container = Container {
            id: id.clone(),
            name,
            created: self.now,
            image: image_id,
            program: program
                .of_command(&words(config.get("Entrypoint")), &words(config.get("Cmd"))),
            config,
            host,
            endpoints: std::collections::BTreeMap::new(),
            mounts,
            ports,
            state: State::new(),
            restarts: 0,
            tree,
            runs: VecDeque::new(),
            said: Vec::new(),
        };
        let mode = container.network_mode().to_owned();
        self.containers.insert(id.clone(), container);
        self.join_networks(&id, &mode, networking.as_ref())?;
        self.populate_volumes(&id);
        self.tell_of("create", &id, &[]);
        Ok(id)
    }

    fn join_networks(
        &mut self,
        id: &str,
        mode: &str,
        networking: Option<&Value>,
    ) -> Result<(), Refusal> {
        if mode.starts_with("container:") {
            return Ok(());
        }
        let wanted = networking.and_then(|all| all.get("EndpointsConfig")?.as_object());
        let mut wanted = wanted.cloned().unwrap_or_default();
        let first = if mode == "default" { "bridge" } else { mode };
        let named = self.network(first).map(|network| network.name.clone());
        let named = match named {
            Ok(name) => name,
            Err(refusal) => {
                self.containers.remove(id);
                return Err(refusal);
            }
        };
        // The docker CLI's word for the usual one.
        if let Some(usual) = wanted.remove("default") {
            wanted.insert(named.clone(), usual);
        }
        let is_there = |key: &String| key == first || *key == named;
        if !wanted.keys().any(is_there) {
            wanted.insert(named, json!({}));
        }
        for (network, endpoint) in wanted {
            let fields = endpoint.as_object().cloned().unwrap_or_default();
            if let Err(refusal) = self.connect(&network, id, fields) {
                self.containers.remove(id);
                return Err(refusal);
            }
        }
        Ok(())
    }

    fn mounts(&mut self, config: &Fields, host: &Fields) -> Result<Vec<Mount>, Refusal> {
        let mut mounts = Vec::new();
        for bind in words(host.get("Binds")) {
            let parts: Vec<&str> = bind.split(':').collect();
            let (source, destination, options) = match parts.as_slice() {
                [destination] => ("", *destination, ""),
                [source, destination] => (*source, *destination, ""),
                [source, destination, options, ..] => (*source, *destination, *options),
                [] => continue,
            };
            let writable = !options.split(',').any(|option| option == "ro");
            mounts.push(self.mount(source, destination, writable));
        }
        let asked = host.get("Mounts").and_then(Value::as_array);
        for mount in asked.into_iter().flatten() {
            let text = |key: &str| mount.get(key).and_then(Value::as_str).unwrap_or_default();
            let writable = mount.get("ReadOnly") != Some(&Value::Bool(true));
            if text("Type") == "tmpfs" {
                mounts.push(Mount {
                    kind: MountKind::Tmpfs,
                    volume: String::new(),
                    source: String::new(),
                    destination: text("Target").to_owned(),
                    writable,
                });
            } else {
                mounts.push(self.mount(text("Source"), text("Target"), writable));
            }
        }
        for from in words(host.get("VolumesFrom")) {
            let name = from.split(':').next().unwrap_or(&from);
            let theirs = self.find(name)?.mounts.clone();
            mounts.extend(theirs);
        }
        let of_image = config.get("Volumes").and_then(Value::as_object);
        let of_image: Vec<String> = of_image
            .into_iter()
            .flatten()
            .map(|(path, _)| path.clone())
            .collect();
        for path in of_image {
            if !mounts.iter().any(|mount| mount.destination == path) {
                mounts.push(self.mount("", &path, true));
            }
        }
        Ok(mounts)
    }

    fn mount(&mut self, source: &str, destination: &str, writable: bool) -> Mount {
        if source.starts_with('/') {
            return Mount {
                kind: MountKind::Bind,
                volume: String::new(),
                source: source.to_owned(),
                destination: destination.to_owned(),
                writable,
            };
        }
        let name = if source.is_empty() {
            self.anonymous_volume()
        } else {
            source.to_owned()
        };
        let source = self
            .volume(&name, std::collections::BTreeMap::new())
            .mountpoint();
        Mount {
            kind: MountKind::Volume,
            volume: name,
            source,
            destination: destination.to_owned(),
            writable,
        }
    }

    /// An empty volume gets what the image has in its place.
    fn populate_volumes(&mut self, id: &str) {
        let Some(container) = self.containers.get(id) else {
            return;
        };
        let copies: Vec<(String, super::tree::Tree)> = container
            .mounts
            .iter()
            .filter(|mount| mount.kind == MountKind::Volume)
            .map(|mount| {
                let mut copy = super::tree::Tree::default();
                for (path, node) in container.tree.below(&mount.destination) {
                    let below = path.get(mount.destination.len()..).unwrap_or_default();
                    copy.put(below, node.clone());
                }
                (mount.volume.clone(), copy)
            })
            .collect();
        for (volume, copy) in copies {
            if let Some(Volume { tree, .. }) = self.volumes.get_mut(&volume)
                && tree.is_empty()
            {
                *tree = copy;
            }
        }
    }

    fn ports(&self, config: &Fields, host: &Fields) -> Vec<Published> {
        let exposed = config.get("ExposedPorts").and_then(Value::as_object);
        let exposed = exposed.into_iter().flatten().map(|(port, _)| port.clone());
        let bindings = host.get("PortBindings").and_then(Value::as_object);
        let mut ports = Vec::new();
        for (port, asked) in bindings.into_iter().flatten() {
            let asked = asked.as_array().cloned().unwrap_or_default();
            for binding in &asked {
                let text = |key: &str| binding.get(key).and_then(Value::as_str).unwrap_or_default();
                let wanted: u16 = text("HostPort").parse().unwrap_or(0);
                let number = if wanted > 0 {
                    wanted
                } else {
                    self.free_port(&ports)
                };
                let addresses: &[&str] = match text("HostIp") {
                    "" => &["0.0.0.0", "::"],
                    "127.0.0.1" => &["127.0.0.1"],
                    _ => &[text("HostIp")],
                };
                for address in addresses {
                    ports.push(Published {
                        port: port.clone(),
                        at: Some(((*address).to_owned(), number)),
                    });
                }
            }
        }
        for port in exposed {
            if !ports.iter().any(|known| known.port == port) {
                ports.push(Published { port, at: None });
            }
        }
        ports
    }

    fn free_port(&self, more: &[Published]) -> u16 {
        let all = self.containers.values().flat_map(|one| &one.ports);
        let taken: Vec<u16> = all
            .chain(more)
            .filter_map(|port| Some(port.at.as_ref()?.1))
            .collect();
        (EPHEMERAL..=u16::MAX)
            .find(|port| !taken.contains(port))
            .unwrap_or(EPHEMERAL)
    }

    /// Gives a container another name.
    pub(crate) fn rename(&mut self, container: &str, name: &str) -> Result<(), Refusal> {
        let name = name.trim_start_matches('/');
        if name.is_empty() {
            return Err(Refusal::bad("Neither old nor new names may be empty"));
        }
        let id = self.find_id(container)?;
        if let Some(other) = self.containers.values().find(|one| one.name == name) {
            return Err(Refusal::conflict(format!(
                "Conflict. The container name \"/{name}\" is already in use by container \"{}\". You have to remove (or rename) that container to be able to reuse that name.",
                other.id
            )));
        }
        let container = self.find_mut(&id)?;
        let before = std::mem::replace(&mut container.name, name.to_owned());
        self.tell_of("rename", &id, &[("oldName", format!("/{before}"))]);
        Ok(())
    }

    /// Removes a container; with its nameless volumes where that is asked for.
    pub(crate) fn remove(&mut self, name: &str, force: bool, volumes: bool) -> Result<(), Refusal> {
        let id = self.find_id(name)?;
        let container = self.find(&id)?;
        let is_busy = container.state.is_up();
        if is_busy && !force {
            return Err(Refusal::conflict(format!(
                "cannot remove container \"/{}\": container is running: stop the container before removing or force remove",
                container.name
            )));
        }
        if is_busy {
            self.signal(&id, "KILL")?;
        }
        self.tell_of("destroy", &id, &[]);
        let Some(gone) = self.containers.remove(&id) else {
            return Ok(());
        };
        self.served.remove(&id);
        if volumes {
            let nameless = gone.mounts.iter().map(|mount| &mount.volume);
            for name in nameless {
                let is_nameless = self
                    .volumes
                    .get(name)
                    .is_some_and(|volume| volume.labels.contains_key(super::volume::ANONYMOUS));
                if is_nameless {
                    drop(self.remove_volume(name, true));
                }
            }
        }
        Ok(())
    }

    /// Changes what can be changed of a container that is there: `/containers/{id}/update`.
    pub(crate) fn update(&mut self, name: &str, changes: Fields) -> Result<(), Refusal> {
        let id = self.find_id(name)?;
        let container = self.find_mut(&id)?;
        container.host.extend(changes);
        self.tell_of("update", &id, &[]);
        Ok(())
    }
}

/// Adds what the image says where the container does not say it.
fn merge(config: &mut Fields, image: &Fields) {
    let is_nothing = |value: Option<&Value>| match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::Object(fields)) => fields.is_empty(),
        Some(_) => false,
    };
    // Another entrypoint leaves the image's command out.
    let has_entrypoint = !is_nothing(config.get("Entrypoint"));
    for key in FROM_IMAGE {
        let left_out = key == "Cmd" && has_entrypoint;
        if is_nothing(config.get(key))
            && !left_out
            && let Some(value) = image.get(key)
        {
            config.insert(key.to_owned(), value.clone());
        }
    }
    for key in ["ExposedPorts", "Volumes", "Labels"] {
        let mut all = image
            .get(key)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let own = config.get(key).and_then(Value::as_object).cloned();
        all.extend(own.unwrap_or_default());
        if !all.is_empty() || key == "Labels" {
            config.insert(key.to_owned(), all.into());
        }
    }
    let own = words(config.get("Env"));
    let name = |variable: &str| variable.split('=').next().unwrap_or_default().to_owned();
    let names: Vec<String> = own.iter().map(|variable| name(variable)).collect();
    let mut env = words(image.get("Env"));
    env.retain(|variable| !names.contains(&name(variable)));
    env.extend(own);
    config.insert("Env".to_owned(), env.into());
    if texts(config.get("Labels")).is_empty() {
        config.insert("Labels".to_owned(), json!({}));
    }
}
