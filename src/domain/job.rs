//! A running or finished plan.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::command::CommandCall;
use super::plan::Wanted;
use super::{ActionName, Failure, FileCopy, JobId, Plan, Prune, Request, ServiceId, Step, Target};

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// Done, and seen to be so.
    Done {
        /// What was verified, as one sentence.
        summary: String,
    },
    /// Everything was as wanted already; nothing was changed.
    NothingToDo {
        /// What was found, as one sentence.
        summary: String,
    },
    /// A step failed.
    Failed {
        /// What, why and what to do.
        failure: Failure,
        /// The failed container's last log lines, made safe.
        log: Vec<String>,
    },
    /// It failed, and what ran before runs again.
    RolledBack {
        /// What failed, why and what to do.
        failure: Failure,
        /// The failed container's last log lines, made safe.
        log: Vec<String>,
        /// What runs again, and how that was verified, as one sentence.
        summary: String,
    },
    /// A person cancelled it.
    Cancelled {
        /// The changes that were made by then and not verified, in the words of their steps.
        #[serde(default)]
        done: Vec<String>,
    },
    /// The process that carried it out died.
    Interrupted {
        /// The step that it was in the middle of, in its words; none between two.
        step: Option<String>,
    },
}

impl Outcome {
    /// The word shown to people and in JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Done { .. } => "done",
            Self::NothingToDo { .. } => "nothing to do",
            Self::Failed { .. } => "failed",
            Self::RolledBack { .. } => "rolled back",
            Self::Cancelled { .. } => "cancelled",
            Self::Interrupted { .. } => "cut off",
        }
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Its turn has not come.
    Waiting,
    /// It runs.
    Running {
        /// Since when.
        since: Timestamp,
    },
    /// It is done.
    Done {
        /// When it started.
        since: Timestamp,
        /// When it ended.
        at: Timestamp,
    },
    /// It failed or was cut short.
    Failed {
        /// When it started.
        since: Timestamp,
        /// When it ended.
        at: Timestamp,
    },
}

/// What the executor tells of a job. Outcomes are never dropped; output may be.
#[derive(Debug, Clone, PartialEq)]
pub enum JobEvent {
    /// A plan was made and is about to be carried out.
    Planned {
        /// The plan.
        plan: Plan,
    },
    /// A step failed, and these are taken after the plan's own to undo what was done.
    WayBack {
        /// The steps.
        steps: Vec<Step>,
        /// When it failed.
        at: Timestamp,
    },
    /// A step starts.
    StepStarted {
        /// Which of the plan's steps, from 0.
        step: usize,
        /// When.
        at: Timestamp,
    },
    /// A line of output of the running step, untrusted.
    Output {
        /// The line.
        line: String,
    },
    /// The one line that says where the running step stands; replaces the one before.
    Progress {
        /// The line.
        line: String,
    },
    /// A step ended well.
    StepDone {
        /// Which.
        step: usize,
        /// When.
        at: Timestamp,
    },
    /// The job ended.
    Finished {
        /// How.
        outcome: Outcome,
        /// When.
        at: Timestamp,
    },
}

/// Where a job stands.
#[derive(Debug, Clone, PartialEq)]
pub enum JobState {
    /// Another one of those that were asked for together comes first; it begins when that one ends well.
    Waiting {
        /// Which.
        after: JobId,
    },
    /// What is needed for the plan is being asked.
    Planning,
    /// Its steps are carried out.
    Running,
    /// It ended.
    Finished {
        /// How.
        outcome: Outcome,
        /// When.
        at: Timestamp,
    },
}

/// A running or finished plan as the dashboard knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it does, for people: "redeploy wezm/web".
    pub title: String,
    /// The action; none of a recorded job of a later version.
    pub action: Option<ActionName>,
    /// What it is aimed at.
    pub target: Target,
    /// The release to roll back to, when one was named.
    pub to: Option<u64>,
    /// The profiles of a project, when some were chosen.
    pub profiles: Option<Vec<String>>,
    /// What is taken away from a host, when that was asked for.
    pub prune: Option<Prune>,
    /// Which certificate it is about.
    pub certificate: Option<Wanted>,
    /// The file that a volume or an image is written to, or a volume made of.
    pub file: Option<String>,
    /// What it copied out or in; none of everything else.
    pub copy: Option<Box<FileCopy>>,
    /// The reference that is to mean an image.
    pub reference: Option<String>,
    /// The command of the user's own that is run; none of everything else, and of a recorded job.
    pub command: Option<Box<CommandCall>>,
    /// Who asked; none is whoever sits here.
    pub who: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The plan, once made.
    pub plan: Option<Plan>,
    /// Where each step stands.
    pub steps: Vec<StepState>,
    /// The last lines of output.
    pub output: VecDeque<String>,
    /// The line that says where the running step stands.
    pub progress: Option<String>,
    /// Where the job stands.
    pub state: JobState,
}

