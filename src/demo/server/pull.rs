//! `/images/create`: a pull, layer by layer.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::answer::{Answer, stream as answer};
use super::asked::Asked;
use crate::demo::engine::Engine;
use crate::demo::world::Refusal;
use crate::demo::world::image::{Image, familiar};

/// So often a layer says how far it is.
const STEPS: u64 = 8;
/// The time between two words of a pull.
const PAUSE: Duration = Duration::from_millis(45);

/// A layer: what it is called, its size, and whether it is here already.
struct Layer {
    name: String,
    size: u64,
    is_here: bool,
}

pub(super) fn pull(engine: &Arc<Engine>, asked: &Asked) -> Answer {
    let (name, tag) = (asked.get("fromImage"), asked.get("tag"));
    if name.is_empty() {
        return Err(Refusal::new(501, "the demo's engine imports no images"));
    }
    let reference = match tag {
        "" => familiar(name),
        digest if digest.contains(':') => format!("{name}@{digest}"),
        tag => format!("{name}:{tag}"),
    };
    let (sender, receiver) = mpsc::channel::<Value>(16);
    let own = Arc::clone(engine);
    let cancel = engine.cancel.clone();
    engine.tasks.spawn(async move {
        let fetching = fetch(&own, &reference, &sender);
        drop(cancel.run_until_cancelled(fetching).await);
    });
    let lines = stream::unfold(receiver, |mut receiver| async move {
        let said = receiver.recv().await?;
        Some((format!("{said}\r\n").into_bytes(), receiver))
    });
    Ok(answer("application/json", lines))
}

/// Fetches an image and says how far it is. Whether it is a newer one; nothing when nobody listens any more.
pub(super) async fn fetch(
    engine: &Arc<Engine>,
    reference: &str,
    listener: &mpsc::Sender<Value>,
) -> Option<Result<bool, Refusal>> {
    let found = engine.look(|world| {
        let image = world.in_registry(reference)?;
        let here = |layer: &str| {
            let mut layers = world.images.values().flat_map(Image::layers);
            layers.any(|step| step.layer == layer)
        };
        let layers: Vec<Layer> = image
            .layers()
            .map(|step| Layer {
                name: step
                    .layer
                    .trim_start_matches("sha256:")
                    .chars()
                    .take(12)
                    .collect(),
                size: step.size,
                is_here: here(&step.layer),
            })
            .collect();
        Ok::<_, Refusal>((layers, image.digest.clone()))
    });
    let (layers, digest) = match found {
        Ok(found) => found,
        Err(refusal) => {
            let words = &refusal.message;
            let said = json!({ "errorDetail": { "message": words }, "error": words });
            listener.send(said).await.ok()?;
            return Some(Err(refusal));
        }
    };
    let (name, tag) = crate::demo::world::image::parts(reference);
    let begin = json!({ "status": format!("Pulling from {name}"), "id": tag });
    listener.send(begin).await.ok()?;
    for layer in &layers {
        let status = if layer.is_here {
            "Already exists"
        } else {
            "Pulling fs layer"
        };
        let said = json!({ "status": status, "progressDetail": {}, "id": layer.name });
        listener.send(said).await.ok()?;
    }
    for (verb, done) in [
        ("Downloading", "Download complete"),
        ("Extracting", "Pull complete"),
    ] {
        for layer in layers.iter().filter(|layer| !layer.is_here) {
            for step in 1..=STEPS {
                let current = layer.size * step / STEPS;
                let detail = json!({ "current": current, "total": layer.size });
                let said = json!({ "status": verb, "progressDetail": detail, "id": layer.name });
                listener.send(said).await.ok()?;
                engine.takes(PAUSE).await;
            }
            let said = json!({ "status": done, "progressDetail": {}, "id": layer.name });
            listener.send(said).await.ok()?;
        }
    }
    let is_new = match engine.change(|world| world.fetch(reference)) {
        Ok(is_new) => is_new,
        Err(refusal) => return Some(Err(refusal)),
    };
    let words = if is_new {
        "Downloaded newer image for"
    } else {
        "Image is up to date for"
    };
    for status in [
        format!("Digest: {digest}"),
        format!("Status: {words} {reference}"),
    ] {
        listener.send(json!({ "status": status })).await.ok()?;
    }
    Some(Ok(is_new))
}
