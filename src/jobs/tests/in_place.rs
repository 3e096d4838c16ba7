//! Jobs of the engine alone: order, failures, cancels, callers that go away.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::bench::{Bench, cancelled_after, quick};
use super::engine::Engine;
use crate::backend::BackendError;
use crate::deploy::sample::{Altered, of, service};
use crate::domain::{ActionName, ContainerState, JobEvent, Outcome, Request};
use crate::jobs::carry_out;

fn refused() -> BackendError {
    BackendError::Engine {
        status: 500,
        message: "driver \u{1b}[31mfailed".to_owned(),
    }
}

#[tokio::test]
async fn a_restart_is_told_recorded_and_verified() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    let ended = bench.run(ActionName::Restart, &service("web")).await;
    assert_eq!(
        ended.told(),
        [
            "planned",
            "started 0",
            "done 0",
            "started 1",
            "done 1",
            "done"
        ]
    );
    assert_eq!(
        ended.summary(),
        "web was restarted; ran for 0 s without a restart"
    );
    assert_eq!(bench.engine.calls(), ["restart wezm-web-1"]);

    let record = bench.record();
    assert_eq!(record.outcome.as_ref(), Some(&ended.outcome));
    assert_eq!(record.who, "wes, on the command line");
    assert!(record.plan.is_some() && record.ended_at.is_some());
    let steps: Vec<_> = record.steps.iter().map(|step| step.ok).collect();
    assert_eq!(steps, [Some(true), Some(true)]);
}

#[tokio::test]
async fn stop_start_and_remove_are_verified() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    let web = service("web");
    for (action, summary) in [
        (ActionName::Stop, "web is stopped"),
        (
            ActionName::Start,
            "web was started; ran for 0 s without a restart",
        ),
        (ActionName::Remove, "web is gone"),
    ] {
        let ended = bench.run(action, &web).await;
        assert!(
            matches!(ended.outcome, Outcome::Done { .. }),
            "{:?}",
            ended.outcome
        );
        assert_eq!(ended.summary(), summary);
    }
    assert_eq!(
        bench.engine.calls(),
        [
            "stop wezm-web-1",
            "start wezm-web-1",
            "stop wezm-web-1",
            "remove wezm-web-1"
        ]
    );
}

#[tokio::test]
async fn nothing_to_do_is_said_so() {
    let stopped = quick("web").state(ContainerState::Exited);
    let bench = Bench::new(|_| Engine::with(vec![stopped]));
    let ended = bench.run(ActionName::Stop, &service("web")).await;
    assert_eq!(ended.told(), ["planned", "nothing to do"]);
    assert_eq!(ended.summary(), "web does not run");
}

#[tokio::test]
async fn each_step_that_the_engine_refuses_ends_the_job() {
    for (action, verb, state) in [
        (ActionName::Restart, "restart", ContainerState::Running),
        (ActionName::Stop, "stop", ContainerState::Running),
        (ActionName::Start, "start", ContainerState::Exited),
        (ActionName::Remove, "remove", ContainerState::Exited),
    ] {
        let web = quick("web").state(state);
        let bench = Bench::new(|_| Engine::with(vec![web]).failing(verb, refused()));
        let ended = bench.run(action, &service("web")).await;
        assert_eq!(ended.told(), ["planned", "started 0", "failed"], "{verb}");
        assert_eq!(ended.why(), "driver ·[31mfailed");
        let record = bench.record();
        assert_eq!(record.steps[0].ok, Some(false));
        assert_eq!(record.outcome, Some(ended.outcome));
    }
}

#[tokio::test]
async fn an_engine_that_cannot_be_asked_fails_before_a_plan() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]).failing("list", refused()));
    let ended = bench.run(ActionName::Restart, &service("web")).await;
    assert_eq!(ended.told(), ["failed"]);
    assert!(bench.engine.calls().is_empty());
}

