//! What comes: told as it happens, and written down. A connection that is lost is made again, and what was missed told.

use std::collections::VecDeque;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use jiff::Timestamp;

use crate::backend::{BackendError, Connector, EngineEvent};
use crate::cli::print;
use crate::domain::Event;
use crate::domain::event::unasked;
use crate::runtime::events::Past;

use super::line::Told;
use super::{Reached, Telling};

/// What an engine tells.
pub(super) type Stream = BoxStream<'static, Result<EngineEvent, BackendError>>;

/// Before it is tried again.
const PAUSE: Duration = Duration::from_secs(2);
/// What came last says whether a death was asked for.
const REMEMBERED: usize = 256;

/// Goes on until it is interrupted, or until nobody reads any more.
pub(super) async fn follow(
    telling: &mut Telling<'_>,
    connector: &dyn Connector,
    past: &Past,
    (mut reached, mut last): (Option<Reached>, VecDeque<Event>),
) -> ExitCode {
    let mut newest = last.back().map_or_else(Timestamp::now, |last| last.at);
    loop {
        if let Some(mut engine) = reached.take() {
            let ended = loop {
                match engine.events.next().await {
                    Some(Ok(EngineEvent::Happened(event))) => {
                        newest = newest.max(event.at);
                        if !tell(telling, past, &mut last, (*event).clone()) {
                            return ExitCode::SUCCESS;
                        }
                        past.put(&engine.id, vec![*event]).await;
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => break Some(error),
                    None => break None,
                }
            };
            drop(engine.backend);
            let ended = ended.unwrap_or_else(|| BackendError::CutOff {
                why: "its events ended".to_owned(),
            });
            print::failure(&ended.failure("follow the engine"));
        }
        tokio::time::sleep(PAUSE).await;
        let Ok(mut again) = super::reach(connector, past).await else {
            continue;
        };
        let page = crate::store::EventPage {
            since: Some(newest + jiff::SignedDuration::from_nanos(1)),
            before: None,
            most: super::MOST,
        };
        let recorded = past.read(Some(again.id.clone()), page).await;
        let recorded = recorded.map(|(recorded, _)| recorded).unwrap_or_default();
        let missed = std::mem::take(&mut again.missed);
        for event in super::joined(recorded, missed, page) {
            newest = newest.max(event.at);
            if !tell(telling, past, &mut last, event) {
                return ExitCode::SUCCESS;
            }
        }
        reached = Some(again);
    }
}

/// What is told again when one begins to listen before one asks what was.
pub(super) fn last_of(told: &[Event]) -> VecDeque<Event> {
    let from = told.len().saturating_sub(REMEMBERED);
    told[from..].iter().cloned().collect()
}

/// Prints it where it is wanted and was not told; whether somebody reads on.
fn tell(telling: &mut Telling<'_>, past: &Past, last: &mut VecDeque<Event>, event: Event) -> bool {
    if last.contains(&event) {
        return true;
    }
    last.push_back(event);
    if last.len() > REMEMBERED {
        last.pop_front();
    }
    let problems = unasked(last.iter().map(|event| ((), event)));
    let at = last.len() - 1;
    let Some(event) = last.get(at) else {
        return true;
    };
    let told = Told::event(&past.host, event, problems.contains(&at));
    telling
        .line(&told)
        .is_none_or(|line| print::went_out(&line))
}
