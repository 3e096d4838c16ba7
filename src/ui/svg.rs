//! A frame as an SVG: every cell's text, colour and weight, so that a screenshot is made from what is really drawn.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use crate::theme::rgb_of_256;

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

/// The whole picture.
pub fn svg(buffer: &Buffer, canvas: Canvas) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let width = f64::from(columns) * CELL.0 + 2.0 * MARGIN;
    let height = f64::from(rows) * CELL.1 + 2.0 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.1} {height:.1}\" font-family=\"'DejaVu Sans Mono','JetBrains Mono',Menlo,Consolas,monospace\" \
         font-size=\"13.95\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        canvas.background
    );
    for y in 0..rows {
        let mut x = 0;
        while x < columns {
            let run = run(buffer, x, y);
            draw(&mut out, canvas, buffer, (x, y), run);
            x += run;
        }
    }
    out.push_str("</svg>\n");
    out
}

/// How many cells from here on look alike.
fn run(buffer: &Buffer, x: u16, y: u16) -> u16 {
    let Some(first) = buffer.cell((x, y)) else {
        return 1;
    };
    let mut len = 1;
    while let Some(next) = buffer.cell((x + len, y)) {
        if next.style() != first.style() {
            break;
        }
        len += 1;
    }
    len
}

fn draw(out: &mut String, canvas: Canvas, buffer: &Buffer, (x, y): (u16, u16), len: u16) {
    let Some(first) = buffer.cell((x, y)) else {
        return;
    };
    let (foreground, background) = colours(first, canvas);
    let left = MARGIN + f64::from(x) * CELL.0;
    let top = MARGIN + f64::from(y) * CELL.1;
    let width = f64::from(len) * CELL.0;
    if let Some(background) = background {
        let _ = writeln!(
            out,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{background}\"/>",
            CELL.1
        );
    }
    let modifier = first.modifier;
    let mut text = String::new();
    let mut skip = 0;
    for n in 0..len {
        let symbol = buffer.cell((x + n, y)).map_or(" ", Cell::symbol);
        if skip > 0 {
            skip -= 1;
            continue;
        }
        skip = symbol.width().saturating_sub(1);
        let at = (left + f64::from(n) * CELL.0, top);
        if shape(out, symbol, at, &foreground, modifier) {
            text.push(' ');
        } else {
            text.push_str(symbol);
        }
    }
    let shown = text.trim_end();
    if shown.is_empty() {
        return;
    }
    let blank = shown.len() - shown.trim_start().len();
    let shown = &shown[blank..];
    let mut style = String::new();
    for (set, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        (Modifier::DIM, " opacity=\"0.6\""),
    ] {
        if modifier.contains(set) {
            style.push_str(attribute);
        }
    }
    let columns = shown.width();
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{foreground}\" textLength=\"{:.1}\" lengthAdjust=\"spacingAndGlyphs\" \
         xml:space=\"preserve\"{style}>{}</text>",
        left + blank as f64 * CELL.0,
        top + 13.5,
        columns as f64 * CELL.0,
        escape(shown)
    );
}

/// Lines and blocks are drawn as shapes, so that they meet whatever font there is; false for other symbols.
fn shape(
    out: &mut String,
    symbol: &str,
    (x, y): (f64, f64),
    colour: &str,
    modifier: Modifier,
) -> bool {
    let (w, h) = CELL;
    let (mx, my) = (x + w / 2.0, y + h / 2.0);
    let opacity = if modifier.contains(Modifier::DIM) {
        " opacity=\"0.45\""
    } else {
        ""
    };
    if let Some(n) = "▁▂▃▄▅▆▇█".chars().position(|c| symbol.starts_with(c)) {
        let tall = h * (n + 1) as f64 / 8.0;
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" fill=\"{colour}\"{opacity}/>",
            y + h - tall,
            w + 0.1
        );
        return true;
    }
    let (path, thick) = match symbol {
        "─" => (format!("M{x:.1} {my:.1}h{w:.1}"), 1.2),
        "━" => (format!("M{x:.1} {my:.1}h{w:.1}"), 3.4),
        "╸" => (format!("M{x:.1} {my:.1}h{:.1}", w / 2.0), 3.4),
        "│" => (format!("M{mx:.1} {y:.1}v{h:.1}"), 1.2),
        "┤" => (
            format!("M{mx:.1} {y:.1}v{h:.1}M{x:.1} {my:.1}h{:.1}", w / 2.0),
            1.2,
        ),
        "▐" => (format!("M{:.1} {y:.1}v{h:.1}", x + w * 0.75), w / 2.0),
        "╭" => (
            format!(
                "M{mx:.1} {:.1}V{:.1}Q{mx:.1} {my:.1} {:.1} {my:.1}",
                y + h,
                my + 4.0,
                x + w
            ),
            1.2,
        ),
        "╮" => (
            format!(
                "M{mx:.1} {:.1}V{:.1}Q{mx:.1} {my:.1} {x:.1} {my:.1}",
                y + h,
                my + 4.0
            ),
            1.2,
        ),
        "╰" => (
            format!(
                "M{mx:.1} {y:.1}V{:.1}Q{mx:.1} {my:.1} {:.1} {my:.1}",
                my - 4.0,
                x + w
            ),
            1.2,
        ),
        "╯" => (
            format!(
                "M{mx:.1} {y:.1}V{:.1}Q{mx:.1} {my:.1} {x:.1} {my:.1}",
                my - 4.0
            ),
            1.2,
        ),
        _ => return false,
    };
    let _ = writeln!(
        out,
        "<path d=\"{path}\" stroke=\"{colour}\" stroke-width=\"{thick:.1}\" fill=\"none\"{opacity}/>"
    );
    true
}

/// Text colour and, where it is not the terminal's own, background.
fn colours(cell: &Cell, canvas: Canvas) -> (String, Option<String>) {
    let hex = |(r, g, b): (u8, u8, u8)| format!("#{r:02x}{g:02x}{b:02x}");
    let named = |color| {
        let index = match color {
            Color::Reset => return None,
            Color::Rgb(r, g, b) => return Some(hex((r, g, b))),
            Color::Indexed(n) => n,
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::Gray => 7,
            Color::DarkGray => 8,
            Color::LightRed => 9,
            Color::LightGreen => 10,
            Color::LightYellow => 11,
            Color::LightBlue => 12,
            Color::LightMagenta => 13,
            Color::LightCyan => 14,
            Color::White => 15,
        };
        Some(hex(PALETTE
            .get(usize::from(index))
            .copied()
            .unwrap_or_else(|| rgb_of_256(index))))
    };
    let foreground = named(cell.fg).unwrap_or_else(|| canvas.foreground.to_owned());
    let background = named(cell.bg);
    if cell.modifier.contains(Modifier::REVERSED) {
        let behind = background.unwrap_or_else(|| canvas.background.to_owned());
        return (behind, Some(foreground));
    }
    (foreground, background)
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
