//! What is planned for what is observed.

mod network;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::sample::{Altered, host, image_id, lone, lone_service, of, service};
use super::{ComposeObserved, Observed, plan};
use crate::compose::ServiceFacts;
use crate::domain::plan::ComposeProject;
use crate::domain::{
    ActionName, ByteSize, Container, ContainerState, Failure, Gate, Image, Operation, Plan,
    StepKind,
};

fn observed(containers: Vec<Container>) -> Observed {
    Observed {
        service: service("web"),
        containers,
        sharers: Vec::new(),
        lost_network: false,
        compose: None,
    }
}

fn image(digests: &[&str]) -> Image {
    Image {
        host: host(),
        id: image_id("old"),
        tags: vec!["registry.example/web:1".to_owned()],
        digests: digests.iter().map(|&digest| digest.to_owned()).collect(),
        size: ByteSize(1),
        created: Timestamp::UNIX_EPOCH,
    }
}

fn facts(change: impl FnOnce(&mut ServiceFacts)) -> BTreeMap<String, ServiceFacts> {
    let plain = ServiceFacts {
        image: Some("registry.example/web:1".to_owned()),
        ..ServiceFacts::default()
    };
    let mut web = plain.clone();
    change(&mut web);
    BTreeMap::from([("web".to_owned(), web), ("side".to_owned(), plain)])
}

/// A service of Compose v2 or later whose image was pulled.
fn composed(containers: Vec<Container>) -> Observed {
    Observed {
        compose: Some(ComposeObserved {
            project: ComposeProject {
                name: "wezm".to_owned(),
                working_dir: "/srv/wezm".to_owned(),
                files: vec!["/srv/wezm/compose.yml".to_owned()],
                env_files: Vec::new(),
            },
            facts: Some(facts(|_| ())),
            image: Some(image(&["registry.example/web@sha256:00"])),
        }),
        ..observed(containers)
    }
}

fn with_facts(change: impl FnOnce(&mut ServiceFacts)) -> Observed {
    let mut observed = composed(vec![of("web", 1)]);
    observed.compose.as_mut().unwrap().facts = Some(facts(change));
    observed
}

/// The steps in short: what and on what.
fn steps(plan: &Plan) -> Vec<String> {
    let short = |operation: &Operation| match operation {
        Operation::ComposePull { service, .. } => format!("pull {service}"),
        Operation::ComposeUp {
            service,
            scale: None,
            ..
        } => format!("up {service}"),
        Operation::ComposeUp {
            service,
            scale: Some(n),
            ..
        } => format!("up {service}={n}"),
        Operation::StartContainer { container } => format!("start {}", container.short()),
        Operation::StopContainer { container } => format!("stop {}", container.short()),
        Operation::RestartContainer { container } => format!("restart {}", container.short()),
        Operation::RemoveContainer { container } => format!("remove {}", container.short()),
        Operation::Gate { service, gate } => match gate {
            Gate::Running { at_least, .. } => format!("running {} {at_least}", service.name),
            Gate::Up { at_least, .. } => format!("up {} {at_least}", service.name),
            Gate::Stopped { .. } => format!("stopped {}", service.name),
            Gate::Gone { .. } => format!("gone {}", service.name),
        },
    };
    plan.steps
        .iter()
        .map(|step| short(&step.operation))
        .collect()
}

fn plan_of(action: ActionName, observed: &Observed) -> Plan {
    plan(action, observed).unwrap()
}

fn failure_of(action: ActionName, observed: &Observed) -> Failure {
    plan(action, observed).unwrap_err()
}

fn noted(plan: &Plan, words: &str) -> bool {
    plan.notes.iter().any(|note| note.contains(words))
}

#[test]
fn restart_takes_every_container_and_watches() {
    let stopped = of("web", 2).state(ContainerState::Exited);
    let plan = plan_of(ActionName::Restart, &observed(vec![of("web", 1), stopped]));
    assert_eq!(
        steps(&plan),
        [
            "restart wezm-web-1ff",
            "restart wezm-web-2ff",
            "running web 2"
        ]
    );
    assert_eq!(plan.target.containers.len(), 2);
}

