//! What is recorded is read back; damage and strangers' files never cost more than a note.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{NewJob, Process, Store, StoreError};
use crate::domain::{
    ActionName, HostId, Outcome, Plan, ProjectId, Release, ReleaseState, ServiceId, Target,
};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn service() -> ServiceId {
    ServiceId {
        host: HostId::from("local"),
        project: Some("wezm".into()),
        name: "web".into(),
    }
}

fn begin(store: &Store, process: Process) -> i64 {
    let target = Target::from(service());
    store
        .begin(&NewJob {
            target: &target,
            action: ActionName::Redeploy,
            who: "wes, on the dashboard",
            process,
            asked_at: at(1),
        })
        .unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// No process has this number: Linux's highest is 4194304.
const GONE: Process = Process {
    pid: 2_000_000_000,
    started: None,
};

#[test]
fn a_job_is_read_back_as_it_was_written() {
    let folder = folder();
    let (store, note) = Store::open(&folder.path().join("deep/er/records.db")).unwrap();
    assert_eq!(note, None);
    let plan = Plan {
        action: ActionName::Redeploy,
        target: service().into(),
        containers: vec!["c1".into()],
        steps: Vec::new(),
        notes: vec!["nothing to pull".to_owned()],
    };
    let outcome = Outcome::Done {
        summary: "web runs".to_owned(),
    };
    let id = begin(&store, Process::current());
    store.planned(id, &plan).unwrap();
    store.step_started(id, 0, "pull web", at(2)).unwrap();
    store.step_ended(id, 0, true, at(3)).unwrap();
    store.step_started(id, 1, "bring up web", at(4)).unwrap();
    store
        .ended(id, &outcome, &["built".to_owned()], at(5))
        .unwrap();

    let jobs = store.jobs(10).unwrap();
    let [job] = jobs.as_slice() else {
        panic!("one job: {jobs:?}")
    };
    assert_eq!(job.target, service().into());
    assert_eq!(job.output, ["built"]);
    assert_eq!((job.action.as_str(), job.id), ("redeploy", id));
    assert_eq!(job.plan.as_ref(), Some(&plan));
    assert_eq!(job.outcome.as_ref(), Some(&outcome));
    assert_eq!((job.asked_at, job.ended_at), (at(1), Some(at(5))));
    let steps: Vec<_> = job
        .steps
        .iter()
        .map(|s| (s.step, s.ended_at, s.ok))
        .collect();
    assert_eq!(steps, [(0, Some(at(3)), Some(true)), (1, None, None)]);
}

#[test]
fn a_job_whose_process_is_gone_was_interrupted() {
    let folder = folder();
    let (store, _) = Store::open(&folder.path().join("records.db")).unwrap();
    let ours = Process::current();
    begin(&store, ours);
    let gone = begin(&store, GONE);
    // Our own number, but a process that started at another time.
    let reused = begin(
        &store,
        Process {
            pid: ours.pid,
            started: ours.started.map(|ticks| ticks + 1),
        },
    );
    let ended = begin(&store, GONE);
    let cancelled = Outcome::Cancelled { done: Vec::new() };
    store.ended(ended, &cancelled, &[], at(9)).unwrap();
    let ids: Vec<i64> = store.interrupted().unwrap().iter().map(|j| j.id).collect();
    assert_eq!(ids, [reused, gone]);
}

#[test]
fn only_the_last_jobs_are_kept() {
    let folder = folder();
    let (store, _) = Store::open(&folder.path().join("records.db")).unwrap();
    let first = begin(&store, GONE);
    store.step_started(first, 0, "pull", at(1)).unwrap();
    for _ in 0..Store::JOBS {
        begin(&store, GONE);
    }
    let jobs = store.jobs(usize::MAX).unwrap();
    assert_eq!(jobs.len(), Store::JOBS);
    assert!(jobs.iter().all(|job| job.id != first));
}

fn broken_files(folder: &tempfile::TempDir) -> Vec<PathBuf> {
    std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(".broken-"))
        .collect()
}

