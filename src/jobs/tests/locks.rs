//! One job at a time per service, and records that fail.

use jiff::Timestamp;

use super::bench::{Bench, quick};
use super::engine::Engine;
use crate::deploy::sample::{Altered, host, lone_service, service};
use crate::domain::{ActionName, Outcome, Prune, Request, ServiceId, Target, Unused, UnusedImages};
use crate::jobs::carry_out;
use crate::jobs::lock::{Holder, Lock};

fn holder() -> Holder {
    Holder {
        pid: 4711,
        who: "wes, on the dashboard".to_owned(),
        action: "redeploy".to_owned(),
        since: Timestamp::UNIX_EPOCH,
    }
}

fn held(bench: &Bench, service: &ServiceId) -> Lock {
    Lock::take(
        &bench.world.lock_dir,
        &bench.world.engine,
        &service.clone().into(),
        ActionName::Redeploy,
        &holder(),
    )
    .unwrap()
}

#[tokio::test]
async fn the_second_job_says_who_is_at_it() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    let web = service("web");
    let lock = held(&bench, &web);
    let ended = bench.run(ActionName::Restart, &web).await;
    for words in ["wes, on the dashboard", "redeploy wezm/web", "process 4711"] {
        assert!(ended.why().contains(words), "{}", ended.why());
    }
    assert!(bench.engine.calls().is_empty());
    assert_eq!(bench.record().outcome, Some(ended.outcome));

    drop(lock);
    let ended = bench.run(ActionName::Restart, &web).await;
    assert!(matches!(ended.outcome, Outcome::Done { .. }));
}

#[tokio::test]
async fn another_service_is_free() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    let _lock = held(&bench, &service("db"));
    let _same_name = held(&bench, &lone_service("web"));
    let ended = bench.run(ActionName::Restart, &service("web")).await;
    assert!(matches!(ended.outcome, Outcome::Done { .. }));
}

#[tokio::test]
async fn what_is_taken_along_is_locked_too() {
    let web = quick("web");
    let side = quick("side").in_network_of(&web);
    let bench = Bench::new(|_| Engine::with(vec![web, side]));
    let _lock = held(&bench, &service("side"));
    let ended = bench.run(ActionName::Restart, &service("web")).await;
    assert!(ended.why().contains("wezm/side"), "{}", ended.why());
    assert!(bench.engine.calls().is_empty());
}

#[tokio::test]
async fn a_lock_folder_that_cannot_be_made_is_a_failure() {
    let mut bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    let file = bench.folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    bench.world.lock_dir = file.join("locks");
    let ended = bench.run(ActionName::Restart, &service("web")).await;
    assert!(ended.why().contains("cannot be used"), "{}", ended.why());
}

#[test]
fn a_lock_is_not_followed_through_a_link() {
    let bench = Bench::new(|_| Engine::with(Vec::new()));
    let web = service("web");
    drop(held(&bench, &web));
    let [lock] = std::fs::read_dir(&bench.world.lock_dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let victim = bench.folder.path().join("victim");
    std::fs::write(&victim, "precious").unwrap();
    std::fs::remove_file(&lock).unwrap();
    std::os::unix::fs::symlink(&victim, &lock).unwrap();
    let failure = Lock::take(
        &bench.world.lock_dir,
        &bench.world.engine,
        &web.into(),
        ActionName::Stop,
        &holder(),
    )
    .unwrap_err();
    assert!(failure.why.contains("cannot be used"));
    assert_eq!(std::fs::read_to_string(victim).unwrap(), "precious");
}

#[tokio::test]
async fn records_that_cannot_be_written_cost_a_warning_not_the_job() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    bench.world.store.as_ref().unwrap().lose_steps();
    let ended = bench.run(ActionName::Restart, &service("web")).await;
    assert!(matches!(ended.outcome, Outcome::Done { .. }));
    let warnings: Vec<_> = ended
        .output()
        .into_iter()
        .filter(|line| line.contains("not fully recorded"))
        .collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
}

#[tokio::test]
async fn no_records_are_needed() {
    let mut bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    bench.world.store = None;
    let ended = bench.run(ActionName::Restart, &service("web")).await;
    assert!(matches!(ended.outcome, Outcome::Done { .. }));
}

fn shared(bench: &Bench) -> Lock {
    let (folder, engine) = (&bench.world.lock_dir, &bench.world.engine);
    Lock::share(folder, engine, &Target::Host(host()), "redeploy wezm/web").unwrap()
}

async fn prune(bench: &Bench) -> Outcome {
    let unused = Unused {
        build_cache: false,
        images: Some(UnusedImages::All),
        ..Unused::default()
    };
    let request = Request::prune(host(), Prune::Unused(unused));
    let (events, _) = tokio::sync::mpsc::channel(64);
    let cancel = tokio_util::sync::CancellationToken::new();
    carry_out(&bench.world, &request, events, cancel).await
}

#[tokio::test]
async fn nothing_is_pruned_while_something_is_deployed() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    let locks = [shared(&bench), shared(&bench)];
    let outcome = prune(&bench).await;
    let Outcome::Failed { failure, .. } = &outcome else {
        panic!("{outcome:?}")
    };
    assert!(
        failure
            .why
            .contains("something is being deployed, pulled or saved on local"),
        "{failure}"
    );
    drop(locks);
    let outcome = prune(&bench).await;
    assert!(
        matches!(outcome, Outcome::NothingToDo { .. }),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn nothing_is_deployed_while_something_is_pruned() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    let (folder, engine) = (&bench.world.lock_dir, &bench.world.engine);
    let pruning = Holder {
        action: "prune".to_owned(),
        ..holder()
    };
    let target = Target::Host(host());
    let lock = Lock::take(folder, engine, &target, ActionName::Prune, &pruning).unwrap();
    for action in [
        ActionName::Redeploy,
        ActionName::Rebuild,
        ActionName::RollBack,
    ] {
        let ended = bench.run(action, &service("web")).await;
        assert!(ended.why().contains("prune local"), "{}", ended.why());
    }
    // What exists already is used already.
    let ended = bench.run(ActionName::Restart, &service("web")).await;
    assert!(matches!(ended.outcome, Outcome::Done { .. }));
    drop(lock);
    drop(shared(&bench));
}

#[test]
fn a_prune_that_was_killed_is_not_blamed_for_a_deploy() {
    let bench = Bench::new(|_| Engine::with(Vec::new()));
    let (folder, engine) = (&bench.world.lock_dir, &bench.world.engine);
    let target = Target::Host(host());
    drop(Lock::take(folder, engine, &target, ActionName::Prune, &holder()).unwrap());
    let [path] = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    std::fs::write(&path, serde_json::to_string(&holder()).unwrap()).unwrap();
    let _deploying = shared(&bench);
    let failure = Lock::take(folder, engine, &target, ActionName::Prune, &holder()).unwrap_err();
    assert!(
        failure.why.contains("something is being deployed"),
        "{failure}"
    );
}
