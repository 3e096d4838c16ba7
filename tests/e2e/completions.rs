//! What a real bash offers, with the services that there are.

use std::process::{Command, Stdio};

use crate::dashboard::WEB;
use crate::fixtures::engine;
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;

/// What bash offers for a command line whose last word is being typed.
fn offered(home: &Home, line: &[&str]) -> Vec<String> {
    let program = env!("CARGO_BIN_EXE_topside");
    let folder = std::path::Path::new(program).parent().unwrap();
    let script = r#"
        source <(topside completions bash)
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_TYPE=9
        _clap_complete_topside topside "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let path = format!("{}:/usr/bin:/bin", folder.display());
    let output = Command::new("bash")
        .args(["-c", script, "bash", "topside"])
        .args(line)
        .env_clear()
        .envs(home.environment())
        .env("PATH", path)
        .stdin(Stdio::null())
        .output()
        .expect("bash runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn bash_completes_what_there_is() {
    let project = Project::up("complete", WEB);
    let home = Home::new();
    let engine = engine::address();
    let service = format!("{}/web", project.name);
    let begun = &project.name[..project.name.len() - 1];
    let services = offered(&home, &["-H", &engine, "redeploy", begun]);
    assert!(services.contains(&service), "{services:?}");
    let projects = offered(&home, &["-H", &engine, "up", begun]);
    assert_eq!(projects, [project.name.as_str()]);
    assert!(offered(&home, &["redep"]).contains(&"redeploy".to_owned()));
    // Nobody there to ask: nothing is offered, and nothing is said.
    let dead = offered(
        &home,
        &["-H", "unix:///nonexistent/engine.sock", "redeploy", "w"],
    );
    assert!(!dead.iter().any(|word| word.starts_with('w')), "{dead:?}");
}
