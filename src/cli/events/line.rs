//! An event or a job as a line for people, or as one of JSON.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::cli::print;
use crate::domain::text::visible;
use crate::domain::{Event, HostId, Job, JobState, Outcome};

/// What is told of one thing that happened.
pub(super) struct Told {
    /// When.
    pub(super) at: Timestamp,
    /// Whether it is a problem.
    pub(super) is_problem: bool,
    who: String,
    what: String,
    fields: Value,
}

impl Told {
    pub(super) fn event(host: &HostId, event: &Event, is_problem: bool) -> Self {
        let (project, service) = event.service.clone().unzip();
        let attributes: Map<String, Value> = event
            .attributes
            .iter()
            .map(|(name, value)| (name.to_string(), Value::from(&**value)))
            .collect();
        let who = match event.who() {
            // A prune is about nobody but the host.
            nobody if nobody.is_empty() => host.to_string(),
            who => who,
        };
        let what = event.phrase().into_owned();
        Self {
            at: event.at,
            is_problem,
            fields: json!({
                "at": event.at,
                "host": host,
                "kind": event.kind.word(),
                "verb": &*event.verb,
                "id": &*event.id,
                "name": &*event.name,
                "project": project.as_deref(),
                "service": service.as_deref(),
                "what": what,
                "problem": is_problem,
                "exit_code": event.exit_code(),
                "signal": event.signal(),
                "health": event.health(),
                "attributes": attributes,
            }),
            who,
            what,
        }
    }

    pub(super) fn job(job: &Job) -> Self {
        let at = match &job.state {
            JobState::Finished { at, .. } => *at,
            _ => job.asked_at,
        };
        let outcome = job.outcome();
        let is_problem = matches!(
            outcome,
            Some(Outcome::Failed { .. } | Outcome::RolledBack { .. } | Outcome::Interrupted { .. })
        );
        let action = job.action.map_or("job", crate::domain::ActionName::word);
        let word = outcome.map_or("goes on", Outcome::word);
        let what = format!("{}: {word}", action.replace('_', " "));
        let id = job.service();
        Self {
            at,
            is_problem,
            who: job.target.to_string(),
            fields: json!({
                "at": at,
                "host": job.target.host(),
                "kind": "job",
                "verb": action,
                "id": null,
                "name": job.title,
                "project": id.and_then(|id| id.project.as_deref()),
                "service": id.map(|id| &*id.name),
                "what": what,
                "problem": is_problem,
                "exit_code": null,
                "signal": null,
                "health": null,
                "attributes": {},
            }),
            what,
        }
    }

    /// What words are looked for in.
    pub(super) fn haystack(&self) -> String {
        let field = |name: &str| self.fields[name].as_str().unwrap_or_default().to_owned();
        let image = self.fields["attributes"]["image"]
            .as_str()
            .unwrap_or_default();
        let (kind, verb, name) = (field("kind"), field("verb"), field("name"));
        format!("{} {} {kind} {verb} {name} {image}", self.who, self.what)
    }

    /// `2026-11-22 03:12:05 ▲ wezm/web  died with exit code 3`.
    pub(super) fn text(&self, zone: &TimeZone) -> String {
        let at = self.at.to_zoned(zone.clone());
        let at = at.strftime("%F %T");
        let mark = if self.is_problem { "▲" } else { " " };
        let (who, what) = (visible(&self.who), visible(&self.what));
        format!("{at} {mark} {who}  {what}\n")
    }

    pub(super) fn json(&self) -> String {
        format!("{}\n", print::safe_json(&self.fields.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_whatever_the_engine_says() {
        let hostile = "ev\u{1b}[2Jil\n\u{202e}";
        let attributes =
            ["name", "exitCode", hostile].map(|name| (name.to_owned(), hostile.to_owned()));
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let event = Event::of_engine(at, "container", "die", hostile, attributes).unwrap();
        let told = Told::event(&HostId::from("home"), &event, true);
        for line in [told.text(&TimeZone::UTC), told.json()] {
            assert_eq!(line.matches('\n').count(), 1, "{line:?}");
            let is_unsafe = |c: char| c != '\n' && crate::domain::text::is_unsafe(c);
            assert!(!line.contains(is_unsafe), "{line:?}");
        }
        let value: Value = serde_json::from_str(&told.json()).unwrap();
        assert_eq!(value["name"], hostile, "JSON has it as it is");
        assert_eq!(value["problem"], true);
        assert!(
            told.text(&TimeZone::UTC)
                .starts_with("2027-01-15 08:00:00 ▲ ev·[2Jil··  died")
        );
    }
}
