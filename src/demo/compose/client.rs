//! The process that topside calls as Compose: passes its arguments on to the demo's engine, and prints what comes back.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::VERSION;

/// What is asked of the engine.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Compose's arguments.
    pub(crate) arguments: Vec<String>,
    /// Where it was called.
    pub(crate) folder: String,
}

/// What it answers, a line each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Said {
    /// For standard output.
    Out(String),
    /// For standard error.
    Err(String),
    /// The end, and how.
    Exit(u8),
}

/// Carries out a call of Compose. Blocks.
pub fn main(arguments: &[String]) -> ExitCode {
    if arguments.iter().any(|word| word == "version") {
        let short = arguments.iter().any(|word| word == "--short");
        let text = if short {
            format!("{VERSION}\n")
        } else {
            format!("topside's demo, in the place of Docker Compose v{VERSION}\n")
        };
        drop(io::stdout().write_all(text.as_bytes()));
        return ExitCode::SUCCESS;
    }
    match ask(arguments) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let text = format!("the demo's engine does not answer: {error}\n");
            drop(io::stderr().write_all(text.as_bytes()));
            ExitCode::FAILURE
        }
    }
}

fn ask(arguments: &[String]) -> io::Result<u8> {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    let path = host
        .strip_prefix("unix://")
        .ok_or_else(|| io::Error::other(format!("DOCKER_HOST is no socket: {host:?}")))?;
    let folder = std::env::current_dir()?.to_string_lossy().into_owned();
    let request = Request {
        arguments: arguments.to_vec(),
        folder,
    };
    let body = serde_json::to_string(&request)?;
    let mut stream = UnixStream::connect(path)?;
    // HTTP/1.0: the answer ends with the connection, and is not cut into chunks.
    write!(
        stream,
        "POST /demo/compose HTTP/1.0\r\nHost: demo\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    while answer.by_ref().take(64 << 10).read_line(&mut line)? > 0 && !line.trim().is_empty() {
        line.clear();
    }
    for line in answer.lines() {
        match serde_json::from_str(&line?)? {
            Said::Out(text) => writeln!(io::stdout(), "{text}")?,
            Said::Err(text) => writeln!(io::stderr(), "{text}")?,
            Said::Exit(code) => return Ok(code),
        }
    }
    Err(io::Error::other("it hung up in the middle"))
}
