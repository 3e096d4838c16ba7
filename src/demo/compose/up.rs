//! Bringing services up and taking projects down, as changes of the world.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Project, VERSION};
use crate::demo::world::container::words;
use crate::demo::world::{Fields, Refusal, World};

/// How a service is brought up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Terms {
    /// Also what is unchanged is made anew.
    pub(crate) force: bool,
    /// How many containers; none is as many as the files say.
    pub(crate) scale: Option<u32>,
}

impl World {
    /// The containers of a service, by their numbers.
    pub(crate) fn of_service(&self, project: &str, service: &str) -> BTreeMap<u32, String> {
        let all = self.containers.values().filter(|one| {
            one.label("com.docker.compose.project") == Some(project)
                && one.label("com.docker.compose.service") == Some(service)
                && one.label("com.docker.compose.oneoff") == Some("False")
        });
        all.filter_map(|one| {
            let number = one.label("com.docker.compose.container-number")?;
            Some((number.parse().ok()?, one.id.clone()))
        })
        .collect()
    }

    /// Brings a service up: what Compose says of it. Its image is here.
    pub(crate) fn bring_up(
        &mut self,
        project: &Project,
        service: &str,
        terms: Terms,
    ) -> Result<Vec<String>, Refusal> {
        let mut said = Vec::new();
        self.make_ready(project, service, &mut said)?;
        let known = self.of_service(&project.name, service);
        let files = project
            .services
            .get(service)
            .and_then(|one| one.get("scale")?.as_u64());
        let wanted = terms
            .scale
            .or_else(|| u32::try_from(files?).ok())
            .unwrap_or(1);
        for (number, id) in &known {
            if *number > wanted {
                let name = self.find(id)?.name.clone();
                self.remove(id, true, false)?;
                said.push(format!(" Container {name} Removed"));
            }
        }
        for number in 1..=wanted {
            let fields = creation(project, service, number);
            let name = container_name(project, service, number);
            let Some(id) = known.get(&number) else {
                let id = self.make(project, service, &name, fields)?;
                said.push(format!(" Container {name} Created"));
                self.start(&id)?;
                said.push(format!(" Container {name} Started"));
                continue;
            };
            let one = self.find(id)?;
            let hash = project.hash(service);
            let image = self.image(&project.image(service))?.id.clone();
            let is_same =
                one.label("com.docker.compose.config-hash") == Some(&hash) && one.image == image;
            if is_same && !terms.force {
                let began = self.start(id)?;
                said.push(format!(
                    " Container {name} {}",
                    if began { "Started" } else { "Running" }
                ));
                continue;
            }
            // Compose puts the old one aside first, so that a failure leaves it there.
            let old = id.clone();
            let aside = format!("{}_{name}", old.get(..12).unwrap_or(&old));
            said.push(format!(" Container {name} Recreate"));
            self.rename(&old, &aside)?;
            let new = match self.make(project, service, &name, fields) {
                Ok(new) => new,
                Err(refusal) => {
                    self.rename(&old, &name)?;
                    return Err(refusal);
                }
            };
            self.keep_nameless_volumes(&old, &new);
            self.stop(&old)?;
            self.remove(&old, true, false)?;
            said.push(format!(" Container {name} Recreated"));
            self.start(&new)?;
            said.push(format!(" Container {name} Started"));
        }
        Ok(said)
    }

    fn make(
        &mut self,
        project: &Project,
        service: &str,
        name: &str,
        mut fields: Fields,
    ) -> Result<String, Refusal> {
        let image = self.image(&project.image(service))?.id.clone();
        if let Some(Value::Object(labels)) = fields.get_mut("Labels") {
            labels.insert("com.docker.compose.image".to_owned(), image.into());
        }
        let shares = project
            .services
            .get(service)
            .and_then(|one| one.get("network_mode")?.as_str());
        if let Some(host) = shares.and_then(|mode| mode.strip_prefix("service:")) {
            let host = self.of_service(&project.name, host).into_values().next();
            let mode = format!("container:{}", host.unwrap_or_default());
            if let Some(Value::Object(host)) = fields.get_mut("HostConfig") {
                host.insert("NetworkMode".to_owned(), mode.into());
            }
        }
        self.create(Some(name), fields)
    }

