//! The terminal as ratatui draws on it: nothing is written for a frame in which nothing changed.
//!
//! ratatui's crossterm backend resets colours and hides the cursor on every frame, changed or not: over an ssh line
//! these are the only bytes of an idle dashboard. Frames that change something are wrapped as one synchronized update
//! (DEC mode 2026), so that no half-drawn frame is seen. And a screen can be closed: ratatui's terminal shows the cursor
//! when it is dropped and prints what goes wrong, which panics when the terminal is gone.

use std::io::{self, Write};

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// A crossterm backend that stays silent when there is nothing to say.
pub struct Screen<W: Write> {
    inner: CrosstermBackend<W>,
    cursor: Cursor,
    closed: bool,
}

/// What the terminal's cursor was last told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cursor {
    Unknown,
    Hidden,
    Shown(Option<Position>),
}

impl<W: Write> Screen<W> {
    /// A screen that writes to `writer`, which should be buffered: it is flushed once a frame.
    pub fn new(writer: W) -> Self {
        Self {
            inner: CrosstermBackend::new(writer),
            cursor: Cursor::Unknown,
            closed: false,
        }
    }

    /// Writes nothing any more: the terminal was given back, or is gone.
    pub const fn close(&mut self) {
        self.closed = true;
    }
}

impl<W: Write> Backend for Screen<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        queue!(self.inner, BeginSynchronizedUpdate)?;
        self.inner.draw(content)?;
        queue!(self.inner, EndSynchronizedUpdate)?;
        // Drawing moved the cursor.
        if matches!(self.cursor, Cursor::Shown(_)) {
            self.cursor = Cursor::Shown(None);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor == Cursor::Hidden {
            return Ok(());
        }
        self.cursor = Cursor::Hidden;
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.closed || matches!(self.cursor, Cursor::Shown(_)) {
            return Ok(());
        }
        self.cursor = Cursor::Shown(None);
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor == Cursor::Shown(Some(position)) {
            return Ok(());
        }
        if matches!(self.cursor, Cursor::Shown(_)) {
            self.cursor = Cursor::Shown(Some(position));
        }
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A terminal that hung up.
    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_closed_screen_does_not_mind_that_the_terminal_is_gone() {
        let mut screen = Screen::new(Gone);
        screen.hide_cursor().unwrap_err();
        screen.show_cursor().unwrap_err();
        screen.cursor = Cursor::Hidden;
        screen.close();
        screen.show_cursor().unwrap();
    }

    #[test]
    fn a_cursor_that_is_where_it_should_be_costs_nothing() {
        let mut written = Vec::new();
        {
            let mut screen = Screen::new(&mut written);
            screen.hide_cursor().unwrap();
            screen.hide_cursor().unwrap();
        }
        assert_eq!(written, b"\x1b[?25l");
    }
}
