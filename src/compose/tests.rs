//! Command lines, words and facts as real Compose prints them (1.29.2 and 5.6.1), and real child processes.

use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::Up;
use super::arguments::Progress;
use super::lines::Lines;
use super::overrule::Overrule;
use super::process::{self, Ended, Stdout};
use super::progress::{self, Said};
use super::says::{Hashes, stamp};
use super::{Candidate, Finder, Version, arguments, facts, project_of, words};
use crate::domain::ComposeIdentity;
use crate::domain::plan::{ComposeProject, UpImage};

const V1: Version = Version::new(1, 29, 2);
const V5: Version = Version::new(5, 6, 1);

fn project(env_files: &[&str]) -> ComposeProject {
    ComposeProject {
        name: "wezm".to_owned(),
        working_dir: "/srv/wezm".to_owned(),
        files: vec!["/srv/wezm/a.yml".to_owned(), "/srv/wezm/b.yml".to_owned()],
        env_files: env_files.iter().map(|&file| file.to_owned()).collect(),
    }
}

#[test]
fn versions_are_read_as_they_are_printed() {
    for (text, version) in [
        ("1.29.2\n", Some(V1)),
        ("v2.20.1", Some(Version::new(2, 20, 1))),
        ("2.24.6-desktop.1", Some(Version::new(2, 24, 6))),
        ("2.32.4+ds1-1", Some(Version::new(2, 32, 4))),
        ("5.6", Some(Version::new(5, 6, 0))),
        ("dev", None),
        ("", None),
    ] {
        assert_eq!(Version::parse(text), version, "{text}");
    }
}

#[test]
fn the_plugin_is_called_with_files_env_files_and_every_profile() {
    assert_eq!(
        arguments::common(
            V5,
            &project(&["/srv/one.env", "/srv/two.env"]),
            Progress::Plain
        )
        .unwrap(),
        [
            "--ansi=never",
            "--progress=plain",
            "--project-name=wezm",
            "--project-directory=/srv/wezm",
            "--file=/srv/wezm/a.yml",
            "--file=/srv/wezm/b.yml",
            "--env-file=/srv/one.env",
            "--env-file=/srv/two.env",
            "--profile=*",
        ]
    );
}

#[test]
fn options_that_a_version_does_not_know_are_left_out() {
    let of = |version| {
        arguments::common(version, &project(&[]), Progress::Plain)
            .unwrap()
            .join(" ")
    };
    assert!(!of(Version::new(2, 18, 0)).contains("--progress"));
    assert!(of(Version::new(2, 18, 0)).contains("--profile=*"));
    assert!(!of(V1).contains("--profile") && !of(V1).contains("--progress"));
    assert!(of(Version::new(1, 27, 4)).contains("--no-ansi"));
}

#[test]
fn v1_takes_one_env_file() {
    let one = arguments::common(V1, &project(&["/srv/one.env"]), Progress::Plain).unwrap();
    assert!(one.contains(&"--env-file=/srv/one.env".to_owned()));
    let failure = arguments::common(
        V1,
        &project(&["/srv/one.env", "/srv/two.env"]),
        Progress::Plain,
    )
    .unwrap_err();
    assert!(failure.why.contains("takes only one"), "{failure}");
}

#[test]
fn a_service_name_is_never_an_option() {
    assert_eq!(arguments::pull("--all"), ["pull", "--", "--all"]);
    assert_eq!(
        up("--all", Some(3), true, &UpImage::Usual),
        "up -d --no-deps --force-recreate --scale=--all=3 -- --all"
    );
    assert_eq!(
        up("web", None, false, &UpImage::Usual),
        "up -d --no-deps -- web"
    );
}

fn up(service: &str, scale: Option<u32>, force_recreate: bool, image: &UpImage) -> String {
    up_by(Version::new(5, 6, 1), service, scale, force_recreate, image)
}

fn up_by(
    version: Version,
    service: &str,
    scale: Option<u32>,
    force_recreate: bool,
    image: &UpImage,
) -> String {
    let up = Up {
        service,
        scale,
        force_recreate,
        image,
        overrides: std::path::Path::new("/tmp"),
    };
    arguments::up(version, up).join(" ")
}

#[test]
fn what_is_here_is_neither_pulled_nor_built() {
    let words = up("web", None, false, &UpImage::Present);
    assert_eq!(words, "up -d --no-deps --no-build --pull=never -- web");
    let words = up_by(V1, "web", None, false, &UpImage::Present);
    assert_eq!(words, "up -d --no-deps --no-build -- web");
}

