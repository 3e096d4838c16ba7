//! Reads Rust source as far as the import rule needs it: words and `::` with their lines, and the paths they form.

/// A word or a sign of the source, outside comments and literals.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    text: String,
    line: usize,
}

/// A path such as `crate::app::action`, groups of a `use` taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Its first segments, at most [`DEPTH`].
    pub segments: Vec<String>,
    /// The line of its last segment that is listed.
    pub line: usize,
}

/// How many segments of a path any rule looks at: `std::time::Instant::now`.
const DEPTH: usize = 4;

/// Every path of a source text, and every name a `use` brings in whole.
pub fn paths(source: &str) -> Vec<Path> {
    let tokens = tokens(source);
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let continues = index > 0 && tokens[index - 1].text == "::";
        let leads = tokens.get(index + 1).is_some_and(|next| next.text == "::");
        let used = index > 0 && matches!(tokens[index - 1].text.as_str(), "use" | "crate");
        if is_word(&token.text) && !continues && (leads || used) {
            follow(&tokens, index, &[], &mut found);
        }
    }
    found
}

/// Adds the path that starts at a word, once for each member of a group.
fn follow(tokens: &[Token], at: usize, before: &[String], found: &mut Vec<Path>) {
    let Some(token) = tokens.get(at) else { return };
    let mut segments = before.to_vec();
    segments.push(token.text.clone());
    let next = |offset: usize| tokens.get(at + offset).map(|token| token.text.as_str());
    match (next(1), next(2)) {
        (Some("::"), Some("{")) if segments.len() < DEPTH => {
            let mut nesting = 0;
            for (index, member) in tokens.iter().enumerate().skip(at + 2) {
                match member.text.as_str() {
                    "{" => nesting += 1,
                    "}" => nesting -= 1,
                    _ => {
                        let first = matches!(tokens[index - 1].text.as_str(), "{" | ",");
                        if nesting == 1 && first {
                            follow(tokens, index, &segments, found);
                        }
                    }
                }
                if nesting == 0 {
                    break;
                }
            }
        }
        (Some("::"), Some(word)) if segments.len() < DEPTH && (is_word(word) || word == "*") => {
            follow(tokens, at + 2, &segments, found);
        }
        _ => found.push(Path {
            segments,
            line: token.line,
        }),
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn tokens(source: &str) -> Vec<Token> {
    let code = without_literals(source);
    let mut tokens = Vec::new();
    for (index, text) in code.lines().enumerate() {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let word = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let length = if word > 0 {
                word
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            if !first.is_whitespace() {
                tokens.push(Token {
                    text: rest[..length].to_owned(),
                    line: index + 1,
                });
            }
            rest = &rest[length..];
        }
    }
    tokens
}

/// The source with comments and literals blanked, line ends kept.
fn without_literals(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = at + literal_length(&source[at..], out.chars().next_back());
        if end == at {
            let c = source[at..].chars().next().unwrap_or(' ');
            out.push(c);
            at += c.len_utf8();
        } else {
            out.extend(
                source[at..end]
                    .chars()
                    .map(|c| if c == '\n' { c } else { ' ' }),
            );
            at = end;
        }
    }
    out
}

/// How long the comment or literal at the start of a text is; 0 when none starts here.
fn literal_length(text: &str, before: Option<char>) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return block_comment(text);
    }
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let raw = text.trim_start_matches(['b', 'c']);
    if !in_word && text.len() - raw.len() <= 1 && raw.starts_with('r') {
        let hashes = raw[1..].len() - raw[1..].trim_start_matches('#').len();
        if raw[1 + hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let start = text.len() - raw.len() + 2 + hashes;
            return text[start..]
                .find(&close)
                .map_or(text.len(), |found| start + found + close.len());
        }
    }
    if text.starts_with('"') {
        return quoted(text, '"').unwrap_or(text.len());
    }
    // 'a' is a character, 'a without its end a lifetime.
    if text.starts_with("'\\") {
        return quoted(text, '\'').unwrap_or(text.len());
    }
    let mut chars = text.chars();
    if chars.next() == Some('\'') {
        let inner = chars.next().map_or(0, char::len_utf8);
        if chars.next() == Some('\'') {
            return inner + 2;
        }
    }
    0
}

/// The length of a literal from its opening quote to its closing one.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return Some(index + 1),
            _ => {}
        }
    }
    None
}

/// The length of a block comment; they nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}
