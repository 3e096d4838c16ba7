//! How current what runs on a host is: whether its images, its Compose files or the registries have something else by
//! now. What is shown of it is worked out anew whenever one of these answers, or the containers change.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::drift::drift;
use crate::domain::staleness::stale;
use crate::domain::update::updates;
use crate::domain::{
    ActionName, Container, ContainerId, Drift, FilesSay, FilesUnread, Finding, FindingKind, Image,
    ImageId, Origin, ProjectId, RegistryAnswer, RegistryRecord, Remedy, Service, ServiceId,
    Severity, Staleness, Subject, Update,
};

use super::asked::Asked;
use super::host::Host;

/// What is asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FreshEffect {
    /// Look whether the files of these changed.
    LookAtFiles(Vec<Origin>),
    /// Let Compose read the files of one, which containers of these images name.
    ReadFiles(Origin, Vec<ImageId>),
    /// Read what registries said before.
    Recall,
    /// Ask the registries for these references, one after the other.
    AskRegistries {
        /// The references.
        references: Vec<String>,
        /// Whether somebody waits for it.
        on_demand: bool,
    },
}

/// What is answered.
#[derive(Debug)]
pub enum FreshMsg {
    /// What tells files from themselves before a change.
    Looked(Vec<(Origin, u64)>),
    /// What the files of an origin say.
    Files(Origin, Result<FilesSay, FilesUnread>),
    /// What registries said before.
    Recalled(RegistryRecord),
    /// What a registry says of a reference.
    Answered(RegistryAnswer),
    /// All were asked, or it was stopped for good reason.
    Asked {
        /// As it was wanted.
        on_demand: bool,
        /// Until when a registry wants no more questions, when it said so.
        limited_until: Option<Timestamp>,
    },
}

/// What is known of the files of an origin.
#[derive(Debug, Default)]
pub struct Files {
    /// What they say.
    pub said: Asked<FilesSay>,
    /// Whether Compose does not take them.
    pub refused: bool,
    /// What told them from themselves when they were last looked at.
    pub stamp: Option<u64>,
    /// When they are read next.
    pub due: Option<Timestamp>,
    /// When they were last read.
    pub read_at: Option<Timestamp>,
    /// The containers that came from them.
    pub containers: BTreeSet<ContainerId>,
}

impl Files {
    /// They may say something else by now: they are read at this time, or before it where that is settled.
    pub fn outdated(&mut self, due: Timestamp) {
        self.said.invalidate();
        self.due = Some(self.due.map_or(due, |settled| settled.min(due)));
    }

    /// Takes in what they say.
    pub fn answer(&mut self, answer: Result<FilesSay, FilesUnread>, now: Timestamp) {
        let answer = match answer {
            Ok(says) => {
                self.stamp = Some(says.stamp);
                Ok(says)
            }
            Err(FilesUnread::Refused { failure, stamp }) => {
                self.stamp = Some(stamp);
                self.refused = true;
                Err(failure)
            }
            Err(FilesUnread::NotHere(failure) | FilesUnread::NoAnswer(failure)) => {
                // Those that were there before are looked for: they may come back.
                self.refused = false;
                Err(failure)
            }
        };
        self.said.answer(answer, now);
        // What was answered too late says nothing.
        self.refused &= self.said.failure.is_some();
    }
}

/// What is known of registries.
#[derive(Debug, Default)]
pub struct Registries {
    /// The last answer for each reference.
    pub answers: BTreeMap<String, RegistryAnswer>,
    /// Whether what they said before was read.
    pub recalled: Asked<()>,
    /// Until when they want no more questions.
    pub limited_until: Option<Timestamp>,
    /// When they are asked next in the background.
    pub round_due: Option<Timestamp>,
    /// Whether a round in the background is under way.
    pub round: bool,
    /// The services that somebody waits for.
    pub waiting: Vec<ServiceId>,
}

impl Registries {
    /// Takes in what one says. A failure leaves the digest of before.
    pub fn answered(&mut self, mut answer: RegistryAnswer) {
        let before = self.answers.remove(&answer.reference);
        answer.digest = answer.digest.or(before.and_then(|before| before.digest));
        self.answers.insert(answer.reference.clone(), answer);
    }
}

/// How current what runs on a host is.
#[derive(Debug, Default)]
pub struct Freshness {
    /// When the images are asked for next, seen or not.
    pub images_due: Option<Timestamp>,
    /// When they were last asked for so.
    pub images_asked: Option<Timestamp>,
    /// The files of everything that Compose brought up.
    pub files: BTreeMap<Origin, Files>,
    /// When these are looked at next.
    pub look_due: Option<Timestamp>,
    /// The registries.
    pub registries: Registries,
    stale: BTreeMap<ContainerId, Staleness>,
    drift: BTreeMap<ContainerId, Drift>,
    updates: BTreeMap<ContainerId, Update>,
}

/// What stands behind a service in the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// A registry has another image.
    pub update: bool,
    /// Another image lies here for it, which was not deployed.
    pub superseded: bool,
    /// Nothing leads to the image that it runs.
    pub lost_tag: bool,
    /// Its Compose files say something else; none where nobody can tell.
    pub drift: Option<bool>,
}

impl Marks {
    /// How many there are.
    pub fn count(self) -> usize {
        let drift = self.drift == Some(true);
        let all = [self.update, self.superseded, self.lost_tag, drift];
        all.into_iter().filter(|is_so| *is_so).count()
    }
}

impl Freshness {
    /// How a container's image is out of date.
    pub fn staleness(&self, container: &ContainerId) -> Option<&Staleness> {
        self.stale.get(container)
    }

