//! The terminal taken and given back: on every way out, also on a panic.

use std::any::Any;
use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::{panic, thread};

use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste};
use crossterm::style::Print;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;

use super::screen::Screen;

/// Presses and the wheel (1000), movements while a button is down (1002), in coordinates of any size (1006). Not crossterm's command, which also asks for every
/// movement of the mouse: over an ssh line that is a flood that nobody looks at.
const MOUSE: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";

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
        self.terminal.backend_mut().close();
        let screen = Screen::new(BufWriter::with_capacity(64 * 1024, io::stdout()));
        self.terminal = Terminal::new(screen)?;
        Ok(())
    }
}

impl Drop for Tui {
    fn drop(&mut self) {
        self.terminal.backend_mut().close();
        give_back();
    }
}

/// Whether the terminal is ours: given back twice, some terminals would put the cursor over what was printed between.
static TAKEN: AtomicBool = AtomicBool::new(false);

fn take(mouse: bool) -> io::Result<()> {
    TAKEN.store(true, Ordering::Relaxed);
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
    if !TAKEN.swap(false, Ordering::Relaxed) {
        // A shell may have left it raw.
        let _ = disable_raw_mode();
        return;
    }
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

/// Says something on the terminal that was given back, where there still is one.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "topside: {text}");
}

/// Lets crossterm's thread sleep, which reads from a terminal that is gone over and over: its input becomes a pipe
/// that nobody writes into. Only after the terminal was given back.
pub fn quiet_input() {
    if let Ok((quiet, nobody)) = rustix::pipe::pipe() {
        let _ = rustix::stdio::dup2_stdin(quiet);
        // As long as it is open the pipe has no end.
        std::mem::forget(nobody);
    }
}

/// What is done about a panic. In the loop's own thread the terminal is given back before the report, so that it can
/// be read. In another thread only a part is lost (one scan, one answer): the report goes into the log, `tell` gets a
/// line for the screen, and the dashboard stays.
pub fn on_panic(tell: impl Fn(String) + Send + Sync + 'static) {
    let report = panic::take_hook();
    let main = thread::current().id();
    panic::set_hook(Box::new(move |info| {
        let message = message(info.payload());
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(message, place, "panic");
        if thread::current().id() != main {
            tell(format!("{message} ({place})"));
            return;
        }
        give_back();
        // The report panics when it cannot be printed, and that would end the process in the middle of a job.
        if writeln!(io::stderr()).is_ok() {
            report(info);
        }
    }));
}

fn message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
