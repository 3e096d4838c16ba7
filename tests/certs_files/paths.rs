//! Files, folders, and what is neither.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use tempfile::TempDir;

use crate::corpus::{certs, certs_in, folder, json};

const FULLCHAIN: &str = "chain/fullchain.pem";

fn corpus_file(name: &str) -> Vec<u8> {
    fs::read(folder().join("corpus").join(name)).unwrap()
}

fn paths(said: &str) -> Vec<String> {
    let path = |entry: &serde_json::Value| entry["path"].as_str().unwrap().to_owned();
    json(said).iter().map(path).collect()
}

#[test]
fn a_path_that_is_not_there_hides_no_other() {
    let (code, said, errors) = certs(&["--json", "nowhere.pem", FULLCHAIN]);
    assert_eq!(code, 1);
    assert_eq!(paths(&said), [FULLCHAIN]);
    assert!(
        errors.contains("read nowhere.pem: No such file"),
        "{errors}"
    );
}

#[test]
fn a_file_that_was_named_is_told_of_whatever_it_is() {
    let (code, said, _) = certs(&["--json", "wrong/text.txt", FULLCHAIN]);
    assert_eq!(code, 0);
    assert_eq!(json(&said)[0]["outcome"], "no_certificate");
    assert_eq!(json(&said)[1]["outcome"], "ok");
}

#[test]
fn links_lead_neither_around_nor_away() {
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("away.pem"), corpus_file(FULLCHAIN)).unwrap();
    let root = TempDir::new().unwrap();
    let within = |name: &str| root.path().join(name);
    fs::create_dir_all(within("archive")).unwrap();
    fs::create_dir_all(within("live")).unwrap();
    fs::write(within("archive/fullchain1.pem"), corpus_file(FULLCHAIN)).unwrap();
    symlink("../archive/fullchain1.pem", within("live/fullchain.pem")).unwrap();
    symlink("..", within("live/loop")).unwrap();
    symlink("loop.pem", within("live/loop.pem")).unwrap();
    symlink("nowhere", within("live/dangling.pem")).unwrap();
    symlink(outside.path(), within("live/away")).unwrap();
    let (code, said, errors) = certs_in(root.path(), &["--json", "."]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert_eq!(
        paths(&said),
        ["./archive/fullchain1.pem", "./live/fullchain.pem"]
    );
    // What was named is followed.
    let (code, said, _) = certs_in(root.path(), &["--json", "live/away"]);
    assert_eq!(
        (code, paths(&said)),
        (0, vec!["live/away/away.pem".to_owned()])
    );
    let (code, _, errors) = certs_in(root.path(), &["live/loop.pem"]);
    assert_eq!(code, 1, "{errors}");
}

#[test]
fn pipes_and_devices_keep_nobody_waiting() {
    let root = TempDir::new().unwrap();
    let pipe = root.path().join("pipe.pem");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    fs::write(root.path().join("a.pem"), corpus_file(FULLCHAIN)).unwrap();
    let (code, said, _) = certs_in(root.path(), &["--json", "."]);
    assert_eq!((code, paths(&said)), (0, vec!["./a.pem".to_owned()]));
    for path in ["pipe.pem", "/dev/zero"] {
        let (code, said, errors) = certs_in(root.path(), &["--json", path, "a.pem"]);
        assert_eq!((code, paths(&said)), (1, vec!["a.pem".to_owned()]));
        assert!(errors.contains("neither a file nor a folder"), "{errors}");
    }
}

#[test]
fn ten_megabytes_of_noise_around_a_certificate_are_no_hindrance() {
    let root = TempDir::new().unwrap();
    // Numbers that look random and are the same each time (xorshift).
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    })
    .take(10 * 1024 * 1024 / 8)
    .flatten()
    .collect();
    fs::write(root.path().join("noise"), &noise).unwrap();
    let (before, after) = noise.split_at(noise.len() / 2);
    let around = [before, b"\n", &corpus_file(FULLCHAIN), after].concat();
    fs::write(root.path().join("around"), around).unwrap();
    let (code, said, errors) = certs_in(root.path(), &["--json", "noise", "around"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    let found = json(&said);
    assert_eq!(found[0]["outcome"], "no_certificate");
    assert_eq!(found[1]["certificates"].as_array().unwrap().len(), 2);
    assert_eq!(found[1]["chain"], "complete");
}

#[test]
fn of_a_file_too_large_the_beginning_is_read() {
    let root = TempDir::new().unwrap();
    let mut large = corpus_file(FULLCHAIN);
    large.resize(17 * 1024 * 1024, b'\n');
    fs::write(root.path().join("large.pem"), large).unwrap();
    let (code, said, _) = certs_in(root.path(), &["large.pem"]);
    assert_eq!(code, 0);
    assert!(said.contains("complete"), "{said}");
    assert!(said.contains("only the first 16 MiB were read"), "{said}");
}

#[test]
fn the_table_writes_nothing_to_the_terminal_but_text() {
    let (code, said, errors) = certs(&["."]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(!said.contains('\x1b'), "{said:?}");
    let line = |path: &str| {
        let mut lines = said.lines();
        lines
            .find(|line| line.starts_with(path))
            .expect("its line")
            .to_owned()
    };
    for (path, words) in [
        ("./chain/fullchain.pem ", "example.com +1"),
        ("./chain/cert.pem ", "missing intermediate"),
        ("./chain/ca-bundle.crt ", "6 root CAs"),
        ("./key/hitch.pem ", "complete              matches"),
        ("./key/of-another.pem ", "another's"),
        ("./bundle/password.p12 ", "a bundle that needs its password"),
        ("./content/expired.pem ", "expired"),
        ("./content/year-9999.pem ", "9999-12-31"),
        ("▲ ./wrong/cut.pem: ", "line 1: CERTIFICATE has no END"),
    ] {
        assert!(line(path).contains(words), "{}", line(path));
    }
}

#[test]
fn names_that_are_no_text_are_files_too() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let root = TempDir::new().unwrap();
    let name = OsStr::from_bytes(b"odd-\xff\x1b[31m.pem");
    fs::write(root.path().join(name), corpus_file(FULLCHAIN)).unwrap();
    let (code, said, _) = certs_in(root.path(), &["."]);
    assert_eq!(code, 0);
    assert!(said.contains("odd-\u{fffd}·[31m.pem"), "{said:?}");
    let (code, said, _) = certs_in(root.path(), &["--json", "."]);
    assert_eq!((code, json(&said).len()), (0, 1));
    assert!(!said.contains('\x1b'));
}
