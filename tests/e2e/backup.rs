//! `topside backup` and `restore`: there and back on an engine of its own; damaged files; killed and cancelled jobs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::commands::{interrupted, said};
use crate::fixtures::engine::image;
use crate::fixtures::home::Home;
use crate::fixtures::second_engine::SecondEngine;

/// A volume with everything that a file system has, and a folder for its backups.
struct Scene {
    engine: SecondEngine,
    home: Home,
    folder: TempDir,
}

/// What a database's volume looks like, and what an attacker's does.
const FILL: &str = r"
    cd /data && mkdir -p deep/er 'a name
with a line end' && echo hello > deep/er/file && ln deep/er/file deep/second
    ln -s ../../../etc/passwd out && ln -s nowhere dangling && mkfifo pipe && mknod null c 1 3
    head -c 3000000 /dev/urandom > big && : > empty && printf '\033]0;owned\007' > $(printf 'esc\033[31m')
    echo secret > key && chmod 600 key && chmod 4755 empty && chown 70:71 key && chown -h 72:73 out
    long=$(printf 'n%.0s' $(seq 200)) && mkdir -p $long/$long && echo deep > $long/$long/$long
    touch -d '2001-02-03 04:05:06' deep/er/file big && touch -d '2002-02-03 04:05:06' deep
    chown 70:70 . && chmod 700 . && touch -d '2003-02-03 04:05:06' .";

impl Scene {
    fn new() -> Self {
        let engine = SecondEngine::start();
        let own = image();
        engine.docker(&["run", "--rm", "-v", "data:/data", &own, "sh", "-ec", FILL]);
        Self {
            engine,
            home: Home::new(),
            folder: tempfile::tempdir().unwrap(),
        }
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

    /// Runs the binary; its exit code and all that it said.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        said(&self.command(arguments).output().unwrap())
    }

    fn fault(&self, place: &str, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = self.command(arguments);
        said(&command.env("TOPSIDE_FAULT", place).output().unwrap())
    }

