//! Every way of naming an engine, with a home of its own.

use std::fs;

use super::*;

struct Home {
    folder: tempfile::TempDir,
    variables: BTreeMap<String, String>,
    sockets: Vec<&'static str>,
}

impl Home {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: BTreeMap::new(),
            sockets: Vec::new(),
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(".docker").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn context(&self, name: &str, host: &str) {
        let id = context::id(name);
        let meta = serde_json::json!({
            "Name": name,
            "Metadata": {},
            "Endpoints": { "docker": { "Host": host, "SkipTLSVerify": false } },
        });
        self.write(&format!("contexts/meta/{id}/meta.json"), &meta.to_string());
    }

    fn resolve(&self, flag: Option<&str>) -> Result<Resolved, Failure> {
        let sockets: Vec<PathBuf> = self.sockets.iter().map(PathBuf::from).collect();
        resolve(
            flag,
            &Environment {
                variables: self.variables.clone(),
                home: Some(self.folder.path().to_owned()),
                uid: 1000,
                exists: Box::new(move |path| sockets.iter().any(|socket| socket == path)),
            },
        )
    }
}

fn unix(path: &str) -> Endpoint {
    Endpoint::Unix(PathBuf::from(path))
}

#[test]
fn without_anything_the_usual_socket_is_meant() {
    let resolved = Home::new().resolve(None).unwrap();
    assert_eq!(resolved.endpoint, unix("/var/run/docker.sock"));
    assert_eq!(resolved.host, HostId::from("local"));
    assert_eq!(resolved.source, "default socket");
}

#[test]
fn rootless_and_podman_sockets_are_found() {
    let mut home = Home::new();
    home.sockets = vec!["/run/user/1000/podman/podman.sock"];
    let found = |home: &Home| home.resolve(None).unwrap().endpoint;
    assert_eq!(found(&home), unix("/run/user/1000/podman/podman.sock"));
    home.sockets.push("/run/user/1000/docker.sock");
    assert_eq!(found(&home), unix("/run/user/1000/docker.sock"));
    let mut home = Home::new().with("XDG_RUNTIME_DIR", "/run/me");
    home.sockets = vec!["/run/me/podman/podman.sock", "/run/podman/podman.sock"];
    assert_eq!(found(&home), unix("/run/me/podman/podman.sock"));
}

#[test]
fn docker_host_wins_over_contexts_and_the_flag_over_both() {
    let home = Home::new()
        .with("DOCKER_HOST", "tcp://nas:1234")
        .with("DOCKER_CONTEXT", "vultr");
    home.context("vultr", "ssh://me@vultr.example");
    let resolved = home.resolve(None).unwrap();
    assert_eq!(resolved.source, "DOCKER_HOST");
    assert_eq!(resolved.host, HostId::from("nas"));
    let resolved = home.resolve(Some("vultr")).unwrap();
    assert_eq!(resolved.source, "context vultr");
    assert_eq!(resolved.host, HostId::from("vultr"));
    assert_eq!(
        resolved.endpoint,
        Endpoint::Ssh(SshTarget {
            destination: "me@vultr.example".to_owned(),
            port: None,
            socket: None,
        })
    );
    let resolved = home.resolve(Some("unix:///run/other.sock")).unwrap();
    assert_eq!(resolved.source, "--host");
    assert_eq!(resolved.host, HostId::from("/run/other.sock"));
}

