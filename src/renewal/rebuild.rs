//! The steps for a server that has its certificate from its image, pure.

use super::image::Source;
use super::observe::{Client, Server};
use super::plan::{combine, step, write_files};
use crate::domain::plan::RenewalStep;
use crate::domain::{Failure, Request, Step, StepKind};

/// A server that has it from its image gets another image, and its container is made anew.
pub(super) fn rebuild(
    server: &Server,
    client: Option<&Client>,
    request: &Request,
    steps: &mut Vec<Step>,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    let name = &server.name;
    write_files(server, client, steps);
    let from_image = || server.files.iter().filter(|file| file.is_from_image);
    let way = match &server.rebuild {
        Some(Ok(way)) => way,
        Some(Err(failure)) => {
            notes.push(format!(
                "{name} has it from its image, which topside cannot build anew: {}; it serves the old one until somebody does and brings it up",
                failure.why
            ));
            check_running(server, steps);
            return Ok(());
        }
        None => {
            check_running(server, steps);
            return Ok(());
        }
    };
    for file in from_image() {
        let (path, in_client) = match &file.source {
            Some(Source::Copy { path, in_client }) => (path, in_client),
            Some(Source::Nothing(why)) => {
                let why = format!("{name} has it from its image, and {why}");
                let hint = format!(
                    "let a command put it where the build takes it from: the label topside.prebuild of {} in its Compose file, or prebuild in the config",
                    server.service
                );
                return Err(Failure::new(request.title(), why).hint(hint));
            }
            Some(Source::Unseen(why)) => {
                notes.push(format!(
                    "{name}: {why}: whether it did is seen in the new container"
                ));
                continue;
            }
            Some(Source::Stored) | None => continue,
        };
        // A chain without its key would be another certificate's: that is for a hook, which writes both.
        if let Some(client) =
            client.filter(|client| client.is_up && file.is_combined && client.key.is_some())
        {
            steps.push(combine(
                server,
                client,
                file,
                in_client,
                format!("combine {path} for the build of {name}, unless a hook did"),
            ));
        }
        steps.push(step(
            format!("check {path}, which the build of {name} takes"),
            RenewalStep::CheckSource {
                server: name.clone(),
                path: path.clone(),
            },
            StepKind::Cancellable,
        ));
    }
    steps.push(step(
        format!("rebuild {}: {}", server.service, way.steps.join(", ")),
        RenewalStep::Rebuild {
            server: name.clone(),
            service: server.service.clone(),
        },
        StepKind::Cancellable,
    ));
    notes.extend(way.notes.iter().cloned());
    for file in from_image() {
        steps.push(step(
            format!("check {} of the new {}", file.path, server.service.name),
            RenewalStep::CheckImage {
                server: name.clone(),
                service: server.service.clone(),
                path: file.path.clone(),
            },
            StepKind::Cancellable,
        ));
    }
    Ok(())
}

/// Whether a server whose image cannot be built here has it by now: mostly it has not, and that is to be said.
fn check_running(server: &Server, steps: &mut Vec<Step>) {
    let files = server.files.iter().filter(|file| file.is_from_image);
    steps.extend(files.map(|file| {
        step(
            format!("check {} of {}", file.path, server.name),
            RenewalStep::CheckImage {
                server: server.name.clone(),
                service: server.service.clone(),
                path: file.path.clone(),
            },
            StepKind::Cancellable,
        )
    }));
}
