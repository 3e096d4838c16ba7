//! `topside up`, `down`, `pull`: the plans for a whole Compose project.

use std::process::ExitCode;

use strsim::jaro_winkler;

use crate::domain::text::visible;
use crate::domain::{ActionName, Container, Failure, ProjectId, Request};
use crate::runtime::jobs::Shared;

use super::act::{agree_and_carry, reach};
use super::arguments::Whole;
use super::consent::{self, Verdict};
use super::{Arguments, Exit, refuse};

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    action: ActionName,
    profiles: &[String],
    whole: &Whole,
) -> color_eyre::Result<ExitCode> {
    let here = match reach(arguments).await {
        Ok(here) => here,
        Err(code) => return Ok(code),
    };
    let project = match find(&here.containers, &whole.project) {
        Ok(project) => project,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let request = Request {
        profiles: (!profiles.is_empty()).then(|| profiles.to_vec()),
        ..Request::new(action, project)
    };
    let requests = [request];
    // What removes containers is asked about whatever the policy says.
    let verdict = match consent::verdict(&shared.preferences, &here.containers, &requests) {
        Verdict::Go if action == ActionName::Down => {
            let why = "it removes containers, and there is nobody to ask";
            let failure = Failure::new(requests[0].title(), why);
            Verdict::Ask(failure.hint("say --yes; --plan shows what goes"))
        }
        verdict => verdict,
    };
    agree_and_carry(shared, here, &requests, verdict, whole.how).await
}

/// The project of a name.
fn find(containers: &[Container], name: &str) -> Result<ProjectId, Failure> {
    let wanted = name.strip_suffix('/').unwrap_or(name);
    let mut all: Vec<ProjectId> = containers
        .iter()
        .filter_map(|container| container.service_id().project_id())
        .collect();
    all.sort_by(|a, b| jaro_winkler(&b.name, wanted).total_cmp(&jaro_winkler(&a.name, wanted)));
    all.dedup();
    if let Some(found) = all.iter().find(|project| &*project.name == wanted) {
        return Ok(found.clone());
    }
    let what = format!("find the project {}", visible(wanted));
    let failure = Failure::new(what, "no container here belongs to a project of this name");
    let names: Vec<&str> = all.iter().take(12).map(|project| &*project.name).collect();
    Err(if names.is_empty() {
        failure.hint("bring it up once with docker compose up -d")
    } else {
        failure.hint(format!("there are: {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::deploy::sample::{lone, of};

    #[test]
    fn a_project_is_found_by_its_name() {
        let all = [of("web", 1), of("db", 1), lone("lego")];
        for name in ["wezm", "wezm/"] {
            assert_eq!(&*find(&all, name).unwrap().name, "wezm");
        }
        let failure = find(&all, "wez").unwrap_err();
        assert_eq!(failure.hint.as_deref(), Some("there are: wezm"));
        assert!(find(&all, "lego").is_err());
    }
}
