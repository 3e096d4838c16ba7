//! The help teaches: every subcommand has examples, and each example is a command that there is.

use clap::{Command, CommandFactory, Parser};

use super::Arguments;

/// The lines of a help that begin with a command, without what is said beside them.
fn examples(help: &str) -> Vec<Vec<String>> {
    let lines = help.lines().filter_map(|line| {
        let command = line.strip_prefix("  topside")?;
        // Names of Prometheus begin so, too.
        let command = command
            .strip_prefix(" ")
            .or(command.is_empty().then_some(""))?;
        let ends = ["  ", " |", " &&", " >", " #"];
        let end = ends.iter().filter_map(|end| command.find(end)).min();
        Some(&command[..end.unwrap_or(command.len())])
    });
    lines
        .map(|line| line.split_whitespace().map(str::to_owned).collect())
        .collect()
}

fn all(command: &Command, found: &mut Vec<(String, String)>) {
    let help = command.get_after_help().map(ToString::to_string);
    found.push((command.get_name().to_owned(), help.unwrap_or_default()));
    for below in command.get_subcommands() {
        if below.get_name() != "help" && !below.is_hide_set() {
            all(below, found);
        }
    }
}

#[test]
fn every_example_of_the_help_is_a_command() {
    let mut found = Vec::new();
    all(&Arguments::command(), &mut found);
    let (mut count, mut wrong) = (0, Vec::new());
    for (name, help) in &found {
        for words in examples(help) {
            let words = std::iter::once("topside".to_owned()).chain(words);
            let words: Vec<String> = words.collect();
            if Arguments::try_parse_from(&words).is_err() {
                wrong.push(format!("{name}: {}", words.join(" ")));
            }
            count += 1;
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(count > 40, "{count}");
}

#[test]
fn every_subcommand_has_examples() {
    let command = Arguments::command();
    for below in command.get_subcommands().filter(|c| !c.is_hide_set()) {
        let below_it = below.get_subcommands().next().is_some();
        let help = below.get_after_help().map(ToString::to_string);
        let has = !examples(&help.unwrap_or_default()).is_empty();
        assert!(has || below_it, "{}", below.get_name());
    }
}
