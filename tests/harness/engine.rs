//! The fixtures that need the engine of `tests/run`: they work, and leave nothing on it.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use crate::fixtures::container::Container;
use crate::fixtures::engine::{
    compose_v1, docker, docker_command, image, image_id, other_image, short_image_id, socket,
    try_docker,
};
use crate::fixtures::project::Project;
use crate::fixtures::proxy::Proxy;

const YAML: &str = "
services:
  web:
    image: {image}
    pull_policy: never
    volumes: [data:/data]
    ports: ['127.0.0.1::80']
volumes:
  data:
";

/// What the engine has of a project, of any kind.
fn leftovers(name: &str) -> String {
    let label = format!("label=com.docker.compose.project={name}");
    [
        docker(&["ps", "--all", "--quiet", "--filter", &label]),
        docker(&["volume", "ls", "--quiet", "--filter", &label]),
        docker(&["network", "ls", "--quiet", "--filter", &label]),
        docker(&["image", "ls", "--quiet", &format!("topside-test/{name}")]),
    ]
    .concat()
}

#[test]
fn a_project_comes_up_and_leaves_nothing() {
    let project = Project::up("harness", YAML);
    let labels = "{{index .Config.Labels \"topside.test\"}} {{.State.Status}}";
    let container = project.container("web");
    assert_eq!(
        docker(&["inspect", "--format", labels, &container]),
        "1 running"
    );
    let name = project.name.clone();
    assert!(!leftovers(&name).is_empty());
    drop(project);
    assert_eq!(leftovers(&name), "");
}

#[test]
fn a_project_with_a_broken_file_is_cleaned_up_too() {
    let project = Project::up("broken", YAML);
    let name = project.name.clone();
    project.write("services: [");
    drop(project);
    assert_eq!(leftovers(&name), "");
}

#[test]
fn a_retagged_image_is_brought_up() {
    let project = Project::up("retag", YAML);
    assert_eq!(project.running_image("web"), image_id(&image()));
    project.retag(&other_image());
    project.compose(&["up", "--detach"]);
    assert_eq!(project.running_image("web"), image_id(&other_image()));
    assert_ne!(short_image_id(&image()), short_image_id(&other_image()));
}

#[test]
fn a_lone_container_is_removed() {
    let container = Container::run(&[&image()]);
    let id = container.id.clone();
    assert!(
        docker(&["logs", &id]).contains("started variant 1") || try_docker(&["top", &id]).is_ok()
    );
    drop(container);
    assert!(try_docker(&["inspect", &id]).is_err());
}

#[test]
fn both_composes_answer() {
    let new = docker(&["compose", "version", "--short"]);
    assert!(new.starts_with('5'), "{new}");
    let mut old = std::process::Command::new(compose_v1());
    let old = old.args(["version", "--short"]).output().unwrap();
    assert!(
        String::from_utf8_lossy(&old.stdout).starts_with("1.29"),
        "{old:?}"
    );
}

#[test]
fn the_proxy_leads_to_the_engine() {
    let proxy = Proxy::to(&socket());
    let ask = || -> std::io::Result<String> {
        let mut engine = UnixStream::connect(proxy.socket())?;
        engine.write_all(b"GET /_ping HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        engine.read_to_string(&mut answer)?;
        Ok(answer)
    };
    assert!(ask().unwrap().ends_with("OK"));
    proxy.cut();
    assert!(ask().is_err());
    proxy.restore();
    assert!(ask().unwrap().ends_with("OK"));
    let listed = docker_command(&["ps"])
        .env("DOCKER_HOST", proxy.address())
        .status()
        .unwrap();
    assert!(listed.success());
}
