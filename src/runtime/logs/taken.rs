//! Lines of a log that are handed to a program: the user's pager or editor, or a command.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::domain::Failure;
use crate::domain::text::visible;
use crate::runtime::edit;

/// What stands for `$PAGER` where that is not set: keeps colours, and leaves what was shown on screen.
const PAGER: &str = "less -R";

/// How a program gets the lines.
enum Given {
    /// On its standard input.
    Piped,
    /// As a file that is named to it, and goes when it ends.
    Named,
}

/// A program of the user's shell.
pub(in crate::runtime) struct Program {
    /// As it was typed, or as the environment says.
    line: String,
    given: Given,
    /// Whether it ends by itself, so that what it printed has to be left on screen for a while.
    pub(in crate::runtime) ends: bool,
}

impl Program {
    /// The user's pager.
    pub(in crate::runtime) fn pager() -> Self {
        let set = env::var("PAGER").ok();
        Self {
            line: set
                .filter(|set| !set.trim().is_empty())
                .unwrap_or_else(|| PAGER.to_owned()),
            given: Given::Piped,
            ends: false,
        }
    }

    /// The user's editor.
    pub(in crate::runtime) fn editor() -> Result<Self, Failure> {
        Ok(Self {
            line: edit::editor("open the lines in an editor")?,
            given: Given::Named,
            ends: false,
        })
    }

    /// A command.
    pub(in crate::runtime) const fn command(line: String) -> Self {
        Self {
            line,
            given: Given::Piped,
            ends: true,
        }
    }

    /// Runs it on the text; the terminal has to be the user's.
    pub(in crate::runtime) async fn run(&self, text: &str) -> Result<(), Failure> {
        let what = format!("run {}", visible(&self.line));
        let failed = |error: io::Error| Failure::new(&what, error.to_string());
        let ended = match self.given {
            Given::Piped => self.piped(text).await,
            Given::Named => self.named(text).await,
        };
        match ended.map_err(failed)?.code() {
            Some(0) => Ok(()),
            // It was not found, or may not be run.
            Some(code @ (126 | 127)) => {
                let why = format!("it ended with {code}");
                Err(Failure::new(&what, why).hint("$PAGER and $EDITOR name such programs"))
            }
            _ if self.ends => Ok(()),
            Some(code) => Err(Failure::new(&what, format!("it ended with {code}"))),
            None => Err(Failure::new(&what, "it was killed")),
        }
    }

    async fn piped(&self, text: &str) -> io::Result<ExitStatus> {
        let mut child = Command::new("/bin/sh")
            .args(["-c", &self.line])
            .stdin(Stdio::piped())
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // A program need not read to the end.
            let _ = input.write_all(text.as_bytes()).await;
        }
        child.wait().await
    }

    async fn named(&self, text: &str) -> io::Result<ExitStatus> {
        let file = Named::new(text)?;
        Command::new("/bin/sh")
            .args(["-c", &format!("{} \"$@\"", self.line), &self.line])
            .arg(&file.0)
            .status()
            .await
    }
}

/// A file that is gone when it is dropped; of its owner alone, as a log may hold secrets.
struct Named(PathBuf);

impl Named {
    fn new(text: &str) -> io::Result<Self> {
        let name = format!("topside-{}.log", std::process::id());
        let path = env::temp_dir().join(name);
        // One of a process that had the same id and was killed.
        drop(fs::remove_file(&path));
        // Never through a link that somebody else put there.
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        let named = Self(path);
        file.write_all(text.as_bytes())?;
        Ok(named)
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        // An editor may have moved it.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn an_editor_gets_a_file_of_its_own_that_goes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let editor = Program {
            line: format!("cp -p -t {}", folder.path().display()),
            given: Given::Named,
            ends: false,
        };
        editor.run("one\ntwo\n").await.unwrap();
        let name = format!("topside-{}.log", std::process::id());
        let copy = folder.path().join(name);
        let about = fs::metadata(&copy).unwrap();
        assert_eq!(about.permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&copy).unwrap(), "one\ntwo\n");
        let named = Named::new("x").unwrap();
        let path = named.0.clone();
        drop(named);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_command_need_not_read_to_the_end() {
        let long = "line\n".repeat(1 << 16);
        Program::command("head -c 1 > /dev/null".to_owned())
            .run(&long)
            .await
            .unwrap();
        let missing = Program::command("/nowhere/pager".to_owned());
        let failure = missing.run(&long).await.unwrap_err();
        assert!(failure.why.contains("127"), "{failure:?}");
    }
}
