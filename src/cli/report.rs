//! How a job is told on the command line: live on a terminal, plain lines in a pipe, JSON for programs.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::text::visible;
use crate::domain::units::short_span;
use crate::domain::{JobEvent, Outcome, Plan, Request};
use crate::ui::text::prefix;

use super::print::safe_json;

/// Tells of one job after the other on standard output. A reader that goes away stops no job.
pub(super) struct Report {
    how: How,
    /// Of the job that is told of.
    title: String,
    plan: Option<Plan>,
    since: Timestamp,
    /// Whether the plan stands above.
    shown: bool,
    /// Whether the last line can be written over.
    open_line: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Terminal,
    Plain,
    Json,
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        let how = match (json, io::stdout().is_terminal()) {
            (true, _) => How::Json,
            (false, true) => How::Terminal,
            (false, false) => How::Plain,
        };
        Self {
            how,
            title: String::new(),
            plan: None,
            since: Timestamp::UNIX_EPOCH,
            shown: false,
            open_line: false,
        }
    }

    /// A job begins.
    pub(super) fn begin(&mut self, title: &str) {
        self.title = visible(title).into_owned();
        self.plan = None;
        self.since = Timestamp::now();
        if self.how != How::Json {
            self.line(&self.title.clone());
        }
    }

    /// One begins whose plan was shown already.
    pub(super) fn begin_shown(&mut self, title: &str) {
        self.title = visible(title).into_owned();
        self.plan = None;
        self.shown = true;
    }

    /// What was to come after the job that ended, and will not.
    pub(super) fn not_begun(&mut self, requests: &[Request]) {
        let titles: Vec<String> = requests.iter().map(Request::title).collect();
        if titles.is_empty() {
            return;
        }
        if self.how == How::Json {
            let value = json!({"event": "not_begun", "jobs": titles, "job": self.title});
            write(&format!("{}\n", safe_json(&value.to_string())));
        } else {
            let titles = titles.join(", ");
            self.line(&format!("not begun after that: {}", visible(&titles)));
        }
    }

    /// Something of it.
    pub(super) fn event(&mut self, event: &JobEvent) {
        if self.how == How::Json {
            let value = self.json(event);
            write(&format!("{}\n", safe_json(&value.to_string())));
        } else {
            self.text(event);
        }
        match (event, &mut self.plan) {
            (JobEvent::Planned { plan }, _) => self.plan = Some(plan.clone()),
            (JobEvent::WayBack { steps, .. }, Some(plan)) => plan.steps.extend(steps.clone()),
            _ => {}
        }
    }

    fn text(&mut self, event: &JobEvent) {
        match event {
            JobEvent::WayBack { .. } => {
                self.line("  ↶ it failed: back to what ran before");
            }
            JobEvent::Planned { .. } if self.shown => {}
            JobEvent::Planned { plan } => {
                for note in &plan.notes {
                    self.line(&format!("  {}", visible(note)));
                }
            }
            JobEvent::StepStarted { step, at } => {
                self.since = *at;
                let title = self.step(*step);
                match self.how {
                    How::Terminal => self.over(&format!("  … {title}")),
                    How::Plain | How::Json => self.line(&format!("  … {title}")),
                }
            }
            JobEvent::Output { line } => self.line(&format!("    {}", visible(line))),
            JobEvent::Progress { line } if self.how == How::Terminal => {
                self.over(&format!("    {}", visible(line)));
            }
            JobEvent::Progress { .. } => {}
            JobEvent::StepDone { step, at } => {
                let took = short_span(at.duration_since(self.since));
                self.line(&format!("  ✔ {}  {took}", self.step(*step)));
            }
            JobEvent::Finished { outcome, .. } => {
                for line in outcome_lines(outcome) {
                    self.line(&line);
                }
            }
        }
    }

    fn step(&self, step: usize) -> String {
        let plan = self.plan.as_ref();
        let title = plan
            .and_then(|plan| plan.steps.get(step))
            .map(|step| &step.title);
        title.map_or_else(String::new, |title| visible(title).into_owned())
    }

    fn json(&self, event: &JobEvent) -> Value {
        let mut value = match event {
            JobEvent::Planned { plan } => json!({"event": "planned", "plan": plan}),
            JobEvent::WayBack { steps, at } => {
                json!({"event": "way_back", "steps": steps, "at": at})
            }
            JobEvent::StepStarted { step, at } => {
                json!({"event": "step_started", "step": step, "title": self.step(*step), "at": at})
            }
            JobEvent::Output { line } => json!({"event": "output", "line": line}),
            JobEvent::Progress { line } => json!({"event": "progress", "line": line}),
            JobEvent::StepDone { step, at } => {
                json!({"event": "step_done", "step": step, "at": at})
            }
            JobEvent::Finished { outcome, at } => {
                json!({"event": "finished", "result": outcome, "at": at})
            }
        };
        value["job"] = json!(self.title);
        value
    }

    /// A line that stays.
    fn line(&mut self, text: &str) {
        let over = if std::mem::take(&mut self.open_line) {
            "\r\x1b[K"
        } else {
            ""
        };
        write(&format!("{over}{text}\n"));
    }

    /// A line that the next one is written over.
    fn over(&mut self, text: &str) {
        let shown = prefix(text, columns().saturating_sub(1));
        write(&format!("\r\x1b[K{shown}"));
        self.open_line = true;
    }
}

