//! Restart, stop, start, remove on a real engine.

use topside::domain::{ActionName, Outcome};

use crate::bed::{Bed, Flavour, Lone, done, failed};
use crate::fixtures::engine::{docker, try_docker};

const TWO: &str = "
services:
  web:
    image: {image}
    {idle}
    labels: {topside.gate: 1s}
    volumes: ['data:/data']
volumes:
  data:
";

#[tokio::test]
async fn a_project_is_restarted_stopped_started_and_removed() {
    let bed = Bed::up("life", Flavour::Plugin, TWO).await;
    let id = bed.container("web");
    let before = bed.run_of("web");

    let outcome = bed.run(ActionName::Restart, "web").await;
    assert!(done(&outcome).contains("was restarted"));
    assert_eq!(bed.container("web"), id);
    assert_ne!(bed.run_of("web"), before);

    done(&bed.run(ActionName::Stop, "web").await);
    assert_eq!(bed.inspect("web", "{{.State.Status}}"), "exited");
    let again = bed.run(ActionName::Stop, "web").await;
    assert!(matches!(again, Outcome::NothingToDo { .. }), "{again:?}");

    done(&bed.run(ActionName::Start, "web").await);
    assert_eq!(bed.inspect("web", "{{.State.Status}}"), "running");
    let again = bed.run(ActionName::Start, "web").await;
    assert!(matches!(again, Outcome::NothingToDo { .. }), "{again:?}");

    done(&bed.run(ActionName::Remove, "web").await);
    assert!(bed.containers("web").is_empty());
    let volume = format!("{}_data", bed.project.name);
    assert_eq!(
        docker(&["volume", "inspect", "--format", "{{.Name}}", &volume]),
        volume
    );
    let again = bed.run(ActionName::Remove, "web").await;
    assert!(matches!(again, Outcome::NothingToDo { .. }), "{again:?}");
    assert!(failed(&bed.run(ActionName::Restart, "web").await).contains("no containers"));
}

fn lone(bed: &Bed, options: &[&str], script: &str) -> (Lone, String) {
    let name = format!("{}-lone", bed.project.name);
    let image = bed.project.image();
    let mut arguments = vec!["run", "-d", "--name", &name, "--label", "topside.test=1"];
    arguments.extend(options);
    arguments.extend([image.as_str(), "sh", "-c", script]);
    (Lone(docker(&arguments)), name)
}

#[tokio::test]
async fn a_lone_container_is_restarted_and_watched_for_its_grace_time() {
    let bed = Bed::with("lone", Flavour::Plugin, &[]).await;
    let script = "trap 'exit 0' TERM; sleep 100000 & wait";
    let (_lone, name) = lone(&bed, &["--label", "topside.gate=3s"], script);
    let began = std::time::Instant::now();
    let outcome = bed
        .run_on(ActionName::Restart, &bed.lone_service(&name))
        .await;
    assert!(
        done(&outcome).contains("ran for 3 s without a restart"),
        "{outcome:?}"
    );
    assert!(began.elapsed().as_secs() >= 3);
}

#[tokio::test]
async fn a_restart_into_a_crash_is_a_failure() {
    let bed = Bed::with("lonecrash", Flavour::Plugin, &[]).await;
    let script = "test -e /second && { echo second time; exit 9; }; touch /second; \
                  trap 'exit 0' TERM; sleep 100000 & wait";
    let (lone, name) = lone(&bed, &["--restart", "on-failure:2"], script);
    let outcome = bed
        .run_on(ActionName::Restart, &bed.lone_service(&name))
        .await;
    assert!(failed(&outcome).contains("exit code 9"), "{outcome:?}");
    let Outcome::Failed { log, .. } = &outcome else {
        panic!("{outcome:?}")
    };
    assert!(log.iter().any(|line| line == "second time"), "{log:?}");
    drop(lone);
}

#[tokio::test]
async fn a_container_that_removes_itself_is_removed() {
    let bed = Bed::with("lonerm", Flavour::Plugin, &[]).await;
    let script = "trap 'exit 0' TERM; sleep 100000 & wait";
    let (lone, name) = lone(&bed, &["--rm"], script);
    let outcome = bed
        .run_on(ActionName::Remove, &bed.lone_service(&name))
        .await;
    done(&outcome);
    assert!(try_docker(&["inspect", &lone.0]).is_err());
}
