//! `topside images tag`, `save` and `pull`, and the keys for them: what came of it is asked of the engine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::commands::{command, command_on, interrupted, said};
use crate::dashboard::{ACTION, quit};
use crate::fixtures::engine::{docker, image, image_id, try_docker};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::registry::Registry;
use crate::fixtures::second_engine::SecondEngine;
use crate::fixtures::terminal::Terminal;

struct Scene {
    engine: SecondEngine,
    home: Home,
    folder: TempDir,
}

impl Scene {
    fn with(home: Home) -> Self {
        Self {
            engine: SecondEngine::start(),
            home,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command_on(&self.engine.address(), &self.home, arguments);
        command.current_dir(self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        said(&self.command(arguments).output().unwrap())
    }

    fn id(&self, reference: &str) -> String {
        let format = "{{.Id}}";
        self.engine
            .docker(&["image", "inspect", reference, "--format", format])
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }
}

fn short(id: &str) -> &str {
    &id["sha256:".len()..][..12]
}

#[test]
fn a_tag_moves_only_with_a_word_and_goes_back() {
    let scene = Scene::with(Home::new());
    let first = scene.engine.build("FROM scratch\nLABEL n=1", Some("web:1"));
    let second = scene.engine.build("FROM scratch\nLABEL n=2", Some("web:2"));
    scene
        .engine
        .docker(&["create", "--name", "user", "web:1", "x"]);

    let (code, said) = scene.run(&["images", "tag", "web:2", "web:1", "--plan"]);
    assert_eq!(code, Some(0), "{said}");
    let from = format!("so far it means {}", short(&first));
    assert!(said.contains(&from), "{said}");
    assert!(
        said.contains("user runs on with the image it has"),
        "{said}"
    );
    assert_eq!(scene.id("web:1"), first, "a plan does nothing");

    let (code, said) = scene.run(&["images", "tag", "web:2", "web:1"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(scene.id("web:1"), second);
    let back = format!("topside images tag {} web:1 puts back", short(&first));
    assert!(said.contains(&back), "{said}");
    let (code, said) = scene.run(&["images", "tag", "web:2", "web:1"]);
    assert_eq!(code, Some(3), "{said}");
    let (code, said) = scene.run(&["images", "tag", short(&first), "web:1", "--json"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(scene.id("web:1"), first);

    // Without a tag it is latest; what is no reference is not asked of the engine.
    let (code, said) = scene.run(&["images", "tag", "web:1", "other"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(scene.id("other:latest"), first);
    for (image, reference, why) in [
        ("web:1", "Other:1", "no capitals"),
        ("web:1", "topside.keep/p/web:1", "topside's own"),
        ("web:1", &format!("web@{first}"), "a digest"),
        ("nowhere:1", "web:3", "no such image"),
    ] {
        let (code, said) = scene.run(&["images", "tag", image, reference]);
        assert_eq!(code, Some(5), "{said}");
        assert!(said.contains(why), "{said}");
    }
    let (_, jobs) = scene.run(&["jobs"]);
    assert!(jobs.contains("tag image web:2"), "{jobs}");
}

#[test]
fn what_is_saved_can_be_loaded() {
    let scene = Scene::with(Home::new());
    let dockerfile = format!("FROM {}\nRUN echo kept > /kept", image());
    let id = scene.engine.build(&dockerfile, Some("nas:5000/team/web:2"));
    let name = "nas:5000/team/web:2";
    let (code, said) = scene.run(&["images", "save", name, "--plan"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(scene.files().is_empty());
    let (code, said) = scene.run(&["images", "save", name]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(scene.files(), ["web-2.tar"]);
    let file = scene.folder.path().join("web-2.tar");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let sum = Command::new("sha256sum").arg(&file).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    assert!(said.contains(&sum[..64]), "{said}");

    // Nothing is written over.
    let (code, said) = scene.run(&["images", "save", name, "web-2.tar"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("web-2.tar already"), "{said}");

    scene.engine.docker(&["image", "rm", name]);
    let load = ["load", "--input", file.to_str().unwrap()];
    let loaded = scene.engine.docker(&load);
    assert!(loaded.contains(name), "{loaded}");
    assert_eq!(scene.id(name), id);
    let cat = ["run", "--rm", "--network", "none", name, "cat", "/kept"];
    assert_eq!(scene.engine.docker(&cat), "kept");

    // By its id it has no name.
    let (code, said) = scene.run(&["images", "save", short(&id), "by-id.tar"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("gives it no name"), "{said}");
    scene.engine.docker(&["image", "rm", name]);
    let file = scene.folder.path().join("by-id.tar");
    scene
        .engine
        .docker(&["load", "--input", file.to_str().unwrap()]);
    assert_eq!(scene.id(&id), id);
}

/// An image that takes so many bytes, which do not compress.
fn big(engine: &SecondEngine, megabytes: usize) {
    let line = format!("RUN dd if=/dev/urandom of=/big bs=1M count={megabytes} 2>/dev/null");
    engine.build(&format!("FROM {}\n{line}", image()), Some("big:1"));
}

#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    let scene = Scene::with(Home::new());
    big(&scene.engine, 8);
    // In a mount namespace of its own, which goes with the shell.
    let script = format!(
        "mount -t tmpfs -o size=2m none . && cd . && {} images save big:1 --host {}; code=$?; ls -A \"$PWD\"; exit $code",
        env!("CARGO_BIN_EXE_topside"),
        scene.engine.address()
    );
    let small = scene.folder.path();
    let output = Command::new("unshare")
        .args([
            "--mount",
            "sh",
            "-c",
            &format!("cd {} && {script}", small.display()),
        ])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .envs(scene.home.environment())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (code, said) = said(&output);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("No space left on device"), "{said}");
    assert!(!said.contains("topside-part"), "{said}");
    assert!(scene.files().is_empty(), "it was not the small one: {said}");
}

#[test]
fn a_save_that_is_cancelled_leaves_nothing() {
    let scene = Scene::with(Home::new());
    big(&scene.engine, 64);
    let command = scene.command(&["images", "save", "big:1"]);
    let (code, said) = interrupted(command, || !scene.files().is_empty());
    assert_eq!(code, Some(6), "{said}");
    assert!(scene.files().is_empty(), "{:?}", scene.files());
    let (_, jobs) = scene.run(&["jobs"]);
    assert!(jobs.contains("cancelled"), "{jobs}");
}

#[test]
fn the_hosts_policy_holds_for_images() {
    let read_only = Home::with_config("[deploy]\npolicy = \"read-only\"\n");
    let scene = Scene::with(read_only);
    let own = image();
    for arguments in [
        ["images", "tag", &own, "other:1"].as_slice(),
        &["images", "pull", "web:1"],
    ] {
        let (code, said) = scene.run(arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("read-only"), "{said}");
    }
    assert!(!scene.engine.has_image("other:1"));
    let (code, said) = scene.run(&["images", "save", &own, "b.tar"]);
    assert_eq!(code, Some(0), "what only reads may be done: {said}");
    let confirm = Home::with_config("[deploy]\npolicy = \"confirm\"\n");
    let scene = Scene {
        home: confirm,
        ..scene
    };
    let (code, said) = scene.run(&["images", "tag", &own, "other:1"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("has to be confirmed"), "{said}");
    let (code, said) = scene.run(&["images", "tag", &own, "other:1", "--yes"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_reference_is_pulled_with_the_login() {
    let registry = Registry::with_login("wes", "secret");
    let project = Project::prepare("pullref");
    let home = Home::new();
    let pull = |arguments: &[&str]| {
        let mut whole = vec!["images", "pull"];
        whole.extend(arguments);
        let mut command = command(&home, &whole);
        said(
            &command
                .env("DOCKER_CONFIG", registry.docker_config())
                .output()
                .unwrap(),
        )
    };
    let publish = |tag: &str, lines: &str| {
        let built = project.build(tag, lines);
        let id = image_id(&built);
        let reference = registry.push(&built, &format!("{}:1", project.name));
        docker(&["image", "rm", &built]);
        (id, reference)
    };
    let (first, reference) = publish("first", "RUN touch /first");
    let _gone = Gone(reference.clone());
    let (code, said) = pull(&[&reference, "--json"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("\"event\":\"progress\"") && said.contains("layers"),
        "{said}"
    );
    assert_eq!(image_id(&reference), first);
    let (code, said) = pull(&[&reference]);
    assert_eq!(code, Some(3), "{said}");
    docker(&["tag", &reference, &format!("{reference}-kept")]);
    let _kept = Gone(format!("{reference}-kept"));
    docker(&["rmi", &reference]);
    let (second, _) = publish("second", "RUN touch /second");
    docker(&["tag", &format!("{reference}-kept"), &reference]);
    let (code, said) = pull(&[&reference]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(image_id(&reference), second);
    assert!(
        said.contains(&format!("before it was {}", short(&first))),
        "{said}"
    );

    std::fs::write(registry.docker_config().join("config.json"), "{}").unwrap();
    let (code, said) = pull(&[&reference]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("docker login"), "{said}");
}

/// A reference that goes, however the test ends.
struct Gone(String);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = try_docker(&["image", "rm", "--force", &self.0]);
    }
}

#[test]
fn the_keys_ask_and_show_the_plan() {
    let scene = Scene::with(Home::new());
    let arguments = ["--host", &scene.engine.address()];
    let own = scene.id(&image());
    let terminal = Terminal::spawn(&arguments, &scene.home.environment(), 50, 160);
    terminal.wait_text("nothing runs here yet");
    terminal.send("4");
    terminal.wait_text(&image());
    terminal.send("T");
    terminal.wait_text("to be called, too?");
    terminal.send("\u{15}second:name\r");
    terminal.wait_text("second:name is new here");
    terminal.send("\r");
    terminal.wait_for("the new name", ACTION, |screen| {
        screen.contains("second:name means") && scene.engine.has_image("second:name")
    });
    assert_eq!(scene.id("second:name"), own);
    let file = scene.folder.path().join("saved.tar");
    terminal.send("S");
    terminal.wait_text("to which file?");
    terminal.send(&format!("\u{15}{}\r", file.display()));
    terminal.wait_text("keep it as");
    terminal.send("\r");
    terminal.wait_text("which docker load reads");
    assert!(file.exists());
    terminal.send("D");
    terminal.wait_text("Fetch which image");
    terminal.send("No:Reference\r");
    terminal.wait_text("no reference of an image");
    terminal.send("\u{1b}");
    terminal.wait_for("it to close", ACTION, |screen| {
        !screen.contains("no reference of an image")
    });
    quit(&terminal);
}
