//! Lines on standard output: those that are wanted, in the form that is.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::domain::RawLogLine;
use crate::logs::{Level, Query, continues, plain, sanitize, without_escapes};

use super::super::print::safe_json;
use super::arguments::{Stream, Times, Wanted};
use super::paint;
use super::source::Source;

/// Bytes written at once.
const BUFFER: usize = 64 * 1024;
/// So much of a line is kept to tell whether the next one goes on with it.
const PREVIOUS: usize = 1024;

/// What a line becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The bytes as they were.
    Raw,
    /// Text for another program.
    Text,
    /// Text for a screen.
    Screen,
    /// The same with its colours.
    Colours,
    Json,
}

/// Writes lines.
pub(super) struct Output<W: Write = Stdout> {
    out: BufWriter<W>,
    form: Form,
    times: Times,
    zone: TimeZone,
    grep: Option<Query>,
    level: Option<Level>,
    stream: Option<Stream>,
    /// What is being put together, kept so that no line allocates.
    line: String,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    time: &'a str,
    host: &'a str,
    project: Option<&'a str>,
    service: &'a str,
    container: &'a str,
    stream: &'static str,
    level: Option<&'static str>,
    text: &'a str,
    cut: usize,
}

impl Output {
    /// To standard output, as it is wanted there.
    pub(super) fn new(wanted: &Wanted, zone: TimeZone) -> Self {
        let form = if wanted.json {
            Form::Json
        } else if wanted.raw {
            Form::Raw
        } else if wanted.is_coloured() {
            Form::Colours
        } else if io::stdout().is_terminal() {
            Form::Screen
        } else {
            Form::Text
        };
        Self::to(io::stdout(), form, wanted, zone)
    }
}

impl<W: Write> Output<W> {
    fn to(out: W, form: Form, wanted: &Wanted, zone: TimeZone) -> Self {
        Self {
            out: BufWriter::with_capacity(BUFFER, out),
            form,
            times: wanted.times,
            zone,
            grep: wanted.grep.clone(),
            level: wanted.level,
            stream: wanted.stream,
            line: String::new(),
        }
    }

    /// Writes a line if it is wanted.
    pub(super) fn line(&mut self, source: &mut Source, line: &RawLogLine) -> io::Result<()> {
        if self.stream.is_some_and(|stream| !stream.is(line.stream)) {
            return Ok(());
        }
        let is_filtered = self.grep.is_some() || self.level.is_some();
        if self.form == Form::Raw && !is_filtered {
            return self.bytes(source, line);
        }
        let (text, runs) = match plain(&line.bytes) {
            Some(text) => (Cow::Borrowed(text), Vec::new()),
            None if matches!(self.form, Form::Colours | Form::Screen) => {
                let (text, runs) = sanitize(&line.bytes);
                (Cow::Owned(text), runs)
            }
            None => (Cow::Owned(without_escapes(&line.bytes)), Vec::new()),
        };
        if is_filtered && !self.passes(source, &text) {
            return Ok(());
        }
        match self.form {
            Form::Raw => return self.bytes(source, line),
            Form::Json => self.json(source, line, &text)?,
            Form::Text | Form::Screen | Form::Colours => {
                self.begin(source, line.at);
                if self.form == Form::Colours {
                    paint::line(&mut self.line, &text, &runs);
                } else {
                    self.line.push_str(&text);
                }
                if line.cut > 0 {
                    // Writing to a String cannot fail.
                    let _ = write!(self.line, " … {} bytes cut", line.cut);
                }
            }
        }
        self.line.push('\n');
        self.out.write_all(self.line.as_bytes())
    }

    /// Hands on what is buffered.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn bytes(&mut self, source: &Source, line: &RawLogLine) -> io::Result<()> {
        self.begin(source, line.at);
        self.out.write_all(self.line.as_bytes())?;
        self.out.write_all(&line.bytes)?;
        self.out.write_all(b"\n")
    }

    /// What stands before a line.
    fn begin(&mut self, source: &Source, at: Timestamp) {
        self.line.clear();
        self.line.push_str(&source.prefix);
        // Writing to a String cannot fail.
        let _ = match self.times {
            Times::Off => Ok(()),
            Times::Utc => write!(self.line, "{at:.9} "),
            Times::Local => {
                let here = at.to_zoned(self.zone.clone());
                write!(self.line, "{} ", here.strftime("%Y-%m-%dT%H:%M:%S%.9f%:z"))
            }
        };
    }

    fn json(&mut self, source: &Source, line: &RawLogLine, text: &str) -> io::Result<()> {
        let said = JsonLine {
            time: &format!("{:.9}", line.at),
            host: source.host.as_str(),
            project: source.service.project.as_deref(),
            service: &source.service.name,
            container: &source.container,
            stream: line.stream.word(),
            level: Level::of(text).map(Level::word),
            text,
            cut: line.cut,
        };
        let said = serde_json::to_string(&said)?;
        self.line.clear();
        if said.is_ascii() && !said.contains('\x7f') {
            self.line.push_str(&said);
        } else {
            self.line.push_str(&safe_json(&said));
        }
        Ok(())
    }

    /// Whether a line has the level and says what is wanted.
    fn passes(&self, source: &mut Source, text: &str) -> bool {
        if let Some(least) = self.level {
            // An indented line can be a word of a trace that is a level elsewhere.
            let goes_on = || continues(&source.previous, text);
            let level = if text.starts_with(' ') && goes_on() {
                None
            } else {
                Level::of(text)
            };
            source.shown = match level {
                Some(level) => level >= least,
                None => source.shown && goes_on(),
            };
            source.previous.clear();
            let head = text
                .char_indices()
                .nth(PREVIOUS)
                .map_or(text.len(), |(at, _)| at);
            source.previous.push_str(&text[..head]);
            if !source.shown {
                return false;
            }
        }
        self.grep.as_ref().is_none_or(|query| query.is_in(text))
    }
}

#[cfg(test)]
mod tests;
