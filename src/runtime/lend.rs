//! The terminal lent to another program: the shell we came from, a shell in a container, an editor.

use std::io;

use crate::app::Msg;
use crate::app::edit::Edited;
use crate::domain::command::CommandCall;
use crate::domain::text::visible;
use crate::domain::{ContainerId, Failure, HostId, ProjectId};

use super::dashboard::{Dashboard, Next};
use super::edit::{self, Means};
use super::logs::taken::Program;
use super::signals::{Asked, stop_self};
use super::terminal::{Tui, say};
use super::{asks, own_command, shell};

impl Dashboard {
    /// Gives the terminal back to the shell until `fg`.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        Tui::pause();
        stop_self();
        self.tui.resume()?;
        self.resized()
    }

    /// Hands the terminal to what comes next; true when asked to leave meanwhile.
    pub(super) async fn lend(&mut self, next: Next) -> io::Result<bool> {
        match next {
            Next::Quit => Ok(true),
            Next::Suspend => self.suspend().map(|()| false),
            Next::Shell(host, container) => self.shell(&host, container).await,
            Next::Edit(project, file) => self.edit(project, file).await,
            Next::Program(program, text) => self.program(&program, &text).await,
            Next::Command(host, call) => self.own_command(&host, &call).await,
        }
    }

    /// Runs a shell in a container while the hosts' answers go on being taken in; true when asked to leave meanwhile.
    pub(super) async fn shell(
        &mut self,
        host: &HostId,
        container: ContainerId,
    ) -> io::Result<bool> {
        let engine = match self
            .host(host)
            .map(|host| asks::engine(host, "open a shell"))
        {
            Some(Ok(engine)) => engine,
            Some(Err(failure)) => {
                self.take(Msg::ShellEnded(Err(failure)));
                return Ok(false);
            }
            None => return Ok(false),
        };
        Tui::pause();
        crossterm::terminal::enable_raw_mode()?;
        let known = self.model.host(host);
        let name = known.and_then(|host| host.containers.get(&container));
        let name = name.map_or_else(
            || container.short().to_owned(),
            |known| known.name.to_string(),
        );
        say(&format!(
            "a shell in {}; leave it to come back",
            visible(&name)
        ));
        let shell = shell::run(engine, container, &name);
        tokio::pin!(shell);
        let ended = loop {
            tokio::select! {
                ended = &mut shell => break ended,
                Some(message) = self.inbox.recv() => self.take(message),
                asked = self.signals.next() => {
                    if asked != Asked::Suspend {
                        return Ok(true);
                    }
                }
            }
        };
        self.next = None;
        self.tui.resume()?;
        self.take(Msg::ShellEnded(ended));
        self.resized()?;
        Ok(false)
    }

    /// Has the user edit a file of a project; true when asked to leave meanwhile, which waits for the editor: it has the
    /// terminal, and what is typed.
    pub(super) async fn edit(
        &mut self,
        project: ProjectId,
        file: Option<String>,
    ) -> io::Result<bool> {
        let host = self.host(&project.host);
        let Some(engine) = host.map(|host| asks::engine(host, "edit its files")) else {
            return Ok(false);
        };
        let shared = self.jobs.shared();
        let (compose, kept) = (shared.compose.clone(), shared.edits.clone());
        let before = self.edit.take().filter(|edit| edit.project == project);
        Tui::pause();
        let of = project.clone();
        let edit = async {
            let backend = engine?;
            let means = Means {
                backend,
                compose,
                kept,
            };
            let mut session = match (file, before) {
                (None, Some(session)) => session,
                (Some(file), _) => {
                    say(&format!(
                        "reading the Compose files of {} …",
                        visible(&of.name)
                    ));
                    edit::begin(&means, of, &file).await?
                }
                (None, None) => return Err(Failure::new("edit again", "the edit is forgotten")),
            };
            let edited = edit::edit(&means, &mut session).await;
            let kept = session.keep_old(&means);
            Ok((session, edited, kept))
        };
        let (ended, quit) = self.lent(edit).await?;
        let edited = match ended {
            Ok((session, edited, kept)) => {
                self.edit = Some(session);
                if let Err(failure) = kept {
                    self.take(Msg::Notice(failure));
                }
                edited
            }
            Err(failure) => Edited::Failed(failure),
        };
        self.take(Msg::Edited(project, edited));
        self.resized()?;
        Ok(quit)
    }

    /// Hands lines of a log to a program; true when asked to leave meanwhile, which waits for it: it has the terminal.
    pub(super) async fn program(&mut self, program: &Program, text: &str) -> io::Result<bool> {
        Tui::pause();
        let running = async {
            let ended = program.run(text).await;
            if program.ends {
                say("Enter comes back");
                let read = || io::stdin().read_line(&mut String::new());
                let _ = tokio::task::spawn_blocking(read).await;
            }
            ended
        };
        let (ended, quit) = self.lent(running).await?;
        if let Err(failure) = ended {
            self.take(Msg::LogsTaken(Err(Some(failure))));
        }
        self.resized()?;
        Ok(quit)
    }

    /// Hands the terminal to a command of the user's own; true when asked to leave meanwhile, which waits for it.
    pub(super) async fn own_command(
        &mut self,
        host: &HostId,
        call: &CommandCall,
    ) -> io::Result<bool> {
        let Some(engine) = self.host(host).map(|host| asks::engine(host, "run it")) else {
            return Ok(false);
        };
        Tui::pause();
        let running = async {
            let ended = own_command::run(engine?, call).await;
            if matches!(ended, Ok(Some(_))) {
                own_command::until_read().await;
            }
            ended
        };
        let (ended, quit) = self.lent(running).await?;
        // Who did not want it after all knows.
        let ended = ended.map(|code| code.unwrap_or(0));
        self.take(Msg::CommandEnded(call.name.clone(), ended));
        self.resized()?;
        Ok(quit)
    }

    /// Waits for a program that has the terminal, while the hosts' answers go on being taken in. What came of it, and whether
    /// one is asked to leave.
    async fn lent<T>(&mut self, program: impl Future<Output = T>) -> io::Result<(T, bool)> {
        tokio::pin!(program);
        let mut quit = false;
        let ended = loop {
            tokio::select! {
                ended = &mut program => break ended,
                Some(message) = self.inbox.recv() => self.take(message),
                asked = self.signals.next() => match asked {
                    Asked::Quit => quit = true,
                    // Control-C and Control-Z are the program's keys; when it stops, so do we.
                    Asked::Interrupt => {}
                    Asked::Suspend => stop_self(),
                }
            }
        };
        self.next = None;
        self.tui.resume()?;
        Ok((ended, quit))
    }

    /// Makes the files of a project what they were before the last edit.
    pub(super) fn put_back(&mut self, project: ProjectId) {
        let session = self.edit.take().filter(|edit| edit.project == project);
        let done = session.map_or_else(
            || Err(Failure::new("put the files back", "the edit is forgotten")),
            |session| session.put_back(),
        );
        self.take(Msg::PutBack(project, done));
    }

    fn resized(&mut self) -> io::Result<()> {
        let size = self.tui.terminal.size()?;
        self.take(Msg::Resize(size.width, size.height));
        Ok(())
    }
}

/// What was typed before a shell had the terminal was meant for the shell: it must not act here after it.
pub(super) fn discard_typed_ahead() -> io::Result<()> {
    while crossterm::event::poll(std::time::Duration::ZERO)? {
        crossterm::event::read()?;
    }
    Ok(())
}
