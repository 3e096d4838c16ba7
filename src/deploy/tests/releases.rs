//! What is kept, and where a roll back leads.

use super::*;
use crate::deploy::way_back;
use crate::domain::{ImageId, Release, ReleaseState, Wishes};

fn release(number: u64, image: &str) -> Release {
    Release {
        number,
        image: image_id(image),
        reference: "registry.example/web:1".to_owned(),
        digests: vec![format!("registry.example/web@sha256:{image}")],
        config_hash: None,
        since: Timestamp::UNIX_EPOCH,
        state: ReleaseState::Good,
    }
}

fn here(word: &str) -> Image {
    Image {
        id: image_id(word),
        ..image(&[])
    }
}

/// Runs release 2 ("old"); release 1 ("older") came before it.
fn deployed() -> Observed {
    let mut observed = composed(vec![of("web", 1)]);
    observed.releases = Releases::merged(vec![release(1, "01der"), release(2, "old")], []);
    let images = observed.images.as_mut().unwrap();
    images.all = vec![here("old"), here("01der")];
    images.all[0].tags = vec![release(2, "old").keep_tag(&service("web"))];
    observed
}

#[test]
fn what_is_kept_already_is_not_kept_again() {
    let plan = plan_of(ActionName::Redeploy, &deployed());
    assert_eq!(steps(&plan)[0], "pull web");
    let mut untagged = deployed();
    untagged.images.as_mut().unwrap().all[0].tags.clear();
    assert_eq!(
        steps(&plan_of(ActionName::Redeploy, &untagged))[0],
        "keep web"
    );
}

#[test]
fn an_image_that_is_gone_is_said_to_be_no_way_back() {
    let mut gone = deployed();
    gone.images.as_mut().unwrap().all.remove(0);
    let plan = plan_of(ActionName::Redeploy, &gone);
    assert_eq!(steps(&plan)[0], "pull web");
    assert!(noted(&plan, "no way back"));
}

#[test]
fn a_roll_back_re_points_the_reference() {
    let plan = plan_of(ActionName::RollBack, &deployed());
    assert_eq!(
        steps(&plan),
        [
            format!("tag {} registry.example/web:1", image_id("01der").short()),
            "up web as it is here".to_owned(),
            "running web 1".to_owned(),
            "record web".to_owned()
        ]
    );
    assert!(noted(&plan, "release 1 is") && noted(&plan, "not touched: side"));
    let mut shared = deployed();
    shared
        .images
        .as_mut()
        .unwrap()
        .mates
        .insert(service("worker"));
    let plan = plan_of(ActionName::RollBack, &shared);
    assert!(noted(&plan, "wezm/worker too is of registry.example/web:1"));
}

#[test]
fn a_reference_that_is_fixed_is_overruled() {
    let mut fixed = deployed();
    fixed.images.as_mut().unwrap().reference = format!("web@sha256:{}", "0".repeat(64));
    let plan = plan_of(ActionName::RollBack, &fixed);
    assert_eq!(
        steps(&plan)[0],
        "up web with topside.keep/wezm/web:1-19700101T000000Z"
    );
}

#[test]
fn an_image_that_is_not_here_is_pulled_before_anything_is_touched() {
    let mut gone = deployed();
    gone.images.as_mut().unwrap().all.pop();
    let plan = plan_of(ActionName::RollBack, &gone);
    assert_eq!(
        steps(&plan)[0],
        "pull image registry.example/web@sha256:01der"
    );
    let mut lost = release(1, "01der");
    lost.digests.clear();
    gone.releases = Releases::merged(vec![lost, release(2, "old")], []);
    let failure = failure_of(ActionName::RollBack, &gone);
    assert!(
        failure.why.contains("not on this host any more"),
        "{failure}"
    );
}

#[test]
fn a_release_is_chosen_by_its_number() {
    let to = |number| plan(ActionName::RollBack, Some(number), &deployed());
    assert!(to(1).unwrap().steps.len() > 2);
    let same = to(2).unwrap();
    assert!(same.steps.is_empty() && same.notes[0].contains("already"));
    let failure = to(7).unwrap_err();
    assert_eq!(failure.hint.as_deref(), Some("its releases are 1, 2"));
    let mut none = deployed();
    none.releases = Releases::default();
    assert!(
        failure_of(ActionName::RollBack, &none)
            .why
            .contains("no release before")
    );
}

#[test]
fn the_way_back_brings_up_what_ran() {
    let back = way_back(&deployed()).unwrap();
    let back = deployed().plan(ActionName::RollBack, back, Vec::new());
    assert_eq!(
        steps(&back),
        [
            format!(
                "tag {} registry.example/web:1",
                ImageId::short(&image_id("old"))
            ),
            "up web as it is here".to_owned(),
            "running web 1".to_owned()
        ]
    );
}

#[test]
fn a_rebuild_builds_and_never_pulls_over_it() {
    let mut builds = with_facts(|web| web.builds = true);
    let plan = plan_of(ActionName::Rebuild, &builds);
    assert_eq!(
        steps(&plan),
        [
            "keep web",
            "build web",
            "up web as it is here",
            "running web 1",
            "record web"
        ]
    );
    let wishes = Wishes {
        prebuild: Some("make".to_owned()),
        push: Some(true),
        ..Wishes::default()
    };
    builds
        .preferences
        .services
        .insert("wezm/web".to_owned(), wishes);
    let plan = plan_of(ActionName::Rebuild, &builds);
    assert_eq!(steps(&plan)[1..3], ["run make", "build web"]);
    assert_eq!(steps(&plan).last().unwrap(), "push web");
}

#[test]
fn what_comes_from_a_registry_is_not_rebuilt() {
    let failure = failure_of(ActionName::Rebuild, &with_facts(|_| ()));
    assert!(failure.hint.unwrap().contains("redeploy"));
}

#[test]
fn labels_of_the_file_count_before_those_of_the_container() {
    let mut observed = with_facts(|web| {
        web.builds = true;
        web.labels = [("topside.gate", "1m"), ("topside.prebuild", "make")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
    });
    observed.containers[0] = of("web", 1).label("topside.gate", "5m");
    let plan = plan_of(ActionName::Rebuild, &observed);
    assert_eq!(steps(&plan)[1], "run make");
    let grace = plan.steps.iter().find_map(|step| match step.operation {
        Operation::Gate {
            gate: Gate::Running { grace, .. },
            ..
        } => Some(grace.as_secs()),
        _ => None,
    });
    assert_eq!(grace, Some(60));
}
