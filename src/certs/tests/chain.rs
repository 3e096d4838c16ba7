//! Chains and keys that the corpus has no file for.

use rcgen::{BasicConstraints, IsCa, KeyPair, KeyUsagePurpose};

use super::issue::{Authority, params, self_signed};
use crate::certs::parse;
use crate::domain::{CertificateRole, ChainStatus};

fn roles(file: &str) -> Vec<CertificateRole> {
    let parsed = parse(file.as_bytes());
    parsed.certificates.iter().map(|one| one.role).collect()
}

#[test]
fn leaves_that_each_bring_a_copy_of_their_chain_are_complete() {
    let ca = Authority::new("CA");
    let file: String = (0..20)
        .map(|_| ca.issue(&["a"], 2027).pem() + &ca.certificate.pem())
        .collect();
    assert_eq!(parse(file.as_bytes()).chain, ChainStatus::Complete);
}

#[test]
fn leaves_may_share_the_chain_after_them_but_not_before() {
    let ca = Authority::new("CA");
    let (a, b) = (ca.issue(&["a"], 2027).pem(), ca.issue(&["b"], 2027).pem());
    let ca = ca.certificate.pem();
    let chain = |file: String| parse(file.as_bytes()).chain;
    assert_eq!(chain(format!("{a}{b}{ca}")), ChainStatus::Complete);
    assert_eq!(chain(format!("{a}{ca}{b}")), ChainStatus::WrongOrder);
}

#[test]
fn several_self_signed_ones_are_served_each() {
    let one = || self_signed(&params(&["a.example"], 2027)).pem();
    let file = one() + &one();
    assert_eq!(roles(&file), [CertificateRole::SelfSigned; 2]);
    assert_eq!(parse(file.as_bytes()).chain, ChainStatus::SelfSigned);
}

#[test]
fn a_ca_named_like_a_machine_is_served_a_ca_named_like_one_is_not() {
    for (name, role) in [
        ("nas.example.com", CertificateRole::SelfSigned),
        ("192.0.2.1", CertificateRole::SelfSigned),
        ("localhost", CertificateRole::SelfSigned),
        ("Some CA Inc. Root", CertificateRole::Root),
        ("Root", CertificateRole::Root),
    ] {
        assert_eq!(roles(&Authority::new(name).certificate.pem()), [role]);
    }
}

#[test]
fn a_ca_whose_key_only_signs_certificates_is_not_served() {
    let mut ca = params(&["izenpe.example"], 2027);
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    assert_eq!(
        roles(&self_signed(&ca).pem()),
        [CertificateRole::SelfSigned]
    );
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    assert_eq!(roles(&self_signed(&ca).pem()), [CertificateRole::Root]);
}

#[test]
fn of_several_keys_each_must_be_of_a_leaf() {
    let (own, stray) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let leaf = params(&["a"], 2027).self_signed(&own).unwrap().pem();
    let (own, stray) = (own.serialize_pem(), stray.serialize_pem());
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    for (keys, matches) in [
        (own.clone(), Some(true)),
        (stray.clone(), Some(false)),
        (format!("{own}{stray}"), Some(false)),
        (format!("{own}{encrypted}"), Some(true)),
        (format!("{stray}{encrypted}"), None),
        (encrypted.to_owned(), None),
        (String::new(), None),
    ] {
        let parsed = parse(format!("{keys}{leaf}").as_bytes());
        assert_eq!(parsed.key_match(), matches, "{keys}");
    }
    let elsewhere = parse(own.as_bytes());
    assert_eq!(elsewhere.key_match(), None, "no leaf");
    assert_eq!(parse(leaf.as_bytes()).key_match_of(&elsewhere), Some(true));
}
