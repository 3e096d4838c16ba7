//! Which releases there are, what is kept before a deploy, and where a roll back leads.

use super::observed::{ImagesObserved, Observed};
use crate::backend::is_pinned;
use crate::domain::release::is_keep_tag;
use crate::domain::text::visible;
use crate::domain::{
    ActionName, Failure, Image, ImageId, Operation, Release, ReleaseState, Releases, ServiceId,
    Step, StepKind, Wishes,
};

/// What is recorded, and what only the keep-tags of images say.
pub fn merged(service: &ServiceId, recorded: Vec<Release>, images: &[Image]) -> Releases {
    let tagged = images.iter().flat_map(|image| {
        let of_tag = |tag: &String| Release::of_keep_tag(service, tag, &image.id, &image.digests);
        image.tags.iter().filter_map(of_tag)
    });
    Releases::merged(recorded, tagged)
}

/// Keeps what runs before something else does; none when it is kept already. Without it there would be no way back.
pub(super) fn keep_running(observed: &Observed, notes: &mut Vec<String>) -> Option<Step> {
    let running = observed.running_image()?;
    let images = observed.images.as_ref()?;
    let Some(image) = images.get(running) else {
        notes.push(format!(
            "the image that {} runs is not on this host any more: there is no way back to it",
            observed.name()
        ));
        return None;
    };
    let kept = observed.releases.of_image(running).filter(|release| {
        // One that did not count as good and runs all the same may have become so.
        release.state == ReleaseState::Good
    });
    let tag = kept.map(|release| release.keep_tag(&observed.service));
    if tag.is_some_and(|tag| image.tags.contains(&tag)) {
        return None;
    }
    let title = format!("keep the image {} runs now", observed.name());
    Some(keep_step(title, observed, None, false))
}

/// Records what was proven to run.
pub(super) fn keep_proven(observed: &Observed, undone: Option<ImageId>) -> Step {
    let title = format!("record the release of {}", observed.name());
    keep_step(title, observed, undone, true)
}

/// The image that a roll back to a release undoes; none when it leads forward.
pub(super) fn undone_by(observed: &Observed, release: &Release) -> Option<ImageId> {
    let running = observed.running_image()?;
    let known = observed.releases.of_image(running);
    known
        .is_none_or(|known| known.number > release.number)
        .then(|| running.clone())
}

fn keep_step(title: String, observed: &Observed, undone: Option<ImageId>, proven: bool) -> Step {
    let wishes = observed.own_wishes(&mut Vec::new());
    Step {
        title,
        operation: Operation::KeepRelease {
            service: observed.service.clone(),
            undone,
            proven,
            keep: wishes.keep.unwrap_or(Wishes::KEEP),
        },
        kind: StepKind::Committing,
    }
}

/// The release that a roll back leads to: the one that was named, or the last good one before what runs.
pub(super) fn choose(observed: &Observed, to: Option<u64>) -> Result<&Release, Failure> {
    let what = ActionName::RollBack.title(&observed.service);
    if let Some(number) = to {
        return observed.releases.get(number).ok_or_else(|| {
            let numbers: Vec<String> = observed
                .releases
                .iter()
                .map(|release| release.number.to_string())
                .collect();
            let why = format!("it has no release {number}");
            Failure::new(what, why).hint(if numbers.is_empty() {
                "none is recorded yet: each deploy by topside keeps the one before".to_owned()
            } else {
                format!("its releases are {}", numbers.join(", "))
            })
        });
    }
    let before = observed
        .running_image()
        .and_then(|running| observed.releases.before(running));
    before.ok_or_else(|| {
        Failure::new(what, "no release before this one is recorded")
            .hint("each deploy by topside keeps the one before; topside releases lists them")
    })
}

/// The step that brings a release's image back when it is not here; none when it is. Fails when it cannot be had: better
/// now than after the container that runs is gone.
pub(super) fn fetch(
    observed: &Observed,
    images: &ImagesObserved,
    release: &Release,
) -> Result<Option<Step>, Failure> {
    if images.get(&release.image).is_some() {
        return Ok(None);
    }
    // The containerd store knows keep-tags by a digest too; no registry does.
    let pullable = |digest: &&String| is_pinned(digest) && !is_keep_tag(digest);
    let digest = release.digests.iter().find(pullable);
    let Some(reference) = digest else {
        let why = format!(
            "the image {} of release {} is not on this host any more, and no registry was known to have it",
            release.image.short(),
            release.number
        );
        return Err(
            Failure::new(ActionName::RollBack.title(&observed.service), why)
                .hint("choose another release: topside releases lists them"),
        );
    };
    Ok(Some(Step {
        title: format!("pull {}", visible(reference)),
        operation: Operation::PullImage {
            reference: reference.clone(),
        },
        kind: StepKind::Cancellable,
    }))
}
