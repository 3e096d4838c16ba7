//! The signals that end or stop us, as one stream.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// SIGTERM, SIGHUP: leave. A committing step of a job is finished first.
    Quit,
    /// SIGINT: the same, unless another program has the terminal, whose key it was.
    Interrupt,
    /// SIGTSTP: give the terminal back until SIGCONT.
    Suspend,
}

/// The signals we listen to.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    suspend: Signal,
}

impl Signals {
    /// Starts listening.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            suspend: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
        })
    }

    /// The next one.
    pub async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.terminate.recv() => Asked::Quit,
            _ = self.interrupt.recv() => Asked::Interrupt,
            _ = self.hangup.recv() => Asked::Quit,
            _ = self.suspend.recv() => Asked::Suspend,
        }
    }
}

/// Stops this process as SIGTSTP would have; returns when it is continued.
pub fn stop_self() {
    // SIGTSTP is handled by us, so it would not stop us; SIGSTOP cannot be handled.
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}
