//! The Engine API over a Unix socket, as far as anybody here asks for it.
//!
//! | file | endpoints |
//! | --- | --- |
//! | `containers`, `describe` | lists, inspects, creates, starts, stops, removes |
//! | `logs`, `stats`, `archive`, `exec` | what a container says, uses, holds; programs in it |
//! | `images`, `pull` | images and registries |
//! | `stores` | volumes and networks |
//! | `system` | versions, events, the disk |
//! | `compose` | what the stand-in for the Compose CLI asks for; no part of the Engine API |

mod answer;
mod archive;
mod asked;
mod compose;
mod containers;
mod describe;
pub(crate) mod exec;
mod images;
mod logs;
mod pull;
mod stats;
mod stores;
mod system;

use std::io;
use std::path::Path;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{UnixListener, UnixStream};

use self::answer::{Answer, Body};
use self::asked::Asked;
use super::engine::Engine;
use super::faults::{Fault, Spoiled, Spoiler};
use super::world::Refusal;

/// The version of the API that is spoken.
pub(crate) const API_VERSION: &str = "1.47";
/// The oldest one.
const MIN_API_VERSION: &str = "1.24";

/// Listens at a path until the engine is told to end.
pub(crate) fn listen(engine: &Arc<Engine>, path: &Path) -> io::Result<()> {
    let listener = UnixListener::bind(path)?;
    let engine = Arc::clone(engine);
    let cancel = engine.cancel.clone();
    let tasks = engine.tasks.clone();
    tasks.spawn(async move {
        while let Some(accepted) = cancel.run_until_cancelled(listener.accept()).await {
            match accepted {
                Ok((stream, _)) => {
                    let serving = serve(Arc::clone(&engine), stream);
                    let cancel = cancel.clone();
                    engine.tasks.spawn(async move {
                        let _ = cancel.run_until_cancelled(serving).await;
                    });
                }
                // Too many open files, say: those that are open will end.
                Err(error) => tracing::warn!(%error, "the demo's socket"),
            }
        }
    });
    Ok(())
}

async fn serve(engine: Arc<Engine>, stream: UnixStream) {
    let spoiler = Arc::new(Spoiler::default());
    let stream = TokioIo::new(Spoiled::new(stream, Arc::clone(&spoiler)));
    let service = service_fn(move |request| {
        let (engine, spoiler) = (Arc::clone(&engine), Arc::clone(&spoiler));
        async move { answered(&engine, &spoiler, request).await }
    });
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(stream, service);
    // Who hangs up in the middle is not interested any more.
    drop(connection.with_upgrades().await);
}

/// Dropping a connection is an error of the service's.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped on purpose")]
struct Drop;

async fn answered(
    engine: &Arc<Engine>,
    spoiler: &Spoiler,
    request: Request<Incoming>,
) -> Result<Response<Body>, Drop> {
    let asked = Asked::new(request);
    match engine.faults.of(&asked.path()) {
        Some(Fault::Slow(time)) => tokio::time::sleep(time).await,
        Some(Fault::Dropped) => return Err(Drop),
        Some(fault @ (Fault::Garbage | Fault::Half)) => spoiler.set(fault),
        Some(Fault::Error) => {
            let refusal = Refusal::new(500, "this was made to fail");
            return Ok(answer::refusal(&refusal));
        }
        None => {}
    }
    let is_head = *asked.request.method() == Method::HEAD;
    let mut response = match dispatch(engine, asked).await {
        Ok(response) => response,
        Err(refusal) if is_head => {
            let status = hyper::StatusCode::from_u16(refusal.status);
            answer::empty(status.unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR))
        }
        Err(refusal) => answer::refusal(&refusal),
    };
    system::sign(&mut response);
    Ok(response)
}

async fn dispatch(engine: &Arc<Engine>, asked: Asked) -> Answer {
    let first = asked.parts.first().map(String::as_str);
    match first {
        Some("containers") => containers::dispatch(engine, asked).await,
        Some("exec") => exec::dispatch(engine, asked).await,
        Some("images" | "distribution" | "commit") => images::dispatch(engine, asked).await,
        Some("volumes" | "networks") => stores::dispatch(engine, asked).await,
        Some("demo") => compose::dispatch(engine, asked).await,
        _ => system::dispatch(engine, &asked).await,
    }
}

/// What this engine does not do.
fn not_here(asked: &Asked) -> Refusal {
    let method = asked.request.method();
    Refusal::new(
        501,
        format!(
            "the demo's engine does not do this: {method} {}",
            asked.path()
        ),
    )
}
