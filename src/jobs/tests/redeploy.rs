//! Redeploys through a Compose that is a shell script.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use tempfile::TempDir;

use super::bench::{Bench, cancelled_after};
use super::engine::Engine;
use crate::backend::BackendError;
use crate::deploy::sample::{Altered, host, image_id, service};
use crate::domain::{
    ActionName, ByteSize, Container, ContainerId, ContainerState, Image, JobEvent, Outcome,
};

fn pulled() -> Image {
    Image {
        host: host(),
        id: image_id("01d"),
        tags: Vec::new(),
        digests: vec!["web@sha256:00".to_owned()],
        size: ByteSize(1),
        created: Timestamp::UNIX_EPOCH,
    }
}

fn web(folder: &TempDir) -> Container {
    let mut web = Bench::composed(folder, "web");
    web.image_id = image_id("01d");
    web
}

/// The container that takes the place of another.
fn recreated(mut container: Container, image: &str) -> Container {
    container.id = ContainerId::from(&format!("new{}", container.id));
    container.image_id = image_id(image);
    container.detail(|detail| detail.started_at = Some(Timestamp::now()))
}

/// An engine whose containers become these once the file `up` is there.
fn becoming(folder: &TempDir, before: Vec<Container>, after: Vec<Container>) -> Engine {
    Engine::with(before)
        .having(pulled())
        .once(folder.path().join("up"), after)
}

#[tokio::test]
async fn a_new_image_is_brought_up_and_named() {
    let bench = Bench::new(|folder| {
        becoming(
            folder,
            vec![web(folder)],
            vec![recreated(web(folder), "2e3")],
        )
    });
    bench.compose("", "echo ' Image web:1 Pulled' >&2", "touch up");
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert_eq!(
        ended.summary(),
        "web now runs 2e3000000000 (release 2), before 01d000000000; ran for 0 s without a restart"
    );
    assert_eq!(bench.called(), ["pull -- web", "up -d --no-deps -- web"]);
    assert_eq!(ended.output(), [" Image web:1 Pulled"]);
    let progress = |event: &JobEvent| matches!(event, JobEvent::Progress { line } if line == "Image web:1 Pulled");
    assert!(ended.events.iter().any(progress));
}

#[tokio::test]
async fn an_up_that_changes_nothing_is_no_success() {
    let bench = Bench::new(|folder| Engine::with(vec![web(folder)]).having(pulled()));
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert_eq!(
        ended.outcome,
        Outcome::NothingToDo {
            summary: "web already runs what the Compose file and the registry say".to_owned()
        }
    );
}

#[tokio::test]
async fn an_up_that_changes_nothing_about_a_dead_service_is_a_failure() {
    let dead = |folder: &TempDir| web(folder).state(ContainerState::Dead);
    let bench = Bench::new(|folder| Engine::with(vec![dead(folder)]).having(pulled()));
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert_eq!(ended.why(), "wezm-web-1 is dead");
}

#[tokio::test]
async fn a_recreation_of_the_same_image_is_told_apart() {
    let bench = Bench::new(|folder| {
        becoming(
            folder,
            vec![web(folder)],
            vec![recreated(web(folder), "01d")],
        )
    });
    bench.compose("", "", "touch up");
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert!(
        ended.summary().contains("new configuration"),
        "{}",
        ended.summary()
    );
}

#[tokio::test]
async fn a_pull_that_fails_leaves_everything_as_it_was() {
    let bench = Bench::new(|folder| Engine::with(vec![web(folder)]).having(pulled()));
    bench.compose("", "echo 'unauthorized: log in' >&2; exit 1", "");
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert_eq!(ended.why(), "unauthorized: log in");
    assert_eq!(bench.called(), ["pull -- web"]);
    assert_eq!(
        ended.told(),
        ["planned", "started 0", "done 0", "started 1", "failed"]
    );
}

#[tokio::test]
async fn an_up_that_fails_says_why() {
    let bench = Bench::new(|folder| Engine::with(vec![web(folder)]).having(pulled()));
    bench.compose("", "", "echo 'port is already allocated' >&2; exit 17");
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert_eq!(ended.why(), "port is already allocated");
    assert_eq!(ended.told().last().unwrap(), "failed");
}

