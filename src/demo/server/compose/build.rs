//! Builds: an image like the one before, of the files as they are now.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::Voice;
use crate::demo::compose::Project;
use crate::demo::engine::Engine;
use crate::demo::seed::sha256;
use crate::demo::world::image::Instruction;

/// The time that a step takes.
const STEP: Duration = Duration::from_millis(300);
/// What is looked at of a build's files, in bytes and files.
const LONGEST: u64 = 1 << 20;
const MOST_FILES: usize = 200;

/// Builds a service's image. One of the same files is the one that is there.
pub(super) async fn build(
    engine: &Arc<Engine>,
    project: &Project,
    service: &str,
    voice: &Voice,
) -> Result<(), String> {
    let Some(context) = project.context(service) else {
        return voice.err(format!("No services to build: {service}")).await;
    };
    let folder = PathBuf::from(&context);
    let read = tokio::task::spawn_blocking(move || read_context(&folder)).await;
    let (dockerfile, digest) = read.map_err(|error| error.to_string())??;
    let image = project.image(service);
    let id = format!("sha256:{digest}");
    let is_known = engine.look(|world| world.images.contains_key(&id));
    voice
        .err("#1 [internal] load build definition from Dockerfile")
        .await?;
    voice
        .err(format!(
            "#1 transferring dockerfile: {}B done",
            dockerfile.len()
        ))
        .await?;
    let steps: Vec<&str> = dockerfile
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    for (number, step) in (2..).zip(&steps) {
        voice
            .err(format!("#{number} [{}/{}] {step}", number - 1, steps.len()))
            .await?;
        if is_known {
            voice.err(format!("#{number} CACHED")).await?;
        } else {
            engine.takes(STEP).await;
            voice.err(format!("#{number} DONE 0.3s")).await?;
        }
    }
    engine.change(|world| {
        if !is_known {
            // The program of what this service was built from before.
            let mut new = world
                .image(&image)
                .map_err(|refusal| refusal.message)?
                .clone();
            new.id.clone_from(&id);
            new.digest = format!("sha256:{}", sha256(id.as_bytes()));
            new.created = world.now;
            if let Some(last) = new.history.last_mut() {
                *last = Instruction {
                    layer: format!("sha256:{}", sha256(format!("layer {id}").as_bytes())),
                    ..last.clone()
                };
            }
            world.images.insert(id.clone(), new);
        }
        world.tag(&id, &image).map_err(|refusal| refusal.message)
    })?;
    voice
        .err(format!(
            "#{} naming to docker.io/library/{image} done",
            steps.len() + 2
        ))
        .await?;
    voice.err(format!(" {service}  Built")).await
}

/// The Dockerfile, and a digest of all that is there. Blocks.
fn read_context(folder: &Path) -> Result<(String, String), String> {
    let dockerfile = std::fs::read_to_string(folder.join("Dockerfile")).map_err(|error| {
        format!(
            "failed to solve: failed to read dockerfile: open {}/Dockerfile: {error}",
            folder.display()
        )
    })?;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|error| error.to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file())
        .take(MOST_FILES)
        .collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let size = std::fs::metadata(&path).map_or(u64::MAX, |known| known.len());
        if size <= LONGEST
            && let Ok(bytes) = std::fs::read(&path)
        {
            all.extend(sha256(&bytes).into_bytes());
        }
    }
    Ok((dockerfile, sha256(&all)))
}
