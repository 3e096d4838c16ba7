//! Everything the screen can show. No client, no handle, no clock: they come in as messages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tui_input::Input;

use crate::domain::command::CustomCommand;
use crate::domain::endpoint::Entry;
use crate::domain::permission::{permission_in_volume, permission_on_host, permission_on_project};
use crate::domain::{
    ActionName, Certificate, ContainerId, Finding, HostId, ImageId, Job, JobId, ListeningId,
    NetworkId, Permission, Preferences, ProjectId, Request, ServiceId, Setting, Snooze, StorageId,
    Target, Thresholds, Urgency, VolumeId, Watched, permission,
};
use crate::keymap::{Key, Keymap};
use crate::logs::Budget;
use crate::logs::watch::Watch;

use super::browser::Browser;
use super::detail::Detail;
use super::events::Events;
use super::findings::{Snoozed, Witness};
use super::host::Host;
use super::list::ListCursor;
use super::log_view::LogView;
use super::logged::Logged;
use super::overlay::Overlay;
use super::palette::Choice;
use super::region::{Held, Regions};
use super::remembered::Remembered;
use super::themes::{AUTO, ThemeEntry};
use super::toast::Toast;
use super::view::{CertificateOrder, ImageOrder, ImagePart, NetworkPart, Pane, ServiceOrder, View};

/// What the user set that the model has to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The keys.
    pub keymap: Keymap,
    /// The order of services at the start.
    pub order: ServiceOrder,
    /// How much of a log is kept.
    pub log_budget: Budget,
    /// How many lines of history a log starts with.
    pub log_tail: usize,
    /// Lines of logs that are worth a finding; none is what is built in.
    pub log_watch: Option<Arc<Watch>>,
    /// Whether the mouse is used at the start.
    pub mouse: bool,
    /// The theme at the start, or `auto`.
    pub theme: String,
    /// The themes there are.
    pub themes: Vec<ThemeEntry>,
    /// Commands of the user's own; an action names one by its place here.
    pub commands: Vec<CustomCommand>,
    /// What is wanted of services.
    pub preferences: Preferences,
    /// How often registries are asked for updates; none is only when somebody wants to know.
    pub updates: Option<SignedDuration>,
    /// Where certificates are served besides what containers tell, as the first host sees it.
    pub endpoints: Vec<Entry>,
    /// From when on certificates are due, a warning, critical.
    pub thresholds: Thresholds,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keymap: Keymap::default(),
            order: ServiceOrder::default(),
            log_budget: Budget::default(),
            log_tail: 1_000,
            log_watch: None,
            mouse: true,
            theme: AUTO.to_owned(),
            themes: vec![ThemeEntry::auto()],
            commands: Vec::new(),
            preferences: Preferences::default(),
            updates: Some(SignedDuration::from_hours(6)),
            endpoints: Vec::new(),
            thresholds: Thresholds::default(),
        }
    }
}

/// A row of the services view.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceRow {
    /// The heading of a project; it folds.
    Project(ProjectId),
    /// The heading of the containers that belong to no project.
    Lone(HostId),
    /// A service; it opens when it has more than one container.
    Service(ServiceId),
    /// A container of an opened service.
    Container(ContainerId),
}

/// A list with its cursor and what it is narrowed to.
#[derive(Debug)]
pub struct ListView<K> {
    /// The rows that are left, in order. Made anew whenever what they show changes.
    pub rows: Vec<K>,
    /// Where one is in it.
    pub cursor: ListCursor<K>,
    /// The filter being typed; none when it is not.
    pub input: Option<Input>,
    /// The filter in force.
    pub filter: String,
    /// Whether only what has a problem is listed.
    pub only_problems: bool,
}

impl<K> Default for ListView<K> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            cursor: ListCursor::default(),
            input: None,
            filter: String::new(),
            only_problems: false,
        }
    }
}

impl<K: PartialEq + Clone> ListView<K> {
    /// Takes in changed rows; the cursor stays on its row.
    pub fn set(&mut self, rows: Vec<K>) {
        self.rows = rows;
        self.cursor.settle(&self.rows);
    }
}

