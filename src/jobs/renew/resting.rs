//! A client whose container does not run: it is started, or its service is run once.

use futures_util::StreamExt;
use jiff::Timestamp;

use super::programs::CLIENT;
use crate::backend::{BackendError, LogRequest};
use crate::compose::{Call, project_of};
use crate::deploy;
use crate::domain::plan::Once;
use crate::domain::{ContainerId, Failure, JobEvent};
use crate::jobs::program::{Ended, LAST};
use crate::jobs::tell::Teller;
use crate::jobs::{Stop, World, engine};
use crate::logs::sanitize;

/// Starts the client's container, and waits for its end.
pub(super) async fn start_client(
    world: &World,
    teller: &Teller,
    container: &ContainerId,
    name: &str,
) -> Result<Ended, Stop> {
    let what = format!("start {name} and wait for its end");
    let failed = |error: BackendError| engine::failure(&error, what.clone());
    let backend = world.backend.as_ref();
    let began = Timestamp::now();
    engine::act("start", name, backend.start(container).await)?;
    let request = LogRequest {
        since: Some(began.into()),
        follow: true,
        ..LogRequest::default()
    };
    let sink = teller.sink();
    let mut last = Vec::new();
    let output = async {
        // A log driver that cannot be read keeps nobody from renewing.
        if let Ok(mut lines) = backend.logs(container, request).await {
            while let Some(Ok(line)) = lines.next().await {
                let (line, _) = sanitize(&line.bytes);
                if last.len() == LAST {
                    last.remove(0);
                }
                last.push(line.clone());
                sink(JobEvent::Output { line });
            }
        }
        loop {
            let now = backend.inspect(container).await?;
            if !now.is_up() {
                let code = now.detail.as_ref().and_then(|detail| detail.exit_code);
                return Ok(code.unwrap_or(-1));
            }
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
    };
    let Ok(ended) = tokio::time::timeout(CLIENT, output).await else {
        let why = format!("it has run for {} minutes", CLIENT.as_secs() / 60);
        return Err(Failure::new(what, why)
            .hint("it goes on: look at its log, or stop it")
            .into());
    };
    let code = ended.map_err(failed)?;
    Ok(Ended { code, last })
}

/// Runs the client's service once, in a container of its own.
pub(super) async fn run_once(
    world: &World,
    teller: &Teller,
    container: &ContainerId,
    once: &Once,
    call: &Call,
) -> Result<Ended, Stop> {
    let what = format!("run {} once", once.service);
    let failed = |error: BackendError| engine::failure(&error, what.clone());
    let backend = world.backend.as_ref();
    let known = backend.inspect(container).await.map_err(failed)?;
    let identity = known.compose.as_ref();
    let identity = identity.ok_or_else(|| Failure::new(&what, "it is no Compose service's"))?;
    // An image's own word for where a project's files are is its maker's, who may be anybody.
    let borrowed = deploy::borrowed_label(backend, &known.image_id).await;
    if let Some(label) = borrowed.map_err(failed)? {
        let why =
            format!("its image, not Compose, gives it the label {label}: that is not trusted");
        return Err(Failure::new(what, why).into());
    }
    let project = project_of(identity)?;
    let compose = world.compose.find().await?;
    let (code, last) = compose.run_once(&project, once, call).await?;
    teller.progress(format!("it ended with code {code}"));
    let last = last.iter().map(|line| sanitize(line.as_bytes()).0);
    Ok(Ended {
        code,
        last: last.collect(),
    })
}
