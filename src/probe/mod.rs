//! Asks endpoints which certificate they serve: a connection, STARTTLS where it is wanted, a handshake, a polite close.
//!
//! Nothing is verified and nothing is sent after the handshake: whatever is shown is what is wanted, expired,
//! self-signed or odd. Every answer has a limit in time and in bytes, since a server may be anybody's.
//!
//! | file | duty |
//! | --- | --- |
//! | `starttls/` | one dialogue a protocol, until the first byte of TLS may be sent |
//! | `handshake`, `capture` | TLS 1.2 and 1.3 through rustls, the chain kept |
//! | `legacy/` | what rustls will not speak: as much of TLS 1.2 and older as it takes to see a certificate |
//! | `recorder` | how the server's answer began, and its limit in bytes |
//! | `labels` | what people say of endpoints |
//! | `shown` | certificates as the domain has them |

mod capture;
mod handshake;
mod labels;
mod legacy;
mod recorder;
mod shown;
mod starttls;
#[cfg(test)]
mod tests;

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, Stream, StreamExt};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout, timeout_at};

use crate::backend::{Dial, DialError, Wire};
use crate::domain::endpoint::Opening;
use crate::domain::served::Phase;
use crate::domain::{Answer, Served, TlsEndpoint};

pub use labels::labels;

use handshake::Unfinished;

/// How many endpoints are asked at once.
pub const AT_ONCE: usize = 4;

/// How long an endpoint may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until there is a connection.
    pub connect: Duration,
    /// From there until the certificate is there, in all: a server that drips does not prolong it.
    pub talk: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            talk: Duration::from_secs(10),
        }
    }
}

/// Asks one endpoint. Dropping the future closes the connection.
pub async fn probe(dial: &dyn Dial, endpoint: TlsEndpoint, limits: Limits) -> Served {
    let answer = ask(dial, &endpoint, limits).await;
    Served {
        endpoint,
        answer: answer.unwrap_or_else(|why| why),
        at: Timestamp::now(),
    }
}

/// Asks endpoints, a few at once; answers come as they are there.
pub fn probe_all(
    dial: &Arc<dyn Dial>,
    endpoints: Vec<TlsEndpoint>,
    limits: Limits,
) -> impl Stream<Item = Served> + Send + use<> {
    // Collected first: a stream that maps with a closure over borrows is no `Send` future (rust-lang/rust#102211).
    let probes: Vec<_> = endpoints
        .into_iter()
        .map(|endpoint| {
            let dial = Arc::clone(dial);
            async move { probe(&*dial, endpoint, limits).await }
        })
        .collect();
    stream::iter(probes).buffer_unordered(AT_ONCE)
}

/// Asks endpoints, a few at once; all answers together, in no order.
pub async fn probe_each(
    dial: &Arc<dyn Dial>,
    endpoints: Vec<TlsEndpoint>,
    limits: Limits,
) -> Vec<Served> {
    probe_all(dial, endpoints, limits).collect().await
}

/// Two connections at most: one as a current client, and where the server will not have that, one as an old one.
async fn ask(dial: &dyn Dial, endpoint: &TlsEndpoint, limits: Limits) -> Result<Answer, Answer> {
    let name = endpoint.server_name.as_deref();
    let (wire, deadline) = open(dial, endpoint, limits).await?;
    let alert = match handshake::handshake(wire, name, deadline).await {
        Ok(chain) => return Ok(Answer::Chain(Box::new(chain))),
        Err(Unfinished::Final(answer)) => return Err(answer),
        Err(Unfinished::NothingInCommon(alert)) => alert,
    };
    let (wire, deadline) = open(dial, endpoint, limits).await?;
    let old = timeout_at(deadline, legacy::hello(wire, name)).await;
    let (version, chain) = old
        .unwrap_or(Err(Answer::TimedOut(Phase::Handshake)))
        .map_err(|why| match (alert, why) {
            // Not to the old client either: what it said first is what it means.
            (Some(alert), _) => Answer::NoCertificate(alert),
            (None, why) => why,
        })?;
    Ok(Answer::TooOld {
        version,
        chain: chain.map(Box::new),
    })
}

/// A connection on which TLS may begin, and until when it is to be done.
async fn open(
    dial: &dyn Dial,
    endpoint: &TlsEndpoint,
    limits: Limits,
) -> Result<(Box<dyn Wire>, Instant), Answer> {
    let dialled = timeout(limits.connect, dial.dial(&endpoint.address)).await;
    let mut wire = match dialled {
        Ok(Ok(wire)) => wire,
        Ok(Err(DialError::Unresolvable(why))) => return Err(Answer::Unresolvable(why)),
        Ok(Err(DialError::Io(error))) => return Err(fault(&error, Phase::Connect)),
        Err(_) => return Err(Answer::TimedOut(Phase::Connect)),
    };
    let deadline = Instant::now() + limits.talk;
    if let Opening::StartTls(protocol) = endpoint.opening {
        let name = endpoint.server_name.as_deref();
        let domain = name.unwrap_or(&endpoint.address.host);
        let agreed = timeout_at(deadline, starttls::agree(&mut *wire, protocol, domain)).await;
        agreed.unwrap_or(Err(Answer::TimedOut(Phase::StartTls)))?;
    }
    Ok((wire, deadline))
}

/// What an error of the connection means.
fn fault(error: &io::Error, phase: Phase) -> Answer {
    match error.kind() {
        ErrorKind::ConnectionRefused => Answer::Refused,
        // ssh looks names up at the far end.
        ErrorKind::NotFound => Answer::Unresolvable(error.to_string()),
        ErrorKind::TimedOut => Answer::TimedOut(phase),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof
        | ErrorKind::NotConnected
            if phase != Phase::Connect =>
        {
            Answer::Closed(phase)
        }
        _ => Answer::Unreachable(error.to_string()),
    }
}

/// Closes a connection so that the server sees an end and no reset: what it has still to say is read, as far as it
/// comes at once.
async fn part(mut wire: impl Wire) {
    const PATIENCE: Duration = Duration::from_millis(300);
    const MOST: u64 = 64 * 1024;
    let parting = async {
        wire.shutdown().await?;
        tokio::io::copy(&mut (&mut wire).take(MOST), &mut tokio::io::sink()).await
    };
    // Whether it went well is nobody's concern: all that was wanted is there.
    drop(timeout(PATIENCE, parting).await);
}
