//! `topside logs`: the logs of services as one, as they were and as they go on.

mod arguments;
mod choice;
mod follow;
mod history;
mod output;
mod paint;
mod source;

use std::io;
use std::process::ExitCode;

use jiff::Timestamp;

use arguments::Span;
pub use arguments::Wanted;
use choice::Choice;
use output::Output;
use source::Labels;

use super::act::reach;
use super::{Arguments, Exit, connector, refuse};
use crate::backend::{LogRequest, Since};
use crate::domain::{Container, Failure};
use crate::runtime::zone;

/// How a reading ended.
enum End {
    /// All was told, or somebody said it is enough.
    Done,
    /// Some of it could not be read; that was said.
    Partly,
}

pub(super) async fn run(arguments: &Arguments, wanted: &Wanted) -> color_eyre::Result<ExitCode> {
    let zone = zone::system();
    let now = Timestamp::now();
    let span = match wanted.span(now, &zone) {
        Ok(span) => span,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let here = match reach(arguments).await {
        Ok(here) => here,
        Err(code) => return Ok(code),
    };
    let choice = match Choice::of(&here.containers, &wanted.services) {
        Ok(choice) => choice,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let chosen: Vec<&Container> = here.containers.iter().filter(|c| choice.takes(c)).collect();
    let many = wanted.follow && choice.is_everything();
    let labels = Labels::of(&chosen, many, wanted.is_coloured());
    let mut output = Output::new(wanted, zone);
    let ended = if wanted.follow {
        let connector = match connector(arguments) {
            Ok(connector) => connector,
            Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
        };
        let follow = follow::Follow::new(&*connector, &choice, &labels, span, &mut output);
        Box::pin(follow.run(here.backend, &chosen)).await
    } else {
        let sources = chosen.iter().map(|one| labels.source(one)).collect();
        history::tell(&*here.backend, sources, span, &mut output).await
    };
    Ok(match ended {
        Ok(End::Done) => Exit::Done.into(),
        Ok(End::Partly) => Exit::Engine.into(),
        // Who read it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done.into(),
        Err(error) => refuse(
            &Failure::new("write the log", error.to_string()),
            Exit::Engine,
        ),
    })
}

impl Span {
    /// What the engine is asked for first.
    fn request(&self, follow: bool) -> LogRequest {
        LogRequest {
            // With an end, the last lines before it are not the last of all: they are counted here.
            tail: self.tail.filter(|_| self.until.is_none()),
            since: self.since.map(Since::from),
            until: self.until,
            follow,
        }
    }
}
