//! A service run once, to its end, in a container of its own.

use super::call::tell;
use super::process::{self, Stdout};
use super::{Call, Compose, ComposeError, arguments};
use crate::domain::Failure;
use crate::domain::plan::{ComposeProject, Once};

impl Compose {
    /// Runs a service once. How that ended is the answer, whatever it was: its exit code, and its last lines.
    pub async fn run_once(
        &self,
        project: &ComposeProject,
        once: &Once,
        call: &Call,
    ) -> Result<(i64, Vec<String>), ComposeError> {
        let what = format!("run {} once", once.service);
        let arguments = arguments::run_once(once);
        let command = self.command(&what, project, arguments, Stdout::Unbroken, call)?;
        let tell = |line: &str| tell(call, line);
        match process::run(command, Stdout::Unbroken, &tell, &call.cancel).await {
            Ok(None) => Err(ComposeError::Cancelled),
            Ok(Some(ended)) => {
                // A signal has no code: it counts as none that anybody chose.
                let code = ended.status.code().map_or(-1, i64::from);
                Ok((code, ended.last.into()))
            }
            Err(error) => Err(Failure::new(what, error.to_string()).into()),
        }
    }
}
