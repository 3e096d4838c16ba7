//! What is searched for in lines: a literal or a regular expression.

use std::fmt;
use std::ops::Range;

use memchr::memmem;
use regex::{Regex, RegexBuilder};
use regex_syntax::ast::{self, Ast};

use super::Line;
use crate::domain::text::visible;

/// What a compiled pattern may take, in bytes. Repeats of repeats take no end of it.
const COMPILED: usize = 2 << 20;
/// The longest pattern, in bytes; nobody types more.
const PATTERN: usize = 4096;
/// How deep groups may be within each other.
const NESTING: u32 = 50;

/// What is searched for, without regard to case unless it has an upper-case letter.
///
/// Time is linear in the text, whatever it and the query are.
#[derive(Debug, Clone)]
pub struct Query {
    text: String,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    /// A literal whose case matters.
    Exact(Box<memmem::Finder<'static>>),
    /// A literal in lower case with a dot above: one letter of the text, `İ`, can be two of it.
    Folded(Vec<char>),
    /// Any other literal without regard to case, which the expressions' engine finds fastest; or an expression.
    Regex { regex: Regex, literal: bool },
}

/// Two are equal when they were typed alike and are meant alike.
impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.is_regex() == other.is_regex()
    }
}

impl Eq for Query {}

/// Why something typed is no expression. Shown as `unclosed group, at “(a|b”`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct QueryError {
    /// What is wrong.
    pub what: String,
    /// The byte of the pattern at which it is wrong; none when it is as a whole.
    pub at: Option<usize>,
    /// What stands there.
    rest: String,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.rest.is_empty() {
            return Ok(());
        }
        write!(f, ", at “{}”", self.rest)
    }
}

impl QueryError {
    fn whole(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            at: None,
            rest: String::new(),
        }
    }

    fn at(pattern: &str, at: usize, what: impl Into<String>) -> Self {
        const SHOWN: usize = 24;
        let rest = pattern.get(at..).unwrap_or_default();
        Self {
            what: what.into(),
            at: Some(at),
            rest: visible(rest).chars().take(SHOWN).collect(),
        }
    }
}

impl Query {
    /// A literal as it was typed; none when nothing was.
    pub fn new(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let exact = || Matcher::Exact(Box::new(memmem::Finder::new(text).into_owned()));
        let matcher = if text.chars().any(char::is_uppercase) {
            exact()
        } else if !text.contains('\u{307}') {
            // An escaped literal compiles, unless it is absurdly long.
            compile(&regex::escape(text), true).map_or_else(
                |_| exact(),
                |regex| Matcher::Regex {
                    regex,
                    literal: true,
                },
            )
        } else {
            Matcher::Folded(text.chars().flat_map(char::to_lowercase).collect())
        };
        Some(Self {
            text: text.to_owned(),
            matcher,
        })
    }

