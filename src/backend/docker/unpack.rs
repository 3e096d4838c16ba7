//! A tar on its way into a container, running or not, through the archive API.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode};

use super::channel::Channel;
use super::request::escape;
use crate::backend::BackendError;
use crate::domain::ContainerId;

/// Unpacks it (Engine API 1.41, `PutContainerArchive`).
pub(super) async fn unpack(
    channel: &Channel,
    id: &ContainerId,
    folder: &str,
    tar: BoxStream<'static, io::Result<Vec<u8>>>,
) -> Result<(), BackendError> {
    // What ends the stream is said in its own words: to the engine it is a request that broke off.
    let broke = Arc::new(Mutex::new(None));
    let told = Arc::clone(&broke);
    let frames = tar.map(move |chunk| match chunk {
        Ok(chunk) => Ok(Frame::data(Bytes::from(chunk))),
        Err(error) => {
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
            Err(error)
        }
    });
    let path = format!(
        "/containers/{}/archive?path={}",
        escape(id.as_str()),
        escape(folder)
    );
    let mut request = Request::new(StreamBody::new(frames.boxed()));
    *request.method_mut() = Method::PUT;
    *request.uri_mut() = path
        .parse()
        .map_err(|_| BackendError::Unsupported(format!("not a path of the API: {path:?}")))?;
    let kind = HeaderValue::from_static("application/x-tar");
    request.headers_mut().insert(CONTENT_TYPE, kind);
    let answer = match channel.send(request).await {
        Ok(response) if response.status().is_success() => Ok(()),
        Ok(response) => Err(channel.refusal(response).await),
        Err(error) => Err(error),
    };
    let broke = broke.lock().unwrap_or_else(PoisonError::into_inner).take();
    match broke {
        Some(message) => {
            let status = StatusCode::BAD_REQUEST.as_u16();
            Err(BackendError::Engine { status, message })
        }
        None => answer,
    }
}
