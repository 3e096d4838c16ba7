//! What is said of a job that ended.

use crate::app::toast::Tone;
use crate::domain::Outcome;

/// What a finished job says in one line.
pub(super) fn line(title: &str, outcome: &Outcome) -> (String, Tone) {
    match outcome {
        Outcome::Done { summary } => (format!("{title}: {summary}"), Tone::Done),
        Outcome::NothingToDo { summary } => {
            (format!("{title}: nothing to do, {summary}"), Tone::Note)
        }
        Outcome::Failed { failure, .. } => (
            format!("{title} failed: {} (6 shows all of it)", failure.why),
            Tone::Failed,
        ),
        Outcome::RolledBack {
            failure, summary, ..
        } => (
            format!(
                "{title} failed and was rolled back: {}; {summary} (6 shows all of it)",
                failure.why
            ),
            Tone::Failed,
        ),
        Outcome::Interrupted { .. } => (format!("{title}: {}", outcome.word()), Tone::Failed),
        Outcome::Cancelled { done } if done.is_empty() => (
            format!("{title}: cancelled, nothing was changed"),
            Tone::Warning,
        ),
        Outcome::Cancelled { done } => (
            format!(
                "{title}: cancelled after “{}”, not verified",
                done.join("”, “")
            ),
            Tone::Warning,
        ),
    }
}
