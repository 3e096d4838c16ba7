//! Each file of the corpus, read as OpenSSL reads it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Exit code, standard output, standard error.
pub type Ended = (i32, String, String);

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/certificates")
}

/// Runs `topside certs` in the corpus, with nothing of the user's.
pub fn certs(arguments: &[&str]) -> Ended {
    certs_in(&folder().join("corpus"), arguments)
}

pub fn certs_in(folder: &Path, arguments: &[&str]) -> Ended {
    let ended = Command::new(env!("CARGO_BIN_EXE_topside"))
        .arg("certs")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder.join("no-home"))
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = ended.status.code().expect("an exit code");
    (code, text(ended.stdout), text(ended.stderr))
}

pub fn json(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a list in JSON")
}

fn expected() -> Vec<Value> {
    let text = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    json(&text)
}

fn path(entry: &Value) -> &str {
    entry["path"].as_str().expect("a path")
}

/// All that differs at once, each with its path.
#[track_caller]
fn assert_same(found: &[Value], expected: &[Value]) {
    let paths: Vec<&str> = found.iter().map(path).collect();
    let wanted: Vec<&str> = expected.iter().map(path).collect();
    assert_eq!(paths, wanted);
    let differ: Vec<String> = found
        .iter()
        .zip(expected)
        .filter(|(found, expected)| found != expected)
        .map(|(found, expected)| format!("found    {found}\nexpected {expected}\n"))
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn every_file_is_read_as_openssl_reads_it() {
    let expected = expected();
    let mut arguments = vec!["--json"];
    arguments.extend(expected.iter().map(path));
    let (code, said, errors) = certs(&arguments);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert_same(&json(&said), &expected);
}

#[test]
fn of_a_folder_each_file_that_holds_something_is_told() {
    let (code, said, errors) = certs(&["--json", "."]);
    assert_eq!((code, errors.as_str()), (0, ""));
    let mut expected = expected();
    expected.retain(|entry| entry["outcome"] != "no_certificate");
    let mut found = json(&said);
    for entry in &mut found {
        let below = path(entry).strip_prefix("./").expect("below it").to_owned();
        entry["path"] = below.into();
    }
    found.sort_by(|a, b| path(a).cmp(path(b)));
    assert_same(&found, &expected);
}

#[test]
fn the_corpus_is_whole() {
    let mut files = vec![folder().join("corpus")];
    let mut count = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
        } else {
            count += 1;
        }
    }
    assert_eq!(count, expected().len(), "make writes both anew");
}
