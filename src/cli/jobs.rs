//! `topside jobs`: what was done, by whom, and how it ended.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::config::Paths;
use crate::domain::Failure;
use crate::domain::units::short_span;
use crate::runtime::zone;
use crate::store::{JobRecord, Note, Store, StoreError};

use super::arguments::Jobs;
use super::table::Table;
use super::{Exit, print, refuse};

pub(super) fn run(paths: Option<&Paths>, wanted: &Jobs) -> color_eyre::Result<ExitCode> {
    let path = paths.map(Paths::store).filter(|path| path.exists());
    let records = match path {
        // Nothing was ever done here.
        None => Vec::new(),
        Some(path) => match read(&path, wanted.last) {
            Ok((records, note)) => {
                if let Some(note) = note {
                    print::failure(&Failure::new("open the records", note.0));
                }
                records
            }
            Err(error) => {
                let failure = Failure::new("read the records", error.to_string());
                return Ok(refuse(&failure, Exit::Engine));
            }
        },
    };
    if wanted.json {
        let jobs: Vec<Value> = records.iter().map(as_json).collect();
        return Ok(print::json(&json!({ "jobs": jobs }))?);
    }
    if records.is_empty() {
        return Ok(print::out("nothing was done yet\n"));
    }
    let mut table = Table::new(&["WHEN", "JOB", "RESULT", "TOOK", "WHO"]);
    let zone = zone::system();
    for record in &records {
        let asked = record.asked_at.to_zoned(zone.clone());
        let ended_at = record.end().map(|(_, at)| at).or(record.ended_at);
        let took = ended_at.map(|at| short_span(at.duration_since(record.asked_at)));
        table.row([
            asked.strftime("%F %T").to_string(),
            record.title(),
            result(record).to_owned(),
            took.unwrap_or_default(),
            record.who.clone(),
        ]);
    }
    Ok(print::out(&table.to_string()))
}

fn read(path: &Path, last: usize) -> Result<(Vec<JobRecord>, Option<Note>), StoreError> {
    let (store, note) = Store::open(path)?;
    Ok((store.jobs(last)?, note))
}

fn result(record: &JobRecord) -> &'static str {
    match record.end() {
        Some((outcome, _)) => outcome.word(),
        None if record.ended_at.is_some() => "ended as a later version knows",
        None => "under way",
    }
}

fn as_json(record: &JobRecord) -> Value {
    let (outcome, ended_at) = record.end().unzip();
    let steps: Vec<Value> = record
        .steps
        .iter()
        .map(|step| {
            json!({
                "title": step.title,
                "started_at": step.started_at,
                "ended_at": step.ended_at,
                "ok": step.ok,
            })
        })
        .collect();
    json!({
        "id": record.id,
        "host": record.target.host(),
        "target": record.target,
        "action": record.action,
        "who": record.who,
        "asked_at": record.asked_at,
        "ended_at": ended_at.or(record.ended_at),
        "state": result(record),
        "result": outcome,
        "steps": steps,
        "output": record.output,
    })
}
