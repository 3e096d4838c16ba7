//! Requests whose answer is wanted as it came: JSON of our own reading, lines, raw bytes.

use std::collections::VecDeque;

use futures_util::stream::{self, BoxStream, StreamExt};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::channel::Channel;
use super::error::{from_hyper, from_status};
use super::flow::Flow;
use crate::backend::BackendError;

/// An answer is read whole up to here; 500 containers are 2 MB.
const ANSWER_LIMIT: usize = 64 << 20;
/// One event is a few KB, with all its labels.
const LINE_LIMIT: usize = 4 << 20;

/// A query string's value or a path's part, percent-encoded (RFC 3986 §2.3).
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(
                    char::from_digit(digit.into(), 16)
                        .unwrap_or('0')
                        .to_ascii_uppercase(),
                );
            }
        }
    }
    out
}

impl Channel {
    /// A request with no body; the answer's status is good.
    pub(super) async fn get(&self, path: &str) -> Result<Response<Incoming>, BackendError> {
        self.exchange(Method::GET, path, None, HeaderMap::new())
            .await
    }

    /// A request with a JSON body perhaps; the answer's status is good.
    pub(super) async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        headers: HeaderMap,
    ) -> Result<Response<Incoming>, BackendError> {
        let response = self.send(request(method, path, body, headers)?).await?;
        let status = response.status();
        if status.is_success() || status == StatusCode::SWITCHING_PROTOCOLS {
            return Ok(response);
        }
        Err(self.refusal(response).await)
    }

    /// A request of which only its success is wanted.
    pub(super) async fn act(&self, method: Method, path: &str) -> Result<(), BackendError> {
        self.exchange(method, path, None, HeaderMap::new())
            .await
            .map(drop)
    }

    pub(super) async fn refusal(&self, response: Response<Incoming>) -> BackendError {
        let status = response.status().as_u16();
        match self.whole(response).await {
            Ok(body) => from_status(status, engine_words(&body)),
            Err(err) => err,
        }
    }

    /// The whole answer as text.
    pub(super) async fn get_bytes(&self, path: &str) -> Result<Bytes, BackendError> {
        let response = self.get(path).await?;
        self.whole(response).await
    }

    /// The answer, read.
    pub(super) async fn get_json<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<T, BackendError> {
        let body = self.get_bytes(path).await?;
        serde_json::from_slice(&body).map_err(|err| BackendError::Garbage(err.to_string()))
    }

    /// The body of an answer.
    pub(super) async fn whole(&self, response: Response<Incoming>) -> Result<Bytes, BackendError> {
        match Limited::new(response.into_body(), ANSWER_LIMIT)
            .collect()
            .await
        {
            Ok(body) => Ok(body.to_bytes()),
            Err(err) => Err(match err.downcast::<hyper::Error>() {
                Ok(err) => from_hyper(&err),
                Err(err) => BackendError::Garbage(err.to_string()),
            }),
        }
    }

    /// A long answer's bytes as they come.
    pub(super) async fn flow(&self, path: &str) -> Result<Flow, BackendError> {
        self.flow_of(Method::GET, path, HeaderMap::new()).await
    }

    async fn flow_of(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
    ) -> Result<Flow, BackendError> {
        let request = request(method, path, None, headers)?;
        let (response, connection) = self.start(request).await?;
        if response.status().is_success() {
            return Ok(Flow::new(response.into_body(), connection));
        }
        tokio::spawn(connection);
        Err(self.refusal(response).await)
    }

    /// A long answer's lines as they come, without empty ones.
    pub(super) async fn lines(
        &self,
        path: &str,
    ) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
        self.lines_of(Method::GET, path, HeaderMap::new()).await
    }

    /// The same of any request without a body.
    pub(super) async fn lines_of(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
    ) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
        let chunks = self.flow_of(method, path, headers).await?.boxed();
        let state = (chunks, Vec::new(), VecDeque::new());
        let lines = stream::unfold(state, |(mut chunks, mut rest, mut ready)| async move {
            loop {
                if let Some(line) = ready.pop_front() {
                    return Some((Ok(line), (chunks, rest, ready)));
                }
                match chunks.next().await {
                    Some(Ok(chunk)) => split_lines(&chunk, &mut rest, &mut ready),
                    Some(Err(err)) => {
                        return Some((Err(err), (stream::empty().boxed(), rest, ready)));
                    }
                    None if rest.is_empty() => return None,
                    None => ready.push_back(std::mem::take(&mut rest)),
                }
                if rest.len() > LINE_LIMIT {
                    let err = BackendError::Garbage("a line without an end".to_owned());
                    return Some((Err(err), (stream::empty().boxed(), Vec::new(), ready)));
                }
            }
        });
        Ok(lines.boxed())
    }
}

fn request(
    method: Method,
    path: &str,
    body: Option<String>,
    headers: HeaderMap,
) -> Result<Request<Full<Bytes>>, BackendError> {
    let mut request = Request::new(Full::new(Bytes::from(body.unwrap_or_default())));
    *request.method_mut() = method;
    *request.uri_mut() = path
        .parse()
        .map_err(|_| BackendError::Unsupported(format!("not a path of the API: {path:?}")))?;
    *request.headers_mut() = headers;
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, json);
    Ok(request)
}

fn split_lines(chunk: &[u8], rest: &mut Vec<u8>, ready: &mut VecDeque<Vec<u8>>) {
    for piece in chunk.split_inclusive(|byte| *byte == b'\n') {
        if let Some(piece) = piece.strip_suffix(b"\n") {
            rest.extend_from_slice(piece);
            if !rest.iter().all(u8::is_ascii_whitespace) {
                ready.push_back(std::mem::take(rest));
            }
            rest.clear();
        } else {
            rest.extend_from_slice(piece);
        }
    }
}

/// The engine's own words of a refusal: `{"message": "…"}`, or whatever text came instead.
fn engine_words(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    const SHORT: usize = 500;
    match serde_json::from_slice::<Refusal>(body) {
        Ok(refusal) => refusal.message,
        Err(_) => String::from_utf8_lossy(&body[..body.len().min(SHORT)])
            .trim()
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_plain_is_escaped() {
        assert_eq!(escape("a/b c&d=é"), "a%2Fb%20c%26d%3D%C3%A9");
        assert_eq!(escape("nginx-1.27_x~"), "nginx-1.27_x~");
    }

    #[test]
    fn lines_are_put_together_over_chunks() {
        let (mut rest, mut ready) = (Vec::new(), VecDeque::new());
        split_lines(b"{\"a\":1}\n\r\n{\"b\"", &mut rest, &mut ready);
        assert_eq!(ready, [b"{\"a\":1}".to_vec()]);
        split_lines(b":2}\r\n", &mut rest, &mut ready);
        assert_eq!(ready[1], b"{\"b\":2}\r".to_vec());
        assert!(rest.is_empty());
    }

    #[test]
    fn a_refusal_is_in_the_engines_words() {
        assert_eq!(
            engine_words(br#"{"message":"no such container"}"#),
            "no such container"
        );
        assert_eq!(engine_words(b"404 page not found\n"), "404 page not found");
    }
}
