//! Volumes and their sizes.

use std::sync::Arc;

use bollard::Docker;
use bollard::query_parameters::ListVolumesOptions;

use super::channel::{ApiVersion, Channel};
use super::error::from_bollard;
use super::wire::{DiskUsage, VolumeOnDisk};
use crate::backend::BackendError;
use crate::domain::{ByteSize, HostId, Volume, VolumeId};

/// Every volume.
pub(super) async fn volumes(docker: &Docker, host: &HostId) -> Result<Vec<Volume>, BackendError> {
    let list = docker
        .list_volumes(None::<ListVolumesOptions>)
        .await
        .map_err(from_bollard)?;
    let volumes = list.volumes.unwrap_or_default().into_iter();
    Ok(volumes.map(|volume| read(volume, host)).collect())
}

fn read(volume: bollard::models::Volume, host: &HostId) -> Volume {
    Volume {
        id: id(host, &volume.name),
        driver: volume.driver,
        mountpoint: volume.mountpoint,
        created: volume.created_at.and_then(|text| text.parse().ok()),
        labels: volume.labels.into_iter().collect(),
        options: volume.options.into_iter().collect(),
    }
}

fn id(host: &HostId, name: &str) -> VolumeId {
    VolumeId {
        host: host.clone(),
        name: Arc::from(name),
    }
}

/// The sizes of those volumes whose driver can tell. Not through bollard: its answer of `system/df` (0.21) has no
/// place for the volumes of engines before API 1.52.
pub(super) async fn sizes(
    channel: &Channel,
    host: &HostId,
) -> Result<Vec<(VolumeId, ByteSize)>, BackendError> {
    let usage: DiskUsage = channel.get_json(sizes_path(channel.version())).await?;
    let all = usage.volumes.into_iter().chain(usage.volume_usage.items);
    Ok(all.filter_map(|volume| size(&volume, host)).collect())
}

/// Before 1.42 the whole disk usage is the only one there is; from 1.52 on the list needs asking for.
fn sizes_path(version: ApiVersion) -> &'static str {
    if version < ApiVersion::new(1, 42) {
        "/system/df"
    } else if version < ApiVersion::new(1, 52) {
        "/system/df?type=volume"
    } else {
        "/system/df?type=volume&verbose=1"
    }
}

fn size(volume: &VolumeOnDisk, host: &HostId) -> Option<(VolumeId, ByteSize)> {
    let size = u64::try_from(volume.usage_data.as_ref()?.size).ok()?;
    Some((id(host, &volume.name), ByteSize(size)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_sizes(json: &str) -> Vec<(String, u64)> {
        let usage: DiskUsage = serde_json::from_str(json).unwrap();
        let all = usage.volumes.into_iter().chain(usage.volume_usage.items);
        all.filter_map(|volume| size(&volume, &HostId::from("local")))
            .map(|(id, size)| (id.name.to_string(), size.0))
            .collect()
    }

    #[test]
    fn sizes_of_old_and_new_engines_are_read() {
        let old = r#"{"LayersSize":1,"Images":null,"Volumes":[
            {"Name":"a","UsageData":{"Size":7,"RefCount":1}},
            {"Name":"nfs","UsageData":{"Size":-1,"RefCount":0}},
            {"Name":"b","UsageData":null}]}"#;
        assert_eq!(read_sizes(old), [("a".to_owned(), 7)]);
        let new =
            r#"{"VolumeUsage":{"TotalCount":1,"Items":[{"Name":"c","UsageData":{"Size":9}}]}}"#;
        assert_eq!(read_sizes(new), [("c".to_owned(), 9)]);
        assert!(read_sizes(r#"{"Volumes":null}"#).is_empty());
    }

    #[test]
    fn only_volumes_are_asked_for_where_that_is_possible() {
        assert_eq!(sizes_path(ApiVersion::new(1, 41)), "/system/df");
        assert_eq!(sizes_path(ApiVersion::new(1, 42)), "/system/df?type=volume");
        assert!(sizes_path(ApiVersion::new(1, 52)).ends_with("verbose=1"));
    }
}
