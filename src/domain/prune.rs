//! What is taken away from a host for good: what nothing uses, or what somebody named.

use std::collections::BTreeSet;

use super::text::visible;
use super::{ActionName, HostId, ImageId, Operation, Plan, Target};

/// What is taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prune {
    /// What nothing uses.
    Unused(Unused),
    /// One image.
    Image {
        /// Which.
        id: ImageId,
        /// What people call it.
        name: String,
    },
    /// These volumes. Their names were typed: no volume goes because nothing uses it.
    Volumes(BTreeSet<String>),
}

/// What nothing uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unused {
    /// Which images; none is no image.
    pub images: Option<UnusedImages>,
    /// Whether networks, too.
    pub networks: bool,
    /// Whether what builds left to be faster the next time, too.
    pub build_cache: bool,
    /// Only those of these ids: somebody was shown them, and said yes to them. None is whatever is found.
    pub only: Option<BTreeSet<String>>,
    /// What it is called, where it is one network alone that goes.
    pub network: Option<String>,
}

/// Which images that no container uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnusedImages {
    /// Those without a tag: another image took their name.
    Untagged,
    /// Those with a tag, too. It can be the one that a Compose file names.
    All,
}

impl Prune {
    /// The action it is.
    pub const fn action(&self) -> ActionName {
        match self {
            Self::Unused(_) => ActionName::Prune,
            Self::Image { .. } => ActionName::RemoveImage,
            Self::Volumes(_) => ActionName::RemoveVolume,
        }
    }

    /// What it does, for people: "prune images and networks on home".
    pub fn title(&self, host: &HostId) -> String {
        match self {
            Self::Unused(Unused {
                network: Some(name),
                ..
            }) => format!("remove network {} on {host}", visible(name)),
            Self::Unused(unused) => format!("prune {} on {host}", unused.words()),
            Self::Image { name, .. } => format!("remove image {} on {host}", visible(name)),
            Self::Volumes(names) => {
                let s = if names.len() == 1 { "" } else { "s" };
                let names: Vec<_> = names.iter().map(|name| visible(name)).collect();
                format!("remove volume{s} {} on {host}", names.join(", "))
            }
        }
    }

    /// What a recorded plan was to take away; none of a plan that takes nothing away.
    pub fn of_plan(plan: &Plan) -> Option<Self> {
        let Target::Host(_) = plan.target else {
            return None;
        };
        let mut volumes = BTreeSet::new();
        let mut unused = Unused::default();
        for step in &plan.steps {
            match &step.operation {
                Operation::RemoveImage { image, tags, .. } => {
                    if plan.action == ActionName::RemoveImage {
                        let name = tags.first().map_or_else(|| image.short(), String::as_str);
                        let (id, name) = (image.clone(), name.to_owned());
                        return Some(Self::Image { id, name });
                    }
                    unused.images = Some(UnusedImages::Untagged);
                }
                Operation::RemoveNetwork { name, .. } => {
                    unused.networks = true;
                    unused.network = (plan.steps.len() == 1).then(|| name.clone());
                }
                Operation::PruneBuildCache { .. } => unused.build_cache = true,
                Operation::RemoveVolume { name, .. } => {
                    volumes.insert(name.clone());
                }
                _ => {}
            }
        }
        if !volumes.is_empty() {
            return Some(Self::Volumes(volumes));
        }
        (unused != Unused::default()).then_some(Self::Unused(unused))
    }

    /// The same, of no more than what a plan shows: who says yes to a plan says it to what stands there.
    #[must_use]
    pub fn within(self, plan: &Plan) -> Self {
        let Self::Unused(unused) = self else {
            return self;
        };
        let ids = plan.steps.iter().filter_map(|step| match &step.operation {
            Operation::RemoveImage { image, .. } => Some(image.as_str().to_owned()),
            Operation::RemoveNetwork { id, .. } => Some(id.as_str().to_owned()),
            _ => None,
        });
        Self::Unused(Unused {
            only: Some(ids.collect()),
            ..unused
        })
    }
}

impl Unused {
    fn words(&self) -> String {
        let images = self.images.map(|which| match which {
            UnusedImages::Untagged => "images",
            UnusedImages::All => "all unused images",
        });
        let networks = self.networks.then_some("networks");
        let cache = self.build_cache.then_some("build cache");
        let words: Vec<&str> = images.into_iter().chain(networks).chain(cache).collect();
        if words.is_empty() {
            return "nothing".to_owned();
        }
        words.join(" and ")
    }
}
