//! What is at a path of a container, from the header that the archive API answers a HEAD with.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hyper::header::{HeaderMap, HeaderValue};
use hyper::{Method, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;

use crate::backend::docker::channel::Channel;
use crate::backend::docker::request::escape;
use crate::backend::{ArchiveStat, BackendError, StatKind};
use crate::domain::ContainerId;

/// Engine API 1.41, `ContainerArchiveInfo`.
const HEADER: &str = "X-Docker-Container-Path-Stat";

/// Go's `fs.FileMode`, which is not `st_mode`.
const GO_FOLDER: u32 = 1 << 31;
const GO_LINK: u32 = 1 << 27;
/// Devices, pipes, sockets and what is irregular otherwise.
const GO_OTHER: u32 = (1 << 26) | (1 << 25) | (1 << 24) | (1 << 21) | (1 << 19);

#[derive(Deserialize)]
struct PathStat {
    size: i64,
    mode: u32,
    mtime: Timestamp,
    #[serde(rename = "linkTarget", default)]
    link_target: String,
}

pub(in crate::backend::docker) async fn stat(
    channel: &Channel,
    id: &ContainerId,
    path: &str,
) -> Result<ArchiveStat, BackendError> {
    let url = format!(
        "/containers/{}/archive?path={}",
        escape(id.as_str()),
        escape(path)
    );
    let answer = channel
        .exchange(Method::HEAD, &url, None, HeaderMap::new())
        .await;
    match answer {
        Ok(response) => parse(response.headers().get(HEADER)),
        Err(error) => Err(in_words(error, path)),
    }
}

/// The answer to a HEAD has no body, so no words either.
fn in_words(error: BackendError, path: &str) -> BackendError {
    match error {
        BackendError::NotFound(words) if words.is_empty() => {
            BackendError::NotFound(format!("no such path: {path}"))
        }
        // Engine 20.10 to 28: a loop of links is an internal error.
        BackendError::Engine { status, message } if message.is_empty() => {
            let reason = StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or("an error");
            BackendError::Engine {
                status,
                message: format!("the engine cannot look at {path}: {status} {reason}"),
            }
        }
        error => error,
    }
}

fn parse(header: Option<&HeaderValue>) -> Result<ArchiveStat, BackendError> {
    let garbage = |why: &str| BackendError::Garbage(format!("{HEADER}: {why}"));
    let header = header.ok_or_else(|| garbage("is not there"))?;
    let json = BASE64_STANDARD
        .decode(header.as_bytes())
        .map_err(|error| garbage(&error.to_string()))?;
    let stat: PathStat =
        serde_json::from_slice(&json).map_err(|error| garbage(&error.to_string()))?;
    let kind = match stat.mode {
        mode if mode & GO_LINK != 0 => StatKind::Link(stat.link_target),
        mode if mode & GO_FOLDER != 0 => StatKind::Folder,
        mode if mode & GO_OTHER != 0 => StatKind::Other,
        _ => StatKind::File,
    };
    Ok(ArchiveStat {
        kind,
        size: u64::try_from(stat.size).unwrap_or_default(),
        modified: stat.mtime,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_json(json: &str) -> Result<ArchiveStat, BackendError> {
        let value = HeaderValue::from_str(&BASE64_STANDARD.encode(json)).unwrap();
        parse(Some(&value))
    }

    #[test]
    fn the_modes_of_go() {
        let kind = |mode: u32| {
            let json = format!(
                r#"{{"name":"x","size":3,"mode":{mode},"mtime":"2026-11-21T10:00:00.123456789+01:00","linkTarget":"/y"}}"#
            );
            parse_json(&json).unwrap().kind
        };
        assert_eq!(kind(0o600), StatKind::File);
        assert_eq!(kind(2_147_484_141), StatKind::Folder);
        assert_eq!(kind(134_218_239), StatKind::Link("/y".to_owned()));
        assert_eq!(kind(33_554_852), StatKind::Other, "a pipe");
    }

    #[test]
    fn garbage_is_told() {
        assert!(matches!(parse(None), Err(BackendError::Garbage(_))));
        for json in ["", "{}", r#"{"size":1,"mode":1,"mtime":"yesterday"}"#] {
            assert!(
                matches!(parse_json(json), Err(BackendError::Garbage(_))),
                "{json}"
            );
        }
        let crooked = HeaderValue::from_static("%%%");
        assert!(matches!(
            parse(Some(&crooked)),
            Err(BackendError::Garbage(_))
        ));
        // Sizes below nothing are none.
        let stat = parse_json(r#"{"size":-1,"mode":0,"mtime":"2026-11-21T10:00:00Z"}"#).unwrap();
        assert_eq!(stat.size, 0);
    }
}
