//! Where the disk of a host went, as far as it is known: sizes of volumes and folders, file systems, what the engine
//! counts, and how all of it grew. What is shown is worked out anew whenever one of these answers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use crate::domain::storage::storages;
use crate::domain::{
    ByteSize, Container, ContainerId, EngineUsage, Filesystem, FolderShare, FolderSize, Growth,
    HostId, Image, ImageId, ImageShare, MeasuredBy, Measurement, Picture, SizeSample, Storage,
    StorageId, Volume,
};

use super::asked::Asked;

pub use messages::{FILESYSTEM, Found, Series, StorageEffect, StorageMsg};

mod logs;
mod messages;
mod picture;

/// A size is measured again where it is looked at when it is older than this: somebody who logs in ten times a day is
/// not to have a million files walked ten times.
const OLD: SignedDuration = SignedDuration::from_hours(6);
/// How full disks are costs nothing to ask, and changes all the time.
const FULLNESS_OLD: SignedDuration = SignedDuration::from_mins(1);
/// Where nobody looks.
const WATCHED: SignedDuration = SignedDuration::from_mins(10);
/// What the engine counts may cost it a walk.
const ENGINE_OLD: SignedDuration = SignedDuration::from_mins(15);

/// … also for images that came since: a build makes one after the other.
const IMAGES_OLD: SignedDuration = SignedDuration::from_mins(1);

/// What is known of where the disk went.
#[derive(Debug, Default)]
pub struct Storing {
    /// Every place where containers keep data.
    pub places: Vec<Storage>,
    /// How big places are.
    pub sizes: HashMap<StorageId, Measurement>,
    /// Why places could not be measured.
    pub unmeasured: HashMap<StorageId, String>,
    /// The biggest folders of those that were walked.
    pub biggest: HashMap<StorageId, Vec<FolderShare>>,
    /// The file systems.
    pub filesystems: Asked<Vec<Filesystem>>,
    /// What the engine counts.
    pub engine: Asked<EngineUsage>,
    /// How big logs are.
    pub logs: Asked<Vec<(ContainerId, ByteSize)>>,
    /// How much logs grow a day, by how they grew since they were last asked.
    pub log_growth: HashMap<ContainerId, ByteSize>,
    /// What fills each file system.
    pub pictures: Vec<Picture>,
    /// How places grow.
    pub growth: HashMap<StorageId, Growth>,
    /// How file systems fill, by mount point.
    pub filling: BTreeMap<String, Growth>,
    /// The measuring under way.
    pub round: Option<Round>,
    /// Whether somebody stopped it: then nothing is measured before they ask for it.
    stopped: bool,
    /// Samples of before, by kind and name.
    samples: HashMap<(String, String), Vec<SizeSample>>,
    recall: Recall,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Recall {
    #[default]
    NotAsked,
    Asked,
    Done,
}

/// A measuring of several places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// How many are left, the one under way included.
    pub left: usize,
    /// The one under way, once something was counted: its files and bytes so far.
    pub now: Option<(StorageId, u64, ByteSize)>,
}

