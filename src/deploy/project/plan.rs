//! The steps, pure.

use std::collections::{BTreeMap, BTreeSet};

use super::ProjectObserved;
use crate::compose::ServiceFacts;
use crate::deploy::compose::Scale;
use crate::deploy::observed::{ComposeObserved, Observed};
use crate::deploy::{gates, pull, releases};
use crate::domain::text::visible;
use crate::domain::{
    ActionName, Container, Dependencies, Failure, Operation, Plan, Request, ServiceId, Step,
    StepKind,
};

/// The profiles of a project's files, and whether services of theirs have containers now. Compose v1 names none.
pub fn profiles(observed: &ProjectObserved) -> BTreeMap<String, bool> {
    let mut all = BTreeMap::new();
    for (name, facts) in &observed.files {
        let has = has_containers(observed, name);
        for profile in facts.profiles.iter().filter(|name| !name.is_empty()) {
            *all.entry(profile.clone()).or_default() |= has;
        }
    }
    all
}

/// What an action will do to the project, given what was observed.
pub fn plan_project(request: &Request, observed: &ProjectObserved) -> Result<Plan, Failure> {
    let made = match request.action {
        ActionName::Up => up(request, observed)?,
        ActionName::Down => down(observed),
        ActionName::Pull => pull(request, observed)?,
        _ => {
            let why = "it is for services, not for a whole project";
            return Err(Failure::new(request.title(), why));
        }
    };
    let Made {
        steps,
        mut notes,
        containers,
    } = made;
    if observed.other_files && request.action != ActionName::Down {
        notes.push(format!(
            "its services were started with different files; these are used: {}",
            observed.project.files.join(", ")
        ));
    }
    for note in &mut notes {
        *note = visible(note).into_owned();
    }
    Ok(Plan {
        action: request.action,
        target: observed.id.clone().into(),
        containers: containers.iter().map(|c| c.id.clone()).collect(),
        steps,
        notes,
    })
}

struct Made {
    steps: Vec<Step>,
    notes: Vec<String>,
    containers: Vec<Container>,
}

fn up(request: &Request, observed: &ProjectObserved) -> Result<Made, Failure> {
    let wanted = wanted(request, observed)?;
    let mut notes = left_out(observed, &wanted);
    let kept = in_order(observed, ActionName::Up)
        .filter_map(|service| releases::keep_running(service, &mut notes));
    let mut steps: Vec<Step> = kept.collect();
    let scale = |service: &Observed| {
        let compose = compose_of(observed, service);
        let existing = service.containers.len() as u32;
        Scale::of(&compose, service.name(), existing)
    };
    let is_wanted = |service: &&Observed| wanted.contains(service.name());
    let kept_scales = in_order(observed, ActionName::Up).filter(is_wanted);
    let scales = kept_scales
        .filter_map(|service| Some((service.name().to_owned(), scale(service).on_command_line()?)));
    steps.push(Step {
        title: format!("bring up {}", list(&wanted)),
        operation: Operation::ProjectUp {
            project: observed.project.clone(),
            services: wanted.iter().map(|name| (*name).to_owned()).collect(),
            scales: scales.collect(),
        },
        kind: StepKind::Committing,
    });
    let mut proven = Vec::new();
    for service in in_order(observed, ActionName::Up).filter(is_wanted) {
        let count = scale(service).expected();
        if count == 0 {
            continue;
        }
        let containers: Vec<&Container> = service.containers.iter().collect();
        let id = &service.service;
        steps.push(gates::running(service, id, &containers, count, &mut notes));
        proven.push(releases::keep_proven(service, None));
    }
    // After the last gate: what one of them is short of may be another one.
    steps.extend(proven);
    let containers = observed.services.values();
    Ok(Made {
        steps,
        notes,
        containers: containers.flat_map(|o| o.containers.clone()).collect(),
    })
}

fn down(observed: &ProjectObserved) -> Made {
    let mut steps = vec![Step {
        title: format!("take down {}", observed.id.name),
        operation: Operation::ProjectDown {
            project: observed.project.clone(),
        },
        kind: StepKind::Committing,
    }];
    let with_containers = |service: &&Observed| !service.containers.is_empty();
    let services: Vec<&Observed> = in_order(observed, ActionName::Down)
        .filter(with_containers)
        .collect();
    steps.extend(services.iter().map(|service| gates::gone(&service.service)));
    let mut containers: Vec<Container> = services
        .iter()
        .flat_map(|service| service.containers.clone())
        .collect();
    containers.extend(observed.one_offs.iter().cloned());
    let mut notes: Vec<String> = containers
        .iter()
        .map(|container| format!("the container {} goes", container.name))
        .collect();
    notes.push("its networks go too; volumes and images stay".to_owned());
    notes.push(format!(
        "it comes back with docker compose up -d in {}",
        observed.project.working_dir
    ));
    Made {
        steps,
        notes,
        containers,
    }
}

