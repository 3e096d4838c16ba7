//! Deploys that fail and lead back, and roll backs that somebody asks for.

use topside::domain::{ActionName, Outcome, ReleaseState};

use crate::bed::{Bed, Flavour, done, failed, rolled_back};
use crate::fixtures::engine::{docker, image, image_id, try_docker};

/// The image says what runs.
const WEB: &str = "
services:
  web:
    image: {image}
    pull_policy: never
    restart: always
    labels: {topside.gate: 2s}
    depends_on: [db]
  db:
    image: {image}
    pull_policy: never
";

const CRASH: &str = "CMD [\"sh\", \"-c\", \"echo no database; exit 3\"]";

fn short(reference: &str) -> String {
    image_id(reference).trim_start_matches("sha256:")[..12].to_owned()
}

/// The images that a service's releases keep, by their numbers.
async fn kept(bed: &Bed, service: &str) -> Vec<(u64, String, ReleaseState)> {
    let releases = bed.releases(&bed.service(service)).await;
    for release in &releases {
        let tag = release.keep_tag(&bed.service(service));
        let there = try_docker(&["image", "inspect", "--format", "{{.Id}}", &tag]);
        if release.state == ReleaseState::Failed {
            assert!(there.is_err(), "{tag} keeps what failed");
        } else {
            assert_eq!(there.unwrap(), release.image.as_str(), "{tag}");
        }
    }
    releases
        .into_iter()
        .map(|release| {
            (
                release.number,
                release.image.as_str().to_owned(),
                release.state,
            )
        })
        .collect()
}

async fn a_crash_looping_image_is_rolled_back(flavour: Flavour) {
    let bed = Bed::up("loop", flavour, WEB).await;
    let db = bed.run_of("db");
    let bad = bed.project.build("bad", CRASH);
    bed.project.retag(&bad);
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    let (why, back) = rolled_back(&outcome);
    assert!(why.contains("last exit code 3"), "{why}");
    assert!(
        back.contains(&format!("web runs {} again", short(&image()))),
        "{back}"
    );
    let Outcome::RolledBack { log, .. } = &outcome else {
        panic!("{outcome:?}")
    };
    assert!(log.iter().any(|line| line == "no database"), "{log:?}");
    // What the engine says.
    assert_eq!(bed.inspect("web", "{{.Image}}"), image_id(&image()));
    assert_eq!(
        bed.inspect("web", "{{.State.Status}} {{.RestartCount}}"),
        "running 0"
    );
    assert_eq!(image_id(&bed.project.image()), image_id(&image()));
    assert_eq!(bed.run_of("db"), db);
    let kept = kept(&bed, "web").await;
    let states: Vec<_> = kept.iter().map(|(n, _, state)| (*n, *state)).collect();
    assert_eq!(states, [(1, ReleaseState::Good), (2, ReleaseState::Failed)]);
}

async fn one_that_never_becomes_healthy_is_rolled_back(flavour: Flavour) {
    let yaml = WEB.replace(
        "    labels: {topside.gate: 2s}",
        "    healthcheck: {test: [CMD, test, -e, /ready], interval: 1s, retries: 2}\n    labels: {topside.gate: 2s}",
    );
    let bed = Bed::with("never", flavour, &[("compose.yaml", &yaml)]).await;
    let good = bed.project.build("good", "RUN touch /ready");
    bed.project.retag(&good);
    bed.compose(&["up", "-d"]);
    bed.project.retag(&image());
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    let (why, back) = rolled_back(&outcome);
    assert!(why.contains("unhealthy"), "{why}");
    assert!(back.ends_with("healthy"), "{back}");
    assert_eq!(bed.inspect("web", "{{.Image}}"), image_id(&good));
    assert_eq!(bed.inspect("web", "{{.State.Health.Status}}"), "healthy");
}

async fn rolling_back_twice_goes_back_two(flavour: Flavour) {
    let bed = Bed::up("twice", flavour, WEB).await;
    let (second, third) = (
        bed.project.build("second", "RUN touch /second"),
        bed.project.build("third", "RUN touch /third"),
    );
    for image in [&second, &third] {
        bed.project.retag(image);
        done(&bed.run(ActionName::Redeploy, "web").await);
    }
    // Only the tags that keep them are left.
    docker(&["image", "rm", &second, &third]);
    let numbers: Vec<u64> = kept(&bed, "web").await.iter().map(|(n, ..)| *n).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let ids: Vec<String> = kept(&bed, "web")
        .await
        .into_iter()
        .map(|(_, id, _)| id)
        .collect();

    for (back, id) in [("second", &ids[1]), ("first", &ids[0])] {
        let outcome = bed.run(ActionName::RollBack, "web").await;
        assert!(
            done(&outcome).contains("again, before"),
            "{back}: {outcome:?}"
        );
        assert_eq!(&bed.inspect("web", "{{.Image}}"), id, "{back}");
        assert_eq!(&image_id(&bed.project.image()), id, "{back}");
    }
    let outcome = bed.run(ActionName::RollBack, "web").await;
    assert!(
        failed(&outcome).contains("no release before"),
        "{outcome:?}"
    );
    // Forward again, by its number.
    done(&bed.roll_back_to("web", 3).await);
    assert_eq!(bed.inspect("web", "{{.Image}}"), ids[2]);
    let outcome = bed.roll_back_to("web", 3).await;
    assert!(
        matches!(outcome, Outcome::NothingToDo { .. }),
        "{outcome:?}"
    );
    assert_eq!(kept(&bed, "web").await.len(), 3);
}

