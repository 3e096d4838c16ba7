//! `/images/…`, `/distribution/…`, `/commit`.

use std::sync::Arc;

use hyper::Method;
use hyper::StatusCode;
use serde_json::{Value, json};

use super::answer::{Answer, created, empty, json as answer, stream};
use super::asked::Asked;
use super::{archive, not_here, pull};
use crate::demo::engine::Engine;
use crate::demo::seed::sha256;
use crate::demo::world::image::{Image, Instruction};
use crate::demo::world::{Refusal, World};

pub(super) async fn dispatch(engine: &Arc<Engine>, asked: Asked) -> Answer {
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    let method = asked.request.method().clone();
    // A name has slashes of its own, escaped or not.
    match (&method, parts.as_slice()) {
        (&Method::GET, ["images", "json"]) => Ok(answer(&list(engine, &asked))),
        (&Method::POST, ["images", "create"]) => pull::pull(engine, &asked),
        (&Method::POST, ["images", "prune"]) => Ok(answer(&prune(engine))),
        (&Method::GET, ["images", "get"]) => {
            let name = asked.get("names").to_owned();
            save(engine, &name)
        }
        (&Method::POST, ["commit"]) => commit(engine, asked).await,
        (&Method::GET, ["distribution", name @ .., "json"]) => {
            let name = name.join("/");
            engine.takes(std::time::Duration::from_millis(80)).await;
            let digest = engine.look(|world| Ok(world.in_registry(&name)?.digest.clone()))?;
            Ok(answer(&json!({
                "Descriptor": {
                    "mediaType": "application/vnd.oci.image.index.v1+json", "digest": digest, "size": 2_372,
                },
                "Platforms": [{ "architecture": "amd64", "os": "linux" }],
            })))
        }
        (&Method::GET, ["images", name @ .., "json"]) => {
            let name = name.join("/");
            let said = engine.look(|world| Ok(inspected(world, world.image(&name)?)))?;
            Ok(answer(&said))
        }
        (&Method::GET, ["images", name @ .., "history"]) => {
            let name = name.join("/");
            Ok(answer(&engine.look(|world| history(world, &name))?))
        }
        (&Method::GET, ["images", name @ .., "get"]) => save(engine, &name.join("/")),
        (&Method::POST, ["images", name @ .., "tag"]) => {
            let name = name.join("/");
            let (repository, tag) = (asked.get("repo"), asked.get("tag"));
            let tag = if tag.is_empty() { "latest" } else { tag };
            let reference = format!("{repository}:{tag}");
            engine.change(|world| world.tag(&name, &reference))?;
            Ok(empty(StatusCode::CREATED))
        }
        (&Method::DELETE, ["images", name @ ..]) => {
            let (name, force) = (name.join("/"), asked.is("force"));
            let gone = engine.change(|world| world.remove_image(&name, force))?;
            Ok(answer(&Value::Array(gone)))
        }
        _ => Err(not_here(&asked)),
    }
}

fn list(engine: &Arc<Engine>, asked: &Asked) -> Value {
    let references = asked.filter("reference");
    let dangling = asked.filter("dangling");
    engine.look(|world| {
        let mut images: Vec<&Image> = world.images.values().collect();
        images.sort_by(|a, b| b.created.cmp(&a.created).then(a.id.cmp(&b.id)));
        let said =
            images.into_iter().filter_map(|image| {
                let (tags, digests) = world.names_of(&image.id);
                let is_named = |wanted: &String| {
                    let tag = |tag: &String| tag == wanted || tag.split(':').next() == Some(wanted);
                    tags.iter().any(tag)
                };
                let wanted = references.is_empty() || references.iter().any(is_named);
                let wanted = wanted
                    && dangling
                        .iter()
                        .all(|word| matches!(word.as_str(), "true" | "1") == tags.is_empty());
                wanted.then(|| json!({
                "Id": image.id, "ParentId": "", "RepoTags": tags, "RepoDigests": digests,
                "Created": image.created.as_second(), "Size": image.size(), "SharedSize": -1,
                "Labels": image.config.get("Labels"), "Containers": -1,
            }))
            });
        said.collect()
    })
}

fn inspected(world: &World, image: &Image) -> Value {
    let (tags, digests) = world.names_of(&image.id);
    let layers: Vec<&str> = image.layers().map(|step| step.layer.as_str()).collect();
    json!({
        "Id": image.id,
        "RepoTags": tags,
        "RepoDigests": digests,
        "Parent": "",
        "Comment": "",
        "Created": image.created,
        "DockerVersion": "",
        "Author": "",
        "Config": image.config,
        "Architecture": "amd64",
        "Os": "linux",
        "Size": image.size(),
        "GraphDriver": { "Name": "overlay2", "Data": null },
        "RootFS": { "Type": "layers", "Layers": layers },
        "Metadata": { "LastTagTime": NEVER },
    })
}

