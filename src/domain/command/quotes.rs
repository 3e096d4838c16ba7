//! Where in a shell's line something stands: within which quotes, parentheses or comment.

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `$(…)` or `(…)`: quotes begin anew.
    Parentheses,
    /// Quotes begin anew here, too, and end otherwise.
    Backticks,
    /// From a `#` to the end of the line.
    Comment,
}

/// Reads a line, character by character.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// What is open, the innermost last.
    pub(super) open: Vec<Within>,
    /// After a backslash.
    escaped: bool,
    last: Option<char>,
}

impl Reader {
    /// Reads the next character.
    pub(super) fn read(&mut self, c: char) {
        let begins_word = self
            .last
            .is_none_or(|last| last.is_whitespace() || ";&|(".contains(last));
        let after_dollar = self.last == Some('$');
        let escaped = std::mem::take(&mut self.escaped);
        self.last = Some(c);
        let top = self.open.last().copied();
        match (top, c) {
            (Some(Within::Single), '\'') | (Some(Within::Comment), '\n') => {
                self.open.pop();
            }
            (Some(Within::Single | Within::Comment), _) => {}
            _ if escaped => self.last = Some('x'),
            (_, '\\') => self.escaped = true,
            (Some(Within::Double), '"')
            | (Some(Within::Parentheses), ')')
            | (Some(Within::Backticks), '`') => {
                self.open.pop();
            }
            (_, '`') => self.open.push(Within::Backticks),
            (Some(Within::Double), '(') if after_dollar => self.open.push(Within::Parentheses),
            (Some(Within::Double), _) => {}
            (_, '\'') => self.open.push(Within::Single),
            (_, '"') => self.open.push(Within::Double),
            (_, '(') => self.open.push(Within::Parentheses),
            (_, '#') if begins_word => self.open.push(Within::Comment),
            _ => {}
        }
    }

    /// Reads over a value; whether it stands behind a backslash.
    pub(super) fn value(&mut self) -> bool {
        self.last = Some('x');
        std::mem::take(&mut self.escaped)
    }
}
