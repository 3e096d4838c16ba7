//! An event in words that follow the name of what it is about.

use std::borrow::Cow;

use super::{Event, EventKind};
use crate::domain::units::short_span;
use crate::domain::{ByteSize, Severity};

impl Event {
    /// What happened: "died with exit code 3 after 12s", "is unhealthy", "was pulled"; untrusted.
    pub fn phrase(&self) -> Cow<'_, str> {
        match self.kind {
            EventKind::Container => self.of_container(),
            EventKind::Image => self.of_image(),
            EventKind::Volume | EventKind::Network | EventKind::Swarm => match &*self.verb {
                "create" => Cow::from("was made"),
                "destroy" => Cow::from("was removed"),
                "update" => Cow::from("was changed"),
                _ => self.otherwise(),
            },
            EventKind::Engine => match &*self.verb {
                "reload" => Cow::from("the engine read its configuration again"),
                _ => self.otherwise(),
            },
            EventKind::Other => self.otherwise(),
        }
    }

    fn of_container(&self) -> Cow<'_, str> {
        Cow::from(match &*self.verb {
            "create" => "was made",
            "start" => "was started",
            "restart" => "was restarted",
            "stop" => "was stopped",
            "pause" => "was frozen",
            "unpause" => "goes on",
            "destroy" => "was removed",
            "update" => "has other limits now",
            "oom" => "ran out of memory",
            "commit" => "was made into an image",
            "die" => return Cow::from(self.death()),
            "kill" => return Cow::from(self.killed()),
            "rename" => {
                let before = self.attribute("oldName").unwrap_or_default();
                let before = before.strip_prefix('/').unwrap_or(before);
                return Cow::from(format!("was called {before} before"));
            }
            "health_status" => match self.health() {
                Some("healthy") => "is healthy",
                Some("unhealthy") => "is unhealthy: its health check fails",
                Some(said) => return Cow::from(format!("health: {said}")),
                None => "health changed",
            },
            _ => return self.otherwise(),
        })
    }

    fn death(&self) -> String {
        let code = match self.exit_code() {
            Some(0) => "ended well".to_owned(),
            Some(code) => format!("died with exit code {code}{}", of_signal(code - 128)),
            None => "died".to_owned(),
        };
        match self.ran_for() {
            Some(span) => format!("{code}, after {}", short_span(span)),
            None => code,
        }
    }

    fn killed(&self) -> String {
        match self.attribute("signal") {
            Some(signal) => {
                let name = self.signal().and_then(signal_name);
                let name =
                    name.map_or_else(|| format!("signal {signal}"), |name| format!("SIG{name}"));
                format!("was sent {name}")
            }
            None => "was sent a signal".to_owned(),
        }
    }

    fn of_image(&self) -> Cow<'_, str> {
        Cow::from(match &*self.verb {
            "pull" => "was pulled",
            "build" => "was built",
            "tag" => "names another image now",
            "untag" => "is no name of an image any more",
            "delete" => "was removed",
            "load" | "import" => "was loaded",
            _ => return self.otherwise(),
        })
    }

    /// A prune, which names nothing, and what is not known.
    fn otherwise(&self) -> Cow<'_, str> {
        if &*self.verb != "prune" {
            return Cow::from(self.verb.replace('_', " "));
        }
        let what = match self.kind {
            EventKind::Container => "containers that had ended",
            EventKind::Image => "unused images",
            EventKind::Volume => "unused volumes",
            EventKind::Network => "unused networks",
            EventKind::Engine => "the build cache",
            EventKind::Swarm | EventKind::Other => "what was unused",
        };
        let freed = self
            .attribute("reclaimed")
            .and_then(|said| said.parse().ok());
        match freed.map(ByteSize) {
            Some(ByteSize(0)) | None => Cow::from(format!("{what}: pruned")),
            Some(freed) => Cow::from(format!("{what}: pruned, {freed} freed")),
        }
    }

    /// How much it matters on its own. How a container died can only be judged with what came before:
    /// [`bursts`](super::unasked).
    pub fn severity(&self) -> Severity {
        match (self.kind, &*self.verb) {
            (EventKind::Container, "oom") => Severity::Critical,
            (EventKind::Container, "health_status") if self.health() == Some("unhealthy") => {
                Severity::Critical
            }
            (EventKind::Container, "die") if self.exit_code() != Some(0) => Severity::Warning,
            _ => Severity::Fine,
        }
    }
}

/// What a code above 128 means, where a shell's convention says so.
fn of_signal(number: i64) -> String {
    signal_name(number).map_or_else(String::new, |name| format!(" (SIG{name})"))
}

/// The signals that end things (POSIX, as Linux numbers them).
const fn signal_name(number: i64) -> Option<&'static str> {
    Some(match number {
        1 => "HUP",
        2 => "INT",
        3 => "QUIT",
        4 => "ILL",
        6 => "ABRT",
        7 => "BUS",
        8 => "FPE",
        9 => "KILL",
        10 => "USR1",
        11 => "SEGV",
        12 => "USR2",
        13 => "PIPE",
        14 => "ALRM",
        15 => "TERM",
        _ => return None,
    })
}
