//! What fills each file system, as far as it is known.

use crate::domain::disk::split;
use crate::domain::{Holding, Part, Picture, StorageKind};

use super::Storing;

/// The picture of what is known; `data_root` is where the engine keeps its own.
pub(super) fn pictures(storing: &Storing, data_root: Option<&str>) -> Vec<Picture> {
    let filesystems = storing.filesystems.value.as_deref().unwrap_or_default();
    let mut held: Vec<Holding> = Vec::new();
    for place in &storing.places {
        let part = match place.id.kind {
            StorageKind::Volume => Part::Volumes,
            StorageKind::Bind => Part::BindMounts,
        };
        if let Some(size) = storing.size(&place.id) {
            let path = place.path.clone();
            held.push(Holding { part, path, size });
        }
    }
    if let Some(root) = data_root {
        let mut of_engine = |part, size| {
            let path = root.to_owned();
            held.push(Holding { part, path, size });
        };
        if let Some(engine) = &storing.engine.value {
            of_engine(Part::Images, engine.layers);
            of_engine(Part::Containers, engine.all_written());
            of_engine(Part::BuildCache, engine.all_cache());
        }
        if let Some(logs) = &storing.logs.value {
            of_engine(Part::Logs, logs.iter().map(|(_, size)| *size).sum());
        }
    }
    split(filesystems, &held)
}
