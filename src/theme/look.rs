//! How a theme's file says what one slot looks like: a colour, or a table of colours and attributes.

use std::collections::BTreeMap;
use std::fmt;

use ratatui::style::{Color, Modifier, Style};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The look of one slot, as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, remote = "Self")]
#[allow(clippy::struct_excessive_bools)] // Independent attributes of a terminal cell.
pub(super) struct Look {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reverse: bool,
}

impl<'de> Deserialize<'de> for Look {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ColorOrTable;
        impl<'de> Visitor<'de> for ColorOrTable {
            type Value = Look;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a colour, or a table of fg, bg, bold, dim, italic, underline, reverse")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Look, E> {
                Ok(Look {
                    fg: Some(text.to_owned()),
                    ..Look::default()
                })
            }
            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Look, M::Error> {
                Look::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_any(ColorOrTable)
    }
}

impl Look {
    /// The style; fails with the colour that is none.
    pub(super) fn style(&self, palette: &BTreeMap<String, String>) -> Result<Style, String> {
        let color = |text: &Option<String>| match text {
            Some(text) => named(text, palette).map(Some).ok_or_else(|| text.clone()),
            None => Ok(None),
        };
        let mut style = Style {
            fg: color(&self.fg)?,
            bg: color(&self.bg)?,
            ..Style::default()
        };
        for (set, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underline, Modifier::UNDERLINED),
            (self.reverse, Modifier::REVERSED),
        ] {
            if set {
                style = style.add_modifier(modifier);
            }
        }
        if self.reverse {
            style = in_one_piece(style);
        }
        Ok(style)
    }
}

/// What is reversed lies over text of many colours: each would become a background of its own, dark grey below black
/// at worst, and faint text can't be read so. The colours that are not set are those of the terminal, and nothing stays
/// faint.
pub(super) fn in_one_piece(style: Style) -> Style {
    Style {
        fg: style.fg.or(Some(Color::Reset)),
        bg: style.bg.or(Some(Color::Reset)),
        ..style
    }
    .remove_modifier(Modifier::DIM)
}

/// Whether a text is a colour without a palette.
pub(super) fn is_color(text: &str) -> bool {
    color(text).is_some()
}

/// A colour of the palette, else one by its own name.
fn named(text: &str, palette: &BTreeMap<String, String>) -> Option<Color> {
    color(palette.get(text).map_or(text, String::as_str))
}

/// `#rrggbb`, a number of the 256, `default`, or a name of the terminal's 16.
fn color(text: &str) -> Option<Color> {
    if let Some(digits) = text.strip_prefix('#') {
        if digits.len() != 6 || !digits.is_ascii() {
            return None;
        }
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        return Some(Color::Rgb(part(0)?, part(2)?, part(4)?));
    }
    if let Ok(number) = text.parse::<u8>() {
        return Some(Color::Indexed(number));
    }
    Some(match text {
        "default" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "white" => Color::Gray,
        "bright_black" => Color::DarkGray,
        "bright_red" => Color::LightRed,
        "bright_green" => Color::LightGreen,
        "bright_yellow" => Color::LightYellow,
        "bright_blue" => Color::LightBlue,
        "bright_magenta" => Color::LightMagenta,
        "bright_cyan" => Color::LightCyan,
        "bright_white" => Color::White,
        _ => return None,
    })
}