/// Everything the screen can show.
#[derive(Debug)]
pub struct Model {
    /// What the user set.
    pub settings: Settings,
    /// Now, as of the last tick.
    pub now: Timestamp,
    /// Where the user's clock stands.
    pub zone: TimeZone,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The hosts, in the order they were named.
    pub hosts: Vec<Host>,
    /// The view on screen.
    pub view: View,
    /// The view to come back to from the full-screen log.
    pub came_from: View,
    /// Which half of it the keys go to.
    pub pane: Pane,
    /// The services view.
    pub services: ListView<ServiceRow>,
    /// The projects that are folded.
    pub folded: BTreeSet<ServiceRow>,
    /// The services whose containers are listed.
    pub opened: BTreeSet<ServiceId>,
    /// The services that are marked.
    pub marked: BTreeSet<ServiceId>,
    /// What services are sorted by.
    pub order: ServiceOrder,
    /// What certificates are sorted by.
    pub certificate_order: CertificateOrder,
    /// The detail pane of the services view.
    pub detail: Detail,
    /// The detail panes of the other views: the first row shown.
    pub scroll: usize,
    /// The certificates view: SHA-256 fingerprints.
    pub certificates: ListView<String>,
    /// The volumes view.
    pub volumes: ListView<StorageId>,
    /// The images view.
    pub images: ListView<(HostId, ImageId)>,
    /// The order of images.
    pub image_order: ImageOrder,
    /// The same view: the entries of the build cache, by their ids.
    pub cache: ListView<(HostId, Arc<str>)>,
    /// Which of the two is shown.
    pub image_part: ImagePart,
    /// The networks view: its networks.
    pub networks: ListView<(HostId, NetworkId)>,
    /// The same view: the ports of the hosts.
    pub ports: ListView<ListeningId>,
    /// Which of the two it shows.
    pub network_part: NetworkPart,
    /// The hosts view.
    pub host_rows: ListView<HostId>,
    /// The events view.
    pub events: Events,
    /// The jobs, the newest first.
    pub jobs: Vec<Job>,
    /// Whether the records were asked for what was done before.
    pub history_asked: bool,
    /// The jobs view.
    pub job_rows: ListView<JobId>,
    /// The logs view and the logs tab.
    pub logs: LogView,
    /// What was in logs that somebody should know of.
    pub logged: Logged,
    /// What needs somebody, the worst first.
    pub findings: Vec<Finding>,
    /// What somebody wants to hear of later, in the same order.
    pub snoozed: Vec<Snoozed>,
    /// What is not to be told for a while, by the id of the finding.
    pub snoozes: BTreeMap<String, Snooze>,
    /// What is known of when findings began.
    pub witness: Witness,
    /// The files that are looked through, in place of the view.
    pub browser: Option<Browser>,
    /// What was last chosen in the palette, the newest last.
    pub recent: Vec<Choice>,
    /// The keys that were pressed of a sequence.
    pub typed: Vec<Key>,
    /// What lies over the view.
    pub overlay: Option<Overlay>,
    /// Short messages, the newest last.
    pub toasts: Vec<Toast>,
    /// Whether mouse events are wanted.
    pub mouse: bool,
    /// The theme that is shown, or `auto`.
    pub theme: String,
    /// What was chosen on screen.
    pub remembered: Remembered,
    /// What of it was last told to be kept.
    pub kept: Remembered,
    /// What the last frame drew where.
    pub regions: Regions,
    /// What the runtime was last told to read counters of.
    pub watched: Vec<Watched>,
    /// The id for the next job.
    pub next_job: u64,
    /// What the mouse holds.
    pub held: Option<Held>,
    /// When something was last clicked, and what: a second click soon after goes in.
    pub clicked: Option<(Timestamp, usize)>,
}

impl Model {
    /// A dashboard that knows its hosts by name and nothing else yet.
    pub fn new(settings: Settings, hosts: Vec<Host>, now: Timestamp, zone: TimeZone) -> Self {
        let mut model = Self {
            now,
            zone,
            size: (80, 24),
            view: View::Services,
            came_from: View::Services,
            pane: Pane::List,
            services: ListView::default(),
            folded: BTreeSet::new(),
            opened: BTreeSet::new(),
            marked: BTreeSet::new(),
            order: settings.order,
            certificate_order: CertificateOrder::default(),
            detail: Detail::default(),
            scroll: 0,
            certificates: ListView::default(),
            volumes: ListView::default(),
            images: ListView::default(),
            image_order: ImageOrder::default(),
            cache: ListView::default(),
            image_part: ImagePart::default(),
            networks: ListView::default(),
            ports: ListView::default(),
            network_part: NetworkPart::default(),
            host_rows: ListView::default(),
            events: Events::default(),
            jobs: Vec::new(),
            history_asked: false,
            job_rows: ListView::default(),
            logs: LogView::new(settings.log_budget),
            logged: Logged::new(settings.log_watch.clone()),
            findings: Vec::new(),
            snoozed: Vec::new(),
            snoozes: BTreeMap::new(),
            witness: Witness::default(),
            browser: None,
            recent: Vec::new(),
            typed: Vec::new(),
            overlay: None,
            toasts: Vec::new(),
            mouse: settings.mouse,
            theme: settings.theme.clone(),
            remembered: Remembered::default(),
            kept: Remembered::default(),
            regions: Regions::default(),
            watched: Vec::new(),
            next_job: 1,
            held: None,
            clicked: None,
            settings,
            hosts,
        };
        model
            .host_rows
            .set(model.hosts.iter().map(|host| host.id.clone()).collect());
        model
    }

