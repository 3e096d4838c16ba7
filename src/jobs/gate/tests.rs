//! The gate's decisions, without a clock: each look says how much time has passed.

use std::time::Duration;

use jiff::Timestamp;

use super::{Observation, Terms, Verdict, Watcher};
use crate::deploy::sample::{Altered, of};
use crate::domain::{Container, ContainerState, Health, HealthProbe};

const TERMS: Terms = Terms {
    grace: Duration::from_secs(10),
    health: true,
    timeout: Duration::from_secs(60),
    at_least: 1,
};

fn watcher() -> Watcher {
    Watcher::new(TERMS)
}

fn two() -> Watcher {
    Watcher::new(Terms {
        at_least: 2,
        ..TERMS
    })
}

fn look(watcher: &mut Watcher, second: u64, containers: &[Container]) -> Verdict {
    watcher.decide(Observation {
        containers,
        elapsed: Duration::from_secs(second),
    })
}

fn waiting(text: &str) -> Verdict {
    Verdict::Waiting(text.to_owned())
}

fn passed(text: &str) -> Verdict {
    Verdict::Passed(text.to_owned())
}

#[track_caller]
fn assert_failed(verdict: &Verdict, words: &str) {
    match verdict {
        Verdict::Failed { why, .. } => assert!(why.contains(words), "{why}"),
        other => panic!("{other:?}"),
    }
}

fn checked(health: Health) -> Container {
    of("web", 1).detail(|detail| {
        detail.has_health_check = true;
        detail.health = Some(health);
    })
}

fn started(container: Container, second: i64, restarts: u64) -> Container {
    container.detail(|detail| {
        detail.started_at = Some(Timestamp::from_second(second).unwrap());
        detail.restarts = restarts;
    })
}

fn between_runs(restarts: u64, code: i64) -> Container {
    started(of("web", 1), restarts.cast_signed(), restarts)
        .state(ContainerState::Restarting)
        .detail(|detail| detail.exit_code = Some(code))
}

fn ended(policy: &str, code: i64) -> Container {
    of("web", 1).state(ContainerState::Exited).detail(|detail| {
        detail.restart_policy = policy.to_owned();
        detail.exit_code = Some(code);
    })
}

#[test]
fn without_a_health_check_it_has_to_run_for_the_grace_time() {
    let mut watcher = watcher();
    let web = [of("web", 1)];
    assert_eq!(
        look(&mut watcher, 0, &web),
        waiting("has run for 0 of 10 s")
    );
    assert_eq!(
        look(&mut watcher, 9, &web),
        waiting("has run for 9 of 10 s")
    );
    assert_eq!(
        look(&mut watcher, 10, &web),
        passed("ran for 10 s without a restart")
    );
}

#[test]
fn a_restart_begins_the_grace_time_anew() {
    let mut watcher = watcher();
    look(&mut watcher, 0, &[of("web", 1)]);
    let again = [started(of("web", 1), 9, 1)];
    assert_eq!(
        look(&mut watcher, 9, &again),
        waiting("has run for 0 of 10 s (restarted once)")
    );
    assert!(matches!(
        look(&mut watcher, 18, &again),
        Verdict::Waiting(_)
    ));
    assert!(matches!(look(&mut watcher, 19, &again), Verdict::Passed(_)));
}

#[test]
fn a_restart_that_was_not_seen_running_counts_too() {
    let mut watcher = watcher();
    look(&mut watcher, 0, &[of("web", 1)]);
    look(&mut watcher, 5, &[between_runs(1, 3)]);
    let again = [started(of("web", 1), 1, 1)];
    // From the last look at which it did not run: what lies between is not known.
    assert!(matches!(
        look(&mut watcher, 14, &again),
        Verdict::Waiting(_)
    ));
    assert!(matches!(look(&mut watcher, 15, &again), Verdict::Passed(_)));
}

#[test]
fn a_crash_loop_fails_with_its_exit_code() {
    let mut watcher = watcher();
    look(&mut watcher, 0, &[of("web", 1)]);
    for restarts in 1..5 {
        let verdict = look(&mut watcher, restarts, &[between_runs(restarts, 3)]);
        assert_eq!(verdict, waiting("is being restarted, last exit code 3"));
    }
    let verdict = look(&mut watcher, 5, &[between_runs(5, 3)]);
    assert_failed(
        &verdict,
        "wezm-web-1 was restarted 5 times, last exit code 3",
    );
}

#[test]
fn a_slow_crash_loop_fails_at_the_end_of_the_time() {
    let mut watcher = watcher();
    let mut verdict = waiting("");
    for restarts in 0..4_u64 {
        let web = started(of("web", 1), restarts.cast_signed(), restarts);
        verdict = look(&mut watcher, restarts * 20, &[web]);
    }
    assert_failed(
        &verdict,
        "has run for 0 of 10 s (restarted 3 times) after 60 s",
    );
}

#[test]
fn restarts_from_before_do_not_count() {
    let mut watcher = watcher();
    let web = [started(of("web", 1), 5, 90)];
    look(&mut watcher, 0, &web);
    assert!(matches!(look(&mut watcher, 10, &web), Verdict::Passed(_)));
}

#[test]
fn a_kill_for_want_of_memory_is_named() {
    let container = ended("no", 137).detail(|detail| detail.oom_killed = true);
    assert_failed(
        &look(&mut watcher(), 0, &[container]),
        "last exit code 137 (killed for want of memory)",
    );
}

#[test]
fn with_a_health_check_its_verdict_counts() {
    let mut watcher = watcher();
    let starting = [checked(Health::Starting)];
    assert!(matches!(
        look(&mut watcher, 0, &starting),
        Verdict::Waiting(_)
    ));
    assert_eq!(
        look(&mut watcher, 1, &[checked(Health::Healthy)]),
        passed("healthy")
    );
}

