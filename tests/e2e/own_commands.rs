//! Commands of the user's own: as jobs, in the container, with the terminal, from scripts; and names that are hostile.

use std::process::{Command, Output, Stdio};

use crate::commands::{command_on, said};
use crate::dashboard::{ACTION, WEB, open, quit, select};
use crate::fixtures::engine;
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::sshd::Sshd;

const CONFIG: &str = r#"
[commands.inside]
run = "echo in $HOSTNAME of '{service}'; id -u"
where = "container"
key = "x i"
[commands.sees]
run = ["docker", "inspect", "--format", "{{{{.Name}}}}", "{container}"]
where = "here"
[commands.there]
run = "echo there for {project}; echo $SSH_CONNECTION"
on = "project"
[commands.slow]
run = "trap 'echo ended; exit 1' INT; echo began; sleep 600 & wait"
where = "container"
key = "x s"
[commands.talk]
run = "echo talking to {service}; read -r line; echo got $line"
where = "container"
foreground = true
key = "x t"
[commands.fails]
run = "echo why it failed >&2; exit 3"
where = "here"
confirm = true
"#;

fn run(home: &Home, arguments: &[&str]) -> Output {
    run_on(home, &engine::address(), arguments)
}

fn run_on(home: &Home, address: &str, arguments: &[&str]) -> Output {
    let words = [&["run"], arguments].concat();
    let output = command_on(address, home, &words).output();
    output.expect("the binary runs")
}

#[test]
fn scripts_run_commands_here_and_in_containers() {
    let project = Project::up("own", WEB);
    let home = Home::with_config(CONFIG);
    let listed = said(&run(&home, &[])).1;
    assert!(
        listed.contains("inside") && listed.contains("project"),
        "{listed}"
    );
    let web = format!("{}/web", project.name);
    let inside = run(&home, &["inside", &web]);
    let text = said(&inside).1;
    assert!(inside.status.success(), "{text}");
    assert!(
        text.contains("of web") && text.contains("ended well"),
        "{text}"
    );

    let sees = said(&run(&home, &["sees", &web])).1;
    assert!(sees.contains(&format!("/{}-web-1", project.name)), "{sees}");
    let there = said(&run(&home, &["there", &project.name])).1;
    assert!(
        there.contains(&format!("there for {}", project.name)),
        "{there}"
    );

    let unasked = run(&home, &["fails", &web]);
    assert_eq!(unasked.status.code(), Some(2), "{}", said(&unasked).1);
    let fails = run(&home, &["fails", &web, "--yes"]);
    assert_eq!(fails.status.code(), Some(5), "{}", said(&fails).1);
    assert!(
        said(&fails).1.contains("why it failed"),
        "{}",
        said(&fails).1
    );
    let unknown = run(&home, &["insid", &web]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn on_a_machine_behind_ssh_it_runs_there() {
    let machine = Sshd::start();
    let project = Project::up("own-ssh", WEB);
    let home = Home::with_config(CONFIG);
    let output = Command::new(env!("CARGO_BIN_EXE_topside"))
        .args(["--host", &machine.address(), "run", "there", &project.name])
        .env_clear()
        .envs(machine.environment(&home))
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let text = said(&output).1;
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains(&format!("there for {}", project.name)),
        "{text}"
    );
    assert!(text.contains("127.0.0.1"), "through ssh: {text}");
}

#[test]
fn keys_run_them_and_a_cancel_ends_them() {
    let project = Project::up("own-keys", WEB);
    let home = Home::with_config(CONFIG);
    let terminal = open(&home);
    select(&terminal, &project);
    terminal.send("xi");
    terminal.wait_for("its end", ACTION, |screen| {
        screen.contains("inside ended well")
    });

    terminal.send("xt");
    terminal.wait_for("its words", ACTION, |screen| {
        screen.contains("talking to web")
    });
    terminal.send("words\r");
    terminal.wait_text("got words");
    terminal.wait_text("Enter comes back");
    terminal.send("\r");
    terminal.wait_text("Services");

    terminal.send("xs");
    terminal.send("6");
    terminal.wait_for("its output", ACTION, |screen| screen.contains("began"));
    terminal.send("x");
    terminal.wait_for("its end", ACTION, |screen| {
        screen.contains("cancelled") && screen.contains("cut short")
    });
    let container = project.container("web");
    let left = engine::docker(&["top", &container]);
    assert!(!left.contains("sleep 600 & wait"), "{left}");
    quit(&terminal);
}
