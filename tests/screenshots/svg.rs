//! A terminal's screen as an SVG: every cell's text, colour and weight, so that a picture shows what a person would see.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;
use vt100::{Cell, Color, Screen};

const CELL: (f64, f64) = (8.4, 18.0);
const MARGIN: f64 = 14.0;

/// The colours of the terminal itself.
#[derive(Debug, Clone, Copy)]
pub struct Canvas {
    /// Behind everything.
    pub background: &'static str,
    /// Text without a colour of its own.
    pub foreground: &'static str,
}

/// A dark terminal.
pub const DARK: Canvas = Canvas {
    background: "#11161d",
    foreground: "#cdd5df",
};

/// A light terminal.
pub const LIGHT: Canvas = Canvas {
    background: "#fdfdfc",
    foreground: "#20262e",
};

/// How a cell looks, but for what is in it.
#[derive(Debug, Clone, PartialEq)]
struct Look {
    foreground: String,
    /// None is the terminal's own.
    background: Option<String>,
    dim: bool,
    /// Attributes of its text.
    style: String,
}

/// The whole picture.
pub fn svg(screen: &Screen, canvas: Canvas) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let width = f64::from(columns) * CELL.0 + 2.0 * MARGIN;
    let height = f64::from(rows) * CELL.1 + 2.0 * MARGIN;
    let corner = screen.cell(rows - 1, columns - 1);
    let behind = corner.and_then(|cell| look(cell, canvas).background);
    let behind = behind.unwrap_or_else(|| canvas.background.to_owned());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.1} {height:.1}\" font-family=\"'DejaVu Sans Mono','JetBrains Mono',Menlo,Consolas,monospace\" \
         font-size=\"13.95\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{behind}\"/>\n"
    );
    for y in 0..rows {
        let cells: Vec<&Cell> = (0..columns).filter_map(|x| screen.cell(y, x)).collect();
        let mut x = 0;
        for run in cells.chunk_by(|one, other| look(one, canvas) == look(other, canvas)) {
            let look = look(run[0], canvas);
            let is_own = look.background.as_ref().is_none_or(|own| *own == behind);
            draw(&mut out, &look, is_own, (x, usize::from(y)), run);
            x += run.len();
        }
    }
    out.push_str("</svg>\n");
    out
}

fn look(cell: &Cell, canvas: Canvas) -> Look {
    let foreground = colour(cell.fgcolor()).unwrap_or_else(|| canvas.foreground.to_owned());
    let background = colour(cell.bgcolor());
    let (foreground, background) = if cell.inverse() {
        let behind = background.unwrap_or_else(|| canvas.background.to_owned());
        (behind, Some(foreground))
    } else {
        (foreground, background)
    };
    let mut style = String::new();
    for (set, attribute) in [
        (cell.bold(), " font-weight=\"bold\""),
        (cell.italic(), " font-style=\"italic\""),
        (cell.underline(), " text-decoration=\"underline\""),
        (cell.dim(), " opacity=\"0.6\""),
    ] {
        if set {
            style.push_str(attribute);
        }
    }
    Look {
        foreground,
        background,
        dim: cell.dim(),
        style,
    }
}

/// Cells that look alike, from a column and row on.
fn draw(out: &mut String, look: &Look, is_own: bool, (x, y): (usize, usize), cells: &[&Cell]) {
    let left = MARGIN + x as f64 * CELL.0;
    let top = MARGIN + y as f64 * CELL.1;
    if let (Some(background), false) = (&look.background, is_own) {
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{background}\"/>",
            cells.len() as f64 * CELL.0,
            CELL.1
        );
    }
    let mut text = String::new();
    let mut column = 0;
    for same in cells.chunk_by(|one, other| one.contents() == other.contents()) {
        let at = (left + column as f64 * CELL.0, top);
        column += same.len();
        let symbol = same[0].contents();
        if shape(out, symbol, same.len(), at, look) {
            text.push_str(&" ".repeat(same.len()));
            continue;
        }
        for cell in same.iter().filter(|cell| !cell.is_wide_continuation()) {
            text.push_str(if cell.has_contents() { symbol } else { " " });
        }
    }
    // Word by word group: viewers do not agree about blanks in a row.
    let mut column = 0;
    for part in text.split_inclusive("  ") {
        let shown = part.trim();
        let blank = part.width() - part.trim_start().width();
        if !shown.is_empty() {
            let at = (left + (column + blank) as f64 * CELL.0, top + 13.5);
            words(out, look, at, shown);
        }
        column += part.width();
    }
}

/// Text that looks alike, without blanks at its ends.
fn words(out: &mut String, look: &Look, (x, y): (f64, f64), shown: &str) {
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{}\" textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\"{}>{}</text>",
        look.foreground,
        shown.width() as f64 * CELL.0,
        look.style,
        escape(shown)
    );
}

