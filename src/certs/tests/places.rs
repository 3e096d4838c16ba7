//! Which paths are worth reading.

use super::engine::container;
use crate::certs::targets::{Target, targets};
use crate::domain::file::absolute;

fn paths(mounts: &[&str]) -> Vec<String> {
    targets(&container("c", mounts))
        .targets
        .into_iter()
        .map(|target| target.path)
        .collect()
}

#[test]
fn mounts_in_above_and_below_known_folders() {
    assert_eq!(paths(&["volume:le:/etc/letsencrypt"]), ["/etc/letsencrypt"]);
    assert_eq!(
        paths(&["bind:/srv/x:/etc/letsencrypt/live/x/"]),
        ["/etc/letsencrypt/live/x"]
    );
    assert_eq!(
        paths(&["volume:x:/data"]),
        ["/data/acme.json", "/data/caddy/certificates"]
    );
    assert_eq!(
        paths(&["volume:x:/root"]),
        [
            "/root/.acme.sh",
            "/root/.lego",
            "/root/.local/share/caddy/certificates"
        ]
    );
    assert!(
        paths(&[
            "volume:pg:/var/lib/postgresql/data",
            "bind:/srv/concerts:/media"
        ])
        .is_empty()
    );
}

#[test]
fn words_in_paths_and_names() {
    for mount in [
        "bind:/srv/certs:/x",
        "bind:/srv/a/ssl-files:/x",
        "volume:proj_acme:/x",
        "volume:web-letsencrypt:/x",
        "bind:/srv:/opt/TLS",
        "volume:lego:/x",
        "bind:/srv/pki/a:/x",
        "volume:certificates:/x",
        "bind:/srv/site.pem:/site.pem",
        "bind:/srv/file:/run/site.KEY",
    ] {
        assert_eq!(paths(&[mount]).len(), 1, "{mount}");
    }
    for mount in [
        "bind:/srv/concert:/x",
        "volume:legolas:/x",
        "bind:/srv/tlsx:/x",
        "bind:/srv/a.pem/b:/x",
    ] {
        assert!(paths(&[mount]).is_empty(), "{mount}");
    }
}

#[test]
fn a_label_names_paths() {
    let mut labelled = container("c", &["volume:v:/v"]);
    labelled.labels.insert(
        "topside.certs".into(),
        " /v/a.pem, ,/opt/../b/,relative".into(),
    );
    let found = targets(&labelled);
    let target = |path: &str, origin: &str| Target {
        path: path.into(),
        origin: origin.into(),
        named: true,
        guess: false,
    };
    assert_eq!(
        found.targets,
        [
            target("/b", "container c:/b"),
            target("/v/a.pem", "/var/lib/docker/volumes/v/_data/a.pem"),
        ]
    );
    assert_eq!(
        found.unreadable,
        [(
            "relative".to_owned(),
            "the label topside.certs wants absolute paths"
        )]
    );
}

#[test]
fn memory_cannot_be_read() {
    let found = targets(&container(
        "c",
        &["tmpfs::/etc/nginx/certs", "tmpfs::/data", "tmpfs::/tmp"],
    ));
    assert!(found.targets.is_empty());
    assert_eq!(found.unreadable.len(), 1);
    assert_eq!(found.unreadable[0].0, "/etc/nginx/certs");
}

#[test]
fn paths_are_made_normal() {
    for (path, expected) in [
        ("/", "/"),
        ("", "/"),
        ("/a//b/./c/", "/a/b/c"),
        ("/../../a", "/a"),
        ("/a/../..", "/"),
    ] {
        assert_eq!(absolute(path), expected);
    }
}