#[test]
fn a_file_that_overruled_an_image_once_is_not_taken_for_one_of_the_project() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("compose.yml"), "").unwrap();
    let overrule = Overrule::write(folder.path(), "web", "topside.keep/wezm/web:1").unwrap();
    let text: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&overrule.path).unwrap()).unwrap();
    assert_eq!(text["services"]["web"]["image"], "topside.keep/wezm/web:1");
    let path = overrule.path.to_string_lossy().into_owned();
    let files = [
        folder
            .path()
            .join("compose.yml")
            .to_string_lossy()
            .into_owned(),
        path,
    ];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let project = project_of(&identity(folder.path(), &files)).unwrap();
    assert_eq!(project.files, files[..1]);
    let gone = overrule.path.clone();
    drop(overrule);
    assert!(!gone.exists());
}

#[test]
fn facts_are_read_from_the_resolved_configuration() {
    let facts = facts::parse(
        r#"{"name": "x", "services": {
            "built": {"build": {"context": "/srv/built"}, "image": "b:1", "pull_policy": "build",
                      "deploy": {"replicas": 2, "resources": {}}},
            "scaled": {"image": "s:1", "scale": 3},
            "fetched": {"build": {"context": "https://git.example/x.git"}},
            "mixed": {"build": {"context": "/srv/m", "additional_contexts": {"certs": "/srv/certs"}}},
            "plain": {"image": "p:1", "command": null, "networks": {"default": null}}}}"#,
    )
    .unwrap();
    assert!(facts["built"].builds);
    let context = |name: &str| facts[name].context.as_ref().and_then(|path| path.to_str());
    assert_eq!(context("built"), Some("/srv/built"));
    assert_eq!((context("fetched"), context("plain")), (None, None));
    assert_eq!(context("mixed"), None, "it takes files from elsewhere, too");
    assert!(facts["fetched"].builds && facts["mixed"].builds);
    assert_eq!(facts["built"].pull_policy.as_deref(), Some("build"));
    assert_eq!(facts["built"].scale, Some(2));
    assert_eq!(facts["scaled"].scale, Some(3));
    assert!(!facts["plain"].builds && !facts["plain"].declares_scale());
    assert_eq!(facts["plain"].image.as_deref(), Some("p:1"));
}

fn why(output: &str) -> Option<String> {
    words::why(output.lines())
}

#[test]
fn the_last_words_of_the_plugin_are_the_reason() {
    let output = "\
time=\"2026-11-21T07:32:49Z\" level=warning msg=\"/x/compose.yml: the attribute `version` is obsolete\"
 Image web:1 Pulling 
 Image web:1 Error Get \"https://registry.example/v2/\": no such host
Error response from daemon: Get \"https://registry.example/v2/\": no such host
Error response from daemon: Get \"https://registry.example/v2/\": no such host";
    let why = why(output).unwrap();
    assert_eq!(
        why,
        "Error response from daemon: Get \"https://registry.example/v2/\": no such host"
    );
    assert!(words::hint(&why).unwrap().contains("network"));
}

#[test]
fn the_last_words_of_v1_are_the_reason() {
    let output = "\
Recreating web_1 ... 
Recreating web_1 ... error

ERROR: for web_1  Cannot start service web: exec: \"/nope\": no such file

ERROR: for web  Cannot start service web: exec: \"/nope\": no such file
Encountered errors while bringing up the project.";
    assert_eq!(
        why(output).as_deref(),
        Some("web Cannot start service web: exec: \"/nope\": no such file")
    );
    let yaml = "yaml.parser.ParserError: while parsing a flow node\n\
                expected the node content, but found '<stream end>'\n  \
                in \"/x/broken.yml\", line 2, column 1";
    assert_eq!(
        why(yaml).as_deref(),
        Some(
            "yaml.parser.ParserError: while parsing a flow node; expected the node content, but \
             found '<stream end>'; in \"/x/broken.yml\", line 2, column 1"
        )
    );
}

#[test]
fn words_are_made_safe_and_short() {
    assert_eq!(why("bad \u{1b}[31mred").as_deref(), Some("bad ·[31mred"));
    assert!(why(&"x".repeat(100_000)).unwrap().len() <= 500);
    assert_eq!(why(" Container web-1 Starting\n"), None);
}