/// Lines and blocks are drawn as shapes, so that they meet whatever font there is; false for other symbols.
fn shape(out: &mut String, symbol: &str, count: usize, (x, y): (f64, f64), look: &Look) -> bool {
    let (w, h) = CELL;
    let colour = &look.foreground;
    let opacity = if look.dim { " opacity=\"0.45\"" } else { "" };
    let wide = w * count as f64;
    if let Some(n) = "▁▂▃▄▅▆▇█".chars().position(|c| symbol.starts_with(c)) {
        let tall = h * (n + 1) as f64 / 8.0;
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" fill=\"{colour}\"{opacity}/>",
            y + h - tall,
            wide + 0.1
        );
        return true;
    }
    let middle = y + h / 2.0;
    let (path, thick) = match symbol {
        "─" => (format!("M{x:.1} {middle:.1}h{wide:.1}"), 1.2),
        "━" => (format!("M{x:.1} {middle:.1}h{wide:.1}"), 3.4),
        _ => {
            let mut path = String::new();
            let mut thick = 0.0;
            for n in 0..count {
                let Some((part, width)) = stroke(symbol, (x + n as f64 * w, y)) else {
                    return false;
                };
                path.push_str(&part);
                thick = width;
            }
            (path, thick)
        }
    };
    let _ = writeln!(
        out,
        "<path d=\"{path}\" stroke=\"{colour}\" stroke-width=\"{thick:.1}\" fill=\"none\"{opacity}/>"
    );
    true
}

/// One cell of a frame, and how thick its line is.
fn stroke(symbol: &str, (x, y): (f64, f64)) -> Option<(String, f64)> {
    let (w, h) = CELL;
    let (mx, my) = (x + w / 2.0, y + h / 2.0);
    // A corner: up or down from the middle of an edge, with a bend, to one of the sides.
    let corner = |down: bool, right: bool| {
        let (from, bend) = if down {
            (y + h, my + 4.0)
        } else {
            (y, my - 4.0)
        };
        let to = if right { x + w } else { x };
        format!("M{mx:.1} {from:.1}V{bend:.1}Q{mx:.1} {my:.1} {to:.1} {my:.1}")
    };
    let half = w / 2.0;
    Some(match symbol {
        "╸" => (format!("M{x:.1} {my:.1}h{half:.1}"), 3.4),
        "│" => (format!("M{mx:.1} {y:.1}v{h:.1}"), 1.2),
        "┃" => (format!("M{mx:.1} {y:.1}v{h:.1}"), 3.4),
        "┤" => (
            format!("M{mx:.1} {y:.1}v{h:.1}M{x:.1} {my:.1}h{half:.1}"),
            1.2,
        ),
        "├" => (
            format!("M{mx:.1} {y:.1}v{h:.1}M{mx:.1} {my:.1}h{half:.1}"),
            1.2,
        ),
        "▐" => (format!("M{:.1} {y:.1}v{h:.1}", x + w * 0.75), half),
        "╭" => (corner(true, true), 1.2),
        "╮" => (corner(true, false), 1.2),
        "╰" => (corner(false, true), 1.2),
        "╯" => (corner(false, false), 1.2),
        _ => return None,
    })
}

/// The terminal's own is none.
fn colour(colour: Color) -> Option<String> {
    let (r, g, b) = match colour {
        Color::Default => return None,
        Color::Rgb(r, g, b) => (r, g, b),
        Color::Idx(n) => match PALETTE.get(usize::from(n)) {
            Some(named) => *named,
            None => of_256(n),
        },
    };
    Some(format!("#{r:02x}{g:02x}{b:02x}"))
}

/// The part of xterm's 256 colours that every terminal agrees on: a cube of 216, 24 greys.
const fn of_256(n: u8) -> (u8, u8, u8) {
    const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];
    if n >= 232 {
        let grey = 8 + (n - 232) * 10;
        return (grey, grey, grey);
    }
    let at = n.saturating_sub(16) as usize;
    (CUBE[at / 36], CUBE[at / 6 % 6], CUBE[at % 6])
}

/// A calm palette for programs' own 16 colours.
const PALETTE: [(u8, u8, u8); 16] = [
    (0x1c, 0x24, 0x30),
    (0xe0, 0x6c, 0x75),
    (0x8f, 0xce, 0x7a),
    (0xe8, 0xc3, 0x6a),
    (0x61, 0xa6, 0xe8),
    (0xb7, 0x8a, 0xe0),
    (0x5c, 0xc2, 0xc2),
    (0xcd, 0xd5, 0xdf),
    (0x6b, 0x76, 0x88),
    (0xf0, 0x8a, 0x8a),
    (0xa8, 0xe0, 0x90),
    (0xf2, 0xd4, 0x8a),
    (0x8a, 0xc0, 0xf5),
    (0xd0, 0xa8, 0xf0),
    (0x80, 0xdc, 0xdc),
    (0xff, 0xff, 0xff),
];

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
