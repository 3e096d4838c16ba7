//! What each certificate of a file is, and whether they make the chain that a server has to send.
//!
//! A file is judged as a server that is given it would send it: the leaf first, each certificate before its issuer.
//!
//! - A chain may end below the root ([`ChainStatus::Complete`]), since a root that is not trusted already is not
//!   trusted when it is sent either. So it ends at any CA that is issued by one elsewhere: whether that one is a root
//!   cannot be told from here. A leaf alone lacks its issuer: no public CA issues from its root.
//! - When the next issuer is not there but a root is, what stands between is missing. A CA that belongs to nobody's
//!   chain and is no root makes the file [`ChainStatus::Broken`]: it was combined with another's chain.
//! - Roots are the clients', so a file of CAs alone is no chain: `chain.pem` as well as a bundle are
//!   [`ChainStatus::Unknown`]. Only one self-signed certificate alone is a whole chain.
//! - Several leaves may share their CAs; the worst of their chains is the file's.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Version;

use super::ParsedCertificate;
use super::signature::{Signature, verify};
use crate::domain::chain::Above as Standing;
use crate::domain::{CertificateRole, ChainStatus};

/// Files of more certificates, which are bundles, are not looked at any closer: each link costs a signature.
const MOST_JUDGED: usize = 200;
/// Of so many CAs with the same name the issuer is sought; a renewed one keeps its name.
const MOST_NAMESAKES: usize = 8;

/// A certificate among those of its file.
struct Node<'a> {
    certificate: X509Certificate<'a>,
    role: CertificateRole,
    self_signed: bool,
    key_id: Option<&'a [u8]>,
    issuer_key_id: Option<&'a [u8]>,
    /// Whether its key may do nothing in a handshake (key usage, RFC 5280 §4.2.1.3), as those of real CAs.
    is_never_served: bool,
}

/// Says of each certificate what it is, and how their chain is. `ders` are theirs, in the same order.
pub(super) fn judge(
    ders: &[Vec<u8>],
    certificates: &mut [ParsedCertificate],
    has_key: bool,
) -> ChainStatus {
    let nodes: Option<Vec<Node<'_>>> = ders
        .iter()
        .zip(certificates.iter())
        .map(|(der, parsed)| Node::new(der, parsed))
        .collect();
    // They were all read before.
    let Some(mut nodes) = nodes else {
        return ChainStatus::Unknown;
    };
    assign_roles(&mut nodes, certificates, has_key);
    for (node, certificate) in nodes.iter().zip(certificates.iter_mut()) {
        certificate.role = node.role;
    }
    if nodes.len() > MOST_JUDGED {
        return ChainStatus::Unknown;
    }
    let file = File::new(&nodes);
    let leaves = file.leaves();
    if leaves.is_empty() {
        return file.status_of_cas();
    }
    let above: Vec<Above> = (0..nodes.len()).map(|at| file.above(at)).collect();
    for (at, certificate) in certificates.iter_mut().enumerate() {
        (certificate.above, certificate.issuer_at) = standing(&above, at, certificate.self_signed);
    }
    file.status(&leaves, &above)
}

impl<'a> Node<'a> {
    fn new(der: &'a [u8], parsed: &ParsedCertificate) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let (mut key_id, mut issuer_key_id, mut is_never_served) = (None, None, false);
        for extension in certificate.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => key_id = Some(id.0),
                ParsedExtension::AuthorityKeyIdentifier(id) => {
                    issuer_key_id = id.key_identifier.as_ref().map(|id| id.0);
                }
                ParsedExtension::KeyUsage(usage) => {
                    is_never_served = !usage.digital_signature()
                        && !usage.key_encipherment()
                        && !usage.key_agreement();
                }
                _ => {}
            }
        }
        Some(Self {
            certificate,
            role: CertificateRole::Leaf,
            self_signed: parsed.self_signed,
            key_id,
            issuer_key_id,
            is_never_served,
        })
    }

    fn subject(&self) -> &'a [u8] {
        self.certificate.tbs_certificate.subject.as_raw()
    }

    fn issuer(&self) -> &'a [u8] {
        self.certificate.tbs_certificate.issuer.as_raw()
    }

    fn is_issued_by(&self, issuer: &Self) -> bool {
        // Key ids that differ stop OpenSSL, whatever the signature says.
        let ids_differ = self
            .issuer_key_id
            .zip(issuer.key_id)
            .is_some_and(|(wanted, is)| wanted != is);
        !ids_differ
            && issuer.role != CertificateRole::Leaf
            && verify(&self.certificate, &issuer.certificate) != Signature::Bad
    }
}

