//! Built-in themes are whole; files are checked; few colours are enough.

use ratatui::style::{Color, Modifier};

use super::*;

#[test]
fn every_built_in_theme_sets_every_slot() {
    for (name, text) in BUILT_IN {
        let mut file: File = toml::from_str(text).unwrap();
        if let Some(parent) = file.inherits.take() {
            file.slots.inherit(read(&parent, None).unwrap().slots);
        }
        assert_eq!(file.slots.missing(), Vec::<&str>::new(), "{name}");
        assert!(Theme::load(name, None).is_ok());
    }
}

#[test]
fn an_unknown_name_lists_the_valid_ones() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("mine.toml"), "").unwrap();
    let error = Theme::load("dracula", Some(dir.path())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no theme `dracula`; there are: topside, light, terminal, mono, mine"
    );
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
fn mistakes_are_named() {
    let dir = tempfile::tempdir().unwrap();
    for (text, said) in [
        ("[slots]\nokk = 'red'", "unknown field `okk`"),
        ("[slots]\nok = { fgg = 'red' }", "unknown field `fgg`"),
        ("[slots]\nok = 'rot'", "`rot` of `ok` is no colour"),
        ("[slots]\nmatch = '#12345g'", "`#12345g` of `match`"),
        ("[slots]\nok = 3", "a colour, or a table"),
        ("inherits = 'mine'", "inherits too many"),
    ] {
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
