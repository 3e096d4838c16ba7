//! A host as the dashboard knows it: the connection, and the last picture of what is there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use crate::domain::listening::listening;
use crate::domain::order::natural;
use crate::domain::release::{keep_repository, kept_by_tag};
use crate::domain::{
    Certificate, CertificatesFound, ConfigTest, ConfigTests, Container, ContainerId, Failure,
    Forecasts, HostId, HostInfo, Image, ImageId, Listener, Listening, Network, Service, ServiceId,
    Standing, Thresholds, Usage, Verdicts, Volume, VolumeId, forecast, service, verdict,
};

use super::asked::Asked;
use super::freshness::Freshness;
use super::imaging::Imaging;
use super::served::Serving;
use super::storage::Storing;
use super::usage::UsageHistory;

/// How we stand with an engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Connection {
    /// Never answered so far.
    Connecting,
    /// It answers.
    Connected {
        /// Since when.
        since: Timestamp,
    },
    /// It does not answer (any more); what is shown is the last picture.
    Lost {
        /// Since when.
        since: Timestamp,
        /// Why, and what to do.
        failure: Failure,
        /// When it is tried next.
        retry_at: Timestamp,
    },
}

/// A host and everything last seen on it.
#[derive(Debug)]
pub struct Host {
    /// Its id.
    pub id: HostId,
    /// Where it is.
    pub address: String,
    /// How we stand with it.
    pub connection: Connection,
    /// What the engine says of itself.
    pub info: Option<HostInfo>,
    /// Whether a list of containers was ever answered.
    pub listed: bool,
    /// Its containers.
    pub containers: BTreeMap<ContainerId, Container>,
    /// The services they add up to; made anew whenever a container changes.
    pub services: Vec<Service>,
    /// What the containers use.
    pub usage: HashMap<ContainerId, UsageHistory>,
    /// Its volumes.
    pub volumes: Asked<Vec<Volume>>,
    /// Where its disk went.
    pub storing: Storing,
    /// Its images.
    pub images: Asked<Vec<Image>>,
    /// What is known of them besides.
    pub imaging: Imaging,
    /// Its networks.
    pub networks: Asked<Vec<Network>>,
    /// What containers in its own network listen on, of those that could be looked at.
    pub listeners: Asked<Vec<(ContainerId, Vec<Listener>)>>,
    /// Its ports, and who listens there; made anew where they are looked at.
    pub ports: Vec<Listening>,
    /// How current what runs on it is.
    pub fresh: Freshness,
    /// Its certificates.
    pub certificates: Asked<CertificatesFound>,
    /// What is served on it.
    pub serving: Serving,
    /// How its certificates stand; made anew whenever they or what is served are known anew.
    pub verdicts: Verdicts,
    /// When they will be renewed; made anew together with the verdicts.
    pub forecasts: Forecasts,
    /// What servers said of their files that did not take a new one.
    pub config_tests: ConfigTests,
    /// The servers that are being asked that, each with the fingerprint of what it did not take.
    pub testing: BTreeSet<(ServiceId, String)>,
    /// When certificates are looked for next.
    pub scan_at: Option<Timestamp>,
    /// When they were last looked for.
    pub scanned_at: Option<Timestamp>,
}

impl Host {
    /// A host that has not answered yet.
    pub fn new(id: HostId, address: String) -> Self {
        Self {
            id,
            address,
            connection: Connection::Connecting,
            info: None,
            listed: false,
            containers: BTreeMap::new(),
            services: Vec::new(),
            usage: HashMap::new(),
            volumes: Asked::default(),
            storing: Storing::default(),
            images: Asked::default(),
            imaging: Imaging::default(),
            networks: Asked::default(),
            listeners: Asked::default(),
            ports: Vec::new(),
            fresh: Freshness::default(),
            certificates: Asked::default(),
            serving: Serving::default(),
            verdicts: Verdicts::new(),
            forecasts: Forecasts::new(),
            config_tests: ConfigTests::default(),
            testing: BTreeSet::new(),
            scan_at: None,
            scanned_at: None,
        }
    }

