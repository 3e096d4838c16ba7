//! `topside run`: a command of the user's own, as its key runs it.

use std::process::ExitCode;

use clap::Args;

use crate::backend::BackendError;
use crate::config::Config;
use crate::domain::command::{CommandOn, CustomCommand, values};
use crate::domain::{
    ActionName, Container, ContainerId, Failure, ImageName, ProjectId, Request, Target, VolumeId,
};
use crate::runtime::jobs::Shared;
use crate::runtime::own_command;

use super::act::{Here, agree_and_carry, reach};
use super::arguments::How;
use super::consent::{self, Verdict};
use super::table::Table;
use super::{Arguments, Exit, names, print, refuse};

/// Which command, on what.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Run {
    /// The command, by its name in the config; without one, they are listed.
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
    /// What it is run on: a service (PROJECT/SERVICE, or a name that only one has), a container, project, volume or image,
    /// as the command's table says; none for one that is for the host.
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// How.
    #[command(flatten)]
    pub how: How,
}

const AFTER: &str = "\
Examples:
  topside run                                   list the commands of the config
  topside run psql wezm/db                      run [commands.psql] on a service
  topside run --plan dump wezm/db               say what would be run, and where

A command is a table [commands.NAME] of the config: topside config --help tells what it may say. It is
run as its key does it: with the same policies, and recorded among the same jobs, unless it has the
terminal (foreground).

Exit codes and JSON are those of topside redeploy --help; one that has the terminal ends with the
command's own code.";

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    config: &Config,
    wanted: &Run,
) -> color_eyre::Result<ExitCode> {
    let commands = config.commands();
    let Some(name) = &wanted.command else {
        return Ok(list(&commands));
    };
    let Some(command) = commands.iter().find(|command| command.name == *name) else {
        let names: Vec<&str> = commands
            .iter()
            .map(|command| command.name.as_str())
            .collect();
        let what = format!("run {name}");
        let failure = Failure::new(what, "the config has no such command").hint(match names[..] {
            [] => "give it a table [commands.NAME]: see topside config --help".to_owned(),
            _ => format!("there are: {}", names.join(", ")),
        });
        return Ok(refuse(&failure, Exit::Usage));
    };
    let here = match reach(arguments).await {
        Ok(here) => here,
        Err(code) => return Ok(code),
    };
    let request = match request(&here, command, wanted.name.as_deref()).await {
        Ok(request) => request,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let requests = [request];
    let verdict = consent::verdict(&shared.preferences, &here.containers, &requests);
    let verdict = match verdict {
        Verdict::Go if command.confirm => {
            let failure = Failure::new(requests[0].title(), "its table says confirm = true");
            Verdict::Ask(failure.hint("say yes with --yes"))
        }
        verdict => verdict,
    };
    if command.foreground && !wanted.how.plan {
        return Ok(foreground(here, &requests[0], verdict, wanted.how.yes).await);
    }
    agree_and_carry(shared, here, &requests, verdict, wanted.how).await
}

/// Runs it with this terminal.
async fn foreground(here: Here, request: &Request, verdict: Verdict, yes: bool) -> ExitCode {
    let Some(call) = &request.command else {
        return Exit::Usage.into();
    };
    let mut call = (**call).clone();
    call.confirm = match verdict {
        Verdict::Refused(failure) => return refuse(&failure, Exit::Usage),
        Verdict::Ask(_) => !yes,
        Verdict::Go => false,
    };
    match own_command::run(here.backend, &call).await {
        Ok(Some(code)) => ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX)),
        Ok(None) => Exit::Cancelled.into(),
        Err(failure) => refuse(&failure, Exit::Failed),
    }
}

fn list(commands: &[CustomCommand]) -> ExitCode {
    if commands.is_empty() {
        return print::out("no commands: give the config a table [commands.NAME]\n");
    }
    let mut listed = Table::new(&["COMMAND", "ON", "ABOUT"]);
    for command in commands {
        let on = command.on.word().to_owned();
        listed.row([command.name.clone(), on, command.about.clone()]);
    }
    print::out(&listed.to_string())
}

