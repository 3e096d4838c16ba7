//! Files as they are found on servers, and as nobody should write them.

use std::fmt::Write;

use rcgen::PublicKeyData;
use rcgen::{BasicConstraints, DnType, DnValue, IsCa, SerialNumber, date_time_ymd};

use sha2::{Digest, Sha256};

use super::issue::{Authority, key_pem, params, self_signed};
use crate::certs::x509::hex;
use crate::certs::{Parsed, parse, parse_chain};
use crate::domain::ChainStatus;

fn sha256(certificate: &rcgen::Certificate) -> String {
    parse(certificate.der()).certificates[0].sha256.clone()
}

fn found(parsed: &Parsed) -> Vec<&str> {
    parsed
        .certificates
        .iter()
        .map(|certificate| certificate.sha256.as_str())
        .collect()
}

fn leaves(bytes: &[u8]) -> Vec<Vec<String>> {
    parse(bytes)
        .into_leaves()
        .into_iter()
        .map(|leaf| leaf.certificate.names)
        .collect()
}

#[test]
fn a_combined_file_as_hitch_wants_it() {
    let ca = Authority::new("Some CA R3");
    let leaf = ca.issue(
        &["example.com", "*.example.com", "192.0.2.1", "2001:db8::1"],
        2027,
    );
    let dh = "-----BEGIN DH PARAMETERS-----\nMAYCAQECAQI=\n-----END DH PARAMETERS-----\n";
    let file = key_pem() + &leaf.pem() + &ca.certificate.pem() + dh;
    let parsed = parse(file.as_bytes());
    assert_eq!(parsed.problems, Vec::<String>::new());
    assert!(parsed.has_key);
    let [leaf, ca] = parsed.certificates.as_slice() else {
        panic!("{parsed:?}");
    };
    assert_eq!(
        leaf.names,
        ["example.com", "*.example.com", "192.0.2.1", "2001:db8::1"]
    );
    assert_eq!(leaf.common_name, None);
    assert_eq!(
        (leaf.issuer.as_str(), leaf.is_ca, leaf.self_signed),
        ("Some CA R3", false, false)
    );
    assert_eq!(leaf.not_before.to_string(), "2026-01-01T00:00:00Z");
    assert_eq!(leaf.not_after.to_string(), "2027-01-01T00:00:00Z");
    assert_eq!(leaf.sha256.len(), 64);
    assert_eq!(
        (ca.common_name.as_deref(), ca.is_ca, ca.self_signed),
        (Some("Some CA R3"), true, true)
    );
    assert_eq!(parse(file.as_bytes()).into_leaves().len(), 1);
}

#[test]
fn pem_however_it_is_dressed() {
    let leaf = self_signed(&params(&["example.com"], 2027));
    let expected = sha256(&leaf);
    let pem = leaf.pem().replace("\r\n", "\n");
    let trusted = pem::encode(&pem::Pem::new(
        "TRUSTED CERTIFICATE",
        [
            leaf.der(),
            &[0x30, 0x0c, 0x30, 0x0a, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1][..],
        ]
        .concat(),
    ));
    let indented: String = pem.lines().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "    \t{line}  ");
        text
    });
    for file in [
        pem.clone(),
        pem.replace('\n', "\r\n"),
        pem.trim_end().to_owned(),
        format!("\u{FEFF}{pem}"),
        format!("Certificate:\n    Data:\n        Version: 3\n-----\n{pem}trailing"),
        pem.replace("CERTIFICATE", "X509 CERTIFICATE"),
        indented,
        trusted,
    ] {
        let parsed = parse(file.as_bytes());
        assert_eq!(found(&parsed), [&expected], "{file}");
        assert_eq!(parsed.problems, Vec::<String>::new(), "{file}");
    }
    assert_eq!(found(&parse(leaf.der())), [&expected], "DER");
}

