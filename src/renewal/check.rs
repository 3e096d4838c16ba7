//! A server's own check of the files that it would load, run by itself: before anybody restarts it.

use std::time::Duration;

use super::server::ways;
use crate::backend::{Backend, ExecRequest};
use crate::domain::text::visible;
use crate::domain::{ConfigTest, ContainerId};

/// How long a check may take; nginx with a thousand sites takes a second.
const LIMIT: Duration = Duration::from_secs(10);
/// How many of its last lines are kept, and how much of each.
const MOST_LINES: usize = 12;
const LONGEST_LINE: usize = 400;

/// Lets a running container's server check its files. It changes nothing and reads what the server would read.
pub async fn config_test(backend: &dyn Backend, container: &ContainerId) -> ConfigTest {
    let processes = match backend.processes(container).await {
        Ok(processes) => processes,
        Err(error) => return ConfigTest::Unknown(error.to_string()),
    };
    let Some(command) = ways(&processes, None).test else {
        return ConfigTest::Unknown("no check is known for what runs in it".to_owned());
    };
    let request = ExecRequest {
        container: container.clone(),
        command: command.clone(),
    };
    let done = match tokio::time::timeout(LIMIT, backend.exec(request)).await {
        Ok(Ok(done)) => done,
        Ok(Err(error)) => return ConfigTest::Unknown(error.to_string()),
        Err(_) => {
            let seconds = LIMIT.as_secs();
            return ConfigTest::Unknown(format!("its check took longer than {seconds} s"));
        }
    };
    match done.exit_code {
        0 => ConfigTest::Accepts,
        code @ (126 | 127) => {
            ConfigTest::Unknown(format!("its check could not be run (code {code})"))
        }
        // A signal: somebody ended it, or the memory did.
        code @ 128.. => ConfigTest::Unknown(format!("its check was ended (code {code})")),
        _ => ConfigTest::Refuses {
            command: cut(&shown(&command)),
            said: lines(&done.output),
        },
    }
}

/// The check as people know it: `hitch … --test` rather than its whole command line.
fn shown(command: &[String]) -> String {
    let program = command
        .first()
        .map_or("", |path| path.rsplit('/').next().unwrap_or(path));
    match command {
        [_, between @ .., last] if !between.is_empty() => format!("{program} … {last}"),
        [_, last] => format!("{program} {last}"),
        _ => program.to_owned(),
    }
}

fn lines(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output);
    let said = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut said: Vec<String> = said.map(cut).collect();
    said.drain(..said.len().saturating_sub(MOST_LINES));
    said
}

fn cut(text: &str) -> String {
    let cut: String = text.chars().take(LONGEST_LINE).collect();
    visible(&cut).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_check_says_is_bounded_and_safe() {
        let mut output = b"first\n\n".repeat(50);
        output.extend(b"\x1b[2Jlast\xff ");
        output.extend(b"x".repeat(5_000));
        let said = lines(&output);
        assert_eq!(said.len(), MOST_LINES);
        let last = said.last().unwrap();
        assert_eq!(last.chars().count(), LONGEST_LINE);
        assert!(last.starts_with("·[2Jlast\u{fffd} x"), "{last}");
    }

    #[test]
    fn a_check_is_named_by_what_people_know_of_it() {
        let shown = |command: &str| {
            let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
            shown(&words)
        };
        assert_eq!(shown("nginx -t"), "nginx -t");
        assert_eq!(
            shown("/usr/sbin/hitch --config=/a.conf --test"),
            "hitch … --test"
        );
        assert_eq!(shown("check"), "check");
    }
}
