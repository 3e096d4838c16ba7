//! How many colours a terminal can show, and the nearest of them to one that it can't.

use ratatui::style::{Color, Style};

/// How many colours a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ColorDepth {
    /// None: `NO_COLOR`, or a dumb terminal.
    None,
    /// The 16 of its palette.
    Ansi16,
    /// The 256 of xterm.
    Indexed256,
    /// 24 bits.
    #[default]
    True,
}

impl ColorDepth {
    /// The style in colours that can be shown.
    #[must_use]
    pub fn fit(self, style: Style) -> Style {
        if self == Self::None {
            return Style {
                fg: None,
                bg: None,
                underline_color: None,
                ..style
            };
        }
        Style {
            fg: style.fg.map(|color| self.fit_color(color)),
            bg: style.bg.map(|color| self.fit_color(color)),
            ..style
        }
    }

    fn fit_color(self, color: Color) -> Color {
        match (self, color) {
            (Self::Indexed256, Color::Rgb(r, g, b)) => Color::Indexed(nearest_256(r, g, b)),
            (Self::Ansi16, Color::Rgb(r, g, b)) => nearest_16((r, g, b)),
            (Self::Ansi16, Color::Indexed(n)) => match usize::from(n) {
                n @ 0..16 => ANSI16[n].0,
                _ => nearest_16(rgb_of_256(n)),
            },
            (Self::None, _) => Color::Reset,
            (Self::True | Self::Indexed256 | Self::Ansi16, color) => color,
        }
    }
}

/// The 16 with what xterm makes of them.
pub(crate) const ANSI16: [(Color, (u8, u8, u8)); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (205, 0, 0)),
    (Color::Green, (0, 205, 0)),
    (Color::Yellow, (205, 205, 0)),
    (Color::Blue, (0, 0, 238)),
    (Color::Magenta, (205, 0, 205)),
    (Color::Cyan, (0, 205, 205)),
    (Color::Gray, (229, 229, 229)),
    (Color::DarkGray, (127, 127, 127)),
    (Color::LightRed, (255, 0, 0)),
    (Color::LightGreen, (0, 255, 0)),
    (Color::LightYellow, (255, 255, 0)),
    (Color::LightBlue, (92, 92, 255)),
    (Color::LightMagenta, (255, 0, 255)),
    (Color::LightCyan, (0, 255, 255)),
    (Color::White, (255, 255, 255)),
];

const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// What xterm shows for one of its 256 colours: 16 of the palette, a 6×6×6 cube, 24 greys.
pub(crate) fn rgb_of_256(n: u8) -> (u8, u8, u8) {
    match n {
        0..16 => ANSI16[usize::from(n)].1,
        16..232 => {
            let at = usize::from(n - 16);
            (CUBE[at / 36], CUBE[at / 6 % 6], CUBE[at % 6])
        }
        232.. => {
            let grey = 8 + (n - 232) * 10;
            (grey, grey, grey)
        }
    }
}

fn nearest_256(r: u8, g: u8, b: u8) -> u8 {
    (16..=255)
        .min_by_key(|n| distance(rgb_of_256(*n), (r, g, b)))
        .unwrap_or(7)
}

fn nearest_16(rgb: (u8, u8, u8)) -> Color {
    ANSI16
        .iter()
        .min_by_key(|(_, candidate)| distance(*candidate, rgb))
        .map_or(Color::Reset, |(color, _)| *color)
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let square = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    // The eye is most sensitive to green, least to blue.
    3 * square(a.0, b.0) + 6 * square(a.1, b.1) + square(a.2, b.2)
}
