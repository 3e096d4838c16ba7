//! Programs on the other machine, each through an ssh of its own that joins the tunnel's login.

use std::process::Stdio;

use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::Tunnel;
use super::forward::{control_path, joining};
use crate::backend::BackendError;
use crate::domain::text::shell_word;

/// So much of what a program prints is read.
const OUTPUT: u64 = 1 << 20;

/// The words as the other machine's shell takes them apart again.
fn line(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| shell_word(word)).collect();
    words.join(" ")
}

impl Tunnel {
    fn joining(&self) -> Result<Command, BackendError> {
        let control = control_path(&self.folder.0);
        let joining = joining(&self.program, control.as_deref());
        joining.map_err(|error| BackendError::Unsupported(error.to_string()))
    }

    /// Program and arguments that run words over there. With a terminal there: who is ended here is ended there, too.
    pub(in crate::backend::docker) fn program(
        &self,
        words: &[String],
    ) -> Result<Vec<String>, BackendError> {
        let mut command = self.joining()?;
        command
            .args(["-tt", "--", &self.target.destination])
            .arg(line(words));
        let command = command.as_std();
        let program = std::iter::once(command.get_program());
        let all = program.chain(command.get_args());
        Ok(all
            .map(|word| word.to_string_lossy().into_owned())
            .collect())
    }

    /// Runs a program without input and returns what it printed to its standard output, when it ended well.
    pub(in crate::backend::docker) async fn run(
        &self,
        words: &[String],
    ) -> Result<Vec<u8>, BackendError> {
        let failed = |why: String| BackendError::Unsupported(why);
        let mut command = self.joining()?;
        command
            .args(["-T", "--", &self.target.destination])
            .arg(line(words))
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| failed(format!("cannot start ssh: {error}")))?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(failed("ssh without pipes".to_owned()));
        };
        let (mut printed, mut said) = (Vec::new(), Vec::new());
        let (mut stdout, mut stderr) = (stdout.take(OUTPUT), stderr.take(OUTPUT));
        let read = tokio::try_join!(
            stdout.read_to_end(&mut printed),
            stderr.read_to_end(&mut said)
        );
        let ended = match read {
            Ok(_) => child.wait().await,
            Err(error) => Err(error),
        };
        let status = ended.map_err(|error| failed(error.to_string()))?;
        if status.success() || !printed.is_empty() {
            return Ok(printed);
        }
        let said = String::from_utf8_lossy(&said);
        let last = said.trim().lines().last().unwrap_or("no word of why");
        let program = words.first().map_or("", String::as_str);
        Err(failed(format!("{program} over there: {last}")))
    }
}
