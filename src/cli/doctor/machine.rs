//! Topside's own: config, theme, records, the folders they lie in, the editor.

use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};

use crate::config::Paths;
use crate::domain::{ByteSize, Failure};
use crate::runtime::edit::editor;
use crate::runtime::records::Records;

use super::super::{Arguments, source};
use super::{Checked, Part};

/// Records of years are this small; a copy of a Compose file, too.
const ROOM: ByteSize = ByteSize(64 << 20);

pub(super) async fn look(arguments: &Arguments, paths: Option<&Paths>) -> Vec<Checked> {
    let mut checks = configured(arguments, paths);
    if let Some(paths) = paths {
        checks.push(folder(&paths.state));
        checks.push(records(paths).await);
    } else {
        let why =
            "no home is known: nothing is recorded, and there is no going back to earlier releases";
        let failure = Failure::new("find the home", why).hint("set HOME");
        checks.push(Part::Topside.fails("records", failure));
    }
    checks.push(match editor("edit") {
        Ok(program) => Part::Topside.works("editor", program),
        Err(failure) => {
            let hint = failure.hint.unwrap_or_default();
            Part::Topside.partly("editor", failure.why, hint)
        }
    });
    checks
}

fn configured(arguments: &Arguments, paths: Option<&Paths>) -> Vec<Checked> {
    let source = source(arguments, paths);
    let read = match source.load() {
        Ok((read, _)) => read,
        Err(mistake) => return vec![Part::Topside.fails("config", mistake.failure())],
    };
    let what = match &source.file {
        Some(file) if file.exists() => file.display().to_string(),
        Some(file) => format!("none ({} is not there): the defaults", file.display()),
        None => "none: the defaults".to_owned(),
    };
    vec![
        Part::Topside.works("config", what),
        Part::Topside.works("theme", read.ui.theme.get_ref().clone()),
    ]
}

/// Whether the folder of the records can be written to, or made.
pub(super) fn folder(state: &Path) -> Checked {
    let name = "folder";
    let shown = state.display();
    let Some(there) = nearest(state) else {
        let why = format!("{shown}: no folder above it is there");
        return Part::Topside.fails(name, Failure::new("find the folder", why));
    };
    if access(&there, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let why = format!(
            "{} may not be written to: nothing is recorded",
            there.display()
        );
        let failure = Failure::new("write the records", why);
        let hint = format!("make {shown} yours, or set XDG_STATE_HOME to a folder that is");
        return Part::Topside.fails(name, failure.hint(hint));
    }
    let free = statvfs(&there).map(|said| said.f_bavail.saturating_mul(said.f_frsize));
    match free {
        Ok(free) if free < ROOM.0 => {
            let what = format!("{shown}: only {} are free there", ByteSize(free));
            Part::Topside.partly(name, what, "make room: what is done could not be recorded")
        }
        Ok(_) => Part::Topside.works(name, shown.to_string()),
        Err(error) => {
            let what = format!("{shown}: {error}");
            Part::Topside.partly(name, what, "see whether its disk is well")
        }
    }
}

/// The folder, or the nearest above it that is there.
fn nearest(folder: &Path) -> Option<PathBuf> {
    let mut above = folder.ancestors();
    above.find(|path| path.is_dir()).map(Path::to_owned)
}

async fn records(paths: &Paths) -> Checked {
    let name = "records";
    let file = paths.store();
    let records = Records::at(Some(file.clone()));
    let (store, said) = records.existing().await;
    if let Some(failure) = said {
        return Part::Topside.fails(name, failure);
    }
    if store.is_none() {
        return Part::Topside.works(name, "none yet: they begin with the first job");
    }
    let (jobs, said) = records.jobs().await;
    if let Some(failure) = said {
        return Part::Topside.fails(name, failure);
    }
    let size = std::fs::metadata(&file).map_or(0, |metadata| metadata.len());
    let jobs = match jobs.len() {
        1 => "1 job".to_owned(),
        // The list is bounded.
        many @ 100.. => format!("{many} jobs or more"),
        many => format!("{many} jobs"),
    };
    let what = format!("{} ({}, {jobs}), whole", file.display(), ByteSize(size));
    Part::Topside.works(name, what)
}
