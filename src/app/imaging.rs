//! What is known of a host's images besides their list: for which machines they are, what made them, and what their
//! layers hold. None of it ever changes, so it is asked once.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::domain::{ByteSize, Failure, Image, ImageId, Instruction, LayerReport, Platform};

use super::asked::Asked;

/// So many looks into layers are kept: each may name a hundred paths.
const LOOKS: usize = 20;

/// What is asked about images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageEffect {
    /// Ask for which machines these are.
    AskPlatforms(Vec<ImageId>),
    /// Ask what made one.
    AskHistory(ImageId),
    /// Look into the layers of one; a look under way ends.
    Look(ImageId),
    /// End the look under way.
    StopLooking,
}

/// What is answered.
#[derive(Debug)]
pub enum ImageMsg {
    /// For which machines images are.
    Platforms(Vec<(ImageId, Platform)>),
    /// What made one.
    History(ImageId, Result<Vec<Instruction>, Failure>),
    /// How much of its layers was read.
    Looking(ImageId, ByteSize),
    /// What its layers hold.
    Looked(ImageId, Box<Result<LayerReport, Failure>>),
}

/// A look into the layers of an image.
#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    /// So much was read.
    UnderWay(ByteSize),
    /// It was read.
    Known(Box<LayerReport>),
    /// It could not be read.
    Failed(Failure),
}

/// What is known of a host's images.
#[derive(Debug, Default)]
pub struct Imaging {
    platforms: HashMap<ImageId, Platform>,
    asked: HashSet<ImageId>,
    histories: HashMap<ImageId, Asked<Vec<Instruction>>>,
    looks: HashMap<ImageId, Look>,
}

impl Imaging {
    /// For which machines an image is.
    pub fn platform(&self, id: &ImageId) -> Option<&Platform> {
        self.platforms.get(id)
    }

    /// What made an image.
    pub fn history(&self, id: &ImageId) -> Option<&Asked<Vec<Instruction>>> {
        self.histories.get(id)
    }

    /// What its layers hold.
    pub fn look(&self, id: &ImageId) -> Option<&Look> {
        self.looks.get(id)
    }

    /// What should be asked of these images, one of them looked at; it counts as asked from now on. What was of others is
    /// forgotten.
    pub fn wanted(&mut self, images: &[Image], seen: Option<&ImageId>) -> Vec<ImageEffect> {
        let here: HashSet<&ImageId> = images.iter().map(|image| &image.id).collect();
        self.platforms.retain(|id, _| here.contains(id));
        self.asked.retain(|id| here.contains(id));
        self.histories.retain(|id, _| here.contains(id));
        let mut wanted = Vec::new();
        let unknown = here.iter().filter(|id| !self.asked.contains(**id));
        let mut unknown: Vec<ImageId> = unknown.map(|id| (*id).clone()).collect();
        if !unknown.is_empty() {
            unknown.sort();
            self.asked.extend(unknown.iter().cloned());
            wanted.push(ImageEffect::AskPlatforms(unknown));
        }
        if let Some(seen) = seen.filter(|seen| here.contains(seen)) {
            let history = self.histories.entry(seen.clone()).or_default();
            if history.begin_where_wanted() {
                wanted.push(ImageEffect::AskHistory(seen.clone()));
            }
        }
        wanted
    }

    /// Begins to look into the layers of an image; where that is under way, ends it. None where it is known.
    pub fn look_or_stop(&mut self, id: &ImageId) -> Option<ImageEffect> {
        match self.looks.get(id) {
            Some(Look::Known(_)) => return None,
            Some(Look::UnderWay(_)) => {
                self.looks.remove(id);
                return Some(ImageEffect::StopLooking);
            }
            Some(Look::Failed(_)) | None => {}
        }
        self.stopped();
        if self.looks.len() >= LOOKS {
            self.looks.clear();
        }
        self.looks
            .insert(id.clone(), Look::UnderWay(ByteSize::default()));
        Some(ImageEffect::Look(id.clone()))
    }