#[test]
fn bad_blocks_do_not_hide_good_ones() {
    let ca = Authority::new("CA");
    let (a, b) = (ca.issue(&["a"], 2027), ca.issue(&["b"], 2027));
    let cut = a.pem().lines().take(4).collect::<Vec<_>>().join("\n");
    for bad in [
        cut.clone(),
        a.pem().replace("-----END CERTIFICATE", "-----END NONSENSE"),
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----".to_owned(),
        "-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----".to_owned(),
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----".to_owned(),
        "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----".to_owned(),
    ] {
        let parsed = parse(format!("{}{bad}\n{}", b.pem(), a.pem()).as_bytes());
        assert_eq!(found(&parsed), [sha256(&b), sha256(&a)], "{bad}");
        assert_eq!(parsed.problems.len(), 1, "{bad}");
    }
    let parsed = parse(cut.as_bytes());
    assert_eq!(parsed.problems, ["line 1: CERTIFICATE has no END"]);
}

#[test]
fn keys_are_noticed_and_nothing_more() {
    let encrypted = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    for file in [key_pem().as_str(), encrypted] {
        let parsed = parse(file.as_bytes());
        assert!(parsed.has_key);
        assert_eq!((parsed.certificates.len(), parsed.problems.len()), (0, 0));
    }
    let key = rcgen::KeyPair::generate().unwrap();
    let parsed = parse(&key.serialize_der());
    let hash = hex(&Sha256::digest(key.subject_public_key_info()));
    assert_eq!(
        parsed,
        Parsed {
            has_key: true,
            key_spki_sha256: vec![hash],
            ..Parsed::default()
        }
    );
}

#[test]
fn other_files_are_nothing() {
    for file in [
        &b""[..],
        b"hello",
        b"0",
        b"{}",
        b"\x30\x80",
        b"-----BEGIN PGP MESSAGE-----\nx\n-----END PGP MESSAGE-----",
    ] {
        assert_eq!(parse(file), Parsed::default(), "{file:?}");
    }
    assert_eq!(
        parse(b"\x30\x82\x01\x00\x30\x01").problems,
        ["DER that is cut"]
    );
    let not_one = [&[0x30, 0x81, 0x80, 0x30, 0x7e][..], &[0; 0x7e]].concat();
    let problems = parse(&not_one).problems;
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}");
    };
    assert!(problem.starts_with("a certificate in DER cannot be read: "));
}

#[test]
fn home_made_server_certificates_are_leaves() {
    let mut own_ca = params(&["nas.local"], 2027);
    own_ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = Authority::new("Root");
    let with_names = self_signed(&own_ca).pem();
    assert_eq!(
        leaves(self_signed(&params(&["a"], 2027)).pem().as_bytes()),
        [["a"]]
    );
    assert_eq!(leaves(with_names.as_bytes()), [["nas.local"]]);
    assert!(
        leaves(ca.certificate.pem().as_bytes()).is_empty(),
        "a CA without names"
    );
    assert_eq!(
        leaves(format!("{}{with_names}", ca.issue(&["b"], 2027).pem()).as_bytes()),
        [["b"]],
        "a CA that does not stand alone"
    );
}

#[test]
fn a_bundle_of_cas_holds_no_leaves() {
    let mut bundle: String = (0..20)
        .map(|n| Authority::new(&format!("Root {n}")).certificate.pem())
        .collect();
    // What an X.509 v1 root looks like: self-signed, without a word on being a CA.
    bundle.push_str(&self_signed(&params(&[], 2027)).pem());
    assert!(leaves(bundle.as_bytes()).is_empty());
}

#[test]
fn names_in_every_alphabet() {
    let ca = Authority::new("CA");
    let common_name = |value: DnValue| {
        let mut params = params(&["a"], 2027);
        params.distinguished_name.push(DnType::CommonName, value);
        parse(ca.sign(&params).der()).certificates[0]
            .common_name
            .clone()
            .unwrap()
    };
    assert_eq!(
        common_name("Grüße \0\x1b[31m".into()),
        "Grüße \0\x1b[31m",
        "made visible where it is shown"
    );
    assert_eq!(
        common_name(DnValue::BmpString("Grüße 漢".try_into().unwrap())),
        "Grüße 漢"
    );
    assert_eq!(
        common_name(DnValue::UniversalString("Grüße 👩".try_into().unwrap())),
        "Grüße 👩"
    );
    assert_eq!(
        common_name(DnValue::TeletexString("plain".try_into().unwrap())),
        "plain"
    );
}

