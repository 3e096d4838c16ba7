//! What is taken away from a host: never what a container names (also one that does not run), never the image of a kept
//! release, never a volume that nobody named.

use std::collections::{BTreeMap, BTreeSet};

mod cache;

use super::stock::Stock;
use crate::domain::release::is_keep_tag;
use crate::domain::storage::access;
use crate::domain::text::visible;
use crate::domain::{
    ByteSize, Container, Failure, Image, ImageId, MountKind, Network, Operation, Plan, Prune, Step,
    StepKind, Target, Unused, UnusedImages, Volume,
};

/// How many containers are named where something is used.
const NAMED: usize = 3;

/// What will be taken away. A plan without steps has nothing to do; its notes say why. Fails when what was named cannot
/// go.
pub fn plan(prune: &Prune, stock: &Stock) -> Result<Plan, Failure> {
    let (steps, notes) = match prune {
        Prune::Unused(unused) => plan_unused(unused, stock),
        Prune::Image { id, name } => plan_image(prune, id, name, stock)?,
        Prune::Volumes(names) => plan_volumes(prune, names, stock)?,
    };
    Ok(Plan {
        action: prune.action(),
        target: Target::Host(stock.host.clone()),
        containers: Vec::new(),
        steps,
        notes,
    })
}

/// What the planner found, in the order it is shown.
#[derive(Default)]
struct Found {
    steps: Vec<Step>,
    /// What the images that go weigh.
    size: ByteSize,
    /// What could be thought to go and does not, and why.
    spared: Vec<String>,
    /// Unused images that are spared only because they have a tag.
    tagged: usize,
}

fn plan_unused(unused: &Unused, stock: &Stock) -> (Vec<Step>, Vec<String>) {
    let mut found = Found::default();
    if let Some(which) = unused.images {
        find_images(which, unused, stock, &mut found);
    }
    if unused.networks {
        find_networks(unused, stock, &mut found);
    }
    let mut notes = Vec::new();
    if unused.build_cache {
        cache::find(stock, &mut found, &mut notes);
    }
    if found.steps.is_empty() {
        notes.push(nothing(unused));
    } else if let Some(total) = total(&found) {
        notes.push(total);
    }
    if found.tagged > 0 {
        notes.push(format!(
            "unused images that have a tag stay: {} (pruning all unused ones takes them, too)",
            found.tagged
        ));
    }
    if unused.images == Some(UnusedImages::All) && !found.steps.is_empty() {
        notes.push(
            "a tag that a Compose file names, or that was pulled just now, is not known to be needed until a container \
             uses it"
                .to_owned(),
        );
    }
    match found.spared.len() {
        0 => {}
        count if found.steps.is_empty() => notes.push(format!("{count} spared")),
        count => {
            notes.push(format!("{count} spared:"));
            notes.extend(found.spared.iter().map(|line| format!("  {line}")));
        }
    }
    (found.steps, notes)
}

/// Which images and networks go, in one line.
fn total(found: &Found) -> Option<String> {
    let count = |is: fn(&Operation) -> bool| {
        let steps = found.steps.iter();
        steps.filter(|step| is(&step.operation)).count()
    };
    let images = count(|operation| matches!(operation, Operation::RemoveImage { .. }));
    let networks = count(|operation| matches!(operation, Operation::RemoveNetwork { .. }));
    let s = |count: usize| if count == 1 { "" } else { "s" };
    let networks = (networks > 0).then(|| format!("{networks} network{}", s(networks)));
    if images == 0 {
        return networks;
    }
    let and = networks.map_or_else(String::new, |networks| format!(" and {networks}"));
    Some(format!(
        "{images} image{}{and}, up to {}: layers that images share are counted with each of them",
        s(images),
        found.size
    ))
}

fn nothing(unused: &Unused) -> String {
    let which = match unused.images {
        Some(UnusedImages::Untagged) => Some("no image without a tag"),
        Some(UnusedImages::All) => Some("no image"),
        None => None,
    };
    let networks = unused.networks.then_some("no network");
    let cache = unused.build_cache.then_some("no build cache");
    let words: Vec<&str> = which.into_iter().chain(networks).chain(cache).collect();
    format!("{} is unused", words.join(" and "))
}

