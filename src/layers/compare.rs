//! Layers laid on each other, from the base up, as an overlay file system does it.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use crate::domain::{ByteSize, LayerChange, LayerReport, WastedPath};

use super::listing::{Listing, NodeKind};

/// The content of a file, once however many names it has.
struct Content {
    size: u64,
    layer: usize,
    names: u64,
}

/// What a container would see after the layers so far.
#[derive(Default)]
struct Pile<'a> {
    files: BTreeMap<&'a [u8], usize>,
    contents: Vec<Content>,
    layers: Vec<LayerChange>,
    wasted: HashMap<&'a [u8], (u64, u64)>,
}

/// What each layer does, and what all of them waste. The base is first.
pub(super) fn compare(listings: &[&Listing]) -> LayerReport {
    let mut pile = Pile::default();
    for listing in listings {
        pile.lay(listing);
    }
    pile.report()
}

impl<'a> Pile<'a> {
    fn lay(&mut self, listing: &'a Listing) {
        self.layers.push(LayerChange::default());
        // What is deleted is of the layers below: first, whatever its place in the tar.
        for folder in &listing.opaque {
            self.delete_below(folder);
        }
        for path in &listing.whiteouts {
            self.delete(path);
            self.delete_below(path);
        }
        for node in &listing.nodes {
            match &node.kind {
                // A folder takes the place of a file; of another folder it is only the mode.
                NodeKind::Folder => self.delete(&node.path),
                NodeKind::File(size) => self.put(&node.path, *size, None),
                NodeKind::SecondName(_) => {}
            }
        }
        // After the files they are names of.
        for node in &listing.nodes {
            if let NodeKind::SecondName(first) = &node.kind {
                let content = self.files.get(&**first).copied();
                self.put(&node.path, 0, content);
            }
        }
    }

    /// A file of the layer on top: a new one, or another name of one that is there.
    fn put(&mut self, path: &'a [u8], size: u64, content: Option<usize>) {
        let before = self.files.remove(path);
        if before.is_none() {
            self.delete_below(path);
        }
        let content = content.unwrap_or_else(|| {
            self.contents.push(Content {
                size,
                layer: self.layers.len() - 1,
                names: 0,
            });
            self.contents.len() - 1
        });
        // First the new name: a link that replaces a name of the same content hides nothing.
        self.contents[content].names += 1;
        if let Some(before) = before {
            self.hide(path, before);
        }
        self.files.insert(path, content);
        let is_changed = before.is_some();
        if let Some(top) = self.layers.last_mut() {
            let count = if is_changed {
                &mut top.changed
            } else {
                &mut top.added
            };
            count.add(size);
        }
    }

    fn delete(&mut self, path: &'a [u8]) {
        if let Some(content) = self.files.remove(path) {
            let size = self.hide(path, content);
            if let Some(top) = self.layers.last_mut() {
                top.deleted.add(size);
            }
        }
    }

    fn delete_below(&mut self, folder: &[u8]) {
        let start = if folder.is_empty() {
            Vec::new()
        } else {
            [folder, b"/"].concat()
        };
        let from = (Bound::Included(&*start), Bound::Unbounded);
        // Each is taken once, so that all of it is linear in the files.
        while let Some((path, _)) = self.files.range::<[u8], _>(from).next() {
            let path: &'a [u8] = path;
            if !path.starts_with(&start) {
                break;
            }
            self.delete(path);
        }
    }

    /// A name is gone; the bytes that nobody sees with it.
    fn hide(&mut self, path: &'a [u8], content: usize) -> u64 {
        let content = &mut self.contents[content];
        content.names = content.names.saturating_sub(1);
        if content.names > 0 {
            return 0;
        }
        if content.size > 0 {
            let wasted = &mut self.layers[content.layer].wasted;
            *wasted = *wasted + ByteSize(content.size);
            let (size, copies) = self.wasted.entry(path).or_default();
            *size = size.saturating_add(content.size);
            *copies += 1;
        }
        content.size
    }

    fn report(self) -> LayerReport {
        let seen = self.contents.iter().filter(|content| content.names > 0);
        let seen: ByteSize = seen.map(|content| ByteSize(content.size)).sum();
        let stored = self.layers.iter().map(LayerChange::size).sum();
        let wasting = self.wasted.len() as u64;
        let mut paths: Vec<(&[u8], (u64, u64))> = self.wasted.into_iter().collect();
        paths.sort_by(|(a, (a_size, _)), (b, (b_size, _))| b_size.cmp(a_size).then(a.cmp(b)));
        paths.truncate(LayerReport::PATHS);
        let wasted_paths = paths
            .into_iter()
            .map(|(path, (size, copies))| WastedPath {
                path: format!("/{}", String::from_utf8_lossy(path)),
                size: ByteSize(size),
                copies,
            })
            .collect();
        LayerReport {
            layers: self.layers,
            stored,
            seen,
            wasted_paths,
            wasting,
        }
    }
}
