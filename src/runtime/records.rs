//! The records: opened when there is something to read in them or to write into them, never before the first picture.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::app::msg::History;
use crate::domain::{ActionName, Failure, Job, JobEvent, JobId, Request, Snooze};
use crate::store::{JobRecord, Process, StepRecord, Store, StoreError};

/// How many jobs of before are shown.
const SHOWN: usize = 100;

/// Where the records are, and the store once it is open.
pub struct Records {
    path: Option<PathBuf>,
    opened: OnceCell<Option<Arc<Store>>>,
}

impl Records {
    /// Records at a path; none where there is no place for them.
    pub const fn at(path: Option<PathBuf>) -> Self {
        Self {
            path,
            opened: OnceCell::const_new(),
        }
    }

    /// The store, and what has to be said about opening it: once, and only when something is wrong. Jobs run without.
    pub async fn store(&self) -> (Option<Arc<Store>>, Option<Failure>) {
        let mut said = None;
        let store = self
            .opened
            .get_or_init(|| async {
                let path = self.path.clone()?;
                let opened = tokio::task::spawn_blocking(move || Store::open(&path)).await;
                let what = "open the records";
                match opened {
                    Ok(Ok((store, note))) => {
                        said = note.map(|note| Failure::new(what, note.0));
                        Some(Arc::new(store))
                    }
                    Ok(Err(error)) => {
                        said = Some(
                            Failure::new(what, error.to_string())
                                .hint("jobs run all the same; what they do is not recorded"),
                        );
                        None
                    }
                    // The runtime is ending.
                    Err(_) => None,
                }
            })
            .await
            .clone();
        (store, said)
    }

    /// The store if there are records already: who only reads makes none.
    pub async fn existing(&self) -> (Option<Arc<Store>>, Option<Failure>) {
        if self.path.as_ref().is_some_and(|path| path.exists()) {
            self.store().await
        } else {
            (None, None)
        }
    }

    /// The jobs of before, and which of them were cut off: those get their end now, and are told of once. And
    /// what has to be said about the records. Records that are not there are not made.
    pub(super) async fn history(&self) -> (History, Option<Failure>) {
        let (store, said) = self.existing().await;
        let Some(store) = store else {
            return (History::default(), said);
        };
        let (history, failure) = read(store, read_history).await;
        (history, said.or(failure))
    }

    /// What somebody wants to hear of later. Records that are not there are not made.
    pub async fn snoozes(&self) -> (Vec<Snooze>, Option<Failure>) {
        let (store, said) = self.existing().await;
        let Some(store) = store else {
            return (Vec::new(), said);
        };
        let what = "read what is to be told later";
        let (snoozes, failure) = ask(store, what, Store::snoozes).await;
        (snoozes, said.or(failure))
    }

    /// Writes down that a finding is not told for a while.
    pub async fn snooze(&self, snooze: Snooze) -> Result<(), Failure> {
        let what = "write down that it is to be told later";
        let (Some(store), said) = self.store().await else {
            return Err(Failure::new(
                what,
                "there are no records; it holds until topside ends",
            ));
        };
        let write = move |store: &Store| store.snooze(&snooze);
        let ((), failure) = ask(store, what, write).await;
        failure.or(said).map_or(Ok(()), Err)
    }

    /// Writes down that it is told again; whether it was to be told later.
    pub async fn wake(&self, finding: String) -> Result<bool, Failure> {
        let (Some(store), said) = self.existing().await else {
            return Ok(false);
        };
        let write = move |store: &Store| store.wake(&finding);
        let (woke, failure) = ask(store, "write down that it is told again", write).await;
        failure.or(said).map_or(Ok(woke), Err)
    }

    /// The same jobs for who only looks: nothing is written, and who comes next is told of what was cut off.
    pub async fn jobs(&self) -> (Vec<Job>, Option<Failure>) {
        let (store, said) = self.existing().await;
        let Some(store) = store else {
            return (Vec::new(), said);
        };
        let (jobs, failure) = read(store, read_jobs).await;
        (jobs, said.or(failure))
    }
}

async fn read<T: Default + Send + 'static>(
    store: Arc<Store>,
    read: fn(&Store) -> Result<T, StoreError>,
) -> (T, Option<Failure>) {
    ask(store, "read the jobs of before", read).await
}

async fn ask<T: Default + Send + 'static>(
    store: Arc<Store>,
    what: &str,
    asked: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> (T, Option<Failure>) {
    match tokio::task::spawn_blocking(move || asked(&store)).await {
        Ok(Ok(answer)) => (answer, None),
        Ok(Err(error)) => {
            let failure = Failure::new(what, error.to_string());
            (T::default(), Some(failure))
        }
        // The runtime is ending.
        Err(_) => (T::default(), None),
    }
}

fn read_history(store: &Store) -> Result<History, StoreError> {
    let mut interrupted = Vec::new();
    for record in store.interrupted()? {
        if let Some((outcome, at)) = record.end() {
            store.ended(record.id, &outcome, &[], at)?;
            interrupted.push(id_of(&record));
        }
    }
    let jobs = read_jobs(store)?;
    Ok(History { jobs, interrupted })
}

