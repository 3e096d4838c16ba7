//! Images and their layers, against what the docker CLI says of the same ones.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::dashboard::{ACTION, quit};
use crate::fixtures::engine::image;
use crate::fixtures::home::Home;
use crate::fixtures::second_engine::SecondEngine;
use crate::fixtures::terminal::Terminal;

fn topside(engine: &SecondEngine, home: &Home, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_topside"))
        .args(arguments)
        .args(["--host", &engine.address()])
        .env_clear()
        .envs(home.environment())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn json(engine: &SecondEngine, home: &Home, arguments: &[&str]) -> Value {
    let output = topside(engine, home, &[arguments, &["--json"]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Writes 300 kB, writes them over with 200 kB, deletes those; and 50 kB that stay, whose mode is changed.
fn wasteful(engine: &SecondEngine) {
    let dockerfile = format!(
        "FROM {}
RUN head -c 300000 /dev/zero > /big
RUN head -c 200000 /dev/zero > /big
RUN rm /big && mkdir /data && head -c 50000 /dev/zero > /data/stays
RUN chmod 600 /data/stays
ENV NOTHING=here",
        image()
    );
    engine.build(&dockerfile, Some("wasteful:1"));
}

#[test]
fn what_layers_waste_is_known_to_the_byte() {
    let (engine, home) = (SecondEngine::start(), Home::new());
    wasteful(&engine);
    let found = json(&engine, &home, &["images", "wasteful:1"]);

    let layers = found["layers"].as_array().unwrap();
    let [first, second, third, last] = &layers[layers.len() - 4..] else {
        panic!("{found:#}")
    };
    assert_eq!(first["added"]["size"], 300_000, "{found:#}");
    assert_eq!(
        (&first["wasted"], &second["wasted"]),
        (&300_000.into(), &200_000.into())
    );
    assert_eq!(
        second["changed"],
        serde_json::json!({"files": 1, "size": 200_000})
    );
    assert_eq!(
        third["deleted"],
        serde_json::json!({"files": 1, "size": 200_000})
    );
    assert_eq!(
        (&third["added"]["size"], &third["wasted"]),
        (&50_000.into(), &50_000.into())
    );
    assert_eq!(
        (&last["changed"]["size"], &last["wasted"]),
        (&50_000.into(), &0.into())
    );
    assert_eq!(first["instruction"], "RUN head -c 300000 /dev/zero > /big");
    assert_eq!(found["wasted"], 550_000);
    assert_eq!(
        found["wasted_paths"][0],
        serde_json::json!({"path": "/big", "size": 500_000, "copies": 2})
    );
    assert_eq!(found["wasted_paths"][1]["path"], "/data/stays");
    assert_eq!(
        found["wasting"], 2,
        "busybox and its links waste nothing: {found:#}"
    );

    // What lies in it is what the engine says it weighs.
    let size = engine.docker(&["image", "inspect", "wasteful:1", "--format", "{{.Size}}"]);
    assert_eq!(found["stored"].to_string(), size);
    assert_eq!(found["image"]["size"].to_string(), size);
    let format = [
        "history",
        "--no-trunc",
        "--human=false",
        "--format",
        "{{.Size}}\t{{.CreatedBy}}",
        "wasteful:1",
    ];
    let said = engine.docker(&format);
    let own: Vec<String> = found["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!(
                "{}\t{}",
                one["size"],
                one["command"].as_str().unwrap().trim_end()
            )
        })
        .collect();
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(own, said);

    let printed = topside(&engine, &home, &["images", "wasteful:1"]);
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(
        printed.contains("/big") && printed.contains("RUN rm /big"),
        "{printed}"
    );
    assert!(printed.contains("537K of"), "{printed}");
}

#[test]
fn shared_and_unique_sizes_are_those_of_system_df() {
    let (engine, home) = (SecondEngine::start(), Home::new());
    wasteful(&engine);
    // For another machine; nothing here runs it.
    engine.build("FROM scratch\nLABEL of=nothing", Some("empty:1"));
    engine.docker(&["create", "--name", "user", "wasteful:1"]);
    let found = json(&engine, &home, &["images"]);
    let all = found["images"].as_array().unwrap();
    let one = |tag: &str| {
        let has = |one: &&Value| one["tags"].as_array().unwrap().iter().any(|own| own == tag);
        all.iter()
            .find(has)
            .unwrap_or_else(|| panic!("no {tag}: {found:#}"))
    };
    let wasteful = one("wasteful:1");
    let base = engine.docker(&["image", "inspect", &image(), "--format", "{{.Size}}"]);
    assert_eq!(wasteful["unique"], 600_000, "{wasteful:#}");
    assert_eq!(wasteful["shared"].to_string(), base);
    assert_eq!(one(&image())["unique"], 0);
    assert_eq!(wasteful["used_by"], serde_json::json!(["user"]));
    assert_eq!(found["layers"].to_string(), wasteful["size"].to_string());
    let machine = engine.docker(&[
        "image",
        "inspect",
        "wasteful:1",
        "--format",
        "{{.Os}}/{{.Architecture}}",
    ]);
    let platform = &wasteful["platform"];
    let own = format!(
        "{}/{}",
        platform["os"].as_str().unwrap(),
        platform["architecture"].as_str().unwrap()
    );
    assert_eq!(
        (own, &wasteful["for_this_machine"]),
        (machine, &true.into())
    );
    // `system df -v` rounds to three digits.
    let format = "{{range .Images}}{{.Repository}} {{.UniqueSize}} {{end}}";
    let said = engine.docker(&["system", "df", "-v", "--format", format]);
    assert!(said.contains("wasteful 600kB"), "{said}");

    let printed = topside(&engine, &home, &["images"]);
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(
        printed.contains("wasteful:1") && printed.contains("586K"),
        "{printed}"
    );
    let missing = topside(&engine, &home, &["images", "nowhere:1"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no such image"));
}

#[test]
fn the_dashboard_shows_what_layers_waste() {
    let (engine, home) = (SecondEngine::start(), Home::new());
    wasteful(&engine);
    engine.build_with_cache(300_000);
    let arguments = ["--host", &engine.address()];
    let terminal = Terminal::spawn(&arguments, &home.environment(), 50, 160);
    terminal.wait_text("nothing runs here yet");
    terminal.send("4");
    terminal.wait_for("sizes, machines and the history", ACTION, |screen| {
        let has = |text: &str| screen.contains(text);
        has("wasteful:1") && has("586K") && has("RUN rm /big") && has("build cache")
    });
    terminal.send("L");
    terminal.wait_for("what is wasted", ACTION, |screen| {
        screen.contains("537K wasted by 2 paths") && screen.contains("/big in 2 layers")
    });
    terminal.send("oo");
    terminal.wait_text("sorted by age");
    terminal.send("]");
    terminal.wait_for("the build cache, by its instructions", ACTION, |screen| {
        screen.contains("of its own") && screen.contains("http url")
    });
    terminal.send("[");
    terminal.send(":prune build\r");
    terminal.wait_text("of the build cache (");
    terminal.send("\r");
    terminal.wait_text("of the build cache, freed");
    quit(&terminal);
}

/// The bytes that a size of the docker CLI stands for, and how many more it may stand for: it rounds to three digits.
fn rounded(said: &str) -> (f64, f64) {
    let digits = said.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &said[digits.len()..] {
        "B" => 1.0,
        "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        unit => panic!("{unit} in {said}"),
    };
    let number: f64 = digits.parse().unwrap();
    (number * unit, number * unit / 200.0)
}

#[track_caller]
fn assert_is(own: &Value, said: &Value) {
    let said = said.as_str().unwrap();
    let (bytes, by) = rounded(said);
    let own = own.as_f64().unwrap();
    assert!((own - bytes).abs() <= by, "{own} is not {said}");
}

#[test]
fn every_image_and_cache_entry_is_as_system_df_has_it() {
    let (engine, home) = (SecondEngine::start(), Home::new());
    wasteful(&engine);
    engine.build_with_cache(300_000);
    let whole = ["system", "df", "-v", "--format", "{{json .}}"];
    let said: Value = serde_json::from_str(&engine.docker(&whole)).unwrap();

    let found = json(&engine, &home, &["images"]);
    let images = said["Images"].as_array().unwrap();
    assert!(images.len() >= 3, "{said:#}");
    for image in images {
        let id = image["ID"].as_str().unwrap();
        let mut all = found["images"].as_array().unwrap().iter();
        let own = all.find(|own| own["id"].as_str().unwrap().contains(id));
        let own = own.unwrap_or_else(|| panic!("{id} in {found:#}"));
        assert_is(&own["size"], &image["Size"]);
        assert_is(&own["shared"], &image["SharedSize"]);
        assert_is(&own["unique"], &image["UniqueSize"]);
    }

    let found = json(&engine, &home, &["images", "--cache"]);
    let own = found["build_cache"].as_array().unwrap();
    let entries = said["BuildCache"].as_array().unwrap();
    assert!(
        !entries.is_empty() && own.len() == entries.len(),
        "{said:#}"
    );
    for entry in entries {
        let id = entry["ID"].as_str().unwrap();
        let own = own
            .iter()
            .find(|own| own["id"].as_str().unwrap().starts_with(id));
        let own = own.unwrap_or_else(|| panic!("{id} in {found:#}"));
        assert_is(&own["size"], &entry["Size"]);
        assert_eq!(own["kind"], entry["CacheType"]);
        assert_eq!(own["in_use"].to_string(), entry["InUse"].as_str().unwrap());
        assert_eq!(own["shared"].to_string(), entry["Shared"].as_str().unwrap());
        assert_eq!(
            own["uses"].to_string(),
            entry["UsageCount"].as_str().unwrap()
        );
    }
    let printed = topside(&engine, &home, &["images", "--cache"]);
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(
        printed.contains("MADE BY") && printed.contains("entries, 0 in use"),
        "{printed}"
    );
}