    /// The look under way ended, here or for one on another host.
    pub fn stopped(&mut self) {
        self.looks
            .retain(|_, look| !matches!(look, Look::UnderWay(_)));
    }

    /// Takes in an answer.
    pub fn answer(&mut self, answer: ImageMsg, now: Timestamp) {
        match answer {
            ImageMsg::Platforms(platforms) => self.platforms.extend(platforms),
            ImageMsg::History(id, history) => {
                self.histories.entry(id).or_default().answer(history, now);
            }
            ImageMsg::Looking(id, read) => {
                if let Some(Look::UnderWay(known)) = self.looks.get_mut(&id) {
                    *known = read;
                }
            }
            ImageMsg::Looked(id, answer) => {
                let look = match *answer {
                    Ok(report) => Look::Known(Box::new(report)),
                    Err(failure) => Look::Failed(failure),
                };
                self.looks.insert(id, look);
            }
        }
    }

    /// The connection is lost: what is under way is asked again when it is back.
    pub fn lost(&mut self) {
        let platforms = &self.platforms;
        self.asked.retain(|id| platforms.contains_key(id));
        for history in self.histories.values_mut() {
            history.lost();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::HostId;

    fn image(id: &str) -> Image {
        Image {
            host: HostId::from("local"),
            id: ImageId::from(id),
            tags: Vec::new(),
            digests: Vec::new(),
            size: ByteSize(1),
            created: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_never_changes_is_asked_once() {
        let (mut imaging, a) = (Imaging::default(), ImageId::from("a"));
        let all = [image("b"), image("a")];
        let ids = vec![a.clone(), ImageId::from("b")];
        let first = imaging.wanted(&all, Some(&a));
        assert_eq!(
            first,
            [
                ImageEffect::AskPlatforms(ids.clone()),
                ImageEffect::AskHistory(a.clone())
            ]
        );
        assert!(imaging.wanted(&all, Some(&a)).is_empty());
        imaging.lost();
        let failed = Err(Failure::new("ask", "connection reset"));
        imaging.answer(ImageMsg::History(a.clone(), failed), Timestamp::UNIX_EPOCH);
        assert_eq!(imaging.wanted(&all, Some(&a)), first, "it failed for that");
        imaging.answer(
            ImageMsg::History(a.clone(), Ok(Vec::new())),
            Timestamp::UNIX_EPOCH,
        );
        assert!(imaging.wanted(&all, Some(&a)).is_empty());
        assert!(imaging.wanted(&all[..1], Some(&a)).is_empty(), "it is gone");
        assert!(imaging.history(&a).is_none());
    }

    #[test]
    fn one_look_at_a_time_and_the_same_key_ends_it() {
        let mut imaging = Imaging::default();
        let (a, b) = (ImageId::from("a"), ImageId::from("b"));
        assert_eq!(imaging.look_or_stop(&a), Some(ImageEffect::Look(a.clone())));
        imaging.answer(
            ImageMsg::Looking(a.clone(), ByteSize(5)),
            Timestamp::UNIX_EPOCH,
        );
        assert_eq!(imaging.look(&a), Some(&Look::UnderWay(ByteSize(5))));
        assert_eq!(imaging.look_or_stop(&b), Some(ImageEffect::Look(b.clone())));
        assert_eq!(imaging.look(&a), None, "the runtime ends that one");
        imaging.answer(
            ImageMsg::Looking(a.clone(), ByteSize(9)),
            Timestamp::UNIX_EPOCH,
        );
        assert_eq!(imaging.look(&a), None, "told before it ended");
        assert_eq!(imaging.look_or_stop(&b), Some(ImageEffect::StopLooking));
        assert_eq!(imaging.look(&b), None);
        let report = Box::new(Ok(LayerReport::default()));
        imaging.answer(ImageMsg::Looked(a.clone(), report), Timestamp::UNIX_EPOCH);
        assert_eq!(imaging.look_or_stop(&a), None, "it is known");
    }
}