#[tokio::test]
async fn a_container_that_dies_fails_the_job_with_its_last_lines() {
    let bench = Bench::new(|_| {
        Engine::with(vec![of("web", 1)])
            .doing("restart", |c| {
                c.state(ContainerState::Exited)
                    .detail(|detail| detail.exit_code = Some(3))
            })
            .logging(&[b"tab\there", b"\x1b[31mred\xff", b"last"])
    });
    let ended = bench.run(ActionName::Restart, &service("web")).await;
    assert_eq!(ended.why(), "wezm-web-1 has ended, last exit code 3");
    let Outcome::Failed { log, .. } = &ended.outcome else {
        panic!()
    };
    assert_eq!(log, &["tab    here", "·[31mred\u{fffd}", "last"]);
    assert_eq!(
        ended.told(),
        ["planned", "started 0", "done 0", "started 1", "failed"]
    );
}

#[tokio::test]
async fn a_change_is_seen_without_waiting_for_the_tick() {
    let bench = Bench::new(|_| Engine::with(vec![of("web", 1)]));
    let engine = Arc::clone(&bench.engine);
    let watching = |event: &JobEvent| {
        if matches!(event, JobEvent::Progress { .. }) {
            engine.alter("wezm-web-1", |c| c.state(ContainerState::Dead));
        }
        false
    };
    let ended = bench
        .run_until(ActionName::Restart, &service("web"), watching)
        .await;
    assert_eq!(ended.why(), "wezm-web-1 is dead");
}

#[tokio::test]
async fn an_engine_that_is_away_for_a_while_does_not_fail_the_gate() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]).holding("restart"));
    let engine = Arc::clone(&bench.engine);
    let breaks_it = async {
        engine.reached.notified().await;
        engine.fail("list", refused());
        engine.release();
        tokio::time::sleep(Duration::from_millis(200)).await;
        engine.mend("list");
    };
    let web = service("web");
    let (ended, ()) = tokio::join!(bench.run(ActionName::Restart, &web), breaks_it);
    assert!(
        matches!(ended.outcome, Outcome::Done { .. }),
        "{:?}",
        ended.outcome
    );
}

#[tokio::test]
async fn a_cancel_beforehand_does_nothing() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    let (sender, mut receiver) = mpsc::channel(8);
    let cancel = CancellationToken::new();
    cancel.cancel();
    let outcome = carry_out(
        &bench.world,
        &Request::new(ActionName::Restart, service("web")),
        sender,
        cancel,
    )
    .await;
    assert_eq!(outcome, cancelled_after(&[]));
    assert!(matches!(
        receiver.recv().await,
        Some(JobEvent::Finished { .. })
    ));
    assert!(bench.engine.calls().is_empty());
}

/// Restarts `web` on an engine that holds each restart, so many of them, and cancels during the first: how that ended,
/// and what was told.
async fn cancelled_in_the_first(bench: &Bench, restarts: usize) -> (Outcome, Vec<JobEvent>) {
    let cancel = CancellationToken::new();
    let (sender, mut receiver) = mpsc::channel(64);
    let request = Request::new(ActionName::Restart, service("web"));
    let job = carry_out(&bench.world, &request, sender, cancel.clone());
    let person = async {
        for _ in 0..restarts {
            bench.engine.reached.notified().await;
            cancel.cancel();
            bench.engine.release();
        }
    };
    let reading = async {
        let mut told = Vec::new();
        while let Some(event) = receiver.recv().await {
            told.push(event);
        }
        told
    };
    let (outcome, (), told) = tokio::join!(job, person, reading);
    (outcome, told)
}

#[tokio::test]
async fn a_cancel_waits_for_a_committing_step_and_ends_before_the_next() {
    let two = vec![quick("web"), of("web", 2)];
    let bench = Bench::new(|_| Engine::with(two).holding("restart"));
    let (outcome, told) = cancelled_in_the_first(&bench, 1).await;
    assert_eq!(outcome, cancelled_after(&["restart wezm-web-1"]));
    assert_eq!(bench.engine.calls(), ["restart wezm-web-1"]);
    let done = |event: &&JobEvent| matches!(event, JobEvent::StepDone { .. });
    assert_eq!(told.iter().filter(done).count(), 1);
    assert_eq!(bench.record().steps[0].ok, Some(true));
}

