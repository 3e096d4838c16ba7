//! Projects started with several files, an env file and a profile mean the same project when topside calls Compose.

use topside::domain::{ActionName, Outcome};

use crate::bed::{Bed, Flavour, done};

const BASE: &str = "
services:
  web:
    image: {image}
    {idle}
    profiles: [extra]
    environment: {COLOUR: '${COLOUR:-none}'}
    labels: {topside.gate: 1s}
  db:
    image: {image}
    {idle}
  idle:
    image: {image}
    profiles: [other]
";
const OVER: &str = "
services:
  web:
    environment: {SHAPE: round}
";

async fn files_env_file_and_profile_are_the_ones_it_was_started_with(flavour: Flavour) {
    let files = [
        ("base.yml", BASE),
        ("over.yml", OVER),
        ("prod.env", "COLOUR=red\n"),
    ];
    let bed = Bed::with("files", flavour, &files).await;
    bed.compose(&[
        "-f",
        "base.yml",
        "-f",
        "over.yml",
        "--env-file",
        "prod.env",
        "--profile",
        "extra",
        "up",
        "-d",
    ]);
    let (web, db) = (bed.run_of("web"), bed.run_of("db"));

    // Called with less, Compose would see another configuration and recreate it.
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(
        matches!(outcome, Outcome::NothingToDo { .. }),
        "{outcome:?}"
    );
    assert_eq!(bed.run_of("web"), web);

    bed.project.write_file("prod.env", "COLOUR=blue\n");
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    done(&outcome);
    let environment = bed.inspect("web", "{{.Config.Env}}");
    assert!(environment.contains("COLOUR=blue") && environment.contains("SHAPE=round"));
    assert_eq!(bed.run_of("db"), db);
    assert!(bed.containers("idle").is_empty());

    // And once more from the labels that this left.
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(
        matches!(outcome, Outcome::NothingToDo { .. }),
        "{outcome:?}"
    );
}

async fn a_file_in_a_folder_below_is_found(flavour: Flavour) {
    let bed = Bed::with("below", flavour, &[]).await;
    std::fs::create_dir(bed.project.folder().join("stack")).unwrap();
    let base = BASE.replace("{idle}", crate::bed::IDLE);
    bed.project.write_file("stack/compose.yml", &base);
    bed.compose(&["-f", "stack/compose.yml", "up", "-d", "db"]);
    let outcome = bed.run(ActionName::Redeploy, "db").await;
    assert!(
        matches!(outcome, Outcome::NothingToDo { .. }),
        "{outcome:?}"
    );
}

super::with_both_composes!(
    files_env_file_and_profile_are_the_ones_it_was_started_with,
    a_file_in_a_folder_below_is_found,
);
