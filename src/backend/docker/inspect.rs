//! One container, with what only `/containers/{id}/json` says.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::IgnoredAny;

use super::channel::Channel;
use super::indent::indent;
use super::list::{mounts, network_of, networks, protocol};
use super::request::escape;
use super::wire::{
    Config, HostConfig, Inspect, InspectHealth, InspectState, PortBinding, RestartPolicy,
};
use crate::backend::BackendError;
use crate::domain::{
    ByteSize, ComposeIdentity, Container, ContainerDetail, ContainerId, ContainerState, EnvVar,
    Health, HealthProbe, HostId, ImageId, LogKeeping, NetworkAttachment, Port,
};

pub(super) async fn container(
    channel: &Channel,
    host: &HostId,
    id: &ContainerId,
) -> Result<Container, BackendError> {
    let answer: Inspect = channel.get_json(&path(id)).await?;
    Ok(read(answer, host))
}

/// The whole answer, indented, in the engine's own order of keys.
pub(super) async fn json(channel: &Channel, id: &ContainerId) -> Result<String, BackendError> {
    let body = channel.get_bytes(&path(id)).await?;
    serde_json::from_slice::<IgnoredAny>(&body)
        .map_err(|err| BackendError::Garbage(err.to_string()))?;
    let text = std::str::from_utf8(&body).map_err(|err| BackendError::Garbage(err.to_string()))?;
    Ok(indent(text))
}

fn path(id: &ContainerId) -> String {
    format!("/containers/{}/json", escape(id.as_str()))
}

fn read(answer: Inspect, host: &HostId) -> Container {
    let state = ContainerState::parse(&answer.state.status);
    let health = health(answer.state.health.as_ref());
    let ports = ports(&answer.network_settings.ports);
    let networks = networks(answer.network_settings.networks);
    let compose = ComposeIdentity::from_labels(&answer.config.labels);
    let mut command = answer.path;
    for word in &answer.args {
        command.push(' ');
        command.push_str(word);
    }
    let restarts = Restarts {
        count: answer.restart_count,
        policy: &answer.host_config.restart_policy,
    };
    let status = sentence(state, health, &answer.state);
    let memory = u64::try_from(answer.host_config.memory).unwrap_or(0);
    let mut detail = detail(&answer.state, state, &answer.config, &restarts, &networks);
    detail.health = Some(health);
    detail.auto_remove = answer.host_config.auto_remove;
    detail.borrows = borrows(&answer.host_config);
    let log = &answer.host_config.log_config;
    detail.log = LogKeeping::of(&log.driver, &log.config);
    detail.wanted_ports = wanted_ports(&answer.host_config.port_bindings);
    detail.memory_limit = (memory > 0).then_some(ByteSize(memory));
    Container {
        id: ContainerId::from(answer.id),
        host: host.clone(),
        name: Arc::from(answer.name.trim_start_matches('/')),
        image: Arc::from(answer.config.image),
        image_id: ImageId::from(answer.image),
        command,
        created: answer.created.parse().unwrap_or_default(),
        state,
        health,
        status,
        labels: answer.config.labels,
        ports,
        mounts: mounts(answer.mounts),
        networks,
        network_of: network_of(&answer.host_config.network_mode),
        compose,
        detail: Some(Arc::new(detail)),
    }
}

/// Whether it uses what is another container's; of the network namespace the list says it too.
fn borrows(said: &HostConfig) -> bool {
    let namespaces = [&said.ipc_mode, &said.pid_mode];
    !said.volumes_from.is_empty() || namespaces.iter().any(|mode| mode.starts_with("container:"))
}

struct Restarts<'a> {
    count: u64,
    policy: &'a RestartPolicy,
}

