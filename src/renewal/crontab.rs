//! The renewal that a crontab of this machine runs with `docker exec`: the exact call that its user has.

use std::fs;
use std::path::{Path, PathBuf};

use cronexpr::{FallbackTimezoneOption, ParseOptions, parse_crontab_with};

use crate::domain::RunTimes;

/// Where cron looks (Debian's cron, cronie, busybox), and systems' own folders of scripts.
const FOLDERS: [&str; 7] = [
    "/var/spool/cron/crontabs",
    "/var/spool/cron",
    "/etc/cron.d",
    "/etc/cron.hourly",
    "/etc/cron.daily",
    "/etc/cron.weekly",
    "/etc/cron.monthly",
];

/// No crontab is longer.
const MOST_BYTES: u64 = 64 * 1024;

/// A command that cron runs in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The file that says so.
    pub file: PathBuf,
    /// The container, or the service of a Compose project.
    pub container: String,
    /// The command line in the container.
    pub command: String,
    /// Whether it is what comes after the service in `docker compose run`, so that the image's own program gets it.
    pub is_run: bool,
    /// When it is run; none where the file does not tell.
    pub runs: Option<RunTimes>,
}

/// When systems run the scripts of their own folders: Debian's /etc/crontab. Others differ by hours.
const OF_FOLDERS: [(&str, &str); 4] = [
    ("cron.hourly", "17 * * * *"),
    ("cron.daily", "25 6 * * *"),
    ("cron.weekly", "47 6 * * 7"),
    ("cron.monthly", "52 6 1 * *"),
];

/// What cron calls times that it has names for (crontab(5)); at a boot is no time.
const NAMED: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 7"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// What the crontabs of this machine run in containers. Blocks.
pub(super) fn entries() -> Vec<Entry> {
    let mut files = vec![PathBuf::from("/etc/crontab")];
    for folder in FOLDERS {
        let entries = fs::read_dir(folder).into_iter().flatten();
        let mut found: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
        found.sort();
        files.extend(found);
    }
    let mut all = Vec::new();
    for file in files {
        let short = fs::metadata(&file).is_ok_and(|met| met.is_file() && met.len() <= MOST_BYTES);
        if let Some(text) = short.then(|| fs::read_to_string(&file).ok()).flatten() {
            all.extend(read(&file, &text));
        }
    }
    all
}

/// The lines of a crontab, or of a script, that run something in a container.
pub(super) fn read(file: &Path, text: &str) -> Vec<Entry> {
    let lines = text.lines().map(str::trim);
    let commands = lines.filter(|line| !line.starts_with('#'));
    commands
        .filter_map(|line| {
            let (is_run, (container, command)) = match in_running(line, " exec ") {
                Some(found) => (false, found),
                None => (true, run(line)?),
            };
            Some(Entry {
                file: file.to_owned(),
                container,
                command,
                is_run,
                runs: run_times(file, line),
            })
        })
        .collect()
}

/// When cron runs a line of a crontab, or a script of its folders.
fn run_times(file: &Path, line: &str) -> Option<RunTimes> {
    let folder = file.parent().and_then(Path::file_name);
    let mut of_folders = OF_FOLDERS.into_iter();
    let of_folder = of_folders.find(|(name, _)| folder.is_some_and(|folder| folder == *name));
    let mut words = line.split_whitespace();
    let fields = match (of_folder, words.next()) {
        (Some((_, fields)), _) => fields.to_owned(),
        (None, Some(name)) if name.starts_with('@') => {
            let mut named = NAMED.into_iter();
            named.find(|(own, _)| *own == name)?.1.to_owned()
        }
        (None, first) => {
            let fields: Vec<&str> = first.into_iter().chain(words).take(5).collect();
            fields.join(" ")
        }
    };
    // cron goes by the machine's own clock.
    let mut options = ParseOptions::default();
    options.fallback_timezone_option = FallbackTimezoneOption::System;
    let times = parse_crontab_with(&fields, options).ok()?;
    Some(RunTimes::new(&fields, times))
}

/// `docker compose run [OPTIONS] SERVICE ARGUMENTS…`: in a container that is made for it. Only where words are words,
/// and the service's own program is run.
fn run(line: &str) -> Option<(String, String)> {
    let is_compose = |before: &str| {
        before
            .split_whitespace()
            .any(|word| word.ends_with("compose"))
    };
    let at = line.find(" run ")?;
    if !is_compose(&line[..at]) || line.contains("--entrypoint") {
        return None;
    }
    let (service, arguments) = in_running(line, " run ")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+ ".contains(c);
    arguments
        .chars()
        .all(is_plain)
        .then_some((service, arguments))
}

/// `docker exec [OPTIONS] CONTAINER COMMAND…`, also of `podman` and `docker compose`; or the same with another verb.
fn in_running(line: &str, verb: &str) -> Option<(String, String)> {
    let at = line.find(verb)?;
    let before = &line[..at];
    let is_engine = ["docker", "podman", "docker-compose", "compose"]
        .iter()
        .any(|name| {
            before
                .split_whitespace()
                .any(|word| word.rsplit('/').next() == Some(name))
        });
    if !is_engine {
        return None;
    }
    let mut rest = line[at + verb.len()..].trim_start();
    loop {
        let word = rest.split_whitespace().next()?;
        if !word.starts_with('-') {
            break;
        }
        rest = rest[word.len()..].trim_start();
        // These take a word of their own.
        if matches!(
            word,
            "-e" | "--env"
                | "-u"
                | "--user"
                | "-w"
                | "--workdir"
                | "--env-file"
                | "--index"
                | "-v"
                | "--volume"
                | "-p"
                | "--publish"
                | "-l"
                | "--label"
                | "--name"
        ) {
            let value = rest.split_whitespace().next()?;
            rest = rest[value.len()..].trim_start();
        }
    }
    let container = rest.split_whitespace().next()?;
    let command = in_container(rest[container.len()..].trim());
    (!command.is_empty()).then(|| (container.to_owned(), command))
}

/// The part of a command line that is the container's: up to where the shell of the crontab goes on by itself.
fn in_container(text: &str) -> String {
    let mut quote = None;
    let mut end = text.len();
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, ';' | '|' | '&' | '>') if previous != '\\' => {
                end = at;
                break;
            }
            _ => {}
        }
        previous = c;
    }
    let kept = text[..end].trim_end();
    // `2>/dev/null`: the number belongs to what is cut off.
    let is_redirect = text[end..].starts_with('>');
    let kept = match kept.strip_suffix(['1', '2']) {
        Some(before) if is_redirect && before.ends_with(' ') => before.trim_end(),
        _ => kept,
    };
    // In a crontab a percent sign is a line's end unless it is escaped.
    kept.replace("\\%", "%")
}
