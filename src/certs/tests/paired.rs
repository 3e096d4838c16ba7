//! Whether keys belong to the certificates that they lie beside, and how chains are put together.

use rcgen::{BasicConstraints, DnType, IsCa, Issuer, KeyPair};

use super::engine::{Engine, container};
use super::issue::{Authority, params};
use crate::certs::{parse, scan};
use crate::domain::CertificateRole::{self, Intermediate, Leaf, Root};
use crate::domain::chain::Above;
use crate::domain::{CertificatesFound, ChainStatus};

/// A certificate for a name, and its key.
fn pair(name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = params(&[name], 2027);
    params.distinguished_name.push(DnType::CommonName, name);
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

async fn scanned(files: &[(&str, &str)]) -> CertificatesFound {
    let mut engine = Engine::new();
    for (path, content) in files {
        engine.file("c", &format!("/certs/{path}"), *content);
    }
    let containers = [container("c", &["volume:certs:/certs"])];
    scan(&engine, &"home".into(), &containers).await.unwrap()
}

/// Of each place by its path whether the key is the certificate's.
fn matches(found: &CertificatesFound) -> Vec<(String, Option<bool>)> {
    let places = found.certificates.iter().flat_map(|one| &one.places);
    let mut all: Vec<_> = places
        .map(|place| (place.path["/certs/".len()..].to_owned(), place.key_matches))
        .collect();
    all.sort();
    all
}

fn said(all: &[(&str, Option<bool>)]) -> Vec<(String, Option<bool>)> {
    all.iter()
        .map(|(path, is)| ((*path).to_owned(), *is))
        .collect()
}

#[tokio::test]
async fn a_key_in_the_file_or_beside_it_is_compared() {
    let (a, a_key) = pair("a.example.org");
    let (b, b_key) = pair("b.example.org");
    let found = scanned(&[
        ("good.pem", &(a_key.clone() + &a)),
        ("bad.pem", &(b_key.clone() + &b.replace(&b, &a))),
        ("b.crt", &b),
        ("b.key", &b_key),
        ("swapped.crt", &b),
        ("swapped.key", &a_key),
        ("alone.crt", &b),
        ("unread/fullchain.pem", &a),
        (
            "unread/privkey.pem",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n",
        ),
    ])
    .await;
    assert_eq!(
        matches(&found),
        said(&[
            ("alone.crt", None),
            ("b.crt", Some(true)),
            ("bad.pem", Some(false)),
            ("good.pem", Some(true)),
            ("swapped.crt", Some(false)),
            ("unread/fullchain.pem", None),
        ])
    );
}

#[tokio::test]
async fn the_one_key_of_a_folder_is_held_against_no_other_certificate_of_it() {
    let (a, a_key) = pair("a.example.org");
    let (b, _) = pair("b.example.org");
    let shared = scanned(&[("a.crt", &a), ("b.crt", &b), ("privkey.pem", &a_key)]).await;
    assert_eq!(
        matches(&shared),
        said(&[("a.crt", Some(true)), ("b.crt", None)])
    );
    // Whosever else it would be, it is not that one's.
    let wrong = scanned(&[("b.crt", &b), ("privkey.pem", &a_key)]).await;
    assert_eq!(matches(&wrong), said(&[("b.crt", Some(false))]));
    // These names say whose it is.
    let named = scanned(&[
        ("fullchain.pem", &b),
        ("privkey.pem", &a_key),
        ("a.crt", &a),
    ])
    .await;
    assert_eq!(
        matches(&named),
        said(&[("a.crt", Some(true)), ("fullchain.pem", Some(false))])
    );
}

#[tokio::test]
async fn a_key_is_read_once_however_many_certificates_lie_beside_it() {
    let (a, _) = pair("a.example.org");
    let (_, key) = pair("b.example.org");
    let large = key + &"# nothing\n".repeat(50_000);
    let mut files: Vec<(String, &str)> = (0..2_000)
        .map(|n| (format!("{n}.crt"), a.as_str()))
        .collect();
    files.push(("privkey.pem".to_owned(), &large));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), *text))
        .collect();
    let began = std::time::Instant::now();
    let found = scanned(&files).await;
    assert_eq!(found.certificates.len(), 1);
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}

