//! Images as the engine lists them.

use std::collections::BTreeMap;

use bollard::Docker;
use bollard::models::{ImageInspect, ImageSummary};
use bollard::query_parameters::ListImagesOptionsBuilder;
use futures_util::stream::{BoxStream, StreamExt};
use jiff::Timestamp;

use super::channel::Channel;
use super::error::from_bollard;
use super::request::escape;
use super::wire::{HistoryItem, ImagePlatform};
use crate::backend::BackendError;
use crate::domain::{ByteSize, HostId, Image, ImageId, Instruction, Platform};

/// Every image but intermediate layers.
pub(super) async fn images(docker: &Docker, host: &HostId) -> Result<Vec<Image>, BackendError> {
    let options = ListImagesOptionsBuilder::default().all(false).build();
    let list = docker
        .list_images(Some(options))
        .await
        .map_err(from_bollard)?;
    Ok(list.into_iter().map(|one| listed(one, host)).collect())
}

/// What a reference or id means now.
pub(super) async fn image(
    docker: &Docker,
    host: &HostId,
    reference: &str,
) -> Result<Option<Image>, BackendError> {
    match docker.inspect_image(reference).await {
        Ok(answer) => Ok(Some(inspected(answer, host))),
        Err(err) => match from_bollard(err) {
            BackendError::NotFound(_) => Ok(None),
            err => Err(err),
        },
    }
}

/// The labels that an image gives its containers; none of one that is not there.
pub(super) async fn labels(
    docker: &Docker,
    id: &ImageId,
) -> Result<BTreeMap<String, String>, BackendError> {
    match docker.inspect_image(id.as_str()).await {
        Ok(answer) => {
            let labels = answer.config.and_then(|config| config.labels);
            Ok(labels.unwrap_or_default().into_iter().collect())
        }
        Err(err) => match from_bollard(err) {
            BackendError::NotFound(_) => Ok(BTreeMap::new()),
            err => Err(err),
        },
    }
}

/// For which machines an image is; none of one that is not there.
pub(super) async fn platform(
    channel: &Channel,
    id: &ImageId,
) -> Result<Option<Platform>, BackendError> {
    let path = format!("/images/{}/json", escape(id.as_str()));
    match channel.get_json::<ImagePlatform>(&path).await {
        Ok(answer) => Ok(Some(Platform {
            os: answer.os,
            architecture: answer.architecture,
            variant: answer.variant,
        })),
        Err(BackendError::NotFound(_)) => Ok(None),
        Err(err) => Err(err),
    }
}

/// What an image was made with, the newest first.
pub(super) async fn history(
    channel: &Channel,
    id_or_reference: &str,
) -> Result<Vec<Instruction>, BackendError> {
    let path = format!("/images/{}/history", escape(id_or_reference));
    let answer: Vec<HistoryItem> = channel.get_json(&path).await?;
    Ok(answer.into_iter().map(instruction).collect())
}

/// An image with all its layers, as one tar stream.
pub(super) async fn save(
    channel: &Channel,
    id_or_reference: &str,
) -> Result<BoxStream<'static, Result<Vec<u8>, BackendError>>, BackendError> {
    let path = format!("/images/{}/get", escape(id_or_reference));
    let chunks = channel.flow(&path).await?;
    Ok(chunks
        .map(|chunk| chunk.map(|bytes| bytes.to_vec()))
        .boxed())
}

fn instruction(item: HistoryItem) -> Instruction {
    // Builds that are to be the same every time say 1970 or, without a time, the year 1.
    let created = Timestamp::from_second(item.created).ok();
    Instruction {
        created: created.filter(|at| *at > Timestamp::UNIX_EPOCH),
        command: item.created_by,
        size: ByteSize(u64::try_from(item.size).unwrap_or(0)),
    }
}

fn listed(summary: ImageSummary, host: &HostId) -> Image {
    Image {
        host: host.clone(),
        id: ImageId::from(summary.id),
        tags: named(summary.repo_tags),
        digests: named(summary.repo_digests),
        size: ByteSize(u64::try_from(summary.size).unwrap_or(0)),
        created: Timestamp::from_second(summary.created).unwrap_or_default(),
    }
}

fn inspected(answer: ImageInspect, host: &HostId) -> Image {
    Image {
        host: host.clone(),
        id: ImageId::from(answer.id.unwrap_or_default()),
        tags: named(answer.repo_tags.unwrap_or_default()),
        digests: named(answer.repo_digests.unwrap_or_default()),
        size: ByteSize(
            answer
                .size
                .and_then(|size| u64::try_from(size).ok())
                .unwrap_or(0),
        ),
        created: answer
            .created
            .and_then(|text| text.parse().ok())
            .unwrap_or_default(),
    }
}

/// A dangling image is listed as `<none>:<none>` and `<none>@<none>`, or `name@<none>`.
fn named(mut references: Vec<String>) -> Vec<String> {
    references.retain(|reference| !reference.contains("<none>"));
    references
}
