//! What a copy will do, and what speaks against it before anything is begun.

use std::io;
use std::path::Path;

use tokio::fs::{metadata, symlink_metadata};
use tokio_util::sync::CancellationToken;

use super::send::{is_free, is_name};
use crate::domain::file::{absolute, last_part};
use crate::domain::plan::FileStep;
use crate::domain::text::visible;
use crate::domain::{
    ActionName, Container, Failure, FileCopy, FilesOf, Operation, Plan, Request, Step, StepKind,
};
use crate::files::Through;
use crate::jobs::planned::{self, Steps};
use crate::jobs::to_file::typed_path;
use crate::jobs::{Stop, World};

/// Looks at both ends and says what will be done.
pub(in crate::jobs) async fn plan(
    world: &World,
    request: &Request,
    copy: &FileCopy,
    cancel: &CancellationToken,
) -> Result<Plan, Stop> {
    let looking = async {
        let mut copy = copy.clone();
        copy.place.path = absolute(&copy.place.path);
        is_there(world, &copy).await?;
        match request.action {
            ActionName::CopyOut => copy_out(world, copy).await,
            ActionName::CopyIn => copy_in(world, copy).await,
            _ => Err(Failure::new("", "it is not for a file")),
        }
    };
    planned::plan(request, cancel, looking).await
}

/// An engine makes a volume that a container is to show, where there is none.
async fn is_there(world: &World, copy: &FileCopy) -> Result<(), Failure> {
    let FilesOf::Volume(name) = &copy.place.of else {
        return Ok(());
    };
    let volumes = world.backend.volumes().await;
    let volumes = volumes.map_err(|error| error.failure(""))?;
    if volumes.iter().any(|volume| *volume.id.name == **name) {
        return Ok(());
    }
    let failure = Failure::new("", "there is no such volume");
    Err(failure.hint("topside volumes lists those that there are"))
}

async fn copy_out(world: &World, mut copy: FileCopy) -> Result<Steps, Failure> {
    let mut path = typed_path(&copy.local).map_err(|why| Failure::new("", visible(&why)))?;
    if metadata(&path).await.is_ok_and(|about| about.is_dir()) && !is_root(&copy) {
        path.push(last_part(&copy.place.path));
    }
    let local = path.to_str().map(str::to_owned);
    copy.local = local.ok_or_else(|| {
        let path = path.to_string_lossy();
        Failure::new("", format!("{} is not UTF-8", visible(&path)))
    })?;
    may_become(&copy).await?;
    let shown = visible(&copy.local).into_owned();
    let steps = vec![
        step(
            format!("read {} into {shown}, under another name", copy.place),
            FileStep::Fetch { copy: copy.clone() },
        ),
        step(
            format!("keep it as {shown}"),
            FileStep::Keep { copy: copy.clone() },
        ),
    ];
    let mut notes = vec![
        "it is yours, without setuid bits; of a folder, devices, pipes and sockets are left out, and links stay links"
            .to_owned(),
    ];
    notes.extend(writers(world, &copy).await);
    Ok((steps, notes))
}

const fn is_root(copy: &FileCopy) -> bool {
    copy.place.path.len() <= 1
}

