//! `topside images`: what each image takes and frees; of one, what it is made of and what its layers waste.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::Host;
use crate::backend::{Backend, BackendError, Connector};
use crate::domain::image_layer::in_dockerfile;
use crate::domain::text::visible;
use crate::domain::units::age;
use crate::domain::{
    ByteSize, Container, EngineUsage, Failure, FileCount, Image, ImageId, ImageShare, Instruction,
    LayerReport, Platform,
};
use crate::layers;
use crate::runtime::jobs::Shared;

use super::cache;
use super::image::{self, What};
use super::progress::Progress;
use super::table::Table;
use super::{Arguments, Exit, connector, print, refuse};

/// Print images, or what one image is made of; tag, save or pull one.
#[derive(Debug, Args)]
#[command(after_help = AFTER, args_conflicts_with_subcommands = true)]
pub struct Images {
    /// What is done with an image; without it, images are printed.
    #[command(subcommand)]
    pub what: Option<What>,
    /// An image, by a reference or its id: its history, and what each of its layers adds, changes, deletes and wastes.
    /// One that is called as a subcommand is, with its tag.
    #[arg(value_name = "IMAGE")]
    pub image: Option<String>,
    /// The entries of the build cache instead, the greatest first.
    #[arg(long, conflicts_with = "image")]
    pub cache: bool,
    /// Print JSON, for scripts. Sizes are in bytes.
    #[arg(long)]
    pub json: bool,
}

const AFTER: &str = "\
UNIQUE is what comes free when an image is removed; SHARED are layers that other images have, too. The
sums are the engine's, which counts each layer once: they are less than those of the column SIZE. An
image for another kind of machine than the host's is marked with !.

With an IMAGE the engine hands out all of its layers (as docker save does; a gigabyte takes seconds),
and they are laid on each other. A file that a later layer changes or deletes is still in the image, and
pulled and stored with it: that is its waste. To slim an image, see the greatest wasted paths and the
instructions that put them there: delete in the same RUN what it wrote, copy with the right mode and
owner (COPY --chown, --chmod) rather than change them afterwards, or build in another stage.

Examples:
  topside images                   what each image takes, frees, and who uses it
  topside images nginx:1.27        what it is made of, and what it wastes
  topside images save nginx:1.27   write it to ./nginx-1.27.tar; each subcommand has a --help of its own
  topside images --json | jq '.images[] | select(.used_by == [] and .kept_as == [])'
                                   what nobody uses
  topside images --cache           what builds left to be faster the next time
  topside prune images --plan      what could be removed

JSON (fields may be added, none is renamed or removed; times are RFC 3339 in UTC; what is absent is null):
  {\"images\": [{id, tags, digests, size, shared, unique, created, platform {os, architecture, variant},
    for_this_machine, used_by (services), kept_as, dangling}],
   \"layers\": all of them, each once, \"build_cache\": {size, entries, in_use}}
  with --cache: {\"build_cache\": [{id, kind, description, size, in_use, shared (an image has it, too),
    created, last_used, uses}]}
  of one IMAGE: {\"image\": as above, \"history\": [{created, command, size}] (the newest first),
   \"layers\": [{instruction, created, added {files, size}, changed, deleted, wasted}] (the base first),
   \"stored\", \"seen\", \"wasted\", \"efficiency\" (0 to 1), \"wasting\": how many paths waste anything,
   \"wasted_paths\": [{path, size, copies}] (the greatest 100)}

Exit codes:
  0  printed
  1  the engine did not answer, has no such image, or its layers cannot be read
  2  the command line or the config is wrong";

pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Images,
) -> color_eyre::Result<ExitCode> {
    if let Some(what) = &wanted.what {
        return image::run(arguments, shared, what).await;
    }
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let backend = match connector.connect().await {
        Ok(backend) => backend,
        Err(error) => return Ok(refuse(&error.failure("reach the engine"), Exit::Engine)),
    };
    let host = Host::new(connector.host().clone(), connector.address());
    let listed = match Listed::look(&*backend, host).await {
        Ok(listed) => listed,
        Err(error) => return Ok(refuse(&error.failure("list the images"), Exit::Engine)),
    };
    match &wanted.image {
        None if wanted.cache => cache::print(&listed.usage, listed.now, wanted.json),
        None => listed.print(wanted.json),
        Some(reference) => match One::look(&*backend, &listed, reference).await {
            Ok(one) => one.print(&listed, wanted.json),
            Err(failure) => Ok(refuse(&failure, Exit::Engine)),
        },
    }
}