#[test]
fn lines_end_at_either_end_and_are_bounded() {
    let mut lines = Lines::default();
    assert_eq!(lines.push(b"one\r\ntw"), ["one"]);
    assert_eq!(lines.push(b"o\r50%\r"), ["two", "50%"]);
    assert_eq!(lines.push(b"\n\n"), Vec::<String>::new());
    assert!(lines.push(&vec![b'x'; 100_000]).is_empty());
    assert_eq!(lines.finish().unwrap().len(), Lines::LIMIT);
    assert_eq!(lines.push(b"\xff\n"), ["\u{fffd}"]);
    assert_eq!(lines.finish(), None);
}

fn identity(folder: &std::path::Path, files: &[&str]) -> ComposeIdentity {
    ComposeIdentity {
        project: "wezm".to_owned(),
        service: "web".to_owned(),
        number: 1,
        one_off: false,
        working_dir: Some(folder.to_string_lossy().into_owned()),
        config_files: files.iter().map(|&file| file.to_owned()).collect(),
        env_files: Vec::new(),
        config_hash: None,
        depends_on: Vec::new(),
        version: None,
    }
}

#[test]
fn relative_files_of_v1_are_found_where_they_were_meant() {
    let folder = tempfile::tempdir().unwrap();
    let wezm = folder.path().join("wezm");
    std::fs::create_dir(&wezm).unwrap();
    std::fs::create_dir(folder.path().join("other")).unwrap();
    std::fs::write(wezm.join("compose.yml"), "").unwrap();
    std::fs::write(folder.path().join("other/over.yml"), "").unwrap();
    let typed = [
        "compose.yml",
        "wezm/compose.yml",
        "../compose.yml",
        "other/over.yml",
    ];
    let found = project_of(&identity(&wezm, &typed)).unwrap().files;
    let here = wezm.join("compose.yml");
    let over = folder.path().join("other/over.yml");
    assert_eq!(
        found,
        [&here, &here, &here, &over].map(|path| path.to_string_lossy().into_owned())
    );
}

#[test]
fn what_is_gone_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let gone = folder
        .path()
        .join("gone.yml")
        .to_string_lossy()
        .into_owned();
    let failure = project_of(&identity(folder.path(), &[&gone])).unwrap_err();
    assert_eq!(failure.why, format!("{gone} is not there"));

    let failure = project_of(&identity(&folder.path().join("nowhere"), &["a.yml"])).unwrap_err();
    assert!(failure.why.ends_with("nowhere is not there"), "{failure}");

    let failure = project_of(&identity(folder.path(), &["-"])).unwrap_err();
    assert!(failure.why.contains("standard input"), "{failure}");

    let mut nameless = identity(folder.path(), &[]);
    nameless.working_dir = None;
    assert!(project_of(&nameless).is_err());
}

#[test]
fn hashes_are_read_as_they_are_printed() {
    let read = Hashes::parse("web a1\ndb b2\n\n", ["The \"B\" variable is not set."]);
    let services = [("db", "b2"), ("web", "a1")].map(|(name, hash)| (name.into(), hash.into()));
    assert_eq!(read.services, services.into());
    assert!(read.unset);
    assert_eq!(Hashes::parse("", ["another warning"]), Hashes::default());
}

#[test]
fn a_change_of_any_file_that_compose_may_read_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("compose.yml"), "a").unwrap();
    let absolute = path("compose.yml").to_string_lossy().into_owned();
    let origin = identity(folder.path(), &[&absolute]).origin();
    let mut last = stamp(&origin);
    assert_eq!(stamp(&origin), last);
    let mut is_new = |what: &str| {
        let now = stamp(&origin);
        assert_ne!(now, last, "{what}");
        last = now;
    };
    std::fs::write(path("compose.yml"), "ab").unwrap();
    is_new("written");
    // As an editor does it, and with the times of before.
    std::fs::write(path("new"), "ab").unwrap();
    std::fs::rename(path("new"), path("compose.yml")).unwrap();
    is_new("replaced");
    for beside in [".env", "web.env", "compose.override.yml"] {
        std::fs::write(path(beside), "x").unwrap();
        is_new(beside);
    }
    std::fs::remove_file(path("web.env")).unwrap();
    is_new("removed");
    std::fs::write(path("metrics.yml"), "x").unwrap();
    assert_eq!(stamp(&origin), last);
}

