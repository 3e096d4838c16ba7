//! `topside up`, `down`, `pull`: the plans for a whole Compose project.

use std::process::ExitCode;

use strsim::jaro_winkler;

use crate::backend::{BackendError, Connector};
use crate::domain::text::visible;
use crate::domain::{ActionName, Container, Failure, ProjectId, Request};
use crate::jobs::Origin;
use crate::runtime::jobs::Shared;

use super::act::{carry_all, show_plans};
use super::arguments::Whole;
use super::ask;
use super::consent::{self, Verdict};
use super::{Arguments, Exit, connector, print, refuse};

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    action: ActionName,
    profiles: &[String],
    whole: &Whole,
) -> color_eyre::Result<ExitCode> {
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let asked = async {
        let backend = connector.connect().await?;
        let containers = backend.containers().await?;
        Ok((backend, containers))
    };
    let (backend, containers) = match asked.await {
        Ok(answer) => answer,
        Err(error) => {
            let error: BackendError = error;
            return Ok(refuse(&error.failure("reach the engine"), Exit::Engine));
        }
    };
    let project = match find(&containers, &whole.project) {
        Ok(project) => project,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let request = Request {
        profiles: (!profiles.is_empty()).then(|| profiles.to_vec()),
        ..Request::new(action, project)
    };
    let requests = [request];
    // Who only looks needs no leave; what removes containers is asked about whatever the policy says.
    let verdict = if whole.plan {
        Verdict::Go
    } else {
        match consent::verdict(&shared.preferences, &containers, &requests) {
            Verdict::Go if action == ActionName::Down => {
                let why = "it removes containers, and there is nobody to ask";
                let failure = Failure::new(requests[0].title(), why);
                Verdict::Ask(failure.hint("say --yes; --plan shows what goes"))
            }
            verdict => verdict,
        }
    };
    let ask_first = match verdict {
        Verdict::Go => false,
        Verdict::Ask(_) if whole.yes => false,
        Verdict::Ask(_) if !whole.json && ask::is_somebody_there() => true,
        Verdict::Ask(failure) | Verdict::Refused(failure) => {
            return Ok(refuse(&failure, Exit::Usage));
        }
    };
    let (store, said) = if whole.plan {
        // Planning makes no records; it reads those that are there.
        shared.records.existing().await
    } else {
        shared.records.store().await
    };
    if let Some(failure) = said {
        print::failure(&failure);
    }
    let host = connector.host().clone();
    let world = match shared.world(backend, host, store, Origin::Command).await {
        Ok(world) => world,
        Err(failure) => return Ok(refuse(&failure, Exit::Engine)),
    };
    if whole.plan {
        return Ok(match show_plans(&world, &requests, whole.json).await {
            Ok(code) | Err(code) => code,
        });
    }
    if ask_first {
        if let Err(code) = show_plans(&world, &requests, false).await {
            return Ok(code);
        }
        if !consent::ask().await {
            print::out("⊘ cancelled: nothing was changed\n");
            return Ok(Exit::Cancelled.into());
        }
    }
    carry_all(&world, &requests, whole.json).await
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