/// The images of a host with what is known of them.
struct Listed {
    host: Host,
    usage: EngineUsage,
    platforms: HashMap<ImageId, Platform>,
    now: Timestamp,
}

impl Listed {
    async fn look(backend: &dyn Backend, mut host: Host) -> Result<Self, BackendError> {
        let (info, containers, images, usage) = tokio::try_join!(
            backend.info(),
            backend.containers(),
            backend.images(),
            backend.disk_usage()
        )?;
        let now = Timestamp::now();
        let ids = images.iter().map(|image| image.id.clone()).collect();
        let platforms = layers::platforms(backend, ids).await;
        host.info = Some(info);
        let containers = containers.into_iter();
        host.containers = containers.map(|one| (one.id.clone(), one)).collect();
        host.images.answer(Ok(images), now);
        host.regroup();
        Ok(Self {
            host,
            usage,
            platforms: platforms.into_iter().collect(),
            now,
        })
    }

    fn images(&self) -> &[Image] {
        self.host.images.value.as_deref().unwrap_or_default()
    }

    fn share(&self, image: &Image) -> Option<&ImageShare> {
        self.usage.images.iter().find(|share| share.id == image.id)
    }

    fn is_for_host(&self, image: &Image) -> Option<bool> {
        let platform = self.platforms.get(&image.id)?;
        let info = self.host.info.as_ref()?;
        Some(platform.is_for(&info.architecture))
    }

    fn users(&self, image: &Image) -> Vec<String> {
        let users = self.host.users_of_image(image).map(Container::service_id);
        let mut names: Vec<String> = users.map(|service| service.to_string()).collect();
        names.sort();
        names.dedup();
        names
    }

    fn json(&self, image: &Image) -> Value {
        let share = self.share(image);
        json!({
            "id": image.id.as_str(),
            "tags": image.names().collect::<Vec<_>>(),
            "digests": image.digests,
            "size": image.size,
            "shared": share.and_then(|share| share.shared),
            "unique": share.and_then(ImageShare::unique),
            "created": image.created,
            "platform": self.platforms.get(&image.id),
            "for_this_machine": self.is_for_host(image),
            "used_by": self.users(image),
            "kept_as": self.host.kept_for(image),
            "dangling": image.tags.is_empty(),
        })
    }

    fn print(&self, as_json: bool) -> color_eyre::Result<ExitCode> {
        let mut images: Vec<&Image> = self.images().iter().collect();
        images.sort_by(|a, b| (b.size, &a.tags, &a.id).cmp(&(a.size, &b.tags, &b.id)));
        if !as_json {
            return Ok(print::out(&self.table(&images)));
        }
        let cache = &self.usage.cache;
        let all: Vec<Value> = images.into_iter().map(|image| self.json(image)).collect();
        let whole = json!({
            "images": all,
            "layers": self.usage.layers,
            "build_cache": {
                "size": self.usage.all_cache(),
                "entries": cache.len(),
                "in_use": self.usage.cache_in_use(),
            },
        });
        Ok(print::json(&whole)?)
    }

    fn table(&self, images: &[&Image]) -> String {
        let mut table = Table::new(&[
            "IMAGE", "ID", "SIZE", "UNIQUE", "SHARED", "MADE", "FOR", "USED BY",
        ]);
        for image in images {
            let share = self.share(image);
            let size =
                |size: Option<ByteSize>| size.map_or("?".to_owned(), |size| size.to_string());
            let platform = self.platforms.get(&image.id);
            let mark = if self.is_for_host(image) == Some(false) {
                " !"
            } else {
                ""
            };
            let users = self.users(image);
            let kept = self.host.kept_for(image);
            table.row([
                label(image),
                image.id.short().to_owned(),
                image.size.to_string(),
                size(share.and_then(ImageShare::unique)),
                size(share.and_then(|share| share.shared)),
                format!("{} ago", age(image.created, self.now)),
                platform.map_or_else(String::new, |platform| format!("{platform}{mark}")),
                match (users.is_empty(), kept.is_empty()) {
                    (false, _) => users.join(", "),
                    (true, false) => format!("kept: {}", kept.join(", ")),
                    (true, true) => "nobody".to_owned(),
                },
            ]);
        }
        if table.is_empty() {
            return "there is no image\n".to_owned();
        }
        let mut text = table.to_string();
        let cache = &self.usage.cache;
        let _ = writeln!(
            text,
            "\nlayers in all: {}, each counted once; build cache: {} in {} entries",
            self.usage.layers,
            self.usage.all_cache(),
            cache.len()
        );
        text
    }
}

