//! `topside config`: the config begun, shown, checked, found, edited.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::app::remembered::Remembered;
use crate::config::in_force::{Entry, in_force};
use crate::config::{Config, DEFAULT_FILE, Paths};
use crate::domain::{Failure, Mistake};
use crate::runtime::configuration::Source;
use crate::runtime::remember;

use super::ask::{Answer, ask};
use super::table::Table;
use super::{Arguments, Exit, print, refuse, source};

mod edit;

/// What is done with the config.
#[derive(Debug, Args)]
#[command(after_help = DEFAULT_FILE)]
pub struct Wanted {
    /// What.
    #[command(subcommand)]
    pub what: What,
}

/// What is done with the config.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Write the file with every key and its default, commented; never over one that is there.
    Init,
    /// Print what is in force, and where each of it comes from.
    Show {
        /// Print JSON, for scripts: key, value, from (default, file, screen), line.
        #[arg(long)]
        json: bool,
    },
    /// Say what is wrong with the file, with line and column; 0 where nothing is, else 2.
    Check,
    /// Print where the file is, one's own themes, and what topside keeps.
    Path,
    /// Edit a copy with $VISUAL or $EDITOR; it takes the file's place when nothing is wrong with it.
    Edit,
}

pub(super) fn run(arguments: &Arguments, paths: Option<&Paths>, wanted: &Wanted) -> ExitCode {
    let source = source(arguments, paths);
    let Some(file) = source.file.clone() else {
        let failure = Failure::new("find the config", "there is no home folder");
        return refuse(&failure.hint("say --config FILE"), Exit::Usage);
    };
    let done = match &wanted.what {
        What::Init => init(&file),
        What::Show { json } => show(&source, &file, paths, *json),
        What::Check => check(&source, &file),
        What::Path => Ok(path(&source, &file, paths)),
        What::Edit => edit::edit(&source, &file),
    };
    done.unwrap_or_else(|failure| refuse(&failure, Exit::Usage))
}

fn failed(what: &str, path: &Path) -> impl Fn(io::Error) -> Failure {
    let what = format!("{what} {}", path.display());
    move |error| Failure::new(&what, error.to_string())
}

fn init(file: &Path) -> Result<ExitCode, Failure> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed("make", folder))?;
    }
    let made = OpenOptions::new().write(true).create_new(true).open(file);
    let mut made = made.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            let what = format!("write {}", file.display());
            Failure::new(what, "it is there already").hint("topside config edit opens it")
        }
        _ => failed("write", file)(error),
    })?;
    let written = made.write_all(DEFAULT_FILE.as_bytes());
    written.map_err(failed("write", file))?;
    let said = format!("{} has every key with its default\n", file.display());
    Ok(print::out(&said))
}

fn check(source: &Source, file: &Path) -> Result<ExitCode, Failure> {
    source.load().map_err(|mistake| mistake.failure())?;
    let said = if file.exists() {
        format!("{}: nothing is wrong\n", file.display())
    } else {
        format!("{} is not there: the defaults hold\n", file.display())
    };
    Ok(print::out(&said))
}

/// Where things are, and whether they are there.
fn path(source: &Source, file: &Path, paths: Option<&Paths>) -> ExitCode {
    let mut table = Table::new(&["WHAT", "PATH", ""]);
    let mut row = |what: &str, path: &Path| {
        let there = if path.exists() { "" } else { "(not there)" };
        let cells = [what, &path.display().to_string(), there].map(str::to_owned);
        table.row(cells);
    };
    row("config", file);
    if let Some(themes) = &source.themes {
        row("themes", themes);
    }
    if let Some(paths) = paths {
        row("records", &paths.store());
        row("chosen on screen", &paths.view());
        row("own log", &paths.log());
    }
    print::out(&table.to_string())
}

fn show(
    source: &Source,
    file: &Path,
    paths: Option<&Paths>,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let (config, _) = source.load().map_err(|mistake| mistake.failure())?;
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed("read", file)(error)),
    };
    let chosen = paths.map(|paths| remember::load(&paths.view()).0);
    let chosen = on_screen(&config, &chosen.unwrap_or_default());
    let all = in_force(&text);
    if as_json {
        let rows: Vec<_> = all
            .iter()
            .map(|entry| as_json_row(entry, &chosen))
            .collect();
        return Ok(print::out(&format!("{}\n", json!(rows))));
    }
    let mut table = Table::new(&["KEY", "VALUE", "FROM"]);
    for entry in all {
        let on_screen = chosen.iter().find(|(key, _)| *key == entry.key);
        let (value, from) = match (on_screen, entry.line) {
            (Some((_, value)), _) => (value.clone(), "chosen on screen".to_owned()),
            (None, Some(line)) => (entry.value, format!("{}:{line}", file.display())),
            (None, None) => (entry.value, "default".to_owned()),
        };
        table.row([entry.key, value, from]);
    }
    Ok(print::out(&table.to_string()))
}

/// What was chosen on screen in place of what the config says: key and value.
fn on_screen(config: &Config, remembered: &Remembered) -> Vec<(&'static str, String)> {
    let theme = remembered.theme(config.ui.theme.get_ref());
    let order = remembered.service_order(config.ui.sort);
    let mut chosen = Vec::new();
    if theme != *config.ui.theme.get_ref() {
        chosen.push(("ui.theme", toml::Value::from(theme).to_string()));
    }
    if order != config.ui.sort {
        chosen.push(("ui.sort", toml::Value::from(order.word()).to_string()));
    }
    chosen
}

fn as_json_row(entry: &Entry, chosen: &[(&'static str, String)]) -> serde_json::Value {
    let on_screen = chosen.iter().find(|(key, _)| *key == entry.key);
    let text = on_screen.map_or(&entry.value, |(_, value)| value);
    let from = match (on_screen, entry.line) {
        (Some(_), _) => "screen",
        (None, Some(_)) => "file",
        (None, None) => "default",
    };
    let value: Option<toml::Table> = toml::from_str(&format!("value = {text}")).ok();
    let value = value.and_then(|mut table| table.remove("value"));
    json!({
        "key": entry.key,
        "value": value,
        "from": from,
        "line": entry.line.filter(|_| on_screen.is_none()),
    })
}
