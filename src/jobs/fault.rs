//! Where tests kill this process, to see what a killed job leaves behind. Not in a release build.
//!
//! `TOPSIDE_FAULT` names the place: `before:compose_up`, `after:gate`, `during:set_aside` (a moment after it began), and
//! on the way back `back:before:compose_up`; of a renewal `after:run_client`.

use crate::domain::Operation;

/// Where a step stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// What it does.
    pub(super) operation: &'a Operation,
    /// Whether it is one of the way back.
    pub(super) back: bool,
}

#[cfg(debug_assertions)]
impl Place<'_> {
    /// Kills this process when it is to die before the step.
    pub(super) fn before(self) {
        if self.is_named("before") {
            kill();
        }
        if self.is_named("during") {
            const MOMENT: std::time::Duration = std::time::Duration::from_millis(100);
            std::thread::spawn(|| {
                std::thread::sleep(MOMENT);
                kill();
            });
        }
    }

    /// Kills this process when it is to die after the step.
    pub(super) fn after(self) {
        if self.is_named("after") {
            kill();
        }
    }

    fn is_named(self, when: &str) -> bool {
        let Ok(named) = std::env::var("TOPSIDE_FAULT") else {
            return false;
        };
        let operation = serde_json::to_value(self.operation).unwrap_or_default();
        // One of a renewal by its own name.
        let word = operation["step"].as_str().or(operation["do"].as_str());
        let word = word.unwrap_or_default();
        let back = if self.back { "back:" } else { "" };
        named == format!("{back}{when}:{word}")
    }
}

#[cfg(debug_assertions)]
fn kill() {
    use rustix::process::{Signal, getpid, kill_process};
    // It does not return: SIGKILL cannot be held off.
    let _ = kill_process(getpid(), Signal::KILL);
}

#[cfg(not(debug_assertions))]
impl Place<'_> {
    /// Nothing.
    pub(super) const fn before(self) {
        let _ = (self.operation, self.back);
    }

    /// Nothing.
    pub(super) const fn after(self) {}
}
