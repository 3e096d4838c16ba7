//! `/demo/compose`: carries out what Compose is called for, and says what Compose would say.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use hyper::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::answer::{Answer, stream as answer};
use super::asked::Asked;
use super::{not_here, pull};
use crate::demo::compose::client::{Request, Said};
use crate::demo::compose::{Call, Project};
use crate::demo::engine::Engine;
use crate::demo::world::Refusal;
use crate::demo::world::container::Phase;

mod build;

/// Compose's own pace.
const PAUSE: Duration = Duration::from_millis(120);

/// Where what is said goes. The other end may be gone: a call that was cancelled ends there.
#[derive(Clone)]
struct Voice(mpsc::Sender<Said>);

impl Voice {
    async fn out(&self, text: impl Into<String>) -> Result<(), String> {
        self.say(Said::Out(text.into())).await
    }

    async fn err(&self, text: impl Into<String>) -> Result<(), String> {
        self.say(Said::Err(text.into())).await
    }

    async fn say(&self, said: Said) -> Result<(), String> {
        self.0.send(said).await.map_err(|_| "canceled".to_owned())
    }
}

pub(super) async fn dispatch(engine: &Arc<Engine>, asked: Asked) -> Answer {
    let is_ours = asked.parts == ["demo", "compose"];
    if !is_ours || *asked.request.method() != Method::POST {
        return Err(not_here(&asked));
    }
    let body = asked.body().await?;
    let request: Request = serde_json::from_value(Value::Object(body))
        .map_err(|error| Refusal::bad(error.to_string()))?;
    let (sender, receiver) = mpsc::channel(16);
    let own = Arc::clone(engine);
    let cancel = engine.cancel.clone();
    engine.tasks.spawn(async move {
        let voice = Voice(sender);
        let called = async {
            let code = match called(&own, &request, &voice).await {
                Ok(code) => code,
                Err(why) => {
                    drop(voice.err(why).await);
                    1
                }
            };
            drop(voice.say(Said::Exit(code)).await);
        };
        let _ = cancel.run_until_cancelled(called).await;
    });
    let lines = stream::unfold(receiver, |mut receiver| async move {
        let said: Said = receiver.recv().await?;
        let line = serde_json::to_string(&said).unwrap_or_default();
        Some((format!("{line}\n").into_bytes(), receiver))
    });
    Ok(answer("application/x-ndjson", lines))
}

async fn called(engine: &Arc<Engine>, request: &Request, voice: &Voice) -> Result<u8, String> {
    let call = Call::read(&request.arguments, &request.folder)?;
    let (name, folder, files) = (
        call.project.clone(),
        call.folder.clone(),
        call.files.clone(),
    );
    let reading = tokio::task::spawn_blocking(move || Project::read(&name, &folder, &files));
    let project = reading.await.map_err(|error| error.to_string())??;
    match call.verb.as_str() {
        "config" => config(&project, &call, voice).await,
        "pull" => pulled(engine, &project, &call, voice).await,
        "build" => {
            for service in services(&project, &call) {
                project.service(&service)?;
                build::build(engine, &project, &service, voice).await?;
            }
            Ok(0)
        }
        "push" => Err("push: topside's demo has no registry that one can push to".to_owned()),
        "up" => up(engine, &project, &call, voice).await,
        "down" => {
            engine.takes(PAUSE).await;
            let said = engine.change(|world| world.take_down(&project.name));
            for line in said.map_err(|refusal| refusal.message)? {
                voice.err(line).await?;
            }
            Ok(0)
        }
        "run" => run_once(engine, &project, &call, voice).await,
        "ps" => ps(engine, &project, voice).await,
        verb => Err(format!(
            "unknown docker command: \"compose {verb}\" (topside's demo)"
        )),
    }
}

/// The services that are named, or all that no profile holds back.
fn services(project: &Project, call: &Call) -> Vec<String> {
    if !call.services.is_empty() {
        return call.services.clone();
    }
    project.services.keys().cloned().collect()
}

async fn config(project: &Project, call: &Call, voice: &Voice) -> Result<u8, String> {
    if call.has("--quiet") {
        return Ok(0);
    }
    if call.has("--services") {
        for name in project.services.keys() {
            voice.out(name.clone()).await?;
        }
        return Ok(0);
    }
    if let Some(wanted) = call.value("--hash") {
        for name in project.services.keys() {
            if wanted == "*" || wanted.split(',').any(|one| one == name) {
                voice.out(format!("{name} {}", project.hash(name))).await?;
            }
        }
        return Ok(0);
    }
    let text = if call.value("--format") == Some("json") {
        format!("{:#}", project.merged())
    } else {
        project.merged_yaml()
    };
    for line in text.lines() {
        voice.out(line).await?;
    }
    Ok(0)
}

async fn pulled(
    engine: &Arc<Engine>,
    project: &Project,
    call: &Call,
    voice: &Voice,
) -> Result<u8, String> {
    for service in services(project, call) {
        let said = project.service(&service)?;
        if said.get("build").is_some() && said.get("image").is_none() {
            voice
                .err(format!(" {service} Skipped - No image to be pulled"))
                .await?;
            continue;
        }
        fetch(engine, project, &service, call.json, voice).await?;
    }
    Ok(0)
}

