use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

/// A configuration folder with this `config.json` and these helpers, which are shell scripts.
struct Home(TempDir);

impl Home {
    fn with(config: &Value, helpers: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), config.to_string()).unwrap();
        for (name, script) in helpers {
            let path = folder.path().join(format!("docker-credential-{name}"));
            std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        }
        Self(folder)
    }

    fn logins(&self) -> Logins {
        let mut path = OsString::from(self.0.path());
        path.push(":/usr/bin:/bin");
        Logins {
            folder: Some(self.0.path().to_owned()),
            search_path: Some(path),
            patience: HELPER_LIMIT,
        }
    }

    /// What the engine is told for a reference.
    async fn told(&self, reference: &str) -> Option<Value> {
        decoded(&self.logins(), reference).await
    }

    async fn refused(&self, reference: &str) -> String {
        match self.logins().header(reference).await {
            Err(BackendError::Credentials { why }) => why,
            other => panic!("{other:?}"),
        }
    }
}

async fn decoded(logins: &Logins, reference: &str) -> Option<Value> {
    let headers = logins.header(reference).await.unwrap();
    let value = headers.get("x-registry-auth")?;
    let json = URL_SAFE.decode(value.as_bytes()).unwrap();
    Some(serde_json::from_slice(&json).unwrap())
}

#[test]
fn a_registry_has_the_name_that_the_cli_gives_it() {
    for hub in [
        "nginx",
        "me/app:1",
        "docker.io/library/nginx",
        "index.docker.io/me/app",
    ] {
        assert_eq!(server(hub), DOCKER_HUB, "{hub}");
    }
    assert_eq!(server("ghcr.io/me/app:1"), "ghcr.io");
    assert_eq!(server("localhost/app"), "localhost");
    assert_eq!(server("nas:5000/app@sha256:0f"), "nas:5000");
    assert_eq!(server("localhost:5000/a/b:1"), "localhost:5000");
}

#[tokio::test]
async fn the_file_knows_logins_in_all_its_forms() {
    let home = Home::with(
        &json!({ "auths": {
            DOCKER_HUB: { "auth": STANDARD.encode("hub:p:w\0") },
            "https://old.example/v1/": { "auth": STANDARD.encode("old:pw") },
            "plain.example": { "username": "u", "password": "p" },
            "token.example": { "auth": STANDARD.encode("u:"), "identitytoken": "t" },
            "empty.example": {},
        }, "currentContext": "x", "credsStore": null }),
        &[],
    );
    let hub = json!({ "username": "hub", "password": "p:w", "serveraddress": DOCKER_HUB });
    assert_eq!(home.told("nginx").await, Some(hub));
    let old = json!({ "username": "old", "password": "pw", "serveraddress": "old.example" });
    assert_eq!(home.told("old.example/app").await, Some(old));
    let plain = json!({ "username": "u", "password": "p", "serveraddress": "plain.example" });
    assert_eq!(home.told("plain.example/app").await, Some(plain));
    let token = json!({ "username": "u", "identitytoken": "t", "serveraddress": "token.example" });
    assert_eq!(home.told("token.example/app").await, Some(token));
    for stranger in ["empty.example/app", "other.example/app"] {
        assert_eq!(home.told(stranger).await, None, "{stranger}");
    }
}

#[tokio::test]
async fn without_a_file_everyone_is_a_stranger() {
    let folder = tempfile::tempdir().unwrap();
    let logins = Logins::of_folder(folder.path().to_owned());
    assert_eq!(decoded(&logins, "nginx").await, None);
    let homeless = Logins {
        folder: None,
        search_path: None,
        patience: HELPER_LIMIT,
    };
    assert_eq!(decoded(&homeless, "nginx").await, None);
}

#[tokio::test]
async fn a_broken_file_is_an_error_without_its_secrets() {
    let home = Home::with(
        &json!({ "auths": { "a.example": { "auth": "c2VjcmV0" } } }),
        &[],
    );
    let why = home.refused("a.example/app").await;
    assert!(
        why.contains("a.example") && !why.contains("secret"),
        "{why}"
    );
    assert_eq!(home.told("b.example/app").await, None);
    let broken = br#"{ "auths": { "a.example": { "auth": "c2VjcmV0"#;
    std::fs::write(home.0.path().join("config.json"), broken).unwrap();
    let why = home.refused("a.example/app").await;
    assert!(
        why.contains("config.json") && !why.contains("c2Vj"),
        "{why}"
    );
}

