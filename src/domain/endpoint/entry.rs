//! What a person writes of an endpoint: `host:port`, `name@host:port`, `smtp://host`, `none`.

use std::net::IpAddr;

use super::names::dns_name;
use super::{Address, Opening, StartTls};
use crate::domain::text::visible;

/// How many endpoints one list may name: each is a connection.
const MOST: usize = 32;
/// So much of what cannot be read is repeated.
const SHOWN: usize = 60;

/// An endpoint as a person names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The port, as the host sees it.
    pub address: Address,
    /// The name to ask for; none where neither a name nor a host name is written.
    pub server_name: Option<String>,
    /// How TLS begins.
    pub opening: Opening,
}

/// What a list of endpoints says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// `none`: nothing is asked of this service.
    Off,
    /// These and no others.
    These(Vec<Entry>),
}

impl Listed {
    /// Reads a list with commas between. What is no endpoint is told, and the others count; where nothing is left,
    /// nobody knows what was meant, and nothing is asked.
    pub fn parse(text: &str, problems: &mut Vec<String>) -> Self {
        let mut parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let mut these = Vec::new();
        let mut off = false;
        for part in parts.by_ref().take(MOST) {
            if part.eq_ignore_ascii_case("none") {
                off = true;
                continue;
            }
            match Entry::parse(part) {
                Ok(entry) => these.push(entry),
                Err(why) => problems.push(why),
            }
        }
        if parts.next().is_some() {
            problems.push(format!(
                "more than {MOST} endpoints are named: the rest is not heeded"
            ));
        }
        if off && !these.is_empty() {
            problems.push("`none` is named beside endpoints: it is not heeded".to_owned());
        }
        if these.is_empty() {
            return Self::Off;
        }
        these.dedup();
        Self::These(these)
    }
}

impl Entry {
    /// Reads one endpoint; what is wrong with it is a whole sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            let shown: String = text.chars().take(SHOWN).collect();
            format!(
                "`{}` is no endpoint: {why}; write it like example.org:443, example.org@127.0.0.1:8443 or smtp://mail.example.org",
                visible(&shown)
            )
        };
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, text),
        };
        let usual = match scheme {
            Some(scheme) => {
                let usual = scheme_means(&scheme.to_ascii_lowercase());
                Some(usual.ok_or_else(|| wrong("its protocol is unknown"))?)
            }
            None => None,
        };
        let (name, rest) = match rest.split_once('@') {
            Some((name, rest)) => (Some(name), rest),
            None => (None, rest),
        };
        let server_name = match name {
            Some(name) => {
                Some(dns_name(name).ok_or_else(|| wrong("what stands before @ is no name"))?)
            }
            None => None,
        };
        let (host, port) = split(rest.strip_suffix('/').unwrap_or(rest))
            .ok_or_else(|| wrong("it has no host, or its port is none"))?;
        let port = port.or(usual.map(|(_, port)| port)).unwrap_or(443);
        let opening = usual
            .map(|(opening, _)| opening)
            .or(Opening::of_port(port))
            .unwrap_or(Opening::Tls);
        if let Ok(ip) = host.parse::<IpAddr>() {
            return Ok(Self {
                address: Address::of_ip(ip, port),
                server_name,
                opening,
            });
        }
        let host =
            dns_name(host).ok_or_else(|| wrong("its host is neither a name nor an address"))?;
        // A machine's own name for itself is on no certificate.
        let own = (host != "localhost").then(|| host.clone());
        Ok(Self {
            server_name: server_name.or(own),
            address: Address { host, port },
            opening,
        })
    }
}

/// How TLS begins with a scheme, and at which port.
fn scheme_means(scheme: &str) -> Option<(Opening, u16)> {
    if let Some(protocol) = StartTls::ALL.into_iter().find(|one| one.word() == scheme) {
        return Some((Opening::StartTls(protocol), protocol.port()));
    }
    let port = match scheme {
        "tls" | "https" => 443,
        "smtps" | "submissions" => 465,
        "imaps" => 993,
        "pop3s" => 995,
        "ldaps" => 636,
        "submission" => return Some((Opening::StartTls(StartTls::Smtp), 587)),
        "postgresql" => return Some((Opening::StartTls(StartTls::Postgres), 5432)),
        "mariadb" => return Some((Opening::StartTls(StartTls::Mysql), 3306)),
        _ => return None,
    };
    Some((Opening::Tls, port))
}

/// Host and port; an IPv6 address with a port wants brackets.
fn split(text: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        return match rest.strip_prefix(':') {
            Some(digits) => Some((host, Some(port(digits)?))),
            None => rest.is_empty().then_some((host, None)),
        };
    }
    if text.parse::<IpAddr>().is_ok() {
        return Some((text, None));
    }
    match text.rsplit_once(':') {
        Some((host, digits)) => Some((host, Some(port(digits)?))),
        None => (!text.is_empty()).then_some((text, None)),
    }
}

fn port(digits: &str) -> Option<u16> {
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|port| all_digits && *port != 0)
}
