//! Commands of the user's own, keys one after the other, and the palette.

use super::*;
use crate::app::overlay::Overlay;
use crate::app::palette::{Choice, PaletteEntry};
use crate::app::themes::ThemeEntry;
use crate::app::{Action, Context, View};
use crate::domain::command::{CommandOn, CommandPlace, CustomCommand, Template};
use crate::domain::{ActionName, Policy, Target, Wishes};
use crate::keymap::{Custom, Keymap};

fn command(name: &str, line: &str, on: CommandOn) -> CustomCommand {
    CustomCommand {
        name: name.to_owned(),
        about: format!("{name} it"),
        run: Template::of_line(line, on).unwrap(),
        place: CommandPlace::Here,
        on,
        confirm: false,
        foreground: false,
    }
}

/// A dashboard with one command, on `x x`.
fn app(command: CustomCommand) -> App {
    let mut app = App::with(vec![container("wezm/web"), container("wezm/db")]);
    let custom = Custom {
        action: Action::Command(0),
        name: command.name.clone(),
        contexts: &[Context::Services],
        keys: vec!["x x".parse().unwrap()],
    };
    app.model.settings.keymap = Keymap::with(&[], &[custom]).unwrap();
    app.model.settings.commands = vec![command];
    app.model.settings.themes = vec![ThemeEntry::auto()];
    app.press("j");
    app.wanted.clear();
    app
}

#[test]
fn a_command_does_not_run_on_a_row_that_slid_under_the_cursor() {
    let mut app = app(command("ping", "ping {container}", CommandOn::Service));
    assert_eq!(app.selected(), "db");
    app.host(HostMsg::Listed(vec![container("wezm/web")]));
    app.press("x x");
    assert_eq!(app.started(), []);
    app.press("x x");
    assert_eq!(app.started().len(), 1);
}

#[test]
fn the_palette_runs_what_it_shows_also_when_the_config_is_read_again() {
    let mut app = app(command("tick", "tick {container}", CommandOn::Service));
    app.press(": t i c k");
    let mut settings = app.model.settings.clone();
    let other = command("aaa", "aaa {container}", CommandOn::Service);
    settings.commands.insert(0, other);
    app.tell(Msg::Configured(Box::new(settings)));
    app.press("Enter");
    let titles: Vec<String> = app.started().iter().map(Request::title).collect();
    assert_eq!(titles, ["run tick on wezm/db"]);
}

#[test]
fn a_command_is_a_job_on_what_the_cursor_is_on() {
    let mut app = app(command("ping", "ping {container}", CommandOn::Service));
    let selected = app.selected();
    app.press("x x");
    let started = app.started();
    let [request] = started.as_slice() else {
        panic!("{started:?}");
    };
    assert_eq!(request.action, ActionName::Run);
    assert_eq!(
        request.target,
        Target::Service(service(Some("wezm"), &selected))
    );
    let call = request.command.as_ref().unwrap();
    assert_eq!(call.words, ["sh", "-c", "ping \"${1}\"", "sh", &selected]);
    assert_eq!(request.title(), format!("run ping on wezm/{selected}"));
    assert_eq!(app.model.jobs[0].request().unwrap(), *request);
}

#[test]
fn a_command_runs_on_all_that_are_marked() {
    let mut app = app(command("ping", "ping {service}", CommandOn::Service));
    app.press("Space Space x x");
    // The second waits for the first.
    assert_eq!((app.started().len(), app.model.jobs.len()), (1, 2));
    assert!(app.model.marked.is_empty());
}

#[test]
fn one_that_wants_it_is_shown_first() {
    let mut own = command("wipe", "wipe {service}", CommandOn::Service);
    own.confirm = true;
    let mut app = app(own);
    app.press("x x");
    assert!(app.started().is_empty());
    assert!(matches!(app.model.overlay, Some(Overlay::Plan(_))));
}

#[test]
fn policies_hold_for_commands() {
    let mut app = app(command("ping", "ping {service}", CommandOn::Service));
    let policy = |policy| Wishes {
        policy: Some(policy),
        ..Wishes::default()
    };
    app.model.settings.preferences.everywhere = policy(Policy::ReadOnly);
    app.press("x x");
    assert!(app.started().is_empty());
    assert!(app.model.toasts.last().unwrap().text.contains("read-only"));
    app.model.settings.preferences.everywhere = policy(Policy::Confirm);
    app.press("x x");
    assert!(app.started().is_empty());
    assert!(matches!(app.model.overlay, Some(Overlay::Plan(_))));
}

#[test]
fn one_with_the_terminal_is_no_job_and_asks_there_where_a_policy_wants_it() {
    let mut own = command("top", "top {service}", CommandOn::Service);
    own.foreground = true;
    let mut app = app(own);
    app.model.settings.preferences.everywhere.policy = Some(Policy::Confirm);
    app.press("x x");
    let effects = app.effects();
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Foreground(_, call) => Some(call.confirm),
        _ => None,
    });
    assert_eq!(asked, Some(true));
    assert!(app.model.jobs.is_empty());
    app.tell(Msg::CommandEnded("top".to_owned(), Ok(3)));
    assert!(app.model.toasts.last().unwrap().text.contains("code 3"));
}

