//! Redeploy and rebuild of a service that Compose made: get the image, bring up this service only, watch; then what
//! shares its network.

use super::observed::{ComposeObserved, Observed};
use super::{gates, in_place, pull, releases, sharers};
use crate::domain::plan::UpImage;
use crate::domain::{ActionName, Container, Failure, Operation, Plan, Step, StepKind};

/// How many containers a service is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// What the Compose files say.
    Declared(u32),
    /// What was asked for on a command line earlier, and would be lost without saying it again.
    Kept(u32),
    /// One, as nobody said otherwise.
    One,
}

impl Scale {
    pub(super) fn of(compose: &ComposeObserved, service: &str, existing: u32) -> Self {
        let declared = compose
            .facts
            .as_ref()
            .and_then(|facts| facts.get(service)?.scale);
        match declared {
            Some(count) => Self::Declared(count),
            None if existing > 1 => Self::Kept(existing),
            None => Self::One,
        }
    }

    pub(super) const fn on_command_line(self) -> Option<u32> {
        match self {
            Self::Kept(count) => Some(count),
            Self::Declared(_) | Self::One => None,
        }
    }

    pub(super) const fn expected(self) -> u32 {
        match self {
            Self::Declared(count) | Self::Kept(count) => count,
            Self::One => 1,
        }
    }
}

/// Brings up what the Compose files and the registry say now.
pub(super) fn redeploy(observed: &Observed, compose: &ComposeObserved) -> Result<Plan, Failure> {
    still_there(observed, compose, ActionName::Redeploy)?;
    let mut notes = Vec::new();
    let mut steps: Vec<Step> = releases::keep_running(observed, &mut notes)
        .into_iter()
        .collect();
    match pull::reason_to_skip(observed) {
        Some(note) => notes.push(note),
        None => steps.push(pull_step(compose, observed.name())),
    }
    steps.extend(bring_up(observed, compose, UpImage::Usual, &mut notes));
    notes.extend(untouched(observed, compose));
    Ok(observed.plan(ActionName::Redeploy, steps, notes))
}

/// Builds the image as the Compose files say, and brings it up.
pub(super) fn rebuild(observed: &Observed, compose: &ComposeObserved) -> Result<Plan, Failure> {
    still_there(observed, compose, ActionName::Rebuild)?;
    let (what, name) = (
        ActionName::Rebuild.title(&observed.service),
        observed.name(),
    );
    let mut notes = Vec::new();
    let wishes = observed.own_wishes(&mut notes);
    // v1 does not say whether it builds; it does nothing then.
    let builds = observed.facts().is_none_or(|facts| facts.builds);
    if !builds && wishes.prebuild.is_none() {
        return Err(Failure::new(
            what,
            format!(
                "the Compose file does not say how {name} is built: its image comes from a registry"
            ),
        )
        .hint("redeploy it instead; or give it a build section, or the label topside.prebuild"));
    }
    let mut steps: Vec<Step> = releases::keep_running(observed, &mut notes)
        .into_iter()
        .collect();
    if let Some(command) = wishes.prebuild {
        steps.push(run_step(command, &compose.project.working_dir));
    }
    if builds {
        steps.push(Step {
            title: format!("build {name}"),
            operation: Operation::ComposeBuild {
                project: compose.project.clone(),
                service: name.to_owned(),
            },
            kind: StepKind::Cancellable,
        });
    }
    // Without this a pull_policy of the file would get another image than the one that was built.
    steps.extend(bring_up(observed, compose, UpImage::Present, &mut notes));
    if wishes.push == Some(true) {
        // Only what was proven: others pull it.
        steps.push(Step {
            title: format!("push {name}"),
            operation: Operation::ComposePush {
                project: compose.project.clone(),
                service: name.to_owned(),
            },
            kind: StepKind::Cancellable,
        });
    }
    notes.extend(untouched(observed, compose));
    Ok(observed.plan(ActionName::Rebuild, steps, notes))
}

