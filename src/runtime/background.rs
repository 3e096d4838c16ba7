//! Whether the terminal is dark or light, asked of it (OSC 11) without waiting and without taking a key for an answer.
//!
//! The answer comes back among what is typed, some time or never: at once in a local terminal, after a round trip over
//! ssh. crossterm takes it for keys: Alt-], then its characters. So the events are looked through for exactly such an
//! answer, and what turns out to be none is given back as it was typed.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};

/// How long after the question an answer may still be on its way, when the terminal is to be given to somebody else.
const ON_ITS_WAY: Duration = Duration::from_secs(1);

/// How long after the question one listens at all: over the slowest of lines.
const AT_ALL: Duration = Duration::from_secs(15);

/// An answer that was torn goes on within this; a person who types ] after Esc takes longer.
const TORN: Duration = Duration::from_millis(50);

/// `11;rgba:ffff/ffff/ffff/ffff` is the longest that is known.
const LONGEST: usize = 40;

/// What is known without asking: `COLORFGBG`, as rxvt, Konsole and others set it: foreground and background, by the
/// numbers of the 16 colours; of three numbers the last.
pub(super) fn known(colorfgbg: Option<&str>) -> Option<bool> {
    let (_, background) = colorfgbg?.rsplit_once(';')?;
    let number: u8 = background.parse().ok()?;
    match number {
        7 | 9..=15 => Some(true),
        0..=6 | 8 => Some(false),
        _ => None,
    }
}

/// Whether a terminal may be asked: the Linux console shows questions that it does not know, GNU screen answers none.
pub(super) fn may_be_asked(term: &str, in_tmux: bool) -> bool {
    let deaf = ["linux", "dumb", "Eterm", "cons"];
    let is_screen = term.starts_with("screen") && !in_tmux;
    !term.is_empty() && !is_screen && !deaf.iter().any(|name| term.starts_with(name))
}

/// Asks. With BEL at its end: one byte at the end of the answer, which cannot be torn.
pub(super) fn ask(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\x1b]11;?\x07")?;
    out.flush()
}

/// Listens for the answer.
#[derive(Debug)]
pub(super) struct Listener {
    asked: Instant,
    /// What may be the beginning of the answer, as it was typed.
    held: Vec<Event>,
    /// The same, as text.
    text: String,
    /// When the event before came, if that was an escape on its own: a chunk that ended there tears an answer so.
    escaped: Option<Instant>,
    /// Whether a tick passed since something is held.
    ticked: bool,
}

/// What an event turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// These are for the dashboard.
    Events(Vec<Event>),
    /// The answer: whether the background is light. None where it is one that cannot be read.
    Answer(Option<bool>),
}

impl Listener {
    /// Listens from now on.
    pub(super) const fn new(now: Instant) -> Self {
        Self {
            asked: now,
            held: Vec::new(),
            text: String::new(),
            escaped: None,
            ticked: false,
        }
    }

    /// How much longer an answer may be on its way.
    pub(super) fn left(&self, now: Instant) -> Duration {
        ON_ITS_WAY.saturating_sub(now.saturating_duration_since(self.asked))
    }

    /// Whether no answer comes any more: a terminal that had one would have given it.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.held.is_empty() && now.saturating_duration_since(self.asked) > AT_ALL
    }

    /// Takes an event that came now.
    pub(super) fn take(&mut self, event: Event, now: Instant) -> Heard {
        let (code, held) = match &event {
            Event::Key(key) if key.kind != KeyEventKind::Release => (key.code, key.modifiers),
            // A mouse, a size, a paste: an answer is in one piece.
            _ => return self.release(Some(event)),
        };
        let (alt, ctrl) = (
            held.contains(KeyModifiers::ALT),
            held.contains(KeyModifiers::CONTROL),
        );
        if self.held.is_empty() {
            let escape = (code == KeyCode::Esc).then_some(now);
            let before = std::mem::replace(&mut self.escaped, escape);
            let is_torn = before.is_some_and(|at| now.saturating_duration_since(at) < TORN);
            if code != KeyCode::Char(']') || ctrl || !(alt || is_torn) {
                return Heard::Events(vec![event]);
            }
            self.held.push(event);
            self.ticked = false;
            return Heard::Events(Vec::new());
        }
        match code {
            // BEL; ESC \ in one piece; ESC \ torn apart.
            KeyCode::Char('g') if ctrl => self.end(event),
            KeyCode::Char('\\') if alt || self.escaped.is_some() => self.end(event),
            KeyCode::Esc if is_whole(&self.text) => {
                self.escaped = Some(now);
                self.held.push(event);
                Heard::Events(Vec::new())
            }
            KeyCode::Char(c) if !alt && !ctrl && self.escaped.is_none() => {
                self.text.push(c);
                if !begins(&self.text) {
                    return self.release(Some(event));
                }
                self.held.push(event);
                Heard::Events(Vec::new())
            }
            _ => self.release(Some(event)),
        }
    }

    /// Time passes: what is held since the last tick is no answer.
    pub(super) fn tick(&mut self) -> Vec<Event> {
        if !self.held.is_empty() && std::mem::replace(&mut self.ticked, true) {
            return match self.release(None) {
                Heard::Events(events) => events,
                Heard::Answer(_) => Vec::new(),
            };
        }
        Vec::new()
    }

    fn release(&mut self, last: Option<Event>) -> Heard {
        self.text.clear();
        self.escaped = None;
        let mut events = std::mem::take(&mut self.held);
        events.extend(last);
        Heard::Events(events)
    }

    fn end(&mut self, event: Event) -> Heard {
        if !is_whole(&self.text) {
            return self.release(Some(event));
        }
        let answer = is_light(&self.text);
        self.release(None);
        Heard::Answer(answer)
    }
}

/// Whether a text is the beginning of an answer.
fn begins(text: &str) -> bool {
    let heads = ["11;rgb:", "11;rgba:", "11;#"];
    let is_digit = |c: char| c.is_ascii_hexdigit() || c == '/';
    text.len() <= LONGEST
        && heads.iter().any(|head| {
            head.starts_with(text)
                || text
                    .strip_prefix(head)
                    .is_some_and(|rest| rest.chars().all(is_digit))
        })
}

/// Whether a text has all that an answer needs.
fn is_whole(text: &str) -> bool {
    text.split_once([':', '#'])
        .is_some_and(|(_, digits)| digits.len() >= 3)
}

/// Whether the colour of an answer is light: by its luma (Rec. 601), which is what others decide by.
fn is_light(text: &str) -> Option<bool> {
    let (_, color) = text.split_once([':', '#'])?;
    let parts: Vec<&str> = if color.contains('/') {
        color.split('/').take(3).collect()
    } else {
        let each = color.len() / 3;
        (0..3)
            .filter_map(|n| color.get(n * each..(n + 1) * each))
            .collect()
    };
    let [r, g, b] = parts.try_into().ok()?;
    let channel = |digits: &str| {
        let most = 16_u32
            .checked_pow(u32::try_from(digits.len()).ok()?)?
            .checked_sub(1)?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        (most > 0).then(|| f64::from(value) / f64::from(most))
    };
    Some(0.299 * channel(r)? + 0.587 * channel(g)? + 0.114 * channel(b)? > 0.5)
}

#[cfg(test)]
mod tests;