#[test]
fn a_file_that_is_no_database_is_set_aside() {
    let folder = folder();
    let path = folder.path().join("records.db");
    std::fs::write(
        &path,
        "no database, but long enough to have a header".repeat(40),
    )
    .unwrap();
    let (store, note) = Store::open(&path).unwrap();
    begin(&store, GONE);
    assert!(note.unwrap().0.contains(".broken-"));
    let [aside] = broken_files(&folder).try_into().unwrap();
    assert!(
        std::fs::read_to_string(aside)
            .unwrap()
            .starts_with("no database")
    );
}

#[test]
fn a_damaged_database_is_set_aside() {
    let folder = folder();
    let path = folder.path().join("records.db");
    let (store, _) = Store::open(&path).unwrap();
    for _ in 0..200 {
        begin(&store, GONE);
    }
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[4096..length].fill(0x5A);
    std::fs::write(&path, bytes).unwrap();
    let (store, note) = Store::open(&path).unwrap();
    assert!(note.is_some());
    assert!(store.jobs(1).unwrap().is_empty());
}

#[test]
fn a_newer_file_is_left_alone() {
    let folder = folder();
    let path = folder.path().join("records.db");
    drop(Store::open(&path).unwrap());
    rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    assert!(matches!(
        Store::open(&path),
        Err(StoreError::Newer { found: 99, .. })
    ));
    assert!(broken_files(&folder).is_empty());
}

#[test]
fn only_the_user_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path().join("records.db");
    let (store, _) = Store::open(&path).unwrap();
    begin(&store, GONE);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}

#[test]
fn two_connections_share_a_file() {
    let folder = folder();
    let path = folder.path().join("records.db");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (store, note) = Store::open(&path).unwrap();
                assert_eq!(note, None);
                for _ in 0..25 {
                    begin(&store, GONE);
                }
            });
        }
    });
    let (store, _) = Store::open(&path).unwrap();
    assert_eq!(store.jobs(1_000).unwrap().len(), 100);
}

impl Store {
    /// From now on steps cannot be recorded.
    pub(crate) fn lose_steps(&self) {
        self.connection().execute_batch("DROP TABLE steps").unwrap();
    }
}

#[test]
fn releases_are_kept_apart_by_engine_and_service() {
    let folder = folder();
    let (store, _) = Store::open(&folder.path().join("records.db")).unwrap();
    let release = |number| Release {
        number,
        image: "sha256:aa".into(),
        reference: "web:latest".to_owned(),
        digests: vec!["web@sha256:00".to_owned()],
        config_hash: Some("cafe".to_owned()),
        since: at(9),
        state: ReleaseState::Good,
    };
    let lone = ServiceId {
        project: None,
        ..service()
    };
    store.put_release("e1", &service(), &release(2)).unwrap();
    store.put_release("e1", &service(), &release(1)).unwrap();
    store.put_release("e1", &lone, &release(7)).unwrap();
    store.put_release("e2", &service(), &release(8)).unwrap();
    let failed = Release {
        state: ReleaseState::RolledBack,
        ..release(2)
    };
    store.put_release("e1", &service(), &failed).unwrap();
    assert_eq!(
        store.releases("e1", &service()).unwrap(),
        [release(1), failed]
    );
    store.forget_release("e1", &service(), 2).unwrap();
    assert_eq!(store.releases("e1", &service()).unwrap(), [release(1)]);
    assert_eq!(store.releases("e1", &lone).unwrap(), [release(7)]);
}

#[test]
fn a_job_on_a_project_or_host_is_read_back_as_one() {
    let folder = folder();
    let (store, _) = Store::open(&folder.path().join("records.db")).unwrap();
    let host = HostId::from("local");
    let project = ProjectId {
        host: host.clone(),
        name: "wezm".into(),
    };
    let targets = [
        Target::Host(host),
        Target::Project(project),
        service().into(),
    ];
    for target in &targets {
        let new = NewJob {
            target,
            action: ActionName::Redeploy,
            who: "wes",
            process: GONE,
            asked_at: at(1),
        };
        store.begin(&new).unwrap();
    }
    let read: Vec<Target> = store
        .jobs(9)
        .unwrap()
        .into_iter()
        .map(|job| job.target)
        .collect();
    assert_eq!(read, targets.into_iter().rev().collect::<Vec<_>>());
}
