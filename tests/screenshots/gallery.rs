//! Which pictures there are, and the page that shows them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Its name, the key that leads there, what is seen then, what it shows.
pub type Picture = (&'static str, &'static str, &'static str, &'static str);

/// The views.
pub const VIEWS: [Picture; 9] = [
    (
        "services",
        "1",
        "hitch",
        "Services: projects, states, CPU and memory, and what needs you on top",
    ),
    (
        "certificates",
        "2",
        "not reloaded",
        "Certificates: their expiry, where they are served, who renews them and whether that worked",
    ),
    (
        "volumes",
        "3",
        "SIZE",
        "Volumes: where the disk went, and how fast it goes",
    ),
    (
        "images",
        "4",
        "SIZE",
        "Images: who uses them, what they share, what can be freed",
    ),
    ("logs", "5", "following", "Logs of several services by time"),
    (
        "jobs",
        "6",
        "jobs 3",
        "Jobs: what was done here, and how it ended",
    ),
    ("hosts", "7", "ENGINE", "Hosts: CPU, memory, disks"),
    ("networks", "8", "SUBNET", "Networks and who is in them"),
    (
        "events",
        "9",
        "WHO",
        "Events: what the engine did beside what was done here",
    ),
];

/// What is opened over a view, from anywhere.
pub const ABOVE: [Picture; 5] = [
    (
        "findings",
        "!",
        "what needs you",
        "Everything that needs you, with the key that helps",
    ),
    ("palette", ":", "do or go to", "Everything by name"),
    (
        "themes",
        ",",
        "themes ─",
        "Themes, each shown as the cursor moves",
    ),
    ("columns", ".", "columns ─", "Which columns are shown"),
    ("help", "?", "keys ─", "The keys that work here"),
];

/// What is opened over the service web/feeds.
pub const OF_A_SERVICE: [Picture; 2] = [
    (
        "plan",
        "P",
        "redeploy web/feeds",
        "What a redeploy would do, step by step",
    ),
    (
        "files",
        "b",
        "etc/",
        "The files of a container, running or not",
    ),
];

pub const SMALL: &str = "80x24";
pub const SMALLEST: &str = "40x12";
pub const STATS: &str = "A service's usage over time";

/// Where the pictures are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots")
}

/// Whether they are drawn anew.
pub fn updates() -> bool {
    std::env::var_os("TOPSIDE_UPDATE_SCREENSHOTS").is_some()
}

/// The names of all themes that come with topside, sorted.
pub fn themes() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(names.len() > 10, "{names:?}");
    names
}

/// Holds the page to what is there, and the folder to what is on the page.
pub fn check() {
    let (page, mut pictures) = page();
    pictures.push("README.md".to_owned());
    pictures.sort();
    let path = folder().join("README.md");
    if updates() {
        fs::create_dir_all(folder()).unwrap();
        fs::write(&path, &page).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page, "screenshots/README.md is not up to date");
    let mut there: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    there.sort();
    if !updates() {
        assert_eq!(there, pictures, "what lies in screenshots/");
    }
}

/// The page, and the files that it shows.
fn page() -> (String, Vec<String>) {
    let mut page = "<!-- Written by tests/screenshots. -->\n# What it looks like\n\n\
        Every picture is a real frame of `topside demo --at 2026-11-22T12:00:00Z`, drawn by `tests/screenshots`.\n"
        .to_owned();
    let mut files = Vec::new();
    let mut show = |page: &mut String, name: &str, about: &str| {
        let _ = write!(page, "\n{about}\n\n![{about}]({name}.svg)\n");
        files.push(format!("{name}.svg"));
    };
    page.push_str("\n## Views\n");
    for (name, key, _, about) in VIEWS {
        show(&mut page, name, &format!("`{key}` {about}"));
    }
    page.push_str("\n## Over them\n");
    for (name, key, _, about) in ABOVE.into_iter().chain(OF_A_SERVICE) {
        show(&mut page, name, &format!("`{key}` {about}"));
    }
    page.push_str("\n## Large and small\n");
    show(&mut page, "stats", STATS);
    show(&mut page, "services-80x24", SMALL);
    show(&mut page, "services-40x12", SMALLEST);
    page.push_str("\n## Themes\n");
    for name in themes() {
        show(&mut page, &format!("theme-{name}"), &format!("`{name}`"));
    }
    (page, files)
}
