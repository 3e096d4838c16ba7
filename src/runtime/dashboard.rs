//! The dashboard running: messages in, effects out, frames.

use std::io;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::time::Instant;

use crossterm::event::{Event, EventStream};
use futures_util::{FutureExt, StreamExt};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::overlay::Overlay;
use crate::app::remembered::Remembered;
use crate::app::{Host, HostMsg, Model, Msg, update};
use crate::domain::command::CommandCall;
use crate::domain::{ContainerId, Failure, HostId, ProjectId};
use crate::ui;

use super::appearance::Appearance;
use super::configuration::Configuration;
use super::edit::Session;
use super::events::Journal;
use super::host::{self, HostHandle};
use super::jobs::Jobs;
use super::lend::discard_typed_ahead;
use super::logs::Logs;
use super::logs::taken::Program;
use super::remember::Keeper;
use super::signals::{Asked, Signals, stop_self};
use super::terminal::{self, Tui, say};
use super::{FRAME, Setup, at_hand, input, saved, zone};

/// Messages that may wait for the loop.
const INBOX: usize = 64;
/// Messages taken before a frame is considered again.
const DRAIN: usize = 32;

pub(super) struct Dashboard {
    pub(super) model: Model,
    pub(super) appearance: Appearance,
    keeper: Keeper,
    pub(super) configuration: Configuration,
    /// Tells that the config or a theme was saved.
    saved: mpsc::Receiver<()>,
    pub(super) tui: Tui,
    pub(super) signals: Signals,
    pub(super) hosts: Vec<HostHandle>,
    pub(super) logs: Logs,
    pub(super) jobs: Jobs,
    pub(super) outbox: mpsc::Sender<Msg>,
    pub(super) inbox: mpsc::Receiver<Msg>,
    pub(super) tracker: TaskTracker,
    pub(super) cancel: CancellationToken,
    /// Ends the look into an image's layers.
    pub(super) looking: CancellationToken,
    /// Ends the look at somebody's files.
    pub(super) browsing: CancellationToken,
    /// What has to be done by the loop itself, between two messages.
    pub(super) next: Option<Next>,
    /// The last edit of a project's files, to go on with or to take back.
    pub(super) edit: Option<Session>,
    drawn: Option<Instant>,
    stands_at: Option<Timestamp>,
    dirty: bool,
    /// Whether a log wants more of its lines looked at, once nothing else is to be done.
    pub(super) looks_on: bool,
}

/// What only the loop can do.
pub(super) enum Next {
    Quit,
    Suspend,
    Shell(HostId, ContainerId),
    /// A file of a project; none to go on with the last edit.
    Edit(ProjectId, Option<String>),
    /// A command of the user's own.
    Command(HostId, Box<CommandCall>),
    /// Lines of a log for a program.
    Program(Program, String),
}

