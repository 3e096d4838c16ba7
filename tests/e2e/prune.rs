//! `topside prune`: shown, asked, done; on an engine of its own.

use std::process::Stdio;

use serde_json::Value;

use crate::dashboard::{ACTION, open_at, quit};
use crate::fixtures::engine::image;
use crate::fixtures::home::Home;
use crate::fixtures::second_engine::SecondEngine;
use crate::fixtures::terminal::{Terminal, keys};

/// Runs the binary on the second engine, without a terminal.
#[track_caller]
fn run(engine: &SecondEngine, home: &Home, arguments: &[&str]) -> (i32, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_topside"))
        .args(arguments)
        .args(["--host", &engine.address()])
        .env_clear()
        .envs(home.environment())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().unwrap_or(-1);
    (code, text(output.stdout), text(output.stderr))
}

#[test]
fn what_goes_is_shown_and_needs_a_yes() {
    let engine = SecondEngine::start();
    let home = Home::new();
    let line = format!("FROM {}\nLABEL topside.test.kind=dangling\n", image());
    let dangling = engine.build(&line, None);
    let line = format!("FROM {}\nLABEL topside.test.kind=tagged\n", image());
    let tagged = engine.build(&line, Some("spare:1"));
    engine.docker(&["network", "create", "empty"]);

    let (code, said, errors) = run(&engine, &home, &["prune", "--plan"]);
    assert_eq!(code, 0, "{said}{errors}");
    assert!(said.starts_with("prune images and networks on "), "{said}");
    for words in [
        "remove image untagged",
        "remove network empty",
        "1 image and 1 network, up to",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (code, said, errors) = run(&engine, &home, &["prune"]);
    assert_eq!(code, 2, "{said}{errors}");
    assert!(
        said.contains("remove network empty"),
        "shown all the same: {said}"
    );
    assert!(errors.contains("--yes"), "{errors}");
    assert!(engine.has_image(&dangling), "nothing was done");

    let (code, said, errors) = run(&engine, &home, &["prune", "--yes"]);
    assert_eq!(code, 0, "{said}{errors}");
    assert!(
        said.contains("✔ done: removed 1 image and 1 network, freed up to"),
        "{said}"
    );
    assert!(!engine.has_image(&dangling) && engine.has_image(&tagged));
    assert_eq!(engine.names("network"), ["bridge", "host", "none"]);
    let (code, said, _) = run(&engine, &home, &["prune", "--yes"]);
    assert_eq!(code, 3, "{said}");

    let (code, said, errors) = run(
        &engine,
        &home,
        &["prune", "images", "--all", "--yes", "--json"],
    );
    assert_eq!(code, 0, "{said}{errors}");
    let events: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event a line"))
        .collect();
    assert_eq!(events[0]["event"], "planned");
    assert_eq!(
        events[0]["plan"]["steps"][0]["operation"]["do"],
        "remove_image"
    );
    assert_eq!(events.last().expect("an end")["result"]["outcome"], "done");
    // The fixture image, too: nothing uses it, and this engine is nobody else's.
    assert!(!engine.has_image(&tagged) && !engine.has_image(&image()));

    let (_, said, _) = run(&engine, &home, &["jobs"]);
    assert!(said.contains("prune images and networks on "), "{said}");
}

#[test]
fn volumes_are_listed_and_go_by_their_names_only() {
    let engine = SecondEngine::start();
    let home = Home::new();
    for name in ["old_blog", "older_blog", "used"] {
        engine.docker(&["volume", "create", name]);
    }
    engine.docker(&["create", "--volume", "used:/data", &image()]);
    let (code, said, errors) = run(&engine, &home, &["prune", "volumes"]);
    assert_eq!(code, 0, "{said}{errors}");
    assert!(
        said.contains("  old_blog\n") && said.contains("  older_blog\n"),
        "{said}"
    );
    assert!(!said.contains("  used\n"), "{said}");
    assert!(said.contains("topside prune volumes NAME"), "{said}");
    let (code, said, _) = run(&engine, &home, &["prune", "volumes", "--json"]);
    assert_eq!(code, 0, "{said}");
    let list: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(list["volumes"].as_array().map(Vec::len), Some(2), "{said}");

    let (code, _, errors) = run(
        &engine,
        &home,
        &["prune", "volumes", "used", "old_blog", "--yes"],
    );
    assert_eq!(code, 5, "{errors}");
    assert!(errors.contains("used is used by"), "{errors}");
    let (code, said, _) = run(&engine, &home, &["prune", "volumes", "old_blog"]);
    assert_eq!(code, 2, "{said}");
    let (code, said, _) = run(&engine, &home, &["prune", "volumes", "--all"]);
    assert_eq!(code, 2, "there is no such thing: {said}");
    assert_eq!(engine.names("volume"), ["old_blog", "older_blog", "used"]);
    let (code, said, _) = run(&engine, &home, &["prune", "volumes", "old_blog", "--yes"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("removed 1 volume"), "{said}");
    assert_eq!(engine.names("volume"), ["older_blog", "used"]);
}

#[test]
fn on_a_terminal_it_asks_and_only_yes_is_a_yes() {
    let engine = SecondEngine::start();
    let home = Home::new();
    engine.docker(&["network", "create", "empty"]);
    let address = engine.address();
    let arguments = ["prune", "networks", "--host", &address];
    let answer = |keys: &str, code: u32| {
        let terminal = Terminal::spawn(&arguments, &home.environment(), 24, 100);
        terminal.wait_text("carry it out? [y/N]");
        assert!(terminal.screen().contains("remove network empty"));
        terminal.send(keys);
        let exit = terminal.wait_exit(ACTION);
        assert_eq!(exit.exit_code(), code, "{}", terminal.screen());
        terminal.screen()
    };
    answer("\r", 6);
    answer("no\r", 6);
    assert!(engine.names("network").contains(&"empty".to_owned()));
    let screen = answer("y\r", 0);
    assert!(screen.contains("removed 1 network"), "{screen}");
    assert!(!engine.names("network").contains(&"empty".to_owned()));
}

#[test]
fn the_dashboard_shows_what_goes_and_what_is_left() {
    let engine = SecondEngine::start();
    let home = Home::new();
    let line = format!("FROM {}\nLABEL topside.test.kind=dangling\n", image());
    let dangling = engine.build(&line, None);
    engine.docker(&["volume", "create", "old_blog"]);
    let terminal = open_at(&engine.address(), &home);
    terminal.send("4");
    terminal.wait_text("<none>");
    terminal.send("P");
    terminal.wait_text("1 image, up to");
    terminal.leave("1 image, up to");
    assert!(engine.has_image(&dangling));
    terminal.send("P");
    terminal.wait_text("1 image, up to");
    terminal.send(keys::ENTER);
    terminal.wait_for("the outcome, and a list without it", ACTION, |screen| {
        screen.contains("removed 1 image") && !screen.contains("<none>")
    });
    assert!(!engine.has_image(&dangling) && engine.has_image(&image()));

    terminal.send("3");
    terminal.wait_text("old_blog");
    terminal.send("X");
    terminal.wait_text("its name:");
    terminal.send("old\r");
    terminal.wait_text("that is not its name");
    assert_eq!(engine.names("volume"), ["old_blog"]);
    terminal.send("_blog\r");
    terminal.wait_for("an empty list", ACTION, |screen| {
        screen.contains("there is no volume")
    });
    assert!(engine.names("volume").is_empty());
    terminal.send("6");
    terminal.wait_text("removed 1 volume");
    quit(&terminal);
}

#[test]
fn the_build_cache_is_counted_shown_and_pruned() {
    let engine = SecondEngine::start();
    let home = Home::new();
    engine.build_with_cache(300_000);
    let (code, said, errors) = run(&engine, &home, &["images", "--json"]);
    assert_eq!(code, 0, "{errors}");
    let images: Value = serde_json::from_str(&said).unwrap();
    let cache = &images["build_cache"];
    let count = "{{range .BuildCache}}x{{end}}";
    let entries = engine
        .docker(&["system", "df", "-v", "--format", count])
        .len();
    assert!(entries > 0 && cache["entries"] == entries, "{cache}");
    assert!(cache["size"].as_u64() >= Some(300_000), "{cache}");

    let (code, said, errors) = run(&engine, &home, &["prune", "build-cache", "--plan"]);
    assert_eq!(code, 0, "{errors}");
    let step = format!("remove {entries} entries of the build cache");
    assert!(said.contains(&step), "{said}");
    let (code, said, errors) = run(&engine, &home, &["prune", "build-cache", "--yes"]);
    assert_eq!(code, 0, "{said}{errors}");
    assert!(said.contains("of the build cache, freed"), "{said}");
    let left = engine.docker(&["system", "df", "-v", "--format", count]);
    assert_eq!(left, "", "nothing is left of it");
    assert!(engine.has_image("cached:1"), "images stay");
    let (code, said, _) = run(&engine, &home, &["prune", "build-cache", "--yes"]);
    assert_eq!(code, 3, "{said}");
}
