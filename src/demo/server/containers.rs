//! `/containers/…`: lists, and what is done to one.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::answer::{Answer, created, done, empty, json as answer, stream, with_first};
use super::asked::Asked;
use super::describe::{inspected, listed};
use super::{archive, exec, logs, not_here, stats};
use crate::demo::engine::Engine;
use crate::demo::programs::processes;
use crate::demo::world::container::{Container, Phase};
use crate::demo::world::{Refusal, World};

/// How long an engine takes to end a container that listens.
const ENDING: Duration = Duration::from_millis(350);
/// And to start one.
const STARTING: Duration = Duration::from_millis(150);

pub(super) async fn dispatch(engine: &Arc<Engine>, asked: Asked) -> Answer {
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    let method = asked.request.method().clone();
    match (&method, parts.as_slice()) {
        (&Method::GET, ["containers", "json"]) => Ok(list(engine, &asked)),
        (&Method::POST, ["containers", "create"]) => create(engine, asked).await,
        (&Method::POST, ["containers", "prune"]) => Ok(prune(engine)),
        (_, ["containers", id]) if method == Method::DELETE => {
            let (force, volumes) = (asked.is("force"), asked.is("v"));
            engine.change(|world| world.remove(id, force, volumes))?;
            Ok(done())
        }
        (_, ["containers", id, what]) => {
            let (id, what) = ((*id).to_owned(), (*what).to_owned());
            of_one(engine, asked, &id, &what).await
        }
        _ => Err(not_here(&asked)),
    }
}

async fn of_one(engine: &Arc<Engine>, asked: Asked, id: &str, what: &str) -> Answer {
    let method = asked.request.method().clone();
    match (&method, what) {
        (&Method::GET, "json") => {
            let with_size = asked.is("size");
            let said = engine.look(|world| Ok(inspected(world, world.find(id)?, with_size)))?;
            Ok(with_first(said, "Id"))
        }
        (&Method::GET, "logs") => logs::logs(engine, &asked, id),
        (&Method::GET, "stats") => stats::stats(engine, &asked, id),
        (&Method::GET, "top") => top(engine, id),
        (&Method::GET, "changes") => Ok(answer(&json!([]))),
        (_, "archive") => archive::archive(engine, asked, id).await,
        (&Method::POST, "exec") => exec::create(engine, asked, id).await,
        (&Method::POST, "start") => {
            engine.takes(STARTING).await;
            let began = engine.change(|world| world.start(id))?;
            Ok(empty(changed(began)))
        }
        (&Method::POST, "stop") => {
            engine.look(|world| world.find_id(id))?;
            engine.takes(ENDING).await;
            let ended = engine.stop(id, patience(&asked)).await?;
            Ok(empty(changed(ended)))
        }
        (&Method::POST, "restart") => {
            engine.look(|world| world.find_id(id))?;
            engine.takes(ENDING).await;
            engine.stop(id, patience(&asked)).await?;
            engine.change(|world| world.start(id))?;
            engine.look(|world| world.tell_restart(id));
            Ok(done())
        }
        (&Method::POST, "kill") => {
            let signal = Some(asked.get("signal")).filter(|signal| !signal.is_empty());
            let signal = signal.unwrap_or("KILL");
            engine.change(|world| world.signal(id, signal))?;
            Ok(done())
        }
        (&Method::POST, "pause") => engine
            .change(|world| world.pause(id, true))
            .map(|()| done()),
        (&Method::POST, "unpause") => engine
            .change(|world| world.pause(id, false))
            .map(|()| done()),
        (&Method::POST, "rename") => {
            let name = asked.get("name").to_owned();
            engine
                .change(|world| world.rename(id, &name))
                .map(|()| done())
        }
        (&Method::POST, "update") => {
            let changes = asked.body().await?;
            engine.change(|world| world.update(id, changes))?;
            Ok(answer(&json!({ "Warnings": null })))
        }
        (&Method::POST, "wait") => wait(engine, &asked, id),
        (&Method::POST, "resize") => Ok(empty(StatusCode::OK)),
        _ => Err(not_here(&asked)),
    }
}

/// How long is waited for the end of one that is stopped: `t`, in seconds.
fn patience(asked: &Asked) -> Option<Duration> {
    asked.get("t").parse().ok().map(Duration::from_secs)
}

/// 304 says that it was so already.
const fn changed(changed: bool) -> StatusCode {
    if changed {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_MODIFIED
    }
}

impl World {
    /// Engines tell of a restart after the stop and the start that it consists of.
    fn tell_restart(&mut self, name: &str) {
        if let Ok(id) = self.find_id(name) {
            self.tell_of("restart", &id, &[]);
        }
    }
}