fn detail(
    said: &InspectState,
    state: ContainerState,
    config: &Config,
    restarts: &Restarts<'_>,
    networks: &[NetworkAttachment],
) -> ContainerDetail {
    let up = matches!(state, ContainerState::Running | ContainerState::Paused);
    let finished_at = time(&said.finished_at);
    // 0 is also what a container says that never ended.
    let ended = !up && (finished_at.is_some() || said.exit_code != 0);
    let test = config
        .healthcheck
        .as_ref()
        .and_then(|check| check.test.first());
    ContainerDetail {
        pid: (said.pid > 0).then_some(said.pid),
        started_at: time(&said.started_at),
        finished_at,
        exit_code: ended.then_some(said.exit_code),
        oom_killed: said.oom_killed,
        error: (!said.error.is_empty()).then(|| said.error.clone()),
        restarts: restarts.count,
        restart_policy: policy(restarts.policy),
        entrypoint: config.entrypoint.0.clone(),
        command: config.cmd.0.clone(),
        working_dir: config.working_dir.clone(),
        user: config.user.clone(),
        env: config.env.iter().map(|text| variable(text)).collect(),
        auto_remove: false,
        borrows: false,
        tty: config.tty,
        log: LogKeeping::default(),
        memory_limit: None,
        health_log: said.health.as_ref().map(probes).unwrap_or_default(),
        has_health_check: test.is_some_and(|word| word != "NONE"),
        networks: networks.to_vec(),
        wanted_ports: Vec::new(),
        health: None,
    }
}

/// Go's zero time means never.
fn time(text: &str) -> Option<Timestamp> {
    let time: Timestamp = text.parse().ok()?;
    (time > Timestamp::UNIX_EPOCH).then_some(time)
}

fn policy(policy: &RestartPolicy) -> String {
    match (policy.name.as_str(), policy.maximum_retry_count) {
        ("", _) => "no".to_owned(),
        ("on-failure", count) if count > 0 => format!("on-failure:{count}"),
        (name, _) => name.to_owned(),
    }
}

fn variable(text: &str) -> EnvVar {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    EnvVar {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn health(said: Option<&InspectHealth>) -> Health {
    match said.map(|health| health.status.as_str()) {
        Some("starting") => Health::Starting,
        Some("healthy") => Health::Healthy,
        Some("unhealthy") => Health::Unhealthy,
        _ => Health::None,
    }
}

fn probes(health: &InspectHealth) -> Vec<HealthProbe> {
    health
        .log
        .iter()
        .map(|probe| HealthProbe {
            at: time(&probe.start),
            exit_code: probe.exit_code,
            output: probe.output.clone(),
        })
        .collect()
}

/// An inspect has no sentence; this is the list's without the ages, which the detail's times say better.
fn sentence(state: ContainerState, health: Health, said: &InspectState) -> String {
    let up = match health {
        Health::None => "Up".to_owned(),
        Health::Starting => "Up (health: starting)".to_owned(),
        Health::Healthy | Health::Unhealthy => format!("Up ({})", health.word()),
    };
    match state {
        ContainerState::Running => up,
        ContainerState::Paused => "Up (Paused)".to_owned(),
        ContainerState::Exited => format!("Exited ({})", said.exit_code),
        ContainerState::Restarting => format!("Restarting ({})", said.exit_code),
        ContainerState::Created => "Created".to_owned(),
        ContainerState::Removing => "Removal In Progress".to_owned(),
        ContainerState::Dead => "Dead".to_owned(),
        ContainerState::Unknown => said.status.clone(),
    }
}

/// `{"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "81/tcp": null}`
fn ports(said: &BTreeMap<String, Option<Vec<PortBinding>>>) -> Vec<Port> {
    let mut ports = Vec::new();
    for (key, bindings) in said {
        let (number, word) = key.split_once('/').unwrap_or((key, "tcp"));
        let (Ok(container), Some(protocol)) = (number.parse(), protocol(word)) else {
            continue;
        };
        let exposed = Port {
            address: None,
            published: None,
            container,
            protocol,
        };
        match bindings.as_deref() {
            None | Some([]) => ports.push(exposed),
            Some(bindings) => ports.extend(bindings.iter().map(|binding| Port {
                address: binding.host_ip.parse().ok(),
                published: binding.host_port.parse().ok(),
                ..exposed.clone()
            })),
        }
    }
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// The ports of the host that it asks for. An empty one, or 0, lets the engine choose at every start.
fn wanted_ports(said: &BTreeMap<String, Option<Vec<PortBinding>>>) -> Vec<Port> {
    let mut wanted = ports(said);
    wanted.retain(|port| port.published.is_some_and(|number| number > 0));
    wanted
}

#[cfg(test)]
mod tests;
