//! Roll back of a service that Compose made: its reference is made to mean the earlier image, and it is brought up
//! without a pull or a build. Nothing is touched before that image is known to be here.

use super::observed::{ComposeObserved, ImagesObserved, Observed};
use super::pull::is_fixed;
use super::{compose, in_place, releases};
use crate::domain::plan::UpImage;
use crate::domain::{ActionName, Failure, ImageId, Operation, Plan, Release, Step, StepKind};

/// Brings up the release that was named, or the last good one before what runs.
pub(super) fn plan(
    observed: &Observed,
    compose: &ComposeObserved,
    to: Option<u64>,
) -> Result<Plan, Failure> {
    compose::still_there(observed, compose, ActionName::RollBack)?;
    let release = releases::choose(observed, to)?;
    let images = images_of(observed)?;
    let mut notes = Vec::new();
    if observed.running_image() == Some(&release.image) {
        notes.push(format!(
            "{} runs release {} already",
            observed.name(),
            release.number
        ));
        return Ok(observed.plan(ActionName::RollBack, Vec::new(), notes));
    }
    notes.push(about(release));
    let mut steps: Vec<Step> = releases::keep_running(observed, &mut notes)
        .into_iter()
        .collect();
    steps.extend(releases::fetch(observed, images, release)?);
    let keep_tag = release.keep_tag(&observed.service);
    steps.extend(bring_up(
        observed,
        compose,
        images,
        &release.image,
        keep_tag,
        &mut notes,
    ));
    notes.extend(compose::untouched(observed, compose));
    let undone = observed.running_image().cloned();
    steps.push(releases::keep_proven(&observed.service, undone));
    Ok(observed.plan(ActionName::RollBack, steps, notes))
}

/// The steps that bring back what ran before a deploy that failed.
pub(super) fn way_back(
    observed: &Observed,
    compose: &ComposeObserved,
) -> Result<Vec<Step>, Failure> {
    let images = images_of(observed)?;
    let Some(image) = observed.running_image() else {
        return Err(in_place::no_containers(observed, ActionName::RollBack));
    };
    let release = observed.releases.of_image(image);
    let keep_tag = release.map_or_else(String::new, |r| r.keep_tag(&observed.service));
    Ok(bring_up(
        observed,
        compose,
        images,
        image,
        keep_tag,
        &mut Vec::new(),
    ))
}

pub(super) fn images_of(observed: &Observed) -> Result<&ImagesObserved, Failure> {
    observed.images.as_ref().ok_or_else(|| {
        Failure::new(
            ActionName::RollBack.title(&observed.service),
            "neither its Compose file nor its container says which image it is of",
        )
    })
}

pub(super) fn about(release: &Release) -> String {
    format!(
        "release {} is {}, since {}",
        release.number,
        release.image.short(),
        release.since.strftime("%F %R UTC")
    )
}

fn bring_up(
    observed: &Observed,
    compose: &ComposeObserved,
    images: &ImagesObserved,
    image: &ImageId,
    keep_tag: String,
    notes: &mut Vec<String>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let up = if is_fixed(&images.reference) {
        // What a digest means cannot be changed: the file is overruled for this once.
        notes.push(format!(
            "the Compose file fixes the image of {} by its digest: until the file says otherwise, the next redeploy goes forward again",
            observed.name()
        ));
        let instead = if keep_tag.is_empty() {
            image.to_string()
        } else {
            keep_tag
        };
        UpImage::Instead(instead)
    } else {
        steps.push(tag_step(image, &images.reference));
        notes.extend(mates(images));
        UpImage::Present
    };
    let scale = compose::scale_of(observed, compose);
    steps.push(compose::up_with(compose, observed.name(), scale, up));
    steps.extend(compose::watched(observed, compose, scale, notes));
    steps
}

/// Who else is of the reference that is re-pointed: Compose would take them along the next time.
pub(super) fn mates(images: &ImagesObserved) -> Option<String> {
    let names: Vec<String> = images.mates.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| {
        format!(
            "{} too is of {}: what is brought up of it next gets this image",
            names.join(", "),
            images.reference
        )
    })
}

/// Undone by another one: it takes nothing away.
pub(super) fn tag_step(image: &ImageId, reference: &str) -> Step {
    Step {
        title: format!("let {reference} mean {}", image.short()),
        operation: Operation::TagImage {
            image: image.clone(),
            reference: reference.to_owned(),
        },
        kind: StepKind::Committing,
    }
}
