//! What a backup or a restoration will do, and what speaks against it before anything is begun.

use std::path::Path;

use jiff::Timestamp;
use tokio::fs::metadata;
use tokio_util::sync::CancellationToken;

use crate::backup::beside;
use crate::domain::plan::VolumeStep;
use crate::domain::text::visible;
use crate::domain::{
    ActionName, Container, Failure, Operation, Plan, Request, Step, StepKind, VolumeId,
};
use crate::jobs::planned::{self, Steps};
use crate::jobs::{Stop, World, to_file};

/// Looks at the volume and the file and says what will be done.
pub(in crate::jobs) async fn plan(
    world: &World,
    request: &Request,
    volume: &VolumeId,
    cancel: &CancellationToken,
) -> Result<Plan, Stop> {
    let looking = async {
        let in_folder = || {
            let time = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
            format!("{}-{time}.tar", volume.name.replace('/', "_"))
        };
        let typed = request.file.as_deref().unwrap_or_default();
        let file = to_file::path_of(typed, in_folder).await;
        let file = file.map_err(|why| Failure::new("", visible(&why)))?;
        let failed = |error: crate::backend::BackendError| error.failure("");
        let volumes = world.backend.volumes().await.map_err(failed)?;
        let is_there = volumes.iter().any(|one| one.id.name == volume.name);
        let (steps, notes) = match request.action {
            ActionName::BackUp => {
                let containers = world.backend.containers().await.map_err(failed)?;
                is_free(&file, is_there).await?;
                back_up(volume, &file, &containers)
            }
            ActionName::Restore => {
                let has_sum = may_become(volume, &file, is_there).await?;
                restore(volume, &file, has_sum)
            }
            _ => return Err(Failure::new("", "it is not for a volume")),
        };
        Ok::<_, Failure>((steps, notes))
    };
    planned::plan(request, cancel, looking).await
}

/// Whether the volume is there to be backed up, and the file is not.
async fn is_free(file: &str, is_there: bool) -> Result<(), Failure> {
    if !is_there {
        return Err(Failure::new("", "there is no such volume")
            .hint("topside volumes lists those that there are"));
    }
    to_file::is_free(file).await
}

/// Whether the file can become a volume of that name, and whether a checksum stands beside it.
async fn may_become(volume: &VolumeId, file: &str, is_there: bool) -> Result<bool, Failure> {
    if is_there {
        let why = format!("there is a volume {} already", visible(&volume.name));
        return Err(Failure::new("", why).hint(
            "name another one: nothing is written over. What a restoration that was cut off left goes with topside prune volumes",
        ));
    }
    if !is_name(&volume.name) {
        let why = "a volume's name has letters, digits, _ . and -, at least two, the first a letter or a digit";
        return Err(Failure::new("", why));
    }
    match metadata(file).await {
        Ok(about) if about.is_file() => {}
        Ok(_) => return Err(Failure::new("", format!("{} is no file", visible(file)))),
        Err(error) => return Err(Failure::new("", format!("{}: {error}", visible(file)))),
    }
    Ok(metadata(beside(Path::new(file))).await.is_ok())
}

/// What engines take for a volume's name (moby `names.RestrictedNamePattern`).
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphanumeric())
        && name.len() > 1
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

pub(super) fn back_up(volume: &VolumeId, file: &str, containers: &[Container]) -> Steps {
    let name = volume.name.to_string();
    let shown = visible(&name);
    let steps = vec![
        step(
            format!("read {shown} into a file beside {}", visible(file)),
            VolumeStep::WriteBackup {
                volume: name.clone(),
                file: file.to_owned(),
            },
        ),
        step(
            format!("keep it as {}, with its checksum beside it", visible(file)),
            VolumeStep::KeepBackup {
                file: file.to_owned(),
            },
        ),
    ];
    let mut notes: Vec<String> = containers
        .iter()
        .filter(|container| container.is_up() && writes_to(container, &name))
        .map(|container| {
            let service = container.service_id().to_string();
            format!(
                "{} runs, and can write to it meanwhile: then files do not go together (topside stop {} first, if they have to)",
                visible(&container.name),
                visible(&service),
            )
        })
        .collect();
    notes.sort();
    notes.push(
        "the file is for you alone (mode 0600), on the machine where topside runs; times are kept in whole seconds"
            .to_owned(),
    );
    (steps, notes)
}

fn writes_to(container: &Container, volume: &str) -> bool {
    let mut mounts = container.mounts.iter();
    mounts.any(|mount| mount.name.as_deref() == Some(volume) && !mount.read_only)
}

pub(super) fn restore(volume: &VolumeId, file: &str, has_sum: bool) -> Steps {
    let name = volume.name.to_string();
    let (volume, file) = (|| name.clone(), || file.to_owned());
    let steps = vec![
        step(
            format!("read {} to its end", visible(&file())),
            VolumeStep::CheckBackup { file: file() },
        ),
        step(
            format!("make the volume {name}"),
            VolumeStep::MakeVolume {
                volume: volume(),
                file: file(),
            },
        ),
        step(
            format!("unpack it in {name}"),
            VolumeStep::FillVolume {
                volume: volume(),
                file: file(),
            },
        ),
        step(
            format!("read {name} back and compare"),
            VolumeStep::CompareVolume {
                volume: volume(),
                file: file(),
            },
        ),
    ];
    let mut notes = Vec::new();
    if !has_sum {
        notes.push(
            "no checksum stands beside the file (.sha256): only whether it is whole can be seen"
                .to_owned(),
        );
    }
    notes.push("the volume goes again if anything fails or does not compare".to_owned());
    (steps, notes)
}

fn step(title: String, step: VolumeStep) -> Step {
    let kind = match step {
        VolumeStep::KeepBackup { .. } | VolumeStep::MakeVolume { .. } => StepKind::Committing,
        VolumeStep::WriteBackup { .. }
        | VolumeStep::CheckBackup { .. }
        | VolumeStep::FillVolume { .. }
        | VolumeStep::CompareVolume { .. } => StepKind::Cancellable,
    };
    Step {
        title,
        operation: Operation::Volume(step),
        kind,
    }
}
