//! A believable personal server at a fixed moment, for the tests of reducer and screen.
//!
//! Project `wezm`: hitch, varnish, nginx, wizards (dies and is restarted), db (unhealthy), certbot (ended well).
//! Project `files`: syncthing, nextcloud (2 containers), tunnel (uses the network of nextcloud). Alone: lego.

#![allow(clippy::missing_panics_doc)] // Only tests come here.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    ActionName, ByteSize, Certificate, CertificatePlace, ComposeIdentity, Container,
    ContainerDetail, ContainerId, ContainerState, Counters, EngineKind, EnvVar, Failure, Gate,
    Health, HealthProbe, HostId, HostInfo, Image, ImageId, Job, JobEvent, JobId, LogStream, Mount,
    MountKind, NetworkAttachment, NetworkOf, Operation, Outcome, Plan, Port, Protocol, RawLogLine,
    ServiceId, Step, StepKind, StreamId, Target, Volume, VolumeId,
};
use crate::logs;

use super::host::{CertificatesFound, Unreadable};
use super::log_view::LogSource;
use super::model::{Model, Settings};
use super::view::View;
use super::{Connection, Host, findings, rows};

/// The fixed moment: 2026-06-01 at 12:04:05 in Brisbane.
pub fn now() -> Timestamp {
    "2026-06-01T02:04:05Z".parse().unwrap()
}

/// So long before the fixed moment.
pub fn ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

/// The user's zone: ten hours east, so that UTC would be noticed.
pub fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(10))
}

/// The id that a container of this name has here.
pub fn container_id(name: &str) -> ContainerId {
    ContainerId::from(&hex(name))
}

/// The id of a service of the first host.
pub fn service_id(project: Option<&str>, name: &str) -> ServiceId {
    ServiceId {
        host: HostId::from("home"),
        project: project.map(Arc::from),
        name: Arc::from(name),
    }
}

/// A dashboard that shows the server, freshly opened.
pub fn model() -> Model {
    let mut model = bare();
    model.hosts = vec![host()];
    settle(&mut model);
    model
}

/// A dashboard that just started: connecting, nothing known.
pub fn bare() -> Model {
    let id = HostId::from("home");
    let host = Host::new(id, "unix:///var/run/docker.sock".to_owned());
    Model::new(Settings::default(), vec![host], now(), zone())
}

/// Makes rows and findings anew after hosts were changed by hand.
pub fn settle(model: &mut Model) {
    model.findings = findings::findings(&model.hosts, model.now);
    for view in View::ALL {
        rows::refresh(model, view);
    }
}

/// The server itself.
pub fn host() -> Host {
    let mut host = Host::new(
        HostId::from("home"),
        "unix:///var/run/docker.sock".to_owned(),
    );
    host.connection = Connection::Connected { since: ago(3_600) };
    host.listed = true;
    host.info = Some(HostInfo {
        engine: EngineKind::Docker,
        version: "28.5.1".to_owned(),
        api_version: "1.51".to_owned(),
        name: "home".to_owned(),
        operating_system: "Debian GNU/Linux 13 (trixie)".to_owned(),
        kernel: "6.12.48+deb13-amd64".to_owned(),
        architecture: "x86_64".to_owned(),
        cpus: 4,
        memory: ByteSize(8 << 30),
        data_root: "/var/lib/docker".to_owned(),
    });
    for container in containers() {
        host.containers.insert(container.id.clone(), container);
    }
    host.regroup();
    use_resources(&mut host);
    host.volumes.answer(Ok(volumes()), ago(20));
    let sizes = [
        ("wezm_pgdata", 1_932_735_283),
        ("files_nextcloud", 48_318_382_080),
        ("files_syncthing", 12_348_030_976),
        ("wezm_certs", 61_440),
        ("wezm_mattermost", 734_003_200),
        (ANONYMOUS, 8_192),
    ];
    let sizes: HashMap<VolumeId, ByteSize> = sizes
        .into_iter()
        .map(|(name, size)| (volume_id(name), ByteSize(size)))
        .collect();
    host.volume_sizes.answer(Ok(sizes), ago(300));
    host.images.answer(Ok(images()), ago(20));
    host.certificates.answer(Ok(certificates()), ago(60));
    host
}

