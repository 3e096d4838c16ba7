//! Redeploys that cannot end well, and what they leave.

use topside::domain::{ActionName, Outcome};

use crate::bed::{Bed, Flavour, IDLE, failed};

const ONE: &str = "
services:
  web:
    image: {image}
    {idle}
    restart: always
    labels: {topside.gate: 2s}
";

fn changed(from: &str, to: &str) -> String {
    assert!(ONE.contains(from));
    ONE.replace(from, to).replace("{idle}", IDLE)
}

async fn a_crash_loop_fails_with_the_log(flavour: Flavour) {
    let bed = Bed::up("crash", flavour, ONE).await;
    let crash = "command: [sh, -c, 'echo no database; exit 3']";
    bed.project.write(&changed("{idle}", crash));
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(failed(&outcome).contains("last exit code 3"), "{outcome:?}");
    let Outcome::Failed { log, .. } = &outcome else {
        panic!("{outcome:?}")
    };
    assert!(log.iter().any(|line| line == "no database"), "{log:?}");
    assert!(log.len() <= 20);
}

async fn a_container_that_ends_fails_at_once(flavour: Flavour) {
    let bed = Bed::up("ends", flavour, ONE).await;
    let crash = "command: [sh, -c, 'echo once; exit 4']";
    let text = changed("{idle}", crash).replace("restart: always", "restart: 'no'");
    bed.project.write(&text);
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(
        failed(&outcome).contains("has ended, last exit code 4"),
        "{outcome:?}"
    );
}

async fn a_broken_file_fails_with_composes_words(flavour: Flavour) {
    let bed = Bed::up("broken", flavour, ONE).await;
    let before = bed.run_of("web");
    bed.project.write("services: [");
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    let why = failed(&outcome);
    assert!(
        why.contains("flow node") && why.contains("node content"),
        "{why}"
    );
    assert_eq!(bed.run_of("web"), before);
}

async fn a_word_that_compose_does_not_know_is_named(flavour: Flavour) {
    let bed = Bed::up("word", flavour, ONE).await;
    let before = bed.run_of("web");
    bed.project
        .write(&changed("restart: always", "resart: always"));
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(failed(&outcome).contains("resart"), "{outcome:?}");
    assert_eq!(bed.run_of("web"), before);
}

async fn a_file_that_is_gone_is_named(flavour: Flavour) {
    let bed = Bed::up("gone", flavour, ONE).await;
    let before = bed.run_of("web");
    std::fs::remove_file(bed.project.file()).unwrap();
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(
        failed(&outcome).contains("compose.yaml is not there"),
        "{outcome:?}"
    );
    assert_eq!(bed.run_of("web"), before);
}

async fn a_service_that_left_the_file_is_left_alone(flavour: Flavour) {
    let bed = Bed::up("left", flavour, ONE).await;
    let before = bed.run_of("web");
    bed.project.write(&changed("  web:", "  other:"));
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    let why = failed(&outcome);
    assert!(
        why.contains("no service web") || why.contains("No such service"),
        "{why}"
    );
    assert_eq!(bed.run_of("web"), before);
}

async fn an_image_that_cannot_be_pulled_leaves_the_old_one_running(flavour: Flavour) {
    let bed = Bed::up("pull", flavour, ONE).await;
    let before = bed.run_of("web");
    // Nothing listens on port 1: refused at once, wherever this runs.
    bed.project
        .write(&changed("{image}", "localhost:1/absent:1"));
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(failed(&outcome).contains("refused"), "{outcome:?}");
    assert_eq!(bed.run_of("web"), before);
}

async fn a_command_that_is_not_there_fails_with_the_engines_words(flavour: Flavour) {
    let bed = Bed::up("command", flavour, ONE).await;
    bed.project
        .write(&changed("{idle}", "command: [/no/such/program]"));
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(failed(&outcome).contains("no such file"), "{outcome:?}");
}

async fn a_service_that_keeps_crashing_is_not_up_to_date(flavour: Flavour) {
    let crash = "command: [sh, -c, 'sleep 1; exit 5']";
    let bed = Bed::up("keeps", flavour, &changed("{idle}", crash)).await;
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(failed(&outcome).contains("exit code 5"), "{outcome:?}");
}

super::with_both_composes!(
    a_crash_loop_fails_with_the_log,
    a_container_that_ends_fails_at_once,
    a_broken_file_fails_with_composes_words,
    a_word_that_compose_does_not_know_is_named,
    a_file_that_is_gone_is_named,
    a_service_that_left_the_file_is_left_alone,
    an_image_that_cannot_be_pulled_leaves_the_old_one_running,
    a_command_that_is_not_there_fails_with_the_engines_words,
    a_service_that_keeps_crashing_is_not_up_to_date,
);

#[tokio::test]
async fn a_health_check_that_never_passes_fails_with_its_words() {
    let bed = Bed::up("sick", Flavour::Plugin, ONE).await;
    let check = "restart: always\n    healthcheck: {test: [CMD, sh, -c, 'echo no answer; exit 1'], \
                 interval: 1s, retries: 2}";
    bed.project.write(&changed("restart: always", check));
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    let why = failed(&outcome);
    assert!(
        why.contains("is unhealthy (its check said: no answer)"),
        "{why}"
    );
    let health = bed.inspect("web", "{{.State.Health.Status}}");
    assert_eq!(health, "unhealthy");
}

#[tokio::test]
async fn an_image_cannot_name_the_files_that_are_run() {
    let bed = Bed::with("borrow", Flavour::Plugin, &[("compose.yaml", ONE)]).await;
    let folder = bed.project.folder().display().to_string();
    let name = &bed.project.name;
    let hostile = bed.project.build(
        "hostile",
        &format!(
            "LABEL com.docker.compose.project={name} com.docker.compose.service=web \
             com.docker.compose.container-number=1 com.docker.compose.project.working_dir={folder} \
             com.docker.compose.project.config_files={folder}/compose.yaml"
        ),
    );
    let container = format!("{name}-hostile");
    let _lone = crate::bed::Lone(container.clone());
    crate::fixtures::engine::docker(&["run", "--detach", "--name", &container, &hostile]);
    for action in [ActionName::Redeploy, ActionName::Rebuild] {
        let outcome = bed.run(action, "web").await;
        assert!(failed(&outcome).contains("not trusted"), "{outcome:?}");
    }
}
