//! Whose file a certificate is: told by what lies around it, wherever that is mounted.

use super::tree::{Tree, of_generation};
use crate::domain::AcmeClient;

/// What the files around a certificate say of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// The client whose own file it is.
    pub client: Option<AcmeClient>,
    /// What the client calls it.
    pub lineage: Option<String>,
    /// Where its private key lies.
    pub key: Option<String>,
    /// Whether that is only the key of the folder, by a name that says of no certificate that it is its own.
    pub key_is_guess: bool,
}

/// A path in its parts.
struct Place<'a> {
    tree: &'a Tree,
    path: &'a str,
    /// Behind all links.
    real: &'a str,
    folder: &'a str,
    /// The folder's own name.
    folder_name: &'a str,
    name: &'a str,
    stem: &'a str,
    extension: &'a str,
}

/// Says whose file a certificate at this path is. `real` is the path behind all links, and
/// `has_key` whether the file itself holds a private key.
pub(super) fn recognise(tree: &Tree, path: &str, real: &str, has_key: bool) -> Kept {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let place = Place {
        tree,
        path,
        real,
        folder,
        folder_name: last(folder),
        name,
        stem,
        extension,
    };
    let rules = [
        Place::certbot,
        Place::lego_or_caddy,
        Place::acme_companion,
        Place::acme_sh,
        Place::dehydrated,
        Place::uacme,
        Place::lecli,
    ];
    let mut kept = rules
        .iter()
        .find_map(|rule| rule(&place))
        .unwrap_or_default();
    if has_key {
        kept.key = Some(path.to_owned());
    } else {
        kept.key = kept.key.filter(|key| tree.has(key));
    }
    if kept.key.is_none() {
        (kept.key, kept.key_is_guess) = place.key_beside();
    }
    kept
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn kept(client: AcmeClient, lineage: &str, key: String) -> Kept {
    Kept {
        client: Some(client),
        lineage: Some(lineage.to_owned()),
        key: Some(key),
        key_is_guess: false,
    }
}

impl Place<'_> {
    fn parent(&self) -> &str {
        self.folder
            .rsplit_once('/')
            .map_or("", |(parent, _)| parent)
    }

    /// The path of a file in the same folder.
    fn beside(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    fn is_beside(&self, name: &str) -> bool {
        self.tree.has(&self.beside(name))
    }

    /// `live/NAME/fullchain.pem`.
    fn certbot(&self) -> Option<Kept> {
        let is_own = last(self.parent()) == "live"
            && matches!(self.name, "cert.pem" | "chain.pem" | "fullchain.pem");
        let key = self.beside("privkey.pem");
        is_own.then(|| kept(AcmeClient::Certbot, self.folder_name, key))
    }

    /// `certificates/NAME.crt` with `NAME.json`; Caddy's is in a folder of its own.
    fn lego_or_caddy(&self) -> Option<Kept> {
        if !matches!(self.extension, "crt" | "pem") {
            return None;
        }
        let key = self.beside(&format!("{}.key", self.stem));
        let json = self.beside(&format!("{}.json", self.stem));
        let says = |word: &str| {
            let json = self.tree.content(&json).unwrap_or_default();
            json.windows(word.len())
                .any(|window| window == word.as_bytes())
        };
        if says("\"issuer_data\"") {
            return Some(kept(AcmeClient::Caddy, self.stem, key));
        }
        if !says("\"certUrl\"") && !self.is_beside(&format!("{}.issuer.crt", self.stem)) {
            return None;
        }
        // Version 5 says which CA it was, and may have a file of its own settings.
        let settings = format!("{}/.lego.yml", self.parent());
        let client = if says("\"origin\"") || self.tree.has(&settings) {
            AcmeClient::Lego5
        } else {
            AcmeClient::Lego
        };
        // A wildcard's file begins with an underscore.
        let lineage = match self.stem.strip_prefix("_.") {
            Some(rest) => format!("*.{rest}"),
            None => self.stem.to_owned(),
        };
        Some(kept(client, &lineage, key))
    }

    /// `NAME.crt`, a link to `NAME/fullchain.pem`; its folders hold a file `.companion`.
    fn acme_companion(&self) -> Option<Kept> {
        let own = self.beside(&format!("{}/fullchain.pem", self.stem));
        if self.extension == "crt" && self.path != self.real && self.real == own {
            let key = self.beside(&format!("{}.key", self.stem));
            return Some(kept(AcmeClient::AcmeCompanion, self.stem, key));
        }
        let marked = self.is_beside(".companion")
            && matches!(self.name, "cert.pem" | "fullchain.pem" | "chain.pem");
        let key = self.beside("key.pem");
        marked.then(|| kept(AcmeClient::AcmeCompanion, self.folder_name, key))
    }

    /// `NAME[_ecc]/NAME.cer` with `NAME.conf`.
    fn acme_sh(&self) -> Option<Kept> {
        if self.extension != "cer" {
            return None;
        }
        let name = self.folder_name;
        let name = name.strip_suffix("_ecc").unwrap_or(name);
        let conf = self.tree.content(&self.beside(&format!("{name}.conf")))?;
        let is_own = conf
            .split(|byte| *byte == b'\n')
            .any(|line| line.starts_with(b"Le_Domain="));
        let key = self.beside(&format!("{name}.key"));
        is_own.then(|| kept(AcmeClient::AcmeSh, name, key))
    }

    /// `NAME/fullchain.pem`, a link to `fullchain-EPOCH.pem`.
    fn dehydrated(&self) -> Option<Kept> {
        let is_own = self.path != self.real && of_generation(self.real)? == self.path;
        let key = self.beside("privkey.pem");
        is_own.then(|| kept(AcmeClient::Dehydrated, self.folder_name, key))
    }

    /// `NAME/cert.pem` with `private/NAME/key.pem`.
    fn uacme(&self) -> Option<Kept> {
        let key = format!("{}/private/{}/key.pem", self.parent(), self.folder_name);
        (self.name == "cert.pem" && self.tree.has(&key))
            .then(|| kept(AcmeClient::Uacme, self.folder_name, key))
    }

    /// `certificate.pem` with `lecli.yml`; the key is called `request.pem`.
    fn lecli(&self) -> Option<Kept> {
        let key = self.beside("request.pem");
        (self.name == "certificate.pem" && self.is_beside("lecli.yml"))
            .then(|| kept(AcmeClient::Lecli, self.folder_name, key))
    }

    /// A key as people name it, and whether it may be another certificate's by its name.
    fn key_beside(&self) -> (Option<String>, bool) {
        let own = format!("{}.key", self.stem);
        let numbered = self.name.replacen("fullchain", "privkey", 1);
        let is_the_one = matches!(
            self.name,
            "fullchain.pem" | "cert.pem" | "certificate.pem" | "chain.pem"
        );
        [own.as_str(), &numbered, "privkey.pem", "key.pem"]
            .iter()
            .filter(|name| **name != self.name)
            .map(|name| (self.beside(name), **name == own || **name == numbered))
            .find(|(key, _)| self.tree.has(key))
            .map_or((None, false), |(key, is_named)| {
                (Some(key), !is_named && !is_the_one)
            })
    }
}