/// A command of the user's own before a build.
pub(super) fn run_step(command: String, folder: &str) -> Step {
    Step {
        title: "run the pre-build command".to_owned(),
        operation: Operation::RunCommand {
            command,
            folder: folder.to_owned(),
        },
        kind: StepKind::Cancellable,
    }
}

/// Fails when the service has left its files.
pub(super) fn still_there(
    observed: &Observed,
    compose: &ComposeObserved,
    action: ActionName,
) -> Result<(), Failure> {
    let name = observed.name();
    let known = compose.facts.as_ref();
    if known.is_none_or(|facts| facts.contains_key(name)) {
        return Ok(());
    }
    let why = format!(
        "the Compose files have no service {name} any more ({})",
        compose.project.files.join(", ")
    );
    Err(Failure::new(in_place::what(action, observed), why)
        .hint("put it back into the file, or remove its containers"))
}

/// Up, watch, and record what was proven.
fn bring_up(
    observed: &Observed,
    compose: &ComposeObserved,
    image: UpImage,
    notes: &mut Vec<String>,
) -> Vec<Step> {
    let scale = scale_of(observed, compose);
    let mut steps = vec![up_with(compose, observed.name(), scale, image)];
    if scale.expected() == 0 {
        notes.push(format!(
            "the Compose file wants no container of {}: those it has will go",
            observed.name()
        ));
        steps.push(gates::gone(&observed.service));
        sharers::warn(observed, notes);
    } else {
        steps.extend(watched(observed, compose, scale, notes));
        steps.push(releases::keep_proven(observed, None));
    }
    steps
}

/// What stays as it is: the other services of the files, but those that are taken along.
pub(super) fn untouched(observed: &Observed, compose: &ComposeObserved) -> Option<String> {
    let taken = |name: &str| {
        name == observed.name()
            || observed
                .sharers
                .iter()
                .any(|c| *c.service_id().name == *name)
    };
    let facts = compose.facts.as_ref()?;
    let names: Vec<&str> = facts
        .keys()
        .map(String::as_str)
        .filter(|name| !taken(name))
        .collect();
    (!names.is_empty()).then(|| format!("not touched: {}", names.join(", ")))
}

pub(super) fn scale_of(observed: &Observed, compose: &ComposeObserved) -> Scale {
    Scale::of(compose, observed.name(), observed.containers.len() as u32)
}

/// Watches the service, and brings up after it what shares its network.
pub(super) fn watched(
    observed: &Observed,
    compose: &ComposeObserved,
    scale: Scale,
    notes: &mut Vec<String>,
) -> Vec<Step> {
    let containers: Vec<&Container> = observed.containers.iter().collect();
    let count = scale.expected();
    let gate = gates::running(observed, &observed.service, &containers, count, notes);
    sharers::recreate(observed, compose, notes).around(gate, &observed.service, count)
}

/// A cut-short pull leaves everything as it was.
fn pull_step(compose: &ComposeObserved, service: &str) -> Step {
    Step {
        title: format!("pull {service}"),
        operation: Operation::ComposePull {
            project: compose.project.clone(),
            service: service.to_owned(),
        },
        kind: StepKind::Cancellable,
    }
}

/// Brings up a service as its files say.
pub(super) fn up_step(compose: &ComposeObserved, service: &str, scale: Scale) -> Step {
    up_with(compose, service, scale, UpImage::Usual)
}

/// Cut short between removing the old container and starting the new one, it would leave neither.
pub(super) fn up_with(
    compose: &ComposeObserved,
    service: &str,
    scale: Scale,
    image: UpImage,
) -> Step {
    Step {
        title: format!("bring up {service}"),
        operation: Operation::ComposeUp {
            project: compose.project.clone(),
            service: service.to_owned(),
            scale: scale.on_command_line(),
            image,
            expect: None,
        },
        kind: StepKind::Committing,
    }
}