const ANONYMOUS: &str = "9f2c4e6a8b0d1f3a5c7e9b1d3f5a7c9e0b2d4f6a8c0e1a3b5c7d9e1f3a5b7c9d";

/// Something a container is made of, changed from what is usual.
struct Made {
    container: Container,
    detail: ContainerDetail,
}

fn made(project: Option<&str>, service: &str, image: &str) -> Made {
    let name = project.map_or_else(
        || service.to_owned(),
        |project| format!("{project}-{service}-1"),
    );
    let container = Container {
        id: container_id(&name),
        host: HostId::from("home"),
        name: Arc::from(name.as_str()),
        image: Arc::from(image),
        image_id: ImageId::from(&format!("sha256:{}", hex(image))),
        command: format!("/usr/sbin/{service}"),
        created: ago(9 * 86_400),
        state: ContainerState::Running,
        health: Health::None,
        status: "Up 2 days".to_owned(),
        labels: BTreeMap::new(),
        ports: Vec::new(),
        mounts: Vec::new(),
        networks: Vec::new(),
        network_of: None,
        compose: project.map(|project| ComposeIdentity {
            project: project.to_owned(),
            service: service.to_owned(),
            number: 1,
            one_off: false,
            working_dir: Some(format!("/srv/{project}")),
            config_files: vec![format!("/srv/{project}/compose.yaml")],
            env_files: vec![format!("/srv/{project}/.env")],
            config_hash: Some(hex(service)),
            depends_on: Vec::new(),
        }),
        detail: None,
    };
    let detail = ContainerDetail {
        pid: Some(4_321),
        started_at: Some(ago(2 * 86_400 + 500)),
        restart_policy: "unless-stopped".to_owned(),
        entrypoint: vec!["/docker-entrypoint.sh".to_owned()],
        command: vec![service.to_owned()],
        working_dir: "/".to_owned(),
        log_driver: "json-file".to_owned(),
        env: env(&[(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        )]),
        networks: project
            .map(|project| NetworkAttachment {
                name: format!("{project}_default"),
                address: Some("172.18.0.4".to_owned()),
                aliases: vec![service.to_owned()],
            })
            .into_iter()
            .collect(),
        ..ContainerDetail::default()
    };
    Made { container, detail }
}

impl Made {
    fn port(mut self, published: Option<u16>, container: u16) -> Self {
        self.container.ports.push(Port {
            address: published.map(|_| "0.0.0.0".parse().unwrap()),
            published,
            container,
            protocol: Protocol::Tcp,
        });
        self
    }

    fn volume(mut self, name: &str, path: &str, read_only: bool) -> Self {
        self.container.mounts.push(Mount {
            kind: MountKind::Volume,
            name: Some(name.to_owned()),
            source: format!("/var/lib/docker/volumes/{name}/_data"),
            destination: path.to_owned(),
            read_only,
        });
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Container, &mut ContainerDetail)) -> Self {
        change(&mut self.container, &mut self.detail);
        self
    }

    fn done(mut self) -> Container {
        self.container.detail = Some(Arc::new(self.detail));
        self.container
    }
}