/// Go's zero time.
const NEVER: &str = "0001-01-01T00:00:00Z";

fn history(world: &World, name: &str) -> Result<Value, Refusal> {
    let image = world.image(name)?;
    let (tags, _) = world.names_of(&image.id);
    let newest = image.history.len();
    let steps = image.history.iter().enumerate().rev();
    let said = steps.map(|(at, step)| {
        let is_newest = at + 1 == newest;
        json!({
            "Id": if is_newest { image.id.as_str() } else { "<missing>" },
            "Created": image.created.as_second(),
            "CreatedBy": step.command,
            "Tags": if is_newest { json!(tags) } else { Value::Null },
            "Size": step.size,
            "Comment": "",
        })
    });
    Ok(said.collect())
}

/// Makes an image of what a container is now.
async fn commit(engine: &Arc<Engine>, asked: Asked) -> Answer {
    let container = asked.get("container").to_owned();
    let tag = asked.get("tag");
    let tag = if tag.is_empty() { "latest" } else { tag };
    let reference = format!("{}:{tag}", asked.get("repo"));
    drop(asked.body().await?);
    let id = engine.change(|world| {
        let one = world.find(&container)?;
        let mut image = world.image(&one.image)?.clone();
        image.tree = one.tree.clone();
        let command = one.command_line().join(" ");
        image.created = world.now;
        let own = world.new_id("image");
        image.id = format!("sha256:{own}");
        image.digest = format!("sha256:{}", sha256(own.as_bytes()));
        image.history.push(Instruction {
            command,
            size: 64,
            layer: format!("sha256:{}", sha256(format!("layer {own}").as_bytes())),
        });
        let id = image.id.clone();
        world.add_image(&reference, image);
        world.tell_of_image("tag", &id, &reference);
        Ok(id)
    })?;
    Ok(created(&json!({ "Id": id })))
}

fn prune(engine: &Arc<Engine>) -> Value {
    let gone = engine.change(|world| {
        let images = world.images.values();
        let unnamed: Vec<String> = images
            .filter(|image| world.names_of(&image.id).0.is_empty())
            .map(|image| image.id.clone())
            .collect();
        let removed = unnamed
            .iter()
            .filter_map(|id| world.remove_image(id, false).ok());
        removed.flatten().collect::<Vec<Value>>()
    });
    json!({ "ImagesDeleted": gone, "SpaceReclaimed": 0 })
}

/// An image as `docker save` writes it: its files are in its first layer, the others say only what they are.
fn save(engine: &Arc<Engine>, name: &str) -> Answer {
    let (image, tags, now) = engine.look(|world| {
        let image = world.image(name)?.clone();
        let (mut tags, _) = world.names_of(&image.id);
        tags.retain(|tag| tag == &crate::demo::world::image::familiar(name));
        Ok((image, tags, world.now))
    })?;
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut layers = Vec::new();
    let mut digests = Vec::new();
    for (count, step) in image.layers().enumerate() {
        let tar = if count == 0 {
            archive::tar_of_tree(&image.tree, now)
        } else {
            let label = format!("/.layer-{count}");
            let mut tree = crate::demo::world::tree::Tree::default();
            let text = crate::demo::world::tree::Content::text(step.command.clone());
            tree.file(&label, text, image.created);
            archive::tar_of_tree(&tree, now)
        };
        let digest = sha256(&tar);
        let path = format!("blobs/sha256/{digest}");
        digests.push(format!("sha256:{digest}"));
        layers.push(path.clone());
        files.push((path, tar));
    }
    let config = json!({
        "architecture": "amd64", "os": "linux", "created": image.created, "config": image.config,
        "rootfs": { "type": "layers", "diff_ids": digests },
        "history": image.history.iter().map(|step| json!({
            "created": image.created, "created_by": step.command, "empty_layer": step.size == 0,
        })).collect::<Vec<_>>(),
    })
    .to_string();
    let config_path = format!("blobs/sha256/{}", sha256(config.as_bytes()));
    let manifest = json!([{ "Config": config_path, "RepoTags": tags, "Layers": layers }]);
    files.push((config_path, config.into_bytes()));
    files.push((
        "manifest.json".to_owned(),
        manifest.to_string().into_bytes(),
    ));
    let tar = archive::tar_of_files(&files, now);
    let chunks: Vec<Vec<u8>> = tar.chunks(64 << 10).map(<[u8]>::to_vec).collect();
    Ok(stream(
        "application/x-tar",
        futures_util::stream::iter(chunks),
    ))
}
