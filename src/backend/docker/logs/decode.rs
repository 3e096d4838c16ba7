//! From the engine's bytes to lines.
//!
//! Without a terminal each message is a frame: `[stream, 0, 0, 0, length (4 bytes, big endian)]` and so many bytes
//! (Engine API 1.41, "Attach to a container"). With a terminal messages follow each other bare. Either way a message
//! begins with its RFC 3339 time and a space; one of more than 16 KiB comes in parts, each with a time of its own and
//! all but the last without a line end. The `local` driver of Engine 20.10 forgets the line end of the last part too,
//! and the last words of a process need not have one: so a frame that is no full part ends the line as well.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimeParser;

use super::line::Line;
use crate::backend::{LogRequest, Since};
use crate::domain::{ContainerId, LogStream, RawLogLine};

static TIMES: DateTimeParser = DateTimeParser::new();
/// The longest time with a zone is 35 bytes.
const LONGEST_TIME: usize = 40;
/// What Docker splits long messages at (`defaultBufSize` of its log copier). Podman splits where its monitor's read
/// happened to end.
pub(super) const PART: usize = 16 * 1024;
/// The stream of the engine's own errors (`stdcopy.Systemerr`).
const SYSTEM_ERROR: u8 = 3;

/// What the next byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing came yet.
    Unknown,
    /// A frame's header, of which so many bytes are in `held`.
    Header,
    /// A message's time, of which so many bytes are in `held`.
    Time,
    /// A message's text.
    Text,
}

/// Turns the bytes of one log stream into lines.
pub(super) struct Decoder {
    container: ContainerId,
    since: Option<Since>,
    until: Option<Timestamp>,
    /// Whether shorter frames than this are never followed by the rest of their line.
    part: Option<usize>,
    next: Next,
    framed: bool,
    /// The current frame's stream.
    stream: u8,
    /// What is left of the current frame; without frames, of the part that the engine would send at once.
    left: usize,
    /// How much text the current frame had.
    text: usize,
    /// A header or time that is split over two chunks.
    held: Vec<u8>,
    /// For times that cannot be read.
    last: Timestamp,
    lines: [Line; 2],
    trouble: Vec<u8>,
}

impl Decoder {
    /// `part` is the size at which this engine splits long messages, where it is known.
    pub(super) fn new(container: ContainerId, request: LogRequest, part: Option<usize>) -> Self {
        Self {
            container,
            since: request.since,
            until: request.until,
            part,
            next: Next::Unknown,
            framed: true,
            stream: 1,
            left: 0,
            text: 0,
            held: Vec::new(),
            last: request.since.map(|since| since.at).unwrap_or_default(),
            lines: [Line::default(), Line::default()],
            trouble: Vec::new(),
        }
    }

    /// Adds the lines that end in this chunk. An error is the engine's own, in its words; nothing follows it.
    pub(super) fn feed(&mut self, chunk: &[u8], out: &mut Vec<RawLogLine>) -> Result<(), String> {
        let mut rest = chunk;
        while let Some(first) = rest.first() {
            match self.next {
                Next::Unknown => self.recognise(*first),
                Next::Header => rest = self.header(rest),
                Next::Time => rest = self.time(rest),
                Next::Text => rest = self.text(rest, out),
            }
            if self.framed && self.left == 0 && self.next != Next::Header {
                self.end_of_frame(out)?;
            }
        }
        Ok(())
    }

    /// Hands over what has no line end.
    pub(super) fn finish(&mut self, out: &mut Vec<RawLogLine>) {
        if self.next == Next::Time {
            self.held_is_text();
        }
        for stream in [LogStream::Out, LogStream::Err] {
            if self.lines[stream as usize].at.is_some() {
                self.emit(stream, out);
            }
        }
    }

    /// A header begins with a stream's number, a time with a digit.
    fn recognise(&mut self, first: u8) {
        self.framed = first <= SYSTEM_ERROR;
        self.next = if self.framed {
            Next::Header
        } else {
            Next::Time
        };
        if !self.framed {
            self.left = PART;
        }
    }

