//! `topside files` and `topside cp` on an engine of its own: out, in, back again; refused, cancelled, full disks.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::commands::{interrupted, said};
use crate::fixtures::engine::image;
use crate::fixtures::home::Home;
use crate::fixtures::second_engine::SecondEngine;

struct Scene {
    engine: SecondEngine,
    home: Home,
    folder: TempDir,
}

const FILL: &str = r"
    mkdir -p /data/site/deep && cd /data/site && echo hello > index && chmod 640 index && chown 70:71 index .
    ln -s ../../../etc/passwd out && ln index again && mkfifo pipe && head -c 5000000 /dev/urandom > deep/big
    touch -d '2001-02-03 04:05:06' index && trap 'exit 0' TERM && touch /ready && sleep 100000 & wait";

impl Scene {
    fn new() -> Self {
        Self::on(SecondEngine::start())
    }

    fn on(engine: SecondEngine) -> Self {
        let own = image();
        let web = [
            "run",
            "-d",
            "--name",
            "web",
            "--network",
            "none",
            "-v",
            "data:/data",
        ];
        engine.docker(&[&web[..], &[&own, "sh", "-c", FILL]].concat());
        let scene = Self {
            engine,
            home: Home::new(),
            folder: tempfile::tempdir().unwrap(),
        };
        while scene.run(&["files", "web", "/ready"]).0 != Some(0) {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        scene
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_topside"));
        command
            .args(arguments)
            .args(["--host", &self.engine.address()])
            .env_clear()
            .envs(self.home.environment())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        said(&self.command(arguments).output().unwrap())
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let (code, said) = self.run(arguments);
        assert_eq!(code, Some(0), "{said}");
        said
    }

    #[track_caller]
    fn fails(&self, arguments: &[&str], words: &str) {
        let (code, said) = self.run(arguments);
        assert_ne!(code, Some(0), "{said}");
        assert!(said.contains(words), "{said}");
    }

    fn inside(&self, script: &str) -> String {
        self.engine.docker(&["exec", "web", "sh", "-c", script])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    fn containers(&self) -> String {
        self.engine
            .docker(&["ps", "-aq", "--filter", "label=topside.reads"])
    }
}

fn sum(path: &std::path::Path) -> String {
    let output = Command::new("sha256sum").arg(path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn out_and_in_again_a_file_and_a_folder_are_the_same() {
    let scene = Scene::new();
    let big = scene.inside("sha256sum /data/site/deep/big | cut -d' ' -f1");
    let said = scene.done(&["cp", "web:/data/site/deep/big", "."]);
    assert!(said.contains(&big), "{said}");
    assert_eq!(sum(&scene.path("big")), big);
    scene.done(&["cp", "web:/data/site/index", "renamed"]);
    let about = fs::metadata(scene.path("renamed")).unwrap();
    assert_eq!((about.mode() & 0o7777, about.mtime()), (0o640, 981_173_106));

    // Of the volume itself too, and from a container that is stopped.
    scene.engine.docker(&["stop", "-t", "1", "web"]);
    scene.done(&["cp", "volume:data:/site", "site"]);
    let said = scene.done(&["cp", "web:/data/site", "again"]);
    assert!(
        said.contains("1 devices, pipes and the like left out"),
        "{said}"
    );
    for name in ["site", "again"] {
        assert_eq!(sum(&scene.path(name).join("deep/big")), big);
        let link = fs::read_link(scene.path(name).join("out")).unwrap();
        assert_eq!(link, PathBuf::from("../../../etc/passwd"));
    }
    let names = ["again", "big", "renamed", "site"];
    assert_eq!(scene.names(), names, "and nothing half");
    scene.engine.docker(&["start", "web"]);

    fs::remove_file(scene.path("site/out")).unwrap();
    scene.done(&["cp", "site", "web:/data/put"]);
    let told = scene.inside("cd /data/put && sha256sum deep/big && stat -c '%u:%g %a' index .");
    assert!(told.starts_with(&big), "{told}");
    assert!(told.contains("0:0 640"), "the folder's owner: {told}");
    // What takes the place of a file gets its owner.
    scene.fails(&["cp", "big", "web:/data/site/index"], "already");
    scene.done(&["cp", "big", "web:/data/site/index", "--overwrite"]);
    let told = scene.inside("sha256sum /data/site/index; stat -c %u:%g /data/site/index");
    assert!(told.starts_with(&big) && told.ends_with("70:71"), "{told}");
    scene.done(&["cp", "renamed", "volume:data:/site/"]);
    assert_eq!(scene.inside("cat /data/site/renamed"), "hello");
    assert_eq!(scene.containers(), "", "what carried them is gone");
    let jobs = scene.done(&["jobs"]);
    assert!(
        jobs.contains("copy out") && jobs.contains("copy in"),
        "{jobs}"
    );
}

#[test]
fn what_is_there_or_read_only_or_nowhere_is_told_and_nothing_is_touched() {
    let scene = Scene::new();
    fs::write(scene.path("index"), "mine").unwrap();
    scene.fails(&["cp", "web:/data/site/index", "."], "already");
    scene.fails(&["cp", "web:/data/site", "index"], "already");
    scene.fails(&["cp", "web:/nowhere", "x"], "no such");
    scene.fails(&["cp", "web:/data/site/pipe", "x"], "a pipe or a socket");
    scene.fails(
        &["cp", "web:/data/site/index", "no/such/folder/x"],
        "No such file",
    );
    scene.fails(&["cp", "index", "web:/nowhere/deep/x"], "no such");
    scene.fails(&["cp", "index", "web:/data/site/index/x"], "");
    scene.fails(&["cp", "index", "other"], "SERVICE:PATH");
    scene.fails(&["cp", "volume:data:/site/out", "x"], "leads out");
    scene.fails(&["cp", "volume:none:/", "x"], "no such volume");
    assert_eq!(scene.engine.names("volume"), ["data"]);
    assert_eq!(fs::read_to_string(scene.path("index")).unwrap(), "mine");
    assert_eq!(scene.names(), ["index"]);
    let own = image();
    let locked = [
        "run",
        "-d",
        "--name",
        "locked",
        "--network",
        "none",
        "--read-only",
    ];
    let mounts = ["-v", "data:/data:ro", &*own, "sleep", "1000"];
    scene.engine.docker(&[&locked[..], &mounts[..]].concat());
    scene.fails(&["cp", "index", "locked:/data/x"], "read-only");
    scene.fails(&["cp", "index", "locked:/etc/x"], "read-only");
    let label = [
        "run",
        "-d",
        "--name",
        "kept",
        "--label",
        "topside.policy=read-only",
    ];
    let with = [
        "--network",
        "none",
        "-v",
        "data:/data",
        &*own,
        "sleep",
        "1000",
    ];
    scene.engine.docker(&[&label[..], &with[..]].concat());
    scene.fails(&["cp", "index", "kept:/data/x"], "topside.policy");
    scene.fails(&["cp", "index", "volume:data:/x"], "topside.policy");
    scene.done(&["cp", "kept:/data/site/index", "allowed"]);
    assert_eq!(scene.inside("ls /data"), "site");
    assert_eq!(scene.containers(), "");
    // Listed for people and for scripts, and printed.
    let text = scene.done(&["files", "web", "/data/site"]);
    assert!(
        text.contains("deep/") && text.contains("-rw-r-----"),
        "{text}"
    );
    let json = scene.done(&["files", "web", "/data/site", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let entries = value["entries"].as_array().unwrap();
    let index = entries.iter().find(|one| one["name"] == "index").unwrap();
    assert_eq!(
        (&index["uid"], &index["mode"]),
        (&70.into(), &"0640".into())
    );
    assert_eq!(
        scene.done(&["files", "web", "/data/site/index", "--cat"]),
        "hello\n"
    );
    scene.fails(&["files", "web", "/data/site", "--cat"], "folder");
}

#[test]
fn what_is_cancelled_leaves_nothing_on_either_side() {
    let scene = Scene::new();
    // Of nothing, so that it is long and takes no room.
    scene.inside("truncate -s 3G /data/sparse");
    for arguments in [
        ["cp", "web:/data/sparse", "x"],
        ["cp", "volume:data:/", "tree"],
    ] {
        let command = scene.command(&arguments);
        let (code, said) = interrupted(command, || !scene.names().is_empty());
        assert_eq!(code, Some(6), "{said}");
        assert!(scene.names().is_empty(), "{:?}", scene.names());
    }
    scene.inside("rm /data/sparse");
    let sparse = fs::File::create(scene.path("long")).unwrap();
    sparse.set_len(3 << 30).unwrap();
    let data = ["volume", "inspect", "data", "--format", "{{.Mountpoint}}"];
    let data = PathBuf::from(scene.engine.docker(&data));
    for to in ["web:/data/half", "volume:data:/half"] {
        let command = scene.command(&["cp", "long", to]);
        // Asked of the disk: an engine that unpacks lets everybody wait.
        let begun = || data.join("half").exists();
        let (code, said) = interrupted(command, begun);
        assert_eq!(code, Some(6), "{said}");
        assert!(said.contains("is gone again"), "{said}");
        assert_eq!(scene.inside("ls /data"), "site");
    }
    assert_eq!(scene.containers(), "");
}

#[test]
fn a_disk_that_is_full_keeps_nothing_half() {
    let scene = Scene::on(SecondEngine::on_a_small_disk("40m"));
    fs::write(scene.path("big"), vec![7; 60 << 20]).unwrap();
    let (code, said) = scene.run(&["cp", "big", "web:/data/big"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("no space left"), "{said}");
    assert_eq!(scene.inside("ls /data"), "site");
    let (code, said) = scene.run(&["cp", "web:/data/site/index", "/dev/full"]);
    assert_eq!(code, Some(5), "{said}");
}
