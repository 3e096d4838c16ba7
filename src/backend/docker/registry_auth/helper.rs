//! A credential helper: a program that keeps logins, or gets them from a cloud.

use std::io;
use std::process::{Output, Stdio};

use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::{Login, Logins, credentials};
use crate::backend::BackendError;

/// What a helper says when it has no login (docker-credential-helpers, `credentials/error.go`).
const NOT_FOUND: &str = "credentials not found in native keychain";
/// The user name that says: the secret is an identity token.
const TOKEN: &str = "<token>";
/// What a helper prints.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Told {
    username: String,
    secret: String,
}

impl Logins {
    /// Asks a helper (`docker-credential-NAME get`, the server on its standard input).
    pub(super) async fn ask(
        &self,
        name: &str,
        server: &str,
    ) -> Result<Option<Login>, BackendError> {
        let program = format!("docker-credential-{name}");
        let failed = |why: &str| {
            credentials(format!(
                "the credential helper {program} did not tell the login to {server}: {why}"
            ))
        };
        let output = match tokio::time::timeout(self.patience, self.run(&program, server)).await {
            Ok(Ok(output)) => output,
            Ok(Err(err)) if err.kind() == io::ErrorKind::NotFound => {
                return Err(failed("it is not installed"));
            }
            Ok(Err(err)) => return Err(failed(&err.to_string())),
            Err(_) => {
                let seconds = self.patience.as_secs();
                return Err(failed(&format!("no answer within {seconds} s")));
            }
        };
        if output.status.success() {
            let told: Told = serde_json::from_slice(&output.stdout)
                .map_err(|_| failed("its answer is not what such helpers say"))?;
            return Ok(told.login());
        }
        // Helpers say on standard output what went wrong.
        let said = [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said));
        match said
            .iter()
            .map(|said| said.trim())
            .find(|said| !said.is_empty())
        {
            Some(NOT_FOUND) => Ok(None),
            Some(words) => Err(failed(words)),
            None => Err(failed(&output.status.to_string())),
        }
    }

    async fn run(&self, program: &str, server: &str) -> io::Result<Output> {
        let mut command = Command::new(program);
        if let Some(path) = &self.search_path {
            command.env("PATH", path);
        }
        let mut child = command
            .arg("get")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // One that does not read has its reasons, and says them.
            drop(input.write_all(server.as_bytes()).await);
        }
        child.wait_with_output().await
    }
}

impl Told {
    fn login(self) -> Option<Login> {
        let login = if self.username == TOKEN {
            Login {
                identitytoken: self.secret,
                ..Login::default()
            }
        } else {
            Login {
                username: self.username,
                password: self.secret,
                ..Login::default()
            }
        };
        (login != Login::default()).then_some(login)
    }
}
