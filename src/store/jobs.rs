//! Jobs and their journal: what was asked, what was about to be done, how it ended.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{Process, Store, StoreError};
use crate::domain::{ActionName, HostId, Outcome, Plan, ProjectId, Prune, ServiceId, Target};

/// A job that begins.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// What it is aimed at.
    pub target: &'a Target,
    /// What is to be done.
    pub action: ActionName,
    /// Who asked, for people.
    pub who: &'a str,
    /// Who carries it out.
    pub process: Process,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

/// A job as it was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRecord {
    /// Its number in this file; never used twice.
    pub id: i64,
    /// What it was aimed at.
    pub target: Target,
    /// The action's stable name; a later version may know more of them.
    pub action: String,
    /// Who asked.
    pub who: String,
    /// Who carried it out.
    pub process: Process,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it ended; none while it runs, or when its process died.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What it was to do; none when it ended before a plan was made, or a later version made it.
    pub plan: Option<Plan>,
    /// The steps it came to, in order.
    pub steps: Vec<StepRecord>,
    /// The last lines of output of what it ran, once it ended.
    pub output: Vec<String>,
}

/// A step that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRecord {
    /// Which of the plan's steps, from 0.
    pub step: usize,
    /// What it does, for people.
    pub title: String,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When it ended; none when the process died in it.
    pub ended_at: Option<Timestamp>,
    /// Whether it ended well.
    pub ok: Option<bool>,
}

impl JobRecord {
    /// What it did, for people: "roll back wezm/web".
    pub fn title(&self) -> String {
        match self.plan.as_ref().and_then(Prune::of_plan) {
            Some(prune) => prune.title(self.target.host()),
            None => format!("{} {}", self.action.replace('_', " "), self.target),
        }
    }

    /// How it ended, and when: what has no end while its process is gone was cut off at the last that is known of it.
    /// None while it runs.
    pub fn end(&self) -> Option<(Outcome, Timestamp)> {
        if let Some(outcome) = &self.outcome {
            return Some((outcome.clone(), self.ended_at.unwrap_or(self.asked_at)));
        }
        // An outcome of a later version is not readable here; it ended all the same.
        if self.ended_at.is_some() || self.process.is_alive() {
            return None;
        }
        let open = self.steps.iter().find(|step| step.ok.is_none());
        let times = self
            .steps
            .iter()
            .map(|s| s.ended_at.unwrap_or(s.started_at));
        let outcome = Outcome::Interrupted {
            step: open.map(|step| step.title.clone()),
        };
        Some((outcome, times.max().unwrap_or(self.asked_at)))
    }
}

impl Store {
    /// Records a job that begins, forgets the oldest ones, and gives its number.
    pub fn begin(&self, job: &NewJob<'_>) -> Result<i64, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let (project, service) = columns(job.target);
        transaction.execute(
            "INSERT INTO jobs (host, project, service, action, who, pid, pid_started, asked_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                job.target.host().as_str(),
                project,
                service,
                job.action.word(),
                job.who,
                job.process.pid,
                job.process
                    .started
                    .and_then(|ticks| i64::try_from(ticks).ok()),
                job.asked_at.as_millisecond(),
            ],
        )?;
        let id = transaction.last_insert_rowid();
        transaction.execute(
            "DELETE FROM jobs WHERE id NOT IN (SELECT id FROM jobs ORDER BY id DESC LIMIT ?1)",
            params![Self::JOBS.cast_signed()],
        )?;
        transaction.commit()?;
        Ok(id)
    }

    /// Records what a job is going to do.
    pub fn planned(&self, job: i64, plan: &Plan) -> Result<(), StoreError> {
        let plan = serde_json::to_string(plan)?;
        self.connection().execute(
            "UPDATE jobs SET plan = ?2 WHERE id = ?1",
            params![job, plan],
        )?;
        Ok(())
    }

    /// Records that a step is about to begin.
    pub fn step_started(
        &self,
        job: i64,
        step: usize,
        title: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT OR REPLACE INTO steps (job, step, title, started_at) VALUES (?1, ?2, ?3, ?4)",
            params![job, step.cast_signed(), title, at.as_millisecond()],
        )?;
        Ok(())
    }

    /// Records how a step ended.
    pub fn step_ended(
        &self,
        job: i64,
        step: usize,
        ok: bool,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE steps SET ended_at = ?3, ok = ?4 WHERE job = ?1 AND step = ?2",
            params![job, step.cast_signed(), at.as_millisecond(), ok],
        )?;
        Ok(())
    }

    /// Records how a job ended, and the last lines of its output.
    pub fn ended(
        &self,
        job: i64,
        outcome: &Outcome,
        output: &[String],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let outcome = serde_json::to_string(outcome)?;
        self.connection().execute(
            "UPDATE jobs SET ended_at = ?2, outcome = ?3, output = ?4 WHERE id = ?1",
            params![job, at.as_millisecond(), outcome, output.join("\n")],
        )?;
        Ok(())
    }

    /// The last jobs, newest first.
    pub fn jobs(&self, limit: usize) -> Result<Vec<JobRecord>, StoreError> {
        self.select("ORDER BY id DESC LIMIT ?1", limit)
    }

    /// Jobs that have no end, and whose process is gone: they were cut off in the middle. Newest first.
    pub fn interrupted(&self) -> Result<Vec<JobRecord>, StoreError> {
        let mut open = self.select(
            "WHERE ended_at IS NULL ORDER BY id DESC LIMIT ?1",
            Self::JOBS,
        )?;
        open.retain(|job| !job.process.is_alive());
        Ok(open)
    }

    fn select(&self, which: &str, limit: usize) -> Result<Vec<JobRecord>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(&format!(
            "SELECT id, host, project, service, action, who, pid, pid_started, asked_at, ended_at,
                    outcome, plan, output FROM jobs {which}"
        ))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut jobs = statement
            .query_map(params![limit], job_of)?
            .collect::<Result<Vec<_>, _>>()?;
        let mut statement = connection.prepare(
            "SELECT step, title, started_at, ended_at, ok FROM steps WHERE job = ?1 ORDER BY step",
        )?;
        for job in &mut jobs {
            job.steps = statement
                .query_map(params![job.id], step_of)?
                .collect::<Result<_, _>>()?;
        }
        Ok(jobs)
    }
}

