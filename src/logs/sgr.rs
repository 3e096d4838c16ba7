//! SGR parameters (ECMA-48 §8.3.117, ITU-T T.416 for the colon forms) applied to a style.

use super::{Color, Style};

/// Applies the parameters between `CSI` and `m`.
pub fn apply(style: &mut Style, parameters: &[u8]) {
    let mut groups = parameters.split(|b| *b == b';');
    while let Some(group) = groups.next() {
        let mut parts = group.split(|b| *b == b':').map(number);
        let code = parts.next().flatten().unwrap_or(0);
        match code {
            38 | 48 | 58 => {
                let color = if group.contains(&b':') {
                    colon_color(group)
                } else {
                    semicolon_color(&mut groups)
                };
                match (code, color) {
                    (38, Some(color)) => style.fg = color,
                    (48, Some(color)) => style.bg = color,
                    // 58 colours the underline, which we do not show; its parameters are not ours to misread.
                    _ => {}
                }
            }
            4 => style.underline = parts.next().flatten() != Some(0),
            _ => attribute(style, code),
        }
    }
}

fn attribute(style: &mut Style, code: u16) {
    match code {
        0 => *style = Style::default(),
        1 => style.bold = true,
        2 => style.dim = true,
        3 => style.italic = true,
        7 => style.reverse = true,
        // Doubly underlined, where once it switched bold off.
        21 => style.underline = true,
        22 => (style.bold, style.dim) = (false, false),
        23 => style.italic = false,
        24 => style.underline = false,
        27 => style.reverse = false,
        30..=37 => style.fg = Color::Indexed((code - 30) as u8),
        39 => style.fg = Color::Default,
        40..=47 => style.bg = Color::Indexed((code - 40) as u8),
        49 => style.bg = Color::Default,
        90..=97 => style.fg = Color::Indexed((code - 90 + 8) as u8),
        100..=107 => style.bg = Color::Indexed((code - 100 + 8) as u8),
        _ => {}
    }
}

/// `38:5:N`, `38:2:R:G:B`, and with a colour space before the red: `38:2::R:G:B`.
fn colon_color(group: &[u8]) -> Option<Color> {
    let mut parts = [None; 6];
    let mut count = 0;
    for part in group.split(|b| *b == b':').take(parts.len()) {
        parts[count] = number(part);
        count += 1;
    }
    match parts[1]? {
        5 => indexed(parts[2]),
        2 if count == 6 => rgb(parts[3], parts[4], parts[5]),
        2 => rgb(parts[2], parts[3], parts[4]),
        _ => None,
    }
}

/// `38;5;N` and `38;2;R;G;B`: takes as many groups as the form has.
fn semicolon_color<'a>(groups: &mut impl Iterator<Item = &'a [u8]>) -> Option<Color> {
    let mut next = || groups.next().and_then(number);
    match next()? {
        5 => indexed(next()),
        2 => {
            let (red, green, blue) = (next(), next(), next());
            rgb(red, green, blue)
        }
        _ => None,
    }
}

fn indexed(index: Option<u16>) -> Option<Color> {
    u8::try_from(index.unwrap_or(0)).ok().map(Color::Indexed)
}

fn rgb(red: Option<u16>, green: Option<u16>, blue: Option<u16>) -> Option<Color> {
    let channel = |value: Option<u16>| u8::try_from(value.unwrap_or(0)).ok();
    Some(Color::Rgb(channel(red)?, channel(green)?, channel(blue)?))
}

/// A decimal number; none when there are no digits. One too large to matter saturates.
fn number(digits: &[u8]) -> Option<u16> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u16, |value, digit| {
        digit.is_ascii_digit().then(|| {
            value
                .saturating_mul(10)
                .saturating_add(u16::from(digit - b'0'))
        })
    })
}
