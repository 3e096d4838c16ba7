//! Services that Compose did not make: one container, made anew with everything it had.
//!
//! The old one is stopped and renamed, not removed, until the new one has proven itself: at each step the way back is
//! to give it its name back and start it.

use super::observed::{ImagesObserved, Observed, is_active};
use super::pull::{is_fixed, reason_to_skip};
use super::{compose, gates, in_place, releases, roll_back};
use crate::domain::{
    ActionName, Container, ContainerState, Failure, ImageId, Operation, Plan, Step, StepKind,
};

/// Pulls what is newer and makes the container anew of it.
pub(super) fn redeploy(observed: &Observed) -> Result<Plan, Failure> {
    if let Some(plan) = unfinished(observed, ActionName::Redeploy) {
        return Ok(plan);
    }
    let (container, images) = recreatable(observed, ActionName::Redeploy)?;
    let mut notes = Vec::new();
    let mut steps: Vec<Step> = releases::keep_running(observed, &mut notes)
        .into_iter()
        .collect();
    match reason_to_skip(observed) {
        Some(note) => notes.push(note),
        None => steps.push(Step {
            title: format!("pull {}", images.reference),
            operation: Operation::PullImage {
                reference: images.reference.clone(),
            },
            kind: StepKind::Cancellable,
        }),
    }
    steps.extend(replace(observed, container, images, &mut notes));
    Ok(observed.plan(ActionName::Redeploy, steps, notes))
}

/// Runs the command that the config names, which builds the image, and makes the container anew of it.
pub(super) fn rebuild(observed: &Observed) -> Result<Plan, Failure> {
    if let Some(plan) = unfinished(observed, ActionName::Rebuild) {
        return Ok(plan);
    }
    let (container, images) = recreatable(observed, ActionName::Rebuild)?;
    let mut notes = Vec::new();
    let Some(command) = observed.own_wishes(&mut notes).prebuild else {
        let why = "it was not made by Compose, and nothing says how its image is built";
        return Err(
            Failure::new(ActionName::Rebuild.title(&observed.service), why).hint(format!(
                "say it in the config: [services.\"{}\"] prebuild = \"docker build -t {} …\"",
                observed.service, images.reference
            )),
        );
    };
    let mut steps: Vec<Step> = releases::keep_running(observed, &mut notes)
        .into_iter()
        .collect();
    steps.push(compose::run_step(command, "/"));
    steps.extend(replace(observed, container, images, &mut notes));
    Ok(observed.plan(ActionName::Rebuild, steps, notes))
}

/// Makes the container anew of an image that it ran before; or puts the old one back where a recreation was cut off.
pub(super) fn roll_back(observed: &Observed, to: Option<u64>) -> Result<Plan, Failure> {
    if let Some(old) = observed.set_aside.first() {
        let mut notes = vec![format!(
            "a recreation of {} was cut off: the container that ran before is put back",
            observed.name()
        )];
        let steps = put_back(observed, old, &mut notes);
        return Ok(observed.plan(ActionName::RollBack, steps, notes));
    }
    let (container, images) = recreatable(observed, ActionName::RollBack)?;
    let release = releases::choose(observed, to)?;
    let mut notes = Vec::new();
    if container.image_id == release.image && is_active(container) {
        notes.push(format!(
            "{} runs release {} already",
            observed.name(),
            release.number
        ));
        return Ok(observed.plan(ActionName::RollBack, Vec::new(), notes));
    }
    notes.push(roll_back::about(release));
    let mut steps: Vec<Step> = releases::keep_running(observed, &mut notes)
        .into_iter()
        .collect();
    steps.extend(releases::fetch(observed, images, release)?);
    let image = if is_fixed(&images.reference) {
        let keep_tag = release.keep_tag(&observed.service);
        steps.push(roll_back::tag_step(&release.image, &keep_tag));
        keep_tag
    } else {
        steps.push(roll_back::tag_step(&release.image, &images.reference));
        notes.extend(roll_back::mates(images));
        images.reference.clone()
    };
    let expect = Some(&release.image);
    steps.extend(recreate(observed, container, (&image, expect), &mut notes));
    let undone = releases::undone_by(observed, release);
    steps.push(releases::keep_proven(observed, undone));
    steps.push(remove(container));
    Ok(observed.plan(ActionName::RollBack, steps, notes))
}

/// The steps that bring back what ran before a deploy that failed. Its reference means it again, so that the next one
/// who creates a container of it gets what is known to run.
pub(super) fn way_back(observed: &Observed) -> Result<Vec<Step>, Failure> {
    if let Some(old) = observed.set_aside.first() {
        return Ok(put_back(observed, old, &mut Vec::new()));
    }
    let (container, images) = recreatable(observed, ActionName::RollBack)?;
    let mut steps = Vec::new();
    if !is_fixed(&images.reference) && images.get(&container.image_id).is_some() {
        steps.push(roll_back::tag_step(&container.image_id, &images.reference));
    }
    steps.extend(put_back(observed, container, &mut Vec::new()));
    Ok(steps)
}