fn find_images(which: UnusedImages, unused: &Unused, stock: &Stock, found: &mut Found) {
    let mut images = by_id(&stock.images);
    // What was made later can be made of what was made before: the engine takes no image that another one stands on.
    images.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.id.cmp(&b.id)));
    for image in images {
        let named = image.tags.iter().any(|tag| !is_keep_tag(tag));
        let users = users_of_image(&image.id, &stock.containers);
        let label = label(&image);
        if !users.is_empty() {
            // That what has a name and runs stays goes without saying, where only what has none is pruned.
            if !named || which == UnusedImages::All {
                let line = format!("{label}, used by {}", and_more(&users));
                found.spared.push(line);
            }
        } else if let Some(why) = kept(&image, stock) {
            found.spared.push(format!("{label}, kept: {why}"));
        } else if named && which == UnusedImages::Untagged {
            found.tagged += 1;
        } else if is_meant(unused, image.id.as_str()) {
            found.size = found.size + image.size;
            found.steps.push(image_step(image));
        }
    }
}

fn find_networks(unused: &Unused, stock: &Stock, found: &mut Found) {
    let mut networks: Vec<&Network> = stock.networks.iter().collect();
    networks.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    for network in networks {
        if network.is_predefined() {
            continue;
        }
        let users = users_of_network(&network.name, &stock.containers);
        if !users.is_empty() {
            found.spared.push(format!(
                "network {}, used by {}",
                visible(&network.name),
                and_more(&users)
            ));
        } else if network.driver == "overlay" {
            // Its containers can be on other nodes.
            let line = format!("network {}, a swarm's", visible(&network.name));
            found.spared.push(line);
        } else if is_meant(unused, network.id.as_str()) {
            found.steps.push(step(
                format!("remove network {}", visible(&network.name)),
                Operation::RemoveNetwork {
                    id: network.id.clone(),
                    name: network.name.clone(),
                },
            ));
        }
    }
}

fn is_meant(unused: &Unused, id: &str) -> bool {
    unused.only.as_ref().is_none_or(|only| only.contains(id))
}

/// One image that somebody chose.
fn plan_image(
    prune: &Prune,
    id: &ImageId,
    name: &str,
    stock: &Stock,
) -> Result<(Vec<Step>, Vec<String>), Failure> {
    let images = by_id(&stock.images);
    let Some(image) = images.into_iter().find(|image| image.id == *id) else {
        return Ok((Vec::new(), vec![format!("{} is gone", visible(name))]));
    };
    let refused = |why: String| Failure::new(prune.title(&stock.host), why);
    let users = users_of_image(id, &stock.containers);
    if !users.is_empty() {
        let why = format!("it is used by {}", and_more(&users));
        return Err(refused(why).hint("remove what uses it first, also what does not run"));
    }
    if let Some(why) = kept(&image, stock) {
        let hint =
            "it is let go when newer releases take its place (topside.keep says how many are kept)";
        return Err(refused(format!("it is kept: {why}")).hint(hint));
    }
    let mut notes = vec![format!(
        "frees up to {}: layers that other images share stay",
        image.size
    )];
    if image.tags.len() > 1 {
        let tags: Vec<_> = image.tags.iter().map(|tag| visible(tag)).collect();
        notes.push(format!("all its tags go: {}", tags.join(", ")));
    }
    Ok((vec![image_step(image)], notes))
}

/// Volumes by their names, all of them or none.
fn plan_volumes(
    prune: &Prune,
    names: &BTreeSet<String>,
    stock: &Stock,
) -> Result<(Vec<Step>, Vec<String>), Failure> {
    let refused = |why: String| Failure::new(prune.title(&stock.host), why);
    let mut steps = Vec::new();
    let mut sizes = Vec::new();
    for name in names {
        let shown = visible(name);
        let there = stock.volumes.iter().any(|volume| *volume.id.name == **name);
        if !there {
            return Err(refused(format!("there is no volume {shown}"))
                .hint("topside prune volumes lists those that nothing uses"));
        }
        let users = users_of_volume(name, &stock.containers);
        if !users.is_empty() {
            let why = format!("{shown} is used by {}", and_more(&users));
            return Err(refused(why).hint("remove what uses it first, also what does not run"));
        }
        let size = stock.sizes.get(name).copied();
        sizes.push(size);
        let weight = size.map_or_else(String::new, |size| format!(" ({size})"));
        steps.push(step(
            format!("remove volume {shown}{weight}"),
            Operation::RemoveVolume {
                name: name.clone(),
                size,
            },
        ));
    }
    let known: Option<Vec<ByteSize>> = sizes.into_iter().collect();
    let frees = known.map_or_else(
        || "how much it frees was not measured".to_owned(),
        |sizes| format!("frees {}", sizes.into_iter().sum::<ByteSize>()),
    );
    let lost = "what is in a volume is gone for good: nothing brings it back";
    Ok((steps, vec![frees, lost.to_owned()]))
}

