//! The engine goes, hangs, talks rubbish, comes back: the screen says so and keys work all the time.

use std::time::Duration;

use crate::dashboard::{ACTION, WEB, open_at, quit, says_lost};
use crate::fixtures::engine;
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;
use crate::fixtures::proxy::{Mode, Proxy};
use crate::fixtures::terminal::PATIENCE;

#[test]
fn a_lost_engine_is_stale_and_comes_back() {
    let project = Project::up("gone", WEB);
    let proxy = Proxy::to(&engine::socket());
    let home = Home::new();
    let terminal = open_at(&proxy.address(), &home);
    let screen = terminal.wait_text(&project.name);
    assert!(!says_lost(&screen), "{screen}");

    proxy.cut();
    let screen = terminal.wait_for("word of the loss", PATIENCE, says_lost);
    assert!(
        screen.contains(&project.name),
        "the last picture stays:\n{screen}"
    );
    // What happened meanwhile is seen after the return: the list is made anew.
    let later = Project::up("later", WEB);
    terminal.send("?");
    terminal.wait_text("Marks of services");
    terminal.leave("Marks of services");

    proxy.restore();
    terminal.wait_for("the engine again", ACTION, |screen| {
        screen.contains(&later.name) && !says_lost(screen)
    });
    quit(&terminal);
}

#[test]
fn dropped_connections_are_made_anew() {
    let project = Project::up("dropped", WEB);
    let proxy = Proxy::to(&engine::socket());
    let home = Home::new();
    let terminal = open_at(&proxy.address(), &home);
    terminal.wait_text(&project.name);
    for _ in 0..3 {
        proxy.drop_connections();
    }
    let later = Project::up("after", WEB);
    terminal.wait_for("the engine again", ACTION, |screen| {
        screen.contains(&later.name) && !says_lost(screen)
    });
    quit(&terminal);
}

/// Opens the dashboard on an engine that misbehaves from the start; help and quitting work all the same.
fn stays_usable(mode: Mode) {
    let proxy = Proxy::to(&engine::socket());
    proxy.set(mode);
    let home = Home::new();
    let terminal = open_at(&proxy.address(), &home);
    terminal.wait_text("topside");
    terminal.send("?");
    terminal.wait_text("Marks of services");
    terminal.leave("Marks of services");
    quit(&terminal);
}

#[test]
fn usable_while_the_engine_hangs() {
    stays_usable(Mode::Silent);
}

#[test]
fn usable_while_the_engine_is_slow() {
    stays_usable(Mode::Slow(Duration::from_millis(500)));
}

#[test]
fn usable_without_an_engine() {
    stays_usable(Mode::Cut);
}

#[test]
fn usable_when_answers_are_cut_off() {
    stays_usable(Mode::Half);
}

#[test]
fn another_program_on_the_socket_is_named_as_such() {
    let proxy = Proxy::to(&engine::socket());
    proxy.set(Mode::Garbage);
    let home = Home::new();
    let terminal = open_at(&proxy.address(), &home);
    terminal.wait_text("unexpected answer");
    quit(&terminal);
}

#[test]
fn nothing_listening_is_said_with_a_hint() {
    let proxy = Proxy::to(&engine::socket());
    proxy.cut();
    let home = Home::new();
    let terminal = open_at(&proxy.address(), &home);
    terminal.wait_text("nothing listens");
    proxy.restore();
    let project = Project::up("found", WEB);
    terminal.wait_for("the engine", ACTION, |screen| {
        screen.contains(&project.name)
    });
    quit(&terminal);
}