impl Dashboard {
    pub(super) fn start(setup: Setup) -> io::Result<Self> {
        let (outbox, inbox) = mpsc::channel(INBOX);
        let tracker = TaskTracker::new();
        let cancel = CancellationToken::new();
        // Before the terminal is taken: a signal in between would leave it as it is.
        let signals = Signals::new()?;
        let tell = outbox.clone();
        terminal::on_panic(move |defect| {
            let failure = Failure::new("go on: a part of topside stopped", defect)
                .hint("please report it; start topside again if something stays still");
            // Where the loop is that far behind, the log says it.
            let _ = tell.try_send(Msg::Notice(failure));
        });
        let configuration = Configuration::new(setup.source, setup.config, setup.keymap);
        let settings = configuration.settings();
        let tui = Tui::enter(settings.mouse)?;
        let hosts: Vec<HostHandle> = setup
            .connectors
            .into_iter()
            .map(|connector| {
                let scanner = setup.shared.scanner(connector.host(), connector.is_local());
                let records = Arc::clone(&setup.shared.records);
                let id = connector.host().clone();
                let journal = Journal::open(id, records, outbox.clone(), &tracker);
                host::spawn(
                    connector,
                    scanner,
                    journal,
                    outbox.clone(),
                    configuration.refresh.subscribe(),
                    &tracker,
                    cancel.child_token(),
                )
            })
            .collect();
        let now = setup.stands_at.unwrap_or_else(Timestamp::now);
        let known = hosts
            .iter()
            .map(|h| Host::new(h.id.clone(), h.engine.address.clone()))
            .collect();
        let mut model = Model::new(settings, known, now, zone::system());
        if let Some(failure) = setup.notices.into_iter().next() {
            model.overlay = Some(Overlay::Message {
                failure,
                lines: Vec::new(),
            });
        }
        let known = setup.remembered.clone();
        let keeper = Keeper::new(setup.view_file, known, &tracker);
        model.recall(setup.remembered);
        let (tell, saved) = mpsc::channel(1);
        let source = configuration.source.clone();
        tracker.spawn(saved::watch(source, setup.read, tell));
        let size = tui.terminal.size()?;
        model.size = (size.width, size.height);
        Ok(Self {
            model,
            appearance: configuration.appearance(),
            saved,
            configuration,
            keeper,
            tui,
            signals,
            hosts,
            logs: Logs::new(outbox.clone()),
            jobs: Jobs::new(setup.shared, outbox.clone()),
            outbox,
            inbox,
            tracker,
            looking: cancel.child_token(),
            browsing: cancel.child_token(),
            cancel,
            next: None,
            edit: None,
            drawn: None,
            stands_at: setup.stands_at,
            dirty: true,
            looks_on: false,
        })
    }

    pub(super) async fn run(mut self) -> io::Result<()> {
        // A defect in the loop does not end a job half done either.
        let ended = AssertUnwindSafe(self.serve()).catch_unwind().await;
        let Self {
            tui,
            mut signals,
            jobs,
            tracker,
            cancel,
            logs,
            inbox,
            keeper,
            saved,
            ..
        } = self;
        // Tasks that still tell something are not held up by a loop that is gone.
        drop((inbox, logs, keeper, saved));
        drop(tui);
        terminal::quiet_input();
        cancel.cancel();
        tracker.close();
        if jobs.any() {
            say("finishing the running job (what cannot be cut short runs to its end) …");
        }
        let finished = async {
            jobs.finish().await;
            tracker.wait().await;
        };
        tokio::pin!(finished);
        loop {
            tokio::select! {
                () = &mut finished => break,
                asked = signals.next() => match asked {
                    Asked::Quit | Asked::Interrupt => say("still finishing; kill -9 would leave it half done"),
                    Asked::Suspend => stop_self(),
                },
            }
        }
        ended.unwrap_or_else(|panic| resume_unwind(panic))
    }

