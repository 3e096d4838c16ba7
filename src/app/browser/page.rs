//! What a file holds, as it can be shown: text made safe, or bytes in rows.

use std::borrow::Cow;
use std::fmt::Write as _;

use tui_input::Input;

use crate::domain::ByteSize;
use crate::logs::{Query, sanitize};

/// Bytes of a row of what is no text.
const ROW: usize = 16;
/// Characters of a line at most: longer ones go on in the next, so that no line takes long to draw.
const LONGEST_LINE: usize = 2_000;
/// What is no text has a NUL among its first bytes, or is not UTF-8 there.
const LOOKED_AT: usize = 8 * 1024;

/// A file that is read.
#[derive(Debug)]
pub struct Page {
    /// Its path.
    pub path: String,
    /// What it holds, from its beginning.
    pub body: PageBody,
    /// How much it holds in all.
    pub size: ByteSize,
    /// How much of that is shown; none where it is all.
    pub cut: Option<ByteSize>,
    /// The first line on screen.
    pub top: usize,
    /// The first column on screen.
    pub column: usize,
    /// What is being searched for; none when nothing is typed.
    pub input: Option<Input>,
    /// What was.
    pub query: Option<Query>,
    /// The line of the last match.
    pub hit: Option<usize>,
}

/// What is shown of it.
#[derive(Debug)]
pub enum PageBody {
    /// Lines, safe to show.
    Text(Vec<Box<str>>),
    /// Bytes, and that they are no text.
    Binary(Vec<u8>),
}

impl Page {
    /// So much of a file is read, in bytes.
    pub const MOST: u64 = 1 << 20;

    /// The page of what a file begins with.
    pub fn new(path: String, content: Vec<u8>, size: ByteSize) -> Self {
        let shown = ByteSize(content.len() as u64);
        let body = if is_text(&content) {
            PageBody::Text(lines(&content))
        } else {
            PageBody::Binary(content)
        };
        Self {
            path,
            body,
            size,
            cut: (shown < size).then_some(shown),
            top: 0,
            column: 0,
            input: None,
            query: None,
            hit: None,
        }
    }

    /// How many lines there are.
    pub const fn len(&self) -> usize {
        match &self.body {
            PageBody::Text(lines) => lines.len(),
            PageBody::Binary(bytes) => bytes.len().div_ceil(ROW),
        }
    }

    /// Whether it holds nothing.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A line, safe to show.
    pub fn line(&self, at: usize) -> Cow<'_, str> {
        match &self.body {
            PageBody::Text(lines) => Cow::Borrowed(lines.get(at).map_or("", |line| line)),
            PageBody::Binary(bytes) => {
                let from = at.saturating_mul(ROW).min(bytes.len());
                let to = from.saturating_add(ROW).min(bytes.len());
                Cow::Owned(row(from, &bytes[from..to]))
            }
        }
    }

    /// Goes to the next line, or the one before, that has what is searched for, round and round.
    pub fn find(&mut self, forward: bool, rows: usize) {
        let (Some(query), count) = (&self.query, self.len()) else {
            return;
        };
        let from = self.hit.unwrap_or(if forward { count } else { 0 });
        let mut places = (1..=count + 1).map(|step| {
            if forward {
                (from + step) % (count + 1)
            } else {
                (from + count + 1 - step % (count + 1)) % (count + 1)
            }
        });
        let hit = places.find(|at| *at < count && !query.ranges(&self.line(*at)).is_empty());
        self.hit = hit;
        if let Some(at) = hit
            && (at < self.top || at >= self.top + rows)
        {
            self.top = at.saturating_sub(rows / 2);
        }
    }
}

fn is_text(content: &[u8]) -> bool {
    let head = &content[..content.len().min(LOOKED_AT)];
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        // A character that is cut by the end of what is looked at is no fault of the file.
        Err(error) => error.error_len().is_none(),
    };
    is_utf8 && memchr::memchr(0, head).is_none()
}

