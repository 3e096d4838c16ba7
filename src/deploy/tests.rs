//! What is planned for what is observed.

mod lone;
mod network;
mod prune;
mod releases;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use super::sample::{Altered, host, image_id, lone, lone_service, of, service};
use super::{ComposeObserved, ImagesObserved, Observed, plan};
use crate::compose::ServiceFacts;
use crate::domain::plan::{ComposeProject, UpImage};
use crate::domain::{
    ActionName, ByteSize, Container, ContainerState, Failure, Gate, Image, Operation, Plan,
    Preferences, Releases, StepKind,
};

fn observed(containers: Vec<Container>) -> Observed {
    Observed {
        service: service("web"),
        containers,
        set_aside: Vec::new(),
        sharers: Vec::new(),
        lost_network: false,
        compose: None,
        images: None,
        releases: Releases::default(),
        preferences: Preferences::default(),
    }
}

pub(super) fn image(digests: &[&str]) -> Image {
    Image {
        host: host(),
        id: image_id("old"),
        tags: vec!["registry.example/web:1".to_owned()],
        digests: digests.iter().map(|&digest| digest.to_owned()).collect(),
        size: ByteSize(1),
        created: Timestamp::UNIX_EPOCH,
    }
}

fn images(meant: Option<Image>) -> ImagesObserved {
    ImagesObserved {
        reference: "registry.example/web:1".to_owned(),
        mates: BTreeSet::new(),
        all: meant.iter().cloned().chain([image(&[])]).collect(),
        meant,
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
        }),
        images: Some(images(Some(image(&["registry.example/web@sha256:00"])))),
        ..observed(containers)
    }
}

fn with_facts(change: impl FnOnce(&mut ServiceFacts)) -> Observed {
    let mut observed = composed(vec![of("web", 1)]);
    let facts = facts(change);
    if let Some(image) = &facts["web"].image {
        observed
            .images
            .as_mut()
            .unwrap()
            .reference
            .clone_from(image);
    }
    observed.compose.as_mut().unwrap().facts = Some(facts);
    observed
}

/// The steps in short: what and on what.
pub(super) fn steps(plan: &Plan) -> Vec<String> {
    let short = |operation: &Operation| match operation {
        Operation::ComposePull { service, .. } => format!("pull {service}"),
        Operation::ComposeUp {
            service,
            scale,
            image,
            ..
        } => {
            let scale = scale.map_or_else(String::new, |n| format!("={n}"));
            let image = match image {
                UpImage::Usual => String::new(),
                UpImage::Present => " as it is here".to_owned(),
                UpImage::Instead(image) => format!(" with {image}"),
            };
            format!("up {service}{scale}{image}")
        }
        Operation::ComposeBuild { service, .. } => format!("build {service}"),
        Operation::ComposePush { service, .. } => format!("push {service}"),
        Operation::ProjectPull { services, .. } => format!("pull all {}", services.join(" ")),
        Operation::ProjectUp {
            services, scales, ..
        } => format!("up all {} {scales:?}", services.join(" ")),
        Operation::ProjectDown { project } => format!("down {}", project.name),
        Operation::OwnCommand(call) => format!("own {call}"),
        Operation::RunCommand { command, .. } => format!("run {command}"),
        Operation::PullImage { reference } => format!("pull image {reference}"),
        Operation::TagImage { image, reference } => format!("tag {} {reference}", image.short()),
        Operation::CompareImage { .. } => "compare".to_owned(),
        Operation::KeepRelease {
            service, proven, ..
        } if *proven => {
            format!("record {}", service.name)
        }
        Operation::KeepRelease { service, .. } => format!("keep {}", service.name),
        Operation::SetAside { name, .. } => format!("set aside {name}"),
        Operation::CreateLike { name, image, .. } => format!("create {name} of {image}"),
        Operation::StartNamed { name } => format!("start named {name}"),
        Operation::PutBack { name, .. } => format!("put back {name}"),
        Operation::StartContainer { container } => format!("start {}", container.short()),
        Operation::StopContainer { container } => format!("stop {}", container.short()),
        Operation::RestartContainer { container } => format!("restart {}", container.short()),
        Operation::RemoveContainer { container } => format!("remove {}", container.short()),
        Operation::RemoveImage { .. }
        | Operation::RemoveVolume { .. }
        | Operation::RemoveNetwork { .. }
        | Operation::Volume(_)
        | Operation::Files(_)
        | Operation::SaveImage { .. }
        | Operation::KeepSaved { .. }
        | Operation::PruneBuildCache { .. }
        | Operation::Renewal(_) => panic!("no service's"),
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
    plan(action, None, observed).unwrap()
}

fn failure_of(action: ActionName, observed: &Observed) -> Failure {
    plan(action, None, observed).unwrap_err()
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
    assert_eq!(plan.containers.len(), 2);
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
            StepKind::Committing,
            StepKind::Cancellable,
            StepKind::Committing,
            StepKind::Cancellable,
            StepKind::Committing
        ]
    );
    let plan = plan_of(ActionName::Restart, &observed(vec![of("web", 1)]));
    assert_eq!(plan.steps[0].kind, StepKind::Committing);
}