/// Roles show only among the others: X.509 v1 has no word for a CA, and `openssl req -x509` says of every certificate
/// that it is one.
fn assign_roles(nodes: &mut [Node<'_>], certificates: &[ParsedCertificate], has_key: bool) {
    let issuers: HashSet<&[u8]> = nodes
        .iter()
        .filter(|node| !node.self_signed)
        .map(Node::issuer)
        .collect();
    let has_issued = |node: &Node<'_>| issuers.contains(node.subject());
    let is_ca = |node: &Node<'_>, parsed: &ParsedCertificate| {
        let silent = node.self_signed || node.certificate.version() != X509Version::V3;
        parsed.is_ca || (silent && has_issued(node))
    };
    let pairs = || nodes.iter().zip(certificates);
    let has_leaf = pairs().any(|(node, parsed)| !node.self_signed && !is_ca(node, parsed));
    let distinct: HashSet<&str> = certificates.iter().map(|c| c.sha256.as_str()).collect();
    let alone = distinct.len() == 1;
    let is_home_made = |node: &Node<'_>, parsed: &ParsedCertificate| {
        let named = !parsed.names.is_empty();
        let served = named || (alone && (has_key || is_host_name(parsed.common_name.as_deref())));
        node.self_signed && !node.is_never_served && !has_leaf && !has_issued(node) && served
    };
    let roots: HashSet<&str> = pairs()
        .filter(|(node, parsed)| {
            node.self_signed && is_ca(node, parsed) && !is_home_made(node, parsed)
        })
        .map(|(_, parsed)| parsed.sha256.as_str())
        .collect();
    // No chain has two roots: this is a bundle of CAs, and the old ones (X.509 v1) do not say that they are.
    let is_bundle = roots.len() > 1;
    let roles: Vec<CertificateRole> = pairs()
        .map(
            |(node, parsed)| match (node.self_signed, is_ca(node, parsed)) {
                (false, false) => CertificateRole::Leaf,
                (false, true) => CertificateRole::Intermediate,
                (true, true) if is_home_made(node, parsed) => CertificateRole::SelfSigned,
                (true, true) => CertificateRole::Root,
                (true, false) if is_bundle && parsed.names.is_empty() => CertificateRole::Root,
                (true, false) => CertificateRole::SelfSigned,
            },
        )
        .collect();
    for (node, role) in nodes.iter_mut().zip(roles) {
        node.role = role;
    }
}

/// Whether a common name is a machine's rather than a CA's.
fn is_host_name(name: Option<&str>) -> bool {
    let Some(name) = name else {
        return false;
    };
    let is_label = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '*' | '_');
    name == "localhost"
        || name.parse::<IpAddr>().is_ok()
        || (name.contains('.') && name.chars().all(is_label))
}

/// A file's certificates by name.
struct File<'n, 'a> {
    nodes: &'n [Node<'a>],
    by_subject: HashMap<&'a [u8], Vec<usize>>,
    /// Where the same certificate stands first.
    first_copy: Vec<usize>,
}

/// What was found above a certificate.
enum Above {
    /// No certificate has its issuer's name.
    Nothing,
    /// One has, but did not sign it.
    Impostor,
    /// These signed it.
    Issuers(Vec<usize>),
}

/// A leaf's way up.
#[derive(Default)]
struct Chain {
    /// Whether a certificate on it was not signed by who bears its issuer's name.
    is_broken: bool,
    /// Whether it reaches a certificate that is its own issuer.
    reaches_root: bool,
    /// Whether an issuer stands only before what it issued.
    is_out_of_order: bool,
    /// How many certificates it has, the leaf included.
    len: usize,
}

