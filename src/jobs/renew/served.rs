//! Whether what is stored is served.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Renewing, day};
use crate::certs::ParsedCertificate;
use crate::domain::served::Served;
use crate::domain::text::visible;
use crate::domain::{Failure, TlsEndpoint};
use crate::jobs::tell::Teller;
use crate::jobs::{Stop, World};
use crate::probe::{Limits, probe_each};

/// How long a server may take until it serves what it was told to read; one that is restarted takes longer.
const SERVER: Duration = Duration::from_secs(45);

impl Renewing {
    /// Asks until every endpoint serves it.
    pub(super) async fn await_served(
        &mut self,
        world: &World,
        teller: &Teller,
        endpoints: &[TlsEndpoint],
        cancel: &CancellationToken,
    ) -> Result<(), Stop> {
        let Some(leaf) = self.leaf().cloned() else {
            return Ok(());
        };
        let until = Instant::now() + SERVER;
        let mut pause = Duration::from_millis(200);
        let mut endpoints = self.still_expected(endpoints);
        let expected = endpoints.len();
        let dial = world.backend.dialer();
        loop {
            if self.restarted
                && let Ok(now) = self.lineage.endpoints_now(world.backend.as_ref()).await
                && !now.is_empty()
            {
                endpoints = self.still_expected(&now);
            }
            let asked = probe_each(&dial, endpoints.clone(), Limits::default());
            let Some(answers) = cancel.run_until_cancelled(asked).await else {
                return Err(Stop::Cancelled);
            };
            let standing = Standing::of(answers, expected, &leaf.sha256);
            let (good, answers) = (standing.good, &standing.answers);
            if standing.is_served() {
                self.said
                    .push(format!("seen served at {}", places(answers)));
                return Ok(());
            }
            teller.progress(format!("{good} of {expected} serve it"));
            if Instant::now() >= until {
                return Err(self.not_served(answers, &leaf).into());
            }
            if cancel
                .run_until_cancelled(tokio::time::sleep(pause))
                .await
                .is_none()
            {
                return Err(Stop::Cancelled);
            }
            pause = (pause * 2).min(Duration::from_secs(3));
        }
    }

    fn not_served(&self, answers: &[Served], leaf: &ParsedCertificate) -> Failure {
        let others = answers
            .iter()
            .filter(|served| served.shows(&leaf.sha256) != Some(true));
        let told: Vec<String> = others
            .take(4)
            .map(|served| {
                let name = served.endpoint.server_name.as_deref();
                let name = name.map(|name| format!(" for {name}")).unwrap_or_default();
                format!("{}{name} {}", served.endpoint.address, shown(served))
            })
            .collect();
        let what = format!("see {} served", self.lineage.name);
        Failure::new(what, visible(&told.join("; ")).into_owned()).hint(
            "the server was told and did not take it: its log says why; a restart may fail now",
        )
    }
}

/// How far it is served.
struct Standing {
    /// What counts of what was answered.
    answers: Vec<Served>,
    /// How many of those show it.
    good: usize,
    /// How many have to.
    expected: usize,
}

impl Standing {
    /// A container that is another one now may have other ports than before, so all of them are asked: also those that
    /// never had a certificate to show, a redirect's port 80, say. They count only as long as others are missing.
    fn of(mut answers: Vec<Served>, expected: usize, sha256: &str) -> Self {
        let shows = |served: &&Served| served.shows(sha256) == Some(true);
        let good = answers.iter().filter(shows).count();
        if good >= expected {
            answers.retain(|served| served.answer.chain().is_some());
        }
        Self {
            answers,
            good,
            expected,
        }
    }

    fn is_served(&self) -> bool {
        self.good >= self.expected && self.good == self.answers.len()
    }
}

/// What was shown instead.
fn shown(served: &Served) -> String {
    let Some(chain) = served.answer.chain() else {
        return served.answer.phrase();
    };
    match &chain.leaf.read {
        Ok(other) => format!(
            "serves the one that is valid until {}",
            day(other.not_after)
        ),
        Err(_) => "serves another one".to_owned(),
    }
}

fn places(answers: &[Served]) -> String {
    let places = answers
        .iter()
        .map(|served| served.endpoint.address.to_string());
    let mut places: Vec<String> = places.collect();
    places.sort();
    places.dedup();
    places.join(", ")
}

#[cfg(test)]
mod tests;
