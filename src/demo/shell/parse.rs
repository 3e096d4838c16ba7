//! Shell command lines, as far as containers' commands and people at a prompt use them (POSIX.1-2017, XCU 2).

use super::ast::{Command, Item, Piece, Pipeline, Redirect, Target, What, Word};
use super::lex::{Token, plain, tokens};

/// Deeper than that nobody nests commands but to break something.
const DEEPEST: usize = 40;

/// Reads a script; what is wrong with it in a shell's words.
pub(super) fn parse(text: &str) -> Result<Vec<Item>, String> {
    parse_at(text, 0)
}

pub(super) fn parse_at(text: &str, depth: usize) -> Result<Vec<Item>, String> {
    if depth > DEEPEST {
        return Err("syntax error: too deep".to_owned());
    }
    let tokens = tokens(text, depth)?;
    let mut reader = Reader {
        tokens,
        at: 0,
        depth,
    };
    let items = reader.items(&[])?;
    match reader.peek() {
        None => Ok(items),
        Some(token) => Err(unexpected(Some(token))),
    }
}

fn unexpected(token: Option<&Token>) -> String {
    let what = match token {
        None => "end of file".to_owned(),
        Some(Token::Sign(sign) | Token::Arrow(_, sign)) => format!("\"{}\"", sign.escape_debug()),
        Some(Token::Word(word)) => format!("\"{}\"", plain(word).unwrap_or_default()),
    };
    format!("syntax error: unexpected {what}")
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(other)) if *other == sign)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let is = self.is_sign(sign);
        self.at += usize::from(is);
        is
    }

    /// The reserved word that is next, if one is.
    fn keyword(&self) -> Option<String> {
        match self.peek() {
            Some(Token::Word(word)) => plain(word),
            _ => None,
        }
    }

    fn expect(&mut self, keyword: &str) -> Result<(), String> {
        if self.keyword().as_deref() == Some(keyword) {
            self.at += 1;
            return Ok(());
        }
        Err(unexpected(self.peek()))
    }

    /// Items up to one of these words, which is not taken.
    fn items(&mut self, until: &[&str]) -> Result<Vec<Item>, String> {
        let mut items = Vec::new();
        loop {
            while self.take_sign(";") {}
            let ends = self
                .keyword()
                .is_some_and(|word| until.contains(&word.as_str()));
            if ends || self.peek().is_none() || self.is_sign(")") {
                return Ok(items);
            }
            let first = self.pipeline()?;
            let mut rest = Vec::new();
            loop {
                let after_success = self.is_sign("&&");
                if !after_success && !self.is_sign("||") {
                    break;
                }
                self.at += 1;
                while self.take_sign(";") {}
                rest.push((after_success, self.pipeline()?));
            }
            let background = self.take_sign("&");
            items.push(Item {
                first,
                rest,
                background,
            });
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline, String> {
        let negated = self.keyword().as_deref() == Some("!");
        self.at += usize::from(negated);
        let mut commands = vec![self.command()?];
        while self.take_sign("|") {
            while self.take_sign(";") {}
            commands.push(self.command()?);
        }
        Ok(Pipeline { commands, negated })
    }

    fn command(&mut self) -> Result<Command, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("syntax error: too deep".to_owned());
        }
        let what = self.what();
        self.depth -= 1;
        let what = what?;
        let mut command = Command {
            what,
            redirects: Vec::new(),
        };
        self.arguments(&mut command)?;
        Ok(command)
    }

    fn what(&mut self) -> Result<What, String> {
        if self.take_sign("(") {
            let items = self.items(&[])?;
            return if self.take_sign(")") {
                Ok(What::Group(items))
            } else {
                Err(unexpected(self.peek()))
            };
        }
        let keyword = self.keyword().unwrap_or_default();
        match keyword.as_str() {
            "{" => {
                self.at += 1;
                let items = self.items(&["}"])?;
                self.expect("}")?;
                Ok(What::Group(items))
            }
            "while" | "until" => {
                self.at += 1;
                let condition = self.items(&["do"])?;
                self.expect("do")?;
                let body = self.items(&["done"])?;
                self.expect("done")?;
                Ok(What::Loop {
                    condition,
                    until: keyword == "until",
                    body,
                })
            }
            "for" => self.for_each(),
            "if" => {
                self.at += 1;
                self.condition()
            }
            _ => Ok(What::Simple {
                assigned: Vec::new(),
                words: Vec::new(),
            }),
        }
    }

    fn for_each(&mut self) -> Result<What, String> {
        self.at += 1;
        let name = self.keyword().ok_or_else(|| unexpected(self.peek()))?;
        self.at += 1;
        self.expect("in")?;
        let mut words = Vec::new();
        while let Some(Token::Word(word)) = self.peek() {
            words.push(word.clone());
            self.at += 1;
        }
        while self.take_sign(";") {}
        self.expect("do")?;
        let body = self.items(&["done"])?;
        self.expect("done")?;
        Ok(What::For { name, words, body })
    }

    fn condition(&mut self) -> Result<What, String> {
        let condition = self.items(&["then"])?;
        self.expect("then")?;
        let then = self.items(&["elif", "else", "fi"])?;
        let next = self.keyword().unwrap_or_default();
        self.at += 1;
        let otherwise = match next.as_str() {
            "elif" => vec![Item {
                first: Pipeline {
                    commands: vec![Command {
                        what: self.condition()?,
                        redirects: Vec::new(),
                    }],
                    negated: false,
                },
                rest: Vec::new(),
                background: false,
            }],
            "else" => {
                let items = self.items(&["fi"])?;
                self.expect("fi")?;
                items
            }
            "fi" => Vec::new(),
            _ => return Err("syntax error: unexpected end of file (expecting \"fi\")".to_owned()),
        };
        Ok(What::If {
            condition,
            then,
            otherwise,
        })
    }

    /// Words and redirections, in any order.
    fn arguments(&mut self, command: &mut Command) -> Result<(), String> {
        loop {
            match self.peek().cloned() {
                Some(Token::Word(word)) => match &mut command.what {
                    What::Simple { assigned, words } => {
                        match assignment(&word).filter(|_| words.is_empty()) {
                            Some(pair) => assigned.push(pair),
                            None => words.push(word),
                        }
                        self.at += 1;
                    }
                    _ => return Ok(()),
                },
                Some(Token::Arrow(descriptor, sign)) => {
                    self.at += 1;
                    let Some(Token::Word(target)) = self.peek().cloned() else {
                        return Err(unexpected(self.peek()));
                    };
                    self.at += 1;
                    let to = match sign {
                        "<" => Target::From(target),
                        ">" => Target::Into(target),
                        ">>" => Target::After(target),
                        _ => {
                            let number = plain(&target).and_then(|text| text.parse().ok());
                            Target::Same(number.ok_or("syntax error: bad fd number")?)
                        }
                    };
                    command.redirects.push(Redirect { descriptor, to });
                }
                next => {
                    let is_nothing = matches!(&command.what, What::Simple { assigned, words } if assigned.is_empty() && words.is_empty());
                    if is_nothing && command.redirects.is_empty() {
                        return Err(unexpected(next.as_ref()));
                    }
                    return Ok(());
                }
            }
        }
    }
}

