//! What is taken along of a certificate: into the clipboard, or as PEM into a file. PEM is read anew each time.

use tui_input::Input;

use crate::domain::{Certificate, ChainStatus, ContainerId, Failure, HostId};

/// What can be copied of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyChoice {
    /// Its SHA-256.
    Fingerprint,
    /// The certificate itself.
    Leaf,
    /// The certificate and the CAs above it.
    Chain,
    /// Its serial number.
    Serial,
    /// What it is for.
    Names,
}

impl CopyChoice {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Fingerprint,
        Self::Leaf,
        Self::Chain,
        Self::Serial,
        Self::Names,
    ];

    /// The key that takes it at once.
    pub const fn key(self) -> char {
        match self {
            Self::Fingerprint => 'f',
            Self::Leaf => 'p',
            Self::Chain => 'c',
            Self::Serial => 's',
            Self::Names => 'n',
        }
    }

    /// What it is, in the list.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Fingerprint => "fingerprint (SHA-256)",
            Self::Leaf => "PEM of the certificate",
            Self::Chain => "PEM of the chain",
            Self::Serial => "serial number",
            Self::Names => "names, one a line",
        }
    }
}

/// The choice of what is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyView {
    /// The certificate's fingerprint.
    pub sha256: String,
    /// The selected row.
    pub cursor: usize,
}

/// Where a chain is written to.
#[derive(Debug, Clone)]
pub struct ExportView {
    /// The certificate's fingerprint.
    pub sha256: String,
    /// The file's path as it is typed.
    pub path: Input,
    /// Whether something is there already, so that it is asked whether that is to go.
    pub exists: bool,
}

/// PEM that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PemWanted {
    /// The host.
    pub host: HostId,
    /// The certificate's fingerprint.
    pub sha256: String,
    /// Where it is stored, the fullest file first: a container's, or this machine's where there is none.
    pub places: Vec<(Option<ContainerId>, String)>,
    /// What for.
    pub target: PemTarget,
}

/// What becomes of PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PemTarget {
    /// The certificate is copied.
    CopyLeaf,
    /// The certificate and the CAs above it are copied.
    CopyChain,
    /// The chain is written to a file.
    File {
        /// Its path.
        path: String,
        /// Whether it may take the place of what is there.
        replace: bool,
    },
}

/// What came of it.
#[derive(Debug)]
pub enum PemAnswer {
    /// To be copied.
    Text(String),
    /// Written to this file.
    Written(String),
    /// Something is there already.
    Exists,
    /// It could not be had, or not be written.
    Failed(Failure),
}

/// Where it is stored and can be read, the file with most of its chain first.
pub fn places(
    certificate: &Certificate,
    id_of: impl Fn(&str) -> Option<ContainerId>,
) -> Vec<(Option<ContainerId>, String)> {
    let mut places: Vec<_> = certificate.places.iter().collect();
    places.sort_by_key(|place| {
        let chain = place.chain.as_deref();
        let is_whole = chain.is_some_and(|path| path.status == ChainStatus::Complete);
        std::cmp::Reverse((is_whole, chain.map_or(0, |path| path.links.len())))
    });
    places
        .into_iter()
        .filter_map(|place| match (&place.container, &place.mounted_from) {
            (Some(name), _) => Some((Some(id_of(name)?), place.path.clone())),
            (None, None) => Some((None, place.path.clone())),
            // A volume that no container mounts: nobody can read it without making one.
            (None, Some(_)) => None,
        })
        .collect()
}