#[test]
fn start_takes_only_what_does_not_run() {
    let stopped = of("web", 2).state(ContainerState::Exited);
    let plan = plan_of(ActionName::Start, &observed(vec![of("web", 1), stopped]));
    assert_eq!(steps(&plan), ["start wezm-web-2ff", "running web 2"]);

    let plan = plan_of(ActionName::Start, &observed(vec![of("web", 1)]));
    assert_eq!(steps(&plan), Vec::<String>::new());
    assert_eq!(plan.notes, ["web runs already"]);
}

#[test]
fn a_paused_container_is_not_started() {
    let paused = of("web", 1).state(ContainerState::Paused);
    let failure = failure_of(ActionName::Start, &observed(vec![paused]));
    assert!(failure.why.contains("paused"));
}

#[test]
fn stop_takes_only_what_runs_or_is_about_to() {
    let restarting = of("web", 2).state(ContainerState::Restarting);
    let ended = of("web", 3).state(ContainerState::Exited);
    let plan = plan_of(
        ActionName::Stop,
        &observed(vec![of("web", 1), restarting, ended.clone()]),
    );
    assert_eq!(
        steps(&plan),
        ["stop wezm-web-1ff", "stop wezm-web-2ff", "stopped web"]
    );

    let plan = plan_of(ActionName::Stop, &observed(vec![ended]));
    assert!(plan.steps.is_empty());
    assert_eq!(plan.notes, ["web does not run"]);
}

#[test]
fn remove_stops_what_runs_before() {
    let ended = of("web", 2).state(ContainerState::Exited);
    let plan = plan_of(ActionName::Remove, &observed(vec![of("web", 1), ended]));
    assert_eq!(
        steps(&plan),
        [
            "stop wezm-web-1ff",
            "remove wezm-web-1ff",
            "remove wezm-web-2ff",
            "gone web"
        ]
    );
    let plan = plan_of(ActionName::Remove, &observed(Vec::new()));
    assert!(plan.steps.is_empty() && noted(&plan, "no containers"));
}

#[test]
fn a_service_that_is_not_there_cannot_be_started_or_redeployed() {
    for action in [ActionName::Restart, ActionName::Start, ActionName::Redeploy] {
        let failure = failure_of(action, &observed(Vec::new()));
        assert!(failure.why.contains("no containers"), "{failure}");
    }
}

#[test]
fn only_waiting_steps_and_pulls_can_be_cut_short() {
    let plan = plan_of(ActionName::Redeploy, &composed(vec![of("web", 1)]));
    let kinds: Vec<StepKind> = plan.steps.iter().map(|step| step.kind).collect();
    assert_eq!(
        kinds,
        [
            StepKind::Cancellable,
            StepKind::Committing,
            StepKind::Cancellable
        ]
    );
    let plan = plan_of(ActionName::Restart, &observed(vec![of("web", 1)]));
    assert_eq!(plan.steps[0].kind, StepKind::Committing);
}

#[test]
fn redeploy_pulls_brings_up_and_watches() {
    let plan = plan_of(ActionName::Redeploy, &composed(vec![of("web", 1)]));
    assert_eq!(steps(&plan), ["pull web", "up web", "running web 1"]);
    assert!(plan.notes.is_empty());
}

#[test]
fn redeploy_needs_compose() {
    let mut observed = observed(vec![lone("web")]);
    observed.service = lone_service("web");
    let failure = failure_of(ActionName::Redeploy, &observed);
    assert!(failure.why.contains("not made by Compose"));
    assert!(failure.hint.unwrap().contains("restart"));
}

#[test]
fn a_service_that_left_the_file_is_not_redeployed() {
    let mut observed = composed(vec![of("web", 1)]);
    let facts = observed.compose.as_mut().unwrap().facts.as_mut().unwrap();
    facts.remove("web");
    let failure = failure_of(ActionName::Redeploy, &observed);
    assert!(failure.why.contains("no service web"), "{failure}");
}

