//! What somebody who tries topside tries.

use std::time::Duration;

use crate::fixtures::terminal::{PATIENCE, keys};
use crate::screen::Demo;

/// An action takes some seconds by itself, on a machine that is busy.
const ACTION: Duration = Duration::from_secs(60);

#[test]
fn it_opens_says_that_it_is_a_demo_and_leaves_nothing() {
    let demo = Demo::open(&[]);
    let screen = demo.terminal.wait_text("rspamd");
    assert!(screen.lines().next().unwrap().contains("demo"), "{screen}");
    demo.terminal.wait_text("renewed, not reloaded");
    demo.quit();
}

#[test]
fn an_update_is_deployed() {
    let demo = Demo::open(&[]);
    demo.select("blog");
    demo.terminal.send("D");
    demo.terminal.wait_for("the new image", ACTION, |screen| {
        screen.contains("now runs")
    });
    demo.quit();
}

#[test]
fn an_update_that_does_not_get_well_is_rolled_back() {
    let demo = Demo::open(&[]);
    demo.select("feeds");
    demo.terminal.send("D");
    demo.terminal.wait_for("the way back", ACTION, |screen| {
        screen.contains("rolled back") || screen.contains("runs again")
    });
    demo.terminal.send("6");
    demo.terminal.wait_text("redeploy web/feeds");
    demo.quit();
}

#[test]
fn what_was_built_by_hand_is_built_again() {
    let demo = Demo::open(&[]);
    demo.select("wiki");
    demo.terminal.send("B");
    demo.terminal.wait_for("the new image", ACTION, |screen| {
        screen.contains("now runs")
    });
    demo.quit();
}

#[test]
fn a_certificate_close_to_its_end_is_renewed_and_served() {
    let demo = Demo::open(&[]);
    demo.terminal.send("2");
    demo.terminal.wait_text("not reloaded");
    demo.terminal.wait_text("blog.example.org");
    demo.terminal.send("C");
    // hitch reads all it has: what was not reloaded is served now, too.
    demo.terminal.wait_for("nothing is due", ACTION, |screen| {
        !screen.contains("not reloaded") && screen.contains("89d")
    });
    demo.quit();
}

#[test]
fn what_was_renewed_and_never_reloaded_is_reloaded_alone() {
    let demo = Demo::open(&[]);
    demo.terminal.send("2");
    demo.terminal.wait_text("not reloaded");
    demo.terminal.send("j");
    demo.terminal.wait_text("wiki.example.org ─");
    demo.terminal.send("r");
    demo.terminal
        .wait_for("nothing to reload", ACTION, |screen| {
            !screen.contains("not reloaded") && screen.contains("5 days")
        });
    demo.quit();
}

#[test]
fn a_project_s_file_is_edited_shown_and_brought_up() {
    let demo = Demo::open(&[]);
    demo.terminal.wait_text("containers without a project");
    demo.terminal.send("E");
    demo.terminal
        .wait_for("what was changed", ACTION, |screen| {
            screen.contains("8385:8384") && screen.contains("put back")
        });
    demo.terminal.send(keys::ENTER);
    demo.terminal.wait_for("the new service", ACTION, |screen| {
        screen.contains("new or changed: syncthing")
    });
    demo.quit();
}

#[test]
fn what_nobody_uses_is_pruned() {
    let demo = Demo::open(&[]);
    demo.terminal.send("4");
    demo.terminal.wait_text("mariadb:11");
    demo.terminal.send("A");
    demo.terminal.wait_text("remove image mariadb:11");
    demo.terminal.send(keys::ENTER);
    demo.terminal
        .wait_for("only what is used", ACTION, |screen| {
            !screen.contains("mariadb:11") && screen.contains("postgres:16")
        });
    demo.quit();
}

#[test]
fn a_shell_is_opened_and_left() {
    let demo = Demo::open(&[]);
    demo.select("postgres");
    demo.terminal.send("e");
    demo.terminal.wait_text("/ # ");
    demo.terminal
        .send("cat /etc/passwd | grep -c x; cat /etc/os-release\r");
    demo.terminal.wait_text("Alpine Linux");
    demo.terminal.send("exit\r");
    demo.terminal.wait_text("services 1 of");
    demo.quit();
}

#[test]
fn logs_are_followed_and_a_restart_is_done() {
    let demo = Demo::open(&[]);
    demo.select("blog");
    demo.terminal.send("R");
    demo.terminal
        .wait_for("the restart", ACTION, |screen| screen.contains("restart"));
    demo.terminal.send("l");
    demo.terminal
        .wait_for("a line of its log", PATIENCE, |screen| {
            screen.contains("GET /") || screen.contains("start worker processes")
        });
    demo.terminal.send(keys::ESC);
    demo.terminal.wait_text("services 1 of");
    demo.quit();
}

#[test]
fn a_hang_up_leaves_nothing_either() {
    let demo = Demo::open(&[]);
    demo.terminal.signal(rustix::process::Signal::HUP);
    let exit = demo.terminal.wait_exit(PATIENCE);
    assert!(exit.success(), "{exit:?}");
    assert!(demo.left().is_empty());
}
