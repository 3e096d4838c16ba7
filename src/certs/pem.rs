//! A stored certificate and its chain as PEM, read anew: nothing of it is kept, and no key is ever part of it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::parse::parse_keeping;
use super::read::{LIMITS, whole_file};
use super::traefik;
use crate::backend::{Backend, BackendError};
use crate::domain::ContainerId;

/// Characters a line (RFC 7468 §2).
const LINE: usize = 64;

/// A certificate as PEM, and the CAs above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pem {
    /// The certificate.
    pub leaf: String,
    /// Each CA after what it issued, as far as the file has them.
    pub above: Vec<String>,
}

impl Pem {
    /// All of it, in the order in which a server sends it.
    pub fn chain(&self) -> String {
        let mut all = self.leaf.clone();
        all.extend(self.above.iter().map(String::as_str));
        all
    }
}

/// The certificate with this fingerprint in what a file holds; none when it is not there (any more).
pub fn pem_of(content: &[u8], sha256: &str) -> Option<Pem> {
    if let Some(found) = of_one(content, sha256) {
        return Some(found);
    }
    let stored = traefik::certificates(content)?;
    stored.iter().find_map(|pem| of_one(pem, sha256))
}

fn of_one(content: &[u8], sha256: &str) -> Option<Pem> {
    let (parsed, ders) = parse_keeping(content);
    let mut all = parsed.certificates.iter();
    let at = all.position(|one| one.sha256 == sha256)?;
    let mut way = parsed.way_up(at).into_iter().filter_map(|at| ders.get(at));
    Some(Pem {
        leaf: encode(way.next()?),
        above: way.map(|der| encode(der)).collect(),
    })
}

/// Reads it from a file of a container.
pub async fn read_pem(
    backend: &dyn Backend,
    container: &ContainerId,
    path: &str,
    sha256: &str,
) -> Result<Pem, BackendError> {
    let content = whole_file(backend, container, path).await?;
    pem_of(&content, sha256)
        .ok_or_else(|| BackendError::NotFound(format!("{path} holds another certificate by now")))
}

/// Reads it from a file of this machine. Blocks.
pub fn read_local_pem(path: &Path, sha256: &str) -> io::Result<Pem> {
    let size = path.metadata()?.len().min(LIMITS.file);
    let mut content = Zeroizing::new(Vec::with_capacity(size as usize + 1));
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    File::open(path)?
        .take(LIMITS.file)
        .read_to_end(&mut content)?;
    pem_of(&content, sha256).ok_or_else(|| io::Error::other("it holds another certificate by now"))
}

fn encode(der: &[u8]) -> String {
    let digits = STANDARD.encode(der);
    let mut pem = String::with_capacity(digits.len() + digits.len() / LINE + 60);
    pem.push_str("-----BEGIN CERTIFICATE-----\n");
    let mut rest = digits.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}
