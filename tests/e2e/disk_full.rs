//! Deploys on an engine whose disk is full: what runs runs on, and the reason is said.

use std::fs;

use crate::commands::command_on;
use crate::fixtures::engine::{docker_command, image};
use crate::fixtures::home::Home;
use crate::fixtures::second_engine::SecondEngine;

struct Small {
    engine: SecondEngine,
    home: Home,
    folder: tempfile::TempDir,
}

impl Small {
    fn new() -> Self {
        let small = Self {
            engine: SecondEngine::on_a_small_disk("48m"),
            home: Home::new(),
            folder: tempfile::tempdir().expect("a folder"),
        };
        small.write("RUN touch /first", "");
        small.compose(&["build"]);
        small.compose(&["up", "-d"]);
        small
    }

    fn write(&self, lines: &str, more: &str) {
        let dockerfile = format!("FROM {}\n{lines}\n", image());
        fs::write(self.folder.path().join("Dockerfile"), dockerfile).expect("a Dockerfile");
        let yaml = format!(
            "name: small\nservices:\n  web:\n    build: .\n    network_mode: none\n    labels: {{topside.gate: 1s{more}}}\n"
        );
        fs::write(self.folder.path().join("compose.yaml"), yaml).expect("a Compose file");
    }

    #[track_caller]
    fn compose(&self, arguments: &[&str]) {
        let output = docker_command(&["compose"])
            .args(arguments)
            .env("DOCKER_HOST", self.engine.address())
            .env("DOCKER_BUILDKIT", "0")
            .current_dir(self.folder.path())
            .output()
            .expect("Compose runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    #[track_caller]
    fn topside(&self, arguments: &[&str]) -> (i32, String) {
        let output = command_on(&self.engine.address(), &self.home, arguments)
            .env("DOCKER_BUILDKIT", "0")
            .output()
            .expect("the binary runs");
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap_or(-1), said)
    }

    /// The one container, if it runs, since when, and of which image.
    #[track_caller]
    fn runs(&self) -> String {
        // The classic builder leaves the container of a step that failed behind.
        let filter = "label=com.docker.compose.service=web";
        let list = ["ps", "--all", "--quiet", "--no-trunc", "--filter", filter];
        let ids = self.engine.docker(&list);
        let format = "{{.Id}} {{.State.StartedAt}} {{.State.Status}} {{.Image}}";
        self.engine.docker(&["inspect", "--format", format, &ids])
    }
}

#[test]
fn a_deploy_on_a_full_disk_leaves_what_runs() {
    let small = Small::new();
    let before = small.runs();
    assert!(before.contains(" running "), "{before}");

    small.write("RUN dd if=/dev/urandom of=/big bs=1M count=200", "");
    let (code, said) = small.topside(&["rebuild", "small/web"]);
    assert_eq!(code, 5, "{said}");
    assert!(
        said.contains("No space left") || said.contains("no space left"),
        "{said}"
    );
    assert_eq!(small.runs(), before);

    // Full to the last block: not even a container can be created.
    small.write("RUN touch /first", ", changed: 'yes'");
    let fill = "dd if=/dev/zero of=/fill bs=64k; dd if=/dev/zero of=/more bs=512; true";
    let id = before.split(' ').next().expect("an id").to_owned();
    let _ = small.engine.try_docker(&["exec", &id, "sh", "-c", fill]);
    let (code, said) = small.topside(&["redeploy", "small/web"]);
    assert_eq!(code, 5, "{said}");
    assert!(said.to_lowercase().contains("no space left"), "{said}");
    assert_eq!(small.runs(), before);

    // With what the failed build left, there is room again.
    small.engine.docker(&["container", "prune", "--force"]);
    let _ = small
        .engine
        .try_docker(&["exec", &id, "rm", "/fill", "/more"]);
    let (code, said) = small.topside(&["redeploy", "small/web"]);
    assert_eq!(code, 0, "{said}");
    assert!(small.runs().contains(" running "));
}
