//! Planners of whole projects.

use std::collections::{BTreeMap, BTreeSet};

use super::{ProjectObserved, plan_project, profiles};
use crate::compose::ServiceFacts;
use crate::deploy::observed::{ComposeObserved, ImagesObserved, Observed};
use crate::deploy::sample::{Altered, host, of, service};
use crate::deploy::tests::{image, steps};
use crate::domain::plan::ComposeProject;
use crate::domain::{
    ActionName, Container, Plan, Policy, Preferences, ProjectId, Releases, Request,
};

fn facts(needs: &[&str], profiles: &[&str]) -> ServiceFacts {
    let own = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    ServiceFacts {
        image: Some("registry.example/web:1".to_owned()),
        depends_on: own(needs),
        profiles: own(profiles),
        ..ServiceFacts::default()
    }
}

/// `api` needs `db`; `mail` and `debug` belong to profiles; these containers are there.
fn observed(containers: &[Container]) -> ProjectObserved {
    let files = BTreeMap::from([
        ("api".to_owned(), facts(&["db"], &[])),
        ("db".to_owned(), facts(&[], &[])),
        ("debug".to_owned(), facts(&["api"], &["debug"])),
        ("mail".to_owned(), facts(&["db"], &["mail", "all"])),
    ]);
    let project = ComposeProject {
        name: "wezm".to_owned(),
        working_dir: "/srv/wezm".to_owned(),
        files: vec!["/srv/wezm/compose.yml".to_owned()],
        env_files: Vec::new(),
    };
    let image = image(&["registry.example/web@sha256:1"]);
    let mut services = BTreeMap::new();
    let with_containers = containers.iter().filter_map(|c| c.compose.as_ref());
    let names = with_containers.map(|c| &c.service).chain(files.keys());
    for name in names {
        let observed = Observed {
            service: service(name),
            containers: containers
                .iter()
                .filter(|c| c.service_id() == service(name))
                .cloned()
                .collect(),
            set_aside: Vec::new(),
            sharers: Vec::new(),
            lost_network: false,
            compose: Some(ComposeObserved {
                project: project.clone(),
                facts: Some(files.clone()),
            }),
            images: Some(ImagesObserved {
                reference: "registry.example/web:1".to_owned(),
                meant: Some(image.clone()),
                all: vec![image.clone()],
                mates: BTreeSet::new(),
            }),
            releases: Releases::default(),
            preferences: Preferences::default(),
        };
        services.insert(name.clone(), observed);
    }
    ProjectObserved {
        id: ProjectId {
            host: host(),
            name: "wezm".into(),
        },
        project,
        files,
        services,
        one_offs: Vec::new(),
        other_files: false,
    }
}

fn request(action: ActionName, profiles: Option<&[&str]>) -> Request {
    let id = ProjectId {
        host: host(),
        name: "wezm".into(),
    };
    Request {
        profiles: profiles.map(|names| names.iter().map(|&name| name.to_owned()).collect()),
        ..Request::new(action, id)
    }
}

fn plan(action: ActionName, chosen: Option<&[&str]>, containers: &[Container]) -> Plan {
    plan_project(&request(action, chosen), &observed(containers)).unwrap()
}

#[test]
fn up_keeps_what_runs_and_watches_what_is_needed_first() {
    let plan = plan(ActionName::Up, None, &[of("api", 1), of("db", 1)]);
    assert_eq!(
        steps(&plan),
        [
            "keep db",
            "keep api",
            "up all api db {}",
            "running db 1",
            "running api 1",
            "record db",
            "record api",
        ]
    );
}

#[test]
fn profiles_are_those_that_have_containers_unless_others_are_chosen() {
    let both = || vec![of("db", 1), of("mail", 1)];
    let up = |chosen: Option<&[&str]>| {
        let plan = plan(ActionName::Up, chosen, &both());
        let up = steps(&plan)
            .into_iter()
            .find(|step| step.starts_with("up all"));
        (up.unwrap(), plan.notes.join("; "))
    };
    assert_eq!(up(None).0, "up all api db mail {}");
    assert_eq!(up(Some(&["debug", "all"])).0, "up all api db debug mail {}");
    let (none, notes) = up(Some(&[]));
    assert_eq!(none, "up all api db {}");
    assert!(
        notes.contains("mail is of a profile that was not chosen"),
        "{notes}"
    );
    let known = profiles(&observed(&both()));
    let known: Vec<(&str, bool)> = known
        .iter()
        .map(|(name, on)| (name.as_str(), *on))
        .collect();
    assert_eq!(known, [("all", true), ("debug", false), ("mail", true)]);
    let unknown = plan_project(&request(ActionName::Up, Some(&["x"])), &observed(&both()));
    let hint = unknown.unwrap_err().hint.unwrap();
    assert_eq!(hint, "they have: all, debug, mail");
}

#[test]
fn a_scale_of_the_command_line_is_kept() {
    let containers = vec![of("api", 1), of("api", 2), of("db", 1)];
    let plan = plan(ActionName::Up, None, &containers);
    let steps = steps(&plan);
    assert!(
        steps.contains(&"up all api db {\"api\": 2}".to_owned()),
        "{steps:?}"
    );
    assert!(steps.contains(&"running api 2".to_owned()), "{steps:?}");
}

#[test]
fn down_ends_with_what_others_need_and_says_what_goes() {
    let plan = plan(
        ActionName::Down,
        None,
        &[of("api", 1), of("db", 1), of("old", 1)],
    );
    assert_eq!(
        steps(&plan),
        ["down wezm", "gone old", "gone api", "gone db"]
    );
    let notes = plan.notes.join("; ");
    assert!(notes.contains("the container wezm-db-1 goes"), "{notes}");
    assert!(notes.contains("volumes and images stay"), "{notes}");
    assert_eq!(plan.containers.len(), 3);
}

#[test]
fn pull_leaves_out_what_no_registry_has() {
    let mut observed = observed(&[of("api", 1), of("db", 1)]);
    let compose = observed
        .services
        .get_mut("db")
        .unwrap()
        .compose
        .as_mut()
        .unwrap();
    compose
        .facts
        .as_mut()
        .unwrap()
        .get_mut("db")
        .unwrap()
        .builds = true;
    let plan = plan_project(&request(ActionName::Pull, None), &observed).unwrap();
    assert_eq!(steps(&plan), ["pull all api"]);
    assert!(plan.notes[0].contains("db is built from source here"));
}

#[test]
fn the_strictest_of_its_services_counts() {
    let mut observed = observed(&[of("api", 1)]);
    assert_eq!(observed.policy(), Policy::Free);
    observed
        .services
        .get_mut("db")
        .unwrap()
        .compose
        .as_mut()
        .unwrap()
        .facts = None;
    let strict = of("db", 1).label("topside.policy", "read-only");
    observed.services.get_mut("db").unwrap().containers = vec![strict];
    assert_eq!(observed.policy(), Policy::ReadOnly);
}
