//! Fetching an image from its registry.

use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt};
use hyper::Method;
use serde::Deserialize;

use super::channel::Channel;
use super::error::{from_status, limited};
use super::references::Reference;
use super::registry_auth::Logins;
use super::request::escape;
use crate::backend::{BackendError, PullProgress};

/// Without a byte for so long there is no pull any more. A registry that cannot be reached takes the engine 46 s.
const SILENCE_LIMIT: Duration = Duration::from_secs(5 * 60);

type Pull = BoxStream<'static, Result<PullProgress, BackendError>>;

/// Begins to fetch an image.
pub(super) async fn pull(
    channel: &Channel,
    logins: &Logins,
    reference: &str,
) -> Result<Pull, BackendError> {
    let headers = logins.header(reference).await?;
    let path = path(reference);
    let begun = channel.lines_of(Method::POST, &path, headers);
    let lines = limited(SILENCE_LIMIT, begun).await?;
    Ok(told(lines, SILENCE_LIMIT))
}

fn path(reference: &str) -> String {
    let parts = Reference::parse(reference);
    // A digest goes where a tag goes. Without either the engine would fetch every tag there is.
    let version = parts.digest.unwrap_or_else(|| parts.tag_or_latest());
    format!(
        "/images/create?fromImage={}&tag={}",
        escape(parts.name),
        escape(version)
    )
}

/// The engine says 200 before it knows whether it can fetch anything: an error is a line like any other.
fn told(lines: BoxStream<'static, Result<Vec<u8>, BackendError>>, patience: Duration) -> Pull {
    stream::unfold(Some(lines), move |lines| async move {
        let mut lines = lines?;
        let next = limited(patience, async { Ok(lines.next().await) }).await;
        let said = match next {
            Ok(None) => return None,
            Ok(Some(Ok(line))) => read(&line),
            Ok(Some(Err(err))) | Err(err) => Err(err),
        };
        let rest = said.is_ok().then_some(lines);
        Some((said, rest))
    })
    .boxed()
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Line {
    status: String,
    id: Option<String>,
    progress_detail: Option<Progress>,
    error: Option<String>,
    error_detail: Option<ErrorDetail>,
}

#[derive(Deserialize)]
struct Progress {
    current: Option<u64>,
    total: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorDetail {
    code: Option<u16>,
    message: String,
}

fn read(line: &[u8]) -> Result<PullProgress, BackendError> {
    let line: Line = serde_json::from_slice(line)
        .map_err(|err| BackendError::Garbage(format!("in the course of a pull: {err}")))?;
    if line.error.is_some() || line.error_detail.is_some() {
        let detail = line.error_detail.unwrap_or_default();
        let words = [detail.message, line.error.unwrap_or_default()];
        let words = words.into_iter().find(|words| !words.is_empty());
        let message = words.unwrap_or_else(|| "the engine does not say why".to_owned());
        return Err(from_status(detail.code.unwrap_or(500), message));
    }
    // "Pulling from library/nginx" has the tag where others have their layer.
    let layer = line
        .id
        .filter(|_| !line.status.starts_with("Pulling from "));
    let (current, total) = match line.progress_detail {
        Some(Progress { current, total }) => (current, total.filter(|total| *total > 0)),
        None => (None, None),
    };
    Ok(PullProgress {
        layer: layer.filter(|layer| !layer.is_empty()),
        status: line.status,
        current,
        total,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_always_asked_for() {
        for (reference, query) in [
            ("nginx", "fromImage=nginx&tag=latest"),
            ("nas:5000/a/b:1", "fromImage=nas%3A5000%2Fa%2Fb&tag=1"),
            ("a@sha256:0f", "fromImage=a&tag=sha256%3A0f"),
            ("a:1@sha256:0f", "fromImage=a&tag=sha256%3A0f"),
        ] {
            assert_eq!(path(reference), format!("/images/create?{query}"));
        }
    }

    async fn all(lines: &[&str]) -> Vec<Result<PullProgress, BackendError>> {
        let lines: Vec<_> = lines
            .iter()
            .map(|line| Ok(line.as_bytes().to_vec()))
            .collect();
        told(stream::iter(lines).boxed(), SILENCE_LIMIT)
            .collect()
            .await
    }

    #[tokio::test]
    async fn progress_is_read() {
        let said = all(&[
            r#"{"status":"Pulling from library/nginx","id":"1.27"}"#,
            r#"{"status":"Downloading","progressDetail":{"current":5,"total":9},"progress":"[> ]","id":"0f"}"#,
            r#"{"status":"Extracting","progressDetail":{"current":5,"units":"s"},"id":"0f"}"#,
            r#"{"status":"Digest: sha256:0f","progressDetail":{}}"#,
            r#"{"progressDetail":null}"#,
        ])
        .await;
        let said: Vec<_> = said
            .into_iter()
            .map(Result::unwrap)
            .map(|one| (one.layer, one.status, one.current, one.total))
            .collect();
        let layer = Some("0f".to_owned());
        assert_eq!(
            said,
            [
                (None, "Pulling from library/nginx".to_owned(), None, None),
                (layer.clone(), "Downloading".to_owned(), Some(5), Some(9)),
                (layer, "Extracting".to_owned(), Some(5), None),
                (None, "Digest: sha256:0f".to_owned(), None, None),
                (None, String::new(), None, None),
            ]
        );
    }

    #[tokio::test]
    async fn an_error_in_the_stream_is_its_end() {
        let of =
            |code: Option<u16>, words: &str| from_status(code.unwrap_or(500), words.to_owned());
        for (line, expected) in [
            (
                r#"{"errorDetail":{"message":"no space"},"error":"no space"}"#,
                of(None, "no space"),
            ),
            (r#"{"error":"no space"}"#, of(None, "no space")),
            (
                r#"{"errorDetail":{"code":404,"message":"no manifest"}}"#,
                of(Some(404), "no manifest"),
            ),
            (
                r#"{"error":"toomanyrequests: enough"}"#,
                of(Some(429), "toomanyrequests: enough"),
            ),
            (r#"{"error":""}"#, of(None, "the engine does not say why")),
        ] {
            let said = all(&[r#"{"status":"a"}"#, line, r#"{"status":"b"}"#]).await;
            assert_eq!(said.len(), 2, "{line}");
            assert_eq!(said[1], Err(expected));
        }
    }

    #[tokio::test]
    async fn half_a_line_is_no_success() {
        let said = all(&[r#"{"status":"a"}"#, r#"{"status":"Extr"#]).await;
        assert!(matches!(said[1], Err(BackendError::Garbage(_))), "{said:?}");
    }

    #[tokio::test]
    async fn silence_has_an_end() {
        let first = stream::iter([Ok(br#"{"status":"a"}"#.to_vec())]);
        let silent = first.chain(stream::pending()).boxed();
        let said: Vec<_> = told(silent, Duration::from_millis(50)).collect().await;
        assert_eq!(said[1..], [Err(BackendError::TimedOut { seconds: 0 })]);
    }
}
