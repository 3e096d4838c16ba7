//! Up, down and many at once, on a whole project.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use topside::domain::{ActionName, Dependencies, JobEvent, Outcome, Request};
use topside::jobs::carry_out;

use crate::bed::{Bed, Flavour, done, failed};
use crate::fixtures::engine::{docker, image, image_id, other_image, try_docker};

/// A chain of three, a service of a profile, a volume; the second file changes one service.
const BASE: &str = "
version: '2.4'
services:
  api:
    image: ${IMAGE}
    {idle}
    labels: {topside.gate: 1s}
    depends_on: [db]
  db:
    image: ${IMAGE}
    {idle}
    labels: {topside.gate: 1s}
    volumes: [data:/data]
  web:
    image: ${IMAGE}
    {idle}
    labels: {topside.gate: 1s}
    depends_on: [api]
volumes: {data: {}}
";
const OVER: &str = "
version: '3.9'
services:
  web:
    labels: {over: 'yes'}
  debug:
    image: ${IMAGE}
    {idle}
    labels: {topside.gate: 1s}
    profiles: [debug]
";

async fn bed(name: &str, flavour: Flavour) -> Bed {
    // v1 wants the same version in each file; 3.9 is the only one of its that knows profiles.
    let base = BASE.replace("'2.4'", "'3.9'");
    let files = [
        ("compose.yaml", base.as_str()),
        ("over.yaml", OVER),
        ("image.env", "IMAGE={image}\n"),
    ];
    let bed = Bed::with(name, flavour, &files).await;
    bed.compose(&call(&["up", "-d"]));
    bed
}

fn call<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec![
        "--env-file=image.env",
        "--file=compose.yaml",
        "--file=over.yaml",
    ];
    all.extend(arguments);
    all
}

const ALL: [&str; 3] = ["api", "db", "web"];

async fn up_brings_up_what_changed_and_keeps_what_ran(flavour: Flavour) {
    let bed = bed("all", flavour).await;
    let same = bed.run_on_all(ActionName::Up, None).await;
    assert!(matches!(same, Outcome::NothingToDo { .. }), "{same:?}");
    bed.project.retag(&other_image());
    let outcome = bed.run_on_all(ActionName::Up, None).await;
    assert!(done(&outcome).contains("api, db, web"), "{outcome:?}");
    for name in ALL {
        assert_eq!(bed.inspect(name, "{{.Image}}"), image_id(&other_image()));
        let releases = bed.releases(&bed.service(name)).await;
        assert_eq!(releases.len(), 2, "{releases:?}");
    }
    assert!(bed.containers("debug").is_empty());
    assert_eq!(bed.inspect("web", "{{.Config.Labels.over}}"), "yes");
    let back = bed.run(ActionName::RollBack, "web").await;
    assert!(done(&back).contains("web runs"), "{back:?}");
    assert_eq!(bed.inspect("web", "{{.Image}}"), image_id(&image()));
}

async fn up_takes_a_profile_that_is_chosen_and_then_keeps_to_it(flavour: Flavour) {
    let bed = bed("profile", flavour).await;
    if flavour == Flavour::V1 {
        let refused = bed.run_on_all(ActionName::Up, Some(&["debug"])).await;
        assert!(failed(&refused).contains("no profile debug"), "{refused:?}");
        bed.compose(&call(&["--profile=debug", "up", "-d"]));
    } else {
        let outcome = bed.run_on_all(ActionName::Up, Some(&["debug"])).await;
        assert!(done(&outcome).contains("debug"), "{outcome:?}");
    }
    let before = bed.run_of("debug");
    bed.project.retag(&other_image());
    let again = bed.run_on_all(ActionName::Up, None).await;
    assert!(done(&again).contains("debug"), "{again:?}");
    assert_ne!(bed.run_of("debug"), before);
}

async fn up_keeps_a_scale_of_the_command_line(flavour: Flavour) {
    let bed = bed("wide", flavour).await;
    bed.compose(&call(&["up", "-d", "--scale", "api=2"]));
    bed.project.retag(&other_image());
    let outcome = bed.run_on_all(ActionName::Up, None).await;
    done(&outcome);
    assert_eq!(bed.containers("api").len(), 2);
}

