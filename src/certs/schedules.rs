//! When clients mean to renew, as their own files say.
//!
//! Sources: certbot's `storage.py` (`renew_before_expiry`, `autorenew`), acme.sh's `_savedomainconf`, dehydrated's example
//! config and `docs/per-certificate-config.md`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};

use super::tree::Tree;
use crate::backend::ArchiveKind;
use crate::domain::AcmeClient;

/// A client's settings for one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Schedule {
    /// The file that says so.
    pub path: String,
    pub client: AcmeClient,
    /// None where it holds for all of the client's.
    pub lineage: Option<String>,
    pub version: Option<String>,
    pub is_off: bool,
    pub next: Option<Timestamp>,
    pub renews_before: Option<SignedDuration>,
    pub hook: Option<String>,
}

/// How the settings of certbot and acme.sh end.
const SETTINGS: &str = ".conf";
/// What dehydrated calls its own.
const CONFIG: &str = "config";

/// Whether a file may hold a client's settings for a certificate.
pub(super) fn is_settings(path: &str) -> bool {
    path.ends_with(SETTINGS) || path.rsplit('/').next() == Some(CONFIG)
}

/// What the files of a folder say.
pub(super) fn schedules(tree: &Tree) -> Vec<Schedule> {
    tree.entries()
        .filter_map(|(path, kind, _)| {
            let ArchiveKind::File(Some(content)) = kind else {
                return None;
            };
            let (folder, name) = path.rsplit_once('/')?;
            let text = std::str::from_utf8(content).ok()?;
            if name == CONFIG {
                return dehydrated(path, folder, text, tree);
            }
            let lineage = name.strip_suffix(SETTINGS)?;
            if let Some(root) = folder.strip_suffix("/renewal") {
                Some(certbot(path, lineage, text, tree, root))
            } else {
                acme_sh(path, text)
            }
        })
        .collect()
}

/// The value of a `key = value` line, without quotes.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix(key)?.trim_start();
        let value = rest.strip_prefix('=')?.trim();
        let quoted = ['\'', '"']
            .iter()
            .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
        Some(quoted.unwrap_or(value)).filter(|value| !value.is_empty())
    })
}

/// certbot's `renewal/NAME.conf`. What it leaves out is written there as a comment.
fn certbot(path: &str, lineage: &str, text: &str, tree: &Tree, root: &str) -> Schedule {
    let hook = value(text, "renew_hook").or_else(|| value(text, "deploy_hook"));
    Schedule {
        path: path.to_owned(),
        client: AcmeClient::Certbot,
        lineage: Some(lineage.to_owned()),
        version: value(text, "version").map(str::to_owned),
        is_off: value(text, "autorenew").is_some_and(|word| word.eq_ignore_ascii_case("false")),
        next: None,
        renews_before: value(text, "renew_before_expiry").and_then(span),
        hook: hook
            .map(str::to_owned)
            .or_else(|| deploy_scripts(tree, root)),
    }
}

/// The scripts that certbot runs after every renewal, whatever the certificate; below its own folder.
fn deploy_scripts(tree: &Tree, root: &str) -> Option<String> {
    let folder = format!("{root}/renewal-hooks/deploy/");
    let scripts: Vec<&str> = tree
        .entries()
        .filter(|(path, kind, _)| path.starts_with(&folder) && !matches!(kind, ArchiveKind::Folder))
        .filter_map(|(path, ..)| path.strip_prefix(root)?.strip_prefix('/'))
        .collect();
    (!scripts.is_empty()).then(|| scripts.join("; "))
}

/// acme.sh's `NAME/NAME.conf`, a shell file.
fn acme_sh(path: &str, text: &str) -> Option<Schedule> {
    let lineage = value(text, "Le_Domain")?;
    let next = value(text, "Le_NextRenewTime")
        .and_then(|epoch| epoch.parse().ok())
        .and_then(|epoch| Timestamp::from_second(epoch).ok());
    Some(Schedule {
        path: path.to_owned(),
        client: AcmeClient::AcmeSh,
        lineage: Some(lineage.to_owned()),
        version: None,
        is_off: false,
        next,
        renews_before: None,
        hook: value(text, "Le_ReloadCmd").map(plain),
    })
}

/// dehydrated's `config` for all its certificates, and `certs/NAME/config` for one of them; shell files.
fn dehydrated(path: &str, folder: &str, text: &str, tree: &Tree) -> Option<Schedule> {
    let own = folder.rsplit('/').next()?;
    let renews_before = value(text, "RENEW_DAYS").and_then(span);
    let is_for_one = tree.has(&format!("{folder}/fullchain.pem"));
    let is_for_all = own == "dehydrated";
    // What says nothing of one certificate leaves it to what is said of all.
    let says_it_of_one = is_for_one && renews_before.is_some();
    if !is_for_all && !says_it_of_one {
        return None;
    }
    Some(Schedule {
        path: path.to_owned(),
        client: AcmeClient::Dehydrated,
        lineage: (!is_for_all).then(|| own.to_owned()),
        version: None,
        is_off: false,
        next: None,
        renews_before,
        hook: value(text, "HOOK").map(str::to_owned),
    })
}

/// acme.sh encodes what a shell could stumble over.
fn plain(text: &str) -> String {
    text.strip_prefix("__ACME_BASE64__START_")
        .and_then(|text| text.strip_suffix("__ACME_BASE64__END_"))
        .and_then(|encoded| BASE64_STANDARD.decode(encoded).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_else(|| text.to_owned())
}

/// `30 days`, as certbot's parser takes it; a bare number counts days.
fn span(text: &str) -> Option<SignedDuration> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let count: i64 = text[..end].parse().ok()?;
    let unit = match text[end..].trim() {
        "" | "d" | "day" | "days" => 24 * 3600,
        "w" | "week" | "weeks" => 7 * 24 * 3600,
        "h" | "hour" | "hours" => 3600,
        "m" | "minute" | "minutes" => 60,
        _ => return None,
    };
    count.checked_mul(unit).map(SignedDuration::from_secs)
}
