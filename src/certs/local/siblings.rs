//! The private key that is kept beside a certificate.

use std::path::{Path, PathBuf};

use super::super::Parsed;
use super::read;

/// How ACME clients and people name the key of a certificate file: what the names begin and end with. What stands
/// between is the same in both: a number (certbot's archive), a time (dehydrated) or a domain.
const NAMES: &[[(&str, &str); 2]] = &[
    [("fullchain", ".pem"), ("privkey", ".pem")], // certbot, dehydrated
    [("cert", ".pem"), ("privkey", ".pem")],
    [("cert", ".pem"), ("key", ".pem")], // uacme's sort, Syncthing
    [("certificate", ".pem"), ("request", ".pem")], // lecli
    [("", ".crt"), ("", ".key")],        // lego, Caddy, acme-companion
    [("", ".cer"), ("", ".key")],        // acme.sh
    [("", ".cert"), ("", ".key")],
    [("", ".pem"), ("", ".key")],
    [("", ".pem"), ("", "-key.pem")], // mkcert
    [("", ".pem"), ("", ".key.pem")],
    [("", ".cert.pem"), ("", ".key.pem")],
];

/// Whether the key beside a file is that of its leaves; none where there is none.
pub(super) fn key_match(path: &Path, parsed: &Parsed) -> Option<bool> {
    // A key of its own is the one that counts, even if it cannot be read.
    if parsed.has_key || parsed.first_leaf().is_none() {
        return None;
    }
    keys_of(path)
        .into_iter()
        .filter_map(|key| read(&key).ok())
        .find(|key| key.has_key)
        .and_then(|key| parsed.key_match_of(&key))
}

/// Where the key of a certificate file may be, the likeliest first.
fn keys_of(path: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (
        path.parent(),
        path.file_name().and_then(|name| name.to_str()),
    ) else {
        return Vec::new();
    };
    let mut names: Vec<String> = NAMES
        .iter()
        .filter_map(|[(start, end), (key_start, key_end)]| {
            let middle = name.strip_prefix(start)?.strip_suffix(end)?;
            Some(format!("{key_start}{middle}{key_end}"))
        })
        .collect();
    // acme.sh keeps `D/fullchain.cer` and `D_ecc/fullchain.cer` beside `D.key`.
    if let Some(domain) = folder.file_name().and_then(|name| name.to_str()) {
        let domain = domain.strip_suffix("_ecc").unwrap_or(domain);
        names.push(format!("{domain}.key"));
    }
    names
        .iter()
        .map(|name| folder.join(name))
        .filter(|key| key.is_file() && key != path)
        .collect()
}
