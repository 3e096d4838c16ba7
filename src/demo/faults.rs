//! What can go wrong between an engine and us, on purpose: slow, dropped, garbage, half an answer, an error.

use std::io;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The answer comes that much later.
    Slow(Duration),
    /// The connection ends without an answer.
    Dropped,
    /// Bytes that are no HTTP.
    Garbage,
    /// The answer's head promises more than comes.
    Half,
    /// The engine fails: status 500.
    Error,
}

impl FromStr for Fault {
    type Err = String;

    /// `slow:MILLISECONDS`, `dropped`, `garbage`, `half`, `error`.
    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("no such fault: {text} (slow:MS, dropped, garbage, half, error)");
        match text.split_once(':') {
            Some(("slow", milliseconds)) => {
                let milliseconds = milliseconds.parse().map_err(|_| unknown())?;
                Ok(Self::Slow(Duration::from_millis(milliseconds)))
            }
            Some(_) => Err(unknown()),
            None => match text {
                "dropped" => Ok(Self::Dropped),
                "garbage" => Ok(Self::Garbage),
                "half" => Ok(Self::Half),
                "error" => Ok(Self::Error),
                _ => Err(unknown()),
            },
        }
    }
}

/// Which paths something goes wrong with.
#[derive(Debug, Default)]
pub struct Faults {
    all: Mutex<Vec<(String, Fault)>>,
}

impl Faults {
    /// From now on this goes wrong with every path that has these words in it (without the API's version).
    pub fn inject(&self, path: impl Into<String>, fault: Fault) {
        self.lock().push((path.into(), fault));
    }

    /// All goes well again.
    pub fn clear(&self) {
        self.lock().clear();
    }

    pub(super) fn of(&self, path: &str) -> Option<Fault> {
        let all = self.lock();
        let found = all.iter().find(|(words, _)| path.contains(words.as_str()));
        found.map(|(_, fault)| *fault)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(String, Fault)>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a connection does with what is written to it; set while its request is answered.
#[derive(Debug, Default)]
pub(super) struct Spoiler(Mutex<Option<Fault>>);

impl Spoiler {
    pub(super) fn set(&self, fault: Fault) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    fn get(&self) -> Option<Fault> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a program that is no engine would send.
const GARBAGE: &[u8] = b"\x00\x01\x1b[2J\xffSSH-2.0-OpenSSH_9.2 this is not an engine\r\n\r\n";

/// A connection that spoils what is written to it.
pub(super) struct Spoiled<S> {
    stream: S,
    spoiler: Arc<Spoiler>,
    spoilt: bool,
}

impl<S> Spoiled<S> {
    pub(super) const fn new(stream: S, spoiler: Arc<Spoiler>) -> Self {
        Self {
            stream,
            spoiler,
            spoilt: false,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Spoiled<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Spoiled<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.spoilt {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let instead = match self.spoiler.get() {
            Some(Fault::Garbage) => GARBAGE,
            Some(Fault::Half) => bytes.get(..bytes.len().div_ceil(2)).unwrap_or(bytes),
            _ => return Pin::new(&mut self.stream).poll_write(cx, bytes),
        };
        // A socket takes so little at once.
        match Pin::new(&mut self.stream).poll_write(cx, instead) {
            Poll::Ready(Ok(_)) => {
                self.spoilt = true;
                Poll::Ready(Ok(bytes.len()))
            }
            other => other,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.spoilt {
            // The rest never comes: the connection ends here.
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named_by_words_of_the_path() {
        let faults = Faults::default();
        faults.inject("/containers/json", "slow:20".parse().unwrap());
        assert_eq!(
            faults.of("/containers/json?all=1"),
            Some(Fault::Slow(Duration::from_millis(20)))
        );
        assert_eq!(faults.of("/images/json"), None);
        faults.clear();
        assert_eq!(faults.of("/containers/json"), None);
        assert!("slow".parse::<Fault>().is_err() && "loud".parse::<Fault>().is_err());
    }
}