/// `NAME=VALUE` before a command.
fn assignment(word: &Word) -> Option<(String, Word)> {
    let Some(Piece::Text(first)) = word.first() else {
        return None;
    };
    let (name, value) = first.split_once('=')?;
    let mut letters = name.chars();
    let begins = letters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if !begins || !letters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let mut rest = vec![Piece::Text(value.to_owned())];
    rest.extend(word.iter().skip(1).cloned());
    Some((name.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_of_containers_are_read() {
        for script in [
            "trap 'exit 0' TERM; sleep 100000 & wait",
            "while :; do :; done",
            "for i in 1 2 3; do echo $i; usleep 2000; done",
            "a=b; [ \"$a\" = b ] && echo yes || echo no",
            "(echo one; echo two >&2) 2>&1 | cat > /x/$(hostname).log",
            "if true; then echo a; elif false; then echo b; else echo c; fi",
            "# only words\n\necho it\\'s \"$HOME\"",
        ] {
            assert!(parse(script).is_ok(), "{script}: {:?}", parse(script));
        }
    }

    #[test]
    fn what_is_no_script_is_said_so() {
        for script in [
            "echo 'a",
            "while true; do",
            "| cat",
            "echo >",
            "if true; fi",
            ")",
        ] {
            let error = parse(script).unwrap_err();
            assert!(error.starts_with("syntax error"), "{script}: {error}");
        }
        let deep = "$(".repeat(10_000);
        assert!(parse(&deep).is_err());
        let nested = "(".repeat(10_000);
        assert!(parse(&nested).is_err());
    }

    #[test]
    fn numbers_before_arrows_name_a_stream() {
        let items = parse("echo 2 2>/x").unwrap();
        let command = &items[0].first.commands[0];
        let What::Simple { words, .. } = &command.what else {
            panic!("{command:?}");
        };
        assert_eq!((words.len(), command.redirects[0].descriptor), (2, 2));
        let items = parse("echo 2 > /x").unwrap();
        assert_eq!(items[0].first.commands[0].redirects[0].descriptor, 1);
    }
}