#[test]
fn the_current_context_is_used() {
    let home = Home::new();
    home.context("nas", "tcp://10.0.0.2:2375");
    home.write("config.json", r#"{"auths":{},"currentContext":"nas"}"#);
    assert_eq!(home.resolve(None).unwrap().source, "context nas");
    // "default" on the command line leads back.
    assert_eq!(
        home.resolve(Some("default")).unwrap().source,
        "default socket"
    );
    let home = home.with("DOCKER_CONTEXT", "default");
    assert_eq!(home.resolve(None).unwrap().source, "default socket");
}

#[test]
fn a_context_brings_its_tls_files() {
    let home = Home::new();
    home.context("nas", "tcp://nas");
    home.write(
        &format!("contexts/tls/{}/docker/ca.pem", context::id("nas")),
        "x",
    );
    let Endpoint::Tcp { host, port, tls } = home.resolve(Some("nas")).unwrap().endpoint else {
        panic!("not tcp");
    };
    assert_eq!((host.as_str(), port), ("nas", 2376));
    assert!(tls.unwrap().folder.join("ca.pem").exists());
}

#[test]
fn docker_tls_verify_asks_for_tls() {
    let home = Home::new()
        .with("DOCKER_HOST", "tcp://[::1]:2376")
        .with("DOCKER_TLS_VERIFY", "1")
        .with("DOCKER_CERT_PATH", "/certs");
    let expected = Endpoint::Tcp {
        host: "::1".to_owned(),
        port: 2376,
        tls: Some(TlsFiles {
            folder: PathBuf::from("/certs"),
        }),
    };
    assert_eq!(home.resolve(None).unwrap().endpoint, expected);
    let home = home.with("DOCKER_TLS_VERIFY", "");
    assert!(matches!(
        home.resolve(None).unwrap().endpoint,
        Endpoint::Tcp { tls: None, .. }
    ));
}

#[test]
fn an_unknown_context_is_refused_with_the_nearest() {
    let home = Home::new();
    home.context("vultr", "ssh://vultr");
    home.context("nas", "ssh://nas");
    let failure = home.resolve(Some("vutlr")).unwrap_err();
    assert_eq!(
        failure.hint.as_deref(),
        Some("did you mean vultr? There are: nas, vultr")
    );
    let failure = Home::new().resolve(Some("vultr")).unwrap_err();
    assert!(failure.hint.unwrap().contains("no contexts"));
}

#[test]
fn broken_files_are_named() {
    let home = Home::new();
    home.write("config.json", "{");
    let failure = home.resolve(None).unwrap_err();
    assert!(failure.why.contains(".docker/config.json"), "{failure}");
    let home = Home::new();
    home.context("nas", "tcp://nas");
    let id = context::id("nas");
    home.write(&format!("contexts/meta/{id}/meta.json"), "[]");
    let failure = home.resolve(Some("nas")).unwrap_err();
    assert!(failure.why.contains(&id), "{failure}");
}

#[test]
fn addresses_are_read() {
    let home = Home::new();
    let read = |text: &str| {
        home.resolve(Some(text))
            .map(|resolved| resolved.endpoint.to_string())
    };
    assert_eq!(read("/run/a.sock").unwrap(), "unix:///run/a.sock");
    assert_eq!(read("tcp://nas").unwrap(), "tcp://nas:2375");
    assert_eq!(read("http://nas:80/").unwrap(), "tcp://nas:80");
    assert_eq!(read("https://nas").unwrap(), "tcp://nas:2376");
    assert_eq!(read("tcp://[::1]:80").unwrap(), "tcp://[::1]:80");
    assert_eq!(read("ssh://me@nas:2222").unwrap(), "ssh://me@nas:2222");
    assert_eq!(read("ssh://nas/").unwrap(), "ssh://nas");
    let rootless = "ssh://me@nas/run/user/1000/docker.sock";
    assert_eq!(read(rootless).unwrap(), rootless);
    for wrong in [
        "npipe:////./pipe/docker_engine",
        "unix://relative.sock",
        "tcp://",
        "tcp://a:99999",
        "tcp://a:1:2",
        "nas:2375",
        "gopher://nas",
        "ssh://-oProxyCommand=x",
        "ssh://me@-nas",
        "ssh://me:secret@nas",
        "ssh://@nas",
        "tcp://a b",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_id_of_a_context_is_dockers() {
    // The folder that `docker context create nas` of 28.2.2 made.
    assert_eq!(
        context::id("nas"),
        "047de0f543c7e3596bb6dbd0e65f2c30357720a63eca423f08c52fae314f6806"
    );
}