#[tokio::test]
async fn broken_files_fail_before_a_plan() {
    let bench = Bench::new(|folder| Engine::with(vec![web(folder)]).having(pulled()));
    bench.compose("echo 'yaml: line 3: nonsense' >&2; exit 15", "", "");
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert_eq!(ended.told(), ["failed"]);
    assert_eq!(ended.why(), "yaml: line 3: nonsense");
    assert!(bench.called().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_no_configuration_is_refused() {
    let bench = Bench::new(|folder| Engine::with(vec![web(folder)]).having(pulled()));
    bench.compose("echo hello", "", "");
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert!(ended.why().contains("unexpected answer"), "{}", ended.why());
}

#[tokio::test]
async fn a_pull_can_be_cut_short() {
    let bench = Bench::new(|folder| Engine::with(vec![web(folder)]).having(pulled()));
    bench.compose("", "echo pulling; sleep 60", "touch up");
    let began = Instant::now();
    let ended = bench
        .run_until(ActionName::Redeploy, &service("web"), |event| {
            matches!(event, JobEvent::Output { .. })
        })
        .await;
    assert_eq!(ended.outcome, cancelled_after(&[]));
    assert_eq!(bench.called(), ["pull -- web"]);
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn an_up_is_not_cut_short() {
    let bench = Bench::new(|folder| {
        becoming(
            folder,
            vec![web(folder)],
            vec![recreated(web(folder), "2e3")],
        )
    });
    bench.compose("", "", "echo begun; sleep 0.2; touch up");
    let ended = bench
        .run_until(ActionName::Redeploy, &service("web"), |event| {
            matches!(event, JobEvent::Output { .. })
        })
        .await;
    assert_eq!(ended.outcome, cancelled_after(&["bring up web"]));
    assert!(bench.folder.path().join("up").exists());
    assert_eq!(bench.record().steps[2].ok, Some(true));
}

#[tokio::test]
async fn what_shares_the_network_is_brought_up_after_it() {
    let bench = Bench::new(|folder| {
        let side = Bench::composed(folder, "side").in_network_of(&web(folder));
        let after = vec![
            recreated(web(folder), "2e3"),
            recreated(side.clone(), "01d"),
        ];
        becoming(folder, vec![web(folder), side], after)
    });
    bench.compose("", "", "case \" $* \" in *' web ') touch up;; esac");
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert_eq!(
        bench.called(),
        [
            "pull -- web",
            "up -d --no-deps -- web",
            "up -d --no-deps --force-recreate -- side"
        ]
    );
    assert!(matches!(ended.outcome, Outcome::Done { .. }));
}

#[tokio::test]
async fn without_compose_it_says_what_to_install() {
    let bench = Bench::new(|folder| Engine::with(vec![web(folder)]).having(pulled()));
    std::fs::remove_file(bench.folder.path().join("docker-compose")).unwrap();
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    let Outcome::Failed { failure, .. } = &ended.outcome else {
        panic!("{:?}", ended.outcome)
    };
    assert!(
        failure
            .hint
            .as_deref()
            .unwrap()
            .contains("docker-compose-plugin")
    );
}

#[tokio::test]
async fn without_a_tag_that_keeps_it_nothing_is_touched() {
    let bench = Bench::new(|folder| {
        let full = BackendError::Engine {
            status: 500,
            message: "no space left on device".to_owned(),
        };
        Engine::with(vec![web(folder)])
            .having(pulled())
            .failing("tag", full)
    });
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert_eq!(ended.why(), "no space left on device");
    assert!(bench.called().is_empty());
}

#[tokio::test]
async fn what_did_not_prove_itself_is_rolled_back() {
    let bench = Bench::new(|folder| {
        let dead = recreated(web(folder), "2e3").state(ContainerState::Dead);
        becoming(folder, vec![web(folder)], vec![dead])
    });
    // The second `up` is the way back.
    bench.compose("", "", "if [ -e up ]; then rm up; else touch up; fi");
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    let Outcome::RolledBack {
        failure, summary, ..
    } = &ended.outcome
    else {
        panic!("{:?}", ended.outcome)
    };
    assert_eq!(failure.why, "wezm-web-1 is dead");
    assert!(
        summary.starts_with("web runs 01d000000000 again"),
        "{summary}"
    );
    assert_eq!(
        bench.called()[1..],
        [
            "up -d --no-deps -- web",
            "up -d --no-deps --no-build --pull=never -- web"
        ]
    );
    assert!(ended.told().contains(&"way back".to_owned()));
    // The way back stands in the records with the plan.
    assert_eq!(bench.record().plan.unwrap().steps.len(), 8);
    let known = bench.world.store.as_ref().unwrap();
    let releases = known.releases("engine", &service("web")).unwrap();
    let states: Vec<&str> = releases
        .iter()
        .map(|release| release.state.word())
        .collect();
    assert_eq!(states, ["good", "failed"]);
}

#[tokio::test]
async fn a_way_back_that_fails_says_what_to_do() {
    let bench = Bench::new(|folder| {
        let dead = recreated(web(folder), "2e3").state(ContainerState::Dead);
        becoming(folder, vec![web(folder)], vec![dead])
    });
    bench.compose(
        "",
        "",
        "if [ -e up ]; then echo no >&2; exit 1; else touch up; fi",
    );
    let ended = bench.run(ActionName::Redeploy, &service("web")).await;
    assert!(
        ended
            .why()
            .contains("the way back to 01d000000000 failed: no"),
        "{}",
        ended.why()
    );
}