async fn fetch(
    engine: &Arc<Engine>,
    project: &Project,
    service: &str,
    as_json: bool,
    voice: &Voice,
) -> Result<(), String> {
    let image = project.image(service);
    let (listener, mut told) = mpsc::channel::<Value>(16);
    let pass_on = async move {
        while let Some(said) = told.recv().await {
            let line = if as_json {
                progress(service, &said)
            } else {
                said.get("id")
                    .map(|id| format!(" {} {}", text(id), text(&said["status"])))
            };
            if let Some(line) = line
                && voice.err(line).await.is_err()
            {
                break;
            }
        }
    };
    let fetching = async move { pull::fetch(engine, &image, &listener).await };
    if !as_json {
        voice.err(format!(" {service} Pulling")).await?;
    }
    let (fetched, ()) = tokio::join!(fetching, pass_on);
    match fetched {
        None => Err("canceled".to_owned()),
        Some(Err(refusal)) => Err(format!("Error response from daemon: {}", refusal.message)),
        Some(Ok(_)) if as_json => Ok(()),
        Some(Ok(_)) => voice.err(format!(" {service} Pulled")).await,
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A word of a pull in the form of `--progress=json`.
fn progress(service: &str, said: &Value) -> Option<String> {
    let layer = said
        .get("id")
        .filter(|_| said.get("progressDetail").is_some())?;
    let detail = said.get("progressDetail");
    let number = |key: &str| detail.and_then(|detail| detail.get(key)?.as_u64());
    let line = json!({
        "id": layer, "parent_id": service, "text": said.get("status"),
        "current": number("current").unwrap_or(0), "total": number("total").unwrap_or(0),
    });
    Some(line.to_string())
}

async fn up(
    engine: &Arc<Engine>,
    project: &Project,
    call: &Call,
    voice: &Voice,
) -> Result<u8, String> {
    let with_needs = !call.has("--no-deps");
    let order = project.in_order(&services(project, call), with_needs)?;
    let never = call.value("--pull") == Some("never");
    for service in order {
        let said = project.service(&service)?;
        let image = project.image(&service);
        let is_here = engine.look(|world| world.image(&image).is_ok());
        if !is_here {
            match said.get("build") {
                Some(_) if !call.has("--no-build") => {
                    build::build(engine, project, &service, voice).await?;
                }
                _ if never => {
                    return Err(format!(
                        "Error response from daemon: No such image: {image}"
                    ));
                }
                _ => fetch(engine, project, &service, false, voice).await?,
            }
        }
        let terms = crate::demo::compose::Terms {
            force: call.has("--force-recreate"),
            scale: call.scale(&service),
        };
        engine.takes(PAUSE).await;
        let said = engine.change(|world| world.bring_up(project, &service, terms));
        for line in
            said.map_err(|refusal| format!("Error response from daemon: {}", refusal.message))?
        {
            voice.err(line).await?;
            engine.takes(PAUSE).await;
        }
    }
    Ok(0)
}

/// A service's image with other words, to its end; its output is the answer, its code too.
async fn run_once(
    engine: &Arc<Engine>,
    project: &Project,
    call: &Call,
    voice: &Voice,
) -> Result<u8, String> {
    let Some((service, arguments)) = call.services.split_first() else {
        return Err("run: no service".to_owned());
    };
    project.service(service)?;
    let mut fields = crate::demo::compose::creation(project, service, 1);
    if !arguments.is_empty() {
        fields.insert("Cmd".to_owned(), json!(arguments));
    }
    if let Some(program) = call.value("--entrypoint") {
        fields.insert("Entrypoint".to_owned(), json!([program]));
    }
    fields["Labels"]["com.docker.compose.oneoff"] = json!("True");
    let mut changes = engine.events();
    let id = engine.change(|world| {
        let count = world.count;
        let name = format!("{}-{service}-run-{count:x}", project.name);
        let id = world.create(Some(&name), fields)?;
        if let Some(one) = world.containers.get_mut(&id) {
            one.program = crate::demo::programs::Program::of(crate::demo::programs::Kind::Script);
            one.host.remove("RestartPolicy");
        }
        world.start(&id)?;
        Ok::<String, Refusal>(id)
    });
    let id = id.map_err(|refusal| refusal.message)?;
    let code = loop {
        let ended = engine.look(|world| {
            let one = world.containers.get(&id)?;
            let ended = one.state.phase == Phase::Exited;
            ended.then_some(one.state.exit_code)
        });
        match ended {
            Some(code) => break code,
            None => drop(changes.changed().await),
        }
    };
    let lines = engine.look(|world| {
        let one = world.containers.get(&id)?;
        Some(world.last_lines(one, usize::MAX, world.now))
    });
    engine.look(|world| drop(world.remove(&id, true, false)));
    for line in lines.unwrap_or_default() {
        let text = String::from_utf8_lossy(&line.bytes).into_owned();
        if line.stream == 1 {
            voice.out(text).await?;
        } else {
            voice.err(text).await?;
        }
    }
    Ok(u8::try_from(code).unwrap_or(255))
}

async fn ps(engine: &Arc<Engine>, project: &Project, voice: &Voice) -> Result<u8, String> {
    let rows = engine.look(|world| {
        let all = world.containers.values();
        let own = all.filter(|one| one.label("com.docker.compose.project") == Some(&project.name));
        own.map(|one| {
            format!(
                "{}\t{}\t{}",
                one.name,
                one.reference(),
                one.state.phase.word()
            )
        })
        .collect::<Vec<_>>()
    });
    for row in rows {
        voice.out(row).await?;
    }
    Ok(0)
}
