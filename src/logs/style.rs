//! How a stretch of a line looks, as the program that wrote it asked.

/// A colour as a program asked for it; the theme decides what it looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Color {
    /// The terminal's own.
    #[default]
    Default,
    /// One of the 256: 0 to 15 are the terminal's palette.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// How text looks (ECMA-48 SGR). Blinking and hidden text are left out: what is logged is to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[allow(clippy::struct_excessive_bools)] // Independent attributes of a terminal cell.
pub struct Style {
    /// Colour of the letters.
    pub fg: Color,
    /// Colour behind them.
    pub bg: Color,
    /// Bold.
    pub bold: bool,
    /// Faint.
    pub dim: bool,
    /// Italic.
    pub italic: bool,
    /// Underlined, in whatever way.
    pub underline: bool,
    /// Letters and background swapped.
    pub reverse: bool,
}

/// Where a style begins. It holds until the next run, or the end of the text.
///
/// The runs of a text are in strictly rising order; before the first of them the style is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Run {
    /// Byte offset in the text.
    pub start: u32,
    /// The style from there on.
    pub style: Style,
}
