//! The processes of a container: `ps` on the engine's host.

use bollard::Docker;
use bollard::query_parameters::TopOptionsBuilder;

use super::error::from_bollard;
use crate::backend::{BackendError, Process};
use crate::domain::ContainerId;

/// Lists them, the container's first one first.
pub(super) async fn list(docker: &Docker, id: &ContainerId) -> Result<Vec<Process>, BackendError> {
    let options = TopOptionsBuilder::default()
        .ps_args("-eo pid,ppid,args")
        .build();
    let answer = docker.top_processes(id.as_str(), Some(options)).await;
    let answer = answer.map_err(from_bollard)?;
    let titles = answer.titles.unwrap_or_default();
    let rows = answer.processes.unwrap_or_default();
    Ok(read(&titles, &rows))
}

/// Docker splits what `ps` prints into as many columns as there are titles, the last one with all that is left.
fn read(titles: &[String], rows: &[Vec<String>]) -> Vec<Process> {
    let at = |names: &[&str]| {
        titles
            .iter()
            .position(|title| names.contains(&title.as_str()))
    };
    let (Some(pid), Some(parent), Some(command)) =
        (at(&["PID"]), at(&["PPID"]), at(&["COMMAND", "CMD", "ARGS"]))
    else {
        return Vec::new();
    };
    let process = |row: &Vec<String>| {
        Some(Process {
            pid: row.get(pid)?.trim().parse().ok()?,
            parent: row.get(parent)?.trim().parse().ok()?,
            command: row.get(command..)?.join(" "),
        })
    };
    let mut all: Vec<Process> = rows.iter().filter_map(process).collect();
    let pids: Vec<u32> = all.iter().map(|process| process.pid).collect();
    // The first one was started from outside, as was what somebody runs there with `exec`, later.
    all.sort_by_key(|process| (pids.contains(&process.parent), process.pid));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_process_comes_first() {
        let titles = ["PID", "PPID", "COMMAND"].map(str::to_owned);
        let row = |pid: &str, parent: &str, command: &str| {
            [pid, parent, command].map(str::to_owned).to_vec()
        };
        let rows = [
            row("90", "50", "sh"),
            row("61", "60", "nginx: worker process"),
            row("60", "50", "nginx: master process nginx -g daemon off;"),
            row("x", "60", "nonsense"),
        ];
        let pids: Vec<u32> = read(&titles, &rows)
            .iter()
            .map(|process| process.pid)
            .collect();
        assert_eq!(pids, [60, 90, 61]);
        assert_eq!(read(&titles[..1], &rows), []);
    }
}
