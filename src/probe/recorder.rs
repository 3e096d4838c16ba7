//! A stream that remembers how it began, and ends what never ends.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::backend::Wire;

/// The largest handshake has a chain of 64 KiB (rustls' limit) and some tickets.
const MOST: usize = 512 * 1024;
/// A first line of text.
const FIRST: usize = 128;

/// The first bytes that a server sent; shared with whoever asks afterwards.
#[derive(Debug, Clone, Default)]
pub(super) struct Beginning(Arc<Mutex<Vec<u8>>>);

impl Beginning {
    /// What was said, where it is not TLS: a record begins with its type and the major version 3 (RFC 8446 §5.1).
    pub(super) fn if_not_tls(&self) -> Option<String> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_tls = match **bytes {
            [] => true,
            [kind] => (20..=24).contains(&kind),
            [kind, major, ..] => (20..=24).contains(&kind) && major == 3,
        };
        (!is_tls).then(|| first_line(&bytes))
    }
}

/// A first line for people, untrusted.
pub(super) fn first_line(bytes: &[u8]) -> String {
    const SHOWN: usize = 80;
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default().chars().take(SHOWN).collect()
}

/// A stream that is recorded.
pub(super) struct Recorder {
    wire: Box<dyn Wire>,
    beginning: Beginning,
    read: usize,
}

impl Recorder {
    pub(super) fn new(wire: Box<dyn Wire>) -> (Self, Beginning) {
        let beginning = Beginning::default();
        let recorder = Self {
            wire,
            beginning: beginning.clone(),
            read: 0,
        };
        (recorder, beginning)
    }
}

impl AsyncRead for Recorder {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.wire).poll_read(context, buffer);
        let new = buffer.filled().get(before..).unwrap_or_default();
        self.read = self.read.saturating_add(new.len());
        let mut kept = self
            .beginning
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let wanted = FIRST.saturating_sub(kept.len()).min(new.len());
        kept.extend_from_slice(&new[..wanted]);
        drop(kept);
        if self.read > MOST {
            let why = format!("more than {} KiB and no end of the handshake", MOST / 1024);
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, why)));
        }
        polled
    }
}

impl AsyncWrite for Recorder {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}