    /// Whether a container runs with the configuration of its files.
    pub fn drift(&self, container: &ContainerId) -> Option<&Drift> {
        self.drift.get(container)
    }

    /// What is known of updates for a container; none where no registry can be asked.
    pub fn update(&self, container: &ContainerId) -> Option<&Update> {
        self.updates.get(container)
    }

    /// The references that registries can be asked about, each once.
    pub fn references(&self) -> BTreeSet<&str> {
        self.updates
            .values()
            .map(|update| update.reference.as_str())
            .collect()
    }

    /// Works it out anew. What is outdated says nothing of a container that came since: of the others it holds until
    /// the new answer is there.
    pub fn work_out(
        &mut self,
        containers: &BTreeMap<ContainerId, Container>,
        images: &Asked<Vec<Image>>,
    ) {
        if let (Some(images), Some(_)) = (&images.value, images.at) {
            self.stale = stale(containers.values(), images);
            let answers = &self.registries.answers;
            self.updates = updates(containers.values(), images, answers);
        } else {
            self.stale.retain(|id, _| containers.contains_key(id));
            // What registries say is new all the same.
            let known = containers
                .values()
                .filter(|one| self.updates.contains_key(&one.id));
            let images = images.value.as_deref().unwrap_or_default();
            self.updates = updates(known, images, &self.registries.answers);
        }
        let before = std::mem::take(&mut self.drift);
        for (id, container) in containers {
            let Some(own) = &container.compose else {
                continue;
            };
            let files = self.files.get(&own.origin());
            let said = files.map(|files| &files.said);
            let found = match said {
                Some(said) if said.at.is_some() => said
                    .value
                    .as_ref()
                    .and_then(|says| drift(container, says, self.stale.contains_key(id))),
                Some(said) if said.failure.is_none() => before.get(id).cloned(),
                Some(_) | None => None,
            };
            if let Some(found) = found {
                self.drift.insert(id.clone(), found);
            }
        }
    }
}

/// What stands behind a service in the list.
pub fn marks(host: &Host, service: &Service) -> Marks {
    let fresh = &host.fresh;
    let ids = || service.containers.iter();
    let mut drifts = ids().filter_map(|id| fresh.drift(id)).peekable();
    let any_known = drifts.peek().is_some();
    let (mut differs, mut unknown) = (false, !any_known);
    for drift in drifts {
        differs |= matches!(drift, Drift::Differs { .. });
        unknown |= matches!(drift, Drift::Unknown(_));
    }
    Marks {
        update: ids()
            .filter_map(|id| fresh.update(id))
            .any(|update| update.available == Some(true)),
        superseded: ids()
            .filter_map(|id| fresh.staleness(id))
            .any(|stale| matches!(stale, Staleness::Superseded { .. })),
        lost_tag: ids()
            .filter_map(|id| fresh.staleness(id))
            .any(|stale| *stale == Staleness::LostTag),
        drift: (differs || !unknown).then_some(differs),
    }
}

/// What is to be said of a service that runs something else than it should.
pub fn of_service(host: &Host, service: &Service) -> Option<Finding> {
    let stale = host.containers_of(service).find_map(|container| {
        let reference = &container.image;
        Some(match host.fresh.staleness(&container.id)? {
            Staleness::Superseded { built, .. } => {
                let done = if *built { "built" } else { "pulled" };
                format!("runs another image than {reference} means by now: it was {done} and not deployed")
            }
            Staleness::LostTag => {
                format!("runs an image whose tag is gone: {reference} means nothing here any more")
            }
        })
    });
    let rolled_back = service
        .containers
        .iter()
        .filter_map(|id| match host.fresh.drift(id)? {
            Drift::Differs { rolled_back } => Some(*rolled_back),
            Drift::Same | Drift::Unknown(_) => None,
        })
        .min();
    let drift = rolled_back.map(|rolled_back| {
        if rolled_back {
            "was rolled back to another image than its Compose file says"
        } else {
            "runs with another configuration than its Compose file"
        }
    });
    let what: Vec<&str> = stale.as_deref().into_iter().chain(drift).collect();
    if what.is_empty() {
        return None;
    }
    let kind = match stale {
        Some(_) => FindingKind::StaleImage,
        None => FindingKind::Drift,
    };
    let what = format!("{} {}", service.id, what.join("; it "));
    let subject = Subject::Service(service.id.clone());
    let found = Finding::new(kind, Severity::Warning, subject, what);
    Some(found.helped(Some(match rolled_back {
        // What was rolled back is not to be brought up again by one key: its files are to say so.
        Some(true) => Remedy::EditFiles,
        _ => Remedy::Do(ActionName::Redeploy),
    })))
}

/// The projects whose files Compose does not take, each once.
pub fn of_projects(host: &Host) -> Vec<Finding> {
    let refused = host.fresh.files.iter().filter(|(_, files)| files.refused);
    let mut findings: Vec<Finding> = refused
        .filter_map(|(origin, files)| {
            let failure = files.said.failure.as_ref()?;
            let project = ProjectId {
                host: host.id.clone(),
                name: origin.project.as_str().into(),
            };
            let what = format!(
                "Compose does not take the files of {}: {}",
                project.name, failure.why
            );
            let (kind, subject) = (FindingKind::FilesRefused, Subject::Project(project));
            let found = Finding::new(kind, Severity::Warning, subject, what);
            let found = found.because(failure.hint.clone());
            Some(found.helped(Some(Remedy::EditFiles)))
        })
        .collect();
    findings.dedup_by(|a, b| a.subject == b.subject);
    findings
}
