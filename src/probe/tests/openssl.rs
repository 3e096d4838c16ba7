//! The real `openssl s_server`: odd keys, old versions, thousands of names.

use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::*;
use crate::domain::served::Shown;

/// A running server; ended with this value.
struct Server {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}: {said}");
}

/// Starts a server at a free port with the certificate that these calls make (`key.pem`, `cert.pem`).
fn start(make: impl FnOnce(&Path), arguments: &str) -> Server {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path());
    let mut child = Command::new("openssl")
        .args("s_server -accept 127.0.0.1:0 -key key.pem -cert cert.pem".split(' '))
        .args(arguments.split(' ').filter(|word| !word.is_empty()))
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let accept = lines
        .by_ref()
        .map_while(Result::ok)
        .find(|line| line.starts_with("ACCEPT "))
        .unwrap();
    let port = accept.rsplit(':').next().unwrap().parse().unwrap();
    // It prints what each client offers, and would stop when nobody reads.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    Server {
        child,
        port,
        _folder: folder,
    }
}

/// A self-signed certificate with a key of this kind.
fn self_signed(kind: &'static str) -> impl FnOnce(&Path) {
    move |folder| {
        let request = format!(
            "req -x509 -nodes -newkey {kind} -keyout key.pem -out cert.pem -days 90 -subj /CN=own.example.org -addext subjectAltName=DNS:own.example.org"
        );
        openssl(folder, &request);
    }
}

const RSA: &str = "rsa:2048";
/// What Debian's OpenSSL forbids by default.
const WEAK: &str = "-cipher ALL:@SECLEVEL=0";

fn read(shown: Shown) -> crate::domain::Certificate {
    shown.read.unwrap()
}

#[tokio::test]
async fn odd_keys_are_captured() {
    for (kind, arguments) in [
        ("ed25519", ""),
        ("ed448", ""),
        ("rsa:1024", WEAK),
        ("ec -pkeyopt ec_paramgen_curve:secp521r1", ""),
    ] {
        let server = start(self_signed(kind), arguments);
        let chain = chain(answer(server.port, Some("own.example.org")).await);
        let certificate = read(chain.leaf);
        assert!(certificate.self_signed, "{kind}");
        assert_eq!(certificate.names, ["own.example.org"], "{kind}");
    }
}

#[tokio::test]
async fn a_certificate_of_version_1_is_captured() {
    let make = |folder: &Path| {
        openssl(
            folder,
            "req -new -nodes -newkey rsa:2048 -keyout key.pem -out cert.csr -subj /CN=v1.example.org",
        );
        openssl(
            folder,
            "x509 -req -in cert.csr -signkey key.pem -out cert.pem -days 30",
        );
    };
    let server = start(make, "");
    let certificate = read(chain(answer(server.port, None).await).leaf);
    assert_eq!(certificate.common_name.as_deref(), Some("v1.example.org"));
    assert!(certificate.names.is_empty());
}

#[tokio::test]
async fn two_thousand_names_are_captured() {
    let make = |folder: &Path| {
        let mut config = "[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=many\n[v3]\nsubjectAltName=@names\n[names]\n".to_owned();
        for n in 0..2_000 {
            writeln!(config, "DNS.{n}=n{n}.example.org").unwrap();
        }
        std::fs::write(folder.join("many.cnf"), config).unwrap();
        openssl(
            folder,
            "req -x509 -nodes -newkey rsa:2048 -keyout key.pem -out cert.pem -days 90 -config many.cnf",
        );
    };
    let server = start(make, "");
    let certificate = read(chain(answer(server.port, Some("n7.example.org")).await).leaf);
    assert_eq!(certificate.names.len(), 2_000);
}

#[tokio::test]
async fn one_that_demands_our_certificate_shows_its_own_first() {
    for version in ["-tls1_2", "-tls1_3"] {
        let server = start(self_signed(RSA), &format!("-Verify 1 {version}"));
        let certificate = read(chain(answer(server.port, None).await).leaf);
        assert_eq!(certificate.names, ["own.example.org"]);
    }
}

#[tokio::test]
async fn old_versions_are_too_old_and_their_certificate_is_seen() {
    for (arguments, spoken) in [
        ("-tls1", TlsVersion::Tls10),
        ("-tls1_1", TlsVersion::Tls11),
        ("-tls1_2 -cipher AES128-SHA", TlsVersion::Tls12),
        ("-tls1_2 -cipher AES256-GCM-SHA384", TlsVersion::Tls12),
    ] {
        let weak = format!(
            "{arguments} {}",
            if arguments.contains("cipher") {
                ""
            } else {
                WEAK
            }
        );
        let server = start(self_signed(RSA), weak.trim());
        for name in [Some("own.example.org"), None] {
            let Answer::TooOld { version, chain } = answer(server.port, name).await else {
                panic!("{arguments} is not too old");
            };
            assert_eq!(version, spoken, "{arguments}");
            let certificate = read(chain.unwrap().leaf);
            assert_eq!(certificate.names, ["own.example.org"], "{arguments}");
        }
    }
}

#[tokio::test]
async fn an_old_server_of_a_huge_certificate_is_read_over_many_records() {
    let make = |folder: &Path| {
        let mut config = "[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=many\n[v3]\nsubjectAltName=@names\n[names]\n".to_owned();
        for n in 0..2_000 {
            writeln!(config, "DNS.{n}=n{n}.example.org").unwrap();
        }
        std::fs::write(folder.join("many.cnf"), config).unwrap();
        openssl(
            folder,
            "req -x509 -nodes -newkey rsa:2048 -keyout key.pem -out cert.pem -days 90 -config many.cnf",
        );
    };
    let server = start(make, "-tls1_2 -cipher AES128-SHA");
    let Answer::TooOld { chain, .. } = answer(server.port, None).await else {
        panic!("not too old");
    };
    assert_eq!(read(chain.unwrap().leaf).names.len(), 2_000);
}

#[tokio::test]
async fn no_certificate_at_all_is_told_from_too_old() {
    // Without a certificate only anonymous key exchange is left, which nobody offers.
    let server = start(self_signed(RSA), "-nocert -tls1_2");
    let answer = answer(server.port, Some("own.example.org")).await;
    assert_eq!(answer, Answer::NoCertificate(Alert::HANDSHAKE_FAILURE));
}

#[tokio::test]
async fn a_name_that_is_refused_is_told() {
    let make = |folder: &Path| {
        self_signed(RSA)(folder);
        for file in ["key", "cert"] {
            let from = folder.join(format!("{file}.pem"));
            std::fs::copy(from, folder.join(format!("{file}2.pem"))).unwrap();
        }
    };
    let server = start(
        make,
        "-servername own.example.org -servername_fatal -cert2 cert2.pem -key2 key2.pem",
    );
    chain(answer(server.port, Some("own.example.org")).await);
    let other = answer(server.port, Some("other.example.org")).await;
    assert_eq!(other, Answer::NoSuchName);
}
