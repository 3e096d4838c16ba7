//! Where the disk went, against what `du`, `df` and the engine say of the same things.

use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::dashboard::{ACTION, quit};
use crate::fixtures::engine::{docker, image};
use crate::fixtures::home::Home;
use crate::fixtures::second_engine::SecondEngine;
use crate::fixtures::sshd::Sshd;
use crate::fixtures::terminal::Terminal;

/// An engine with a volume that holds 300 kB, a folder of the host, and a log.
struct Scene {
    engine: SecondEngine,
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let engine = SecondEngine::start();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("photos")).unwrap();
        std::fs::write(folder.path().join("photos/one"), vec![7; 2_000_000]).unwrap();
        std::fs::write(folder.path().join("note"), b"small").unwrap();
        let bind = format!("{}:/files:ro", folder.path().display());
        let script = "head -c 300000 /dev/zero > /data/file; yes | head -c 200000; trap 'exit 0' TERM; sleep 1000 & wait";
        let own = image();
        engine.docker(&[
            "run",
            "-d",
            "--name",
            "web",
            "-v",
            "data:/data",
            "-v",
            &bind,
            "-v",
            "/proc:/host:ro",
            &own,
            "sh",
            "-c",
            script,
        ]);
        engine.docker(&["volume", "create", "old"]);
        let scene = Self { engine, folder };
        // Until all of it is written.
        let full = || scene.engine.docker(&["logs", "web"]).len() >= 190_000;
        while !full() {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        scene
    }

    fn path(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn json(&self, home: &Home, arguments: &[&str]) -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_topside"))
            .args(arguments)
            .args(["--json", "--host", &self.engine.address()])
            .env_clear()
            .envs(home.environment())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// What `du` says in bytes.
fn du(path: &str) -> u64 {
    let output = Command::new("du")
        .args(["-sx", "--block-size=1", path])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}

fn find<'a>(volumes: &'a Value, name: &str) -> &'a Value {
    let all = volumes["volumes"].as_array().unwrap();
    let found = all.iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {volumes:#}"))
}

#[test]
fn sizes_are_those_of_du_and_of_the_engine() {
    let scene = Scene::new();
    let home = Home::new();
    let volumes = scene.json(&home, &["volumes"]);

    let data = find(&volumes, "data");
    let path = data["path"].as_str().unwrap();
    assert_eq!(data["size"], du(path), "{data:#}");
    assert_eq!(data["measured_by"], "walk");
    // `docker system df` counts lengths of files.
    let format = "{{range .Volumes}}{{.Name}}={{.Size}} {{end}}";
    let said = scene
        .engine
        .docker(&["system", "df", "-v", "--format", format]);
    assert!(said.contains("data=300kB"), "{said}");
    assert_eq!(data["apparent_size"], 300_000);
    assert_eq!(data["users"][0]["service"], "web");

    let files = find(&volumes, &scene.path());
    assert_eq!(
        (&files["kind"], &files["size"]),
        (&"bind".into(), &du(&scene.path()).into())
    );
    assert_eq!(
        (&files["files"], &files["users"][0]["read_only"]),
        (&2.into(), &true.into())
    );
    assert_eq!(find(&volumes, "old")["users"], Value::Array(Vec::new()));
    assert_eq!(
        find(&volumes, "/proc")["size"],
        Value::Null,
        "nobody's data"
    );

    let df = scene.json(&home, &["df", "--known"]);
    let all = df["filesystems"].as_array().unwrap();
    let root = scene
        .engine
        .docker(&["info", "--format", "{{.DockerRootDir}}"]);
    let parts = all.iter().map(|one| &one["parts"]);
    let parts = parts.max_by_key(|parts| parts["volumes"].as_u64()).unwrap();
    let known: u64 = ["data", "old"]
        .iter()
        .map(|name| find(&volumes, name)["size"].as_u64().unwrap())
        .sum();
    assert_eq!(
        parts["volumes"], known,
        "what was measured just now is known: {df:#}"
    );
    assert!(parts["logs"].as_u64() >= Some(200_000), "{df:#}");
    let layers = scene
        .engine
        .docker(&["image", "inspect", &image(), "--format", "{{.Size}}"]);
    assert_eq!(parts["images"].to_string(), layers);
    let said = Command::new("df")
        .args(["-P", "-B1", &root])
        .output()
        .unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let size: u64 = said
        .lines()
        .nth(1)
        .unwrap()
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    assert!(
        all.iter().any(|one| one["filesystem"]["size"] == size),
        "{said}{df:#}"
    );
}

#[test]
fn what_was_measured_is_known_afterwards_and_not_measured_again() {
    let scene = Scene::new();
    let home = Home::new();
    let nothing = scene.json(&home, &["volumes", "--known"]);
    assert_eq!(find(&nothing, "data")["size"], Value::Null);
    let first = scene.json(&home, &["volumes"]);
    let size = find(&first, "data")["size"].clone();
    let path = find(&first, "data")["path"].as_str().unwrap().to_owned();
    std::fs::write(format!("{path}/more"), vec![1; 500_000]).unwrap();
    let again = scene.json(&home, &["volumes"]);
    let data = find(&again, "data");
    assert_eq!(
        (&data["size"], &data["measured_by"]),
        (&size, &"records".into())
    );
    let fresh = scene.json(&home, &["volumes", "--fresh"]);
    assert_eq!(find(&fresh, "data")["size"], du(&path));
}

#[test]
fn through_ssh_du_and_df_of_the_machine_are_asked_over_the_one_login() {
    let machine = Sshd::start();
    let home = Home::new();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), vec![1; 400_000]).unwrap();
    let (bind, name) = (
        format!("{}:/files", folder.path().display()),
        "topside-test-disk-ssh",
    );
    let _ = crate::fixtures::engine::try_docker(&["rm", "-f", name]);
    docker(&[
        "create",
        "--name",
        name,
        "--label",
        "topside.test=1",
        "-v",
        &bind,
        &image(),
    ]);
    let output = Command::new(env!("CARGO_BIN_EXE_topside"))
        .args(["volumes", "--json", "--host", &machine.address()])
        .env_clear()
        .envs(machine.environment(&home))
        .output();
    docker(&["rm", name]);
    let output = output.unwrap();
    let volumes: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{why}: {}", String::from_utf8_lossy(&output.stderr)));
    let path = folder.path().display().to_string();
    let files = find(&volumes, &path);
    assert_eq!(files["measured_by"], "du", "{files:#}");
    assert_eq!(files["size"], du(&path).div_ceil(1024) * 1024);
    assert_eq!(machine.logins(), 1, "{}", machine.log());
    machine.wait_no_clients();
}

#[test]
fn the_dashboard_shows_disks_and_measures_what_is_looked_at() {
    let scene = Scene::new();
    let home = Home::new();
    let arguments = ["--host", &scene.engine.address()];
    let terminal = Terminal::spawn(&arguments, &home.environment(), 40, 140);
    terminal.wait_text("web");
    terminal.send("3");
    terminal.wait_for("sizes, a disk and a folder", ACTION, |screen| {
        let has = |text: &str| screen.contains(text);
        has("free of") && has("1.9M") && has(&scene.path()) && has("measured")
    });
    // The cursor is on the biggest: what is in it.
    terminal.wait_for("the folder's own biggest", ACTION, |screen| {
        screen.contains("biggest folders") && screen.contains("photos")
    });
    let path = scene.folder.path().join("photos/two");
    std::fs::write(path, vec![7; 9_000_000]).unwrap();
    terminal.send("u");
    terminal.wait_for("the new size", ACTION, |screen| screen.contains("10M"));
    quit(&terminal);
}
