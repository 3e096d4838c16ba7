//! The symbols of states. Each state has its own, so that no state is said by colour alone.

use jiff::Timestamp;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::app::freshness::Marks;
use crate::app::toast::Tone;
use crate::app::{Connection, Host};
use crate::domain::{Outcome, ReleaseState, ServiceState, Severity, Urgency};
use crate::theme::Theme;

/// A registry has a newer image.
pub const UPDATE: &str = "⇡";
/// Another image lies here, and was not deployed.
pub const SUPERSEDED: &str = "⇧";
/// The image lost its tag.
pub const LOST_TAG: &str = "∅";
/// The Compose files say something else.
pub const DRIFT: &str = "≠";

/// Each mark of what is out of date, and what it means.
pub const MARKS: [(&str, &str); 4] = [
    (
        UPDATE,
        "the registry has another image than the one that runs",
    ),
    (
        SUPERSEDED,
        "its image was built or pulled anew, and is not deployed",
    ),
    (LOST_TAG, "the image that it runs has lost its tag"),
    (
        DRIFT,
        "it runs with another configuration than its files say",
    ),
];

/// What of a service is out of date.
pub fn marks(theme: &Theme, host: &Host, marks: Marks) -> Vec<Span<'static>> {
    let all = [
        (marks.superseded, SUPERSEDED, theme.warning),
        (marks.lost_tag, LOST_TAG, theme.warning),
        (marks.drift == Some(true), DRIFT, theme.warning),
        (marks.update, UPDATE, theme.info),
    ];
    let seen = |style| if host.is_stale() { theme.muted } else { style };
    all.into_iter()
        .filter(|(is_so, ..)| *is_so)
        .map(|(_, symbol, style)| Span::styled(symbol, seen(style)))
        .collect()
}

/// A service's or container's state.
pub fn service(theme: &Theme, state: ServiceState) -> Span<'static> {
    let (symbol, style) = match state {
        ServiceState::Running => ("●", theme.ok),
        ServiceState::Stopped => ("○", theme.muted),
        ServiceState::Created => ("◌", theme.muted),
        ServiceState::Paused => ("◎", theme.info),
        ServiceState::Starting => ("◐", theme.info),
        ServiceState::Partial => ("◑", theme.warning),
        ServiceState::Unhealthy => ("▲", theme.critical),
        ServiceState::Restarting => ("⟳", theme.critical),
        ServiceState::Failed => ("✖", theme.critical),
    };
    Span::styled(symbol, style)
}

/// The same as it was last seen on a host: of a stale picture nothing says that it is well, or that it is not.
pub fn seen(theme: &Theme, host: &Host, state: ServiceState) -> Span<'static> {
    let symbol = service(theme, state);
    if host.is_stale() {
        symbol.style(theme.muted)
    } else {
        symbol
    }
}

/// The style of a state's word as it was last seen on a host.
pub fn seen_style(theme: &Theme, host: &Host, state: ServiceState) -> Style {
    if host.is_stale() {
        theme.muted
    } else {
        state_style(theme, state)
    }
}

/// The style of a state's word: what is fine stays quiet.
fn state_style(theme: &Theme, state: ServiceState) -> Style {
    match (state, state.severity()) {
        (_, Severity::Critical) => theme.critical,
        (_, Severity::Warning) => theme.warning,
        (ServiceState::Starting | ServiceState::Paused, Severity::Fine) => theme.info,
        (_, Severity::Fine) => theme.muted,
    }
}

/// How bad something is.
pub fn severity(theme: &Theme, severity: Severity) -> Span<'static> {
    match severity {
        Severity::Fine => Span::styled("✔", theme.ok),
        Severity::Warning => Span::styled("▲", theme.warning),
        Severity::Critical => Span::styled("✖", theme.critical),
    }
}

/// What a short message is about.
pub fn tone(theme: &Theme, tone: Tone) -> Span<'static> {
    match tone {
        Tone::Note => Span::styled("›", theme.info),
        Tone::Done => Span::styled("✔", theme.ok),
        Tone::Warning => Span::styled("▲", theme.warning),
        Tone::Failed => Span::styled("✖", theme.critical),
    }
}

/// How we stand with a host.
pub fn connection(theme: &Theme, connection: &Connection) -> Span<'static> {
    match connection {
        Connection::Connecting => Span::styled("◌", theme.info),
        Connection::Connected { .. } => Span::styled("●", theme.ok),
        Connection::Lost { .. } => Span::styled("✖", theme.critical),
    }
}

/// How soon a certificate wants attention.
pub fn urgency(theme: &Theme, urgency: Urgency) -> Span<'static> {
    match urgency {
        Urgency::Fine => Span::styled("●", theme.ok),
        Urgency::Due => Span::styled("◐", theme.info),
        Urgency::Warning => Span::styled("▲", theme.warning),
        Urgency::Critical | Urgency::Expired => Span::styled("✖", theme.critical),
        Urgency::NotYetValid => Span::styled("◌", theme.warning),
    }
}

/// How a job ended; none while it runs.
pub fn outcome(theme: &Theme, outcome: Option<&Outcome>) -> Span<'static> {
    match outcome {
        None => Span::styled("⟳", theme.info),
        Some(Outcome::Done { .. }) => Span::styled("✔", theme.ok),
        Some(Outcome::NothingToDo { .. }) => Span::styled("=", theme.ok),
        Some(Outcome::RolledBack { .. }) => Span::styled("↶", theme.warning),
        Some(Outcome::Failed { .. }) => Span::styled("✖", theme.critical),
        Some(Outcome::Interrupted { .. }) => Span::styled("↯", theme.critical),
        Some(Outcome::Cancelled { .. }) => Span::styled("⊘", theme.warning),
    }
}

/// How a release ended.
pub fn release(theme: &Theme, state: ReleaseState) -> Span<'static> {
    match state {
        ReleaseState::Good => Span::styled("✔", theme.ok),
        ReleaseState::Failed => Span::styled("✖", theme.critical),
        ReleaseState::RolledBack => Span::styled("↶", theme.warning),
    }
}

/// Something under way; turns as time goes on.
pub fn spinner(now: Timestamp) -> &'static str {
    const TURNS: [&str; 8] = ["⣾", "⣽", "⣻", "⢿", "⡿", "⣟", "⣯", "⣷"];
    let step = now.as_millisecond().div_euclid(125).rem_euclid(8);
    TURNS[step as usize]
}