    async fn serve(&mut self) -> io::Result<()> {
        let mut events = EventStream::new();
        let mut tick = interval(std::time::Duration::from_secs(1));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let wanted = self.model.theme.clone();
        self.show_theme(&wanted);
        self.draw()?;
        self.appearance.ask(&mut io::stdout());
        loop {
            let mut at_once = false;
            let pause = self.until_frame();
            tokio::select! {
                biased;
                asked = self.signals.next() => {
                    self.next = Some(match asked {
                        Asked::Quit | Asked::Interrupt => Next::Quit,
                        Asked::Suspend => Next::Suspend,
                    });
                }
                event = events.next() => match event {
                    Some(event) => {
                        self.event(event?);
                        // A burst of keys, or a paste in a terminal without brackets, is one frame.
                        // What comes after a key that leads elsewhere is not for the dashboard.
                        while self.next.is_none()
                            && let Some(event) = at_hand(&mut events).await
                        {
                            self.event(event?);
                        }
                        at_once = true;
                    }
                    // The terminal is gone.
                    None => return Ok(()),
                },
                () = tokio::time::sleep(pause), if self.dirty => {}
                _ = tick.tick() => {
                    for event in self.appearance.tick() {
                        self.pass_on(event);
                    }
                    self.take(Msg::Tick(self.now()));
                }
                Some(message) = self.inbox.recv() => {
                    // A whole list is what one opened the dashboard for, or asked for: it waits for no frame.
                    at_once = matches!(message, Msg::Host(_, HostMsg::Listed(_)));
                    self.take(message);
                    for _ in 0..DRAIN {
                        let Ok(message) = self.inbox.try_recv() else { break };
                        self.take(message);
                    }
                }
                Some(()) = self.saved.recv() => self.reconfigure(),
                () = std::future::ready(()), if self.looks_on => {
                    self.looks_on = false;
                    self.take(Msg::LookOn);
                }
            }
            if self.next.is_some() {
                self.hear_out(&mut events).await?;
            }
            match self.next.take() {
                Some(Next::Quit) => return Ok(()),
                Some(Next::Suspend) => {
                    drop(events);
                    self.suspend()?;
                    events = EventStream::new();
                }
                Some(lent) => {
                    drop(events);
                    let quit = self.lend(lent).await?;
                    if quit {
                        return Ok(());
                    }
                    discard_typed_ahead()?;
                    events = EventStream::new();
                }
                None => {}
            }
            if self.dirty && (at_once || self.until_frame().is_zero()) {
                self.draw()?;
            }
        }
    }

    /// The time that the screen goes by.
    fn now(&self) -> Timestamp {
        self.stands_at.unwrap_or_else(Timestamp::now)
    }

    fn event(&mut self, event: Event) {
        let (events, looks_new) = self.appearance.hear(event);
        self.dirty |= looks_new;
        for event in events {
            self.pass_on(event);
        }
    }

    /// Waits for the terminal's answer, where one may be on its way: whoever gets the terminal next would take it for
    /// typed.
    async fn hear_out(&mut self, events: &mut EventStream) -> io::Result<()> {
        let Some(left) = self.appearance.awaits() else {
            return Ok(());
        };
        let listen = async {
            while self.appearance.awaits().is_some()
                && let Some(event) = events.next().await
            {
                self.appearance.hear(event?);
            }
            Ok(())
        };
        tokio::time::timeout(left, listen).await.unwrap_or(Ok(()))
    }

    /// Takes a theme; one that is broken is told, and what was stays.
    pub(super) fn show_theme(&mut self, theme: &str) {
        if let Err(failure) = self.appearance.choose(theme) {
            self.take(Msg::Notice(failure));
        }
    }

    /// Draws soon, though nothing happened to the model.
    pub(super) const fn redraw(&mut self) {
        self.dirty = true;
    }

    /// Keeps what was chosen on screen.
    pub(super) fn remember(&self, remembered: Remembered) {
        self.keeper.keep(remembered);
    }

    fn pass_on(&mut self, event: Event) {
        if let Some(message) = input::message(event) {
            self.take(message);
        }
    }

    /// How long until a frame may be drawn.
    fn until_frame(&self) -> std::time::Duration {
        self.drawn.map_or(std::time::Duration::ZERO, |at| {
            FRAME.saturating_sub(at.elapsed())
        })
    }

    fn draw(&mut self) -> io::Result<()> {
        let (model, theme) = (&self.model, self.appearance.theme());
        let mut regions = None;
        self.tui
            .terminal
            .draw(|frame| regions = Some(ui::draw(model, theme, frame)))?;
        self.dirty = false;
        self.drawn = Some(Instant::now());
        if let Some(regions) = regions
            && regions != self.model.regions
        {
            self.take(Msg::Drawn(regions));
            self.dirty = false;
        }
        Ok(())
    }

    /// Takes a message in and carries out what follows from it.
    pub(super) fn take(&mut self, message: Msg) {
        self.dirty = true;
        // Also while a shell has the terminal and nothing ticks: what is told then has its own time.
        self.model.now = self.now();
        for effect in update(&mut self.model, message) {
            self.carry_out(effect);
        }
    }
}
