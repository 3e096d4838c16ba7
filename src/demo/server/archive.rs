//! `/containers/{id}/archive`: what is at a path, read as a tar, and written.

use std::io::{self, Read};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::stream;
use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderValue;
use hyper::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::json;
use tar::{EntryType, Header};
use tokio::sync::mpsc;

use super::answer::{Answer, Body, empty, stream as answer};
use super::asked::Asked;
use super::not_here;
use crate::demo::engine::Engine;
use crate::demo::world::tree::{Content, Kind, Node, Tree, clean, split};
use crate::demo::world::{Refusal, World};

const HEADER: &str = "X-Docker-Container-Path-Stat";
/// So many bytes of a file are sent at once; tar's records are 512 bytes.
const CHUNK: usize = 64 << 10;
/// No tar that is unpacked is longer: it is kept in memory.
const LONGEST: u64 = 1 << 30;

// Go's file modes.
const GO_FOLDER: u32 = 1 << 31;
const GO_LINK: u32 = 1 << 27;
const GO_PIPE: u32 = 1 << 25;

pub(super) async fn archive(engine: &Arc<Engine>, asked: Asked, name: &str) -> Answer {
    let path = asked.get("path").to_owned();
    match *asked.request.method() {
        Method::HEAD => head(engine, name, &path),
        Method::GET => read(engine, name, &path),
        Method::PUT => write(engine, name, &path, asked.request.into_body()).await,
        _ => Err(not_here(&asked)),
    }
}

/// What a path names: links before the last part followed, the last one only with a slash or dot after it.
fn find(world: &World, name: &str, path: &str) -> Result<(String, String, Node), Refusal> {
    let id = world.find_id(name)?;
    let follows = path.ends_with('/') || path.ends_with("/.");
    let real = world.resolve(&id, path, follows)?;
    let node = world.node(&id, &real);
    let node = node.ok_or_else(|| {
        Refusal::not_found(format!(
            "Could not find the file {path} in container {name}"
        ))
    })?;
    Ok((id, real, node))
}

fn stat(world: &World, id: &str, path: &str, node: &Node) -> Result<String, Refusal> {
    let (kind, target) = match &node.kind {
        Kind::Folder => (GO_FOLDER, String::new()),
        Kind::File(_) => (0, String::new()),
        Kind::Pipe => (GO_PIPE, String::new()),
        // Resolved and absolute, as engines say it; a loop is an error.
        Kind::Link(_) => (GO_LINK, world.resolve(id, path, true)?),
    };
    let stat = json!({
        "name": split(path).1,
        "size": node.size(world.now),
        "mode": kind | node.mode,
        "mtime": node.modified,
        "linkTarget": target,
    });
    Ok(BASE64_STANDARD.encode(stat.to_string()))
}

fn with_stat(mut response: hyper::Response<Body>, stat: &str) -> hyper::Response<Body> {
    if let Ok(value) = HeaderValue::from_str(stat) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

fn head(engine: &Arc<Engine>, name: &str, path: &str) -> Answer {
    let stat = engine.look(|world| {
        let (id, real, node) = find(world, name, path)?;
        stat(world, &id, &real, &node)
    })?;
    Ok(with_stat(empty(StatusCode::OK), &stat))
}

fn read(engine: &Arc<Engine>, name: &str, path: &str) -> Answer {
    let (stat, entries, now) = engine.look(|world| {
        let (id, real, node) = find(world, name, path)?;
        let stat = stat(world, &id, &real, &node).unwrap_or_default();
        let entries = world.all_below(&id, &real);
        // A dot at the end leaves the folder's own name out of the names.
        let own = if path.ends_with("/.") || real.is_empty() {
            "."
        } else {
            split(&real).1
        };
        let entries: Vec<(String, Node)> = entries
            .into_iter()
            .map(|(path, node)| {
                let below = path.get(real.len()..).unwrap_or_default();
                (format!("{own}{below}"), node)
            })
            .collect();
        Ok((stat, entries, world.now))
    })?;
    let (sender, receiver) = mpsc::channel(4);
    let cancel = engine.cancel.clone();
    engine.tasks.spawn(async move {
        let _ = cancel.run_until_cancelled(send(entries, now, sender)).await;
    });
    let chunks = stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    });
    Ok(with_stat(answer("application/x-tar", chunks), &stat))
}

async fn send(entries: Vec<(String, Node)>, now: Timestamp, sender: mpsc::Sender<Vec<u8>>) {
    for (path, node) in entries {
        let Some(header) = header(&path, &node, now) else {
            continue;
        };
        if sender.send(header).await.is_err() {
            return;
        }
        if let Kind::File(content) = &node.kind {
            let size = content.size(now);
            let mut at = 0;
            while at < size {
                let mut chunk = content.read(at, CHUNK, now);
                at += chunk.len() as u64;
                if at >= size {
                    pad(&mut chunk, size);
                }
                if sender.send(chunk).await.is_err() {
                    return;
                }
            }
        }
    }
    drop(sender.send(vec![0; 1024]).await);
}

fn pad(chunk: &mut Vec<u8>, size: u64) {
    let over = usize::try_from(size % 512).unwrap_or(0);
    if over > 0 {
        chunk.resize(chunk.len() + 512 - over, 0);
    }
}

