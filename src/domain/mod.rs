//! The words of the field as types, and the rules that hold without a clock, a terminal or an engine.
//!
//! Nothing here does I/O. Adapters (`backend`, `compose`, `certs`, `store`) make these values; `app` keeps
//! them; `ui` and `cli` show them. Strings that come from an engine are untrusted: show them through
//! [`text::visible`].

pub mod certificate;
pub mod chain;
pub mod command;
pub mod compose;
pub mod container;
pub mod dependency;
pub mod disk;
pub mod drift;
pub mod endpoint;
pub mod event;
pub mod failure;
pub mod file;
pub mod finding;
pub mod forecast;
pub mod growth;
pub mod host;
pub mod ids;
pub mod image;
pub mod image_layer;
pub mod interrupted;
pub mod job;
pub mod layers;
pub mod listening;
pub mod log_keeping;
pub mod logs;
pub mod mistake;
pub mod namespace;
pub mod network;
pub mod order;
pub mod permission;
pub mod plan;
pub mod prune;
pub mod reference;
pub mod release;
#[cfg(test)]
pub(crate) mod sample;
pub mod served;
pub mod service;
pub mod staleness;
pub mod standing;
pub mod stats;
pub mod storage;
pub mod text;
pub mod units;
pub mod update;
pub mod verdict;
pub mod volume;
pub mod when;
pub mod wishes;

pub use certificate::{
    AcmeClient, Certificate, CertificatePlace, CertificateReach, CertificatesFound, Fraction,
    Level, Levels, Limit, RenewalCall, RenewalSchedule, RunTimes, Runs, Thresholds, TlsServer,
    Unreadable, Urgency,
};
pub use chain::{CertificateRole, ChainPath, ChainStatus, FileOutcome};
pub use compose::{ComposeIdentity, Origin};
pub use container::{
    Container, ContainerDetail, ContainerState, EnvVar, Health, HealthProbe, Mount, MountKind,
    NetworkAttachment, NetworkOf, Port, Protocol,
};
pub use dependency::Dependencies;
pub use disk::{
    CacheRecord, EngineUsage, Filesystem, FolderShare, FolderSize, Holding, ImageShare, Part,
    Picture,
};
pub use drift::{Drift, FilesSay, FilesUnread};
pub use endpoint::TlsEndpoint;
pub use event::{Event, EventKind};
pub use failure::Failure;
pub use file::{FileCopy, FileEntry, FileKind, FileOrder, FilePlace, FilesOf, Folder, Opened};
pub use finding::{Finding, FindingKind, Remedy, Severity, Snooze, Subject};
pub use forecast::{Forecast, Forecasts};
pub use growth::{Growth, SizeSample};
pub use host::{Endpoint, EngineKind, HostInfo, SshTarget, TlsFiles};
pub use ids::{
    ContainerId, HostId, ImageId, ImageName, JobId, NetworkId, ProjectId, ServiceId, StreamId,
    VolumeId,
};
pub use image::{Image, Platform};
pub use image_layer::{FileCount, Instruction, LayerChange, LayerReport, WastedPath};
pub use job::{Job, JobEvent, JobState, Outcome, StepState};
pub use listening::{Door, Listener, Listening, ListeningId, Reach, Same};
pub use log_keeping::{LogBound, LogKeeping};
pub use logs::{LogStream, RawLogLine};
pub use mistake::Mistake;
pub use namespace::Namespaces;
pub use network::{Member, Network, NetworkFlags, Subnet};
pub use permission::{Permission, Setting, permission};
pub use plan::{ActionName, Gate, Operation, Plan, Request, Step, StepKind, Target};
pub use prune::{Prune, Unused, UnusedImages};
pub use reference::Reference;
pub use release::{ImagePlace, ListedRelease, Release, ReleaseState, Releases};
pub use served::{Answer, Served, ServedChain};
pub use service::{Service, ServiceState};
pub use staleness::Staleness;
pub use standing::Standing;
pub use stats::{Counters, Usage, Watched};
pub use storage::{MeasuredBy, Measurement, Storage, StorageId, StorageKind, StorageUser};
pub use units::ByteSize;
pub use update::{RegistryAnswer, RegistryRecord, Update};
pub use verdict::{ConfigTest, ConfigTests, Refusal, Verdict, Verdicts};
pub use volume::Volume;
pub use when::{NoTime, When};
pub use wishes::{LabelSource, Policy, Preferences, Wishes};
