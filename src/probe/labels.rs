//! What people say of endpoints by labels.

use std::collections::BTreeMap;

use crate::backend::Backend;
use crate::domain::endpoint::LABEL;
use crate::domain::text::visible;
use crate::domain::{Container, ContainerId};

/// The labels that people wrote. One that an image brings along is anybody's: it is not to make us connect somewhere.
pub async fn labels(
    engine: &dyn Backend,
    containers: &[Container],
    problems: &mut Vec<String>,
) -> BTreeMap<ContainerId, String> {
    let mut labels = BTreeMap::new();
    for container in containers.iter().filter(|container| container.is_up()) {
        let Some(label) = container.labels.get(LABEL) else {
            continue;
        };
        let of_image = engine.image_labels(&container.image_id).await;
        let why = match of_image {
            Ok(of_image) if of_image.get(LABEL) != Some(label) => {
                labels.insert(container.id.clone(), label.clone());
                continue;
            }
            Ok(_) => "it comes with the image, whose maker may be anybody".to_owned(),
            Err(error) => format!("whether it comes with the image is unknown ({error})"),
        };
        let name = visible(&container.name);
        problems.push(format!("the label {LABEL} of {name} is not heeded: {why}"));
    }
    labels
}
