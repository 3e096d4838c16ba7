//! What `topside logs` may be told.

use std::io::IsTerminal;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::{Failure, LogStream, When};
use crate::logs::{Level, Query, QueryError};

/// What is printed of logs.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
#[expect(clippy::struct_excessive_bools, reason = "one a flag")]
pub struct Wanted {
    /// PROJECT/SERVICE, a name that only one service has, a PROJECT, or a container; without one, all of them.
    #[arg(value_name = "SERVICE")]
    pub services: Vec<String>,
    /// Go on with lines as they are written, across restarts, recreations and losses of the engine, until Ctrl-C.
    #[arg(long, short)]
    pub follow: bool,
    /// Only lines from this time on: 09:30, "yesterday 18:00", "mon 08:00", 2026-11-20, 2h (ago), RFC 3339, Unix seconds.
    #[arg(long, value_name = "TIME")]
    pub since: Option<When>,
    /// Only lines up to this time.
    #[arg(long, value_name = "TIME", conflicts_with = "follow")]
    pub until: Option<When>,
    /// Only so many of the last lines of each container, or all.
    #[arg(long, short = 'n', value_name = "LINES", default_value = "all")]
    pub tail: Tail,
    /// Only lines that match this regular expression; case matters if it has an upper-case letter.
    #[arg(long, short, value_name = "REGEX", value_parser = expression)]
    pub grep: Option<Query>,
    /// Only lines of at least this level (trace, debug, info, warn, error, fatal), with the stack traces that belong to
    /// them. Lines that say no level are left out.
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// Only lines of this stream. A container with a terminal has only out.
    #[arg(long, value_name = "STREAM")]
    pub stream: Option<Stream>,
    /// When a line was written, before it.
    #[arg(long, value_name = "ZONE", default_value = "off")]
    pub times: Times,
    /// Print JSON, for scripts: an object a line.
    #[arg(long, conflicts_with = "raw")]
    pub json: bool,
    /// Without colours, on a terminal too.
    #[arg(long)]
    pub no_color: bool,
    /// The bytes as they were written, escape sequences and all. On a terminal they act on it.
    #[arg(long)]
    pub raw: bool,
}

const AFTER: &str = "\
The logs of several containers come as one, in the order of their times, each line behind the name of its
service. On a terminal colours are kept and nothing else that acts on it; in a pipe lines are text without
escape sequences, or with --raw what was written. NO_COLOR is respected.

With --follow, containers that are made anew join, and what else happens (\"web exited (137)\") is said on
standard error. Lines longer than a mebibyte are cut, and say so.

Examples:
  topside logs                            everything, as one
  topside logs -f -n 20 wezm              the last lines of a project, and what comes
  topside logs web --since 09:30 --until 10:00 --level warn
  topside logs web -f -g 'POST .* 5\\d\\d' | tee errors
  topside logs --since 1h --json | jq -r 'select(.level == \"error\") | .service' | sort | uniq -c

JSON, an object a line: {time, host, project, service, container, stream, level, text, cut}
  time: RFC 3339 in UTC; project, level: null where there is none; stream: out, err;
  level: trace, debug, info, warn, error, fatal; cut: how many bytes were left out at the line's end

Exit codes:
  0  told, or ended with Ctrl-C, or the reader of the pipe went away
  1  the engine did not answer, or some log could not be read
  2  the command line or the config is wrong";

/// How many of the last lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    All,
    Lines(usize),
}

impl FromStr for Tail {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self::All);
        }
        let lines = text.parse().map(Self::Lines);
        lines.map_err(|_| "write a number of lines, or all".to_owned())
    }
}

/// Which stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

impl Stream {
    pub const fn is(self, stream: LogStream) -> bool {
        matches!(
            (self, stream),
            (Self::Out, LogStream::Out) | (Self::Err, LogStream::Err)
        )
    }
}

/// In which zone times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Times {
    /// None are shown.
    Off,
    /// UTC.
    Utc,
    /// The zone of this machine.
    Local,
}

fn expression(text: &str) -> Result<Query, QueryError> {
    Query::regex(text)
}

/// Which part of the logs is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// From this time on, inclusive.
    pub since: Option<Timestamp>,
    /// Up to this time, inclusive.
    pub until: Option<Timestamp>,
    /// So many of the last lines.
    pub tail: Option<usize>,
}

impl Wanted {
    /// What the times on the command line mean now and here.
    pub fn span(&self, now: Timestamp, zone: &TimeZone) -> Result<Span, Failure> {
        let at = |what: &str, when: &Option<When>| match when {
            None => Ok(None),
            Some(when) => when
                .at(now, zone)
                .map(Some)
                .ok_or_else(|| Failure::new(format!("read {what}"), "no calendar goes that far")),
        };
        Ok(Span {
            since: at("--since", &self.since)?,
            until: at("--until", &self.until)?,
            tail: match self.tail {
                Tail::All => None,
                Tail::Lines(lines) => Some(lines),
            },
        })
    }

    /// Whether colours are wanted: on a terminal that was not told otherwise (no-color.org).
    pub fn is_coloured(&self) -> bool {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        !self.no_color && !no_color && !self.json && !self.raw && std::io::stdout().is_terminal()
    }
}
