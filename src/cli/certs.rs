//! `topside certs`: the certificates of files, or of a host's containers.

use std::collections::HashSet;
use std::fmt::Write;
use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::backend::{BackendError, Connector};
use crate::certs::{self, LocalFile, ParsedCertificate, Scanner};
use crate::domain::text::visible;
use crate::domain::units::days;
use crate::domain::{
    Certificate, CertificateRole, CertificatesFound, ChainStatus, Failure, FileOutcome, Forecasts,
    Thresholds, Verdict, Verdicts, forecast, verdict,
};
use crate::renewal::look_for_certificates;
use crate::runtime::jobs::Shared;

use super::arguments::Certs;
use super::table::Table;
use super::{Arguments, Exit, connector, print, refuse};

pub(super) fn of_paths(wanted: &Certs, thresholds: &Thresholds) -> color_eyre::Result<ExitCode> {
    let found = certs::read_local(&wanted.paths);
    let printed = if wanted.json {
        as_json(found.files.iter().map(of_file))?
    } else if found.files.is_empty() && !found.unreadable.is_empty() {
        // Whether there are some is not known.
        ExitCode::SUCCESS
    } else {
        print::out(&table(&found.files, thresholds, Timestamp::now()))
    };
    for (path, why) in &found.unreadable {
        let what = format!("read {}", path.display());
        print::failure(&Failure::new(what, why));
    }
    Ok(if found.unreadable.is_empty() {
        printed
    } else {
        Exit::Engine.into()
    })
}

pub(super) async fn of_host(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &Certs,
) -> color_eyre::Result<ExitCode> {
    let connector = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let asked = async {
        let backend = connector.connect().await?;
        let containers = backend.containers().await?;
        let (scanner, wishes) = (Scanner::default(), &shared.preferences);
        look_for_certificates(&scanner, &*backend, connector.host(), &containers, wishes).await
    };
    let found: CertificatesFound = match asked.await {
        Ok(found) => found,
        Err(error) => {
            let error: BackendError = error;
            return Ok(refuse(&error.failure("reach the engine"), Exit::Engine));
        }
    };
    let now = Timestamp::now();
    let host = Judged::new(&found, &shared.thresholds, now);
    if wanted.json {
        return as_json(found.certificates.iter().map(|one| host.json(one)));
    }
    for one in &found.unreadable {
        let what = format!("read {}:{}", one.container, one.path);
        print::failure(&Failure::new(what, &*one.why));
    }
    Ok(print::out(&host.table(&found.certificates)))
}

fn as_json(entries: impl Iterator<Item = Value>) -> color_eyre::Result<ExitCode> {
    Ok(print::json(&entries.collect())?)
}

fn of_file(file: &LocalFile) -> Value {
    let parsed = &file.parsed;
    json!({
        "path": file.path.to_string_lossy(),
        "outcome": parsed.outcome(),
        "chain": parsed.chain,
        "key_match": file.key_match,
        "certificates": parsed.certificates.iter().enumerate().map(of_certificate).collect::<Vec<_>>(),
    })
}

fn of_certificate((index, certificate): (usize, &ParsedCertificate)) -> Value {
    json!({
        "index": index,
        "role": certificate.role,
        "subject_cn": certificate.common_name,
        "sans": certificate.alternative_names,
        "not_before": certificate.not_before,
        "not_after": certificate.not_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "issuer_cn": certificate.issuer_common_name,
        "serial": certificate.serial,
        "sha256": certificate.sha256,
    })
}

/// What is stored on a host, judged by the files alone: nobody is asked what is served.
struct Judged<'a> {
    verdicts: Verdicts,
    forecasts: Forecasts,
    thresholds: &'a Thresholds,
    now: Timestamp,
}

impl<'a> Judged<'a> {
    fn new(found: &CertificatesFound, thresholds: &'a Thresholds, now: Timestamp) -> Self {
        let verdicts = verdict::judge(&found.certificates, [], now);
        let is_current = |one: &&Certificate| replaced_by(&verdicts, one).is_none();
        let current = found.certificates.iter().filter(is_current);
        let forecasts = forecast::forecasts(current, found, thresholds, now);
        Self {
            verdicts,
            forecasts,
            thresholds,
            now,
        }
    }

    fn json(&self, certificate: &Certificate) -> Value {
        let places = certificate.places.iter().map(|place| {
            json!({
                "service": place.service.as_ref().map(ToString::to_string),
                "container": place.container,
                "path": place.path,
                "mounted_from": place.mounted_from,
            })
        });
        json!({
            "sha256": certificate.sha256,
            "names": certificate.names,
            "issuer": certificate.issuer,
            "not_before": certificate.not_before,
            "not_after": certificate.not_after,
            "urgency": certificate.urgency(self.thresholds, self.now),
            "staging": certificate.is_staging(),
            "replaced_by": replaced_by(&self.verdicts, certificate),
            "renewal": self.forecasts.get(&certificate.sha256),
            "places": places.collect::<Vec<_>>(),
        })
    }