/// Writes down what it was asked, and answers with its name.
fn helper(folder: &Path, name: &str) -> String {
    format!(
        r#"[ "$1" = get ] || exit 3; cat >"{}/asked-{name}"; echo '{{"ServerURL":"x","Username":"{name}","Secret":"s"}}'"#,
        folder.display()
    )
}

#[tokio::test]
async fn a_registrys_helper_goes_before_the_store_and_the_store_before_the_file() {
    let notes = tempfile::tempdir().unwrap();
    let home = Home::with(
        &json!({
            "auths": { "all.example": { "auth": STANDARD.encode("file:pw") },
                       "file.example": { "auth": STANDARD.encode("file:pw") } },
            "credsStore": "store",
            "credHelpers": { "one.example": "one", "file.example": "" },
        }),
        &[
            ("store", &helper(notes.path(), "store")),
            ("one", &helper(notes.path(), "one")),
        ],
    );
    let username = async |reference| home.told(reference).await.unwrap()["username"].clone();
    assert_eq!(username("one.example/app").await, "one");
    assert_eq!(username("all.example/app").await, "store");
    assert_eq!(username("file.example/app").await, "file");
    let asked = |name: &str| std::fs::read_to_string(notes.path().join(name)).unwrap();
    assert_eq!(asked("asked-one"), "one.example");
    assert_eq!(username("nginx").await, "store");
    assert_eq!(asked("asked-store"), DOCKER_HUB);
}

#[tokio::test]
async fn a_helper_may_have_a_token_or_nothing() {
    let home = Home::with(
        &json!({ "credHelpers": { "t.example": "token", "n.example": "nothing", "e.example": "empty" } }),
        &[
            ("token", r#"echo '{"Username":"<token>","Secret":"t"}'"#),
            (
                "nothing",
                "echo credentials not found in native keychain; exit 1",
            ),
            (
                "empty",
                r#"echo '{"ServerURL":"","Username":"","Secret":""}'"#,
            ),
        ],
    );
    let token = json!({ "identitytoken": "t", "serveraddress": "t.example" });
    assert_eq!(home.told("t.example/app").await, Some(token));
    assert_eq!(home.told("n.example/app").await, None);
    assert_eq!(home.told("e.example/app").await, None);
}

#[tokio::test]
async fn a_helper_that_fails_is_named_with_its_words() {
    let home = Home::with(
        &json!({ "credHelpers": {
            "f.example": "fails", "q.example": "quiet", "g.example": "garbage", "m.example": "missing",
        } }),
        &[
            ("fails", "echo no region; echo noise >&2; exit 1"),
            ("quiet", "exit 7"),
            ("garbage", "echo '{\"Secret\":\"hush\"'"),
        ],
    );
    for (reference, words) in [
        (
            "f.example/app",
            "docker-credential-fails did not tell the login to f.example: no region",
        ),
        ("q.example/app", "exit status: 7"),
        ("g.example/app", "docker-credential-garbage"),
        (
            "m.example/app",
            "docker-credential-missing did not tell the login to m.example: it is not installed",
        ),
    ] {
        let why = home.refused(reference).await;
        assert!(why.contains(words), "{why}");
        assert!(!why.contains("hush"), "{why}");
    }
}

#[tokio::test]
async fn a_helper_that_hangs_is_given_up() {
    let home = Home::with(
        &json!({ "credsStore": "hangs" }),
        &[("hangs", "exec sleep 1000")],
    );
    let logins = Logins {
        patience: Duration::from_millis(100),
        ..home.logins()
    };
    let Err(BackendError::Credentials { why }) = logins.header("nginx").await else {
        panic!("it was waited for")
    };
    assert!(
        why.contains("docker-credential-hangs") && why.contains("no answer within"),
        "{why}"
    );
}