fn containers() -> Vec<Container> {
    let wezm = Some("wezm");
    let files = Some("files");
    let nextcloud = made(files, "nextcloud", "nextcloud:31-apache")
        .port(Some(8080), 80)
        .volume("files_nextcloud", "/var/www/html", false);
    let second = made(files, "nextcloud", "nextcloud:31-apache")
        .volume("files_nextcloud", "/var/www/html", false)
        .with(|container, _| {
            container.name = Arc::from("files-nextcloud-2");
            container.id = container_id("files-nextcloud-2");
            if let Some(compose) = &mut container.compose {
                compose.number = 2;
            }
        });
    vec![
        made(wezm, "hitch", "hitch:1.8")
            .port(Some(443), 443)
            .volume("wezm_certs", "/etc/hitch/cert.d", true)
            .done(),
        made(wezm, "varnish", "varnish:7.7-alpine")
            .port(None, 8443)
            .done(),
        made(
            wezm,
            "nginx",
            "ghcr.io/wezm/website/nginx-with-brotli:2026.05.28",
        )
        .port(Some(80), 80)
        .with(|container, detail| {
            container.health = Health::Healthy;
            detail.started_at = Some(ago(5 * 3_600 + 60));
        })
        .done(),
        wizards(),
        db(),
        made(wezm, "certbot", "certbot/certbot:v5.1.0")
            .with(|container, detail| {
                container.state = ContainerState::Exited;
                container.status = "Exited (0) 3 hours ago".to_owned();
                detail.exit_code = Some(0);
                detail.finished_at = Some(ago(3 * 3_600));
                detail.restart_policy = "no".to_owned();
            })
            .done(),
        made(files, "syncthing", "syncthing/syncthing:1.30")
            .port(Some(22_000), 22_000)
            .volume("files_syncthing", "/var/syncthing", false)
            .done(),
        nextcloud.done(),
        second.done(),
        made(files, "tunnel", "wireguard:1.0")
            .with(|container, detail| {
                container.network_of =
                    Some(NetworkOf::Container(container_id("files-nextcloud-1")));
                detail.networks.clear();
            })
            .done(),
        made(None, "lego", "goacme/lego:v4.27.0")
            .volume("wezm_certs", "/etc/hitch/cert.d", false)
            .with(|_, detail| {
                detail.env = env(&[
                    ("LEGO_PATH", "/data/lego"),
                    ("GANDIV5_PERSONAL_ACCESS_TOKEN", "7f8c2d9e-not-shown"),
                    ("LEGO_EMAIL", "me@example.org"),
                ]);
            })
            .done(),
    ]
}

fn wizards() -> Container {
    made(
        Some("wezm"),
        "wizards",
        "mattermost/mattermost-team-edition:10.8.1",
    )
    .volume("wezm_mattermost", "/mattermost/data", false)
    .with(|container, detail| {
        container.state = ContainerState::Restarting;
        container.status = "Restarting (137) 4 seconds ago".to_owned();
        detail.pid = None;
        detail.started_at = Some(ago(8));
        detail.finished_at = Some(ago(4));
        detail.exit_code = Some(137);
        detail.oom_killed = true;
        detail.restarts = 4;
        detail.memory_limit = Some(ByteSize(512 << 20));
        detail.user = "2000".to_owned();
    })
    .done()
}

fn db() -> Container {
    made(Some("wezm"), "db", "postgres:17.5")
        .port(None, 5432)
        .volume("wezm_pgdata", "/var/lib/postgresql/data", false)
        .with(|container, detail| {
            container.health = Health::Unhealthy;
            container
                .labels
                .insert("topside.gate".to_owned(), "healthy".to_owned());
            detail.has_health_check = true;
            detail.env = env(&[
                ("POSTGRES_USER", "wizards"),
                ("POSTGRES_PASSWORD", "correct horse battery staple"),
                ("POSTGRES_DB", "mattermost"),
                ("PGDATA", "/var/lib/postgresql/data"),
            ]);
            detail.health_log = (0..3)
                .map(|n| HealthProbe {
                    at: Some(ago(70 - 30 * n)),
                    exit_code: i64::from(n > 0),
                    output: if n > 0 {
                        "/var/run/postgresql:5432 - no response".to_owned()
                    } else {
                        "/var/run/postgresql:5432 - accepting connections".to_owned()
                    },
                })
                .collect();
        })
        .done()
}

