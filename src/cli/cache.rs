//! `topside images --cache`: what builds left to be faster the next time.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::json;

use crate::domain::image_layer::in_dockerfile;
use crate::domain::units::age;
use crate::domain::{CacheRecord, EngineUsage};

use super::print;
use super::table::Table;

/// Prints each entry, the greatest first.
pub(super) fn print(
    usage: &EngineUsage,
    now: Timestamp,
    as_json: bool,
) -> color_eyre::Result<ExitCode> {
    let mut records: Vec<&CacheRecord> = usage.cache.iter().collect();
    records.sort_by_key(|record| (Reverse(record.size), Reverse(record.last_used), &record.id));
    if as_json {
        return Ok(print::json(&json!({"build_cache": records}))?);
    }
    if records.is_empty() {
        return Ok(print::out("the build cache is empty\n"));
    }
    let mut table = Table::new(&["ID", "KIND", "SIZE", "USED", "TIMES", "STATE", "MADE BY"]);
    for record in &records {
        let used = record.last_used.map(|at| format!("{} ago", age(at, now)));
        let state = match (record.in_use, record.shared) {
            (true, _) => "in use",
            (false, true) => "shared",
            (false, false) => "",
        };
        let id: String = record.id.chars().take(12).collect();
        table.row([
            id,
            record.kind.clone(),
            record.size.to_string(),
            used.unwrap_or_default(),
            record.uses.to_string(),
            state.to_owned(),
            in_dockerfile(&record.description),
        ]);
    }
    let mut text = table.to_string();
    let _ = writeln!(
        text,
        "\n{} in {} entries, {} in use; what an image has, too (shared), is counted with the image",
        usage.all_cache(),
        records.len(),
        usage.cache_in_use()
    );
    Ok(print::out(&text))
}
