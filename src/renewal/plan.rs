//! The steps of a renewal or a reload, pure.

use std::collections::BTreeSet;

use super::call::run;
use super::observe::{Client, Lineage, Server, ServerFile};
use super::rebuild::rebuild;
use crate::domain::plan::{FileIn, RenewalStep};
use crate::domain::text::visible;
use crate::domain::{ActionName, Failure, Operation, Plan, Policy, Request, Step, StepKind};

/// Let's Encrypt's limit on certificates with exactly the same names, in seven days.
/// <https://letsencrypt.org/docs/rate-limits/>
const MOST_DUPLICATES: usize = 5;

/// What will be done about a certificate.
pub fn plan(request: &Request, lineage: &Lineage) -> Result<Plan, Failure> {
    let force = request
        .certificate
        .as_ref()
        .is_some_and(|wanted| wanted.force);
    let read_only = |server: &&Server| server.policy == Policy::ReadOnly;
    if let Some(server) = lineage.servers.iter().find(read_only) {
        let why = format!(
            "{}, which serves it, is read-only, by the config or by its label topside.policy",
            server.service
        );
        return Err(Failure::new(request.title(), why));
    }
    let mut steps = Vec::new();
    let mut notes = lineage.notes.clone();
    let stored = stored(lineage);
    if request.action == ActionName::Renew {
        let client = lineage.client.as_ref().ok_or_else(|| {
            Failure::new(request.title(), "no ACME client here orders it")
                .hint("the label topside.renew of a service names the command that does")
        })?;
        run(client, request, &mut steps, &mut notes)?;
    }
    if let Some(file) = stored {
        steps.push(step(
            format!("see what {} holds", file.path),
            RenewalStep::ReadStored { file },
            StepKind::Cancellable,
        ));
    }
    let (built, running): (Vec<&Server>, Vec<&Server>) = {
        let servers = lineage.servers.iter();
        servers.partition(|server| server.has_it_from_image())
    };
    for server in running {
        tell(server, lineage.client.as_ref(), &mut steps);
    }
    // What takes longest comes last; a service of several containers has one image.
    let mut services = BTreeSet::new();
    for server in built {
        if services.insert(&server.service) {
            rebuild(
                server,
                lineage.client.as_ref(),
                request,
                &mut steps,
                &mut notes,
            )?;
        }
    }
    see_served(lineage, &mut steps, &mut notes);
    if lineage.servers.is_empty() {
        notes.push("no server here reads it: nothing is reloaded".to_owned());
        if request.action == ActionName::Reload {
            let why = "no server here reads it";
            return Err(Failure::new(request.title(), why));
        }
    }
    notes.push(format!(
        "now stored: {} until {}",
        lineage.certificate.sha256.get(..16).unwrap_or_default(),
        lineage.certificate.not_after.strftime("%Y-%m-%d %H:%M UTC")
    ));
    if force {
        notes.push(format!(
            "forced: issued with exactly these names in the last 7 days, as far as is stored here: {}; Let's Encrypt allows {MOST_DUPLICATES}",
            lineage.recent
        ));
    }
    for note in &mut notes {
        *note = visible(note).into_owned();
    }
    for step in &mut steps {
        step.title = visible(&step.title).into_owned();
    }
    let mut containers: Vec<_> = lineage
        .servers
        .iter()
        .map(|s| s.container.clone())
        .collect();
    containers.extend(
        lineage
            .client
            .iter()
            .map(|client| client.file.container.clone()),
    );
    Ok(Plan {
        action: request.action,
        target: request.target.clone(),
        containers,
        steps,
        notes,
    })
}

fn see_served(lineage: &Lineage, steps: &mut Vec<Step>, notes: &mut Vec<String>) {
    let endpoints = lineage.endpoints();
    if endpoints.is_empty() {
        notes.push(
            "no endpoint is known that serves it: that it is served cannot be seen (topside.endpoints names one)"
                .to_owned(),
        );
    } else {
        let places: Vec<String> = endpoints
            .iter()
            .map(|one| one.address.to_string())
            .collect();
        steps.push(step(
            format!("see it served at {}", unique(places)),
            RenewalStep::AwaitServed { endpoints },
            StepKind::Cancellable,
        ));
    }
}

/// Where the certificate is read that servers are to serve.
fn stored(lineage: &Lineage) -> Option<FileIn> {
    if let Some(client) = &lineage.client {
        return Some(client.file.clone());
    }
    let server = lineage.servers.first()?;
    let newest = |file: &&ServerFile| file.sha256 == lineage.certificate.sha256;
    let file = server.files.iter().find(newest)?;
    Some(FileIn {
        container: server.container.clone(),
        name: server.name.clone(),
        path: file.path.clone(),
    })
}

/// What is done to one server.
fn tell(server: &Server, client: Option<&Client>, steps: &mut Vec<Step>) {
    let (name, container) = (&server.name, &server.container);
    write_files(server, client, steps);
    if let Some(command) = &server.ways.test {
        steps.push(step(
            format!("let {name} check its files ({})", command.join(" ")),
            RenewalStep::TestConfig {
                container: container.clone(),
                name: name.clone(),
                command: command.clone(),
            },
            StepKind::Cancellable,
        ));
    }
    steps.push(step(
        server.ways.reload.phrase(name),
        RenewalStep::Reload {
            service: server.service.clone(),
            container: container.clone(),
            name: name.clone(),
            way: server.ways.reload.clone(),
            mounts: server.mounts.clone(),
        },
        StepKind::Committing,
    ));
}

/// Its own files are made of the client's, where the client's container can do that, and checked.
pub(super) fn write_files(server: &Server, client: Option<&Client>, steps: &mut Vec<Step>) {
    let (name, container) = (&server.name, &server.container);
    let own = |file: &&ServerFile| !file.is_clients && !file.is_from_image;
    for file in server.files.iter().filter(own) {
        let seen = FileIn {
            container: container.clone(),
            name: name.clone(),
            path: file.path.clone(),
        };
        if let (Some(client), Some(in_client)) =
            (client.filter(|client| client.is_up), &file.in_client)
        {
            let title = format!("combine {} of {name}, unless a hook did", file.path);
            steps.push(combine(server, client, file, in_client, title));
        }
        steps.push(step(
            format!("check {} of {name}", file.path),
            RenewalStep::CheckFile { file: seen },
            StepKind::Cancellable,
        ));
    }
}

/// Makes a file of the client's own, in its container.
pub(super) fn combine(
    server: &Server,
    client: &Client,
    file: &ServerFile,
    in_client: &str,
    title: String,
) -> Step {
    let key = file.is_combined.then(|| client.key.clone()).flatten();
    let operation = RenewalStep::Combine {
        server: server.name.clone(),
        container: client.file.container.clone(),
        name: client.name.clone(),
        chain: client.file.path.clone(),
        key,
        file: in_client.to_owned(),
    };
    step(title, operation, StepKind::Committing)
}

pub(super) fn step(title: String, operation: RenewalStep, kind: StepKind) -> Step {
    Step {
        title,
        operation: Operation::Renewal(operation),
        kind,
    }
}

fn unique(mut all: Vec<String>) -> String {
    all.sort();
    all.dedup();
    all.join(", ")
}
