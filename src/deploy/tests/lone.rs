//! Containers that Compose did not make.

use super::*;
use crate::domain::{ImageId, Wishes};

fn hand_made() -> Observed {
    Observed {
        service: lone_service("web"),
        images: Some(images(Some(image(&["registry.example/web@sha256:00"])))),
        ..observed(vec![lone("web")])
    }
}

#[test]
fn it_is_made_anew_and_the_old_one_goes_last() {
    let plan = plan_of(ActionName::Redeploy, &hand_made());
    assert_eq!(
        steps(&plan),
        [
            "keep web",
            "pull image registry.example/web:1",
            "compare",
            "set aside web",
            "create web of registry.example/web:1",
            "start named web",
            "running web 1",
            "record web",
            "remove webfffffffff",
        ]
    );
}

#[test]
fn what_cannot_be_put_back_is_not_touched() {
    let mut removed = hand_made();
    removed.containers[0] = lone("web").detail(|detail| detail.auto_remove = true);
    assert!(
        failure_of(ActionName::Redeploy, &removed)
            .why
            .contains("--rm")
    );
    let mut shared = hand_made();
    shared.sharers = vec![lone("sniffer").in_network_of(&lone("web"))];
    assert!(
        failure_of(ActionName::Redeploy, &shared)
            .why
            .contains("sniffer")
    );
}

#[test]
fn a_rebuild_needs_a_word_on_how() {
    let mut observed = hand_made();
    let failure = failure_of(ActionName::Rebuild, &observed);
    assert!(
        failure
            .hint
            .unwrap()
            .contains("[services.\"web\"] prebuild")
    );
    // The container's label may be its image's: it runs no command of ours.
    observed.containers[0] = lone("web").label("topside.prebuild", "rm -rf /");
    failure_of(ActionName::Rebuild, &observed);
    let wishes = Wishes {
        prebuild: Some("make image".to_owned()),
        ..Wishes::default()
    };
    observed
        .preferences
        .services
        .insert("web".to_owned(), wishes);
    let plan = plan_of(ActionName::Rebuild, &observed);
    assert_eq!(steps(&plan)[..3], ["keep web", "run make image", "compare"]);
}

#[test]
fn a_recreation_that_was_cut_off_leads_on_or_back() {
    let mut half = hand_made();
    let mut old = lone("old");
    old.name = "web.topside-old".into();
    assert_eq!(old.service_id(), lone_service("web"));
    half.set_aside = vec![old];
    let back = plan_of(ActionName::RollBack, &half);
    assert_eq!(steps(&back), ["put back web", "running web 1"]);
    let on = plan_of(ActionName::Redeploy, &half);
    assert_eq!(
        steps(&on),
        [
            "start named web",
            "running web 1",
            "record web",
            "remove oldfffffffff"
        ]
    );
    half.containers.clear();
    let back = plan_of(ActionName::Redeploy, &half);
    assert_eq!(steps(&back), ["put back web", "running web 1"]);
}

#[test]
fn the_way_back_gives_the_old_container_its_place_again() {
    let steps_back = crate::deploy::way_back(&hand_made()).unwrap();
    let plan = hand_made().plan(ActionName::RollBack, steps_back, Vec::new());
    let tag = format!(
        "tag {} registry.example/web:1",
        ImageId::short(&image_id("old"))
    );
    assert_eq!(
        steps(&plan),
        [tag.as_str(), "put back web", "running web 1"]
    );
}
