//! The terminal taken and given back: on every way out, also on a panic.

use std::io::{self, BufWriter, Stdout, Write};
use std::panic;

use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste};
use crossterm::style::Print;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;

use super::screen::Screen;

/// Presses and the wheel (1000), in coordinates of any size (1006). Not crossterm's command, which also asks for every
/// movement of the mouse: over an ssh line that is a flood that nobody looks at.
const MOUSE: &str = "\x1b[?1000h\x1b[?1006h";

/// The terminal while it is ours. Dropping it gives it back.
pub struct Tui {
    /// What is drawn on.
    pub terminal: Terminal<Screen<BufWriter<Stdout>>>,
    mouse: bool,
}

impl Tui {
    /// Takes the terminal.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        take(mouse).inspect_err(|_| give_back())?;
        let screen = Screen::new(BufWriter::with_capacity(64 * 1024, io::stdout()));
        let terminal = Terminal::new(screen).inspect_err(|_| give_back())?;
        Ok(Self { terminal, mouse })
    }

    /// Whether mouse events come to us.
    pub fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.mouse = mouse;
        if mouse {
            execute!(io::stdout(), Print(MOUSE))
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
    }

    /// Gives the terminal back for a while.
    pub fn pause() {
        give_back();
    }

    /// Takes it again after [`Tui::pause`]; the next frame is drawn whole.
    pub fn resume(&mut self) -> io::Result<()> {
        take(self.mouse)?;
        let screen = Screen::new(BufWriter::with_capacity(64 * 1024, io::stdout()));
        self.terminal = Terminal::new(screen)?;
        self.terminal.clear()
    }
}

impl Drop for Tui {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    let mut out = io::stdout();
    execute!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        cursor::Hide
    )?;
    if mouse {
        execute!(out, Print(MOUSE))?;
    }
    Ok(())
}

/// Undoes all that [`take`] does, in any state. The terminal may be gone: nothing here may fail.
fn give_back() {
    let mut out = io::stdout();
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = out.flush();
    let _ = disable_raw_mode();
}

/// Gives the terminal back before a panic is reported, so that the report can be read.
pub fn restore_on_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        give_back();
        report(info);
    }));
}