/// One image, looked into.
struct One {
    image: Image,
    history: Vec<Instruction>,
    report: LayerReport,
}

impl One {
    async fn look(backend: &dyn Backend, listed: &Listed, name: &str) -> Result<Self, Failure> {
        let what = || format!("look into {}", visible(name));
        let failed = |error: BackendError| error.failure(what());
        let image = backend.image(name).await.map_err(failed)?.ok_or_else(|| {
            Failure::new(what(), "there is no such image here").hint("topside images lists them")
        })?;
        // The list has the size as the engine shows it, and its tags.
        let own = listed.images().iter().find(|one| one.id == image.id);
        let image = own.cloned().unwrap_or(image);
        let history = backend.image_history(name).await.map_err(failed)?;
        let progress = Progress::new();
        let report = layers::look(backend, &image.id, |read| {
            progress.show(&format!("reading the layers, {read} so far"));
            std::future::ready(())
        })
        .await;
        progress.clear();
        Ok(Self {
            image,
            history,
            report: report?,
        })
    }

    fn print(&self, listed: &Listed, as_json: bool) -> color_eyre::Result<ExitCode> {
        if !as_json {
            return Ok(print::out(&self.text(listed)));
        }
        let mut whole = serde_json::to_value(&self.report)?;
        whole["image"] = listed.json(&self.image);
        whole["history"] = serde_json::to_value(&self.history)?;
        whole["wasted"] = json!(self.report.wasted());
        whole["efficiency"] = json!(self.report.efficiency());
        Ok(print::json(&whole)?)
    }

    fn text(&self, listed: &Listed) -> String {
        let (image, report) = (&self.image, &self.report);
        let unique = listed.share(image).and_then(ImageShare::unique);
        let unique = unique.map_or_else(String::new, |size| format!(", {size} of it unique"));
        let mut text = format!("{}  {}\n", visible(&label(image)), image.id.as_str());
        let _ = writeln!(text, "{}{unique}\n", image.size);
        let mut table = Table::new(&["MADE", "SIZE", "INSTRUCTION, THE NEWEST FIRST"]);
        for instruction in &self.history {
            table.row([
                made(instruction.created, listed.now),
                instruction.size.to_string(),
                instruction.words(),
            ]);
        }
        let _ = writeln!(text, "{table}");
        let mut table = Table::new(&[
            "LAYER",
            "ADDS",
            "CHANGES",
            "DELETES",
            "WASTES",
            "INSTRUCTION, THE BASE FIRST",
        ]);
        for (n, layer) in report.layers.iter().enumerate() {
            let instruction = layer.instruction.as_deref().map(in_dockerfile);
            table.row([
                (n + 1).to_string(),
                count(layer.added),
                count(layer.changed),
                count(layer.deleted),
                if layer.wasted.0 == 0 {
                    String::new()
                } else {
                    layer.wasted.to_string()
                },
                instruction.unwrap_or_else(|| "?".to_owned()),
            ]);
        }
        let _ = writeln!(text, "{table}");
        let _ = writeln!(
            text,
            "{:.1} % of it is seen by a container: {} of {} are wasted, by {} paths",
            report.efficiency() * 100.0,
            report.wasted(),
            report.stored,
            report.wasting
        );
        for wasted in report.wasted_paths.iter().take(SHOWN) {
            let layers = if wasted.copies == 1 { "" } else { "s" };
            let _ = writeln!(
                text,
                "{:>6}  in {} layer{layers}  {}",
                wasted.size,
                wasted.copies,
                visible(&wasted.path)
            );
        }
        text
    }
}

/// So many wasted paths are printed for people.
const SHOWN: usize = 20;

fn made(at: Option<Timestamp>, now: Timestamp) -> String {
    at.map_or_else(String::new, |at| format!("{} ago", age(at, now)))
}

fn count(count: FileCount) -> String {
    if count.files == 0 {
        return String::new();
    }
    let s = if count.files == 1 { "" } else { "s" };
    format!("{} in {} file{s}", count.size, count.files)
}

fn label(image: &Image) -> String {
    let mut names = image.names();
    match (names.next(), names.count()) {
        (None, _) => "<none>".to_owned(),
        (Some(name), 0) => name.to_owned(),
        (Some(name), more) => format!("{name} +{more}"),
    }
}