/// A file's header; none where its name is too long for one.
fn header(path: &str, node: &Node, now: Timestamp) -> Option<Vec<u8>> {
    let mut header = Header::new_ustar();
    header.set_mode(node.mode);
    header.set_uid(node.owner.0.into());
    header.set_gid(node.owner.1.into());
    header.set_mtime(u64::try_from(node.modified.as_second()).unwrap_or(0));
    header.set_size(node.size(now));
    let mut name = path.to_owned();
    match &node.kind {
        Kind::Folder => {
            header.set_entry_type(EntryType::Directory);
            name.push('/');
        }
        Kind::File(_) => header.set_entry_type(EntryType::Regular),
        Kind::Pipe => header.set_entry_type(EntryType::Fifo),
        Kind::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            header.set_link_name(target).ok()?;
        }
    }
    header.set_path(&name).ok()?;
    header.set_cksum();
    Some(header.as_bytes().to_vec())
}

/// A small tree as one tar.
pub(super) fn tar_of_tree(tree: &Tree, now: Timestamp) -> Vec<u8> {
    let mut tar = Vec::new();
    for (path, node) in tree.below("") {
        let Some(header) = header(path.trim_start_matches('/'), node, now) else {
            continue;
        };
        tar.extend(header);
        if let Kind::File(content) = &node.kind {
            let mut bytes = content.read(0, usize::MAX, now);
            pad(&mut bytes, content.size(now));
            tar.extend(bytes);
        }
    }
    tar.extend([0; 1024]);
    tar
}

/// Some files as one tar.
pub(super) fn tar_of_files(files: &[(String, Vec<u8>)], now: Timestamp) -> Vec<u8> {
    let mut tree = Tree::default();
    for (path, bytes) in files {
        let content = Content::Bytes(Arc::from(bytes.as_slice()));
        tree.file(&format!("/{path}"), content, now);
    }
    tar_of_tree(&tree, now)
}

async fn write(engine: &Arc<Engine>, name: &str, path: &str, body: Incoming) -> Answer {
    let (id, folder) = engine.look(|world| {
        let id = world.find_id(name)?;
        let (real, node) = world.look(&id, path)?;
        if node.is_folder() {
            Ok((id, real))
        } else {
            Err(Refusal::bad("extraction point is not a directory"))
        }
    })?;
    let (sender, receiver) = mpsc::channel(4);
    let unpacking = tokio::task::spawn_blocking(move || unpack(receiver));
    let broke = feed(body, sender).await;
    let unpacked = unpacking.await;
    broke.map_err(|error| Refusal::bad(error.to_string()))?;
    let unpacked = unpacked.map_err(|error| Refusal::new(500, error.to_string()))?;
    let entries = unpacked.map_err(|error| Refusal::bad(error.to_string()))?;
    engine.change(|world| {
        let mut links = Vec::new();
        for (below, node) in entries {
            match node {
                Entry::Node(node) => {
                    let path = clean(&format!("{folder}/{below}"));
                    if path != folder {
                        world.put(&id, &path, node)?;
                    }
                }
                Entry::SameAs(first) => links.push((below, first)),
            }
        }
        for (below, first) in links {
            let first = clean(&format!("{folder}/{first}"));
            if let Some(node) = world.node(&id, &first) {
                world.put(&id, &clean(&format!("{folder}/{below}")), node)?;
            }
        }
        Ok::<(), Refusal>(())
    })?;
    Ok(empty(StatusCode::OK))
}

async fn feed(mut body: Incoming, sender: mpsc::Sender<Bytes>) -> Result<(), hyper::Error> {
    while let Some(frame) = body.frame().await {
        if let Ok(bytes) = frame?.into_data()
            && sender.send(bytes).await.is_err()
        {
            break;
        }
    }
    Ok(())
}

enum Entry {
    Node(Node),
    /// A second name of a file.
    SameAs(String),
}

fn unpack(receiver: mpsc::Receiver<Bytes>) -> io::Result<Vec<(String, Entry)>> {
    let chunks = Chunks {
        receiver,
        current: Bytes::new(),
    };
    let mut tar = tar::Archive::new(chunks.take(LONGEST));
    let mut found = Vec::new();
    for entry in tar.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let header = entry.header();
        let seconds = i64::try_from(header.mtime().unwrap_or(0)).unwrap_or(0);
        let modified = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        let mode = header.mode().unwrap_or(0o644) & 0o7777;
        let id = |number: io::Result<u64>| u32::try_from(number.unwrap_or(0)).unwrap_or(0);
        let owner = (id(header.uid()), id(header.gid()));
        let link = entry
            .link_name()?
            .map(|link| link.to_string_lossy().into_owned());
        let kind = match entry.header().entry_type() {
            EntryType::Directory => Kind::Folder,
            EntryType::Symlink => Kind::Link(link.unwrap_or_default()),
            EntryType::Link => {
                found.push((path, Entry::SameAs(link.unwrap_or_default())));
                continue;
            }
            EntryType::Fifo => Kind::Pipe,
            _ => {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                Kind::File(Content::Bytes(Arc::from(bytes)))
            }
        };
        let node = Node {
            kind,
            mode,
            owner,
            modified,
        };
        found.push((path, Entry::Node(node)));
    }
    Ok(found)
}

/// The body of a request, for a reader that blocks.
struct Chunks {
    receiver: mpsc::Receiver<Bytes>,
    current: Bytes,
}

impl Read for Chunks {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.receiver.blocking_recv() {
                Some(chunk) => self.current = chunk,
                None => return Ok(0),
            }
        }
        let count = out.len().min(self.current.len());
        out[..count].copy_from_slice(&self.current.split_to(count));
        Ok(count)
    }
}