    /// What is in volumes that nobody named is the successor's.
    fn keep_nameless_volumes(&mut self, old: &str, new: &str) {
        let Some(mounts) = self.containers.get(old).map(|one| one.mounts.clone()) else {
            return;
        };
        let Some(one) = self.containers.get_mut(new) else {
            return;
        };
        for mount in &mut one.mounts {
            let before = mounts
                .iter()
                .find(|known| known.destination == mount.destination);
            if let Some(before) = before.filter(|known| !known.volume.is_empty()) {
                mount.volume.clone_from(&before.volume);
                mount.source.clone_from(&before.source);
            }
        }
    }

    /// The network and the volumes of a service.
    fn make_ready(
        &mut self,
        project: &Project,
        service: &str,
        said: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        let label = |kind: &str, name: &str| -> BTreeMap<String, String> {
            [
                (
                    "com.docker.compose.project".to_owned(),
                    project.name.clone(),
                ),
                (format!("com.docker.compose.{kind}"), name.to_owned()),
                ("com.docker.compose.version".to_owned(), VERSION.to_owned()),
            ]
            .into()
        };
        let network = format!("{}_default", project.name);
        if self.network(&network).is_err() {
            self.create_network(&network, label("network", "default"), Fields::new())?;
            said.push(format!(" Network {network} Created"));
        }
        let volumes = project
            .services
            .get(service)
            .and_then(|one| one.get("volumes"));
        for mount in words(volumes) {
            let name = mount.split(':').next().unwrap_or_default().to_owned();
            if project.volumes.contains(&name) {
                let whole = format!("{}_{name}", project.name);
                if !self.volumes.contains_key(&whole) {
                    said.push(format!(" Volume {whole} Created"));
                }
                self.volume(&whole, label("volume", &name));
            }
        }
        Ok(())
    }

    /// Removes a project's containers and its network; what Compose says of it.
    pub(crate) fn take_down(&mut self, project: &str) -> Result<Vec<String>, Refusal> {
        let mut said = Vec::new();
        let all = self.containers.values();
        let own: Vec<(String, String)> = all
            .filter(|one| one.label("com.docker.compose.project") == Some(project))
            .map(|one| (one.id.clone(), one.name.clone()))
            .collect();
        for (id, name) in own {
            self.stop(&id)?;
            self.remove(&id, true, false)?;
            said.push(format!(" Container {name} Removed"));
        }
        let network = format!("{project}_default");
        if self.network(&network).is_ok() {
            self.remove_network(&network)?;
            said.push(format!(" Network {network} Removed"));
        }
        Ok(said)
    }
}

fn container_name(project: &Project, service: &str, number: u32) -> String {
    let said = project
        .services
        .get(service)
        .and_then(|one| one.get("container_name")?.as_str());
    said.map_or_else(
        || format!("{}-{service}-{number}", project.name),
        str::to_owned,
    )
}