fn pull(request: &Request, observed: &ProjectObserved) -> Result<Made, Failure> {
    let wanted = wanted(request, observed)?;
    let mut notes = left_out(observed, &wanted);
    let mut pulled = BTreeSet::new();
    for service in in_order(observed, ActionName::Pull) {
        if !wanted.contains(service.name()) {
            continue;
        }
        match pull::reason_to_skip(service) {
            Some(note) => notes.push(note),
            None => {
                pulled.insert(service.name());
            }
        }
    }
    let step = Step {
        title: format!("pull {}", list(&pulled)),
        operation: Operation::ProjectPull {
            project: observed.project.clone(),
            services: pulled.iter().map(|name| (*name).to_owned()).collect(),
        },
        kind: StepKind::Cancellable,
    };
    Ok(Made {
        steps: (!pulled.is_empty()).then_some(step).into_iter().collect(),
        notes,
        containers: Vec::new(),
    })
}

/// The services of the files that belong to no profile, or to one that was chosen; when none were chosen, to one of
/// those whose services have containers now.
fn wanted<'a>(
    request: &Request,
    observed: &'a ProjectObserved,
) -> Result<BTreeSet<&'a str>, Failure> {
    let known = profiles(observed);
    let chosen: BTreeSet<&str> = match &request.profiles {
        Some(chosen) => chosen.iter().map(String::as_str).collect(),
        None => known
            .iter()
            .filter_map(|(name, active)| active.then_some(name.as_str()))
            .collect(),
    };
    if let Some(unknown) = chosen.iter().find(|name| !known.contains_key(**name)) {
        let why = format!("its files have no profile {}", visible(unknown));
        let names: Vec<&str> = known.keys().map(String::as_str).collect();
        let hint = if names.is_empty() {
            "they have none, or Compose v1 does not name them".to_owned()
        } else {
            format!("they have: {}", names.join(", "))
        };
        return Err(Failure::new(request.title(), why).hint(hint));
    }
    let belongs = |name: &str, facts: &ServiceFacts| {
        let unnamed = facts.profiles.iter().any(String::is_empty);
        facts.profiles.is_empty()
            || facts
                .profiles
                .iter()
                .any(|profile| chosen.contains(profile.as_str()))
            || (unnamed && request.profiles.is_none() && has_containers(observed, name))
    };
    let wanted: BTreeSet<&str> = observed
        .files
        .iter()
        .filter(|(name, facts)| belongs(name, facts))
        .map(|(name, _)| name.as_str())
        .collect();
    if observed.files.is_empty() {
        return Err(Failure::new(request.title(), "its files name no service"));
    }
    if wanted.is_empty() {
        let why = "each of its services belongs to a profile, and none was chosen";
        return Err(Failure::new(request.title(), why).hint("choose one with --profile"));
    }
    Ok(wanted)
}

/// What has containers and is left as it is.
fn left_out(observed: &ProjectObserved, wanted: &BTreeSet<&str>) -> Vec<String> {
    let others = observed
        .services
        .keys()
        .filter(|name| !wanted.contains(name.as_str()) && has_containers(observed, name));
    others
        .map(|name| {
            if observed.files.contains_key(name) {
                format!("{name} is of a profile that was not chosen: it is left as it is")
            } else {
                format!("{name} is in the files no more: it is left as it is")
            }
        })
        .collect()
}

fn has_containers(observed: &ProjectObserved, name: &str) -> bool {
    let service = observed.services.get(name);
    service.is_some_and(|service| !service.containers.is_empty())
}

fn compose_of(observed: &ProjectObserved, service: &Observed) -> ComposeObserved {
    service.compose.clone().unwrap_or_else(|| ComposeObserved {
        project: observed.project.clone(),
        facts: None,
    })
}

/// Its services, what others need first.
fn in_order(observed: &ProjectObserved, action: ActionName) -> impl Iterator<Item = &Observed> {
    let containers = observed.services.values().flat_map(|o| &o.containers);
    let mut dependencies = Dependencies::of(containers);
    for (name, facts) in &observed.files {
        if let Some(service) = observed.services.get(name) {
            let needs = facts.depends_on.iter().map(String::as_str);
            dependencies.add(service.service.clone(), needs);
        }
    }
    let ordered: Vec<ServiceId> = dependencies.order(action, observed.members());
    ordered
        .into_iter()
        .filter_map(|id| observed.services.get(&*id.name))
}

fn list(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
}
