//! A plan of what was looked at.

use tokio_util::sync::CancellationToken;

use crate::domain::{Failure, Plan, Request, Step};

use super::Stop;

/// Steps, and what a person should know before they are taken.
pub(super) type Steps = (Vec<Step>, Vec<String>);

/// The plan of a request that is for no container, once it was looked at what there is. A failure is one of the request.
pub(super) async fn plan(
    request: &Request,
    cancel: &CancellationToken,
    looking: impl Future<Output = Result<Steps, Failure>>,
) -> Result<Plan, Stop> {
    let looked = tokio::select! {
        biased;
        () = cancel.cancelled() => return Err(Stop::Cancelled),
        looked = looking => looked,
    };
    let (steps, notes) = looked.map_err(|failure| Failure {
        what: request.title(),
        ..failure
    })?;
    Ok(Plan {
        action: request.action,
        target: request.target.clone(),
        containers: Vec::new(),
        steps,
        notes,
    })
}
