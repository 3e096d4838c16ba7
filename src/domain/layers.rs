//! A pull's progress: what each layer says, put together into one line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::ByteSize;
use super::text::visible;

/// How many layers are named at once.
const NAMED: usize = 3;
/// An image has at most 127 layers; whoever sends more is no registry.
const LAYERS: usize = 1_000;

/// One line of what an engine says while it fetches an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullProgress {
    /// The layer it is about; none when it is about the image.
    pub layer: Option<String>,
    /// The engine's words: "Downloading", "Pull complete", "Status: Downloaded newer image for …".
    pub status: String,
    /// How far this step of the layer is, in bytes (when extracting, in seconds with some engines).
    pub current: Option<u64>,
    /// Where it ends, when the engine knows.
    pub total: Option<u64>,
}

/// What is known of the layers of a pull.
#[derive(Debug, Default)]
pub struct Layers {
    by_id: BTreeMap<String, Layer>,
    /// What was said last of no layer.
    said: String,
}

#[derive(Debug)]
struct Layer {
    status: String,
    current: u64,
    total: Option<u64>,
    done: bool,
}

impl Layers {
    /// Takes in what the engine says.
    pub fn take(&mut self, progress: PullProgress) {
        let Some(id) = progress.layer else {
            self.said = progress.status;
            return;
        };
        // "Pulling from library/nginx" names the tag where other lines name a layer.
        if progress.status.starts_with("Pulling from") || self.by_id.len() >= LAYERS {
            self.said = progress.status;
            return;
        }
        let done = matches!(progress.status.as_str(), "Pull complete" | "Already exists");
        let layer = self.by_id.entry(id).or_insert(Layer {
            status: String::new(),
            current: 0,
            total: None,
            done: false,
        });
        if progress.status == "Downloading" {
            layer.current = progress.current.unwrap_or(0);
            layer.total = progress.total;
        } else if let Some(total) = layer.total {
            layer.current = total;
        }
        layer.done |= done;
        layer.status = progress.status;
    }

    /// Where the pull stands: how many layers are there, how much was loaded, and what the first unfinished ones do.
    pub fn line(&self) -> String {
        if self.by_id.is_empty() {
            return visible(&self.said).into_owned();
        }
        let done = self.by_id.values().filter(|layer| layer.done).count();
        let current: u64 = self.by_id.values().map(|layer| layer.current).sum();
        let total: u64 = self.by_id.values().filter_map(|layer| layer.total).sum();
        let mut line = format!("{done} of {} layers", self.by_id.len());
        if total > 0 {
            let _ = write!(line, ", {} of {}", ByteSize(current), ByteSize(total));
        }
        let going = self
            .by_id
            .iter()
            .filter(|(_, layer)| !layer.done && layer.status != "Waiting");
        for (id, layer) in going.take(NAMED) {
            let _ = write!(
                line,
                " · {} {}",
                visible(id),
                visible(&layer.status).to_lowercase()
            );
            let percent = layer.total.filter(|total| *total > 0);
            if let Some(total) = percent.filter(|_| layer.status == "Downloading") {
                let _ = write!(line, " {} %", layer.current.min(total) * 100 / total);
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(layer: Option<&str>, status: &str, bytes: Option<(u64, u64)>) -> PullProgress {
        PullProgress {
            layer: layer.map(str::to_owned),
            status: status.to_owned(),
            current: bytes.map(|(current, _)| current),
            total: bytes.map(|(_, total)| total),
        }
    }

    #[test]
    fn layers_add_up_to_one_line() {
        let mut layers = Layers::default();
        layers.take(said(Some("latest"), "Pulling from library/nginx", None));
        assert_eq!(layers.line(), "Pulling from library/nginx");
        layers.take(said(Some("aaa"), "Already exists", None));
        layers.take(said(Some("bbb"), "Downloading", Some((500, 2_000))));
        layers.take(said(Some("ccc"), "Waiting", None));
        let line = layers.line();
        assert!(line.starts_with("1 of 3 layers, "), "{line}");
        assert!(line.ends_with(" · bbb downloading 25 %"), "{line}");
        layers.take(said(Some("bbb"), "Pull complete", None));
        assert!(
            layers.line().starts_with("2 of 3 layers, 2"),
            "{}",
            layers.line()
        );
    }

    #[test]
    fn hostile_words_neither_grow_without_end_nor_reach_the_terminal() {
        let mut layers = Layers::default();
        for n in 0..2 * LAYERS {
            layers.take(said(
                Some(&format!("\u{1b}[2J{n}")),
                "Downloading",
                Some((9, 0)),
            ));
        }
        assert!(layers.by_id.len() <= LAYERS && !layers.line().contains('\u{1b}'));
    }
}
