//! Redeploys that end well.

use topside::domain::{ActionName, Outcome};

use crate::bed::{Bed, Flavour, done};
use crate::fixtures::engine::{docker, image, image_id, other_image, short_image_id};

const TWO: &str = "
services:
  web:
    image: {image}
    {idle}
    labels: {topside.gate: 2s}
    depends_on: [db]
  db:
    image: {image}
    {idle}
  later:
    image: {image}
    profiles: [later]
";

async fn a_changed_image_is_brought_up_for_this_service_only(flavour: Flavour) {
    let bed = Bed::up("image", flavour, TWO).await;
    let db = bed.run_of("db");
    bed.project.retag(&other_image());
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    let (old, new) = (short_image_id(&image()), short_image_id(&other_image()));
    let summary = done(&outcome);
    let said = format!("now runs {new} (release 2), before {old}");
    assert!(summary.contains(&said), "{summary}");
    assert_eq!(bed.inspect("web", "{{.Image}}"), image_id(&other_image()));
    assert_eq!(bed.inspect("web", "{{.State.Status}}"), "running");
    assert_eq!(bed.run_of("db"), db);
    assert!(bed.containers("later").is_empty());
}

async fn nothing_new_is_nothing_to_do(flavour: Flavour) {
    let bed = Bed::up("same", flavour, TWO).await;
    let before = bed.run_of("web");
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(
        matches!(outcome, Outcome::NothingToDo { .. }),
        "{outcome:?}"
    );
    assert_eq!(bed.run_of("web"), before);
}

async fn a_stopped_service_is_brought_up(flavour: Flavour) {
    let bed = Bed::up("stopped", flavour, TWO).await;
    docker(&["stop", &bed.container("web")]);
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(done(&outcome).contains("brought up"), "{outcome:?}");
    assert_eq!(bed.inspect("web", "{{.State.Status}}"), "running");
}

async fn a_changed_file_is_brought_up(flavour: Flavour) {
    let bed = Bed::up("file", flavour, TWO).await;
    let text = TWO
        .replace("{idle}", crate::bed::IDLE)
        .replace("2s}", "1s, changed: 'yes'}");
    bed.project.write(&text);
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(done(&outcome).contains("new configuration"), "{outcome:?}");
    assert_eq!(bed.inspect("web", "{{.Config.Labels.changed}}"), "yes");
}

async fn a_scale_of_the_command_line_is_kept(flavour: Flavour) {
    let bed = Bed::with("scale", flavour, &[("compose.yaml", TWO)]).await;
    bed.compose(&["up", "-d", "--scale", "web=3"]);
    bed.project.retag(&other_image());
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(done(&outcome).contains("3 of 3"), "{outcome:?}");
    let containers = bed.containers("web");
    assert_eq!(containers.len(), 3);
    for id in containers {
        let image = docker(&["inspect", "--format", "{{.Image}}", &id]);
        assert_eq!(image, image_id(&other_image()));
    }
}

async fn what_runs_once_is_done_when_it_ended_well(flavour: Flavour) {
    let yaml = "
services:
  migrate:
    image: {image}
    command: [sh, -c, 'echo migrated']
";
    let bed = Bed::up("once", flavour, yaml).await;
    bed.project.retag(&other_image());
    let outcome = bed.run(ActionName::Redeploy, "migrate").await;
    assert!(
        done(&outcome).contains("ran and ended with 0"),
        "{outcome:?}"
    );
}

async fn a_health_check_is_waited_for(flavour: Flavour) {
    let yaml = "
services:
  web:
    image: {image}
    command: [sh, -c, \"trap 'exit 0' TERM; (sleep 3; touch /ready) & while :; do sleep 0.2; done\"]
    healthcheck: {test: [CMD, test, -e, /ready], interval: 1s, retries: 30}
";
    let bed = Bed::up("health", flavour, yaml).await;
    bed.project.retag(&other_image());
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(done(&outcome).ends_with("; healthy"), "{outcome:?}");
    assert_eq!(bed.inspect("web", "{{.State.Health.Status}}"), "healthy");
}

super::with_both_composes!(
    a_changed_image_is_brought_up_for_this_service_only,
    nothing_new_is_nothing_to_do,
    a_stopped_service_is_brought_up,
    a_changed_file_is_brought_up,
    a_scale_of_the_command_line_is_kept,
    what_runs_once_is_done_when_it_ended_well,
    a_health_check_is_waited_for,
);

#[tokio::test]
async fn a_scale_of_the_file_is_not_overruled() {
    let two = TWO.replace("    labels:", "    deploy: {replicas: 2}\n    labels:");
    let bed = Bed::up("replicas", Flavour::Plugin, &two).await;
    assert_eq!(bed.containers("web").len(), 2);
    let three = two.replace("replicas: 2", "replicas: 3");
    bed.project
        .write(&three.replace("{idle}", crate::bed::IDLE));
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    done(&outcome);
    assert_eq!(bed.containers("web").len(), 3);
}