impl Job {
    /// How many lines of output are kept.
    pub const OUTPUT_LINES: usize = 2_000;
    /// How many of an ended job: there can be a hundred of them.
    pub const ENDED_LINES: usize = 200;

    /// A job that was just asked for.
    pub fn new(id: JobId, request: Request, asked_at: Timestamp) -> Self {
        Self {
            id,
            title: request.title(),
            action: Some(request.action),
            target: request.target,
            to: request.to,
            profiles: request.profiles,
            prune: request.prune,
            certificate: request.certificate,
            file: request.file,
            copy: request.copy,
            reference: request.reference,
            command: request.command,
            who: None,
            asked_at,
            plan: None,
            steps: Vec::new(),
            output: VecDeque::new(),
            progress: None,
            state: JobState::Planning,
        }
    }

    /// The service it is aimed at, when it is one.
    pub const fn service(&self) -> Option<&ServiceId> {
        self.target.service()
    }

    /// What was asked for; none of a recorded job of a later version.
    pub fn request(&self) -> Option<Request> {
        Some(Request {
            action: self.action?,
            target: self.target.clone(),
            to: self.to,
            profiles: self.profiles.clone(),
            prune: self.prune.clone(),
            certificate: self.certificate.clone(),
            file: self.file.clone(),
            copy: self.copy.clone(),
            reference: self.reference.clone(),
            command: self.command.clone(),
        })
    }

    /// How it ended; none while it runs.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.state {
            JobState::Finished { outcome, .. } => Some(outcome),
            JobState::Waiting { .. } | JobState::Planning | JobState::Running => None,
        }
    }

    /// The index of the running step.
    pub fn running_step(&self) -> Option<usize> {
        self.steps
            .iter()
            .position(|step| matches!(step, StepState::Running { .. }))
    }

    /// Takes in what the executor tells.
    pub fn apply(&mut self, event: JobEvent) {
        match event {
            JobEvent::Planned { plan } => {
                self.steps = vec![StepState::Waiting; plan.steps.len()];
                self.plan = Some(plan);
                self.state = JobState::Running;
            }
            JobEvent::WayBack { steps, at } => {
                self.fail_running(at);
                self.steps.extend(steps.iter().map(|_| StepState::Waiting));
                if let Some(plan) = &mut self.plan {
                    plan.steps.extend(steps);
                }
            }
            JobEvent::StepStarted { step, at } => {
                self.progress = None;
                // One that failed for one of several servers keeps the next one from nothing.
                self.fail_running(at);
                self.set(step, StepState::Running { since: at });
            }
            JobEvent::Output { line } => {
                if self.output.len() == Self::OUTPUT_LINES {
                    self.output.pop_front();
                }
                self.output.push_back(line);
            }
            JobEvent::Progress { line } => self.progress = Some(line),
            JobEvent::StepDone { step, at } => {
                if let Some(StepState::Running { since }) = self.steps.get(step).copied() {
                    self.set(step, StepState::Done { since, at });
                }
            }
            JobEvent::Finished { outcome, at } => {
                self.progress = None;
                let old = self.output.len().saturating_sub(Self::ENDED_LINES);
                self.output.drain(..old);
                self.output.shrink_to_fit();
                self.fail_running(at);
                self.state = JobState::Finished { outcome, at };
            }
        }
    }

    fn fail_running(&mut self, at: Timestamp) {
        for step in &mut self.steps {
            if let StepState::Running { since } = *step {
                *step = StepState::Failed { since, at };
            }
        }
    }

    fn set(&mut self, step: usize, state: StepState) {
        if let Some(slot) = self.steps.get_mut(step) {
            *slot = state;
        }
    }
}
