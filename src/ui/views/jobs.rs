//! The jobs: what runs now and what was done, step by step.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::domain::units::{age, short_span};
use crate::domain::{Job, JobState, Outcome, StepState};
use crate::theme::Theme;
use crate::ui::screen::Screen;
use crate::ui::symbols;
use crate::ui::widgets::document::Document;
use crate::ui::widgets::empty;
use crate::ui::widgets::table::{Column, Row, Width, table};

use super::Count;

const COLUMNS: [Column; 4] = [
    Column::text("JOB", Width::Grow(24, 40, 2), 0),
    Column::text("STATE", Width::Grow(12, 60, 3), 1),
    Column::number("TOOK", 4, 3),
    Column::number("AGE", 4, 2),
];

/// How many of the last lines of output are shown.
const TAIL: usize = 200;

/// Draws the list.
pub fn list(screen: &mut Screen<'_>, area: Rect) {
    let model = screen.model;
    let list = &model.job_rows;
    let count = Count {
        shown: list.rows.len(),
        all: model.jobs.len(),
    };
    let inner = super::list_pane(screen, area, "jobs", count, list, Line::default());
    if list.rows.is_empty() {
        if list.filter.is_empty() && !list.only_problems {
            empty::empty(screen, inner, "nothing was done yet; upper-case keys act");
        } else {
            empty::no_match(screen, inner, "job", &list.filter, list.only_problems);
        }
        return;
    }
    let theme = screen.theme;
    table(screen, inner, &COLUMNS, super::place(screen, list), |n| {
        let job = list.rows.get(n).and_then(|id| model.job(*id));
        job.map_or_else(|| Row::Cells(Vec::new()), |job| row(model, theme, job))
    });
}

fn row<'a>(model: &'a Model, theme: &Theme, job: &'a Job) -> Row<'a> {
    Row::Cells(vec![
        Line::from(vec![
            match job.state {
                JobState::Waiting { .. } => Span::styled("…", theme.muted),
                _ => symbols::outcome(theme, job.outcome()),
            },
            Span::raw(" "),
            Span::styled(job.title.as_str(), theme.text),
        ])
        .into(),
        state(model, theme, job).into(),
        Span::styled(took(job, model), theme.muted).into(),
        Span::styled(age(job.asked_at, model.now), theme.muted).into(),
    ])
}

/// The step that runs, or how it ended.
fn state<'a>(model: &'a Model, theme: &Theme, job: &'a Job) -> Line<'a> {
    match &job.state {
        JobState::Waiting { after } => {
            let before = model.job(*after).map_or("", |job| job.title.as_str());
            Line::from(Span::styled(format!("after {before}"), theme.muted))
        }
        JobState::Planning => Line::from(Span::styled("planning…", theme.info)),
        JobState::Running => {
            let mut line = Line::default();
            if let (Some(step), Some(plan)) = (job.running_step(), &job.plan) {
                let count = format!("{}/{} ", step + 1, plan.steps.len());
                line.spans.push(Span::styled(count, theme.muted));
                let title = plan.steps.get(step).map_or("", |step| step.title.as_str());
                line.spans.push(Span::styled(title, theme.info));
            }
            if let Some(progress) = &job.progress {
                line.spans
                    .push(Span::styled(format!("  {progress}"), theme.muted));
            }
            line
        }
        JobState::Finished { outcome, .. } => {
            let style = match outcome {
                Outcome::Done { .. } | Outcome::NothingToDo { .. } => theme.muted,
                Outcome::Failed { .. } | Outcome::Interrupted { .. } => theme.critical,
                Outcome::RolledBack { .. } | Outcome::Cancelled { .. } => theme.warning,
            };
            let mut line = Line::from(Span::styled(outcome.word(), style));
            if let Outcome::Interrupted { step: Some(step) } = outcome {
                let step = Span::styled(format!("  in “{step}”"), theme.muted);
                line.spans.push(step);
            }
            if let Outcome::Failed { failure, .. } | Outcome::RolledBack { failure, .. } = outcome {
                let why = Span::styled(format!("  {}", failure.why), theme.muted);
                line.spans.push(why);
            }
            line
        }
    }
}

fn took(job: &Job, model: &Model) -> String {
    let end = match &job.state {
        JobState::Finished { at, .. } => *at,
        JobState::Waiting { .. } | JobState::Planning | JobState::Running => model.now,
    };
    short_span(end.duration_since(job.asked_at))
}

