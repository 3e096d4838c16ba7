//! All of it, of an image of an engine: the engine's stream is read on a thread of its own.

use futures_util::StreamExt;
use tokio::sync::mpsc;

use crate::backend::Backend;
use crate::domain::{ByteSize, Failure, ImageId, LayerReport};
use crate::tape::Chunks;

use super::saved;

/// Chunks on their way from the engine to the reader.
const QUEUE: usize = 8;
/// How far it is is told after so many bytes.
const OFTEN: u64 = 4 << 20;

/// Looks into the layers of an image, and tells how many bytes were read so far. The engine has to read all of the image
/// for it; dropping the future ends that.
pub async fn look<F: Future<Output = ()>>(
    backend: &dyn Backend,
    image: &ImageId,
    mut tell: impl FnMut(ByteSize) -> F,
) -> Result<LayerReport, Failure> {
    const WHAT: &str = "look into the layers";
    let stream = backend.save_image(image.as_str()).await;
    let mut stream = stream.map_err(|error| error.failure(WHAT))?;
    let (sender, receiver) = mpsc::channel(QUEUE);
    let reading = tokio::task::spawn_blocking(move || saved::read(Chunks::new(receiver)));
    let mut failed = None;
    let (mut count, mut told) = (0, 0);
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(chunk) => {
                count += chunk.len() as u64;
                // The reader hangs up after an error of its own.
                if sender.send(chunk).await.is_err() {
                    break;
                }
            }
            Err(error) => {
                failed = Some(error.failure(WHAT));
                break;
            }
        }
        if count - told >= OFTEN {
            told = count;
            tell(ByteSize(count)).await;
        }
    }
    drop(sender);
    let read = reading.await;
    match (failed, read) {
        (Some(failure), _) => Err(failure),
        (None, Ok(Ok(report))) => Ok(report),
        (None, Ok(Err(error))) => Err(Failure::new(WHAT, error.to_string())),
        (None, Err(error)) => Err(Failure::new(WHAT, error.to_string())),
    }
}
