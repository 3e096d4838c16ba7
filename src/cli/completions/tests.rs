//! Every shell has a script; every argument that names something of the engine is completed from it.

use clap::ValueEnum;

use super::live::{Kind, services};
use super::{Shell, command, kind, script};
use crate::deploy::sample::{lone, of};

#[test]
fn every_shell_calls_the_binary() {
    for shell in Shell::value_variants() {
        let script = script(*shell).unwrap();
        assert!(script.contains("COMPLETE"), "{shell:?}: {script}");
        assert!(script.contains("topside"), "{shell:?}: {script}");
    }
}

#[test]
fn a_shell_is_known_by_its_path() {
    assert_eq!(Shell::of_path("/usr/bin/zsh"), Some(Shell::Zsh));
    assert_eq!(Shell::of_path("fish"), Some(Shell::Fish));
    assert_eq!(Shell::of_path("/bin/dash"), None);
    assert_eq!(Shell::of_path(""), None);
}

#[test]
fn what_names_a_service_is_completed() {
    let command = command();
    let completed = |subcommand: &str| {
        let command = command.find_subcommand(subcommand).unwrap();
        command.get_arguments().filter_map(kind).collect::<Vec<_>>()
    };
    assert_eq!(completed("redeploy"), [Kind::Service]);
    assert_eq!(completed("logs"), [Kind::Service]);
    assert_eq!(completed("up"), [Kind::Project]);
    assert_eq!(completed("backup"), [Kind::Volume]);
    assert_eq!(completed("images"), [Kind::Image]);
    let host = command.get_arguments().filter_map(kind);
    assert_eq!(host.collect::<Vec<_>>(), [Kind::Host]);
}

#[test]
fn a_service_is_offered_by_what_is_typed() {
    let all = [of("web", 1), of("web", 2), of("db", 1), lone("lego")];
    let offered = |typed: &str| {
        let choices = services(&all, typed).into_iter().map(|(name, _)| name);
        choices.collect::<Vec<_>>()
    };
    assert_eq!(offered(""), ["wezm", "wezm/db", "wezm/web", "lego"]);
    assert_eq!(offered("wezm/"), ["wezm", "wezm/db", "wezm/web", "lego"]);
    assert_eq!(offered("we"), ["wezm", "wezm/db", "wezm/web", "lego"]);
    assert_eq!(offered("db"), ["db", "web", "lego"]);
}