async fn up_says_which_service_failed_and_that_one_can_be_rolled_back(flavour: Flavour) {
    let bed = bed("broken", flavour).await;
    let over = OVER.replace(
        "{over: 'yes'}",
        "{over: 'yes', topside.gate: 1s}\n    command: 'false'",
    );
    bed.project
        .write_file("over.yaml", &over.replace("{idle}", crate::bed::IDLE));
    let db = bed.run_of("db");
    let outcome = bed.run_on_all(ActionName::Up, None).await;
    assert!(failed(&outcome).starts_with("web: "), "{outcome:?}");
    let Outcome::Failed { failure, .. } = &outcome else {
        panic!("{outcome:?}");
    };
    let hint = failure.hint.clone().unwrap();
    assert!(hint.contains("/web (Z)"), "{hint}");
    assert_eq!(bed.run_of("db"), db);
}

async fn down_takes_containers_and_networks_and_keeps_volumes(flavour: Flavour) {
    let bed = bed("down", flavour).await;
    bed.compose(&call(&["--profile=debug", "up", "-d"]));
    docker(&["exec", &bed.container("db"), "touch", "/data/kept"]);
    let outcome = bed.run_on_all(ActionName::Down, None).await;
    assert!(done(&outcome).contains("4 containers"), "{outcome:?}");
    for name in ["api", "db", "web", "debug"] {
        assert!(bed.containers(name).is_empty(), "{name}");
    }
    let network = format!("{}_default", bed.project.name);
    assert!(try_docker(&["network", "inspect", &network]).is_err());
    let volume = format!("{}_data", bed.project.name);
    docker(&["volume", "inspect", &volume]);
    bed.compose(&call(&["up", "-d"]));
    docker(&["exec", &bed.container("db"), "ls", "/data/kept"]);
}

async fn one_after_the_other_stops_at_the_first_failure(flavour: Flavour) {
    let bed = bed("chain", flavour).await;
    let over = format!("{OVER}  api:\n    command: 'false'\n");
    bed.project
        .write_file("over.yaml", &over.replace("{idle}", crate::bed::IDLE));
    bed.project.retag(&other_image());
    let web = bed.run_of("web");
    let containers = bed.world().backend.containers().await.unwrap();
    let services = ["web", "api", "db"].map(|name| bed.service(name)).to_vec();
    // v1 writes no label of the dependencies: by name.
    let ordered = Dependencies::of(&containers).order(ActionName::Redeploy, services);
    let mut names = Vec::new();
    for service in ordered {
        names.push(service.name.to_string());
        let outcome = bed.run_on(ActionName::Redeploy, &service).await;
        if !matches!(outcome, Outcome::Done { .. }) {
            break;
        }
    }
    if flavour == Flavour::Plugin {
        assert_eq!(names, ["db", "api"]);
        assert_eq!(bed.inspect("db", "{{.Image}}"), image_id(&other_image()));
    } else {
        assert_eq!(names, ["api"]);
    }
    assert_eq!(bed.run_of("web"), web);
}

crate::with_both_composes!(
    up_brings_up_what_changed_and_keeps_what_ran,
    up_takes_a_profile_that_is_chosen_and_then_keeps_to_it,
    up_keeps_a_scale_of_the_command_line,
    up_says_which_service_failed_and_that_one_can_be_rolled_back,
    down_takes_containers_and_networks_and_keeps_volumes,
    one_after_the_other_stops_at_the_first_failure,
);

/// While a whole project is brought up, none of its services is acted upon.
#[tokio::test]
async fn a_job_on_the_project_excludes_jobs_on_its_services() {
    let bed = bed("locks", Flavour::Plugin).await;
    bed.project.retag(&other_image());
    let project = bed.service("any").project_id().unwrap();
    let request = Request::new(ActionName::Up, project);
    let (tell, mut told) = mpsc::channel(256);
    let job = carry_out(bed.world(), &request, tell, CancellationToken::new());
    let meanwhile = async {
        let mut refused = None;
        while let Some(event) = told.recv().await {
            if matches!(event, JobEvent::Planned { .. }) {
                let request = Request::new(ActionName::Restart, bed.service("web"));
                let (tell, mut rest) = mpsc::channel(256);
                tokio::spawn(async move { while rest.recv().await.is_some() {} });
                let other = carry_out(bed.world(), &request, tell, CancellationToken::new());
                refused = Some(other.await);
            }
        }
        refused
    };
    let both = async { tokio::join!(job, meanwhile) };
    let (outcome, refused) = tokio::time::timeout(Duration::from_secs(120), both)
        .await
        .unwrap();
    done(&outcome);
    let refused = refused.unwrap();
    assert!(
        failed(&refused).contains("has been under way"),
        "{refused:?}"
    );
}
