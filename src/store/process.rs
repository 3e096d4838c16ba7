//! Which process a record belongs to, so that a later one can tell whether it is gone.

use rustix::io::Errno;
use rustix::process::{Pid, getpid, test_kill_process};

/// A process, told apart from a later one with the same number by when it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: i32,
    /// When it started, in the kernel's ticks since boot; none where `/proc` does not say.
    pub started: Option<u64>,
}

impl Process {
    /// This process.
    pub fn current() -> Self {
        let pid = getpid().as_raw_nonzero().get();
        Self {
            pid,
            started: start_of(pid),
        }
    }

    /// Whether it still runs. When in doubt, it does.
    pub fn is_alive(self) -> bool {
        let Some(pid) = Pid::from_raw(self.pid) else {
            return false;
        };
        if test_kill_process(pid) == Err(Errno::SRCH) {
            return false;
        }
        match (self.started, start_of(self.pid)) {
            (Some(then), Some(now)) => then == now,
            _ => true,
        }
    }
}

/// Field 22 of `/proc/PID/stat` (proc(5)). The program's name (field 2) may hold spaces and brackets.
fn start_of(pid: i32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(19)?.parse().ok()
}