    /// Whether what is shown may no longer be so.
    pub const fn is_stale(&self) -> bool {
        matches!(self.connection, Connection::Lost { .. })
    }

    /// The moment the picture is of: now, or when the engine was last heard of. What was up then may be gone by now.
    pub fn as_of(&self, now: Timestamp) -> Timestamp {
        match &self.connection {
            Connection::Lost { since, .. } => now.min(*since),
            Connection::Connecting | Connection::Connected { .. } => now,
        }
    }

    /// Looks for certificates at the given time, or before it when that is settled already; never twice in a minute.
    pub fn scan_soon(&mut self, at: Timestamp) {
        const PAUSE: SignedDuration = SignedDuration::from_mins(1);
        let at = self.scanned_at.map_or(at, |last| at.max(last + PAUSE));
        self.scan_at = Some(self.scan_at.map_or(at, |settled| settled.min(at)));
    }

    /// Puts the containers together again after a change.
    pub fn regroup(&mut self) {
        self.services = service::group(self.containers.values());
        self.work_out();
        let containers = &self.containers;
        self.usage.retain(|id, _| containers.contains_key(id));
    }

    /// Puts the places where data is kept together again after volumes or containers changed.
    pub fn regroup_storage(&mut self) {
        let volumes = self.volumes.value.as_deref().unwrap_or_default();
        self.storing
            .regroup(&self.id, volumes, self.containers.values());
    }

    /// Puts the ports together again after containers changed, or after their listeners were looked at.
    pub fn regroup_ports(&mut self) {
        let own = self.listeners.value.iter().flatten().cloned().collect();
        self.ports = listening(&self.id, self.containers.values(), &own);
    }

    /// Works out anew how current what runs is.
    pub fn work_out(&mut self) {
        self.fresh.work_out(&self.containers, &self.images);
    }

    /// Judges anew what is stored against what is served, and when it will be renewed.
    pub fn judge(&mut self, thresholds: &Thresholds, now: Timestamp) {
        let Some(found) = &self.certificates.value else {
            self.verdicts = Verdicts::new();
            return;
        };
        let answers = self.serving.current();
        self.verdicts = verdict::judge(&found.certificates, answers, now);
        self.config_tests.retain_wanted(&self.verdicts);
        verdict::foresee(&mut self.verdicts, found, &self.config_tests);
        let current = found
            .certificates
            .iter()
            .filter(|one| !self.is_replaced(one));
        self.forecasts = forecast::forecasts(current, found, thresholds, now);
    }

    /// A certificate with what is known of it.
    pub fn standing<'a>(&'a self, certificate: &'a Certificate) -> Standing<'a> {
        Standing {
            certificate,
            verdict: self.verdicts.get(&certificate.sha256),
            forecast: self.forecasts.get(&certificate.sha256),
        }
    }

    /// The servers whose own check would tell more of them, each with the fingerprint of what it did not take.
    pub fn untested(&self) -> Vec<(ServiceId, String)> {
        let mut wanted = self.config_tests.wanted(&self.verdicts);
        wanted.retain(|one| !self.testing.contains(one));
        wanted
    }

    /// Takes in what a server's own check said; it is judged by the next [`Host::judge`].
    pub fn tested(&mut self, service: ServiceId, sha256: String, said: ConfigTest) {
        self.testing.remove(&(service.clone(), sha256.clone()));
        self.config_tests.answer(service, sha256, said);
    }

    /// Whether a certificate is kept though a newer one of its lineage is there.
    pub fn is_replaced(&self, certificate: &Certificate) -> bool {
        self.standing(certificate).is_replaced()
    }