/// The body of `/containers/create` for a container of a service.
pub(crate) fn creation(project: &Project, service: &str, number: u32) -> Fields {
    let nothing = Value::Null;
    let said = project.services.get(service).unwrap_or(&nothing);
    let get = |key: &str| said.get(key).cloned().unwrap_or(Value::Null);
    let mut labels = get("labels").as_object().cloned().unwrap_or_default();
    for (name, value) in [
        ("project", project.name.clone()),
        ("service", service.to_owned()),
        ("container-number", number.to_string()),
        ("oneoff", "False".to_owned()),
        ("config-hash", project.hash(service)),
        ("project.working_dir", project.folder.clone()),
        ("project.config_files", project.files.join(",")),
        ("depends_on", depends_on(said)),
        ("version", VERSION.to_owned()),
    ] {
        labels.insert(format!("com.docker.compose.{name}"), value.into());
    }
    let environment = get("environment").as_object().cloned().unwrap_or_default();
    let environment: Vec<String> = environment
        .iter()
        .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()))
        .collect();
    let network = format!("{}_default", project.name);
    let mode = get("network_mode")
        .as_str()
        .map_or(network.clone(), str::to_owned);
    let mut networking = json!({});
    if mode == network {
        networking[&network] = json!({ "Aliases": [service] });
    }
    let (exposed, bindings) = ports(said);
    let body = json!({
        "Image": project.image(service),
        "Cmd": get("command"),
        "Entrypoint": get("entrypoint"),
        "Env": environment,
        "Labels": labels,
        "User": get("user"),
        "WorkingDir": get("working_dir"),
        "Tty": get("tty").as_bool().unwrap_or(false),
        "ExposedPorts": exposed,
        "Healthcheck": health_check(&get("healthcheck")),
        "HostConfig": {
            "Binds": binds(project, said),
            "PortBindings": bindings,
            "NetworkMode": mode,
            "RestartPolicy": { "Name": get("restart").as_str().unwrap_or("no"), "MaximumRetryCount": 0 },
            "Memory": memory(&get("mem_limit")),
            "LogConfig": { "Type": "json-file", "Config": {} },
        },
        "NetworkingConfig": { "EndpointsConfig": networking },
    });
    let mut fields = body.as_object().cloned().unwrap_or_default();
    fields.retain(|_, value| !value.is_null());
    fields
}

/// `db:service_started:false,…`, as Compose writes it.
fn depends_on(said: &Value) -> String {
    let needs = said.get("depends_on").and_then(Value::as_object);
    let needs = needs.into_iter().flatten().map(|(name, how)| {
        let condition = how.get("condition").and_then(Value::as_str);
        format!("{name}:{}:false", condition.unwrap_or("service_started"))
    });
    needs.collect::<Vec<_>>().join(",")
}

fn binds(project: &Project, said: &Value) -> Vec<String> {
    let own = |mount: String| {
        let (source, rest) = mount.split_once(':').unwrap_or(("", &mount));
        if project.volumes.iter().any(|name| name == source) {
            format!("{}_{source}:{rest}", project.name)
        } else if let Some(below) = source.strip_prefix('.') {
            format!("{}{below}:{rest}", project.folder)
        } else {
            mount.clone()
        }
    };
    words(said.get("volumes")).into_iter().map(own).collect()
}

/// `[IP:][HOST:]CONTAINER[/PROTOCOL]`: what is exposed, and where it is published.
fn ports(said: &Value) -> (Value, Value) {
    let (mut exposed, mut bindings) = (json!({}), json!({}));
    for port in words(said.get("ports")) {
        let (port, protocol) = port.split_once('/').unwrap_or((&port, "tcp"));
        let mut parts: Vec<&str> = port.rsplitn(3, ':').collect();
        parts.resize(3, "");
        let key = format!("{}/{protocol}", parts[0]);
        exposed[&key] = json!({});
        bindings[&key] = json!([{ "HostIp": parts[2], "HostPort": parts[1] }]);
    }
    for port in words(said.get("expose")) {
        exposed[format!("{port}/tcp")] = json!({});
    }
    (exposed, bindings)
}

fn health_check(said: &Value) -> Value {
    let test = match said.get("test") {
        Some(Value::String(line)) => json!(["CMD-SHELL", line]),
        Some(other) => other.clone(),
        None => return Value::Null,
    };
    json!({ "Test": test, "Interval": 30_000_000_000_i64, "Retries": 3 })
}

/// `512m`, `1g`: in bytes.
fn memory(said: &Value) -> u64 {
    let Some(text) = said.as_str() else {
        return said.as_u64().unwrap_or(0);
    };
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().unwrap_or(0);
    let shift = match text
        .get(digits.len()..)
        .and_then(|unit| unit.chars().next())
    {
        Some('k' | 'K') => 10,
        Some('m' | 'M') => 20,
        Some('g' | 'G') => 30,
        _ => 0,
    };
    number.saturating_mul(1 << shift)
}