/// The container that is meant: by its name, its id, or as much of an id as `docker ps` prints. A shorter one may be
/// a word that was mistyped.
fn container_of<'a>(all: &'a [Container], name: &str) -> Result<&'a Container, String> {
    const SHORT: usize = 12;
    if let Some(named) = all.iter().find(|one| &*one.name == name) {
        return Ok(named);
    }
    let mut fits = all
        .iter()
        .filter(|one| name.len() >= SHORT && one.id.as_str().starts_with(name));
    match (fits.next(), fits.next()) {
        (Some(found), None) => Ok(found),
        (Some(_), Some(_)) => Err(format!("several containers have an id like {name}")),
        (None, _) => Err(format!("no container {name}")),
    }
}

/// What is asked for: the command on what is named.
async fn request(
    here: &Here,
    command: &CustomCommand,
    name: Option<&str>,
) -> Result<Request, Failure> {
    let what = format!("run {}", command.name);
    let named = || {
        let why = format!("it is for a {}, and none is named", command.on.word());
        name.ok_or_else(|| Failure::new(&what, why))
    };
    let of_container = |container: &Container| -> Result<Request, Failure> {
        let service = container.service_id();
        let values = values::of_service(&service, container);
        let call = command.call(&values, Some(place(container)))?;
        Ok(Request::own_command(service, call))
    };
    match command.on {
        CommandOn::Container => {
            let name = named()?;
            let failure = |why| Failure::new(&what, why);
            of_container(container_of(&here.containers, name).map_err(failure)?)
        }
        CommandOn::Service => {
            let name = named()?.to_owned();
            let found = names::find(&here.containers, ActionName::Run, &[name])?;
            let [service] = found.as_slice() else {
                return Err(Failure::new(
                    what,
                    "it is for one service, not for a project",
                ));
            };
            let is_its = |one: &&Container| one.service_id() == *service;
            let mut members: Vec<&Container> = here.containers.iter().filter(is_its).collect();
            members.sort_by_key(|one| (!one.is_up(), one.name.clone()));
            let first = members.first();
            of_container(first.ok_or_else(|| Failure::new(&what, "it has no container"))?)
        }
        CommandOn::Project => {
            let project = ProjectId {
                host: here.host.clone(),
                name: named()?.into(),
            };
            let is_its =
                |one: &&Container| one.service_id().project_id().as_ref() == Some(&project);
            let members: Vec<&Container> = here.containers.iter().filter(is_its).collect();
            if members.is_empty() {
                return Err(Failure::new(what, format!("no project {}", project.name)));
            }
            let call = command.call(&values::of_project(&project, &members), None)?;
            Ok(Request::own_command(project, call))
        }
        CommandOn::Volume => {
            let volume = VolumeId {
                host: here.host.clone(),
                name: named()?.into(),
            };
            let all = here.backend.volumes().await;
            let all = all.map_err(|error: BackendError| error.failure(&what))?;
            if !all.iter().any(|one| one.id == volume) {
                return Err(Failure::new(what, format!("no volume {}", volume.name)));
            }
            let call = command.call(&values::of_volume(&volume), None)?;
            Ok(Request::own_command(volume, call))
        }
        CommandOn::Image => {
            let name = named()?;
            let image = here.backend.image(name).await;
            let image = image.map_err(|error| error.failure(&what))?;
            let image = image.ok_or_else(|| Failure::new(&what, format!("no image {name}")))?;
            let call = command.call(&values::of_image(&image), None)?;
            let target = ImageName {
                host: here.host.clone(),
                name: name.into(),
            };
            Ok(Request::own_command(Target::Image(target), call))
        }
        CommandOn::Host => {
            if name.is_some() {
                return Err(Failure::new(what, "it is for the host: name nothing"));
            }
            let call = command.call(&values::of_host(&here.host), None)?;
            Ok(Request::own_command(Target::Host(here.host.clone()), call))
        }
    }
}

fn place(container: &Container) -> (ContainerId, String) {
    (container.id.clone(), container.name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_meant_by_its_name_or_by_as_much_of_its_id_as_docker_prints() {
        let model = crate::app::fixture::model();
        let host = &model.hosts[0];
        let all: Vec<Container> = host.containers.values().cloned().collect();
        let one = &all[0];
        let found = |name: &str| container_of(&all, name).map(|found| found.id.clone());
        assert_eq!(found(&one.name), Ok(one.id.clone()));
        assert_eq!(found(one.id.as_str()), Ok(one.id.clone()));
        for wrong in ["", &one.id.as_str()[..1], &one.id.as_str()[..11]] {
            assert!(found(wrong).is_err(), "{wrong:?}");
        }
    }
}
