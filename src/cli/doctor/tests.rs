//! What is said of surroundings that a machine for tests does not have; and how it is printed.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::engine::{answered, clock};
use super::finding::{Checked, Part, Works, table};
use super::machine::folder;
use super::terminal::{Surroundings, characters, clipboard, colors, kind};
use super::tools::files;
use crate::app::fixture;
use crate::domain::Failure;
use crate::domain::compose::Origin;

fn surroundings(variables: &[(&str, &str)]) -> Surroundings {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Surroundings {
        variables: variables.iter().map(owned).collect(),
        is_terminal: true,
        size: Some((120, 40)),
    }
}

fn sized(columns: u16, rows: u16) -> Works {
    let mut here = surroundings(&[("TERM", "xterm")]);
    here.size = Some((columns, rows));
    kind(&here).works
}

#[test]
fn a_terminal_is_large_enough_or_not() {
    assert_eq!(sized(120, 40), Works::Yes);
    assert_eq!(sized(79, 24), Works::Partly);
    assert_eq!(sized(39, 12), Works::Partly);
    assert_eq!(sized(0, 0), Works::Partly);
    let dumb = kind(&surroundings(&[("TERM", "dumb")]));
    assert_eq!(dumb.works, Works::No);
    assert!(dumb.hint.unwrap().contains("topside status"));
    let mut pipe = surroundings(&[]);
    pipe.is_terminal = false;
    assert!(kind(&pipe).hint.unwrap().contains("ssh -t"));
}

#[test]
fn colours_are_what_the_dashboard_uses() {
    let said = |variables| colors(&surroundings(variables)).what;
    assert!(said(&[("COLORTERM", "truecolor")]).starts_with("16 million"));
    assert!(said(&[("TERM", "xterm-256color")]).starts_with("256"));
    assert!(said(&[("TERM", "linux")]).starts_with("16;"));
    assert!(said(&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")]).starts_with("none"));
}

#[test]
fn the_locale_that_counts_is_named() {
    let said = |variables| characters(&surroundings(variables));
    assert_eq!(said(&[("LANG", "de_DE.UTF-8")]).works, Works::Yes);
    assert_eq!(
        said(&[("LANG", "en_US.utf8"), ("LC_ALL", "C")]).works,
        Works::Partly
    );
    assert!(said(&[("LC_ALL", "C")]).what.starts_with("LC_ALL=C "));
    assert_eq!(said(&[]).works, Works::Partly);
}

#[test]
fn what_stands_between_us_and_the_clipboard_is_named() {
    let tmux = surroundings(&[("TMUX", "/tmp/tmux-0/default,1,0")]);
    assert_eq!(clipboard(&tmux, Some("on")).works, Works::Yes);
    assert_eq!(clipboard(&tmux, Some("external")).works, Works::Yes);
    assert_eq!(clipboard(&tmux, Some("off")).works, Works::Partly);
    assert_eq!(clipboard(&tmux, None).works, Works::Partly);
    let screen = surroundings(&[("STY", "1.pts-0.home")]);
    assert_eq!(clipboard(&screen, None).works, Works::Partly);
    assert_eq!(clipboard(&surroundings(&[]), None).works, Works::Yes);
}

#[test]
fn a_clock_that_is_wrong_is_told_with_how_much() {
    let mut info = fixture::host().info.unwrap();
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let at = |seconds| Some(now + SignedDuration::from_secs(seconds));
    info.clock = at(2);
    assert_eq!(clock(&info, now).unwrap().works, Works::Yes);
    info.clock = at(-180);
    let behind = clock(&info, now).unwrap();
    assert_eq!(behind.works, Works::Partly);
    assert!(behind.what.starts_with("3m behind"), "{}", behind.what);
    info.clock = None;
    assert_eq!(clock(&info, now), None);
}

#[test]
fn a_slow_line_is_told() {
    assert_eq!(answered(Duration::from_millis(2)).works, Works::Yes);
    assert_eq!(answered(Duration::from_millis(900)).works, Works::Partly);
}

#[test]
fn files_of_projects_that_are_gone_are_named() {
    let origin = |project: &str| Origin {
        project: project.to_owned(),
        working_dir: Some(format!("/srv/{project}")),
        config_files: vec![format!("/srv/{project}/compose.yml")],
        env_files: vec![".env".to_owned()],
    };
    let origins = BTreeSet::from([origin("wezm"), origin("blog")]);
    assert_eq!(files(&BTreeSet::new(), |_| true), None);
    assert_eq!(files(&origins, |_| true).unwrap().works, Works::Yes);
    let one = files(&origins, |path| path != Path::new("/srv/blog/.env")).unwrap();
    assert_eq!(one.what, "blog: /srv/blog/.env is not here");
    let all = files(&origins, |_| false).unwrap();
    assert!(all.what.ends_with("; 1 more"), "{}", all.what);
}

#[test]
fn a_folder_that_is_not_there_yet_can_be_made() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(folder(&home.path().join("state/topside")).works, Works::Yes);
    assert_eq!(folder(Path::new("state")).works, Works::No);
}

#[test]
fn what_is_printed_names_each_with_what_to_do() {
    let why = Failure::new("x", "no \u{1b}[31mengine").hint("start it");
    let checks = [
        Part::Terminal.works("kind", "xterm, 80x24"),
        Part::Engine.fails("connection", why),
        Part::Engine.partly("clock", "3m behind", "set it"),
    ];
    let expected = "\
Terminal
  ✔ kind        xterm, 80x24

Engine
  ✖ connection  no ·[31mengine
                → start it
  ▲ clock       3m behind
                → set it

1 thing does not work, 1 thing works in part.
";
    assert_eq!(table(&checks), expected);
    let well: Vec<Checked> = vec![Part::Tools.works("compose", "5.6.1")];
    assert!(table(&well).ends_with("\nEverything works.\n"));
}