/// The lines of a text. What would act on a terminal is taken out, as of a log.
fn lines(content: &[u8]) -> Vec<Box<str>> {
    let mut lines = Vec::new();
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (mut text, _) = sanitize(line);
        loop {
            let end = text.char_indices().nth(LONGEST_LINE).map(|(at, _)| at);
            let Some(end) = end else { break };
            let rest = text.split_off(end);
            lines.push(text.into_boxed_str());
            text = rest;
        }
        lines.push(text.into_boxed_str());
    }
    lines
}

/// `00000010  7f 45 4c 46 …  .ELF…`, as `hexdump -C` has it, as wide as fits into 80 columns with a frame.
fn row(from: usize, bytes: &[u8]) -> String {
    let mut text = format!("{from:08x} ");
    for at in 0..ROW {
        let gap = if at == ROW / 2 { "  " } else { " " };
        let _ = match bytes.get(at) {
            Some(byte) => write!(text, "{gap}{byte:02x}"),
            None => write!(text, "{gap}  "),
        };
    }
    text.push_str("  ");
    for byte in bytes {
        text.push(match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '.',
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::is_unsafe;

    fn page(content: &[u8]) -> Page {
        Page::new(
            "/a".to_owned(),
            content.to_vec(),
            ByteSize(content.len() as u64),
        )
    }

    #[test]
    fn nothing_of_a_text_acts_on_the_terminal() {
        let page = page("one\r\n\x1b]0;owned\x07two\x1b[31m red\u{202e}\nthr\tee".as_bytes());
        let lines: Vec<_> = (0..page.len()).map(|at| page.line(at)).collect();
        assert_eq!(lines[..2], ["one", "two red·"]);
        assert!(
            lines.iter().all(|line| !line.chars().any(is_unsafe)),
            "{lines:?}"
        );
    }

    #[test]
    fn bytes_are_shown_in_rows() {
        let mut bytes: Vec<u8> = (0..40).collect();
        bytes[20] = b'A';
        let page = page(&bytes);
        assert_eq!(page.len(), 3);
        let expected =
            "00000010  10 11 12 13 41 15 16 17  18 19 1a 1b 1c 1d 1e 1f  ....A...........";
        assert_eq!(page.line(1), expected);
        assert!(page.line(2).starts_with("00000020  20 21 22"));
        assert_eq!(page.line(9).trim_end(), "00000028", "there is no such row");
        // UTF-8 that is cut at the end of what is looked at is text all the same.
        let mut text = vec![b'x'; LOOKED_AT - 1];
        text.extend("ü".as_bytes());
        assert!(matches!(
            super::Page::new(String::new(), text, ByteSize(1)).body,
            PageBody::Text(_)
        ));
    }

    #[test]
    fn a_line_without_an_end_is_cut_into_lines_and_a_long_file_says_so() {
        let page = page(&vec![b'x'; 1 << 20]);
        assert_eq!(page.len(), (1_usize << 20).div_ceil(LONGEST_LINE));
        assert!(page.cut.is_none());
        let cut = Page::new(String::new(), b"abc".to_vec(), ByteSize(4));
        assert_eq!(cut.cut, Some(ByteSize(3)));
        assert!(super::Page::new(String::new(), Vec::new(), ByteSize(0)).is_empty());
    }

    #[test]
    fn what_is_searched_for_is_found_round_and_round() {
        let mut page = page(b"a\nneedle\nb\nneedle\nc");
        page.query = Query::new("needle");
        let mut found = |forward| {
            page.find(forward, 2);
            page.hit
        };
        let forward: Vec<_> = (0..3).map(|_| found(true)).collect();
        assert_eq!(forward, [Some(1), Some(3), Some(1)]);
        let back: Vec<_> = (0..2).map(|_| found(false)).collect();
        assert_eq!(back, [Some(3), Some(1)]);
        page.query = Query::new("nothing");
        page.find(true, 2);
        assert_eq!(page.hit, None);
    }
}
