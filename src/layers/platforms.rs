//! For which machines images are. No list says it, so each image is asked, a few at once: one takes the engine a
//! millisecond or two, and what an image says of it never changes.

use futures_util::stream::{self, StreamExt};

use crate::backend::Backend;
use crate::domain::{ImageId, Platform};

const AT_ONCE: usize = 4;

/// The platforms of images; those that are gone, or do not say, are left out.
pub async fn platforms(backend: &dyn Backend, images: Vec<ImageId>) -> Vec<(ImageId, Platform)> {
    let asked = images.into_iter().map(|id| async move {
        let platform = backend.image_platform(&id).await.ok().flatten();
        platform.map(|platform| (id, platform))
    });
    let answers = stream::iter(asked).buffer_unordered(AT_ONCE);
    answers.filter_map(std::future::ready).collect().await
}
