//! What went wrong with a call, as a [`BackendError`]; by variant and status, and by text only where there is no other way.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use bollard::errors::Error;
use tokio_rustls::rustls;

use super::socket;
use crate::backend::BackendError;
use crate::domain::Endpoint;

/// Lists and inspects answer in milliseconds; 500 containers in under a second.
pub(super) const CALL_LIMIT: Duration = Duration::from_secs(30);
/// Nothing has to be looked up for it, but a machine may be busy.
pub(super) const PING_LIMIT: Duration = Duration::from_secs(10);
/// A container may set itself minutes to stop.
pub(super) const ACTION_LIMIT: Duration = Duration::from_secs(15 * 60);
/// `system/df` walks every file of every volume.
pub(super) const SIZES_LIMIT: Duration = Duration::from_secs(30 * 60);

/// The engine asks a registry, which may be out of reach: that takes it up to 46 s. A credential helper may take 30 s.
pub(super) const REGISTRY_LIMIT: Duration = Duration::from_secs(90);

/// The call with a time limit.
pub(super) async fn limited<T>(
    limit: Duration,
    call: impl Future<Output = Result<T, BackendError>>,
) -> Result<T, BackendError> {
    match tokio::time::timeout(limit, call).await {
        Ok(result) => result,
        Err(_) => Err(BackendError::TimedOut {
            seconds: limit.as_secs(),
        }),
    }
}

/// A connection that could not be opened.
pub(super) fn from_connect(err: &io::Error, endpoint: &Endpoint, address: &str) -> BackendError {
    if let Some(problem) = tls_problem(err) {
        return problem;
    }
    match (err.kind(), endpoint) {
        (io::ErrorKind::PermissionDenied, Endpoint::Unix(path)) => BackendError::Forbidden {
            endpoint: address.to_owned(),
            group: socket::group_of(path),
        },
        _ => BackendError::Unreachable {
            endpoint: address.to_owned(),
            why: words(err),
        },
    }
}

/// The system's words without its number of them.
fn words(err: &io::Error) -> String {
    let text = err.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

/// A connection that was lost.
fn cut_off(err: &io::Error) -> BackendError {
    BackendError::CutOff { why: words(err) }
}

fn tls_problem(err: &io::Error) -> Option<BackendError> {
    let inner = err.get_ref()?.downcast_ref::<rustls::Error>()?;
    Some(BackendError::Garbage(format!("TLS: {inner}")))
}

/// An exchange that failed after the connection was opened.
pub(super) fn from_hyper(err: &hyper::Error) -> BackendError {
    if err.is_parse() {
        return BackendError::Garbage(format!("not HTTP: {err}"));
    }
    match err
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>())
    {
        Some(source) => tls_problem(source).unwrap_or_else(|| cut_off(source)),
        None => BackendError::CutOff {
            why: err.to_string(),
        },
    }
}

/// An answer that says no.
pub(super) fn from_status(status: u16, message: String) -> BackendError {
    match status {
        429 => BackendError::RateLimited { why: message },
        // The engine passes a registry's refusal on as its own failure, and the registry's code (OCI distribution
        // specification, "Error Codes") only in its words.
        _ if message.to_ascii_lowercase().contains("toomanyrequests") => {
            BackendError::RateLimited { why: message }
        }
        404 => BackendError::NotFound(message),
        304 | 409 => BackendError::Conflict(message),
        _ => BackendError::Engine { status, message },
    }
}

/// A failed call of bollard's.
pub(super) fn from_bollard(err: Error) -> BackendError {
    match err {
        Error::DockerResponseServerError {
            status_code,
            message,
        } => from_status(status_code, message),
        Error::IOError { err } => from_io(err),
        Error::HyperResponseError { err } => from_hyper(&err),
        Error::RequestTimeoutError => BackendError::TimedOut { seconds: 0 },
        Error::JsonDataError { message, column } => {
            BackendError::Garbage(format!("{message} (column {column})"))
        }
        Error::JsonSerdeError { err } => BackendError::Garbage(err.to_string()),
        Error::StrParseError { err } => BackendError::Garbage(err.to_string()),
        Error::APIVersionParseError {} => BackendError::Garbage("no API version".to_owned()),
        Error::DockerStreamError { error } => BackendError::Engine {
            status: 500,
            message: error,
        },
        Error::DockerContainerWaitError { error, code } => BackendError::Engine {
            status: 500,
            message: format!("{error} (exit code {code})"),
        },
        // What is left never leaves this machine: a request that could not be written down.
        other => BackendError::Unsupported(other.to_string()),
    }
}

/// Our own transport's error comes back out of bollard wrapped; anything else is a lost connection.
pub(super) fn from_io(err: io::Error) -> BackendError {
    match err.downcast::<BackendError>() {
        Ok(own) => own,
        Err(err) => cut_off(&err),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status_code: u16) -> BackendError {
        let message = "said".to_owned();
        let err = Error::DockerResponseServerError {
            status_code,
            message,
        };
        from_bollard(err)
    }

    #[test]
    fn statuses_have_their_meaning() {
        assert_eq!(answer(404), BackendError::NotFound("said".to_owned()));
        assert_eq!(answer(409), BackendError::Conflict("said".to_owned()));
        for status in [400, 403, 500, 503] {
            let message = "said".to_owned();
            assert_eq!(answer(status), BackendError::Engine { status, message });
        }
    }

    #[test]
    fn a_registry_that_has_had_enough_is_told_from_one_that_refuses() {
        let why = "toomanyrequests: You have reached your pull rate limit.";
        let limited = BackendError::RateLimited {
            why: why.to_owned(),
        };
        assert_eq!(from_status(500, why.to_owned()), limited);
        assert_eq!(from_status(429, why.to_owned()), limited);
        let refused = from_status(500, "denied: requested access is denied".to_owned());
        assert!(matches!(refused, BackendError::Engine { .. }));
    }

    #[test]
    fn our_own_error_passes_through_bollard() {
        let own = BackendError::Forbidden {
            endpoint: "unix:///x".to_owned(),
            group: Some("docker".to_owned()),
        };
        let wrapped = Error::IOError {
            err: io::Error::other(own.clone()),
        };
        assert_eq!(from_bollard(wrapped), own);
        let lost = Error::IOError {
            err: io::ErrorKind::BrokenPipe.into(),
        };
        assert!(matches!(from_bollard(lost), BackendError::CutOff { .. }));
    }

    #[test]
    fn a_closed_door_is_not_an_empty_house() {
        let endpoint = Endpoint::Unix("/nonexistent/engine.sock".into());
        let of = |kind: io::ErrorKind| from_connect(&kind.into(), &endpoint, "unix:///x");
        assert!(matches!(
            of(io::ErrorKind::PermissionDenied),
            BackendError::Forbidden { .. }
        ));
        assert!(matches!(
            of(io::ErrorKind::NotFound),
            BackendError::Unreachable { .. }
        ));
        assert!(matches!(
            of(io::ErrorKind::ConnectionRefused),
            BackendError::Unreachable { .. }
        ));
    }

    #[tokio::test]
    async fn silence_has_an_end() {
        let never = std::future::pending::<Result<(), BackendError>>();
        let err = limited(Duration::ZERO, never).await.unwrap_err();
        assert_eq!(err, BackendError::TimedOut { seconds: 0 });
    }
}
