//! Certificates in images: how an image would be built anew, and whether what was built holds what is stored.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::{Renewing, day};
use crate::certs::{Parsed, read_local};
use crate::domain::{ActionName, Failure, Operation, Outcome, Request, ServiceId};
use crate::jobs::{Stop, World, engine, run};
use crate::renewal::{Rebuild, read_file};

/// How a service's image would be built anew and brought up, or why that cannot be.
pub(super) async fn rebuild(
    world: &World,
    service: &ServiceId,
    cancel: &CancellationToken,
) -> Result<Result<Rebuild, Failure>, Stop> {
    let request = Request::new(ActionName::Rebuild, service.clone());
    let planned = run::plan_for_service(world, &request, service, cancel).await;
    let (observed, plan) = match planned {
        Ok(planned) => planned,
        Err(Stop::Failed { failure, .. }) => return Ok(Err(failure)),
        Err(stop) => return Err(stop),
    };
    let has_prebuild = plan
        .steps
        .iter()
        .any(|step| matches!(step.operation, Operation::RunCommand { .. }));
    let compose = observed.compose.as_ref();
    let facts = compose.and_then(|compose| compose.facts.as_ref()?.get(&*service.name));
    let steps = plan.steps.iter().map(|step| match &step.operation {
        Operation::RunCommand { command, .. } => format!("run “{command}”"),
        _ => step.title.clone(),
    });
    Ok(Ok(Rebuild {
        steps: steps.collect(),
        notes: plan.notes,
        context: facts.and_then(|facts| facts.context.clone()),
        has_prebuild,
    }))
}

impl Renewing {
    /// Whether what a build takes is what is stored.
    pub(super) async fn check_source(&self, path: &str) -> Result<(), Stop> {
        let what = format!("check {path}");
        let named = vec![PathBuf::from(path)];
        let read = tokio::task::spawn_blocking(move || read_local(&named)).await;
        let read = read.map_err(|error| Failure::new(&what, error.to_string()))?;
        if let Some((_, why)) = read.unreadable.first() {
            return Err(Failure::new(what, why).into());
        }
        let parsed = read.files.into_iter().next().map(|file| file.parsed);
        let wrong = self.wrong_with(parsed.as_ref());
        wrong.map_or(Ok(()), |why| {
            Err(Failure::new(what, why)
                .hint("nothing was built: the client's hook, or the label topside.prebuild, has to put the new one there")
                .into())
        })
    }

    /// Whether the containers that were made anew hold what is stored.
    pub(super) async fn check_image(
        &self,
        world: &World,
        service: &ServiceId,
        path: &str,
    ) -> Result<(), Stop> {
        let backend = world.backend.as_ref();
        let what = format!("check {path} of {service}");
        let members = crate::deploy::members(backend, service).await;
        let members = members.map_err(|error| engine::failure(&error, what.clone()))?;
        for member in &members {
            let read = read_file(backend, &member.id, path).await;
            let read = read.map_err(|error| engine::failure(&error, what.clone()))?;
            if let Some(why) = self.wrong_with(Some(&read)) {
                return Err(Failure::new(what, format!("it comes with the image, and {why}"))
                    .hint("see from where the Dockerfile takes it; the label topside.prebuild can put the new one there")
                    .into());
            }
        }
        Ok(())
    }

    /// Why a file does not do.
    fn wrong_with(&self, file: Option<&Parsed>) -> Option<String> {
        let leaf = self.leaf()?;
        let Some(own) = file.and_then(Parsed::first_leaf) else {
            return Some("it holds no certificate".to_owned());
        };
        if own.sha256 != leaf.sha256 {
            return Some(format!(
                "it still holds the certificate that is valid until {}",
                day(own.not_after)
            ));
        }
        let is_unfit = file.and_then(Parsed::key_match) == Some(false);
        is_unfit.then(|| "the private key in it is another certificate's".to_owned())
    }

    /// What came of building a service's image anew, which was a job of its own.
    pub(in crate::jobs) fn rebuilt(
        &mut self,
        service: &ServiceId,
        outcome: Outcome,
    ) -> Result<(), Stop> {
        self.restarted = true;
        let stored =
            "the renewed certificate stays in the client's files: B builds it in once that works";
        match outcome {
            Outcome::Done { summary } | Outcome::NothingToDo { summary } => {
                self.said.push(summary);
                Ok(())
            }
            Outcome::RolledBack {
                failure,
                log,
                summary,
            } => Err(Stop::Failed {
                failure: Failure::new(failure.what, failure.why)
                    .hint(format!("{summary}; {stored}")),
                log,
            }),
            Outcome::Failed { failure, log } => Err(Stop::Failed {
                failure: Failure {
                    hint: Some(match failure.hint {
                        Some(hint) => format!("{hint}; {stored}"),
                        None => format!("the old image runs on, and serves the old one; {stored}"),
                    }),
                    ..failure
                },
                log,
            }),
            Outcome::Cancelled { .. } => Err(Stop::Cancelled),
            Outcome::Interrupted { .. } => {
                let what = ActionName::Rebuild.title(service);
                Err(Failure::new(what, "it was cut off").into())
            }
        }
    }
}
