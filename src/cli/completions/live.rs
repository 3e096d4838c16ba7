//! What there is on the host at this moment, for a shell that completes. Quick or nothing: a prompt waits for it.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::time::Duration;

use clap::Parser;
use clap_complete::engine::CompletionCandidate;

use crate::backend::endpoint::{Environment, contexts};
use crate::backend::{Backend, BackendError, Connector};
use crate::domain::service::group;
use crate::domain::text::is_unsafe;
use crate::domain::{Container, Image, Service};

use super::super::{Arguments, connector};

/// How long a person waits for a completion before the shell seems dead.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What an argument names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Service,
    Project,
    Volume,
    Image,
    Host,
}

impl Kind {
    /// By the word that stands for it in the help.
    pub(super) fn of_value_name(name: &str) -> Option<Self> {
        Some(match name {
            "SERVICE" => Self::Service,
            "PROJECT" => Self::Project,
            "VOLUME" => Self::Volume,
            "IMAGE" => Self::Image,
            "HOST" => Self::Host,
            _ => return None,
        })
    }
}

/// What fits what is typed so far. Nothing when the engine does not answer at once.
pub(super) fn candidates(kind: Kind, current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = current.to_str() else {
        return Vec::new();
    };
    let all = match kind {
        Kind::Host => named(contexts(&Environment::of_process())),
        kind => ask(kind, typed).unwrap_or_default(),
    };
    all.into_iter()
        .filter(|(name, _)| name.starts_with(typed) && !name.chars().any(is_unsafe))
        .map(|(name, about)| CompletionCandidate::new(name).help(about.map(Into::into)))
        .collect()
}

/// A name, and what is said beside it.
type Choice = (String, Option<String>);

fn named(names: impl IntoIterator<Item = String>) -> Vec<Choice> {
    names.into_iter().map(|name| (name, None)).collect()
}

fn ask(kind: Kind, typed: &str) -> Option<Vec<Choice>> {
    let connector = connector(&typed_arguments()).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    let asked = async {
        let engine = connector.connect().await?;
        choices(engine.as_ref(), kind, typed).await
    };
    let answer = runtime.block_on(async { tokio::time::timeout(PATIENCE, asked).await });
    // A name that is looked up holds nobody up.
    runtime.shutdown_background();
    answer.ok()?.ok()
}

/// The options of the command line that is being typed. It is not finished, so that clap would refuse it: only what says
/// which engine is meant is read.
fn typed_arguments() -> Arguments {
    let words: Vec<OsString> = std::env::args_os()
        .skip_while(|word| word != "--")
        .collect();
    let mut wanted: Vec<OsString> = vec!["topside".into()];
    let mut words = words.into_iter().skip(1);
    while let Some(word) = words.next() {
        let text = word.to_string_lossy();
        if text == "-H" || text == "--host" {
            wanted.push(word);
            wanted.extend(words.next());
        } else if text.starts_with("--host=") || text.starts_with("-H") {
            wanted.push(word);
        }
    }
    let plain = || Arguments::parse_from(["topside"]);
    Arguments::try_parse_from(wanted).unwrap_or_else(|_| plain())
}

async fn choices(
    engine: &dyn Backend,
    kind: Kind,
    typed: &str,
) -> Result<Vec<Choice>, BackendError> {
    Ok(match kind {
        Kind::Service => services(&engine.containers().await?, typed),
        Kind::Project => projects(&engine.containers().await?),
        Kind::Volume => {
            let volumes = engine.volumes().await?.into_iter();
            named(volumes.map(|volume| volume.id.name.to_string()))
        }
        Kind::Image => {
            let images = engine.images().await?;
            named(images.iter().flat_map(Image::names).map(str::to_owned))
        }
        Kind::Host => Vec::new(),
    })
}

/// `PROJECT/SERVICE` and lone containers; the projects that are whole; and, where none of these begins like what is
/// typed, the services' own names.
pub(super) fn services(containers: &[Container], typed: &str) -> Vec<Choice> {
    let services = group(containers.iter());
    let told = |service: &Service, name: String| {
        let about = service.state.word().to_owned();
        (name, Some(about))
    };
    let whole = services.iter().map(|s| told(s, s.id.to_string()));
    let mut all: Vec<Choice> = projects(containers).into_iter().chain(whole).collect();
    if !all.iter().any(|(name, _)| name.starts_with(typed)) {
        all = services
            .iter()
            .map(|service| told(service, service.id.name.to_string()))
            .collect();
    }
    all
}

fn projects(containers: &[Container]) -> Vec<Choice> {
    let ids = containers.iter().map(Container::service_id);
    let projects: BTreeSet<String> = ids.filter_map(|id| Some(id.project?.to_string())).collect();
    let about = || Some("project".to_owned());
    projects.into_iter().map(|name| (name, about())).collect()
}
