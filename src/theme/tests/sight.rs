//! Every theme can be read, and one of them by eyes that tell red from green badly.

use ratatui::style::{Color, Style};

use super::{BUILT_IN, ColorDepth, Theme};

/// Frames and drawings: seen, not read.
const DRAWN: [&str; 8] = [
    "border",
    "border_focused",
    "bar_full",
    "bar_empty",
    "chart_cpu",
    "chart_memory",
    "chart_network",
    "chart_disk",
];

/// Backgrounds that others are drawn on, or nothing at all.
const BELOW: [&str; 5] = [
    "background",
    "selection",
    "selection_inactive",
    "toast",
    "overlay",
];

type Rgb = (u8, u8, u8);

/// Dark terminals: a console, an editor's, and what is fashionable.
const DARK: [Rgb; 3] = [(0, 0, 0), (0x11, 0x16, 0x1d), (0x1a, 0x1b, 0x26)];
const LIGHT: [Rgb; 3] = [(255, 255, 255), (0xfd, 0xfd, 0xfc), (0xf5, 0xf5, 0xf5)];

fn rgb(color: Option<Color>) -> Option<Rgb> {
    match color {
        Some(Color::Rgb(r, g, b)) => Some((r, g, b)),
        Some(Color::Indexed(n)) => Some(crate::theme::rgb_of_256(n)),
        None | Some(Color::Reset) => None,
        Some(color) => panic!("{color} is the terminal's, and may be anything"),
    }
}

/// The linear part of a channel, 0 to 1 (IEC 61966-2-1).
fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

fn luminance((r, g, b): Rgb) -> f64 {
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// The contrast ratio of WCAG 2.2, 1 to 21.
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The themes that name colours of their own.
fn colored() -> impl Iterator<Item = &'static str> {
    let names = BUILT_IN.iter().map(|(name, _)| *name);
    names.filter(|name| !matches!(*name, "mono" | "terminal"))
}

/// What a theme is seen on where it draws no background itself.
fn canvases(theme: &Theme) -> Vec<Rgb> {
    match (rgb(theme.background.bg), &*theme.name) {
        (Some(own), _) => vec![own],
        (None, "light") => LIGHT.to_vec(),
        (None, "topside" | "color-blind") => DARK.to_vec(),
        (None, name) => panic!("which terminals is {name} for?"),
    }
}

/// The text of a slot on all that it is drawn on: its name, its contrast there, and whether it is only drawn.
fn contrasts(theme: &Theme) -> Vec<(&'static str, f64, bool)> {
    let canvases = canvases(theme);
    let mut on = canvases.clone();
    let below = [theme.overlay, theme.toast, theme.selection_inactive];
    on.extend(below.iter().filter_map(|style| rgb(style.bg)));
    // A selection with a text colour of its own is one of its own.
    if theme.selection.fg.is_none() {
        on.extend(rgb(theme.selection.bg));
    }
    let mut found = Vec::new();
    for (name, style) in theme.named() {
        let own = rgb(style.bg).filter(|_| style.fg.is_some());
        if BELOW.contains(&name) && own.is_none() {
            continue;
        }
        let style = Style {
            bg: None,
            ..theme.text
        }
        .patch(style);
        // Where the terminal's own text stays, it is the terminal's to be read.
        let Some(fg) = rgb(style.fg) else { continue };
        let on = own.map_or(on.clone(), |own| vec![own]);
        let worst = on.into_iter().map(|on| contrast(fg, on));
        let worst = worst.fold(f64::INFINITY, f64::min);
        found.push((name, worst, DRAWN.contains(&name)));
    }
    found
}

#[test]
fn every_text_can_be_read_and_every_drawing_be_seen() {
    for name in colored() {
        let theme = Theme::load(name, None).unwrap();
        let (text, drawing) = match name {
            "high-contrast" => (7.0, 4.5),
            _ => (4.5, 3.0),
        };
        let contrasts = contrasts(&theme);
        assert!(contrasts.len() > 30, "{name}: {}", contrasts.len());
        for (slot, contrast, is_drawn) in contrasts {
            let least = if is_drawn { drawing } else { text };
            assert!(contrast >= least, "{name}: {slot} has {contrast:.2}");
        }
    }
}

#[test]
fn in_256_colours_it_can_still_be_read() {
    for name in colored() {
        let theme = Theme::load(name, None).unwrap().at(ColorDepth::Indexed256);
        for (slot, contrast, is_drawn) in contrasts(&theme) {
            let least = if is_drawn { 2.0 } else { 3.0 };
            assert!(contrast >= least, "{name}: {slot} has {contrast:.2}");
        }
    }
}

#[test]
fn the_row_under_the_cursor_stands_out() {
    for name in colored() {
        let theme = Theme::load(name, None).unwrap();
        for style in [theme.selection, theme.toast, theme.selection_inactive] {
            let bg = rgb(style.bg).unwrap();
            for canvas in canvases(&theme) {
                assert!(contrast(bg, canvas) >= 1.04, "{name}");
            }
        }
        let (selection, other) = (theme.selection.bg, theme.selection_inactive.bg);
        assert_ne!(selection, other, "{name}");
    }
}

#[test]
fn what_follows_the_terminal_names_its_16_colours_only() {
    let theme = Theme::load("terminal", None).unwrap();
    for (slot, style) in theme.named() {
        for color in [style.fg, style.bg].into_iter().flatten() {
            let own = matches!(color, Color::Rgb(..) | Color::Indexed(_));
            assert!(!own, "{slot}: {color}");
        }
    }
}

/// What is left of a colour (linear, 0 to 1) to eyes without one kind of cone: G. M. Machado, M. M. Oliveira and L. A. F.
/// Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), at severity 1.
const WITHOUT: [(&str, [[f64; 3]; 3]); 4] = [
    (
        "all three",
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ),
    (
        "protanopia",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

fn times(matrix: [[f64; 3]; 3], [a, b, c]: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| (row[0] * a + row[1] * b + row[2] * c).clamp(0.0, 1.0))
}

/// A linear colour in Björn Ottosson's Oklab, where equal distances look alike.
#[expect(clippy::many_single_char_names, reason = "the names of the paper")]
fn oklab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
    let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
    let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
    [
        0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    ]
}

/// How far apart the least distinct of the states is, seen so; a tenth is plain to see.
fn least_distance(theme: &Theme, without: [[f64; 3]; 3]) -> f64 {
    let states = [theme.ok, theme.warning, theme.critical, theme.stale];
    let seen = states.map(|style| {
        let (r, g, b) = rgb(style.fg).unwrap();
        oklab(times(without, [linear(r), linear(g), linear(b)]))
    });
    let mut least = f64::INFINITY;
    for (n, a) in seen.iter().enumerate() {
        for b in &seen[n + 1..] {
            let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
            least = least.min(squares.sum::<f64>().sqrt());
        }
    }
    least
}

#[test]
fn states_differ_to_eyes_without_one_kind_of_cone() {
    let theme = Theme::load("color-blind", None).unwrap();
    for (kind, matrix) in WITHOUT {
        let distance = least_distance(&theme, matrix);
        assert!(distance >= 0.15, "{kind}: {distance:.3}");
    }
    // The measure tells: the default is not good enough for it.
    let theme = Theme::default();
    assert!(least_distance(&theme, WITHOUT[2].1) < 0.1);
}