impl Storing {
    /// Puts the places together again after volumes or containers changed.
    pub fn regroup<'a>(
        &mut self,
        host: &HostId,
        volumes: &[Volume],
        containers: impl IntoIterator<Item = &'a Container>,
    ) {
        self.places = storages(host, volumes, containers);
        let here: BTreeSet<&StorageId> = self.places.iter().map(|place| &place.id).collect();
        self.sizes.retain(|id, _| here.contains(id));
        self.unmeasured.retain(|id, _| here.contains(id));
        self.biggest.retain(|id, _| here.contains(id));
        self.remember();
        self.work_out_growth();
    }

    /// One of the places.
    pub fn place(&self, id: &StorageId) -> Option<&Storage> {
        let at = self.places.binary_search_by(|place| place.id.cmp(id));
        self.places.get(at.ok()?)
    }

    /// How big a place is, in the bytes that its measurer counts.
    pub fn size(&self, id: &StorageId) -> Option<ByteSize> {
        self.sizes.get(id).map(Measurement::bytes)
    }

    /// The samples of a place, the oldest first.
    pub fn samples(&self, id: &StorageId) -> &[SizeSample] {
        let all = self.samples.get(&key(id)).map_or(&[][..], Vec::as_slice);
        // A volume that had the name before is another one.
        let volume = self.place(id).and_then(|place| place.volume.as_ref());
        let own = match volume.and_then(|volume| volume.created) {
            Some(created) => all.partition_point(|(at, _)| *at < created),
            None => 0,
        };
        all.get(own..).unwrap_or_default()
    }

    /// How big the log of a container is on disk.
    pub fn log_size(&self, container: &ContainerId) -> Option<ByteSize> {
        let logs = self.logs.value.as_ref()?;
        let mut logs = logs.iter();
        logs.find(|(id, _)| id == container).map(|(_, size)| *size)
    }

    /// What should be asked, now that somebody looks; it counts as asked from now on. Nothing is measured before what
    /// was measured lately is recalled.
    pub fn wanted(&mut self, data_root: Option<&str>, now: Timestamp) -> Vec<StorageEffect> {
        let mut wanted = Vec::new();
        if self.recall == Recall::NotAsked {
            self.recall = Recall::Asked;
            wanted.push(StorageEffect::Recall);
        }
        if is_old(&self.filesystems, FULLNESS_OLD, now)
            && let Some(root) = data_root
            && self.filesystems.begin()
        {
            wanted.push(StorageEffect::AskFilesystems(self.paths(root)));
        }
        if is_old(&self.engine, ENGINE_OLD, now) && self.engine.begin() {
            wanted.push(StorageEffect::AskEngine);
        }
        if is_old(&self.logs, ENGINE_OLD, now)
            && let Some(root) = data_root
            && self.logs.begin()
        {
            wanted.push(StorageEffect::AskLogs(root.to_owned()));
        }
        if self.recall == Recall::Done {
            wanted.extend(self.measure(|measured| {
                measured.is_none_or(|measured| now.duration_since(measured.at) > OLD)
            }));
        }
        wanted
    }

    /// Asks what the engine counts, for images that are looked at: where it is old, or does not know all of them.
    pub fn wanted_of_images(&mut self, images: &[Image], now: Timestamp) -> Option<StorageEffect> {
        let is_known = |usage: &EngineUsage| {
            let known: BTreeSet<&ImageId> = usage.images.iter().map(|share| &share.id).collect();
            images.iter().all(|image| known.contains(&image.id))
        };
        let knows_all = self.engine.value.as_ref().is_some_and(is_known);
        let old = if knows_all { ENGINE_OLD } else { IMAGES_OLD };
        (is_old(&self.engine, old, now) && self.engine.begin()).then_some(StorageEffect::AskEngine)
    }

    /// How much of an image is its own.
    pub fn share(&self, id: &ImageId) -> Option<&ImageShare> {
        let usage = self.engine.value.as_ref()?;
        usage.images.iter().find(|share| share.id == *id)
    }

    /// What is asked though nobody looks, now and then, because it needs somebody before it is too late: how full the disks
    /// are, and how big logs. Neither costs the engine anything.
    pub fn watch(&mut self, data_root: &str, now: Timestamp) -> Vec<StorageEffect> {
        let mut wanted = Vec::new();
        if is_old(&self.filesystems, WATCHED, now) && self.filesystems.begin() {
            wanted.push(StorageEffect::AskFilesystems(self.paths(data_root)));
        }
        if is_old(&self.logs, WATCHED, now) && self.logs.begin() {
            wanted.push(StorageEffect::AskLogs(data_root.to_owned()));
        }
        wanted
    }

    /// Measures everything anew; none while that is under way.
    pub fn measure_again(&mut self) -> Option<StorageEffect> {
        self.unmeasured.clear();
        self.stopped = false;
        self.filesystems.invalidate();
        self.engine.invalidate();
        self.logs.invalidate();
        self.measure(|_| true)
    }

    /// Measures no more; none where nothing is measured.
    pub fn stop(&mut self) -> Option<StorageEffect> {
        self.round.take()?;
        self.stopped = true;
        Some(StorageEffect::StopMeasuring)
    }

    fn measure(&mut self, is_due: impl Fn(Option<&Measurement>) -> bool) -> Option<StorageEffect> {
        if self.round.is_some() || self.stopped {
            return None;
        }
        let due = self.places.iter().filter(|place| {
            !place.is_of_system()
                && !self.unmeasured.contains_key(&place.id)
                && is_due(self.sizes.get(&place.id))
        });
        let places: Vec<(StorageId, String)> = due
            .map(|place| (place.id.clone(), place.path.clone()))
            .collect();
        if places.is_empty() {
            return None;
        }
        self.round = Some(Round {
            left: places.len(),
            now: None,
        });
        Some(StorageEffect::Measure(places))
    }

    /// The folders whose file systems matter: the engine's, and those where data lies.
    fn paths(&self, data_root: &str) -> Vec<String> {
        let data = self.places.iter().filter(|place| !place.is_of_system());
        let paths = data.map(|place| place.path.clone());
        let paths: BTreeSet<String> = paths.filter(|path| path.starts_with('/')).collect();
        std::iter::once(data_root.to_owned()).chain(paths).collect()
    }

    /// Takes in an answer.
    pub fn answer(&mut self, answer: StorageMsg, data_root: Option<&str>, now: Timestamp) {
        match answer {
            StorageMsg::Recalled(series) => {
                self.recall = Recall::Done;
                self.samples = series
                    .into_iter()
                    .map(|one| ((one.kind, one.name), one.samples))
                    .collect();
                self.remember();
                self.work_out_growth();
                self.work_out_filling();
            }
            StorageMsg::Filesystems(answer) => {
                for one in answer.iter().flatten() {
                    let key = (FILESYSTEM.to_owned(), one.mount_point.clone());
                    note(self.samples.entry(key).or_default(), (now, one.used));
                }
                self.filesystems.answer(answer, now);
                self.work_out_filling();
            }
            StorageMsg::Engine(answer) => self.engine.answer(*answer, now),
            StorageMsg::Logs(answer) => {
                let grown = answer.as_ref().ok();
                if let Some(grown) = grown.and_then(|sizes| logs::grown(&self.logs, sizes, now)) {
                    self.log_growth = grown;
                }
                self.logs.answer(answer, now);
            }
            StorageMsg::Measuring(id, files, bytes) => {
                if let Some(round) = &mut self.round {
                    round.now = Some((id, files, bytes));
                }
                return;
            }
            StorageMsg::Measured(id, answer) => {
                if let Some(round) = &mut self.round {
                    round.left = round.left.saturating_sub(1);
                    round.now = None;
                }
                self.measured(id, answer, now);
            }
            StorageMsg::AllMeasured => self.round = None,
        }
        self.pictures = picture::pictures(self, data_root);
    }

    fn measured(&mut self, id: StorageId, answer: Result<Found, String>, now: Timestamp) {
        match answer {
            Ok(Found { size, by, biggest }) => {
                let measurement = Measurement { size, at: now, by };
                let sample = (now, measurement.bytes());
                note(self.samples.entry(key(&id)).or_default(), sample);
                if let Some(growth) = Growth::of(self.samples(&id)) {
                    self.growth.insert(id.clone(), growth);
                }
                self.unmeasured.remove(&id);
                self.biggest.insert(id.clone(), biggest);
                self.sizes.insert(id, measurement);
            }
            Err(why) => {
                self.unmeasured.insert(id, why);
            }
        }
    }

    /// What was measured before counts until it is measured again.
    fn remember(&mut self) {
        for place in &self.places {
            let Some((at, size)) = self.samples(&place.id).last() else {
                continue;
            };
            let remembered = Measurement {
                size: FolderSize {
                    on_disk: *size,
                    apparent: *size,
                    ..FolderSize::default()
                },
                at: *at,
                by: MeasuredBy::Records,
            };
            self.sizes.entry(place.id.clone()).or_insert(remembered);
        }
    }

    fn work_out_growth(&mut self) {
        let growing = self.places.iter().filter_map(|place| {
            let growth = Growth::of(self.samples(&place.id))?;
            Some((place.id.clone(), growth))
        });
        self.growth = growing.collect();
    }

    fn work_out_filling(&mut self) {
        let filling = self
            .samples
            .iter()
            .filter(|((kind, _), _)| kind == FILESYSTEM);
        self.filling = filling
            .filter_map(|((_, mount_point), samples)| {
                Some((mount_point.clone(), Growth::of(samples)?))
            })
            .collect();
    }

    /// The connection is lost: what is under way is asked again when it is back.
    pub fn lost(&mut self) {
        self.round = None;
        self.filesystems.lost();
        self.engine.lost();
        self.logs.lost();
        if self.recall == Recall::Asked {
            self.recall = Recall::NotAsked;
        }
    }

    /// The connection is back: what failed may be asked again.
    pub fn forgive(&mut self) {
        self.filesystems.forgive();
        self.engine.forgive();
        self.logs.forgive();
    }
}

/// What the samples of a place go by.
fn key(id: &StorageId) -> (String, String) {
    (id.kind.word().to_owned(), id.name.to_string())
}

fn is_old<T>(asked: &Asked<T>, after: SignedDuration, now: Timestamp) -> bool {
    asked.is_wanted()
        || (!asked.asking
            && asked.failure.is_none()
            && asked.at.is_some_and(|at| now.duration_since(at) > after))
}

/// Adds a sample of now. A dashboard that is open for days has one an hour, as the records do.
fn note(samples: &mut Vec<SizeSample>, sample: SizeSample) {
    const APART: SignedDuration = SignedDuration::from_mins(55);
    const MOST: usize = 1_000;
    if let [.., before, last] = samples.as_slice()
        && last.0.duration_since(before.0) < APART
    {
        samples.pop();
    }
    if samples.len() >= MOST {
        samples.remove(0);
    }
    samples.push(sample);
}

#[cfg(test)]
mod tests;
