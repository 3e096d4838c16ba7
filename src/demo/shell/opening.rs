//! Files that a shell reads from and writes to.

use std::sync::Arc;

use super::interpret::Session;
use super::streams::{Input, PIPED};
use crate::demo::world::tree::{Content, Kind, Node};

impl Session {
    /// A file to read from.
    pub(super) fn open(&self, path: &str) -> Result<Input, String> {
        let real = self.absolute(path);
        match real.as_str() {
            "/dev/zero" | "/dev/urandom" | "/dev/random" => return Ok(Input::Zeros),
            "/dev/null" => return Ok(Input::Nothing),
            _ => {}
        }
        let found = self.engine.look(|world| {
            let now = world.now;
            let (real, node) = world.look(&self.container, &real).ok()?;
            Some((real, node, now))
        });
        let (real, node, now) =
            found.ok_or_else(|| format!("{path}: No such file or directory"))?;
        match node.kind {
            Kind::File(content) => Ok(Input::bytes(content.read(0, usize::MAX, now))),
            Kind::Folder => Err(format!("{path}: Is a directory")),
            Kind::Pipe => {
                let (engine, container) = (Arc::clone(&self.engine), self.container.clone());
                Ok(Input::Pipe(engine, container, real))
            }
            Kind::Link(_) => Err(format!("{path}: No such file or directory")),
        }
    }

    /// Writes a file, over or after what is there.
    pub(super) fn write_file(&self, path: &str, bytes: Vec<u8>, after: bool) -> Result<(), String> {
        let real = self.absolute(path);
        self.engine.look(|world| {
            let id = &self.container;
            let resolved = world.resolve(id, &real, true).unwrap_or(real);
            let before = world.node(id, &resolved);
            let (folder, _) = crate::demo::world::tree::split(&resolved);
            let is_folder = world.node(id, folder).is_some_and(|node| node.is_folder());
            if !is_folder {
                return Err(format!("can't create {path}: nonexistent directory"));
            }
            let mut node = Node::new(Kind::Folder, world.now);
            let mut all = Vec::new();
            let mut resolved = resolved;
            match before {
                Some(known) if matches!(known.kind, Kind::Pipe) => resolved.push_str(PIPED),
                Some(known) if known.is_folder() => {
                    return Err(format!("can't create {path}: Is a directory"));
                }
                Some(known) => {
                    if let (true, Kind::File(content)) = (after, &known.kind) {
                        all = content.read(0, usize::MAX, world.now);
                    }
                    (node.mode, node.owner) = (known.mode, known.owner);
                }
                None => node.mode = 0o644,
            }
            all.extend(bytes);
            node.kind = Kind::File(Content::Bytes(Arc::from(all)));
            let written = world.put(id, &resolved, node);
            written.map_err(|refusal| format!("can't create {path}: {}", refusal.message))
        })
    }

    /// A path as the container has it, links as they are.
    pub(super) fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{}/{path}", self.folder.trim_end_matches('/'))
        }
    }
}
