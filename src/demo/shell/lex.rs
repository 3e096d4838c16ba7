//! A script's words and signs.

use std::iter::Peekable;
use std::str::Chars;

use super::ast::{Piece, Word};
use super::parse::parse_at;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// `;`, `&&`, `|`, a line's end …
    Sign(&'static str),
    /// `2>`, `>>`, `<`, `>&`.
    Arrow(u8, &'static str),
}

/// A word of nothing but text.
pub(super) fn plain(word: &Word) -> Option<String> {
    match word.as_slice() {
        [Piece::Text(text)] => Some(text.clone()),
        _ => None,
    }
}

pub(super) fn tokens(text: &str, depth: usize) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(&next) = chars.peek() {
        match next {
            ' ' | '\t' | '\r' => drop(chars.next()),
            '#' => while chars.next_if(|c| *c != '\n').is_some() {},
            '\n' => {
                chars.next();
                tokens.push(Token::Sign(";"));
            }
            ';' | '(' | ')' => {
                chars.next();
                tokens.push(Token::Sign(match next {
                    ';' => ";",
                    '(' => "(",
                    _ => ")",
                }));
            }
            '&' | '|' => {
                chars.next();
                let doubled = chars.next_if_eq(&next).is_some();
                tokens.push(Token::Sign(match (next, doubled) {
                    ('&', true) => "&&",
                    ('&', false) => "&",
                    (_, true) => "||",
                    (_, false) => "|",
                }));
            }
            '<' | '>' => {
                let descriptor = match tokens.last() {
                    // `2>` is no argument, when nothing is between.
                    Some(Token::Word(word)) if is_descriptor(word, &chars, text) => {
                        let digit = plain(word).and_then(|text| text.parse().ok());
                        tokens.pop();
                        digit
                    }
                    _ => None,
                };
                chars.next();
                let usual = u8::from(next == '>');
                let sign = if next == '<' {
                    "<"
                } else if chars.next_if_eq(&'>').is_some() {
                    ">>"
                } else if chars.next_if_eq(&'&').is_some() {
                    ">&"
                } else {
                    ">"
                };
                tokens.push(Token::Arrow(descriptor.unwrap_or(usual), sign));
            }
            _ => tokens.push(Token::Word(word(&mut chars, depth)?)),
        }
    }
    Ok(tokens)
}

fn is_descriptor(word: &Word, rest: &Peekable<Chars<'_>>, text: &str) -> bool {
    let digit = plain(word).filter(|text| matches!(text.as_str(), "0" | "1" | "2"));
    let left: usize = rest.clone().map(char::len_utf8).sum();
    let before = text.get(..text.len() - left).unwrap_or_default();
    digit.is_some_and(|digit| before.ends_with(&digit))
}

fn word(chars: &mut Peekable<Chars<'_>>, depth: usize) -> Result<Word, String> {
    let mut pieces: Word = Vec::new();
    let mut text = String::new();
    let mut quoted_nothing = false;
    while let Some(&next) = chars.peek() {
        match next {
            ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
            '\'' => {
                chars.next();
                quoted_nothing = true;
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(c) => text.push(c),
                        None => return Err("syntax error: unterminated quoted string".to_owned()),
                    }
                }
            }
            '"' => {
                chars.next();
                quoted_nothing = true;
                in_quotes(chars, &mut pieces, &mut text, depth)?;
            }
            '\\' => {
                chars.next();
                text.extend(chars.next().filter(|c| *c != '\n'));
            }
            '$' | '`' => value(chars, &mut pieces, &mut text, (false, depth))?,
            c => {
                chars.next();
                text.push(c);
            }
        }
    }
    if !text.is_empty() || (quoted_nothing && pieces.is_empty()) {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

fn in_quotes(
    chars: &mut Peekable<Chars<'_>>,
    pieces: &mut Word,
    text: &mut String,
    depth: usize,
) -> Result<(), String> {
    loop {
        match chars.peek().copied() {
            None => return Err("syntax error: unterminated quoted string".to_owned()),
            Some('"') => {
                chars.next();
                return Ok(());
            }
            Some('\\') => {
                chars.next();
                match chars.next() {
                    Some(c @ ('"' | '\\' | '$' | '`')) => text.push(c),
                    Some(c) => text.extend(['\\', c]),
                    None => {}
                }
            }
            Some('$' | '`') => value(chars, pieces, text, (true, depth))?,
            Some(c) => {
                chars.next();
                text.push(c);
            }
        }
    }
}

/// `$NAME`, `${NAME}`, `$(COMMAND)`, or a dollar alone.
fn value(
    chars: &mut Peekable<Chars<'_>>,
    pieces: &mut Word,
    text: &mut String,
    (quoted, depth): (bool, usize),
) -> Result<(), String> {
    let opening = chars.next();
    let piece = if opening == Some('`') {
        let inner: String = chars.by_ref().take_while(|c| *c != '`').collect();
        Piece::Output(parse_at(&inner, depth + 1)?, quoted)
    } else {
        match chars.peek().copied() {
            Some('(') => {
                chars.next();
                Piece::Output(parse_at(&enclosed(chars)?, depth + 1)?, quoted)
            }
            Some('{') => {
                chars.next();
                let name: String = chars.by_ref().take_while(|c| *c != '}').collect();
                Piece::Value(name, quoted)
            }
            Some(c @ ('?' | '$' | '!' | '#' | '@' | '*' | '0'..='9')) => {
                chars.next();
                Piece::Value(c.to_string(), quoted)
            }
            _ => {
                let mut name = String::new();
                while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    name.push(c);
                }
                if name.is_empty() {
                    text.push('$');
                    return Ok(());
                }
                Piece::Value(name, quoted)
            }
        }
    };
    if !text.is_empty() {
        pieces.push(Piece::Text(std::mem::take(text)));
    }
    pieces.push(piece);
    Ok(())
}

/// Up to the parenthesis that closes.
fn enclosed(chars: &mut Peekable<Chars<'_>>) -> Result<String, String> {
    let mut inner = String::new();
    let mut open = 1;
    for c in chars.by_ref() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Ok(inner);
        }
        inner.push(c);
    }
    Err("syntax error: unterminated command".to_owned())
}