/// A root, what it issued, and a leaf of that.
fn chain() -> [String; 3] {
    let root = Authority::new("Root");
    let key = KeyPair::generate().unwrap();
    let mut intermediate = params(&[], 2030);
    intermediate
        .distinguished_name
        .push(DnType::CommonName, "Intermediate");
    intermediate.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issued = intermediate.signed_by(&key, &root.issuer()).unwrap();
    let own = KeyPair::generate().unwrap();
    let leaf = params(&["example.org"], 2027);
    let leaf = leaf
        .signed_by(&own, &Issuer::from_params(&intermediate, &key))
        .unwrap();
    [root.certificate.pem(), issued.pem(), leaf.pem()]
}

#[test]
fn a_chain_leads_from_the_leaf_to_its_root() {
    let [root, intermediate, leaf] = chain();
    let path = |parts: &[&str]| parse(parts.concat().as_bytes()).first_path().unwrap();
    let drawn = |parts: &[&str]| {
        let path = path(parts);
        let links = path.links.iter();
        let links: Vec<_> = links
            .map(|link| (link.subject.clone(), link.role, link.above))
            .collect();
        (links, path.status)
    };
    let one = |name: &str, role: CertificateRole, above| (name.to_owned(), role, above);
    assert_eq!(
        drawn(&[&leaf, &intermediate, &root]),
        (
            vec![
                one("example.org", Leaf, Above::Issuer),
                one("Intermediate", Intermediate, Above::Issuer),
                one("Root", Root, Above::Itself),
            ],
            ChainStatus::Complete
        )
    );
    let (links, status) = drawn(&[&leaf, &root, &intermediate]);
    assert_eq!(status, ChainStatus::WrongOrder);
    assert_eq!(links[1].2, Above::IssuerBefore);
    let alone = path(&[&leaf]);
    assert_eq!(alone.missing(), Some("Intermediate"));
    assert_eq!(
        path(&[&leaf, &intermediate]).missing(),
        None,
        "clients have the root"
    );
    let stray = path(&[&leaf, &root]);
    assert_eq!(stray.missing(), Some("Intermediate"));
    assert_eq!(stray.strays.len(), 1);
    assert_eq!(stray.strays[0].subject, "Root");
    assert_eq!(alone.links[0].key, "ECDSA P-256");
    assert!(path(&[&leaf, &intermediate]).is_like(&path(&[&leaf, &intermediate])));
    assert!(!path(&[&leaf, &intermediate]).is_like(&alone));
}

#[test]
fn names_of_a_chain_are_cut_and_circles_end() {
    let key = KeyPair::generate().unwrap();
    let mut long = params(&["example.org"], 2027);
    let name = format!("\u{202e}{}", "x".repeat(60_000));
    long.distinguished_name.push(DnType::OrganizationName, name);
    let path = parse(long.self_signed(&key).unwrap().pem().as_bytes()).first_path();
    let path = path.unwrap();
    assert_eq!(path.links.len(), 1);
    assert!(path.links[0].subject.chars().count() <= 200);
    // Two CAs that issued each other.
    let (a_key, b_key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let ca = |name: &str| {
        let mut ca = params(&[], 2030);
        ca.distinguished_name.push(DnType::CommonName, name);
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca
    };
    let (a, b) = (ca("A"), ca("B"));
    let a_by_b = a
        .signed_by(&a_key, &Issuer::from_params(&b, &b_key))
        .unwrap();
    let b_by_a = b
        .signed_by(&b_key, &Issuer::from_params(&a, &a_key))
        .unwrap();
    let leaf = params(&["example.org"], 2027);
    let leaf = leaf
        .signed_by(
            &KeyPair::generate().unwrap(),
            &Issuer::from_params(&a, &a_key),
        )
        .unwrap();
    let file = [leaf.pem(), a_by_b.pem(), b_by_a.pem()].concat();
    let path = parse(file.as_bytes()).first_path().unwrap();
    assert_eq!(path.links.len(), 3);
}
