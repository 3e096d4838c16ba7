//! Where tests kill this process, to see what a killed job leaves behind. Not in a release build.

/// Kills this process when `TOPSIDE_FAULT` names this place: `before:2`, `after:2` (steps are counted from 0).
#[cfg(debug_assertions)]
pub(super) fn point(place: &str, step: usize) {
    if std::env::var("TOPSIDE_FAULT").is_ok_and(|named| named == format!("{place}:{step}")) {
        kill();
    }
}

/// Kills this process in the middle of a step: `during:2` a moment after it began.
#[cfg(debug_assertions)]
pub(super) fn soon(step: usize) {
    const MOMENT: std::time::Duration = std::time::Duration::from_millis(300);
    if std::env::var("TOPSIDE_FAULT").is_ok_and(|named| named == format!("during:{step}")) {
        std::thread::spawn(|| {
            std::thread::sleep(MOMENT);
            kill();
        });
    }
}

#[cfg(debug_assertions)]
fn kill() {
    use rustix::process::{Signal, getpid, kill_process};
    // It does not return: SIGKILL cannot be held off.
    let _ = kill_process(getpid(), Signal::KILL);
}

#[cfg(not(debug_assertions))]
pub(super) const fn point(_: &str, _: usize) {}

#[cfg(not(debug_assertions))]
pub(super) const fn soon(_: usize) {}
