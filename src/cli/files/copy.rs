//! `topside cp`: a file or folder out of somebody's files, or into them.

use std::process::ExitCode;

use crate::backend::StatKind;
use crate::cli::{Arguments, Exit, act, consent, refuse};
use crate::domain::file::{absolute, last_part, parent};
use crate::domain::{ActionName, Failure, FileCopy, FilesOf, Request};
use crate::files::Through;
use crate::runtime::jobs::Shared;

use super::Cp;
use super::place::{End, Whose, end, whose};

/// Copies it.
pub(in crate::cli) async fn copy(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Cp,
) -> color_eyre::Result<ExitCode> {
    let (action, (name, path), local) = match (end(&wanted.from), end(&wanted.to)) {
        (End::There(name, path), End::Local(local)) => (ActionName::CopyOut, (name, path), local),
        (End::Local(local), End::There(name, path)) => (ActionName::CopyIn, (name, path), local),
        (End::Local(_), End::Local(_)) => {
            let why = "neither of the two is of a container or volume";
            let failure = Failure::new("copy", why)
                .hint("SERVICE:PATH or volume:NAME:PATH is; cp copies files of this machine");
            return Ok(refuse(&failure, Exit::Usage));
        }
        (End::There(..), End::There(..)) => {
            let why = "neither of the two is of this machine";
            let failure = Failure::new("copy", why)
                .hint("copy it here first; a path of this machine with a colon is written ./a:b");
            return Ok(refuse(&failure, Exit::Usage));
        }
    };
    let here = match act::reach(arguments).await {
        Ok(here) => here,
        Err(code) => return Ok(code),
    };
    let Whose { place, target } = match whose(&here.host, &here.containers, name, path) {
        Ok(whose) => whose,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let mut copy = FileCopy {
        place,
        local: local.to_owned(),
        name: None,
        overwrite: wanted.overwrite,
    };
    if action == ActionName::CopyIn && !is_folder(&*here.backend, &copy, path).await {
        copy.name = Some(last_part(&copy.place.path).to_owned());
        copy.place.path = parent(&copy.place.path).to_owned();
    }
    let requests = [Request::copy(action, target, copy)];
    let verdict = consent::verdict(&shared.preferences, &here.containers, &requests);
    act::agree_and_carry(shared, here, &requests, verdict, wanted.how).await
}

/// Whether something is copied into what is named, under its own name; else that is its new name. Of a volume, which
/// may have no container to look through, a slash at the end says so.
async fn is_folder(backend: &dyn crate::backend::Backend, copy: &FileCopy, typed: &str) -> bool {
    if typed.ends_with('/') || copy.place.path == "/" {
        return true;
    }
    let FilesOf::Container(id) = &copy.place.of else {
        return false;
    };
    let through = Through {
        backend,
        container: id.clone(),
        base: String::new(),
    };
    let located = through.locate(&absolute(&copy.place.path)).await;
    located.is_ok_and(|located| located.kind == StatKind::Folder)
}
