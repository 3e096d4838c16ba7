//! TCP connections as a host makes them: its loopback is its own.

use std::io;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::domain::endpoint::Address;

/// Any connected stream.
pub trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The name has no address.
    #[error("{0}")]
    Unresolvable(String),
    /// The system's error; `ConnectionRefused` is that nothing listens there.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Opens connections from a host, wherever that is. Dropping the future ends the attempt.
#[async_trait]
pub trait Dial: Send + Sync {
    /// Connects. Without a time limit of its own. Where the attempt is made by another program, its failure may come
    /// with the first read, as the same kinds of error, and `NotFound` for a name without an address.
    async fn dial(&self, address: &Address) -> Result<Box<dyn Wire>, DialError>;
}

/// Connections from this machine.
#[derive(Debug, Clone, Default)]
pub struct Direct {
    instead_of_loopback: Option<String>,
}

impl Direct {
    /// To the ports of this machine, and to others from here.
    pub const fn here() -> Self {
        Self {
            instead_of_loopback: None,
        }
    }

    /// To another machine, which is reached by this name: its loopback is not to be had from here, but what listens on
    /// all its addresses is.
    pub fn to(host: impl Into<String>) -> Self {
        Self {
            instead_of_loopback: Some(host.into()),
        }
    }

    /// The address as it is reached from this machine.
    fn translated<'a>(&'a self, address: &'a Address) -> (&'a str, u16) {
        let is_loopback = match address.ip() {
            Some(ip) => ip.is_loopback(),
            None => address.host == "localhost",
        };
        let host = match &self.instead_of_loopback {
            Some(instead) if is_loopback => instead,
            _ => &address.host,
        };
        (host, address.port)
    }
}

#[async_trait]
impl Dial for Direct {
    async fn dial(&self, address: &Address) -> Result<Box<dyn Wire>, DialError> {
        let (host, port) = self.translated(address);
        let found = tokio::net::lookup_host((host, port)).await;
        let found = found.map_err(|error| DialError::Unresolvable(error.to_string()))?;
        let mut last = None;
        for address in found {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    // A handshake is small messages that wait for each other.
                    stream.set_nodelay(true)?;
                    return Ok(Box::new(stream));
                }
                Err(error) => last = Some(error),
            }
        }
        let is_refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
        if host != address.host && last.as_ref().is_some_and(is_refused) {
            // It may listen there, on its loopback alone.
            let why =
                format!("nothing listens at {host}:{port}, which is all that is seen from here");
            last = Some(io::Error::new(io::ErrorKind::HostUnreachable, why));
        }
        let nowhere = || DialError::Unresolvable("it has no address".to_owned());
        Err(last.map_or_else(nowhere, DialError::Io))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(host: &str) -> Address {
        Address {
            host: host.to_owned(),
            port: 443,
        }
    }

    #[test]
    fn the_loopback_of_another_machine_is_that_machine() {
        let there = Direct::to("nas.lan");
        for own in ["127.0.0.1", "127.0.0.53", "::1", "localhost"] {
            assert_eq!(there.translated(&address(own)), ("nas.lan", 443));
            assert_eq!(Direct::here().translated(&address(own)), (own, 443));
        }
        for other in ["192.0.2.1", "example.org"] {
            assert_eq!(there.translated(&address(other)), (other, 443));
        }
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_told_from_a_port_without_a_listener() {
        let error = Direct::here().dial(&address("no-such-name.invalid")).await;
        assert!(matches!(error.err(), Some(DialError::Unresolvable(_))));
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut closed = address("127.0.0.1");
        closed.port = taken.local_addr().unwrap().port();
        drop(taken);
        let kind = |error: Option<DialError>| match error {
            Some(DialError::Io(error)) => error.kind(),
            other => panic!("{other:?}"),
        };
        let here = Direct::here().dial(&closed).await;
        assert_eq!(kind(here.err()), io::ErrorKind::ConnectionRefused);
        // From elsewhere nobody can tell: it may listen on its own loopback.
        let there = Direct::to("127.0.0.2").dial(&closed).await;
        assert_eq!(kind(there.err()), io::ErrorKind::HostUnreachable);
    }
}
