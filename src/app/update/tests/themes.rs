//! Themes are shown as the cursor moves, kept with Enter, taken back with Esc; choices on screen are remembered; another
//! config is taken over.

use super::*;
use crate::app::overlay::Overlay;
use crate::app::remembered::{Chosen, Remembered};
use crate::app::themes::ThemeEntry;
use crate::app::{ImageOrder, ServiceOrder, View};

fn named(name: &str) -> ThemeEntry {
    ThemeEntry {
        name: name.to_owned(),
        about: format!("about {name}"),
    }
}

fn app() -> App {
    let mut app = App::with(vec![container("wezm/web"), container("wezm/db")]);
    app.tell(Msg::Themes(vec![
        ThemeEntry::auto(),
        named("nord"),
        named("gruvbox"),
    ]));
    app.wanted.clear();
    app
}

fn shown(app: &App) -> Vec<String> {
    let theme = |effect: &Effect| match effect {
        Effect::Theme(name) => Some(name.clone()),
        _ => None,
    };
    app.wanted.iter().filter_map(theme).collect()
}

/// What was last told to be kept.
fn kept(app: &App) -> Option<Remembered> {
    let kept = |effect: &Effect| match effect {
        Effect::Remember(remembered) => Some((**remembered).clone()),
        _ => None,
    };
    app.wanted.iter().rev().find_map(kept)
}

#[test]
fn each_theme_is_shown_as_the_cursor_moves_and_esc_takes_back_what_was() {
    let mut app = app();
    app.press(", Down Down Esc");
    assert_eq!(shown(&app), ["nord", "gruvbox", "auto"]);
    assert_eq!(app.model.theme, "auto");
    assert!(app.model.overlay.is_none() && kept(&app).is_none());
}

#[test]
fn enter_keeps_a_theme_and_it_is_remembered() {
    let mut app = app();
    app.press(", n o r Enter");
    assert_eq!(shown(&app), ["nord"]);
    assert!(app.model.overlay.is_none());
    let chosen = Chosen {
        chosen: "nord".to_owned(),
        over: "auto".to_owned(),
    };
    assert_eq!(kept(&app).unwrap().theme, Some(chosen));
    app.wanted.clear();
    app.press(", Esc");
    assert_eq!(shown(&app), [""; 0], "it was shown already");
}

#[test]
fn a_name_that_no_theme_has_shows_none_and_keeps_none() {
    let mut app = app();
    app.press(", q q Enter Esc");
    assert_eq!((shown(&app), kept(&app)), (Vec::new(), None));
    app.tell(Msg::Paste("nord".to_owned()));
    assert!(shown(&app).is_empty());
}

#[test]
fn sorts_and_folds_are_remembered_once() {
    let mut app = app();
    app.press("o");
    let chosen = Chosen {
        chosen: ServiceOrder::State,
        over: ServiceOrder::Name,
    };
    assert_eq!(kept(&app).unwrap().services, Some(chosen));
    app.press("z");
    let project = service(Some("wezm"), "web").project_id().unwrap();
    assert_eq!(
        kept(&app).unwrap().folded,
        [ServiceRow::Project(project)].into()
    );
    app.model.view = View::Images;
    app.press("o");
    assert_eq!(kept(&app).unwrap().images, Some(ImageOrder::Unique));
    app.wanted.clear();
    app.press("j k");
    assert_eq!(kept(&app), None);
}

#[test]
fn what_was_remembered_is_there_at_the_start() {
    let mut app = app();
    let project = service(Some("wezm"), "web").project_id().unwrap();
    let remembered = Remembered {
        theme: Some(Chosen {
            chosen: "nord".to_owned(),
            over: "gruvbox".to_owned(),
        }),
        services: Some(Chosen {
            chosen: ServiceOrder::Cpu,
            over: ServiceOrder::Name,
        }),
        folded: [ServiceRow::Project(project.clone())].into(),
        ..Remembered::default()
    };
    app.model.recall(remembered);
    app.press("j");
    assert_eq!(app.model.order, ServiceOrder::Cpu);
    assert!(app.model.folded.contains(&ServiceRow::Project(project)));
    assert_eq!(app.model.theme, "auto", "the config said another one then");
    assert_eq!(kept(&app), None);
}

#[test]
fn another_config_is_taken_over_and_leaves_what_it_does_not_change() {
    let mut app = app();
    app.press("o");
    app.wanted.clear();
    let quit = "Q".parse().unwrap();
    let action = crate::app::Action::Quit;
    let other = Settings {
        keymap: crate::keymap::Keymap::with(&[(action, vec![quit])], &[]).unwrap(),
        theme: "gruvbox".to_owned(),
        mouse: false,
        ..app.model.settings.clone()
    };
    app.tell(Msg::Configured(Box::new(other.clone())));
    assert_eq!(shown(&app), ["gruvbox"]);
    assert!(app.wanted.contains(&Effect::Mouse(false)));
    assert_eq!(app.model.order, ServiceOrder::State);
    app.press("q");
    assert!(!app.wanted.contains(&Effect::Quit));
    app.press("Q");
    assert!(app.wanted.contains(&Effect::Quit));
    // What the config says anew counts more than what was chosen before.
    let other = Settings {
        order: ServiceOrder::Memory,
        ..other
    };
    app.tell(Msg::Configured(Box::new(other)));
    assert_eq!(app.model.order, ServiceOrder::Memory);
    assert_eq!(kept(&app).unwrap().services, None);
}

#[test]
fn a_config_that_names_another_theme_counts_also_while_themes_are_looked_at() {
    let mut app = app();
    app.press(", Down");
    let other = Settings {
        theme: "gruvbox".to_owned(),
        ..app.model.settings.clone()
    };
    app.tell(Msg::Configured(Box::new(other)));
    assert!(matches!(app.model.overlay, Some(Overlay::Themes(_))));
    app.press("Esc");
    assert_eq!(app.model.theme, "gruvbox");
}

#[test]
fn a_theme_that_is_saved_while_themes_are_looked_at_is_listed() {
    let mut app = app();
    app.press(", Down m i n e");
    app.tell(Msg::Themes(vec![
        named("mine"),
        ThemeEntry::auto(),
        named("nord"),
    ]));
    app.press("Enter");
    assert_eq!(app.model.theme, "mine");
    app.press(", Down Down");
    app.tell(Msg::Themes(vec![named("nord"), named("mine")]));
    let Some(Overlay::Themes(view)) = &app.model.overlay else {
        panic!("it is closed");
    };
    assert_eq!(view.selected().unwrap().name, "nord");
}
