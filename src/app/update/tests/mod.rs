//! The whole dashboard without a terminal and an engine: press keys, tell what hosts answer, read the model and what it
//! wants done.

mod browser;
mod certificate;
mod commands;
mod edit;
mod events;
mod findings;
mod freshness;
mod jobs;
mod lists;
mod log_history;
mod logs;
mod networks;
mod policies;
mod projects;
mod prune;
mod releases;
mod served;
mod stale;
mod themes;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::update;
use crate::app::effect::Effect;
use crate::app::host::Host;
use crate::app::model::{Model, ServiceRow, Settings};
use crate::app::msg::{HostMsg, Msg};
use crate::app::region::Regions;
use crate::domain::{
    ComposeIdentity, Container, ContainerDetail, ContainerId, ContainerState, Health, HostId,
    Request, ServiceId,
};

pub(super) struct App {
    pub(super) model: Model,
    /// What was wanted since it was last looked at.
    pub(super) wanted: Vec<Effect>,
}

pub(super) fn host() -> HostId {
    HostId::from("local")
}

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

pub(super) fn id(name: &str) -> ContainerId {
    ContainerId::from(&format!("{name:0<64}"))
}

pub(super) fn service(project: Option<&str>, name: &str) -> ServiceId {
    ServiceId {
        host: host(),
        project: project.map(Arc::from),
        name: Arc::from(name),
    }
}

/// A running container; `project/service` or a lone name.
pub(super) fn container(path: &str) -> Container {
    let (project, name) = match path.split_once('/') {
        Some((project, name)) => (Some(project), name),
        None => (None, path),
    };
    // `web#2` is the second container of the service `web`.
    let (service, number) = name.split_once('#').unwrap_or((name, "1"));
    let labels: BTreeMap<String, String> = project
        .map(|project| {
            [
                ("project", project),
                ("service", service),
                ("container-number", number),
            ]
            .map(|(key, value)| (format!("com.docker.compose.{key}"), value.to_owned()))
            .into()
        })
        .unwrap_or_default();
    Container {
        id: id(name),
        host: host(),
        name: name.into(),
        image: Arc::from("busybox:1"),
        image_id: "sha256:1".into(),
        command: String::new(),
        created: at(0),
        state: ContainerState::Running,
        health: Health::None,
        status: "Up".to_owned(),
        compose: ComposeIdentity::from_labels(&labels),
        labels,
        ports: Vec::new(),
        mounts: Vec::new(),
        networks: Vec::new(),
        network_of: None,
        detail: Some(Arc::new(ContainerDetail {
            started_at: Some(at(0)),
            ..Default::default()
        })),
    }
}

/// The same, ended with this code.
pub(super) fn ended(path: &str, code: i64) -> Container {
    let mut container = container(path);
    container.state = ContainerState::Exited;
    container.detail = Some(Arc::new(ContainerDetail {
        started_at: Some(at(0)),
        finished_at: Some(at(5)),
        exit_code: Some(code),
        ..Default::default()
    }));
    container
}

impl App {
    /// A dashboard that is connected and has these containers.
    pub(super) fn with(containers: Vec<Container>) -> Self {
        let hosts = vec![Host::new(host(), "unix:///var/run/docker.sock".to_owned())];
        let model = Model::new(Settings::default(), hosts, at(0), TimeZone::UTC);
        let mut app = Self {
            model,
            wanted: Vec::new(),
        };
        app.connect(containers);
        app
    }

    pub(super) fn connect(&mut self, containers: Vec<Container>) {
        self.host(HostMsg::Connected);
        self.host(HostMsg::Listed(containers));
        self.draw();
    }

    pub(super) fn tell(&mut self, message: Msg) {
        self.wanted.extend(update(&mut self.model, message));
    }

    pub(super) fn host(&mut self, message: HostMsg) {
        self.tell(Msg::Host(host(), message));
    }

    /// A frame of 20 rows.
    pub(super) fn draw(&mut self) {
        let regions = Regions {
            list_rows: 20,
            detail_rows: 20,
            detail_most: 100,
            log_rows: 20,
            log_width: 40,
            ..Regions::default()
        };
        self.tell(Msg::Drawn(regions));
    }

    /// Presses keys as they are written in the key table, separated by spaces.
    pub(super) fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            self.tell(Msg::Key(key.parse().unwrap()));
        }
        self
    }

    pub(super) fn tick(&mut self, seconds: i64) {
        self.tell(Msg::Tick(
            self.model.now + SignedDuration::from_secs(seconds),
        ));
    }

    /// The jobs that were wanted since the last look; forgets all that was.
    pub(super) fn started(&mut self) -> Vec<Request> {
        let effects = self.effects().into_iter();
        effects
            .filter_map(|effect| match effect {
                Effect::StartJob { request, .. } => Some(request),
                _ => None,
            })
            .collect()
    }

    /// What was wanted since the last look, and forgets it.
    pub(super) fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.wanted)
    }

    /// The rows of the services view as text: `+` a heading, then services, then `- ` containers.
    pub(super) fn rows(&self) -> Vec<String> {
        let text = |row: &ServiceRow| match row {
            ServiceRow::Project(project) => format!("+{}", project.name),
            ServiceRow::Lone(_) => "+lone".to_owned(),
            ServiceRow::Service(id) => id.name.to_string(),
            ServiceRow::Container(id) => format!("- {}", id.as_str().trim_end_matches('0')),
        };
        self.model.services.rows.iter().map(text).collect()
    }

    pub(super) fn selected(&self) -> String {
        self.rows()[self.model.services.cursor.index].clone()
    }
}
