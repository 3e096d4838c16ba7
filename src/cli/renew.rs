//! `topside renew`: ACME clients are run for what is due, servers are told, and what they serve is seen.

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;

use crate::certs;
use crate::domain::plan::Wanted;
use crate::domain::{
    ActionName, Certificate, Failure, Request, Thresholds, Urgency, Verdict as Standing, verdict,
};
use crate::renewal::{self, Look};
use crate::runtime::jobs::Shared;

use super::act::{agree_and_carry, reach};
use super::arguments::How;
use super::consent::{self, Verdict};
use super::{Arguments, Exit, print, refuse};

/// Which certificates are renewed, and how.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Renew {
    /// A certificate: one of its names, what its client calls it, or its SHA-256 fingerprint. Without it, every one that
    /// is due and that a client here orders.
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Make servers read again what was renewed already, without running the client.
    #[arg(long, conflicts_with = "force", requires = "names")]
    pub reload: bool,
    /// Renew what is not due, too. CAs limit how often: asks first.
    #[arg(long, requires = "names")]
    pub force: bool,
    /// How.
    #[command(flatten)]
    pub how: How,
}

const AFTER: &str = "\
Runs the ACME client in its own container (where that does not run, as docker compose run or docker
start would), as the label topside.renew of its service, the config or a
crontab of this machine says, or as the client is usually called. Whether it renewed is told by the
certificate's fingerprint, not by the exit code. Then files of key and chain are made anew where no
hook did, servers check their files and are told to read them (topside.reload), and their endpoints
are asked until they serve the new certificate. A server that has it from its image is rebuilt and
brought up instead (topside.prebuild, topside.push). Whatever fails, the old one stays served, and what
fails for one server keeps no other from its turn.

Examples:
  topside renew                          whatever is due
  topside renew blog.example.org --plan  the exact command, and what follows
  topside renew blog.example.org --reload
                                         it was renewed already and the server does not serve it

JSON: the events of topside redeploy --help

Exit codes:
  0  renewed (or reloaded), and seen served; with --plan, planned
  1  the engine did not answer
  2  the command line or the config is wrong, or --force wants a yes and nobody is there
  3  nothing is due
  5  failed: the old certificate is still served
  6  cancelled";

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    renew: &Renew,
) -> color_eyre::Result<ExitCode> {
    let here = match reach(arguments).await {
        Ok(here) => here,
        Err(code) => return Ok(code),
    };
    let found = certs::scan(here.backend.as_ref(), &here.host, &here.containers).await;
    let certificates = match found {
        Ok(found) => found.certificates,
        Err(error) => {
            let failure = error.failure("look for certificates");
            return Ok(refuse(&failure, Exit::Engine));
        }
    };
    let names = if renew.names.is_empty() {
        due(&certificates, &shared.thresholds, Timestamp::now())
    } else {
        renew.names.clone()
    };
    if names.is_empty() {
        print::out("nothing is due\n");
        return Ok(Exit::NothingToDo.into());
    }
    let action = if renew.reload {
        ActionName::Reload
    } else {
        ActionName::Renew
    };
    let (mut requests, mut servers) = (Vec::new(), BTreeSet::new());
    for name in names {
        let wanted = Wanted {
            certificate: name,
            force: renew.force,
            agreed: renew.how.yes,
        };
        let look = Look {
            backend: here.backend.as_ref(),
            host: &here.host,
            wanted: &wanted,
            preferences: &shared.preferences,
        };
        match renewal::concerned(&look, &here.containers, &certificates).await {
            Ok(concerned) => {
                let service = concerned.service;
                requests.push(Request::certificate(action, service, wanted));
                servers.extend(concerned.servers);
            }
            Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
        }
    }
    let verdict = consent::verdict(&shared.preferences, &here.containers, &requests);
    let verdict = match consent::also_of(verdict, shared, &here.containers, &requests[0], &servers)
    {
        Verdict::Go if renew.force => {
            let why = "forcing counts against the CA's limits, and there is nobody to ask";
            let failure = Failure::new(requests[0].title(), why);
            Verdict::Ask(failure.hint("say --yes; --plan shows how many were issued lately"))
        }
        verdict => verdict,
    };
    agree_and_carry(shared, here, &requests, verdict, renew.how).await
}

/// What is due and has a client that waits to be run, by name. What was replaced is due no more.
fn due(certificates: &[Certificate], thresholds: &Thresholds, now: Timestamp) -> Vec<String> {
    let verdicts = verdict::judge(certificates, [], now);
    let wants = |one: &&Certificate| {
        let urgency = one.urgency(thresholds, now);
        let is_replaced = matches!(verdicts.get(&one.sha256), Some(Standing::Replaced { .. }));
        let mut clients = one.places.iter().filter_map(|place| place.client);
        !is_replaced
            && urgency >= Urgency::Due
            && urgency != Urgency::NotYetValid
            && clients.any(|client| !client.serves_itself())
    };
    let due: Vec<&Certificate> = certificates.iter().filter(wants).collect();
    // Two for the same names, RSA and ECDSA say, are told apart by their fingerprints.
    let name = |one: &&Certificate| {
        let others = due.iter().filter(|other| other.title() == one.title());
        if others.count() > 1 {
            one.sha256.clone()
        } else {
            one.title().to_owned()
        }
    };
    due.iter().map(name).collect()
}

#[cfg(test)]
mod tests;