#[test]
fn redeploy_pulls_brings_up_and_watches() {
    let plan = plan_of(ActionName::Redeploy, &composed(vec![of("web", 1)]));
    assert_eq!(
        steps(&plan),
        [
            "keep web",
            "pull web",
            "up web",
            "running web 1",
            "record web"
        ]
    );
    assert_eq!(plan.notes, ["not touched: side"]);
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
        assert_eq!(
            steps(&plan),
            ["keep web", "up web", "running web 1", "record web"],
            "{why}"
        );
        assert!(noted(&plan, why), "{:?}", plan.notes);
    }
}

#[test]
fn an_image_that_no_registry_knows_is_not_pulled() {
    for facts in [Some(facts(|_| ())), None] {
        let mut observed = composed(vec![of("web", 1)]);
        let compose = observed.compose.as_mut().unwrap();
        compose.facts = facts;
        observed.images = Some(images(Some(image(&[]))));
        let plan = plan_of(ActionName::Redeploy, &observed);
        assert_eq!(
            steps(&plan),
            ["keep web", "up web", "running web 1", "record web"]
        );
        assert!(noted(&plan, "only made on this host"));
    }
}

#[test]
fn an_image_that_is_missing_is_pulled() {
    let mut observed = composed(vec![of("web", 1)]);
    observed.images = Some(images(None));
    let plan = plan_of(ActionName::Redeploy, &observed);
    assert_eq!(steps(&plan)[1], "pull web");
}

#[test]
fn a_scale_of_the_command_line_is_kept() {
    let three = vec![of("web", 1), of("web", 2), of("web", 3)];
    let plan = plan_of(ActionName::Redeploy, &composed(three.clone()));
    assert_eq!(
        steps(&plan),
        [
            "keep web",
            "pull web",
            "up web=3",
            "running web 3",
            "record web"
        ]
    );

    let mut v1 = composed(three);
    v1.compose.as_mut().unwrap().facts = None;
    let plan = plan_of(ActionName::Redeploy, &v1);
    assert_eq!(
        steps(&plan),
        [
            "keep web",
            "pull web",
            "up web=3",
            "running web 3",
            "record web"
        ]
    );
}

#[test]
fn a_scale_of_the_file_wins() {
    let plan = plan_of(ActionName::Redeploy, &with_facts(|web| web.scale = Some(2)));
    assert_eq!(
        steps(&plan),
        [
            "keep web",
            "pull web",
            "up web",
            "running web 2",
            "record web"
        ]
    );

    let plan = plan_of(ActionName::Redeploy, &with_facts(|web| web.scale = Some(0)));
    assert_eq!(steps(&plan), ["keep web", "pull web", "up web", "gone web"]);
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
