//! `topside files`: what is in a folder, or what a file holds.

use std::io::{IsTerminal, Write as _};
use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::progress::Progress;
use crate::cli::table::Table;
use crate::cli::{Arguments, Exit, act, print, refuse};
use crate::domain::permission::permission_on_host;
use crate::domain::units::age;
use crate::domain::{
    ByteSize, Failure, FileEntry, FileKind, FileOrder, FilePlace, Folder, Opened, Permission,
};
use crate::files::Looker;
use crate::logs::sanitize;
use crate::runtime::jobs::Shared;

use super::Files;
use super::place::whose;

/// `--cat` prints a file whole up to here; larger ones are copied.
const MOST_PRINTED: u64 = 64 << 20;

/// Prints it.
pub(in crate::cli) async fn list(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Files,
) -> color_eyre::Result<ExitCode> {
    let here = match act::reach(arguments).await {
        Ok(here) => here,
        Err(code) => return Ok(code),
    };
    let place = match whose(&here.host, &here.containers, &wanted.whose, &wanted.path) {
        Ok(whose) => whose.place,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let permission = permission_on_host(&shared.preferences, &here.host);
    let looker = Looker {
        backend: here.backend,
        may_create: !matches!(permission, Permission::Refused(_)),
    };
    let limit = if wanted.cat { MOST_PRINTED } else { 0 };
    let opened = match open(&looker, &place, limit).await {
        Ok(opened) => opened,
        Err(failure) => return Ok(refuse(&failure, Exit::Engine)),
    };
    match opened {
        Opened::Folder { path, .. } if wanted.cat => Ok(no_file(&path, "folder")),
        Opened::Other { path, word } if wanted.cat => Ok(no_file(&path, word)),
        Opened::File { content, size, .. } if wanted.cat => Ok(cat(&content, size)),
        Opened::Folder { path, folder, .. } if wanted.json => {
            Ok(print::json(&of_folder(&path, folder))?)
        }
        Opened::Folder { folder, .. } => Ok(print::out(&text(folder))),
        Opened::File { path, size, .. } if wanted.json => {
            let value = json!({"path": path, "kind": "file", "size": size.0});
            Ok(print::json(&value)?)
        }
        Opened::File { size, .. } => Ok(print::out(&format!(
            "a file of {size}; --cat prints what it holds, topside cp copies it\n"
        ))),
        Opened::Other { path, word } if wanted.json => {
            Ok(print::json(&json!({"path": path, "kind": word}))?)
        }
        Opened::Other { word, .. } => Ok(print::out(&format!("a {word}\n"))),
    }
}

async fn open(looker: &Looker, place: &FilePlace, limit: u64) -> Result<Opened, Failure> {
    let progress = Progress::new();
    let opened = looker.open(place, limit, |passed| {
        progress.show(&format!("reading {}: {passed} passed", place.path));
        std::future::ready(())
    });
    let opened = opened.await;
    progress.clear();
    opened
}

fn no_file(path: &str, word: &str) -> ExitCode {
    let failure = Failure::new(format!("print {path}"), format!("it is a {word}"));
    refuse(&failure, Exit::Engine)
}

/// As it is for programs; on a terminal nothing of it acts on that.
fn cat(content: &[u8], size: ByteSize) -> ExitCode {
    let mut out = std::io::stdout().lock();
    let written = if out.is_terminal() {
        let mut text = String::with_capacity(content.len());
        for line in content.split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            text.push_str(&sanitize(line).0);
            text.push('\n');
        }
        out.write_all(text.as_bytes())
    } else {
        out.write_all(content)
    };
    drop(out);
    if let Err(error) = written {
        // A reader that goes away is no error.
        return match error.kind() {
            std::io::ErrorKind::BrokenPipe => Exit::Done.into(),
            _ => refuse(&Failure::new("print it", error.to_string()), Exit::Engine),
        };
    }
    if size.0 > content.len() as u64 {
        let why = format!(
            "it holds {size}, of which {} are printed",
            ByteSize(MOST_PRINTED)
        );
        let failure = Failure::new("print it", why).hint("topside cp copies all of it");
        return refuse(&failure, Exit::Engine);
    }
    Exit::Done.into()
}

fn text(mut folder: Folder) -> String {
    folder.entries.sort_by(|a, b| FileOrder::Name.compare(a, b));
    let now = Timestamp::now();
    let mut table = Table::new(&["MODE", "OWNER", "SIZE", "AGE", "NAME"]);
    for entry in &folder.entries {
        table.row([
            entry.permissions(),
            format!("{}:{}", entry.uid, entry.gid),
            match entry.kind {
                FileKind::File => entry.size.to_string(),
                _ => "-".to_owned(),
            },
            entry
                .modified
                .map_or_else(|| "-".to_owned(), |at| age(at, now)),
            name(entry),
        ]);
    }
    let mut said = table.to_string();
    if table.is_empty() {
        "it is empty\n".clone_into(&mut said);
    }
    if folder.more > 0 {
        let more = format!("and {} more, which are not listed\n", folder.more);
        said.push_str(&more);
    }
    if let Some(why) = &folder.unfinished {
        let why = format!("not all of it: the reading ended {why}\n");
        said.push_str(&why);
    }
    said
}

fn name(entry: &FileEntry) -> String {
    match &entry.kind {
        FileKind::Folder => format!("{}/", entry.name),
        FileKind::Link(to) => format!("{} → {to}", entry.name),
        _ => entry.name.clone(),
    }
}

fn of_folder(path: &str, mut folder: Folder) -> Value {
    folder.entries.sort_by(|a, b| FileOrder::Name.compare(a, b));
    let entries: Vec<Value> = folder.entries.iter().map(of_entry).collect();
    json!({
        "path": path,
        "entries": entries,
        "more": folder.more,
        "unfinished": folder.unfinished,
    })
}

fn of_entry(entry: &FileEntry) -> Value {
    let target = match &entry.kind {
        FileKind::Link(to) => Some(to),
        _ => None,
    };
    json!({
        "name": entry.name,
        "kind": entry.kind.word(),
        "size": entry.size.0,
        "mode": format!("{:04o}", entry.mode),
        "uid": entry.uid,
        "gid": entry.gid,
        "modified": entry.modified,
        "target": target,
        "exact": entry.exact,
    })
}
