//! Addresses as `DOCKER_HOST` has them.

use std::path::PathBuf;

use crate::domain::{Endpoint, Failure, SshTarget, TlsFiles};

const EXAMPLES: &str = "use unix:///var/run/docker.sock, tcp://host:2376, ssh://user@host, or the name of a Docker context";

/// Whether the text is an address and not the name of a context (which has no colon or slash).
pub(super) fn is_address(text: &str) -> bool {
    text.contains("://") || text.contains('/') || text.contains(':')
}

/// Reads an address. `tls` is what the environment asks for; `https_tls` the files to use when the address itself
/// asks for TLS.
pub(super) fn parse(
    text: &str,
    tls: Option<TlsFiles>,
    https_tls: Option<TlsFiles>,
) -> Result<Endpoint, Failure> {
    let refuse = |why: &str| Failure::new(format!("read the address {text:?}"), why).hint(EXAMPLES);
    if text.starts_with('/') {
        return Ok(Endpoint::Unix(PathBuf::from(text)));
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(refuse("it has no scheme"));
    };
    match scheme {
        "unix" if rest.starts_with('/') => Ok(Endpoint::Unix(PathBuf::from(rest))),
        "unix" => Err(refuse("the socket's path is not absolute")),
        "tcp" | "http" | "https" => {
            let tls = match scheme {
                "tcp" => tls,
                "https" => https_tls,
                _ => None,
            };
            let default = if tls.is_some() { 2376 } else { 2375 };
            let authority = rest.split('/').next().unwrap_or_default();
            let (host, port) =
                host_and_port(authority).ok_or_else(|| refuse("no valid host and port"))?;
            Ok(Endpoint::Tcp {
                host: host.to_owned(),
                port: port.unwrap_or(default),
                tls,
            })
        }
        "ssh" => {
            // As for the docker CLI, a path is the socket over there.
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let socket = (!path.is_empty()).then(|| PathBuf::from(format!("/{path}")));
            let (user, host) = match authority.rsplit_once('@') {
                Some((user, host)) => (Some(user), host),
                None => (None, authority),
            };
            let (host, port) =
                host_and_port(host).ok_or_else(|| refuse("no valid host and port"))?;
            let destination = match user {
                Some(user) if user.contains(':') => {
                    return Err(refuse("a password does not belong into an address"));
                }
                Some("") => return Err(refuse("the user's name is empty")),
                Some(user) => format!("{user}@{host}"),
                None => host.to_owned(),
            };
            // What begins with a dash is an option to ssh, and options run programs.
            if destination.starts_with('-') || host.starts_with('-') {
                return Err(refuse("no host's name begins with a dash"));
            }
            Ok(Endpoint::Ssh(SshTarget {
                destination,
                port,
                socket,
            }))
        }
        "npipe" => Err(refuse("named pipes are Windows'")),
        _ => Err(refuse("the scheme is unknown")),
    }
}

/// `host`, `host:port`, `[::1]`, `[::1]:port`.
fn host_and_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            let port = match rest {
                "" => None,
                _ => Some(rest.strip_prefix(':')?),
            };
            (host, port)
        }
        None => match text.split_once(':') {
            Some((_, port)) if port.contains(':') => return None,
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let is_plain =
        !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control());
    let port = match port {
        Some(port) => Some(port.parse().ok()?),
        None => None,
    };
    is_plain.then_some((host, port))
}
