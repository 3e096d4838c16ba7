//! The same picture for scripts.

use std::process::{Command, Stdio};

use crate::dashboard::WEB;
use crate::fixtures::engine;
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;

#[test]
fn status_as_json_names_the_service() {
    let project = Project::up("status", WEB);
    let home = Home::new();
    let output = Command::new(env!("CARGO_BIN_EXE_topside"))
        .args(["status", "--json", "--host", &engine::address()])
        .env_clear()
        .envs(home.environment())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let json: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {errors}"));
    let text = json.to_string();
    assert!(
        text.contains(&project.name) && text.contains("running"),
        "{text}"
    );
    assert!(!output.stdout.contains(&0x1b), "no escape sequence in JSON");
}
