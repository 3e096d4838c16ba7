//! The import rule of DESIGN.md as tables: who may know whom. Change the design here first.

/// What a top-level module may import of the crate. `app::action` allows that submodule only; `*` is anything.
pub const MODULES: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("logs", &["domain"]),
    ("app", &["domain", "logs", "keymap"]),
    ("keymap", &["domain", "app::action"]),
    ("theme", &["domain"]),
    ("ui", &["domain", "logs", "app", "theme", "keymap"]),
    (
        "config",
        &[
            "domain",
            "logs",
            "keymap",
            "theme",
            "app::action",
            "app::model",
            "app::themes",
            "app::view",
        ],
    ),
    ("backend", &["domain"]),
    ("compose", &["domain"]),
    ("store", &["domain"]),
    ("certs", &["domain", "backend"]),
    ("backup", &["domain"]),
    ("disk", &["domain", "backend"]),
    ("tape", &[]),
    ("layers", &["domain", "backend", "tape"]),
    ("files", &["domain", "backend", "tape"]),
    ("sockets", &["domain", "backend"]),
    ("probe", &["domain", "backend", "certs"]),
    ("deploy", &["domain", "backend", "compose"]),
    ("renewal", &["domain", "backend", "certs", "probe"]),
    (
        "jobs",
        &[
            "domain", "logs", "backend", "backup", "compose", "certs", "files", "probe", "renewal",
            "deploy", "store", "tape",
        ],
    ),
    // An engine of its own: only what reaches out is replaced, and records are planted.
    ("demo", &["domain", "backend", "certs", "compose", "store"]),
    ("runtime", &["*"]),
    ("cli", &["*"]),
    ("main", &["cli"]),
    // Cargo runs it before there is anything to import.
    ("build", &[]),
];

/// Where a library may be named: modules, or folders and files below them.
pub const LIBRARIES: &[(&str, &[&str])] = &[
    ("bollard", &["backend/docker"]),
    ("rusqlite", &["store"]),
    ("x509_parser", &["certs"]),
    ("ratatui", &["ui", "theme", "runtime"]),
    ("crossterm", &["ui", "runtime"]),
];

/// The modules that do no I/O and never ask the clock.
pub const PURE: &[&str] = &["domain", "app", "logs"];

/// What a pure module may not name, beside the libraries above.
pub const IMPURE: &[&str] = &[
    "tokio",
    "tokio_util",
    "std::env",
    "std::fs",
    "std::process",
    "std::thread",
    "Timestamp::now",
    "Zoned::now",
    "SystemTime::now",
    "Instant::now",
];

/// At this length a second thing has moved in. Tests may be longer.
pub const LONGEST_FILE: usize = 400;