/// How wide the terminal is; one that does not know says 0.
fn columns() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok();
    let columns = size.map(|size| size.ws_col).filter(|columns| *columns > 0);
    usize::from(columns.unwrap_or(80))
}

/// Writes at once; a reader that went away is no matter.
fn write(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// How a job ended, for people.
pub(super) fn outcome_lines(outcome: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    match outcome {
        Outcome::Done { summary } => lines.push(format!("✔ done: {}", visible(summary))),
        Outcome::NothingToDo { summary } => {
            lines.push(format!("= nothing to do: {}", visible(summary)));
        }
        Outcome::Failed { failure, log } => {
            lines.push(format!("✖ failed: {}", visible(&failure.why)));
            if let Some(hint) = &failure.hint {
                lines.push(format!("  → {}", visible(hint)));
            }
            lines.extend(log.iter().map(|line| format!("    {}", visible(line))));
        }
        Outcome::RolledBack {
            failure,
            log,
            summary,
        } => {
            lines.push(format!("✖ failed: {}", visible(&failure.why)));
            lines.extend(log.iter().map(|line| format!("    {}", visible(line))));
            lines.push(format!("↶ rolled back: {}", visible(summary)));
            if let Some(hint) = &failure.hint {
                lines.push(format!("  → {}", visible(hint)));
            }
        }
        Outcome::Interrupted { step } => {
            let place = step
                .as_deref()
                .map_or_else(String::new, |s| format!(" in “{}”", visible(s)));
            lines.push(format!("↯ cut off{place}"));
        }
        Outcome::Cancelled { done } if done.is_empty() => {
            lines.push("⊘ cancelled: nothing was changed".to_owned());
        }
        Outcome::Cancelled { done } => lines.push(format!(
            "⊘ cancelled after “{}”, not verified",
            visible(&done.join("”, “"))
        )),
    }
    lines
}

/// What a plan says, for people.
pub(super) fn plan_text(title: &str, plan: &Plan) -> String {
    let mut text = format!("{}\n", visible(title));
    for (n, step) in plan.steps.iter().enumerate() {
        let _ = writeln!(text, "  {}. {}", n + 1, visible(&step.title));
    }
    if plan.steps.is_empty() {
        text.push_str("  nothing to do\n");
    }
    for note in &plan.notes {
        let _ = writeln!(text, "  {}", visible(note));
    }
    text
}
