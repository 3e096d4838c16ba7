//! Answers: JSON, streams, refusals in the engine's form.

use std::io;

use futures_util::stream::{Stream, StreamExt};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use crate::demo::world::Refusal;

/// The body of an answer.
pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;
/// What is answered, or why not.
pub(super) type Answer = Result<Response<Body>, Refusal>;
/// What is always answered.
pub(super) type AnyResponse = Response<Body>;

fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}

fn with(status: StatusCode, body: Body, kind: &'static str) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

pub(super) fn json(value: &Value) -> Response<Body> {
    with(StatusCode::OK, full(value.to_string()), "application/json")
}

/// An object with this field first, as engines write it.
pub(super) fn with_first(mut value: Value, first: &str) -> Response<Body> {
    let field = value
        .as_object_mut()
        .and_then(|fields| fields.remove(first));
    let rest = value.to_string();
    let text = match (field, rest.strip_prefix('{')) {
        (Some(field), Some(rest)) => format!("{{\"{first}\":{field},{rest}"),
        _ => rest,
    };
    with(StatusCode::OK, full(text), "application/json")
}

pub(super) fn created(value: &Value) -> Response<Body> {
    with(
        StatusCode::CREATED,
        full(value.to_string()),
        "application/json",
    )
}

/// Done, and nothing to say.
pub(super) fn done() -> Response<Body> {
    empty(StatusCode::NO_CONTENT)
}

pub(super) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(full(Bytes::new()));
    *response.status_mut() = status;
    response
}

pub(super) fn text(body: &'static str) -> Response<Body> {
    with(StatusCode::OK, full(body), "text/plain; charset=utf-8")
}

/// A body that comes bit by bit.
pub(super) fn stream(
    kind: &'static str,
    chunks: impl Stream<Item = Vec<u8>> + Send + 'static,
) -> Response<Body> {
    let frames = chunks.map(|chunk| Ok(Frame::data(Bytes::from(chunk))));
    with(StatusCode::OK, StreamBody::new(frames).boxed_unsync(), kind)
}

pub(super) fn refusal(refusal: &Refusal) -> Response<Body> {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({ "message": refusal.message });
    with(status, full(body.to_string()), "application/json")
}