/// The jobs of other processes that have ended, the newest first.
fn read_jobs(store: &Store) -> Result<Vec<Job>, StoreError> {
    let records = store.jobs(SHOWN)?.into_iter();
    let others = records.filter(|record| record.process != Process::current());
    Ok(others.filter_map(job_of).collect())
}

/// Ids of this session count up from one.
fn id_of(record: &JobRecord) -> JobId {
    JobId(u64::MAX - record.id.unsigned_abs())
}

/// None of a job that another process is at.
fn job_of(record: JobRecord) -> Option<Job> {
    let (outcome, at) = record.end()?;
    let id = id_of(&record);
    let mut job = Job {
        title: record.title(),
        action: ActionName::of_word(&record.action),
        ..Job::new(
            id,
            Request::new(ActionName::Redeploy, record.target),
            record.asked_at,
        )
    };
    job.who = Some(record.who);
    job.output.extend(record.output);
    if let Some(plan) = record.plan {
        job.apply(JobEvent::Planned { plan });
    }
    for StepRecord {
        step,
        started_at,
        ended_at,
        ok,
        ..
    } in record.steps
    {
        job.apply(JobEvent::StepStarted {
            step,
            at: started_at,
        });
        if let (Some(at), Some(true)) = (ended_at, ok) {
            job.apply(JobEvent::StepDone { step, at });
        }
    }
    job.apply(JobEvent::Finished { outcome, at });
    Some(job)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    use crate::domain::{
        JobState, Operation, Outcome, Plan, ServiceId, Step, StepKind, StepState, Target,
    };
    use crate::store::NewJob;

    const GONE: Process = Process {
        pid: 2_000_000_000,
        started: None,
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn begin(store: &Store, process: Process) -> i64 {
        let target = Target::Service(ServiceId {
            host: "home".into(),
            project: Some("wezm".into()),
            name: "web".into(),
        });
        let id = store.begin(&NewJob {
            target: &target,
            action: ActionName::Restart,
            who: "wes, on the dashboard",
            process,
            asked_at: at(1),
        });
        let id = id.unwrap();
        let step = |title: &str| Step {
            title: title.to_owned(),
            operation: Operation::RestartContainer {
                container: "c1".into(),
            },
            kind: StepKind::Committing,
        };
        let plan = Plan {
            action: ActionName::Restart,
            target: target.clone(),
            containers: vec!["c1".into()],
            steps: vec![step("restart web-1"), step("restart web-2")],
            notes: Vec::new(),
        };
        store.planned(id, &plan).unwrap();
        store.step_started(id, 0, "restart web-1", at(2)).unwrap();
        store.step_ended(id, 0, true, at(3)).unwrap();
        store.step_started(id, 1, "restart web-2", at(4)).unwrap();
        id
    }

    #[tokio::test]
    async fn a_job_that_was_cut_off_is_told_of_once_and_shown_with_its_steps() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.db");
        begin(&Store::open(&path).unwrap().0, GONE);
        let records = Records::at(Some(path));
        let (history, said) = records.history().await;
        assert_eq!(said, None);
        let [job] = history.jobs.as_slice() else {
            panic!("{history:?}")
        };
        assert_eq!(history.interrupted, [job.id]);
        assert_eq!(job.title, "restart wezm/web");
        assert!(matches!(job.steps[0], StepState::Done { .. }));
        assert!(matches!(job.steps[1], StepState::Failed { .. }));
        let step = Some("restart web-2".to_owned());
        let outcome = Outcome::Interrupted { step };
        // When it was last heard of, not when it was found.
        let at = at(4);
        assert_eq!(job.state, JobState::Finished { outcome, at });
        let (again, _) = records.history().await;
        assert!(again.interrupted.is_empty());
        assert_eq!(again.jobs.len(), 1);
    }

    #[tokio::test]
    async fn who_only_looks_sees_what_was_cut_off_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.db");
        begin(&Store::open(&path).unwrap().0, GONE);
        let records = Records::at(Some(path));
        let (jobs, said) = records.jobs().await;
        assert_eq!((jobs.len(), said), (1, None));
        assert!(matches!(
            jobs[0].outcome(),
            Some(Outcome::Interrupted { .. })
        ));
        let (history, _) = records.history().await;
        assert_eq!(history.interrupted, [jobs[0].id], "told of all the same");
    }

    #[tokio::test]
    async fn what_another_process_is_at_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.db");
        let parent = Process {
            pid: std::os::unix::process::parent_id().cast_signed(),
            started: None,
        };
        let (store, _) = Store::open(&path).unwrap();
        begin(&store, parent);
        let (history, _) = Records::at(Some(path)).history().await;
        assert!(history.jobs.is_empty() && history.interrupted.is_empty());
        assert_eq!(store.jobs(9).unwrap()[0].ended_at, None);
    }

    #[tokio::test]
    async fn records_that_are_not_there_are_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.db");
        let (history, said) = Records::at(Some(path.clone())).history().await;
        assert!(history.jobs.is_empty() && said.is_none() && !path.exists());
    }
}
