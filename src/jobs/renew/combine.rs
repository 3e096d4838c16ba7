//! A server's file of key and chain, made within a container: no key leaves it.

use super::programs::run;
use crate::certs::{Parsed, ParsedCertificate};
use crate::domain::{ChainStatus, ContainerId, Failure};
use crate::jobs::{Stop, World, engine};

/// Why a file that was combined is not fit to take the old one's place.
pub(super) fn wrong_with(
    file: &Parsed,
    leaf: &ParsedCertificate,
    wants_key: bool,
    stored_chain: Option<ChainStatus>,
) -> Option<String> {
    let first = file.certificates.first()?;
    if first.sha256 != leaf.sha256 {
        return Some("what was written does not begin with the new certificate".to_owned());
    }
    if wants_key && file.key_match() != Some(true) {
        return Some("the key is not that of the new certificate".to_owned());
    }
    (stored_chain.is_some_and(|stored| stored != file.chain))
        .then(|| "its chain is another one than the client stores".to_owned())
}

/// A file whose name begins with a dot: servers that read whole folders leave those out.
pub(super) fn beside(path: &str, word: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    format!("{folder}/.{name}.{word}")
}

/// A file that is made of key and chain.
pub(super) struct Combine<'a> {
    pub container: &'a ContainerId,
    pub name: &'a str,
    pub chain: &'a str,
    pub key: Option<&'a str>,
    pub file: &'a str,
}

impl Combine<'_> {
    /// Writes the new file beside the old one, with the old one's DH parameters.
    pub(super) async fn write(&self, world: &World, new: &str) -> Result<(), Stop> {
        let script = "set -e; umask 077; rm -f \"$4\"; \
            { if [ -n \"$1\" ]; then cat \"$1\"; echo; fi; cat \"$2\"; \
            if [ -e \"$3\" ]; then sed -n '/-BEGIN DH PARAMETERS-/,/-END DH PARAMETERS-/p' \"$3\"; fi; } >\"$4\"";
        let key = self.key.unwrap_or("");
        self.shell(world, script, &[key, self.chain, self.file, new])
            .await
    }

    pub(super) async fn shell(
        &self,
        world: &World,
        script: &str,
        arguments: &[&str],
    ) -> Result<(), Stop> {
        let what = format!("combine {} in {}", self.file, self.name);
        let mut command = ["sh", "-c", script, "sh"].map(str::to_owned).to_vec();
        command.extend(arguments.iter().map(|&argument| argument.to_owned()));
        let ended = run(world, self.container, &command).await;
        let ended = ended.map_err(|error| engine::failure(&error, what.clone()))?;
        if ended.code == 0 {
            return Ok(());
        }
        Err(Stop::Failed {
            failure: Failure::new(what, format!("it ended with code {}", ended.code))
                .hint("the old certificate is still served"),
            log: ended.last,
        })
    }
}