    fn path(&self, volume: &str) -> PathBuf {
        let format = "{{.Mountpoint}}";
        let path = ["volume", "inspect", volume, "--format", format];
        PathBuf::from(self.engine.docker(&path))
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    fn containers(&self) -> String {
        self.engine.docker(&["ps", "-aq"])
    }
}

/// Kind, mode, owner, group, time, size and link of all that is below a folder.
fn listing(folder: &Path) -> String {
    let output = Command::new("sh")
        .args([
            "-c",
            "find . -printf '%P|%y|%m|%U|%G|%Ts|%l|%n\\n' | LC_ALL=C sort",
        ])
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn assert_same(one: &Path, two: &Path) {
    assert_eq!(listing(one), listing(two));
    // Pipes and devices are listed above; reading them would not end.
    let diff = Command::new("diff")
        .args(["-r", "--no-dereference", "-x", "pipe", "-x", "null"])
        .args([one, two])
        .output()
        .unwrap();
    assert!(diff.status.success(), "{diff:?}");
}

#[test]
fn there_and_back_a_volume_is_the_same() {
    let scene = Scene::new();
    let (code, said) = scene.run(&["backup", "data", "b.tar", "--plan"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("read data into a file beside"), "{said}");
    assert!(scene.files().is_empty(), "{:?}", scene.files());

    let (code, said) = scene.run(&["backup", "data", "b.tar"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("SHA-256 "), "{said}");
    assert_eq!(scene.files(), ["b.tar", "b.tar.sha256"]);
    let checked = Command::new("sha256sum")
        .args(["-c", "b.tar.sha256"])
        .current_dir(scene.folder.path())
        .status()
        .unwrap();
    assert!(checked.success());

    let (code, said) = scene.run(&["restore", "b.tar", "again"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("each the same as in the file"), "{said}");
    assert_same(&scene.path("data"), &scene.path("again"));
    assert_eq!(scene.containers(), "", "what carried it is gone");

    // Nothing is written over, neither file nor volume.
    let (code, said) = scene.run(&["backup", "data", "b.tar"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("b.tar already"), "{said}");
    let (code, said) = scene.run(&["restore", "b.tar", "again"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("there is a volume again already"), "{said}");
    let (code, said) = scene.run(&["backup", "nowhere"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("no such volume"), "{said}");
    let (_, jobs) = scene.run(&["jobs"]);
    assert!(
        jobs.contains("back up data") && jobs.contains("restore again"),
        "{jobs}"
    );
}

#[test]
fn a_tar_of_another_tool_is_restored_and_compared() {
    let scene = Scene::new();
    let data = scene.path("data");
    let tar = scene.folder.path().join("other.tar");
    let packed = Command::new("tar")
        .args(["--sort=inode", "-C"])
        .arg(&data)
        .arg("-cf")
        .arg(&tar)
        .arg(".")
        .status()
        .unwrap();
    assert!(packed.success());
    let (code, said) = scene.run(&["restore", "other.tar", "other", "--json"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("none beside it to compare with"), "{said}");
    assert_same(&data, &scene.path("other"));
}

#[test]
fn a_damaged_file_is_refused_before_anything_is_made() {
    let scene = Scene::new();
    let (code, said) = scene.run(&["backup", "data", "b.tar"]);
    assert_eq!(code, Some(0), "{said}");
    let path = scene.folder.path().join("b.tar");
    let whole = fs::read(&path).unwrap();

    let mut changed = whole.clone();
    // In the middle of the big file's content: the tar is as whole as before.
    let middle = whole.len() / 2;
    changed[middle] ^= 1;
    fs::write(&path, &changed).unwrap();
    let (code, said) = scene.run(&["restore", "b.tar", "bad"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("its checksum is another one"), "{said}");
    // Half of it, with a checksum that agrees.
    fs::remove_file(scene.folder.path().join("b.tar.sha256")).unwrap();
    fs::write(&path, &whole[..middle]).unwrap();
    let (code, said) = scene.run(&["restore", "b.tar", "bad"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("it ends before its end"), "{said}");
    fs::write(&path, "no tar at all").unwrap();
    let (code, said) = scene.run(&["restore", "b.tar", "bad"]);
    assert_eq!(code, Some(5), "{said}");
    assert_eq!(scene.engine.names("volume"), ["data"]);
    assert_eq!(scene.containers(), "");
}

#[test]
fn a_killed_job_is_shown_and_what_it_left_goes() {
    let scene = Scene::new();
    let (code, said) = scene.fault("during:write_backup", &["backup", "data", "b.tar"]);
    // Its death may come late: what has its name is whole, however it ended.
    if scene.files().contains(&"b.tar".to_owned()) {
        let checked = Command::new("sha256sum")
            .args(["--status", "-c", "b.tar.sha256"])
            .current_dir(scene.folder.path())
            .status();
        assert!(checked.unwrap().success(), "{said}");
    } else {
        assert_eq!(code, None, "{said}");
    }
    let (code, said) = scene.fault("before:keep_backup", &["backup", "data", "c.tar"]);
    assert_eq!(code, None, "{said}");
    assert_eq!(
        scene.containers().lines().count(),
        1,
        "it carried the volume"
    );
    let (_, jobs) = scene.run(&["jobs"]);
    assert!(
        jobs.contains("back up data") && jobs.contains("cut off"),
        "{jobs}"
    );
    let (code, said) = scene.run(&["backup", "data", "c.tar"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(scene.containers(), "", "the next job cleared it away");
    assert!(
        !scene
            .files()
            .iter()
            .any(|name| name.contains("c.tar.topside"))
    );

    let (code, said) = scene.fault("after:fill_volume", &["restore", "c.tar", "half"]);
    assert_eq!(code, None, "{said}");
    let (_, jobs) = scene.run(&["jobs"]);
    assert!(
        jobs.contains("restore half") && jobs.contains("cut off"),
        "{jobs}"
    );
    let (code, said) = scene.run(&["restore", "c.tar", "half"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(
        said.contains("cut off") && said.contains("topside prune volumes"),
        "{said}"
    );
    // As it says.
    let (code, said) = scene.run(&["prune", "volumes", "half", "--yes"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(scene.containers(), "");
    let (code, said) = scene.run(&["restore", "c.tar", "half"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_disk_that_is_full_leaves_neither_file_nor_volume() {
    let engine = SecondEngine::on_a_small_disk("24m");
    let scene = Scene {
        engine,
        home: Home::new(),
        folder: tempfile::tempdir().unwrap(),
    };
    // More than the engine's disk has room for.
    let source = tempfile::tempdir().unwrap();
    fs::write(source.path().join("big"), vec![7; 40 << 20]).unwrap();
    let tar = scene.folder.path().join("big.tar");
    let packed = Command::new("tar")
        .args(["-C"])
        .arg(source.path())
        .arg("-cf")
        .arg(&tar)
        .arg(".")
        .status()
        .unwrap();
    assert!(packed.success());
    let (code, said) = scene.run(&["restore", "big.tar", "big"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("no space left"), "{said}");
    assert!(said.contains("the volume big is gone again"), "{said}");
    assert!(scene.engine.names("volume").is_empty());
    assert_eq!(scene.containers(), "");

    let (code, said) = scene.run(&["backup", "big", "/dev/full"]);
    assert_eq!(code, Some(5), "{said}");
}

#[test]
fn what_is_cancelled_leaves_neither_file_nor_volume() {
    let scene = Scene::new();
    // Of nothing, so that it is long and takes no room.
    let big = scene.path("data").join("sparse");
    fs::File::create(&big).unwrap().set_len(3 << 30).unwrap();
    let command = scene.command(&["backup", "data", "b.tar"]);
    let (code, said) = interrupted(command, || !scene.files().is_empty());
    assert_eq!(code, Some(6), "{said}");
    assert!(scene.files().is_empty(), "{:?}", scene.files());
    assert_eq!(scene.containers(), "");

    fs::File::create(&big).unwrap().set_len(300 << 20).unwrap();
    let (code, said) = scene.run(&["backup", "data", "b.tar"]);
    assert_eq!(code, Some(0), "{said}");
    let command = scene.command(&["restore", "b.tar", "again"]);
    let begun = || scene.engine.names("volume").len() == 2;
    let (code, said) = interrupted(command, begun);
    assert_eq!(code, Some(6), "{said}");
    assert!(said.contains("the volume again is gone again"), "{said}");
    assert_eq!(scene.engine.names("volume"), ["data"]);
    assert_eq!(scene.containers(), "");
}