    fn header<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let missing = (8 - self.held.len()).min(rest.len());
        self.held.extend_from_slice(&rest[..missing]);
        if let [stream, _, _, _, a, b, c, d] = self.held[..] {
            self.held.clear();
            self.stream = stream;
            self.left = u32::from_be_bytes([a, b, c, d]) as usize;
            self.next = match (self.left, stream) {
                (0, _) => Next::Header,
                (_, SYSTEM_ERROR) => Next::Text,
                _ => Next::Time,
            };
        }
        &rest[missing..]
    }

    fn time<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let most = rest.len().min(LONGEST_TIME - self.held.len());
        let most = if self.framed {
            most.min(self.left)
        } else {
            most
        };
        let end = rest[..most]
            .iter()
            .position(|byte| matches!(byte, b' ' | b'\n'));
        let (head, tail) = rest.split_at(end.unwrap_or(most));
        if self.framed {
            self.left -= head.len();
        }
        let at = if self.held.is_empty() {
            end.and_then(|_| read_time(head))
        } else {
            self.held.extend_from_slice(head);
            end.and_then(|_| read_time(&self.held))
        };
        let is_over = end.is_some()
            || self.held.len().max(head.len()) >= LONGEST_TIME
            || (self.framed && self.left == 0);
        match at {
            Some(at) => {
                self.held.clear();
                self.begin(at);
                // The space belongs to the time; a line end does not.
                match tail.split_first() {
                    Some((b' ', tail)) => {
                        if self.framed {
                            self.left -= 1;
                        }
                        tail
                    }
                    _ => tail,
                }
            }
            None if is_over => {
                if self.held.is_empty() {
                    self.held.extend_from_slice(head);
                }
                self.held_is_text();
                tail
            }
            None => {
                if self.held.is_empty() {
                    self.held.extend_from_slice(head);
                }
                tail
            }
        }
    }

    /// What looked like the beginning of a time is text of a message without one.
    fn held_is_text(&mut self) {
        self.begin(self.last);
        let held = std::mem::take(&mut self.held);
        self.text = held.len();
        self.line().push(&held);
    }

    fn begin(&mut self, at: Timestamp) {
        self.last = at;
        self.next = Next::Text;
        self.text = 0;
        if !self.framed {
            self.left = PART;
        }
        // A further part of a long message keeps the time of its first.
        self.line().at.get_or_insert(at);
    }

    fn text<'a>(&mut self, rest: &'a [u8], out: &mut Vec<RawLogLine>) -> &'a [u8] {
        let here = &rest[..rest.len().min(self.left)];
        if self.stream == SYSTEM_ERROR {
            self.left -= here.len();
            let room = PART.saturating_sub(self.trouble.len()).min(here.len());
            self.trouble.extend_from_slice(&here[..room]);
            return &rest[here.len()..];
        }
        let end = here.iter().position(|byte| *byte == b'\n');
        let piece = &here[..end.unwrap_or(here.len())];
        let taken = piece.len() + usize::from(end.is_some());
        self.left -= taken;
        self.text += taken;
        let last = self.last;
        let line = self.line();
        line.at.get_or_insert(last);
        line.push(piece);
        if end.is_some() || line.is_endless() {
            self.emit(self.log_stream(), out);
        }
        if !self.framed && (end.is_some() || self.left == 0) {
            self.next = Next::Time;
        }
        &rest[taken..]
    }

    fn end_of_frame(&mut self, out: &mut Vec<RawLogLine>) -> Result<(), String> {
        self.next = Next::Header;
        if self.stream == SYSTEM_ERROR {
            return Err(String::from_utf8_lossy(&self.trouble).trim().to_owned());
        }
        if self.part.is_some_and(|part| self.text < part) && self.line().at.is_some() {
            self.emit(self.log_stream(), out);
        }
        Ok(())
    }

    fn log_stream(&self) -> LogStream {
        if self.framed && self.stream == 2 {
            LogStream::Err
        } else {
            LogStream::Out
        }
    }

    fn line(&mut self) -> &mut Line {
        let stream = self.log_stream();
        &mut self.lines[stream as usize]
    }

    fn emit(&mut self, stream: LogStream, out: &mut Vec<RawLogLine>) {
        let line = &mut self.lines[stream as usize];
        let at = line.at.unwrap_or(self.last);
        let (bytes, cut) = line.take();
        if !self.is_wanted(at) {
            return;
        }
        out.push(RawLogLine {
            container: self.container.clone(),
            at,
            stream,
            bytes,
            cut,
        });
    }

    /// Engines are asked in whole seconds: what is over is dropped here.
    fn is_wanted(&mut self, at: Timestamp) -> bool {
        if self.until.is_some_and(|until| at > until) {
            return false;
        }
        match &mut self.since {
            Some(since) if at < since.at => false,
            Some(since) if at == since.at && since.seen > 0 => {
                since.seen -= 1;
                false
            }
            _ => true,
        }
    }
}

fn read_time(text: &[u8]) -> Option<Timestamp> {
    TIMES.parse_timestamp(text).ok()
}