#[test]
fn nothing_is_pulled_where_there_is_nothing_to_pull() {
    let pinned = format!("web@sha256:{}", "0".repeat(64));
    let id = format!("sha256:{}", "0".repeat(64));
    for (observed, why) in [
        (with_facts(|web| web.builds = true), "built from source"),
        (
            with_facts(|web| web.pull_policy = Some("never".to_owned())),
            "pull_policy never",
        ),
        (
            with_facts(|web| web.pull_policy = Some("build".to_owned())),
            "pull_policy build",
        ),
        (with_facts(|web| web.image = Some(pinned.clone())), "pinned"),
        (with_facts(|web| web.image = Some(id.clone())), "pinned"),
    ] {
        let plan = plan_of(ActionName::Redeploy, &observed);
        assert_eq!(steps(&plan), ["up web", "running web 1"], "{why}");
        assert!(noted(&plan, why), "{:?}", plan.notes);
    }
}

#[test]
fn an_image_that_no_registry_knows_is_not_pulled() {
    for facts in [Some(facts(|_| ())), None] {
        let mut observed = composed(vec![of("web", 1)]);
        let compose = observed.compose.as_mut().unwrap();
        compose.facts = facts;
        compose.image = Some(image(&[]));
        let plan = plan_of(ActionName::Redeploy, &observed);
        assert_eq!(steps(&plan), ["up web", "running web 1"]);
        assert!(noted(&plan, "only made on this host"));
    }
}

#[test]
fn an_image_that_is_missing_is_pulled() {
    let mut observed = composed(vec![of("web", 1)]);
    observed.compose.as_mut().unwrap().image = None;
    let plan = plan_of(ActionName::Redeploy, &observed);
    assert_eq!(steps(&plan)[0], "pull web");
}

#[test]
fn a_scale_of_the_command_line_is_kept() {
    let three = vec![of("web", 1), of("web", 2), of("web", 3)];
    let plan = plan_of(ActionName::Redeploy, &composed(three.clone()));
    assert_eq!(steps(&plan), ["pull web", "up web=3", "running web 3"]);

    let mut v1 = composed(three);
    v1.compose.as_mut().unwrap().facts = None;
    let plan = plan_of(ActionName::Redeploy, &v1);
    assert_eq!(steps(&plan), ["pull web", "up web=3", "running web 3"]);
}

#[test]
fn a_scale_of_the_file_wins() {
    let plan = plan_of(ActionName::Redeploy, &with_facts(|web| web.scale = Some(2)));
    assert_eq!(steps(&plan), ["pull web", "up web", "running web 2"]);

    let plan = plan_of(ActionName::Redeploy, &with_facts(|web| web.scale = Some(0)));
    assert_eq!(steps(&plan), ["pull web", "up web", "gone web"]);
}

fn grace_with(label: &str) -> (Duration, Duration, Plan) {
    let web = of("web", 1).label("topside.gate", label);
    let plan = plan_of(ActionName::Restart, &observed(vec![web]));
    let Operation::Gate {
        gate: Gate::Running { grace, timeout, .. },
        ..
    } = plan.steps.last().unwrap().operation
    else {
        panic!("no gate: {plan:?}")
    };
    (grace, timeout, plan)
}

#[test]
fn a_label_sets_the_grace_time() {
    let (grace, timeout, plan) = grace_with("2m");
    assert_eq!((grace.as_secs(), timeout.as_secs()), (120, 180));
    assert!(plan.notes.is_empty());
}

#[test]
fn a_label_that_is_no_time_is_said_so() {
    for label in ["soon", "-5s", "100h", "", "\u{1b}[2J"] {
        let (grace, _, plan) = grace_with(label);
        assert_eq!(grace.as_secs(), 10, "{label}");
        assert!(noted(&plan, "topside.gate"));
        assert!(!noted(&plan, "\u{1b}"));
    }
}

#[test]
fn members_are_told_apart_from_one_off_containers() {
    let mut run = of("web", 1);
    run.compose.as_mut().unwrap().one_off = true;
    run.name = "wezm_web_run_1".into();
    assert!(super::is_member(&of("web", 1), &service("web")));
    assert!(!super::is_member(&run, &service("web")));
    assert!(super::is_member(&run, &service("wezm_web_run_1")));
}