impl<'n, 'a> File<'n, 'a> {
    fn new(nodes: &'n [Node<'a>]) -> Self {
        let mut by_subject: HashMap<&[u8], Vec<usize>> = HashMap::new();
        let mut first: HashMap<&[u8], usize> = HashMap::new();
        let mut first_copy = Vec::with_capacity(nodes.len());
        for (at, node) in nodes.iter().enumerate() {
            by_subject.entry(node.subject()).or_default().push(at);
            first_copy.push(*first.entry(node.certificate.as_raw()).or_insert(at));
        }
        Self {
            nodes,
            by_subject,
            first_copy,
        }
    }

    fn leaves(&self) -> Vec<usize> {
        let all = 0..self.nodes.len();
        all.filter(|at| self.nodes[*at].role.is_served()).collect()
    }

    /// The status where no certificate is a leaf.
    fn status_of_cas(&self) -> ChainStatus {
        let alone = self.first_copy.iter().all(|first| *first == 0);
        match self.nodes.first() {
            Some(root) if alone && root.self_signed => of_self_signed(root),
            _ => ChainStatus::Unknown,
        }
    }

    fn status(&self, leaves: &[usize], above: &[Above]) -> ChainStatus {
        let mut used = vec![false; self.nodes.len()];
        for leaf in leaves {
            mark(above, *leaf, &mut used);
        }
        let strays = || {
            let nodes = self.nodes.iter().zip(&used);
            nodes.filter(|(_, used)| !**used).map(|(node, _)| node.role)
        };
        let stray_ca = strays().any(|role| role == CertificateRole::Intermediate);
        let stray_root = strays().any(|role| role == CertificateRole::Root);
        let of_leaf = |leaf: &usize| {
            if self.nodes[*leaf].self_signed {
                return of_self_signed(&self.nodes[*leaf]);
            }
            let chain = self.chain(*leaf, above);
            if chain.is_broken || stray_ca || (stray_root && chain.reaches_root) {
                ChainStatus::Broken
            } else if chain.len == 1 || stray_root {
                ChainStatus::MissingIntermediate
            } else if chain.is_out_of_order {
                ChainStatus::WrongOrder
            } else {
                ChainStatus::Complete
            }
        };
        leaves.iter().map(of_leaf).max().unwrap_or_default()
    }

    fn above(&self, at: usize) -> Above {
        let node = &self.nodes[at];
        let namesakes = self.by_subject.get(node.issuer());
        if node.self_signed || namesakes.is_none() {
            return Above::Nothing;
        }
        // Where each leaf brings its chain, the file holds many copies of one CA.
        let mut known: HashMap<usize, bool> = HashMap::new();
        let mut issuers = Vec::new();
        for one in namesakes.into_iter().flatten().copied() {
            let first = self.first_copy[one];
            let issued = match known.get(&first) {
                Some(issued) => *issued,
                None if known.len() == MOST_NAMESAKES || first == self.first_copy[at] => false,
                None => node.is_issued_by(&self.nodes[first]),
            };
            known.insert(first, issued);
            issuers.extend(issued.then_some(one));
        }
        if issuers.is_empty() {
            Above::Impostor
        } else {
            Above::Issuers(issuers)
        }
    }

    /// Follows the issuers of a leaf, each the next one in the file where there are several.
    fn chain(&self, leaf: usize, above: &[Above]) -> Chain {
        let mut chain = Chain::default();
        let mut at = leaf;
        // CAs that issued each other make a circle.
        while chain.len < self.nodes.len() {
            chain.len += 1;
            match &above[at] {
                Above::Nothing => {
                    chain.reaches_root = self.nodes[at].self_signed;
                    break;
                }
                Above::Impostor => {
                    chain.is_broken = true;
                    break;
                }
                Above::Issuers(issuers) => {
                    let Some(next) = next_of(issuers, at) else {
                        break;
                    };
                    chain.is_out_of_order |= next < at;
                    at = next;
                }
            }
        }
        chain
    }
}

/// The issuer that is followed: the next one in the file where there are several.
fn next_of(issuers: &[usize], at: usize) -> Option<usize> {
    let after = issuers.iter().find(|issuer| **issuer > at);
    after.or_else(|| issuers.first()).copied()
}

/// What stands above a certificate, and where.
fn standing(above: &[Above], at: usize, self_signed: bool) -> (Standing, Option<usize>) {
    match above.get(at) {
        _ if self_signed => (Standing::Itself, None),
        Some(Above::Impostor) => (Standing::Impostor, None),
        Some(Above::Issuers(issuers)) => match next_of(issuers, at) {
            Some(next) if next < at => (Standing::IssuerBefore, Some(next)),
            Some(next) => (Standing::Issuer, Some(next)),
            None => (Standing::Nothing, None),
        },
        Some(Above::Nothing) | None => (Standing::Nothing, None),
    }
}

fn of_self_signed(node: &Node<'_>) -> ChainStatus {
    match verify(&node.certificate, &node.certificate) {
        Signature::Bad => ChainStatus::Broken,
        Signature::Good | Signature::Unknown => ChainStatus::SelfSigned,
    }
}

/// Marks a leaf and all that issued it, whichever way: a CA may be there cross-signed and self-signed.
fn mark(above: &[Above], leaf: usize, used: &mut [bool]) {
    let mut open = vec![leaf];
    while let Some(at) = open.pop() {
        if std::mem::replace(&mut used[at], true) {
            continue;
        }
        if let Above::Issuers(issuers) = &above[at] {
            open.extend(issuers);
        }
    }
}