#[test]
fn a_slow_health_check_is_waited_for_but_not_for_ever() {
    let mut watcher = watcher();
    let starting = [checked(Health::Starting)];
    assert!(matches!(
        look(&mut watcher, 359, &starting),
        Verdict::Waiting(_)
    ));
    assert_failed(
        &look(&mut watcher, 360, &starting),
        "has no verdict of its health check yet after 360 s",
    );
}

#[test]
fn unhealthy_may_recover_for_the_grace_time() {
    let mut watcher = watcher();
    let sick = [checked(Health::Unhealthy).detail(|detail| {
        detail.health_log = vec![HealthProbe {
            at: None,
            exit_code: 1,
            output: "no\nanswer".to_owned(),
        }];
    })];
    look(&mut watcher, 20, &sick);
    assert_eq!(
        look(&mut watcher, 29, &sick),
        waiting("is unhealthy (its check said: no answer); it has 1 s left to recover")
    );
    // A verdict that was turned once begins anew.
    look(&mut watcher, 29, &[checked(Health::Starting)]);
    look(&mut watcher, 30, &sick);
    assert!(matches!(look(&mut watcher, 39, &sick), Verdict::Waiting(_)));
    assert_failed(
        &look(&mut watcher, 40, &sick),
        "is unhealthy (its check said: no answer), for 10 s",
    );
}

#[test]
fn an_unhealthy_container_that_recovers_passes() {
    let mut watcher = watcher();
    look(&mut watcher, 50, &[checked(Health::Unhealthy)]);
    assert_eq!(
        look(&mut watcher, 55, &[checked(Health::Healthy)]),
        passed("healthy")
    );
}

#[test]
fn what_was_made_to_run_once_is_done_when_it_ends_well() {
    for policy in ["no", "", "on-failure:3"] {
        assert_eq!(
            look(&mut watcher(), 0, &[ended(policy, 0)]),
            passed("ran and ended with 0"),
            "{policy}"
        );
    }
}

#[test]
fn what_was_to_run_and_ended_has_failed_at_once() {
    for (policy, code) in [
        ("no", 1),
        ("on-failure:3", 2),
        ("unless-stopped", 0),
        ("always", 0),
    ] {
        let verdict = look(&mut watcher(), 0, &[ended(policy, code)]);
        assert_failed(&verdict, &format!("has ended, last exit code {code}"));
    }
}

#[test]
fn paused_dead_and_unstartable_containers_fail_at_once() {
    let unstartable = of("web", 1)
        .state(ContainerState::Created)
        .detail(|detail| detail.error = Some("no such file".to_owned()));
    for (container, words) in [
        (of("web", 1).state(ContainerState::Paused), "is paused"),
        (of("web", 1).state(ContainerState::Dead), "is dead"),
        (unstartable, "could not be started: no such file"),
    ] {
        assert_failed(&look(&mut watcher(), 0, &[container]), words);
    }
}

#[test]
fn every_container_has_to_be_there_and_fine() {
    let mut watcher = two();
    let one = [checked(Health::Healthy)];
    assert_eq!(
        look(&mut watcher, 0, &one),
        waiting("1 of 2 containers are there")
    );
    let both = [checked(Health::Healthy), of("web", 2)];
    assert_eq!(
        look(&mut watcher, 1, &both),
        waiting("1 of 2 fine, one has run for 0 of 10 s")
    );
    assert_eq!(
        look(&mut watcher, 11, &both),
        passed("1 of 2 healthy, 1 of 2 ran for 10 s without a restart")
    );
}

#[test]
fn containers_that_never_come_fail_at_the_end() {
    assert_failed(
        &look(&mut watcher(), 60, &[]),
        "0 of 1 containers are there after 60 s",
    );
}

#[test]
fn the_failing_one_of_several_is_the_one_whose_log_is_wanted() {
    let dead = of("web", 2).state(ContainerState::Dead);
    let verdict = look(&mut two(), 0, &[checked(Health::Healthy), dead.clone()]);
    assert!(matches!(verdict, Verdict::Failed { container: Some(id), .. } if id == dead.id),);
}

#[test]
fn a_recreated_container_is_watched_from_its_start() {
    let mut watcher = watcher();
    look(&mut watcher, 0, &[of("web", 1)]);
    // Another id: Compose replaced it meanwhile.
    assert!(matches!(
        look(&mut watcher, 10, &[of("web", 2)]),
        Verdict::Waiting(_)
    ));
}

#[test]
fn what_was_not_touched_has_proven_itself_before() {
    let now = Timestamp::from_second(1_000).unwrap();
    let mut untouched = Watcher::untouched(TERMS, now);
    let long_running = [started(of("web", 1), 900, 0)];
    assert!(matches!(
        look(&mut untouched, 0, &long_running),
        Verdict::Passed(_)
    ));

    let mut untouched = Watcher::untouched(TERMS, now);
    let just_restarted = [started(of("web", 1), 996, 40)];
    assert_eq!(
        look(&mut untouched, 0, &just_restarted),
        waiting("has run for 4 of 10 s")
    );
    assert!(matches!(
        look(&mut untouched, 6, &just_restarted),
        Verdict::Passed(_)
    ));
}

#[test]
fn an_engine_clock_ahead_of_ours_only_makes_us_wait() {
    let now = Timestamp::from_second(1_000).unwrap();
    let mut untouched = Watcher::untouched(TERMS, now);
    let ahead = [started(of("web", 1), 5_000, 0)];
    assert!(matches!(
        look(&mut untouched, 0, &ahead),
        Verdict::Waiting(_)
    ));
    assert!(matches!(
        look(&mut untouched, 10, &ahead),
        Verdict::Passed(_)
    ));
}
