//! Carries out what `update` wants done. What only the loop can do is left for it in `next`.

use std::io;
use std::sync::Arc;

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;

use crate::app::imaging::ImageEffect;
use crate::app::log_ask::{LogTaken, LogTarget};
use crate::app::{Effect, Msg};
use crate::domain::{ContainerId, Failure, HostId};

use super::asks;
use super::dashboard::{Dashboard, Next};
use super::events;
use super::freshness;
use super::host::HostHandle;
use super::images;
use super::logs::Follow;
use super::logs::save::{self, Place, Saved};
use super::logs::taken::Program;
use super::pem;
use super::served;
use super::storage;

impl Dashboard {
    pub(super) fn host(&self, id: &HostId) -> Option<&HostHandle> {
        self.hosts.iter().find(|host| host.id == *id)
    }

    fn reconnect(&self, host: &HostId) {
        if let Some(host) = self.host(host) {
            host.again.notify_one();
        }
    }

    /// Asks for networks, or for who listens.
    pub(super) fn networks(&mut self, effect: Effect) {
        let outbox = self.outbox.clone();
        match effect {
            Effect::LoadNetworks(host) => self.ask(&host, |host| asks::networks(host, outbox)),
            Effect::LoadListeners(host, ids) => {
                self.ask(&host, |host| asks::listeners(host, ids, outbox));
            }
            Effect::LoadEvents(host, wanted) => {
                let records = Arc::clone(&self.jobs.shared().records);
                self.ask(&host, |known| {
                    events::recall(known.id.clone(), wanted, records, outbox)
                });
            }
            _ => {}
        }
    }

    pub(super) fn carry_out(&mut self, effect: Effect) {
        let outbox = self.outbox.clone();
        match effect {
            Effect::Watch { host, containers } => {
                if let Some(host) = self.host(&host) {
                    host.watched.send_replace(containers);
                }
            }
            Effect::Inspect { host, container } => {
                self.ask(&host, |host| asks::inspect(host, container, outbox));
            }
            Effect::InspectJson { host, container } => {
                self.ask(&host, |host| asks::inspect_json(host, container, outbox));
            }
            Effect::LoadVolumes(host) => self.ask(&host, |host| asks::volumes(host, outbox)),
            Effect::Storage(host, wanted) => {
                let records = Arc::clone(&self.jobs.shared().records);
                self.ask(&host, |host| {
                    storage::carry_out(host, wanted, records, outbox)
                });
            }
            asked @ (Effect::Files(..)
            | Effect::LoadNetworks(_)
            | Effect::LoadListeners(..)
            | Effect::LoadEvents(..)) => {
                self.look(asked);
            }
            Effect::LoadImages(host) => self.ask(&host, |host| asks::images(host, outbox)),
            Effect::Images(host, wanted) => self.ask_of_images(&host, wanted),
            Effect::Fresh(host, wanted) => {
                let shared = self.jobs.shared().clone();
                self.ask(&host, |host| {
                    freshness::carry_out(host, wanted, shared, outbox)
                });
            }
            Effect::ScanCertificates(host) => {
                let known = self.model.host(&host);
                let containers = known.map(|h| h.containers.values().cloned().collect());
                let preferences = Arc::clone(&self.jobs.shared().preferences);
                self.ask(&host, |host| {
                    asks::certificates(host, containers.unwrap_or_default(), preferences, outbox)
                });
            }
            Effect::AskEndpoints(host) => {
                let known = self.what_serves(&host);
                self.ask(&host, |host| served::ask(host, known, outbox));
            }
            effect @ (Effect::TestConfig { .. } | Effect::TakePem(_)) => {
                self.about_certificates(effect);
            }
            effect @ (Effect::FollowLogs { .. } | Effect::OlderLogs { .. }) => {
                self.read_logs(effect);
            }
            Effect::HoldLogs => self.logs.hold(),
            Effect::SaveLogs {
                containers,
                path,
                replace,
            } => self.save_logs(containers, path, replace),
            Effect::TakeLogs(taken) => self.take_logs(taken),
            Effect::StopSaving => self.logs.stop_saving(),
            Effect::LookOn => self.looks_on = true,
            Effect::StopLogs => self.logs.stop(),
            effect @ (Effect::MakePlan(_)
            | Effect::LoadReleases(_)
            | Effect::LoadProfiles(_)
            | Effect::LoadProjectConfig(_)
            | Effect::LoadFiles(_)) => self.ask_jobs(effect),
            Effect::Edit { project, file } => self.next = Some(Next::Edit(project, Some(file))),
            Effect::EditAgain(project) => self.next = Some(Next::Edit(project, None)),
            Effect::PutBack(project) => self.put_back(project),
            Effect::StartJob { job, request } => {
                let engine = self
                    .host(request.target.host())
                    .map(|host| host.engine.clone());
                if let Some(engine) = engine {
                    self.jobs.start(engine, job, request);
                }
            }
            Effect::LoadHistory => self.load_history(),
            effect @ (Effect::LoadSnoozes | Effect::Snooze(_) | Effect::Wake(_)) => {
                self.about_snoozes(effect);
            }
            Effect::CancelJob(job) => self.jobs.cancel(job),
            Effect::Shell { host, container } => self.next = Some(Next::Shell(host, container)),
            Effect::Reconnect(host) => self.reconnect(&host),
            Effect::Foreground(host, call) => self.next = Some(Next::Command(host, call)),
            effect @ (Effect::Copy(_) | Effect::Mouse(_) | Effect::Theme(_)) => {
                self.about_terminal(effect);
            }
            Effect::Remember(remembered) => self.remember(*remembered),
            Effect::Suspend => self.next = Some(Next::Suspend),
            Effect::Quit => self.next = Some(Next::Quit),
        }
    }

