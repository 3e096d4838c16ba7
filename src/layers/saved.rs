//! The stream of an image as `docker save` writes it: layers and JSON in any order, and last which belongs where.
//!
//! Engines up to 24 write `ID/layer.tar` (a link where two are the same), later ones `blobs/sha256/…` (OCI), Podman
//! `DIGEST.tar`; all of them a `manifest.json`. Engines with containerd's image store hand layers out as they were
//! pulled: packed with gzip or zstd. So what a member is is told by its first bytes.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use serde::Deserialize;
use tar::EntryType;

use crate::domain::LayerReport;
use crate::domain::image_layer::in_dockerfile;
use crate::tape::{Tape, is_header, read_full};

use super::LayersError;
use super::compare::compare;
use super::listing::{self, Listing, Path, Room, normal, split};
use super::unzstd::Unzstd;

/// A config is a few KB; with hundreds of labels some hundred.
const LONGEST_JSON: u64 = 4 << 20;
const MOST_JSON: u64 = 64 << 20;
/// No engine takes an image with more than 127 layers; each may have JSON of its own.
const MOST_MEMBERS: usize = 10_000;

/// A member of the stream.
enum Part {
    Layer(Listing),
    Json(Vec<u8>),
    /// The same as another member.
    Same(Path),
    Packed(&'static str),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Manifest {
    config: String,
    layers: Vec<String>,
}

#[derive(Deserialize, Default)]
struct Config {
    #[serde(default)]
    history: Option<Vec<Made>>,
}

#[derive(Deserialize)]
struct Made {
    #[serde(default)]
    created: Option<String>,
    #[serde(default)]
    created_by: String,
    #[serde(default)]
    empty_layer: bool,
}

/// Reads an image to its end, and compares its layers.
pub fn read(stream: impl Read) -> Result<LayerReport, LayersError> {
    let parts = parts(stream)?;
    let manifest = json(&parts, b"manifest.json")?;
    let manifests: Vec<Manifest> = serde_json::from_slice(manifest)
        .map_err(|error| LayersError::Garbage(format!("manifest.json: {error}")))?;
    let manifest = manifests
        .first()
        .ok_or_else(|| LayersError::Garbage("no image is in it".to_owned()))?;
    let listings = manifest
        .layers
        .iter()
        .map(|name| layer(&parts, name))
        .collect::<Result<Vec<&Listing>, LayersError>>()?;
    let mut report = compare(&listings);
    // An image without one it can be read has layers all the same.
    let config = json(&parts, manifest.config.as_bytes()).ok();
    let config: Config = config
        .and_then(|config| serde_json::from_slice(config).ok())
        .unwrap_or_default();
    name(&mut report, config);
    Ok(report)
}

/// Which instruction made each layer. An image that was squashed or imported does not tell.
fn name(report: &mut LayerReport, config: Config) {
    let history = config.history.unwrap_or_default();
    let made: Vec<&Made> = history.iter().filter(|made| !made.empty_layer).collect();
    if made.len() != report.layers.len() {
        return;
    }
    for (layer, made) in report.layers.iter_mut().zip(made) {
        let words = in_dockerfile(&made.created_by);
        layer.instruction = Some(words).filter(|words| !words.is_empty());
        let created = made.created.as_ref();
        layer.created = created.and_then(|created| created.parse::<Timestamp>().ok());
    }
}

fn parts(stream: impl Read) -> Result<HashMap<Path, Part>, LayersError> {
    let mut tape = Tape::new(stream);
    let mut room = Room::new();
    let mut json_left = MOST_JSON;
    let mut parts = HashMap::new();
    while let Some(member) = tape.next_member()? {
        let path = normal(&member.path);
        let part = match member.kind {
            EntryType::Symlink => {
                let (folder, _) = split(&path);
                Some(Part::Same(normal(&[folder, b"/", &member.link].concat())))
            }
            EntryType::Link => Some(Part::Same(normal(&member.link))),
            EntryType::Regular | EntryType::Continuous => {
                part(tape.body(), member.size, &mut room, &mut json_left)?
            }
            _ => None,
        };
        if let Some(part) = part {
            if parts.len() >= MOST_MEMBERS {
                return Err(LayersError::Garbage("it has no end of members".to_owned()));
            }
            parts.insert(path, part);
        }
    }
    Ok(parts)
}

/// What a member is, by its first bytes, and what it says.
fn part(
    mut body: impl Read,
    size: u64,
    room: &mut Room,
    json_left: &mut u64,
) -> Result<Option<Part>, LayersError> {
    let mut first = [0; 512];
    let count = read_full(&mut body, &mut first)?;
    let first = &first[..count];
    let whole = Cursor::new(first).chain(body);
    let is_empty_tar = count == 512 && first.iter().all(|byte| *byte == 0);
    Ok(match first {
        [0x1f, 0x8b, ..] => {
            let inflated = BufReader::new(MultiGzDecoder::new(whole));
            Some(Part::Layer(listing::read(inflated, room)?))
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
            let unpacked = BufReader::new(Unzstd::new(BufReader::new(whole)));
            Some(Part::Layer(listing::read(unpacked, room)?))
        }
        [b'B', b'Z', b'h', ..] => Some(Part::Packed("bzip2")),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Some(Part::Packed("xz")),
        [b'{' | b'[', ..] if size <= LONGEST_JSON.min(*json_left) => {
            *json_left -= size;
            let mut text = Vec::new();
            let mut whole = whole;
            whole.read_to_end(&mut text)?;
            Some(Part::Json(text))
        }
        first if is_empty_tar || is_header(first) => {
            Some(Part::Layer(listing::read(BufReader::new(whole), room)?))
        }
        _ => None,
    })
}

/// A member, through links.
fn find<'a>(parts: &'a HashMap<Path, Part>, name: &[u8]) -> Option<&'a Part> {
    const LINKS: usize = 8;
    let mut path = normal(name);
    for _ in 0..LINKS {
        match parts.get(&path)? {
            Part::Same(other) => path.clone_from(other),
            part => return Some(part),
        }
    }
    None
}

fn json<'a>(parts: &'a HashMap<Path, Part>, name: &[u8]) -> Result<&'a [u8], LayersError> {
    if let Some(Part::Json(text)) = find(parts, name) {
        return Ok(text);
    }
    let name = String::from_utf8_lossy(name);
    Err(LayersError::Garbage(format!("there is no {name}")))
}

fn layer<'a>(parts: &'a HashMap<Path, Part>, name: &str) -> Result<&'a Listing, LayersError> {
    match find(parts, name.as_bytes()) {
        Some(Part::Layer(listing)) => Ok(listing),
        Some(Part::Packed(how)) => Err(LayersError::Packed(how)),
        _ => Err(LayersError::Garbage(format!(
            "the layer {name} is not in it"
        ))),
    }
}