/// Readings over the last minutes, each container with a shape of its own.
fn use_resources(host: &mut Host) {
    let uses = [
        ("wezm-hitch-1", 3.0, 21),
        ("wezm-varnish-1", 11.0, 256),
        ("wezm-nginx-1", 24.0, 38),
        ("wezm-db-1", 130.0, 412),
        ("files-syncthing-1", 46.0, 187),
        ("files-nextcloud-1", 320.0, 341),
        ("files-nextcloud-2", 95.0, 298),
        ("files-tunnel-1", 2.0, 6),
        ("lego", 0.4, 12),
    ];
    for (name, busy, mebibytes) in uses {
        let mut counters = Counters {
            at: ago(0),
            cpu_nanos: 0,
            memory: ByteSize(mebibytes << 20),
            memory_limit: Some(ByteSize(8 << 30)),
            received: Some(0),
            sent: Some(0),
            disk_read: Some(0),
            disk_written: Some(0),
            pids: Some(7),
        };
        let history = host.usage.entry(container_id(name)).or_default();
        for n in 0..120_u32 {
            // A wave, a little noise, and a peak a while ago: the same at every run.
            let wave = 1.0 + 0.6 * (f64::from(n) / 9.0).sin() + 0.2 * f64::from(n * 7 % 5);
            let peak = if (60..72).contains(&n) { 2.6 } else { 1.0 };
            let load = wave * peak;
            counters.at = ago(i64::from(119 - n) * 2);
            counters.cpu_nanos += (load * busy * 2e6) as u64;
            counters.memory = ByteSize(((mebibytes << 20) as f64 * (0.9 + 0.06 * wave)) as u64);
            for (counter, scale) in [
                (&mut counters.received, 9_000.0),
                (&mut counters.sent, 41_000.0),
                (&mut counters.disk_read, 2_000.0),
                (&mut counters.disk_written, 15_000.0),
            ] {
                *counter = counter.map(|before| before + (load * busy * scale) as u64 / 20);
            }
            history.push(counters);
        }
    }
}

fn volume_id(name: &str) -> VolumeId {
    VolumeId {
        host: HostId::from("home"),
        name: Arc::from(name),
    }
}

fn volumes() -> Vec<Volume> {
    let names = [
        "files_nextcloud",
        "files_syncthing",
        "wezm_certs",
        "wezm_mattermost",
        "wezm_pgdata",
        "old_blog",
        ANONYMOUS,
    ];
    names
        .into_iter()
        .map(|name| Volume {
            id: volume_id(name),
            driver: "local".to_owned(),
            mountpoint: format!("/var/lib/docker/volumes/{name}/_data"),
            created: Some(ago(90 * 86_400)),
            labels: name
                .split_once('_')
                .map(|(project, volume)| {
                    BTreeMap::from([
                        ("com.docker.compose.project".to_owned(), project.to_owned()),
                        ("com.docker.compose.volume".to_owned(), volume.to_owned()),
                    ])
                })
                .unwrap_or_default(),
            options: BTreeMap::new(),
        })
        .collect()
}

fn images() -> Vec<Image> {
    let image = |tag: &str, mebibytes: u64, days: i64| Image {
        host: HostId::from("home"),
        id: ImageId::from(&format!("sha256:{}", hex(tag))),
        tags: vec![tag.to_owned()],
        digests: vec![format!(
            "{}@sha256:{}",
            tag.split(':').next().unwrap_or(tag),
            hex(&tag.repeat(2))
        )],
        size: ByteSize(mebibytes << 20),
        created: ago(days * 86_400),
    };
    let mut dangling = image("hitch:1.7", 31, 200);
    dangling.tags.clear();
    dangling.digests.clear();
    vec![
        image("hitch:1.8", 32, 40),
        image("varnish:7.7-alpine", 118, 33),
        image("ghcr.io/wezm/website/nginx-with-brotli:2026.05.28", 62, 4),
        image("mattermost/mattermost-team-edition:10.8.1", 871, 21),
        image("postgres:17.5", 438, 24),
        image("certbot/certbot:v5.1.0", 153, 12),
        image("syncthing/syncthing:1.30", 51, 30),
        image("nextcloud:31-apache", 1_312, 9),
        image("wireguard:1.0", 14, 300),
        image("goacme/lego:v4.27.0", 48, 55),
        dangling,
    ]
}

