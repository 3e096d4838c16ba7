//! What the engine counts of its disk itself, but for the volumes, which it walks for that.

use std::sync::Arc;

use super::channel::{ApiVersion, Channel};
use super::wire::{CacheOnDisk, ContainerOnDisk, DiskUsage, ImageOnDisk};
use crate::backend::BackendError;
use crate::domain::{
    ByteSize, CacheRecord, ContainerId, EngineUsage, HostId, ImageId, ImageShare, VolumeId,
};

/// So many characters are kept of what made an entry of the build cache.
const DESCRIPTION: usize = 2_000;

/// Images, writable layers and the build cache; before API 1.42 also the volumes, whether they are wanted or not.
pub(super) async fn usage(channel: &Channel, host: &HostId) -> Result<EngineUsage, BackendError> {
    let answer: DiskUsage = channel.get_json(path(channel.version())).await?;
    Ok(read(answer, host))
}

/// From 1.52 on the lists need asking for.
fn path(version: ApiVersion) -> &'static str {
    if version < ApiVersion::new(1, 42) {
        "/system/df"
    } else if version < ApiVersion::new(1, 52) {
        "/system/df?type=image&type=container&type=build-cache"
    } else {
        "/system/df?type=image&type=container&type=build-cache&verbose=1"
    }
}

fn read(answer: DiskUsage, host: &HostId) -> EngineUsage {
    let images = answer.images.into_iter().chain(answer.image_usage.items);
    let containers = answer.containers.into_iter();
    let containers = containers.chain(answer.container_usage.items);
    let cache = answer.build_cache.into_iter();
    let cache = cache.chain(answer.build_cache_usage.items);
    let volumes = answer.volumes.iter();
    // Either is 0 in an answer of the other form.
    let layers = answer.layers_size.max(answer.image_usage.total_size);
    EngineUsage {
        layers: size(layers),
        images: images.map(image).collect(),
        written: containers.map(written).collect(),
        volumes: volumes
            .filter_map(|volume| {
                let bytes = u64::try_from(volume.usage_data.as_ref()?.size).ok()?;
                let id = VolumeId {
                    host: host.clone(),
                    name: Arc::from(&*volume.name),
                };
                Some((id, ByteSize(bytes)))
            })
            .collect(),
        cache: cache.map(record).collect(),
    }
}

fn image(image: ImageOnDisk) -> ImageShare {
    ImageShare {
        id: ImageId::from(image.id),
        size: size(image.size),
        shared: u64::try_from(image.shared_size).ok().map(ByteSize),
    }
}

fn written(container: ContainerOnDisk) -> (ContainerId, ByteSize) {
    (ContainerId::from(container.id), size(container.size_rw))
}

fn record(record: CacheOnDisk) -> CacheRecord {
    let time = |text: &str| text.parse().ok();
    CacheRecord {
        id: record.id,
        kind: record.kind,
        // An instruction can have a whole file in it (a heredoc); its beginning tells it apart.
        description: record.description.chars().take(DESCRIPTION).collect(),
        size: size(record.size),
        in_use: record.in_use,
        shared: record.shared,
        created: time(&record.created_at),
        last_used: record.last_used_at.as_deref().and_then(time),
        uses: u64::try_from(record.usage_count).unwrap_or(0),
    }
}

fn size(bytes: i64) -> ByteSize {
    ByteSize(u64::try_from(bytes).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(json: &str) -> EngineUsage {
        read(serde_json::from_str(json).unwrap(), &HostId::from("local"))
    }

    #[test]
    fn old_and_new_answers_say_the_same() {
        let old = usage(
            r#"{"LayersSize":900,"Images":[{"Id":"sha256:a","Size":500,"SharedSize":200,"Containers":1}],
            "Containers":[{"Id":"c","SizeRw":7,"SizeRootFs":507},{"Id":"d"}],"Volumes":null,
            "BuildCache":[{"ID":"x","Type":"regular","Description":"RUN make","InUse":true,"Shared":false,"Size":40,
            "CreatedAt":"2026-01-02T03:04:05Z","LastUsedAt":null,"UsageCount":1},{"ID":"y","Shared":true,"Size":5}]}"#,
        );
        assert_eq!(old.layers, ByteSize(900));
        assert_eq!(old.images[0].unique(), Some(ByteSize(300)));
        assert_eq!(old.all_written(), ByteSize(7));
        assert_eq!(
            old.all_cache(),
            ByteSize(40),
            "what an image has is the image's"
        );
        assert!(old.cache[0].in_use && old.cache[0].created.is_some());
        assert_eq!((old.cache[0].uses, old.cache[1].uses), (1, 0));
        let new = usage(
            r#"{"ImageUsage":{"TotalSize":900,"Items":[{"Id":"sha256:a","Size":500,"SharedSize":200}]},
            "ContainerUsage":{"Items":[{"Id":"c","SizeRw":7},{"Id":"d"}]},
            "BuildCacheUsage":{"Items":[{"ID":"x","Type":"regular","Description":"RUN make","InUse":true,"Size":40,
            "CreatedAt":"2026-01-02T03:04:05Z","UsageCount":1},{"ID":"y","Shared":true,"Size":5}]}}"#,
        );
        assert_eq!(new, old);
    }

    #[test]
    fn what_was_not_worked_out_is_not_nothing() {
        let usage = usage(r#"{"Images":[{"Id":"sha256:a","Size":500,"SharedSize":-1}]}"#);
        assert_eq!(usage.images[0].shared, None);
        assert_eq!(usage.images[0].unique(), None);
    }

    #[test]
    fn volumes_are_left_out_where_they_can_be() {
        assert_eq!(path(ApiVersion::new(1, 41)), "/system/df");
        assert!(!path(ApiVersion::new(1, 42)).contains("volume"));
        assert!(path(ApiVersion::new(1, 52)).ends_with("verbose=1"));
    }
}