#[test]
fn an_issuer_without_a_common_name_goes_by_its_organisation() {
    let mut of_organisation = params(&["a"], 2027);
    of_organisation
        .distinguished_name
        .push(DnType::OrganizationName, "Some Org");
    assert_eq!(
        parse(self_signed(&of_organisation).der()).certificates[0].issuer,
        "Some Org"
    );
    let mut of_unit = params(&["a"], 2027);
    of_unit
        .distinguished_name
        .push(DnType::OrganizationalUnitName, "Unit");
    assert_eq!(
        parse(self_signed(&of_unit).der()).certificates[0].issuer,
        "OU=Unit"
    );
}

#[test]
fn an_issuer_goes_by_its_organisation_and_its_name() {
    for (organisation, common_name, shown) in [
        ("Let's Encrypt", "R3", "Let's Encrypt R3"),
        ("Google Trust Services", "WE1", "Google Trust Services WE1"),
        (
            "Let's Encrypt",
            "Let's Encrypt Authority X3",
            "Let's Encrypt Authority X3",
        ),
        ("ACME Root CA", "acme root", "ACME Root CA"),
        (
            "DigiCert Inc",
            "DigiCert TLS RSA SHA256 2020 CA1",
            "DigiCert TLS RSA SHA256 2020 CA1",
        ),
        (
            "(STAGING) Let's Encrypt",
            "(STAGING) Wannabe Watercress R11",
            "(STAGING) Wannabe Watercress R11",
        ),
        ("", "Some CA", "Some CA"),
    ] {
        let mut params = params(&["a"], 2027);
        params
            .distinguished_name
            .push(DnType::OrganizationName, organisation);
        params
            .distinguished_name
            .push(DnType::CommonName, common_name);
        let parsed = parse(self_signed(&params).der());
        assert_eq!(parsed.certificates[0].issuer, shown);
    }
}

#[test]
fn what_a_server_sent_is_judged_as_a_file_is() {
    let ca = Authority::new("CA");
    let (leaf, other) = (ca.issue(&["a"], 2027), Authority::new("Other").certificate);
    let chain = |ders: &[&[u8]]| parse_chain(ders).chain;
    let ca = ca.certificate.der();
    assert_eq!(chain(&[leaf.der(), ca]), ChainStatus::Complete);
    assert_eq!(chain(&[ca, leaf.der()]), ChainStatus::WrongOrder);
    assert_eq!(chain(&[leaf.der()]), ChainStatus::MissingIntermediate);
    let parsed = parse_chain(&[leaf.der().as_ref(), b"0", other.der()]);
    assert_eq!(found(&parsed), [sha256(&leaf), sha256(&other)]);
    assert_eq!(parsed.problems.len(), 1);
    assert!(parsed.problems[0].starts_with("certificate 2 cannot be read"));
}

#[test]
fn serials_and_times_at_their_limits() {
    let mut odd = params(&["a"], 2027);
    odd.serial_number = Some(SerialNumber::from_slice(&[0xab, 0x01, 0x00]));
    odd.not_before = date_time_ymd(1950, 1, 1);
    odd.not_after = date_time_ymd(9999, 12, 31);
    let parsed = parse(self_signed(&odd).der());
    let certificate = &parsed.certificates[0];
    assert_eq!(certificate.serial, "ab0100");
    assert_eq!(certificate.not_before.to_string(), "1950-01-01T00:00:00Z");
    assert_eq!(certificate.not_after, jiff::Timestamp::MAX);
    let shown = certificate.clone().into_certificate(Vec::new());
    assert!(shown.lifetime().as_hours() > 24 * 365 * 8000);
}

#[test]
fn a_certificate_of_many_names_keeps_them_all() {
    let names: Vec<String> = (0..2000).map(|n| format!("host-{n}.example.com")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(
        parse(self_signed(&params(&names, 2027)).der()).certificates[0].names,
        names
    );
}