fn certificates() -> CertificatesFound {
    let certificate = |names: &[&str], issuer: &str, lifetime: i64, left: i64| Certificate {
        sha256: hex(names[0]),
        common_name: None,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        issuer: issuer.to_owned(),
        serial: hex(names[0])[..36].to_owned(),
        not_before: ago((lifetime - left) * 3_600),
        not_after: ago(-left * 3_600),
        self_signed: false,
        places: [("hitch", "wezm-hitch-1"), ("lego", "lego")]
            .into_iter()
            .map(|(service, container)| CertificatePlace {
                host: HostId::from("home"),
                service: service_id((service == "hitch").then_some("wezm"), service),
                container: Arc::from(container),
                path: format!("/etc/hitch/cert.d/{}.pem", names[0]),
                mounted_from: Some("wezm_certs".to_owned()),
            })
            .collect(),
    };
    let mut own = certificate(&["nas.home.arpa"], "nas.home.arpa", 3_650 * 24, 2_900 * 24);
    own.self_signed = true;
    CertificatesFound {
        certificates: vec![
            certificate(&["old.example.org"], "R12", 90 * 24, -50),
            certificate(
                &["wizards.example.org", "mattermost.example.org"],
                "R12",
                90 * 24,
                6 * 24 + 3,
            ),
            certificate(&["files.example.org"], "E7", 160, 70),
            certificate(
                &[
                    "www.example.org",
                    "example.org",
                    "cdn.example.org",
                    "a-name-that-is-longer-than-names-should-be.example.org",
                ],
                "R13",
                90 * 24,
                62 * 24,
            ),
            own,
        ],
        unreadable: vec![Unreadable {
            container: Arc::from("wezm-certbot-1"),
            path: "/etc/letsencrypt/live".to_owned(),
            why: "permission denied".to_owned(),
        }],
    }
}

/// The jobs view with one job running, one done, one failed.
pub fn add_jobs(model: &mut Model) {
    model.jobs = vec![running_job(), failed_job(), done_job()];
    model.next_job = 4;
    rows::refresh(model, View::Jobs);
}

/// The plan of a redeploy.
pub fn plan(name: &str) -> Plan {
    let service = service_id(Some("wezm"), name);
    let project = crate::domain::plan::ComposeProject {
        name: "wezm".to_owned(),
        working_dir: "/srv/wezm".to_owned(),
        files: vec!["/srv/wezm/compose.yaml".to_owned()],
        env_files: Vec::new(),
    };
    let step = |title: &str, operation, kind| Step {
        title: title.to_owned(),
        operation,
        kind,
    };
    let pull = Operation::ComposePull {
        project: project.clone(),
        service: name.to_owned(),
    };
    let up = Operation::ComposeUp {
        project,
        service: name.to_owned(),
        scale: None,
    };
    let gate = Operation::Gate {
        service: service.clone(),
        gate: Gate::Running {
            grace: std::time::Duration::from_secs(10),
            timeout: std::time::Duration::from_secs(120),
            at_least: 1,
        },
    };
    Plan {
        action: ActionName::Redeploy,
        target: Target {
            containers: vec![container_id(&format!("wezm-{name}-1"))],
            service,
        },
        steps: vec![
            step(&format!("pull {name}"), pull, StepKind::Cancellable),
            step(&format!("bring up {name}"), up, StepKind::Committing),
            step("watch until it runs", gate, StepKind::Cancellable),
        ],
        notes: vec!["wezm/varnish uses its network and is brought up after it".to_owned()],
    }
}

fn started(step: usize, seconds: i64) -> JobEvent {
    JobEvent::StepStarted {
        step,
        at: ago(seconds),
    }
}

fn done(step: usize, seconds: i64) -> JobEvent {
    JobEvent::StepDone {
        step,
        at: ago(seconds),
    }
}

fn running_job() -> Job {
    let mut job = Job::new(JobId(3), "redeploy wezm/nginx".to_owned(), ago(14));
    let output = |line: &str| JobEvent::Output {
        line: line.to_owned(),
    };
    for event in [
        JobEvent::Planned {
            plan: plan("nginx"),
        },
        started(0, 14),
        output("nginx Pulling"),
        output("4f4fb700ef54 Already exists"),
        JobEvent::Progress {
            line: "8c5b5f1a2e77 Downloading 12.4MB/31.0MB".to_owned(),
        },
    ] {
        job.apply(event);
    }
    job
}

