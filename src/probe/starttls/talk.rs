//! Reading and writing in the clear, with limits: a server may talk without end, or in lines without end.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::backend::Wire;
use crate::domain::Answer;
use crate::domain::served::Phase;
use crate::probe::fault;
use crate::probe::recorder::first_line;

/// Bytes that a server may say before TLS, in all.
const MOST: usize = 32 * 1024;
/// Bytes of one line. SMTP allows 512, IMAP servers announce more.
const LONGEST_LINE: usize = 8 * 1024;

/// A conversation in the clear.
pub(super) struct Talk<'a> {
    wire: &'a mut dyn Wire,
    /// What was read and not yet taken.
    waiting: Vec<u8>,
    /// How much was read in all.
    read: usize,
}

impl<'a> Talk<'a> {
    pub(super) fn new(wire: &'a mut dyn Wire) -> Self {
        Self {
            wire,
            waiting: Vec::new(),
            read: 0,
        }
    }

    /// Says something.
    pub(super) async fn say(&mut self, bytes: &[u8]) -> Result<(), Answer> {
        self.wire
            .write_all(bytes)
            .await
            .map_err(|error| lost(&error))
    }

    /// The next line without its end; text of any encoding.
    pub(super) async fn line(&mut self) -> Result<String, Answer> {
        let end = self.find(b"\n", LONGEST_LINE).await?;
        let line = self.take(end);
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// Everything up to the end of one of these marks; which one it was, and the text.
    pub(super) async fn until(&mut self, marks: &[&str]) -> Result<(usize, String), Answer> {
        let longest = marks.iter().map(|mark| mark.len()).max().unwrap_or(1);
        let mut from = 0;
        loop {
            // Only what is new is searched, and as much before it as a mark cut in two.
            let new = self.waiting.get(from..).unwrap_or_default();
            let ends = marks.iter().enumerate().filter_map(|(n, mark)| {
                let at = new.windows(mark.len()).position(|w| w == mark.as_bytes())?;
                Some((from + at + mark.len(), n))
            });
            if let Some((end, n)) = ends.min() {
                let text = self.take(end);
                return Ok((n, String::from_utf8_lossy(&text).into_owned()));
            }
            from = self.waiting.len().saturating_sub(longest - 1);
            self.more().await?;
        }
    }

    /// So many bytes.
    pub(super) async fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Answer> {
        while self.waiting.len() < count {
            self.more().await?;
        }
        Ok(self.take(count))
    }

    /// Nothing may have been said between the agreement and TLS: it would be taken for said within it (CVE-2011-0411).
    pub(super) fn end(self) -> Result<(), Answer> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let said = first_line(&self.waiting);
        Err(Answer::Garbage(format!(
            "says more before TLS begins: {said}"
        )))
    }

    async fn find(&mut self, mark: &[u8; 1], most: usize) -> Result<usize, Answer> {
        let mut from = 0;
        loop {
            let new = self.waiting.get(from..).unwrap_or_default();
            if let Some(at) = new.iter().position(|byte| *byte == mark[0]) {
                return Ok(from + at + 1);
            }
            from = self.waiting.len();
            if from > most {
                let begins = first_line(&self.waiting);
                return Err(Answer::Garbage(format!("a line without an end: {begins}")));
            }
            self.more().await?;
        }
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        let rest = self.waiting.split_off(count.min(self.waiting.len()));
        std::mem::replace(&mut self.waiting, rest)
    }

    async fn more(&mut self) -> Result<(), Answer> {
        if self.read >= MOST {
            let why = format!("talks on and on: more than {} KiB before TLS", MOST / 1024);
            return Err(Answer::Garbage(why));
        }
        let mut chunk = [0; 2_048];
        let count = self
            .wire
            .read(&mut chunk)
            .await
            .map_err(|error| lost(&error))?;
        if count == 0 {
            return Err(lost(&io::ErrorKind::UnexpectedEof.into()));
        }
        self.read += count;
        self.waiting.extend_from_slice(&chunk[..count]);
        Ok(())
    }
}

fn lost(error: &io::Error) -> Answer {
    fault(error, Phase::StartTls)
}

/// Its refusal, shortened.
pub(super) fn not_granted(said: &str) -> Answer {
    Answer::NotGranted(first_line(said.as_bytes()))
}

/// What makes no sense in a protocol.
pub(super) fn odd(protocol: &str, said: &[u8]) -> Answer {
    Answer::Garbage(format!("no {protocol}: {}", first_line(said)))
}
