//! `topside df`, `topside volumes`: where the disk went.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::Host;
use crate::app::storage::{Round, StorageEffect};
use crate::backend::{BackendError, Connector};
use crate::disk::HostDisk;
use crate::domain::text::visible;
use crate::domain::units::{age, short_span};
use crate::domain::{ByteSize, Growth, MeasuredBy, Part, Picture, Storage, StorageKind};
use crate::runtime::jobs::Shared;
use crate::runtime::storage::Disk;

use super::progress::Progress;
use super::table::Table;
use super::{Arguments, Exit, connector, print, refuse};

/// What is measured.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Measuring {
    /// Measure everything anew, however lately it was measured.
    #[arg(long, conflicts_with = "known")]
    pub fresh: bool,
    /// Measure nothing: print what is known from before.
    #[arg(long)]
    pub known: bool,
    /// Print JSON, for scripts. Sizes are in bytes.
    #[arg(long)]
    pub json: bool,
}

const AFTER: &str = "\
Volumes and bind mounts are measured on their own machine: file by file where the engine runs here, by
du through ssh where --host is ssh://, else volumes alone, by the engine. What was measured in the last
six hours is not measured again. Measuring gives way to services, and Ctrl-C ends it.

A size \"on disk\" counts blocks, as du does; the engine counts lengths of files, which differ for sparse
and for many small files. Images, containers and build cache are as the engine counts them.

Examples:
  topside df                       every disk that matters, and what fills it
  topside volumes --json | jq '.volumes[] | select(.users == [])'
                                   what nobody uses

JSON: {\"filesystems\": [{\"filesystem\": {mount_point, source, kind, size, used, available},
  \"parts\": {\"images\": 1, …}, \"growth_per_week\": 1, \"full_in_seconds\": 1}]}
  {\"volumes\": [{kind, name, path, driver, size, measured_by, measured_at, files, written, growth_per_week,
  users: [{service, destination, read_only, running}], anonymous}]}

Exit codes:
  0  well
  1  the engine did not answer
  2  the command line or the config is wrong";

pub(super) async fn df(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Measuring,
) -> color_eyre::Result<ExitCode> {
    let host = match look(arguments, shared, wanted).await {
        Ok(host) => host,
        Err(code) => return Ok(code),
    };
    if let Some(failure) = &host.storing.filesystems.failure {
        return Ok(refuse(failure, Exit::Engine));
    }
    if wanted.json {
        let all: Vec<Value> = host
            .storing
            .pictures
            .iter()
            .map(|one| of_picture(&host, one))
            .collect();
        return Ok(print::json(&json!({ "filesystems": all }))?);
    }
    Ok(print::out(&pictures(&host)))
}

pub(super) async fn volumes(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Measuring,
) -> color_eyre::Result<ExitCode> {
    let host = match look(arguments, shared, wanted).await {
        Ok(host) => host,
        Err(code) => return Ok(code),
    };
    let mut places: Vec<&Storage> = host.storing.places.iter().collect();
    places.sort_by_key(|place| std::cmp::Reverse(host.storing.size(&place.id)));
    if wanted.json {
        let all: Vec<Value> = places.into_iter().map(|one| of_place(&host, one)).collect();
        return Ok(print::json(&json!({ "volumes": all }))?);
    }
    Ok(print::out(&table(&host, &places)))
}

/// Asks and measures what is wanted.
async fn look(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Measuring,
) -> Result<Host, ExitCode> {
    let connector = connector(arguments).map_err(|failure| refuse(&failure, Exit::Usage))?;
    let asked = async {
        let backend = connector.connect().await?;
        let answers = tokio::try_join!(backend.info(), backend.containers(), backend.volumes())?;
        Ok::<_, BackendError>((backend, answers))
    };
    let (backend, (info, containers, volumes)) = asked
        .await
        .map_err(|error| refuse(&error.failure("reach the engine"), Exit::Engine))?;
    let now = Timestamp::now();
    let mut host = Host::new(connector.host().clone(), connector.address());
    let data_root = info.data_root.clone();
    host.info = Some(info);
    let containers = containers.into_iter();
    host.containers = containers.map(|one| (one.id.clone(), one)).collect();
    host.volumes.answer(Ok(volumes), now);
    host.regroup_storage();
    let disk = Disk {
        disk: HostDisk {
            backend,
            is_local: connector.is_local(),
        },
        id: host.id.clone(),
        records: Arc::clone(&shared.records),
    };
    let host = RefCell::new(host);
    let progress = Progress::new();
    let ask = async |effect: StorageEffect| {
        disk.ask(effect, |told| {
            let mut host = host.borrow_mut();
            host.storing
                .answer(told, Some(&data_root), Timestamp::now());
            if let Some(round) = &host.storing.round {
                progress.show(&said(round));
            }
            std::future::ready(())
        })
        .await;
    };
    // What is known from before decides what is measured: asked first.
    let first = host.borrow_mut().storing.wanted(Some(&data_root), now);
    for effect in first {
        ask(effect).await;
    }
    let measure = {
        let storing = &mut host.borrow_mut().storing;
        match (wanted.known, wanted.fresh) {
            (true, _) => Vec::new(),
            (false, true) => storing.measure_again().into_iter().collect(),
            (false, false) => storing.wanted(Some(&data_root), now),
        }
    };
    for effect in measure {
        ask(effect).await;
    }
    progress.clear();
    Ok(host.into_inner())
}