    /// A regular expression (the syntax of the crate `regex`) as it was typed. Upper-case letters that stand for
    /// themselves make the case matter; those of `\W` or `[[:alpha:]]` don't.
    ///
    /// # Errors
    /// When it is none, and when it is too large: `(a{999}){999}` would take gigabytes.
    pub fn regex(text: &str) -> Result<Self, QueryError> {
        if text.is_empty() {
            return Err(QueryError::whole("the expression is empty"));
        }
        if text.len() > PATTERN {
            return Err(QueryError::whole(format!(
                "the expression is longer than {PATTERN} bytes"
            )));
        }
        let parsed = ast::parse::ParserBuilder::new()
            .nest_limit(NESTING)
            .build()
            .parse(text)
            .map_err(|err| QueryError::at(text, err.span().start.offset, err.kind().to_string()))?;
        let regex = compile(text, !has_upper_case(&parsed)).map_err(|err| match err {
            regex::Error::CompiledTooBig(_) => QueryError::whole(
                "the expression is too large: repeat less, or fewer things at once",
            ),
            _ => too_much(text),
        })?;
        Ok(Self {
            text: text.to_owned(),
            matcher: Matcher::Regex {
                regex,
                literal: false,
            },
        })
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is an expression.
    pub fn is_regex(&self) -> bool {
        matches!(self.matcher, Matcher::Regex { literal: false, .. })
    }

    /// Where it stands in a line, as byte ranges in its text that do not overlap and are not empty.
    pub fn matches(&self, line: &Line) -> Vec<Range<usize>> {
        self.ranges(&line.text)
    }

    /// Where it stands in a text, as byte ranges that do not overlap and are not empty: what matches nothing (`^$`)
    /// has no place.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        match &self.matcher {
            Matcher::Exact(finder) => finder
                .find_iter(text.as_bytes())
                .map(|start| start..start + self.text.len())
                .collect(),
            Matcher::Regex { regex, .. } => regex
                .find_iter(text)
                .map(|found| found.range())
                .filter(|range| !range.is_empty())
                .collect(),
            Matcher::Folded(folded) => {
                let mut found = Vec::new();
                let mut from = 0;
                while let Some(range) = next_folded(text, from, folded) {
                    from = range.end;
                    found.push(range);
                }
                found
            }
        }
    }

    /// Whether it stands in a line.
    pub fn is_match(&self, line: &Line) -> bool {
        self.is_in(&line.text)
    }

    /// Whether it stands in a text.
    pub fn is_in(&self, text: &str) -> bool {
        match &self.matcher {
            Matcher::Exact(finder) => finder.find(text.as_bytes()).is_some(),
            Matcher::Regex { regex, .. } => regex.is_match(text),
            Matcher::Folded(folded) => next_folded(text, 0, folded).is_some(),
        }
    }
}

fn compile(pattern: &str, any_case: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(any_case)
        .size_limit(COMPILED)
        .nest_limit(NESTING)
        .build()
}

/// What parses, and yet does not mean anything here: `\p{Greek}`, for one, since its tables are not built in.
fn too_much(pattern: &str) -> QueryError {
    match regex_syntax::parse(pattern) {
        Err(regex_syntax::Error::Translate(err)) => {
            QueryError::at(pattern, err.span().start.offset, err.kind().to_string())
        }
        Err(regex_syntax::Error::Parse(err)) => {
            QueryError::at(pattern, err.span().start.offset, err.kind().to_string())
        }
        _ => QueryError::whole("the expression cannot be used"),
    }
}

/// Whether a letter in upper case stands for itself somewhere in an expression.
fn has_upper_case(parsed: &Ast) -> bool {
    struct Look(bool);
    impl Look {
        fn see(&mut self, literal: &ast::Literal) {
            self.0 |= literal.kind == ast::LiteralKind::Verbatim && literal.c.is_uppercase();
        }
    }
    impl ast::Visitor for Look {
        type Output = bool;
        type Err = std::convert::Infallible;

        fn finish(self) -> Result<bool, Self::Err> {
            Ok(self.0)
        }

        fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
            if let Ast::Literal(literal) = ast {
                self.see(literal);
            }
            Ok(())
        }

        fn visit_class_set_item_pre(&mut self, item: &ast::ClassSetItem) -> Result<(), Self::Err> {
            match item {
                ast::ClassSetItem::Literal(literal) => self.see(literal),
                ast::ClassSetItem::Range(range) => {
                    self.see(&range.start);
                    self.see(&range.end);
                }
                _ => {}
            }
            Ok(())
        }
    }
    let Ok(found) = ast::visit(parsed, Look(false));
    found
}

fn next_folded(text: &str, from: usize, folded: &[char]) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    rest.char_indices().find_map(|(at, _)| {
        let len = folded_prefix(&rest[at..], folded)?;
        Some(from + at..from + at + len)
    })
}

/// How many bytes of the text, in lower case, spell the query; none when it does not begin with it.
fn folded_prefix(text: &str, query: &[char]) -> Option<usize> {
    let mut wanted = query.iter().copied();
    for (at, c) in text.char_indices() {
        if wanted.len() == 0 {
            return Some(at);
        }
        if c.is_ascii() {
            if wanted.next() != Some(c.to_ascii_lowercase()) {
                return None;
            }
        } else {
            // A letter can become several: `İ` is an `i` and a dot above it.
            for lower in c.to_lowercase() {
                if wanted.next() != Some(lower) {
                    return None;
                }
            }
        }
    }
    (wanted.len() == 0).then_some(text.len())
}