/// Whether what is copied out may get this name.
async fn may_become(copy: &FileCopy) -> Result<(), Failure> {
    let (path, shown) = (Path::new(&copy.local), visible(&copy.local));
    match symlink_metadata(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Ok(about) if about.is_dir() => {
            let failure = Failure::new("", format!("there is a folder {shown} already"));
            return Err(failure.hint("name another one: no folder is written over"));
        }
        Ok(_) if copy.overwrite => {}
        Ok(_) => {
            let failure = Failure::new("", format!("there is {shown} already"));
            return Err(failure.hint("name another file, or say that it may be written over"));
        }
        Err(error) => return Err(Failure::new("", format!("{shown}: {error}"))),
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    let said = |why: String| {
        let folder = folder.to_string_lossy();
        Failure::new("", format!("{}: {why}", visible(&folder)))
    };
    match metadata(folder).await {
        Ok(about) if about.is_dir() => Ok(()),
        Ok(_) => Err(said("it is no folder".to_owned())),
        Err(error) => Err(said(error.to_string())),
    }
}

/// Who could write to a volume while it is read.
async fn writers(world: &World, copy: &FileCopy) -> Vec<String> {
    let FilesOf::Volume(name) = &copy.place.of else {
        return Vec::new();
    };
    let containers = world.backend.containers().await.unwrap_or_default();
    let can_write = |container: &&Container| {
        let mut mounts = container.mounts.iter();
        container.is_up()
            && mounts.any(|mount| mount.name.as_deref() == Some(name) && !mount.read_only)
    };
    let writers = containers.iter().filter(can_write);
    let mut said: Vec<String> = writers
        .map(|one| format!("{} runs, and can write to it meanwhile", visible(&one.name)))
        .collect();
    said.sort();
    said
}

async fn copy_in(world: &World, mut copy: FileCopy) -> Result<Steps, Failure> {
    let path = typed_path(&copy.local).map_err(|why| Failure::new("", visible(&why)))?;
    let shown = visible(&path.to_string_lossy()).into_owned();
    let about = metadata(&path).await;
    let about = about.map_err(|error| Failure::new("", format!("{shown}: {error}")))?;
    if !about.is_dir() && !about.is_file() {
        let why = format!("{shown} is neither a file nor a folder");
        return Err(Failure::new("", why));
    }
    let local = path.to_str().map(str::to_owned);
    copy.local = local.ok_or_else(|| Failure::new("", format!("{shown} is not UTF-8")))?;
    if !is_name(copy.name_there()) {
        let why = format!("{} is no name of a file", visible(copy.name_there()));
        return Err(Failure::new("", why));
    }
    let mut notes = Vec::new();
    // In a volume that no container shows it is looked at when it is begun.
    if let FilesOf::Container(id) = &copy.place.of {
        let container = world.backend.inspect(id).await;
        let container = container.map_err(|error| error.failure(""))?;
        may_be_written(&container, &copy.place.path)?;
        let through = Through {
            backend: world.backend.as_ref(),
            container: id.clone(),
            base: String::new(),
        };
        if is_free(&through, &copy).await?.existed {
            notes.push(format!(
                "{} is there already, and is written over",
                visible(&copy.path_there())
            ));
        }
    }
    notes.push(
        "it keeps its mode and time, and gets the owner of the folder that it is copied into, or of the file that it takes the place of"
            .to_owned(),
    );
    let steps = vec![
        step(
            format!("write {shown} as {}", visible(&copy.path_there())),
            FileStep::Send { copy: copy.clone() },
        ),
        step(
            "read it back and compare".to_owned(),
            FileStep::Compare { copy },
        ),
    ];
    Ok((steps, notes))
}

/// Says what is mounted read-only before the engine does. (That of the container's own root it says itself.)
fn may_be_written(container: &Container, path: &str) -> Result<(), Failure> {
    let is_over = |destination: &str| {
        let rest = path.strip_prefix(destination.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mounts = container.mounts.iter();
    let over = mounts.filter(|mount| is_over(&mount.destination));
    match over.max_by_key(|mount| mount.destination.len()) {
        Some(mount) if mount.read_only => Err(Failure::new(
            "",
            format!(
                "{} is mounted read-only into {}",
                visible(&mount.destination),
                visible(&container.name)
            ),
        )
        .hint("copy it into the volume itself, or where the folder lies on the host")),
        _ => Ok(()),
    }
}

fn step(title: String, step: FileStep) -> Step {
    let kind = match step {
        FileStep::Keep { .. } => StepKind::Committing,
        FileStep::Fetch { .. } | FileStep::Send { .. } | FileStep::Compare { .. } => {
            StepKind::Cancellable
        }
    };
    Step {
        title,
        operation: Operation::Files(step),
        kind,
    }
}