fn failed_job() -> Job {
    let mut job = Job::new(JobId(2), "redeploy wezm/wizards".to_owned(), ago(700));
    let failure = Failure::new(
        "redeploy wezm/wizards",
        "wezm-wizards-1 was killed for want of memory 9 s after its start",
    )
    .hint("raise its memory limit of 512M, or look at its log");
    for event in [
        JobEvent::Planned {
            plan: plan("wizards"),
        },
        started(0, 700),
        done(0, 660),
        started(1, 660),
        done(1, 655),
        started(2, 655),
        JobEvent::Finished {
            outcome: Outcome::Failed {
                failure,
                log: vec![
                    "{\"level\":\"info\",\"msg\":\"Server is initializing...\"}".to_owned(),
                    "{\"level\":\"info\",\"msg\":\"Loading plugins\"}".to_owned(),
                ],
            },
            at: ago(640),
        },
    ] {
        job.apply(event);
    }
    job
}

fn done_job() -> Job {
    let mut job = Job::new(JobId(1), "restart files/syncthing".to_owned(), ago(7_300));
    job.apply(JobEvent::Finished {
        outcome: Outcome::Done {
            summary: "files-syncthing-1 runs and did not restart for 10 s".to_owned(),
        },
        at: ago(7_285),
    });
    job
}

/// The log of nextcloud's two containers, followed.
pub fn add_logs(model: &mut Model) {
    let view = &mut model.logs;
    view.stream = StreamId(1);
    view.service = Some(service_id(Some("files"), "nextcloud"));
    for (colour, name) in ["files-nextcloud-1", "files-nextcloud-2"]
        .into_iter()
        .enumerate()
    {
        view.sources.insert(
            container_id(name),
            LogSource {
                name: Arc::from(name),
                colour,
                following: true,
                run: None,
                lost: false,
            },
        );
    }
    let lines = (0..60_u32).map(|n| {
        let text = match n % 6 {
            0 => format!("172.18.0.{n} - - \"GET /status.php HTTP/1.1\" 200 1543"),
            1 => "\u{1b}[33mwarning\u{1b}[0m cron took \u{1b}[1m31 s\u{1b}[0m".to_owned(),
            2 => format!("172.18.0.{n} - wes \"PROPFIND /remote.php/dav/files/wes/ HTTP/1.1\" 207 88412 \"-\" \"Mozilla/5.0 (Linux) mirall/3.16.2 (Nextcloud, arch ClientArchitecture: x86_64)\""),
            3 => "\u{1b}[31merror\u{1b}[0m {\"app\":\"dav\",\"message\":\"Sabre\\\\DAV\\\\Exception\\\\NotFound\"}".to_owned(),
            4 => "[core:notice] AH00094: Command line: 'apache2 -D FOREGROUND'".to_owned(),
            _ => "日本語のファイル名.pdf uploaded ✓".to_owned(),
        };
        let name = if n % 3 == 0 { "files-nextcloud-2" } else { "files-nextcloud-1" };
        logs::Line::from_raw(RawLogLine {
            container: container_id(name),
            at: ago(i64::from(180 - n * 3)),
            stream: LogStream::Out,
            bytes: text.into_bytes(),
            cut: 0,
        })
    });
    let mut lines: Vec<_> = lines.collect();
    lines.insert(
        57,
        logs::Line::border(
            ago(12),
            container_id("files-nextcloud-2"),
            "files-nextcloud-2 was started again".to_owned(),
        ),
    );
    view.buffer.push(lines);
}

fn env(vars: &[(&str, &str)]) -> Vec<EnvVar> {
    vars.iter()
        .map(|(name, value)| EnvVar {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        })
        .collect()
}

/// 64 hex digits of a text, the same at every run.
fn hex(text: &str) -> String {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    let mut digits = String::new();
    for round in 0..4_u64 {
        for byte in text.bytes().chain([round as u8]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let _ = write!(digits, "{state:016x}");
    }
    digits
}