/// Draws the detail pane.
pub fn detail(screen: &mut Screen<'_>, area: Rect) {
    let (model, theme) = (screen.model, screen.theme);
    let selected = model.selected_job();
    let title = selected.map_or("nothing selected", |job| job.title.as_str());
    super::detail_pane(screen, area, title, false, |doc| {
        let Some(job) = selected else { return };
        if let Some(outcome) = job.outcome() {
            ended(doc, theme, outcome);
            doc.blank();
        }
        steps(doc, model, theme, job);
        let asked = job.asked_at.to_zoned(model.zone.clone());
        let who = job.who.as_deref();
        let who = who.map_or_else(|| "here".to_owned(), |who| format!("by {who}"));
        let said = format!("asked for {who}, {}", asked.strftime("%F %T"));
        doc.blank();
        doc.paragraph(0, &said, theme.muted);
        let notes = job.plan.iter().flat_map(|plan| &plan.notes);
        for (n, note) in notes.enumerate() {
            if n == 0 {
                doc.heading("notes");
            }
            doc.paragraph(0, note, theme.text);
        }
        if !job.output.is_empty() || job.progress.is_some() {
            doc.heading("output");
        }
        let from = job.output.len().saturating_sub(TAIL);
        for line in job.output.range(from..) {
            doc.paragraph(0, line, theme.muted);
        }
        if let Some(progress) = &job.progress {
            doc.paragraph(0, progress, theme.info);
        }
    });
}

fn ended(doc: &mut Document<'_>, theme: &Theme, outcome: &Outcome) {
    let symbol = symbols::outcome(theme, Some(outcome));
    let word = Span::styled(format!(" {}", outcome.word()), symbol.style);
    doc.line(Line::from(vec![symbol, word]));
    match outcome {
        Outcome::Done { summary } | Outcome::NothingToDo { summary } => {
            doc.paragraph(2, summary, theme.text);
        }
        Outcome::Failed { failure, log } => {
            doc.paragraph(2, &failure.why, theme.text);
            if let Some(hint) = &failure.hint {
                doc.paragraph(2, &format!("→ {hint}"), theme.accent);
            }
            log_lines(doc, theme, log);
        }
        Outcome::RolledBack {
            failure,
            log,
            summary,
        } => {
            doc.paragraph(2, &format!("✖ {}", failure.why), theme.text);
            doc.paragraph(2, &format!("↶ {summary}"), theme.text);
            if let Some(hint) = &failure.hint {
                doc.paragraph(2, &format!("→ {hint}"), theme.accent);
            }
            log_lines(doc, theme, log);
        }
        Outcome::Interrupted { step } => {
            let place = match step {
                Some(step) => format!("in the middle of “{step}”"),
                None => "between two steps".to_owned(),
            };
            let said = format!("the topside that carried it out ended {place}");
            doc.paragraph(2, &said, theme.text);
            doc.paragraph(
                2,
                "→ ! says what helps, until a later job ends well",
                theme.accent,
            );
        }
        Outcome::Cancelled { done } if done.is_empty() => {
            doc.paragraph(2, "nothing was changed", theme.text);
        }
        Outcome::Cancelled { done } => {
            let said = format!("after “{}”, which was not verified", done.join("”, “"));
            doc.paragraph(2, &said, theme.text);
        }
    }
}

fn log_lines(doc: &mut Document<'_>, theme: &Theme, log: &[String]) {
    if !log.is_empty() {
        doc.heading("its last log lines");
    }
    for line in log {
        doc.paragraph(0, line, theme.muted);
    }
}

fn steps<'a>(doc: &mut Document<'a>, model: &Model, theme: &'a Theme, job: &'a Job) {
    let Some(plan) = &job.plan else {
        match job.state {
            JobState::Waiting { .. } => {
                doc.paragraph(0, "begins when the one before it ended well", theme.muted);
            }
            JobState::Planning => {
                doc.paragraph(0, "asking what is needed for the plan…", theme.info);
            }
            JobState::Running | JobState::Finished { .. } => {}
        }
        return;
    };
    for (n, (step, state)) in plan.steps.iter().zip(&job.steps).enumerate() {
        let (symbol, style, span) = match *state {
            StepState::Waiting => ("○", theme.muted, None),
            StepState::Running { since } => {
                ("⟳", theme.info, Some(model.now.duration_since(since)))
            }
            StepState::Done { since, at } => ("✔", theme.ok, Some(at.duration_since(since))),
            StepState::Failed { since, at } => {
                ("✖", theme.critical, Some(at.duration_since(since)))
            }
        };
        let title = match state {
            StepState::Waiting => theme.muted,
            _ => theme.text,
        };
        let took = span.map_or_else(String::new, |span| format!("  {}", short_span(span)));
        doc.item(
            Span::styled(symbol, style),
            (&step.title, title),
            Span::styled(took, theme.muted),
        );
        // Nothing else is taken after a step that failed.
        let goes_on = job
            .steps
            .get(n + 1)
            .is_some_and(|next| *next != StepState::Waiting);
        if goes_on && matches!(state, StepState::Failed { .. }) {
            doc.line(Line::from(Span::styled(
                "↶ back to what ran before",
                theme.warning,
            )));
        }
    }
}