    /// The services that serve a certificate of this name, or keep it where servers read it.
    pub fn servers_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = ServiceId> + 'a {
        let found = self.certificates.value.iter();
        let certificates = found.flat_map(|found| &found.certificates);
        let named = certificates.filter(move |certificate| certificate.title() == name);
        let servers: BTreeSet<ServiceId> = named
            .flat_map(|certificate| {
                let places = certificate.places.iter();
                let kept = places.filter(|place| place.server.is_some());
                let served = self.serving.of(certificate);
                let served = served.filter(|served| served.answer.chain().is_some());
                kept.filter_map(|place| place.service.clone())
                    .chain(served.filter_map(|served| served.endpoint.service.clone()))
            })
            .collect();
        servers.into_iter()
    }

    /// One of its services.
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == *id)
    }

    /// The containers of a service, by number.
    pub fn containers_of<'a>(
        &'a self,
        service: &'a Service,
    ) -> impl Iterator<Item = &'a Container> {
        service
            .containers
            .iter()
            .filter_map(|id| self.containers.get(id))
    }

    /// The image that a service runs.
    pub fn running_image<'a>(&'a self, service: &'a Service) -> Option<&'a ImageId> {
        let newest = service::newest(self.containers_of(service));
        newest.map(|container| &container.image_id)
    }

    /// What a container uses: the CPU smoothed, the rest as last read. None when it does not run or was not read.
    pub fn usage_of(&self, id: &ContainerId) -> Option<Usage> {
        if !self.containers.get(id)?.is_up() {
            return None;
        }
        let history = self.usage.get(id)?;
        let latest = history.latest().copied().or_else(|| {
            let reading = history.reading()?;
            Some(Usage {
                memory: reading.memory,
                ..Usage::default()
            })
        })?;
        Some(Usage {
            cpu_percent: history.cpu_percent(),
            ..latest
        })
    }

    /// What a service's containers use together; none when nothing was read.
    pub fn usage_of_service(&self, service: &Service) -> Option<Usage> {
        let mut total: Option<Usage> = None;
        for usage in service.containers.iter().filter_map(|id| self.usage_of(id)) {
            let sum = total.get_or_insert_with(Usage::default);
            sum.cpu_percent = match (sum.cpu_percent, usage.cpu_percent) {
                (Some(one), Some(other)) => Some(one + other),
                (one, other) => one.or(other),
            };
            sum.memory = sum.memory + usage.memory;
        }
        total
    }

    /// The container whose network namespace another one uses; none when that is gone.
    pub fn network_owner(&self, container: &Container) -> Option<&Container> {
        let mut all = self.containers.values();
        all.find(|other| container.uses_network_of(other))
    }

    /// The services that mount a volume, by name.
    pub fn users_of_volume(&self, volume: &VolumeId) -> Vec<&Container> {
        self.containers
            .values()
            .filter(|container| {
                let mut mounts = container.mounts.iter();
                !container.only_reads_a_volume()
                    && mounts.any(|mount| mount.name.as_deref() == Some(&*volume.name))
            })
            .collect()
    }

    /// Whether no container runs an image, and it is not kept either.
    pub fn is_unused(&self, image: &Image) -> bool {
        image.keep_tags().next().is_none() && self.users_of_image(image).next().is_none()
    }

    /// For which releases of which services an image is kept: "release 3 of wezm/web".
    pub fn kept_for(&self, image: &Image) -> Vec<String> {
        let said = image.keep_tags().filter_map(|tag| {
            let (path, number) = kept_by_tag(tag)?;
            let is_theirs = |service: &&Service| {
                keep_repository(&service.id)
                    .split_once('/')
                    .map(|(_, own)| own)
                    == Some(path)
            };
            // The tag cannot hold every name; the services that are there know theirs.
            let service = self.services.iter().find(is_theirs);
            let name = service.map_or_else(|| path.to_owned(), |service| service.id.to_string());
            Some(format!("release {number} of {name}"))
        });
        let mut said: Vec<String> = said.collect();
        said.sort_by(|a, b| natural(a, b));
        said
    }

    /// The containers that run an image.
    pub fn users_of_image<'a>(&'a self, image: &'a Image) -> impl Iterator<Item = &'a Container> {
        self.containers
            .values()
            .filter(|container| container.image_id == image.id)
    }
}
