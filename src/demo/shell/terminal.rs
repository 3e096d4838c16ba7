//! A terminal between who types and a program: echo, lines, Ctrl-C and Ctrl-D.

use std::sync::{Mutex, PoisonError};

/// A terminal: its size, for who asks.
#[derive(Debug, Default)]
pub(crate) struct Terminal(Mutex<(u16, u16)>);

impl Terminal {
    /// In columns and rows.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (columns, rows);
    }

    pub(super) fn size(&self) -> (u16, u16) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What typing comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line with its end.
    Line(Vec<u8>),
    /// No more is coming.
    End,
    /// Ctrl-C.
    Interrupt,
}

/// The line that is being typed.
#[derive(Debug, Default)]
pub(super) struct Line {
    bytes: Vec<u8>,
    /// Within an escape sequence, which nothing here understands.
    escaped: bool,
}

/// No line is longer.
const LONGEST: usize = 4096;

impl Line {
    /// Takes what was typed: what is echoed, and what it comes to.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (Vec<u8>, Vec<Typed>) {
        let (mut echo, mut typed) = (Vec::new(), Vec::new());
        for &byte in bytes {
            if self.escaped {
                self.escaped = !byte.is_ascii_alphabetic() && byte != b'~';
                continue;
            }
            match byte {
                b'\r' | b'\n' => {
                    echo.extend(b"\r\n");
                    self.bytes.push(b'\n');
                    typed.push(Typed::Line(std::mem::take(&mut self.bytes)));
                }
                0x03 => {
                    echo.extend(b"^C\r\n");
                    self.bytes.clear();
                    typed.push(Typed::Interrupt);
                }
                0x04 if self.bytes.is_empty() => typed.push(Typed::End),
                0x04 => {}
                0x7f | 0x08 => {
                    // A whole character, however many bytes it has.
                    while self.bytes.last().is_some_and(|byte| byte & 0xc0 == 0x80) {
                        self.bytes.pop();
                    }
                    if self.bytes.pop().is_some() {
                        echo.extend(b"\x08 \x08");
                    }
                }
                0x15 => {
                    echo.extend(b"\x08 \x08".repeat(self.bytes.len()));
                    self.bytes.clear();
                }
                0x1b => self.escaped = true,
                b if b < 0x20 && b != b'\t' => {}
                b if self.bytes.len() < LONGEST => {
                    echo.push(b);
                    self.bytes.push(b);
                }
                _ => {}
            }
        }
        (echo, typed)
    }
}

/// Output as a terminal wants it: a line's end goes back to the first column, too.
pub(super) fn cooked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 16);
    for &byte in bytes {
        if byte == b'\n' {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_is_echoed_mended_and_taken_by_the_line() {
        let mut line = Line::default();
        let (echo, typed) = line.take(b"lx\x7fs\x1b[A\r");
        assert_eq!(echo, b"lx\x08 \x08s\r\n");
        assert_eq!(typed, [Typed::Line(b"ls\n".to_vec())]);
        assert_eq!(line.take(b"abc\x03").1, [Typed::Interrupt]);
        assert_eq!(line.take(b"\x04").1, [Typed::End]);
        assert_eq!(cooked(b"a\nb"), b"a\r\nb");
    }
}