/// How far the measuring is, in one line.
fn said(round: &Round) -> String {
    let mut said = format!("measuring, {} to go", round.left);
    if let Some((id, files, bytes)) = &round.now {
        let _ = write!(said, ": {} has {files} files, {bytes}", id.name);
    }
    said
}

fn of_picture(host: &Host, picture: &Picture) -> Value {
    let filesystem = &picture.filesystem;
    let growth = host.storing.filling.get(&filesystem.mount_point);
    let full = growth.and_then(|growth| growth.fills(filesystem.available));
    json!({
        "filesystem": filesystem,
        "parts": picture.parts,
        "growth_per_week": growth.map(|growth| growth.per_week),
        "full_in_seconds": full.map(|span| span.as_secs()),
    })
}

fn pictures(host: &Host) -> String {
    let mut table = Table::new(&[
        "MOUNTED ON",
        "SIZE",
        "USED",
        "FREE",
        "FULL",
        "A WEEK",
        "FULL IN",
        "WHAT FILLS IT",
    ]);
    for picture in &host.storing.pictures {
        let filesystem = &picture.filesystem;
        let growth = host.storing.filling.get(&filesystem.mount_point);
        let full = growth.and_then(|growth| growth.fills(filesystem.available));
        let parts = picture.parts.iter();
        let parts: Vec<String> = parts.map(|(part, size)| part_of(*part, *size)).collect();
        table.row([
            filesystem.mount_point.clone(),
            filesystem.size.to_string(),
            filesystem.used.to_string(),
            filesystem.available.to_string(),
            format!("{:.0}%", filesystem.fullness() * 100.0),
            growth.map_or_else(String::new, Growth::to_string),
            full.map_or_else(String::new, short_span),
            parts.join(", "),
        ]);
    }
    if table.is_empty() {
        return "no disk of the host is known\n".to_owned();
    }
    table.to_string()
}

fn part_of(part: Part, size: ByteSize) -> String {
    format!("{} {size}", part.title())
}

fn of_place(host: &Host, place: &Storage) -> Value {
    let storing = &host.storing;
    let measured = storing.sizes.get(&place.id);
    let walked = measured.filter(|measured| measured.by == MeasuredBy::Walk);
    let users: Vec<Value> = place
        .users
        .iter()
        .map(|user| {
            json!({
                "service": user.service.to_string(),
                "destination": user.destination,
                "read_only": user.read_only,
                "running": user.running,
            })
        })
        .collect();
    json!({
        "kind": place.id.kind,
        "name": place.id.name,
        "path": place.path,
        "driver": place.volume.as_ref().map(|volume| &volume.driver),
        "anonymous": place.is_anonymous(),
        "size": storing.size(&place.id),
        "measured_by": measured.map(|measured| measured.by),
        "measured_at": measured.map(|measured| measured.at),
        "not_measured": storing.unmeasured.get(&place.id),
        "files": walked.map(|walked| walked.size.files),
        "apparent_size": walked.map(|walked| walked.size.apparent),
        "written": walked.and_then(|walked| walked.size.written),
        "growth_per_week": storing.growth.get(&place.id).map(|growth| growth.per_week),
        "users": users,
    })
}

fn table(host: &Host, places: &[&Storage]) -> String {
    let now = Timestamp::now();
    let mut table = Table::new(&[
        "NAME", "KIND", "SIZE", "A WEEK", "WRITTEN", "MEASURED", "USED BY",
    ]);
    for place in places {
        let measured = host.storing.sizes.get(&place.id);
        let growth = host.storing.growth.get(&place.id);
        let written = measured.and_then(|measured| measured.size.written);
        let services: Vec<String> = place.services().iter().map(ToString::to_string).collect();
        let ago = |at| format!("{} ago", age(at, now));
        let kind = match place.id.kind {
            StorageKind::Volume if place.is_anonymous() => "unnamed",
            kind => kind.word(),
        };
        let unknown = if place.is_of_system() { "-" } else { "?" };
        table.row([
            place.id.name.to_string(),
            kind.to_owned(),
            measured.map_or_else(
                || unknown.to_owned(),
                |measured| measured.bytes().to_string(),
            ),
            growth.map_or_else(String::new, Growth::to_string),
            written.map_or_else(String::new, ago),
            measured.map_or_else(String::new, |measured| ago(measured.at)),
            if services.is_empty() {
                "nobody".to_owned()
            } else {
                services.join(", ")
            },
        ]);
    }
    if table.is_empty() {
        return "there is no volume, and no folder is mounted\n".to_owned();
    }
    let mut text = table.to_string();
    for (id, why) in &host.storing.unmeasured {
        let _ = writeln!(
            text,
            "not measured: {}: {}",
            visible(&id.name),
            visible(why)
        );
    }
    text
}