fn job_of(row: &Row<'_>) -> rusqlite::Result<JobRecord> {
    let host: String = row.get(1)?;
    let project: Option<String> = row.get(2)?;
    let service: String = row.get(3)?;
    let started: Option<i64> = row.get(7)?;
    let plan: Option<Plan> = json_of(row.get(11)?);
    let target = match &plan {
        Some(plan) if matches!(plan.target, Target::Volume(_) | Target::Image(_)) => {
            plan.target.clone()
        }
        _ => target_of(HostId::from(host), project, service),
    };
    Ok(JobRecord {
        id: row.get(0)?,
        target,
        action: row.get(4)?,
        who: row.get(5)?,
        process: Process {
            pid: row.get(6)?,
            started: started.and_then(|ticks| u64::try_from(ticks).ok()),
        },
        asked_at: time_of(row.get(8)?),
        ended_at: row.get::<_, Option<i64>>(9)?.map(time_of),
        outcome: json_of(row.get(10)?),
        plan,
        steps: Vec::new(),
        output: row
            .get::<_, Option<String>>(12)?
            .map(|text| text.lines().map(str::to_owned).collect())
            .unwrap_or_default(),
    })
}

/// The project and the service of a target; the schema says what an empty one means.
fn columns(target: &Target) -> (Option<&str>, &str) {
    match target {
        Target::Service(service) => (service.project.as_deref(), &service.name),
        Target::Project(project) => (Some(&project.name), ""),
        // Which volume or image it is the plan says.
        Target::Volume(_) | Target::Image(_) | Target::Host(_) => (None, ""),
    }
}

fn target_of(host: HostId, project: Option<String>, service: String) -> Target {
    match (project, service.is_empty()) {
        (Some(name), true) => Target::Project(ProjectId {
            host,
            name: name.into(),
        }),
        (None, true) => Target::Host(host),
        (project, false) => Target::Service(ServiceId {
            host,
            project: project.map(Into::into),
            name: service.into(),
        }),
    }
}

fn step_of(row: &Row<'_>) -> rusqlite::Result<StepRecord> {
    let step: i64 = row.get(0)?;
    Ok(StepRecord {
        step: usize::try_from(step).unwrap_or(0),
        title: row.get(1)?,
        started_at: time_of(row.get(2)?),
        ended_at: row.get::<_, Option<i64>>(3)?.map(time_of),
        ok: row.get(4)?,
    })
}

pub(super) fn time_of(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

/// What a later version wrote may not be readable here: the job is shown without it.
fn json_of<T: serde::de::DeserializeOwned>(text: Option<String>) -> Option<T> {
    serde_json::from_str(&text?).ok()
}