async fn lost_records_are_made_up_for_by_the_tags(flavour: Flavour) {
    let bed = Bed::up("lost", flavour, WEB).await;
    bed.project
        .retag(&bed.project.build("second", "RUN touch /second"));
    done(&bed.run(ActionName::Redeploy, "web").await);
    let bed = bed.without_records();
    let releases = bed.releases(&bed.service("web")).await;
    assert_eq!(
        releases.iter().map(|r| r.number).collect::<Vec<_>>(),
        [1, 2]
    );
    done(&bed.run(ActionName::RollBack, "web").await);
    assert_eq!(bed.inspect("web", "{{.Image}}"), image_id(&image()));
}

async fn a_roll_back_to_an_image_that_fails_leads_forward_again(flavour: Flavour) {
    let bed = Bed::with("worse", flavour, &[("compose.yaml", WEB)]).await;
    let bad = bed.project.build("bad", CRASH);
    bed.project.retag(&bad);
    bed.compose(&["up", "-d"]);
    bed.project.retag(&image());
    done(&bed.run(ActionName::Redeploy, "web").await);
    let outcome = bed.roll_back_to("web", 1).await;
    let (why, back) = rolled_back(&outcome);
    assert!(why.contains("exit code 3"), "{why}");
    assert!(back.contains(&short(&image())), "{back}");
    assert_eq!(bed.inspect("web", "{{.Image}}"), image_id(&image()));
    assert_eq!(image_id(&bed.project.image()), image_id(&image()));
}

async fn an_image_that_is_gone_is_said_before_anything_is_touched(flavour: Flavour) {
    let bed = Bed::up("absent", flavour, WEB).await;
    let (second, third) = (
        bed.project.build("second", "RUN touch /second"),
        bed.project.build("third", "RUN touch /third"),
    );
    for image in [&second, &third] {
        bed.project.retag(image);
        done(&bed.run(ActionName::Redeploy, "web").await);
    }
    let releases = bed.releases(&bed.service("web")).await;
    docker(&[
        "image",
        "rm",
        &second,
        &releases[1].keep_tag(&bed.service("web")),
    ]);
    let before = bed.run_of("web");
    let outcome = bed.run(ActionName::RollBack, "web").await;
    assert!(
        failed(&outcome).contains("not on this host any more"),
        "{outcome:?}"
    );
    assert_eq!(bed.run_of("web"), before);
    assert_eq!(image_id(&bed.project.image()), image_id(&third));
}

async fn what_changed_is_only_the_file_and_cannot_be_rolled_back(flavour: Flavour) {
    let bed = Bed::up("config", flavour, WEB).await;
    bed.project
        .write(&WEB.replace("restart: always", "command: [sh, -c, 'exit 9']"));
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    let Outcome::Failed { failure, .. } = &outcome else {
        panic!("{outcome:?}")
    };
    assert!(
        failure.hint.as_deref().unwrap().contains("Compose file"),
        "{failure}"
    );
}

async fn only_so_many_are_kept(flavour: Flavour) {
    let yaml = WEB.replace(
        "{topside.gate: 2s}",
        "{topside.gate: 0s, topside.keep: '2'}",
    );
    let bed = Bed::up("few", flavour, &yaml).await;
    for n in 2..=4 {
        let tag = format!("n{n}");
        let built = bed.project.build(&tag, &format!("RUN touch /{tag}"));
        bed.project.retag(&built);
        docker(&["image", "rm", &built]);
        done(&bed.run(ActionName::Redeploy, "web").await);
    }
    let numbers: Vec<u64> = kept(&bed, "web").await.iter().map(|(n, ..)| *n).collect();
    assert_eq!(numbers, [3, 4]);
    // `docker image prune` spares what is kept.
    for n in 2..=4 {
        // Its own only: a layer of another test's build looks as unused.
        let own = format!("label=of={}-n{n}", bed.project.name);
        docker(&["image", "prune", "--force", "--filter", &own]);
    }
    assert_eq!(kept(&bed, "web").await.len(), 2);
}

super::with_both_composes!(
    a_crash_looping_image_is_rolled_back,
    one_that_never_becomes_healthy_is_rolled_back,
    rolling_back_twice_goes_back_two,
    lost_records_are_made_up_for_by_the_tags,
    a_roll_back_to_an_image_that_fails_leads_forward_again,
    an_image_that_is_gone_is_said_before_anything_is_touched,
    what_changed_is_only_the_file_and_cannot_be_rolled_back,
    only_so_many_are_kept,
);