    /// What the terminal itself is told.
    fn about_terminal(&mut self, effect: Effect) {
        match effect {
            Effect::Copy(text) => {
                let copied = execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text));
                self.notice("copy", copied);
            }
            Effect::Mouse(wanted) => {
                let switched = self.tui.set_mouse(wanted);
                self.notice("switch the mouse", switched);
            }
            Effect::Theme(name) => {
                self.show_theme(&name);
                self.appearance.ask(&mut io::stdout());
            }
            _ => {}
        }
    }

    /// Follows logs, and reads what is older.
    fn read_logs(&mut self, effect: Effect) {
        let (Effect::FollowLogs { host, .. } | Effect::OlderLogs { host, .. }) = &effect else {
            return;
        };
        let engine = self
            .host(host)
            .map(|host| asks::engine(host, "read the log"));
        // Where it does not answer, the host is lost, and all is taken up again when it is back.
        let Some(Ok(engine)) = engine else { return };
        match effect {
            Effect::FollowLogs {
                stream,
                containers,
                settle,
                ..
            } => {
                let follow = Follow {
                    stream,
                    containers,
                    settle,
                };
                self.logs.follow(&engine, follow, &self.tracker);
            }
            Effect::OlderLogs {
                opening, wanted, ..
            } => self.logs.older(engine, opening, wanted, &self.tracker),
            _ => {}
        }
    }

    /// Hands lines of a log on.
    fn take_logs(&mut self, taken: LogTaken) {
        let LogTaken { to, text } = taken;
        let (path, replace) = match to {
            LogTarget::Pager => {
                self.next = Some(Next::Program(Program::pager(), text));
                return;
            }
            LogTarget::Command(line) => {
                self.next = Some(Next::Program(Program::command(line), text));
                return;
            }
            LogTarget::Editor => {
                match Program::editor() {
                    Ok(editor) => self.next = Some(Next::Program(editor, text)),
                    Err(failure) => self.take(Msg::LogsTaken(Err(Some(failure)))),
                }
                return;
            }
            LogTarget::File { path, replace } => (path, replace),
        };
        let place = place(path, replace);
        self.answer(async move {
            let saved = save::save_text(&text, &place).await;
            let said = saved.map(|lines| format!("{lines} lines written to {}", place.said));
            Msg::LogsTaken(said)
        });
    }

    /// Writes all of the logs of containers to a file, while the log is open.
    fn save_logs(
        &mut self,
        containers: Vec<(HostId, ContainerId, Arc<str>)>,
        path: String,
        replace: bool,
    ) {
        let mut saved = Vec::with_capacity(containers.len());
        for (host, container, name) in containers {
            let engine = self
                .host(&host)
                .map(|host| asks::engine(host, "save the log"));
            match engine {
                Some(Ok(backend)) => saved.push(Saved {
                    backend,
                    container,
                    name,
                }),
                Some(Err(failure)) => {
                    self.take(Msg::LogSaved(Err(Some(failure))));
                    return;
                }
                None => {}
            }
        }
        let place = place(path, replace);
        let outbox = self.outbox.clone();
        let cancel = self.logs.saving();
        self.answer(async move {
            let tell = async |lines| {
                let _ = outbox.send(Msg::SavingLogs(lines)).await;
            };
            let saving = save::save(&saved, &place, tell);
            let answer = match cancel.run_until_cancelled(saving).await {
                Some(Ok(lines)) => Ok(format!("{lines} lines written to {}", place.said)),
                Some(Err(failure)) => Err(failure),
                None => {
                    let what = format!("write {}", place.said);
                    Err(Some(Failure::new(
                        what,
                        "it was cancelled; no file is left",
                    )))
                }
            };
            Msg::LogSaved(answer)
        });
    }

    /// Asks about images. One look into layers at a time: the engine reads a whole image for it.
    fn ask_of_images(&mut self, host: &HostId, wanted: ImageEffect) {
        if matches!(wanted, ImageEffect::Look(_) | ImageEffect::StopLooking) {
            self.looking.cancel();
            self.looking = self.cancel.child_token();
        }
        let (stop, outbox) = (self.looking.clone(), self.outbox.clone());
        self.ask(host, |host| images::carry_out(host, wanted, stop, outbox));
    }

    /// What is asked about single certificates.
    fn about_certificates(&self, effect: Effect) {
        let outbox = self.outbox.clone();
        match effect {
            Effect::TestConfig {
                service,
                container,
                sha256,
            } => {
                let host = service.host.clone();
                self.ask(&host, |host| {
                    asks::config_test(host, service, container, sha256, outbox)
                });
            }
            Effect::TakePem(wanted) => {
                if let Some(host) = self.host(&wanted.host) {
                    self.answer(pem::take(host, wanted));
                }
            }
            _ => {}
        }
    }

    /// What the endpoints of a host are made from.
    fn what_serves(&self, id: &HostId) -> served::Known {
        let host = self.model.host(id);
        let found = host.and_then(|host| host.certificates.value.as_ref());
        let containers = host.map(|host| host.containers.values().cloned().collect());
        // What the config names belongs to no host: it is asked once.
        let is_first = self.hosts.first().is_some_and(|first| first.id == *id);
        let entries = is_first.then(|| self.model.settings.endpoints.clone());
        served::Known {
            containers: containers.unwrap_or_default(),
            certificates: found
                .map(|found| found.certificates.clone())
                .unwrap_or_default(),
            entries: entries.unwrap_or_default(),
        }
    }

    /// Tells of an answer when it is there.
    pub(super) fn answer(&self, question: impl Future<Output = Msg> + Send + 'static) {
        let (cancel, outbox) = (self.cancel.clone(), self.outbox.clone());
        self.tracker.spawn(async move {
            if let Some(message) = cancel.run_until_cancelled(question).await {
                let _ = outbox.send(message).await;
            }
        });
    }

    fn load_history(&self) {
        let (history, outbox) = (self.jobs.history(), self.outbox.clone());
        self.tracker.spawn(async move {
            let (history, said) = history.await;
            let _ = outbox.send(Msg::History(history)).await;
            if let Some(failure) = said {
                let _ = outbox.send(Msg::Notice(failure)).await;
            }
        });
    }

    pub(super) fn ask<F>(&self, host: &HostId, question: impl FnOnce(&HostHandle) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if let Some(host) = self.host(host) {
            let question = question(host);
            let cancel = self.cancel.clone();
            self.tracker.spawn(async move {
                let _ = cancel.run_until_cancelled(question).await;
            });
        }
    }

    fn notice(&mut self, what: &str, result: io::Result<()>) {
        if let Err(error) = result {
            self.take(Msg::Notice(Failure::new(what, error.to_string())));
        }
    }
}

/// Where lines are written to: a path as a shell reads it.
fn place(said: String, replace: bool) -> Place {
    Place {
        path: pem::at_home(&said),
        said,
        replace,
    }
}