#[tokio::test]
async fn a_cancel_leaves_nobody_without_a_network() {
    let web = quick("web");
    let side = quick("side").in_network_of(&web);
    let bench = Bench::new(|_| Engine::with(vec![web, side]).holding("restart"));
    let (outcome, _) = cancelled_in_the_first(&bench, 2).await;
    let both = ["restart wezm-web-1", "restart wezm-side-1"];
    assert_eq!(bench.engine.calls(), both);
    assert_eq!(outcome, cancelled_after(&both));
}

#[tokio::test]
async fn a_cancel_ends_the_watching() {
    let bench = Bench::new(|_| Engine::with(vec![of("web", 1)]));
    let ended = bench
        .run_until(ActionName::Restart, &service("web"), |event| {
            matches!(event, JobEvent::StepStarted { step: 1, .. })
        })
        .await;
    assert_eq!(ended.outcome, cancelled_after(&["restart wezm-web-1"]));
    assert_eq!(
        bench.record().outcome,
        Some(cancelled_after(&["restart wezm-web-1"]))
    );
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_a_finished_step_and_an_end() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]).holding("restart"));
    let web = service("web");
    let (sender, receiver) = mpsc::channel(1);
    {
        let request = Request::new(ActionName::Restart, web.clone());
        let job = carry_out(&bench.world, &request, sender, CancellationToken::new());
        tokio::pin!(job);
        let mut receiver = receiver;
        let reading = async { while receiver.recv().await.is_some() {} };
        tokio::select! {
            _ = &mut job => panic!("it is held"),
            () = reading => panic!("it is held"),
            () = bench.engine.reached.notified() => {}
        }
    }
    assert_eq!(bench.record().steps[0].ok, None);
    bench.engine.release();
    // The lock is given back after its end was recorded: another job gets through then.
    loop {
        let ended = bench.run(ActionName::Stop, &web).await;
        if matches!(ended.outcome, Outcome::Done { .. }) {
            break;
        }
        assert!(
            ended.why().contains("restart wezm/web has been under way"),
            "{:?}",
            ended.outcome
        );
        tokio::task::yield_now().await;
    }
    let jobs = bench.world.store.as_ref().unwrap().jobs(1_000).unwrap();
    let first = jobs.last().unwrap();
    assert_eq!(
        first.outcome,
        Some(cancelled_after(&["restart wezm-web-1"]))
    );
    assert_eq!(first.steps[0].ok, Some(true));
}

#[tokio::test]
async fn nobody_has_to_listen() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    let (sender, receiver) = mpsc::channel(1);
    drop(receiver);
    let cancel = CancellationToken::new();
    let outcome = carry_out(
        &bench.world,
        &Request::new(ActionName::Restart, service("web")),
        sender,
        cancel,
    )
    .await;
    assert!(matches!(outcome, Outcome::Done { .. }));
}

#[tokio::test]
async fn a_slow_listener_misses_no_outcome() {
    let bench = Bench::new(|_| Engine::with(vec![quick("web")]));
    let (sender, mut receiver) = mpsc::channel(1);
    let cancel = CancellationToken::new();
    let web = service("web");
    let request = Request::new(ActionName::Restart, web.clone());
    let job = carry_out(&bench.world, &request, sender, cancel);
    let slow = async {
        let mut count = 0;
        while let Some(event) = receiver.recv().await {
            count += usize::from(!matches!(
                event,
                JobEvent::Progress { .. } | JobEvent::Output { .. }
            ));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        count
    };
    let (_, count) = tokio::join!(job, slow);
    assert_eq!(count, 6);
}
