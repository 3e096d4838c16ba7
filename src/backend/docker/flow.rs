//! A long answer, moved by whoever reads it.
//!
//! hyper's connection is a future of its own. Spawned, it hands every chunk (the engine makes one of each log line) to
//! the reader by waking another thread, which costs three times what the engine needs to send it. Here the reader's
//! own poll moves the connection.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use futures_util::stream::Stream;
use hyper::body::{Body, Bytes, Incoming};

use super::error::from_hyper;
use crate::backend::BackendError;

/// The connection itself; ends when the answer has.
pub(super) type Connection = BoxFuture<'static, ()>;

/// The bytes of an answer as they come. The connection closes when this is dropped.
pub(super) struct Flow {
    body: Incoming,
    connection: Option<Connection>,
}

impl Flow {
    pub(super) const fn new(body: Incoming, connection: Connection) -> Self {
        Self {
            body,
            connection: Some(connection),
        }
    }

    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BackendError>>> {
        loop {
            return match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Ready(Some(Err(err))) => Poll::Ready(Some(Err(from_hyper(&err)))),
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(bytes) => Poll::Ready(Some(Ok(bytes))),
                    // Trailers.
                    Err(_) => continue,
                },
            };
        }
    }
}

impl Stream for Flow {
    type Item = Result<Bytes, BackendError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let ready @ Poll::Ready(_) = self.poll_body(cx) {
            return ready;
        }
        let Some(connection) = &mut self.connection else {
            return Poll::Pending;
        };
        if connection.as_mut().poll(cx).is_ready() {
            self.connection = None;
        }
        // What the connection just read is there now.
        self.poll_body(cx)
    }
}