/// What leads on from a recreation that was cut off: the new container is proven, or the old one put back.
fn unfinished(observed: &Observed, action: ActionName) -> Option<Plan> {
    let old = observed.set_aside.first()?;
    let mut notes = Vec::new();
    // One that was never started may not be whole: a network that it was to be in may be missing.
    let never_ran = |container: &Container| container.state == ContainerState::Created;
    let steps = if observed.containers.iter().all(never_ran) {
        notes.push(format!(
            "a recreation of {} was cut off: the container that ran before is put back",
            observed.name()
        ));
        put_back(observed, old, &mut notes)
    } else {
        notes.push(format!(
            "a recreation of {} was cut off: its new container is started and watched; roll back puts the old one back",
            observed.name()
        ));
        let mut steps = vec![start_named(observed.name())];
        steps.push(watch(observed, &mut notes));
        steps.push(releases::keep_proven(observed, None));
        steps.push(remove(old));
        steps
    };
    Some(observed.plan(action, steps, notes))
}

/// The one container, if it can be made anew; who asks first learns why not.
fn recreatable(
    observed: &Observed,
    action: ActionName,
) -> Result<(&Container, &ImagesObserved), Failure> {
    let what = action.title(&observed.service);
    let Some(container) = observed.newest() else {
        return Err(in_place::no_containers(observed, action));
    };
    let images = roll_back::images_of(observed)?;
    if container
        .compose
        .as_ref()
        .is_some_and(|compose| compose.one_off)
    {
        return Err(
            Failure::new(what, "it was made by docker compose run, for once")
                .hint("run it again with docker compose run"),
        );
    }
    if container
        .detail
        .as_ref()
        .is_some_and(|detail| detail.auto_remove)
    {
        let why = "it was started with --rm: stopped, it would be gone, and with it the way back";
        return Err(Failure::new(what, why).hint("start it anew by hand, without --rm"));
    }
    if let Some(sharer) = observed.sharers.first() {
        let why = format!(
            "{} shares its network and would be left without one",
            sharer.name
        );
        return Err(Failure::new(what, why).hint(format!(
            "remove {} first, and make it anew after it",
            sharer.name
        )));
    }
    if observed.lost_network {
        let why = "the container whose network it shares is gone; it cannot be made anew without";
        return Err(
            Failure::new(what, why).hint("create it with the network of a container that is there")
        );
    }
    Ok((container, images))
}

/// Makes the container anew of what its reference means by then, where that is another image.
fn replace(
    observed: &Observed,
    container: &Container,
    images: &ImagesObserved,
    notes: &mut Vec<String>,
) -> Vec<Step> {
    let mut steps: Vec<Step> = compare(container, images).into_iter().collect();
    let image = (images.reference.as_str(), None);
    steps.extend(recreate(observed, container, image, notes));
    steps.push(releases::keep_proven(observed, None));
    steps.push(remove(container));
    steps
}

/// What is not new is left alone, when it runs.
fn compare(container: &Container, images: &ImagesObserved) -> Option<Step> {
    is_active(container).then(|| Step {
        title: format!("see whether {} is new", images.reference),
        operation: Operation::CompareImage {
            reference: images.reference.clone(),
            running: container.image_id.clone(),
        },
        kind: StepKind::Cancellable,
    })
}

/// From the old container to a new one that has proven itself.
fn recreate(
    observed: &Observed,
    container: &Container,
    (image, expect): (&str, Option<&ImageId>),
    notes: &mut Vec<String>,
) -> Vec<Step> {
    let name = observed.name();
    vec![
        committing(
            format!("stop {name} and set it aside"),
            Operation::SetAside {
                container: container.id.clone(),
                name: name.to_owned(),
            },
        ),
        committing(
            format!("create {name} of {image}"),
            Operation::CreateLike {
                like: container.id.clone(),
                name: name.to_owned(),
                image: image.to_owned(),
                expect: expect.cloned(),
            },
        ),
        start_named(name),
        watch(observed, notes),
    ]
}

fn start_named(name: &str) -> Step {
    committing(
        format!("start {name}"),
        Operation::StartNamed {
            name: name.to_owned(),
        },
    )
}

fn watch(observed: &Observed, notes: &mut Vec<String>) -> Step {
    let containers: Vec<&Container> = observed.newest().into_iter().collect();
    gates::running(observed, &observed.service, &containers, 1, notes)
}

fn put_back(observed: &Observed, old: &Container, notes: &mut Vec<String>) -> Vec<Step> {
    let name = observed.name();
    vec![
        committing(
            format!("put the container {name} of before back"),
            Operation::PutBack {
                container: old.id.clone(),
                name: name.to_owned(),
            },
        ),
        gates::running(observed, &observed.service, &[old], 1, notes),
    ]
}

fn remove(old: &Container) -> Step {
    committing(
        "remove the container of before".to_owned(),
        Operation::RemoveContainer {
            container: old.id.clone(),
        },
    )
}

fn committing(title: String, operation: Operation) -> Step {
    Step {
        title,
        operation,
        kind: StepKind::Committing,
    }
}
