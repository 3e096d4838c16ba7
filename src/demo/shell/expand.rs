//! What words mean: parameters, what commands print, patterns.

use std::sync::{Arc, Mutex, PoisonError};

use super::ast::{Piece, Word};
use super::interpret::{Session, Streams};
use super::streams::Output;

impl Session {
    pub(super) async fn expand_all(&mut self, words: &[Word], streams: &Streams) -> Vec<String> {
        let mut all = Vec::new();
        for word in words {
            let fields = self.expand(word, streams).await;
            for field in fields {
                let is_pattern = word
                    .iter()
                    .any(|piece| matches!(piece, Piece::Text(text) if text.contains('*')));
                if is_pattern {
                    all.extend(self.glob(&field));
                } else {
                    all.push(field);
                }
            }
        }
        all
    }

    /// The words that a word means.
    pub(super) async fn expand(&mut self, word: &Word, streams: &Streams) -> Vec<String> {
        let mut fields = vec![String::new()];
        let mut is_something = false;
        for piece in word {
            let (value, quoted) = match piece {
                Piece::Text(text) => (text.clone(), true),
                Piece::Value(name, quoted) => (self.value(name), *quoted),
                Piece::Output(items, quoted) => {
                    let kept = Arc::new(Mutex::new(Vec::new()));
                    let own = Streams {
                        out: Output::Kept(Arc::clone(&kept)),
                        ..streams.clone()
                    };
                    let mut inner = self.clone();
                    inner.items(items, &own).await;
                    self.status = inner.exit.unwrap_or(inner.status);
                    let bytes = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    let text = String::from_utf8_lossy(&bytes);
                    (text.trim_end_matches('\n').to_owned(), *quoted)
                }
            };
            is_something |= quoted;
            if quoted {
                if let Some(last) = fields.last_mut() {
                    last.push_str(&value);
                }
                continue;
            }
            let mut parts = value.split_whitespace();
            if let Some(first) = parts.next() {
                is_something = true;
                if let Some(last) = fields.last_mut() {
                    last.push_str(first);
                }
                fields.extend(parts.map(str::to_owned));
            }
        }
        if is_something { fields } else { Vec::new() }
    }

    fn value(&self, name: &str) -> String {
        if let Some((name, usual)) = name.split_once(":-") {
            let value = self.value(name);
            return if value.is_empty() {
                usual.to_owned()
            } else {
                value
            };
        }
        match name {
            "?" => self.status.to_string(),
            "$" => "1".to_owned(),
            "!" => "7".to_owned(),
            "#" => "0".to_owned(),
            "PWD" => self.folder.clone(),
            name => self.values.get(name).cloned().unwrap_or_default(),
        }
    }

    /// The paths that a pattern matches in its last part; itself where there are none.
    fn glob(&self, pattern: &str) -> Vec<String> {
        let (folder, name) = match pattern.rsplit_once('/') {
            Some((folder, name)) => (format!("{folder}/"), name),
            None => (String::new(), pattern),
        };
        let real = self.absolute(if folder.is_empty() { "." } else { &folder });
        let found = self.engine.look(|world| {
            let (real, _) = world.look(&self.container, &real).ok()?;
            Some(world.in_folder(&self.container, &real))
        });
        let names = found.into_iter().flatten().map(|(name, _)| name);
        let matching: Vec<String> = names
            .filter(|own| !own.starts_with('.') && matches(name, own))
            .map(|own| format!("{folder}{own}"))
            .collect();
        if matching.is_empty() {
            vec![pattern.to_owned()]
        } else {
            matching
        }
    }
}

/// Whether a name is of a pattern with stars; in time linear in the name for each star.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_match_anything() {
        assert!(matches("*.pem", "a.pem") && matches("a*c*e", "abcde") && matches("*", "x"));
        assert!(!matches("*.pem", "a.crt") && !matches("ab", "abc"));
    }
}
