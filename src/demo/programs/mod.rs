//! What runs in the demo's containers: which processes one sees, what they use, how they end, what they say.

mod processes;
pub(crate) mod speech;

use jiff::SignedDuration;

use super::world::counters::Load;

pub(crate) use processes::processes;

/// A program as an image has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) kind: Kind,
    /// Whether this version of it never gets well.
    pub(crate) broken: bool,
}

/// Which program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What the container's command says: run line by line.
    Script,
    /// A TLS terminator.
    Hitch,
    /// A cache.
    Varnish,
    /// A web server that logs in the combined format.
    Nginx,
    /// A web application that logs JSON.
    Wiki,
    /// A web application that logs `key=value`.
    Feeds,
    /// A web application whose stack traces come now and then.
    Photos,
    /// A database.
    Postgres,
    /// A job that ends.
    Backup,
    /// A file synchroniser.
    Syncthing,
    /// A mail filter that takes more memory than it has.
    Rspamd,
    /// An ACME client that cron runs.
    Lego,
    /// Nothing: waits until it is stopped.
    Idle,
}

/// How a program ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) after: SignedDuration,
    pub(crate) code: i64,
    pub(crate) oom: bool,
}

impl Kind {
    /// The exit code of one that is stopped.
    pub(crate) const fn stops_with(self) -> i64 {
        match self {
            Self::Varnish | Self::Nginx | Self::Postgres | Self::Hitch => 0,
            _ => 143,
        }
    }
}

impl Program {
    pub(crate) const fn of(kind: Kind) -> Self {
        Self {
            kind,
            broken: false,
        }
    }

    /// The same with another command than its image's: `sh -c …` is a script whatever the image.
    pub(crate) fn of_command(self, entrypoint: &[String], command: &[String]) -> Self {
        let first = entrypoint.iter().chain(command).next();
        let is_shell = |word: &String| matches!(word.as_str(), "sh" | "/bin/sh" | "ash");
        if first.is_some_and(is_shell) && self.kind != Kind::Lego {
            return Self::of(Kind::Script);
        }
        self
    }

    /// Whether its health check fails.
    pub(crate) const fn is_ill(self) -> bool {
        self.broken
    }

    /// How it ends by itself; none when it stays.
    pub(crate) const fn fate(self) -> Option<Fate> {
        match self.kind {
            Kind::Backup => Some(Fate {
                after: SignedDuration::from_secs(94),
                code: 0,
                oom: false,
            }),
            Kind::Rspamd => Some(Fate {
                after: SignedDuration::from_secs(47),
                code: 137,
                oom: true,
            }),
            _ => None,
        }
    }

    /// What it uses. A script's is what its words are known for.
    pub(crate) fn load(self, command: &[String]) -> Load {
        const MB: u64 = 1 << 20;
        const KB: u64 = 1 << 10;
        let load = |cpu, memory, network, disk| Load {
            cpu,
            memory,
            network,
            disk,
        };
        match self.kind {
            Kind::Script => {
                let spins = command
                    .iter()
                    .any(|word| word.contains("while :; do :; done"));
                let cpu = if spins { (0.97, 0.02) } else { (0.0001, 0.0) };
                load(cpu, (MB, 0), (0, 0), (0, 0))
            }
            Kind::Hitch => load((0.006, 0.004), (22 * MB, 0), (42 * KB, 61 * KB), (0, 0)),
            Kind::Varnish => load((0.014, 0.008), (258 * MB, MB), (61 * KB, 58 * KB), (0, 200)),
            Kind::Nginx => load((0.002, 0.001), (9 * MB, 0), (3 * KB, 18 * KB), (60, 30)),
            Kind::Wiki => load(
                (0.041, 0.03),
                (186 * MB, 2 * MB),
                (5 * KB, 19 * KB),
                (300, 900),
            ),
            Kind::Feeds => load((0.023, 0.02), (94 * MB, MB), (14 * KB, 2 * KB), (80, 2_100)),
            Kind::Photos => load(
                (0.117, 0.09),
                (412 * MB, 9 * MB),
                (2 * KB, 44 * KB),
                (9 * KB, KB),
            ),
            Kind::Postgres => load(
                (0.031, 0.015),
                (164 * MB, MB),
                (9 * KB, 12 * KB),
                (2 * KB, 14 * KB),
            ),
            Kind::Backup => load((0.42, 0.2), (38 * MB, 0), (KB, 900 * KB), (2 * MB, 20 * KB)),
            Kind::Syncthing => load(
                (0.018, 0.012),
                (71 * MB, MB),
                (6 * KB, 8 * KB),
                (KB, 4 * KB),
            ),
            Kind::Rspamd => load((0.36, 0.1), (112 * MB, 4_000 * MB), (900, 700), (0, 400)),
            Kind::Lego | Kind::Idle => load((0.0002, 0.0001), (3 * MB, 0), (0, 0), (0, 0)),
        }
    }
}
