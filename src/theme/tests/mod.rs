//! Built-in themes are whole; files are checked; few colours are enough.

mod sight;

use ratatui::style::{Color, Modifier};

use super::*;

#[test]
fn every_built_in_theme_sets_every_slot() {
    for (name, _) in BUILT_IN {
        assert_eq!(file::missing(name), Vec::<&str>::new(), "{name}");
        assert!(Theme::load(name, None).is_ok());
    }
}

#[test]
fn every_file_of_the_folder_is_built_in_and_says_what_it_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes");
    let listed = Theme::listed(None);
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let name = name.strip_suffix(".toml").unwrap();
        let said = listed.iter().find(|theme| theme.name == name);
        assert!(said.is_some_and(|theme| !theme.about.is_empty()), "{name}");
    }
    assert_eq!(listed.len(), BUILT_IN.len());
}

#[test]
fn an_unknown_name_lists_the_valid_ones() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("mine.toml"), "").unwrap();
    let error = Theme::load("monokai", Some(dir.path())).unwrap_err();
    let said = error.to_string();
    assert!(
        said.starts_with("there is no theme `monokai`; there are: topside, light, "),
        "{said}"
    );
    assert!(said.ends_with(", tokyo-night, mine"), "{said}");
    assert!(Theme::load("../mine", Some(dir.path())).is_err());
}

#[test]
fn a_file_recolours_what_it_inherits() {
    let dir = tempfile::tempdir().unwrap();
    let text = "inherits = 'topside'\n[palette]\nblue = '#010203'\n[slots]\nok = { fg = 'bright_green', bold = true }";
    std::fs::write(dir.path().join("mine.toml"), text).unwrap();
    let theme = Theme::load("mine", Some(dir.path())).unwrap();
    assert_eq!(theme.accent.fg, Some(Color::Rgb(1, 2, 3)));
    assert_eq!(theme.ok.fg, Some(Color::LightGreen));
    assert_eq!(theme.warning, Theme::default().warning);
}

#[test]
fn one_s_own_of_a_built_in_name_may_begin_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let text = "inherits = 'nord'\n[palette]\nbase = 'default'";
    std::fs::write(dir.path().join("nord.toml"), text).unwrap();
    let own = Theme::load("nord", Some(dir.path())).unwrap();
    assert_eq!(own.background.bg, Some(Color::Reset));
    assert_eq!(own.ok, Theme::load("nord", None).unwrap().ok);
}

#[test]
fn mistakes_are_named() {
    let dir = tempfile::tempdir().unwrap();
    for (text, said) in [
        ("[slots]\nokk = 'red'", "unknown field `okk`"),
        ("[slots]\nok = { fgg = 'red' }", "unknown field `fgg`"),
        ("[slots]\nok = 'rot'", "`rot` of `ok` is no colour"),
        ("[slots]\nmatch = '#12345g'", "`#12345g` of `match`"),
        ("[slots]\nok = 3", "a colour, or a table"),
        (
            "[palette]\nblue = 'bleu'",
            "mine.toml:2:8: `bleu` of `blue`",
        ),
        (
            "[slots]\nok = 'red'\nlog_sources = ['red', 'rde']",
            "mine.toml:3:23: `rde` of `log_sources`",
        ),
        ("inherits = 'other'", "inherits too many"),
    ] {
        std::fs::write(dir.path().join("other.toml"), "inherits = 'mine'").unwrap();
        std::fs::write(dir.path().join("mine.toml"), text).unwrap();
        let error = Theme::load("mine", Some(dir.path())).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[test]
fn without_colours_only_attributes_are_left() {
    for name in Theme::names() {
        let mut theme = Theme::load(name, None).unwrap().at(ColorDepth::None);
        assert!(theme.selection.add_modifier.contains(Modifier::REVERSED));
        let before = theme.clone();
        theme.slots.each(|style| {
            style.fg = None;
            style.bg = None;
        });
        assert_eq!(theme, before, "{name}");
    }
}

#[test]
fn a_selection_is_seen_in_16_colours_whatever_its_theme_says() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("mine.toml"), "inherits = 'topside'").unwrap();
    let own = Theme::load("mine", Some(dir.path())).unwrap();
    for theme in [own, Theme::default()] {
        let selection = theme.at(ColorDepth::Ansi16).selection;
        assert!(selection.add_modifier.contains(Modifier::REVERSED));
        assert!(selection.sub_modifier.contains(Modifier::DIM));
        let default = (Some(Color::Reset), Some(Color::Reset));
        assert_eq!((selection.fg, selection.bg), default);
    }
    let text = "inherits = 'topside'\n[slots]\nselection = { fg = 'black', bg = 'cyan' }";
    std::fs::write(dir.path().join("mine.toml"), text).unwrap();
    let own = Theme::load("mine", Some(dir.path())).unwrap();
    let kept = own.at(ColorDepth::Ansi16).selection;
    assert_eq!((kept.fg, kept.bg), (Some(Color::Black), Some(Color::Cyan)));
}

#[test]
fn colours_become_the_nearest() {
    let red = Style::new().fg(Color::Rgb(250, 5, 5));
    assert_eq!(ColorDepth::Ansi16.fit(red).fg, Some(Color::LightRed));
    assert_eq!(
        ColorDepth::Indexed256.fit(red).fg,
        Some(Color::Indexed(196))
    );
    let grey = Style::new().fg(Color::Indexed(240));
    assert_eq!(ColorDepth::Ansi16.fit(grey).fg, Some(Color::DarkGray));
    assert_eq!(ColorDepth::Indexed256.fit(grey), grey);
    assert_eq!(ColorDepth::True.fit(red), red);
}
