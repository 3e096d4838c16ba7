//! `topside certs NAME --export FILE`: a certificate of the host and its chain, as a file.

use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use crate::app::pem::places;
use crate::backend::{BackendError, Connector};
use crate::certs;
use crate::domain::endpoint::names_of;
use crate::domain::{Certificate, Failure};
use crate::runtime::pem;

use super::arguments::Certs;
use super::ask::{self, Answer};
use super::{Arguments, Exit, connector, print, refuse};

/// Writes the chain of the certificate that is named to a file; `-` is the standard output.
pub(super) async fn run(
    arguments: &Arguments,
    wanted: &Certs,
    file: &Path,
) -> color_eyre::Result<ExitCode> {
    let what = "export a certificate";
    let [name] = wanted.paths.as_slice() else {
        let failure = Failure::new(what, "it takes one name")
            .hint("topside certs NAME --export FILE; topside certs lists the names");
        return Ok(refuse(&failure, Exit::Usage));
    };
    let name = name.to_string_lossy();
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let asked = async {
        let backend = connector.connect().await?;
        let containers = backend.containers().await?;
        let found = certs::scan(&*backend, connector.host(), &containers).await?;
        Ok::<_, BackendError>((backend, containers, found.certificates))
    };
    let (backend, containers, all) = match asked.await {
        Ok(answer) => answer,
        Err(error) => return Ok(refuse(&error.failure("reach the engine"), Exit::Engine)),
    };
    let Some(certificate) = find(&all, &name) else {
        let failure = Failure::new(what, format!("no certificate here is for {name}"))
            .hint("topside certs lists them; a fingerprint will do, too");
        return Ok(refuse(&failure, Exit::Usage));
    };
    let id_of = |name: &str| {
        let mut all = containers.iter();
        all.find(|one| *one.name == *name).map(|one| one.id.clone())
    };
    let places = places(certificate, id_of);
    let read = pem::read(Some(&*backend), &places, &certificate.sha256).await;
    let chain = match read {
        Ok(read) => read.chain(),
        Err(failure) => return Ok(refuse(&failure, Exit::Engine)),
    };
    if file.as_os_str() == "-" {
        return Ok(print::out(&chain));
    }
    Ok(write(file, &chain, wanted.overwrite))
}

/// The one with this fingerprint or name; of several that lasts the longest.
fn find<'a>(all: &'a [Certificate], name: &str) -> Option<&'a Certificate> {
    let ways: [&dyn Fn(&Certificate) -> bool; 3] = [
        &|one| one.sha256 == name,
        &|one| one.title() == name,
        &|one| names_of(one).any(|own| own == name),
    ];
    ways.iter().find_map(|way| {
        let those = all.iter().filter(|one| way(one));
        those.max_by_key(|one| one.not_after)
    })
}

fn write(file: &Path, chain: &str, overwrite: bool) -> ExitCode {
    let mut written = pem::write(file, chain, overwrite);
    let exists = written
        .as_ref()
        .is_err_and(|error| error.kind() == ErrorKind::AlreadyExists);
    if exists {
        let question = format!("{} is there already: overwrite it?", file.display());
        if ask::ask(&question) == Answer::Yes {
            written = pem::write(file, chain, true);
        }
    }
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let failure = Failure::new(format!("write {}", file.display()), error.to_string());
            let failure = if exists {
                failure.hint("--overwrite takes its place")
            } else {
                failure
            };
            refuse(&failure, Exit::Usage)
        }
    }
}