/// Whether no container, running or not, mounts a volume.
pub fn is_unused_volume(volume: &Volume, containers: &[Container]) -> bool {
    users_of_volume(&volume.id.name, containers).is_empty()
}

fn users_of_image(image: &ImageId, containers: &[Container]) -> Vec<String> {
    let uses = |container: &&Container| container.image_id == *image;
    users(containers.iter().filter(uses))
}

fn users_of_network(network: &str, containers: &[Container]) -> Vec<String> {
    let uses = |container: &&Container| container.networks.iter().any(|one| one.name == network);
    users(containers.iter().filter(uses))
}

/// What breaks without a volume: who mounts it, whether that writes there, and whether it runs.
fn users_of_volume(volume: &str, containers: &[Container]) -> Vec<String> {
    let of = |container: &Container| {
        let mounts = container.mounts.iter().filter(|mount| {
            mount.kind == MountKind::Volume && mount.name.as_deref() == Some(volume)
        });
        // Mounted twice, once to write, it is written to.
        let read_only = mounts.map(|mount| mount.read_only).min()?;
        let how = access(read_only, container.is_up());
        Some(format!("{} ({how})", visible(&container.name)))
    };
    // One of ours that a killed job left is nobody's, and goes before the volume.
    let all = containers.iter().filter(|one| !one.only_reads_a_volume());
    let mut names: Vec<String> = all.filter_map(of).collect();
    names.sort();
    names
}

/// Containers as people find them: those that do not run are easily forgotten.
fn users<'a>(containers: impl Iterator<Item = &'a Container>) -> Vec<String> {
    let said = |container: &Container| {
        let name = visible(&container.name).into_owned();
        if container.is_up() {
            name
        } else {
            format!("{name} ({})", container.state.word())
        }
    };
    let mut names: Vec<String> = containers.map(said).collect();
    names.sort();
    names
}

fn and_more(names: &[String]) -> String {
    match names.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{} and {more} more", names[..NAMED].join(", ")),
        _ => names.join(", "),
    }
}

/// Why an image is kept, when it is: by a tag of ours, or by the records.
fn kept(image: &Image, stock: &Stock) -> Option<String> {
    let recorded = stock.kept.iter().find(|kept| kept.image == image.id);
    if let Some(kept) = recorded {
        return Some(visible(&kept.release).into_owned());
    }
    let tag = image.tags.iter().find(|tag| is_keep_tag(tag))?;
    Some(visible(tag).into_owned())
}

/// Each image once: an engine may list it once for each of its names.
fn by_id(images: &[Image]) -> Vec<Image> {
    let mut all: BTreeMap<&ImageId, Image> = BTreeMap::new();
    for image in images {
        let one = all.entry(&image.id).or_insert_with(|| Image {
            tags: Vec::new(),
            digests: Vec::new(),
            ..image.clone()
        });
        let new = |known: &[String], more: &[String]| -> Vec<String> {
            more.iter()
                .filter(|reference| !known.contains(reference))
                .cloned()
                .collect()
        };
        let (tags, digests) = (
            new(&one.tags, &image.tags),
            new(&one.digests, &image.digests),
        );
        one.tags.extend(tags);
        one.digests.extend(digests);
    }
    all.into_values().collect()
}

/// What an image is called; without a tag, what it was called as far as that is known.
fn label(image: &Image) -> String {
    if let Some(tag) = image.tags.iter().find(|tag| !is_keep_tag(tag)) {
        return visible(tag).into_owned();
    }
    let of = image
        .digests
        .first()
        .and_then(|digest| digest.split_once('@'));
    let name = of.map_or_else(String::new, |(name, _)| format!(" {}", visible(name)));
    format!("untagged{name} {}", image.id.short())
}

fn image_step(image: Image) -> Step {
    step(
        format!("remove image {} ({})", label(&image), image.size),
        Operation::RemoveImage {
            image: image.id,
            tags: image.tags,
            digests: image.digests,
            size: image.size,
        },
    )
}

/// What is gone is gone: a cancel comes between two removals.
fn step(title: String, operation: Operation) -> Step {
    Step {
        title,
        operation,
        kind: StepKind::Committing,
    }
}