    /// Takes up what was chosen the last time.
    pub fn recall(&mut self, remembered: Remembered) {
        self.theme = remembered.theme(&self.settings.theme);
        self.order = remembered.service_order(self.settings.order);
        self.certificate_order = remembered.certificates.unwrap_or_default();
        self.image_order = remembered.images.unwrap_or_default();
        self.folded.clone_from(&remembered.folded);
        self.kept = remembered.clone();
        self.remembered = remembered;
    }

    /// A host by its id.
    pub fn host(&self, id: &HostId) -> Option<&Host> {
        self.hosts.iter().find(|host| host.id == *id)
    }

    /// A host by its id, to change it.
    pub fn host_mut(&mut self, id: &HostId) -> Option<&mut Host> {
        self.hosts.iter_mut().find(|host| host.id == *id)
    }

    /// Whether a service may be acted upon.
    pub fn permission(&self, id: &ServiceId) -> Permission {
        let host = self.host(&id.host);
        let service = host.and_then(|host| Some((host, host.service(id)?)));
        let containers = service.into_iter().flat_map(|(h, s)| h.containers_of(s));
        let labels = containers.map(|container| &container.labels);
        permission(&self.settings.preferences, id, labels)
    }

    /// Whether what is asked for may be done. What is done about a certificate touches also those that serve it: when
    /// one of those wants to be asked, so does the whole. (What is read-only is for the plan to refuse, which knows.)
    pub fn permission_for(&self, request: &Request) -> Permission {
        if request.action.only_reads() {
            return Permission::Given;
        }
        let service = match &request.target {
            Target::Service(service) => service,
            Target::Project(project) => return self.permission_on_project(project),
            Target::Volume(volume) if request.action == ActionName::CopyIn => {
                return self.permission_in_volume(volume);
            }
            Target::Volume(_) | Target::Image(_) | Target::Host(_) => {
                return permission_on_host(&self.settings.preferences, request.target.host());
            }
        };
        let own = self.permission(service);
        let (Some(wanted), Permission::Given) = (&request.certificate, &own) else {
            return own;
        };
        let host = self.host(&service.host);
        let servers = host
            .into_iter()
            .flat_map(|host| host.servers_of(&wanted.certificate));
        let mut asks = servers.filter_map(|server| match self.permission(&server) {
            Permission::Ask(setting) => Some(Setting::Of(Box::new(setting), server)),
            Permission::Given | Permission::Refused(_) => None,
        });
        asks.next().map_or(own, Permission::Ask)
    }

    /// Whether a project may be acted upon: as the strictest of its services.
    pub fn permission_on_project(&self, id: &ProjectId) -> Permission {
        let services = self.services_of(id).into_iter();
        permission_on_project(services.map(|id| {
            let permission = self.permission(&id);
            (id, permission)
        }))
    }

    /// Whether something may be written into a volume: as the strictest of its host and of the services that mount it.
    fn permission_in_volume(&self, id: &VolumeId) -> Permission {
        let containers = self.host(&id.host).into_iter();
        let containers = containers.flat_map(|host| host.containers.values());
        permission_in_volume(&self.settings.preferences, id, containers)
    }

    /// How urgent a certificate is.
    pub fn urgency(&self, certificate: &Certificate) -> Urgency {
        certificate.urgency(&self.settings.thresholds, self.now)
    }

    /// A job by its id.
    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id == id)
    }

    /// The jobs that have not ended.
    pub fn running_jobs(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter().filter(|job| job.outcome().is_none())
    }
}
