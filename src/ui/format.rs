//! Numbers, times and states as they are read.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::{
    ByteSize, Container, ContainerState, Health, Port, Protocol, Service, ServiceState,
};

/// CPU in percent of one core, at most five columns for what occurs.
pub fn percent(value: f64) -> String {
    if value < 9.95 {
        format!("{value:.1}%")
    } else {
        format!("{value:.0}%")
    }
}

/// Bytes a second.
pub fn rate(value: f64) -> String {
    format!("{}/s", ByteSize(value.max(0.0) as u64))
}

/// The clock of the header: `12:04`.
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// The time of a log line: `12:04:05`.
pub fn time_of_day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// A day: `2026-06-01`.
pub fn day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string()
}

/// A moment: `2026-06-01 12:04`.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// The port of a list, of TCP where nothing else is said: what is reached from outside, and where it leads when it is another number.
fn port_short(port: &Port) -> Option<String> {
    let published = port.published?;
    let mut said = published.to_string();
    if published != port.container {
        let _ = write!(said, "→{}", port.container);
    }
    if port.protocol != Protocol::Tcp {
        let _ = write!(said, "/{}", port.protocol.word());
    }
    Some(said)
}

/// The ports of a container in the order a person asks for them: the published first, TCP first, then by number.
pub fn ports_in_order(container: &Container) -> Vec<&Port> {
    let mut ports: Vec<&Port> = container.ports.iter().collect();
    ports.sort_by_key(|port| {
        (
            port.published.is_none(),
            port.protocol != Protocol::Tcp,
            port.published,
            port.container,
        )
    });
    ports
}

/// The ports of a container that are published, each once (IPv4 and IPv6 are listed apart).
pub fn ports_short(container: &Container) -> Vec<String> {
    let ports = ports_in_order(container);
    let mut texts: Vec<String> = ports.into_iter().filter_map(port_short).collect();
    texts.dedup();
    texts
}

/// A port in full: `0.0.0.0:8080 → 80/tcp`.
pub fn port_full(port: &Port) -> String {
    let inner = format!("{}/{}", port.container, port.protocol.word());
    match (port.address, port.published) {
        (Some(address), Some(published)) => {
            format!(
                "{} → {inner}",
                std::net::SocketAddr::new(address, published)
            )
        }
        (None, Some(published)) => format!("{published} → {inner}"),
        (_, None) => format!("{inner} (not published)"),
    }
}

/// The word in the list for what a service does: its health where it has one, its exit code where it ended.
pub fn state_word(service: &Service, worst: Option<&Container>) -> String {
    match (service.state, service.health) {
        (ServiceState::Running, Health::Healthy) => "healthy".to_owned(),
        (ServiceState::Failed | ServiceState::Stopped, _) => {
            worst.map_or_else(|| service.state.word().to_owned(), container_word)
        }
        (state, _) => state.word().to_owned(),
    }
}

/// The same for one container.
pub fn container_word(container: &Container) -> String {
    let detail = container.detail.as_ref();
    if detail.is_some_and(|detail| detail.oom_killed) && !container.is_up() {
        return "no memory".to_owned();
    }
    match (container.state, container.health) {
        (ContainerState::Running, Health::None) => "running".to_owned(),
        (ContainerState::Running, health) => health.word().to_owned(),
        (ContainerState::Exited, _) => {
            let code = detail
                .and_then(|detail| detail.exit_code)
                .or_else(|| crate::domain::service::exit_code_of(&container.status));
            match code {
                Some(0) | None => "exited".to_owned(),
                Some(code) => format!("exited {code}"),
            }
        }
        (state, _) => state.word().to_owned(),
    }
}
