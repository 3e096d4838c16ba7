//! A handshake as a current client does it, TLS 1.2 and 1.3.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, Error};

use super::capture::Capture;
use super::recorder::Recorder;
use super::{fault, part};
use crate::backend::Wire;
use crate::domain::served::{Alert, Phase};
use crate::domain::{Answer, ServedChain};

/// Why no certificate was shown.
pub(super) enum Unfinished {
    /// It is known why.
    Final(Answer),
    /// The server wants no version or cipher of ours. It is old, or it has no certificate: both look the same. The
    /// alert, where there was one.
    NothingInCommon(Option<Alert>),
}

/// Shakes hands, keeps what is shown, and closes.
pub(super) async fn handshake(
    wire: Box<dyn Wire>,
    name: Option<&str>,
    deadline: Instant,
) -> Result<ServedChain, Unfinished> {
    let capture = Arc::new(Capture::default());
    let (connector, name) = connector(Arc::clone(&capture), name).map_err(Unfinished::Final)?;
    let (recorder, beginning) = Recorder::new(wire);
    let ended = timeout_at(deadline, connector.connect(name, recorder)).await;
    let not_tls = || beginning.if_not_tls().map(Answer::NotTls);
    let error = match ended {
        Ok(Ok(mut tls)) => {
            // Says close_notify; a server that takes no more has closed by itself.
            drop(timeout_at(deadline, tls.shutdown()).await);
            part(tls.into_inner().0).await;
            None
        }
        Ok(Err(error)) => Some(error),
        Err(_) => Some(io::ErrorKind::TimedOut.into()),
    };
    // Also after an error: one that wants a certificate of ours shows its own before it hangs up.
    match (capture.chain(), error) {
        (Some(chain), _) => Ok(chain),
        // rustls ends no handshake without a certificate.
        (None, None) => Err(Unfinished::Final(Answer::Garbage(
            "a handshake without a certificate".to_owned(),
        ))),
        (None, Some(error)) => Err(match not_tls() {
            Some(answer) => Unfinished::Final(answer),
            None => unfinished(&error),
        }),
    }
}

fn connector(
    capture: Arc<Capture>,
    name: Option<&str>,
) -> Result<(TlsConnector, ServerName<'static>), Answer> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Answer::Garbage(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(capture)
        .with_no_client_auth();
    // A resumed session shows no certificate.
    config.resumption = Resumption::disabled();
    config.enable_sni = name.is_some();
    let name = match name {
        Some(name) => ServerName::try_from(name.to_owned())
            .map_err(|_| Answer::Unresolvable(format!("not a name to ask for: {name}")))?,
        None => ServerName::from(IpAddr::V4(Ipv4Addr::LOCALHOST)),
    };
    Ok((TlsConnector::from(Arc::new(config)), name))
}

/// What an error of the handshake means, where the server spoke TLS or nothing.
fn unfinished(error: &io::Error) -> Unfinished {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
    let answer = match tls {
        Some(Error::AlertReceived(alert)) => match Alert(u8::from(*alert)) {
            Alert::UNRECOGNIZED_NAME => Answer::NoSuchName,
            alert @ (Alert::HANDSHAKE_FAILURE
            | Alert::PROTOCOL_VERSION
            | Alert::INSUFFICIENT_SECURITY) => return Unfinished::NothingInCommon(Some(alert)),
            alert => Answer::NoCertificate(alert),
        },
        // A ServerHello of an old version, or one with what we did not offer.
        Some(Error::PeerIncompatible(_)) => return Unfinished::NothingInCommon(None),
        Some(error) => Answer::Garbage(error.to_string()),
        None if error.kind() == io::ErrorKind::InvalidData => Answer::Garbage(error.to_string()),
        None => fault(error, Phase::Handshake),
    };
    Unfinished::Final(answer)
}