    fn table(&self, certificates: &[Certificate]) -> String {
        let mut table = Table::new(&["NAMES", "LEFT", "UNTIL", "ISSUER", "STORED AT"]);
        for certificate in certificates {
            let places: Vec<String> = certificate
                .places
                .iter()
                .map(|place| format!("{}:{}", place.holder(), place.path))
                .collect();
            table.row([
                names(certificate),
                match replaced_by(&self.verdicts, certificate) {
                    Some(_) => "replaced".to_owned(),
                    None => left(certificate, self.thresholds, self.now),
                },
                certificate.not_after.strftime("%Y-%m-%d").to_string(),
                certificate.issuer.clone(),
                places.join(" "),
            ]);
        }
        if table.is_empty() {
            "no certificates\n".to_owned()
        } else {
            table.to_string()
        }
    }
}

/// The fingerprint of the newer one that took its place.
fn replaced_by<'v>(verdicts: &'v Verdicts, certificate: &Certificate) -> Option<&'v str> {
    match verdicts.get(&certificate.sha256)? {
        Verdict::Replaced { by } => Some(by),
        _ => None,
    }
}

/// A line for each leaf; a file without one has a line that says what it is instead.
fn table(files: &[LocalFile], thresholds: &Thresholds, now: Timestamp) -> String {
    let mut table = Table::new(&["FILE", "NAMES", "LEFT", "UNTIL", "ISSUER", "CHAIN", "KEY"]);
    for file in files {
        let path = file.path.to_string_lossy().into_owned();
        // Some files hold their leaf twice.
        let mut known = HashSet::new();
        let certificates = file.parsed.certificates.iter();
        let leaves: Vec<&ParsedCertificate> = certificates
            .filter(|one| one.role.is_served() && known.insert(one.sha256.as_str()))
            .collect();
        if leaves.is_empty() {
            let empty = || "-".to_owned();
            let what = without_leaf(file);
            table.row([
                path.clone(),
                what,
                empty(),
                empty(),
                empty(),
                empty(),
                empty(),
            ]);
        }
        for leaf in leaves {
            let certificate = leaf.clone().into_certificate(Vec::new());
            table.row([
                path.clone(),
                names(&certificate),
                left(&certificate, thresholds, now),
                leaf.not_after_utc.strftime("%Y-%m-%d").to_string(),
                certificate.issuer.clone(),
                chain(file.parsed.chain).to_owned(),
                key(file.key_match).to_owned(),
            ]);
        }
    }
    if table.is_empty() {
        return "no certificates\n".to_owned();
    }
    let mut text = table.to_string();
    for file in files {
        for problem in &file.parsed.problems {
            let path = file.path.to_string_lossy();
            let _ = writeln!(text, "▲ {}: {}", visible(&path), visible(problem));
        }
    }
    text
}

fn without_leaf(file: &LocalFile) -> String {
    let parsed = &file.parsed;
    match parsed.outcome() {
        FileOutcome::Container => "a bundle that needs its password".to_owned(),
        FileOutcome::Malformed => "nothing that can be read".to_owned(),
        FileOutcome::NoCertificate if parsed.has_key => "a private key".to_owned(),
        FileOutcome::NoCertificate => "no certificate".to_owned(),
        FileOutcome::Ok | FileOutcome::Partial => {
            let is_root = |one: &&ParsedCertificate| one.role == CertificateRole::Root;
            let roots = parsed.certificates.iter().filter(is_root).count();
            let count = |word: &str, many| match many {
                0 => None,
                1 => Some(format!("1 {word}")),
                _ => Some(format!("{many} {word}s")),
            };
            let counts = [
                count("intermediate CA", parsed.certificates.len() - roots),
                count("root CA", roots),
            ];
            counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
    }
}

fn names(certificate: &Certificate) -> String {
    match certificate.names.len() {
        0 | 1 => certificate.title().to_owned(),
        many => format!("{} +{}", certificate.title(), many - 1),
    }
}

pub(super) fn left(certificate: &Certificate, thresholds: &Thresholds, now: Timestamp) -> String {
    let left = days(certificate.left(now));
    format!("{left} d, {}", certificate.urgency(thresholds, now).word())
}

const fn chain(status: ChainStatus) -> &'static str {
    match status {
        ChainStatus::Unknown => "-",
        ChainStatus::Complete => "complete",
        ChainStatus::SelfSigned => "self-signed",
        ChainStatus::WrongOrder => "wrong order",
        ChainStatus::MissingIntermediate => "missing intermediate",
        ChainStatus::Broken => "broken",
    }
}

const fn key(matches: Option<bool>) -> &'static str {
    match matches {
        Some(true) => "matches",
        Some(false) => "another's",
        None => "-",
    }
}
