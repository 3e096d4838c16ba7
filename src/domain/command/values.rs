//! What the placeholders stand for on one thing of a host.

use super::{Placeholder, Values};
use crate::domain::{Container, HostId, Image, ProjectId, ServiceId, VolumeId};

/// Of a service, by one of its containers.
pub fn of_service(service: &ServiceId, container: &Container) -> Values {
    let mut values: Values = [
        (Placeholder::Host, service.host.as_str().to_owned()),
        (Placeholder::Service, service.name.to_string()),
        (Placeholder::Container, container.name.to_string()),
        (Placeholder::Id, container.id.as_str().to_owned()),
        (Placeholder::Image, container.image.to_string()),
    ]
    .into();
    if let Some(project) = &service.project {
        values.insert(Placeholder::Project, project.to_string());
    }
    put_folder(&mut values, std::slice::from_ref(&container));
    values
}

/// Of a project, by its containers.
pub fn of_project(project: &ProjectId, containers: &[&Container]) -> Values {
    let mut values: Values = [
        (Placeholder::Host, project.host.as_str().to_owned()),
        (Placeholder::Project, project.name.to_string()),
    ]
    .into();
    put_folder(&mut values, containers);
    values
}

/// Of a host.
pub fn of_host(host: &HostId) -> Values {
    [(Placeholder::Host, host.as_str().to_owned())].into()
}

/// Of a volume.
pub fn of_volume(volume: &VolumeId) -> Values {
    [
        (Placeholder::Host, volume.host.as_str().to_owned()),
        (Placeholder::Volume, volume.name.to_string()),
    ]
    .into()
}

/// Of an image. One without a name goes by its id.
pub fn of_image(image: &Image) -> Values {
    let id = image.id.as_str().to_owned();
    let name = image
        .names()
        .next()
        .map_or_else(|| id.clone(), str::to_owned);
    [
        (Placeholder::Host, image.host.as_str().to_owned()),
        (Placeholder::Image, name),
        (Placeholder::Id, id),
    ]
    .into()
}

fn put_folder(values: &mut Values, containers: &[&Container]) {
    let mut folders = containers
        .iter()
        .filter_map(|container| container.compose.as_ref()?.working_dir.clone());
    if let Some(folder) = folders.next() {
        values.insert(Placeholder::Folder, folder);
    }
}
