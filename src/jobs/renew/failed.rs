//! What failed for one server keeps no other from its turn: it is told at the end.

use super::Renewing;
use crate::domain::plan::RenewalStep;
use crate::domain::{Failure, Operation, Policy, Request, ServiceId, Step, TlsEndpoint};
use crate::jobs::Stop;

/// A server for which a step failed.
#[derive(Debug, Clone)]
pub(super) struct Failed {
    /// Its name.
    server: String,
    /// Its service.
    service: Option<ServiceId>,
    failure: Failure,
    log: Vec<String>,
}

impl Renewing {
    /// Whether a step need not be taken: another one failed for its server, or for all of them.
    pub(in crate::jobs) fn is_skipped(&self, step: &Step) -> bool {
        let Operation::Renewal(step) = &step.operation else {
            return false;
        };
        match (step, step.server()) {
            (_, Some(server)) => self.failed.iter().any(|failed| failed.server == server),
            (RenewalStep::AwaitServed { endpoints }, None) => {
                !self.failed.is_empty() && self.still_expected(endpoints).is_empty()
            }
            _ => false,
        }
    }

    /// Takes down what failed for one server; what failed for all of them ends the job.
    pub(in crate::jobs) fn go_on(&mut self, of: &Step, stop: Stop) -> Result<(), Stop> {
        let Operation::Renewal(renewal) = &of.operation else {
            return Err(stop);
        };
        match (stop, renewal.server()) {
            (Stop::Failed { failure, log }, Some(server)) => {
                let mut servers = self.lineage.servers.iter();
                let known = servers.find(|known| known.name == server);
                self.failed.push(Failed {
                    server: server.to_owned(),
                    service: known.map(|known| known.service.clone()),
                    failure,
                    log,
                });
                Ok(())
            }
            (stop, _) => Err(stop),
        }
    }

    /// The endpoints of those servers for which nothing failed.
    pub(super) fn still_expected(&self, endpoints: &[TlsEndpoint]) -> Vec<TlsEndpoint> {
        let has_failed = |endpoint: &&TlsEndpoint| {
            let mut failed = self.failed.iter();
            failed.any(|one| one.service.is_some() && one.service == endpoint.service)
        };
        let expected = endpoints.iter().filter(|endpoint| !has_failed(endpoint));
        expected.cloned().collect()
    }

    /// How it ended, after the last step: all is well only when it is for every server.
    pub(in crate::jobs) fn verdict(&self, request: &Request) -> Result<(), Stop> {
        let Some(first) = self.failed.first() else {
            return Ok(());
        };
        if self.lineage.servers.len() == 1 {
            return Err(first.clone().into());
        }
        let told: Vec<String> = self.failed.iter().map(Failed::sentence).collect();
        let mut why = told.join("; ");
        if !self.said.is_empty() {
            why = format!("{why}; of the rest: {}", self.said.join("; "));
        }
        let mut failure = Failure::new(request.title(), why);
        failure.hint.clone_from(&first.failure.hint);
        let log = first.log.clone();
        Err(Stop::Failed { failure, log })
    }

    /// Fails when a server is touched whose policy wants somebody to be asked, and nobody was.
    pub(in crate::jobs) fn is_allowed(&self, request: &Request) -> Result<(), Stop> {
        let mut servers = self.lineage.servers.iter();
        let asks = servers.find(|server| {
            let is_target = request.target.service() == Some(&server.service);
            server.policy == Policy::Confirm && !self.agreed && !is_target
        });
        asks.map_or(Ok(()), |server| {
            let why = format!(
                "{}, which serves it, has to be confirmed, by the config or by its label topside.policy",
                server.service
            );
            Err(Failure::new(request.title(), why)
                .hint("P shows the plan, and Enter there agrees (--yes on the command line)")
                .into())
        })
    }
}

impl Failed {
    fn sentence(&self) -> String {
        let Failure { what, why, .. } = &self.failure;
        format!("{}: {what}: {why}", self.server)
    }
}

impl From<Failed> for Stop {
    fn from(Failed { failure, log, .. }: Failed) -> Self {
        Self::Failed { failure, log }
    }
}