async fn shell(script: &str, stdout: Stdout, cancel: &CancellationToken) -> Option<Ended> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script]);
    process::run(command, stdout, &|_| (), cancel)
        .await
        .unwrap()
}

#[tokio::test]
async fn output_and_answer_are_kept_apart() {
    let cancel = CancellationToken::new();
    let ended = shell(
        "echo answer; echo word >&2; exit 3",
        Stdout::Answer,
        &cancel,
    )
    .await
    .unwrap();
    assert_eq!(ended.answer, b"answer\n");
    assert_eq!(ended.last, ["word"]);
    assert_eq!(ended.status.code(), Some(3));
}

#[tokio::test]
async fn it_reads_no_input_and_more_output_than_a_pipe_holds() {
    let cancel = CancellationToken::new();
    let script = "cat; i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); done; echo end >&2";
    let ended = shell(script, Stdout::Lines, &cancel).await.unwrap();
    assert!(ended.status.success());
    assert_eq!(ended.last, ["end"]);
}

#[tokio::test]
async fn a_child_that_leaves_its_pipes_open_does_not_hold_us_up() {
    let cancel = CancellationToken::new();
    let began = Instant::now();
    let ended = shell("sleep 30 & echo done", Stdout::Lines, &cancel)
        .await
        .unwrap();
    assert!(ended.status.success());
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_cancel_ends_all_that_was_started() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("alive");
    // The grandchild holds the lock as long as it lives.
    let script = format!(
        "(flock 9; echo ready; exec sleep 60) 9>{path} & wait",
        path = pipe.display()
    );
    let cancel = CancellationToken::new();
    let told = cancel.clone();
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &script]);
    let tell = move |line: &str| {
        if line == "ready" {
            told.cancel();
        }
    };
    let ended = process::run(command, Stdout::Lines, &tell, &cancel)
        .await
        .unwrap();
    assert!(ended.is_none());
    let free = Command::new("flock")
        .args(["--wait", "5"])
        .arg(&pipe)
        .arg("true")
        .status()
        .await
        .unwrap();
    assert!(free.success(), "the grandchild still lives");
}

fn script(folder: &std::path::Path, name: &str, body: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test]
async fn the_first_candidate_that_answers_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let plain = script(
        folder.path(),
        "docker",
        "echo unknown flag: --short >&2; exit 125",
    );
    let v1 = script(folder.path(), "docker-compose", "echo 1.29.2");
    let finder = Finder::among(vec![
        Candidate::plugin(folder.path().join("absent")),
        Candidate::plugin(plain),
        Candidate::program(v1),
    ]);
    assert_eq!(finder.find().await.unwrap().version(), V1);
}

#[tokio::test]
async fn what_was_not_found_is_looked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let finder = Finder::among(vec![Candidate::plugin(folder.path().join("docker"))]);
    let failure = finder.find().await.unwrap_err();
    assert!(failure.why.contains("not installed"), "{failure}");
    assert_eq!(
        failure.hint.as_deref(),
        Some("install docker-compose-plugin or docker-compose")
    );
    script(folder.path(), "docker", "echo v2.30.0");
    assert_eq!(
        finder.find().await.unwrap().version(),
        Version::new(2, 30, 0)
    );
}

#[test]
fn progress_in_json_is_layers_and_words() {
    let layer = r#"{"id":"cb4f03f8ce68","parent_id":"Image web:1","status":"Working","text":"Downloading","details":"27.81MB","current":27813920,"total":62933937,"percent":44}"#;
    let Said::Layer(progress) = progress::read(layer) else {
        panic!("no layer")
    };
    assert_eq!(progress.layer.as_deref(), Some("cb4f03f8ce68"));
    assert_eq!(
        (progress.current, progress.total),
        (Some(27_813_920), Some(62_933_937))
    );
    for (line, words) in [
        (
            r#"{"id":"Image web:1","status":"Working","text":"Pulling"}"#,
            " Image web:1 Pulling",
        ),
        (
            r#"{"error":true,"message":"Error response from daemon: no\nagain"}"#,
            "Error response from daemon: no\nagain",
        ),
        (
            "time=\"now\" level=warning msg=x",
            "time=\"now\" level=warning msg=x",
        ),
        ("{ not json", "{ not json"),
    ] {
        assert_eq!(progress::words(line).as_deref(), Some(words));
    }
}
