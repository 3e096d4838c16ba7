//! How current what runs is, asked once for `topside status`.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::Host;
use crate::app::freshness::{self, Files};
use crate::backend::{Backend, BackendError};
use crate::domain::text::visible;
use crate::domain::{ImageId, Origin, Service};
use crate::jobs::engine_id;
use crate::runtime::files;
use crate::runtime::jobs::Shared;
use crate::runtime::registries::Registries;

/// Calls of Compose under way at once.
const AT_ONCE: usize = 2;
/// Between two questions to registries.
const PAUSE: Duration = Duration::from_millis(200);

/// Asks for the images, lets Compose read its files, and recalls what registries said; asks them only with `updates`.
pub(super) async fn look(
    host: &mut Host,
    backend: &Arc<dyn Backend>,
    shared: &Shared,
    updates: bool,
    now: Timestamp,
) -> Result<(), BackendError> {
    let images = backend.images().await;
    match images {
        Ok(images) => host.images.answer(Ok(images), now),
        Err(error) if error.is_lost() => return Err(error),
        // What hangs on them is not known; all else is.
        Err(error) => host
            .images
            .answer(Err(error.failure("list the images")), now),
    }
    read_files(host, backend, shared, now).await;
    host.work_out();
    let (store, _) = if updates {
        shared.records.store().await
    } else {
        shared.records.existing().await
    };
    let engine = match host.info.as_ref().and_then(|info| info.id.clone()) {
        Some(id) if !id.is_empty() => id,
        _ => match engine_id(&**backend, &host.id).await {
            Ok(id) => id,
            // Only what is remembered of registries goes by it.
            Err(_) => host.id.as_str().to_owned(),
        },
    };
    let registries = Registries {
        backend: Arc::clone(backend),
        engine,
        store,
    };
    let record = registries.recall().await;
    host.fresh.registries.limited_until = record.limited_until;
    for answer in record.answers {
        host.fresh.registries.answered(answer);
    }
    if updates {
        ask_registries(host, &registries, now).await;
    }
    host.work_out();
    Ok(())
}

async fn read_files(host: &mut Host, backend: &Arc<dyn Backend>, shared: &Shared, now: Timestamp) {
    let mut origins: BTreeMap<Origin, Vec<ImageId>> = BTreeMap::new();
    for container in host.containers.values() {
        let own = container.compose.as_ref();
        if let Some(own) = own.filter(|own| !own.one_off && own.config_hash.is_some()) {
            let images = origins.entry(own.origin()).or_default();
            images.push(container.image_id.clone());
        }
    }
    let reading = futures_util::stream::iter(origins)
        .map(|(origin, images)| async move {
            let says = files::read(&**backend, &shared.compose, &origin, &images).await;
            (origin, says)
        })
        .buffer_unordered(AT_ONCE);
    let mut reading = std::pin::pin!(reading);
    while let Some((origin, says)) = reading.next().await {
        let mut files = Files::default();
        files.answer(says, now);
        host.fresh.files.insert(origin, files);
    }
}

async fn ask_registries(host: &mut Host, registries: &Registries, now: Timestamp) {
    let limited = host.fresh.registries.limited_until;
    let until = if let Some(until) = limited.filter(|until| *until > now) {
        Some(until)
    } else {
        let references: Vec<String> = host
            .fresh
            .references()
            .into_iter()
            .map(str::to_owned)
            .collect();
        let progress = Progress::of(references.len());
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        progress.show(0);
        let mut asked = 0;
        let until = registries
            .ask(&references, PAUSE, |answer| {
                asked += 1;
                progress.show(asked);
                let _ = tell.send(answer);
                std::future::ready(())
            })
            .await;
        progress.clear();
        while let Ok(answer) = told.try_recv() {
            host.fresh.registries.answered(answer);
        }
        until
    };
    host.fresh.registries.limited_until = until;
    if let Some(until) = until {
        let _ = writeln!(
            std::io::stderr(),
            "a registry has answered enough for now: what was not asked is as of before; ask again after {until}"
        );
    }
}

/// How far it is, on a terminal.
struct Progress {
    all: usize,
    shown: bool,
}

impl Progress {
    fn of(all: usize) -> Self {
        Self {
            all,
            shown: std::io::stderr().is_terminal(),
        }
    }

    fn show(&self, asked: usize) {
        if self.shown {
            write_now(&format!(
                "\r\x1b[Kasking registries: {asked} of {}",
                self.all
            ));
        }
    }

    fn clear(&self) {
        if self.shown {
            write_now("\r\x1b[K");
        }
    }
}

fn write_now(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// What JSON says of a service.
pub(super) fn fields(host: &Host, service: &Service) -> Value {
    let marks = freshness::marks(host, service);
    // Nothing is known of images where they were not answered.
    let known = host.images.value.is_some();
    json!({
        "update": update(host, service),
        "drift": marks.drift,
        "rebuilt": known.then_some(marks.superseded),
        "lost_tag": known.then_some(marks.lost_tag),
    })
}

fn update(host: &Host, service: &Service) -> Value {
    let ids = service.containers.iter();
    let updates = ids.filter_map(|id| host.fresh.update(id));
    // Of several the one that is to be told of.
    let Some(update) = updates.max_by_key(|update| update.available) else {
        return Value::Null;
    };
    let answer = host.fresh.registries.answers.get(&update.reference);
    json!({
        "available": update.available,
        "digest": answer.and_then(|answer| answer.digest.as_ref()),
        "checked_at": answer.map(|answer| answer.checked_at),
        "error": answer.and_then(|answer| answer.error.as_ref().map(|why| visible(why))),
    })
}

/// What of a service is out of date, in words.
pub(super) fn words(host: &Host, service: &Service) -> String {
    let marks = freshness::marks(host, service);
    let all = [
        (marks.update, "update"),
        (marks.superseded, "not deployed"),
        (marks.lost_tag, "lost tag"),
        (marks.drift == Some(true), "drift"),
    ];
    let so: Vec<&str> = all
        .into_iter()
        .filter_map(|(is_so, word)| is_so.then_some(word))
        .collect();
    so.join(", ")
}