#[test]
fn what_a_command_is_not_for_is_told() {
    let mut app = app(command("ls", "ls {volume}", CommandOn::Volume));
    app.press("x x");
    assert!(app.started().is_empty());
    assert!(
        app.model
            .toasts
            .last()
            .unwrap()
            .text
            .contains("for a volume")
    );
    let mut lone = App::with(vec![container("lone")]);
    lone.model.settings.commands = vec![command("up", "up {project}", CommandOn::Service)];
    lone.press("j");
    lone.model.overlay = None;
    super::super::commands::run(&mut lone.model, 0, &mut lone.wanted);
    assert!(lone.started().is_empty());
    let said = &lone.model.toasts.last().unwrap().text;
    assert!(said.contains("no project"), "{said}");
}

#[test]
fn a_sequence_waits_for_its_end_and_esc_leaves_it() {
    let mut app = app(command("ping", "ping", CommandOn::Service));
    app.press("x");
    assert_eq!(app.model.typed.len(), 1);
    app.tick(3_600);
    assert!(app.started().is_empty(), "no time makes it act");
    app.press("Esc");
    assert!(app.model.typed.is_empty());
    app.press("x j");
    assert!(app.started().is_empty() && app.model.typed.is_empty());
    let said = &app.model.toasts.last().unwrap().text;
    assert_eq!(said, "nothing has the keys x j");
    app.press("x");
    app.tell(Msg::Mouse(crate::app::Mouse::Click(0, 0)));
    assert!(app.model.typed.is_empty());
}

#[test]
fn the_second_key_of_a_sequence_is_no_answer_to_a_plan() {
    let mut app = app(command("ping", "ping", CommandOn::Service));
    let top = crate::app::Action::Top;
    let keys = vec!["g g".parse().unwrap()];
    app.model.settings.keymap = Keymap::with(&[(top, keys)], &[]).unwrap();
    app.press("P g");
    app.wanted.clear();
    app.press("Enter");
    assert!(app.started().is_empty());
    assert!(matches!(app.model.overlay, Some(Overlay::Plan(_))));
    app.press("g Esc");
    assert!(app.model.overlay.is_some(), "Esc leaves the sequence first");
    app.press("Esc");
    assert!(app.model.overlay.is_none());
}

fn entries(app: &App) -> Vec<PaletteEntry> {
    match &app.model.overlay {
        Some(Overlay::Palette(palette)) => palette.entries.clone(),
        _ => Vec::new(),
    }
}

fn open_with(app: &mut App, typed: &str) {
    app.press(":");
    app.tell(Msg::Paste(typed.to_owned()));
}

#[test]
fn the_palette_has_everything_with_its_kind() {
    let mut app = app(command("ping", "ping {service}", CommandOn::Service));
    app.press(":");
    let entries = entries(&app);
    for kind in ["", "view", "command", "service", "host", "theme"] {
        assert!(entries.iter().any(|entry| entry.kind() == kind), "{kind}");
    }
}

#[test]
fn the_palette_goes_where_its_entries_lead() {
    let mut app = app(command("ping", "ping {service}", CommandOn::Service));
    app.press("2");
    open_with(&mut app, "wezm/db");
    app.press("Enter");
    assert_eq!((app.model.view, &*app.selected()), (View::Services, "db"));
    open_with(&mut app, "ping");
    app.press("Enter");
    assert_eq!(app.started().len(), 1);
    open_with(&mut app, "local");
    assert_eq!(entries(&app)[0].choice, Choice::Host(host()));
    app.press("Enter");
    assert_eq!(app.model.view, View::Hosts);
    open_with(&mut app, "theme auto");
    app.press("Enter");
    assert_eq!(app.model.remembered.theme.as_ref().unwrap().chosen, "auto");
}

#[test]
fn what_was_chosen_last_comes_first_until_something_is_typed() {
    let mut app = app(command("ping", "ping {service}", CommandOn::Service));
    let first = |app: &mut App, typed: &str| {
        open_with(app, typed);
        let name = entries(app)[0].name.clone();
        app.press("Enter");
        name
    };
    assert_eq!(first(&mut app, "fold all"), "fold all");
    assert_eq!(first(&mut app, ""), "fold all");
    assert_eq!(first(&mut app, "only problems"), "only problems");
    assert_eq!(first(&mut app, ""), "only problems");
    for n in 0..30 {
        open_with(&mut app, &"oxyz"[n % 4..=n % 4]);
        app.press("Enter");
        app.model.overlay = None;
    }
    assert!(app.model.recent.len() <= 8);
}