async fn create(engine: &Arc<Engine>, asked: Asked) -> Answer {
    let name = asked.get("name").to_owned();
    let body = asked.body().await?;
    let id = engine.change(|world| world.create(Some(&name), body))?;
    Ok(created(&json!({ "Id": id, "Warnings": [] })))
}

fn list(engine: &Arc<Engine>, asked: &Asked) -> super::answer::AnyResponse {
    let all = asked.is("all");
    let size = asked.is("size");
    let filters = Filters::of(asked);
    let said = engine.look(|world| {
        let containers = world.containers.values();
        let mut shown: Vec<&Container> = containers
            .filter(|one| all || filters.says_state() || one.state.is_up())
            .filter(|one| filters.pass(one))
            .collect();
        shown.sort_by(|a, b| b.created.cmp(&a.created).then(a.name.cmp(&b.name)));
        let shown = shown.into_iter().map(|one| listed(world, one, size));
        Value::Array(shown.collect())
    });
    answer(&said)
}

struct Filters {
    labels: Vec<String>,
    names: Vec<String>,
    ids: Vec<String>,
    states: Vec<String>,
    networks: Vec<String>,
    volumes: Vec<String>,
}

impl Filters {
    fn of(asked: &Asked) -> Self {
        Self {
            labels: asked.filter("label"),
            names: asked.filter("name"),
            ids: asked.filter("id"),
            states: asked.filter("status"),
            networks: asked.filter("network"),
            volumes: asked.filter("volume"),
        }
    }

    const fn says_state(&self) -> bool {
        !self.states.is_empty()
    }

    fn pass(&self, one: &Container) -> bool {
        let any = |wanted: &[String], is: &dyn Fn(&String) -> bool| {
            wanted.is_empty() || wanted.iter().any(is)
        };
        let has_label = |wanted: &String| match wanted.split_once('=') {
            Some((name, value)) => one.label(name) == Some(value),
            None => one.label(wanted).is_some(),
        };
        self.labels.iter().all(has_label)
            && any(&self.names, &|name| {
                one.name.contains(name.trim_matches(['/', '^', '$']))
            })
            && any(&self.ids, &|id| one.id.starts_with(id.as_str()))
            && any(&self.states, &|state| one.state.phase.word() == state)
            && any(&self.networks, &|name| one.endpoints.contains_key(name))
            && any(&self.volumes, &|name| {
                one.mounts.iter().any(|mount| mount.volume == *name)
            })
    }
}

fn top(engine: &Arc<Engine>, id: &str) -> Answer {
    let all = engine.look(|world| {
        let container = world.find(id)?;
        if !container.state.is_up() {
            let why = format!("Container {} is not running", container.id);
            return Err(Refusal::conflict(why));
        }
        Ok(processes(container))
    })?;
    let rows: Vec<[String; 3]> = all
        .into_iter()
        .map(|(pid, parent, command)| [pid.to_string(), parent.to_string(), command])
        .collect();
    Ok(answer(
        &json!({ "Titles": ["PID", "PPID", "COMMAND"], "Processes": rows }),
    ))
}

fn wait(engine: &Arc<Engine>, asked: &Asked, id: &str) -> Answer {
    let id = engine.look(|world| world.find_id(id))?;
    let condition = asked.get("condition").to_owned();
    let begun = engine.look(|world| world.find(&id).ok().and_then(|one| one.state.started));
    let engine = Arc::clone(engine);
    let mut events = engine.events();
    let waiting = async move {
        loop {
            let ended = engine.look(|world| match world.find(&id) {
                Err(_) => Some(0),
                Ok(one) => {
                    let ended = matches!(one.state.phase, Phase::Exited | Phase::Created);
                    let is_next = condition != "next-exit"
                        || one.state.finished.is_some() && one.state.started >= begun;
                    let over = ended && is_next && condition != "removed";
                    (over).then_some(one.state.exit_code)
                }
            });
            if let Some(code) = ended {
                let said = json!({ "StatusCode": code });
                return Some((said.to_string().into_bytes(), ()));
            }
            if events.changed().await.is_err() {
                return None;
            }
        }
    };
    let once = futures_util::stream::once(waiting);
    Ok(stream(
        "application/json",
        once.filter_map(|said| async move { said.map(|(bytes, ())| bytes) }),
    ))
}

fn prune(engine: &Arc<Engine>) -> super::answer::AnyResponse {
    let gone = engine.change(|world| {
        let containers = world.containers.values();
        let ended: Vec<String> = containers
            .filter(|one| matches!(one.state.phase, Phase::Exited | Phase::Created))
            .map(|one| one.id.clone())
            .collect();
        for id in &ended {
            drop(world.remove(id, false, false));
        }
        ended
    });
    answer(&json!({ "ContainersDeleted": gone, "SpaceReclaimed": 0 }))
}
