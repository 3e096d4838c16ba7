//! `topside releases`: what services ran, and what can be gone back to.

use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::backend::{BackendError, Connector};
use crate::domain::units::age;
use crate::domain::{ActionName, Container, ImageId, ListedRelease, ServiceId, release, service};
use crate::jobs::{Origin, list_releases};
use crate::runtime::jobs::Shared;
use crate::runtime::zone;

use super::arguments::Releases;
use super::table::Table;
use super::{Arguments, Exit, connector, names, print, refuse};

/// What is printed of one service.
struct OfService {
    id: ServiceId,
    listed: Vec<ListedRelease>,
    running: Option<u64>,
}

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Releases,
) -> color_eyre::Result<ExitCode> {
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let asked = async {
        let backend = connector.connect().await?;
        let (containers, images) = tokio::try_join!(backend.containers(), backend.images())?;
        Ok((backend, containers, images))
    };
    let (backend, containers, images) = match asked.await {
        Ok(answer) => answer,
        Err(error) => {
            let error: BackendError = error;
            return Ok(refuse(&error.failure("reach the engine"), Exit::Engine));
        }
    };
    let services = if wanted.services.is_empty() {
        let all = service::group(containers.iter());
        all.into_iter().map(|service| service.id).collect()
    } else {
        match names::find(&containers, ActionName::Redeploy, &wanted.services) {
            Ok(services) => services,
            Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
        }
    };
    // Who only reads makes no records.
    let (store, said) = shared.records.existing().await;
    if let Some(failure) = said {
        print::failure(&failure);
    }
    let host = connector.host().clone();
    let world = match shared.world(backend, host, store, Origin::Command).await {
        Ok(world) => world,
        Err(failure) => return Ok(refuse(&failure, Exit::Engine)),
    };
    let mut all = Vec::new();
    for id in services {
        let listed = list_releases(&world, &id, &images).await;
        let image = running_image(&containers, &id);
        let running = image.and_then(|image| release::running(&listed, image));
        all.push(OfService {
            id,
            listed,
            running,
        });
    }
    if wanted.json {
        let releases: Vec<Value> = all.iter().flat_map(as_json).collect();
        return Ok(print::json(&json!({ "releases": releases }))?);
    }
    Ok(print::out(&table(&all)))
}

fn running_image<'a>(containers: &'a [Container], id: &ServiceId) -> Option<&'a ImageId> {
    let members = containers.iter().filter(|c| c.service_id() == *id);
    service::newest(members).map(|container| &container.image_id)
}

fn table(all: &[OfService]) -> String {
    let now = Timestamp::now();
    let zone = zone::system();
    let mut table = Table::new(&[
        "SERVICE",
        "RELEASE",
        "IMAGE",
        "SINCE",
        "STATE",
        "PLACE",
        "REFERENCE",
    ]);
    for service in all {
        for listed in &service.listed {
            let release = &listed.release;
            let runs = service.running == Some(release.number);
            let since = release.since.to_zoned(zone.clone());
            table.row([
                service.id.to_string(),
                format!("{} {}", if runs { "●" } else { " " }, release.number),
                release.image.short().to_owned(),
                format!("{}, {}", since.strftime("%F %R"), age(release.since, now)),
                release.state.word().to_owned(),
                listed.place.word().to_owned(),
                release.reference.clone(),
            ]);
        }
    }
    if table.is_empty() {
        "none yet: the first redeploy keeps what runs now\n".to_owned()
    } else {
        table.to_string()
    }
}

fn as_json(service: &OfService) -> Vec<Value> {
    let one = |listed: &ListedRelease| {
        let release = &listed.release;
        json!({
            "host": service.id.host,
            "project": service.id.project,
            "service": service.id.name,
            "release": release.number,
            "running": service.running == Some(release.number),
            "state": release.state,
            "since": release.since,
            "reference": release.reference,
            "image_id": release.image,
            "place": listed.place,
            "digests": release.digests,
            "config_hash": release.config_hash,
        })
    };
    service.listed.iter().map(one).collect()
}
