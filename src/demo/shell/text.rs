//! Programs that print and change text.

use super::interpret::{Session, Streams};
use super::streams::Input;

/// No more is printed of what has no end.
const MOST: usize = 64 << 20;

impl Session {
    pub(super) async fn text(
        &mut self,
        name: &str,
        arguments: &[String],
        streams: &Streams,
    ) -> i64 {
        match name {
            "echo" => {
                let (words, end) = match arguments.split_first() {
                    Some((first, rest)) if first == "-n" => (rest, ""),
                    _ => (arguments, "\n"),
                };
                let text = format!("{}{end}", words.join(" "));
                streams.out.write(text.as_bytes()).await;
                0
            }
            "printf" => {
                let bytes = printf(arguments);
                streams.out.write(&bytes).await;
                0
            }
            "cat" => self.cat(arguments, streams).await,
            "tr" => {
                let bytes = translate(arguments, &streams.input.all().await);
                streams.out.write(&bytes).await;
                0
            }
            "head" | "tail" => self.part(name, arguments, streams).await,
            "wc" => self.count(arguments, streams).await,
            _ => self.grep(arguments, streams).await,
        }
    }

    /// The content of the files that are named, or the input; none when one is not there.
    async fn read_all(&self, name: &str, paths: &[&String], streams: &Streams) -> Option<Vec<u8>> {
        if paths.is_empty() {
            return Some(streams.input.all().await);
        }
        let mut all = Vec::new();
        for path in paths {
            match self.open(path) {
                Ok(input) => all.extend(input.all().await),
                Err(why) => {
                    streams
                        .err
                        .line(&format!("{name}: can't open '{why}'"))
                        .await;
                    return None;
                }
            }
        }
        Some(all)
    }

    async fn cat(&mut self, arguments: &[String], streams: &Streams) -> i64 {
        if arguments.is_empty() {
            // As it comes: somebody may be typing.
            while let Some(line) = streams.input.line().await {
                streams.out.write(&line).await;
            }
            return 0;
        }
        let paths: Vec<&String> = arguments.iter().collect();
        match self.read_all("cat", &paths, streams).await {
            Some(all) => {
                streams.out.write(&all).await;
                0
            }
            None => 1,
        }
    }

    async fn part(&mut self, name: &str, arguments: &[String], streams: &Streams) -> i64 {
        let mut words = arguments.iter();
        let (mut lines, mut bytes, mut paths) = (10, None, Vec::new());
        while let Some(word) = words.next() {
            match word.as_str() {
                "-c" => bytes = words.next().and_then(|word| word.parse::<usize>().ok()),
                "-n" => {
                    lines = words
                        .next()
                        .and_then(|word| word.parse().ok())
                        .unwrap_or(10);
                }
                _ => match word
                    .strip_prefix('-')
                    .and_then(|digits| digits.parse().ok())
                {
                    Some(number) => lines = number,
                    None => paths.push(word),
                },
            }
        }
        let is_endless = match paths.as_slice() {
            [path] => matches!(self.open(path), Ok(Input::Zeros)),
            _ => false,
        };
        if let (true, Some(count)) = (is_endless, bytes) {
            streams.out.write(&vec![0; count.min(MOST)]).await;
            return 0;
        }
        let Some(all) = self.read_all(name, &paths, streams).await else {
            return 1;
        };
        let part = match (bytes, name) {
            (Some(count), "head") => all.get(..count.min(all.len())),
            (Some(count), _) => all.get(all.len().saturating_sub(count)..),
            (None, _) => {
                let mut ends = all.split_inclusive(|byte| *byte == b'\n');
                let total = all.split_inclusive(|byte| *byte == b'\n').count();
                let skipped = if name == "head" {
                    0
                } else {
                    total.saturating_sub(lines)
                };
                let before: usize = ends.by_ref().take(skipped).map(<[u8]>::len).sum();
                let shown: usize = ends.take(lines).map(<[u8]>::len).sum();
                all.get(before..before + shown)
            }
        };
        streams.out.write(part.unwrap_or_default()).await;
        0
    }

    async fn count(&mut self, arguments: &[String], streams: &Streams) -> i64 {
        let (options, paths): (Vec<&String>, Vec<&String>) =
            arguments.iter().partition(|word| word.starts_with('-'));
        let Some(all) = self.read_all("wc", &paths, streams).await else {
            return 1;
        };
        let lines = memchr::memchr_iter(b'\n', &all).count();
        let words = String::from_utf8_lossy(&all).split_whitespace().count();
        let said = match options.first().map(|option| option.as_str()) {
            Some("-l") => lines.to_string(),
            Some("-w") => words.to_string(),
            Some("-c") => all.len().to_string(),
            _ => format!("{lines:>7} {words:>7} {:>7}", all.len()),
        };
        streams.out.line(&said).await;
        0
    }

    /// Lines with these very words in them.
    async fn grep(&mut self, arguments: &[String], streams: &Streams) -> i64 {
        let (options, words): (Vec<&String>, Vec<&String>) =
            arguments.iter().partition(|word| word.starts_with('-'));
        let Some((wanted, paths)) = words.split_first() else {
            streams.err.line("grep: what for?").await;
            return 2;
        };
        let has = |letter: char| options.iter().any(|option| option.contains(letter));
        let Some(all) = self.read_all("grep", paths, streams).await else {
            return 2;
        };
        let text = String::from_utf8_lossy(&all).into_owned();
        let lower = wanted.to_lowercase();
        let mut found = false;
        for line in text.lines() {
            let is = if has('i') {
                line.to_lowercase().contains(&lower)
            } else {
                line.contains(wanted.as_str())
            };
            if is != has('v') {
                found = true;
                if !has('q') {
                    streams.out.line(line).await;
                }
            }
        }
        i64::from(!found)
    }
}

/// `printf FORMAT WORD…`: escapes, `%s`, `%d`, `%%`.
fn printf(arguments: &[String]) -> Vec<u8> {
    let mut words = arguments.iter();
    let format = words.next().map_or("", String::as_str);
    let mut out = Vec::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '%' => match chars.next() {
                Some('s' | 'd') => out.extend(words.next().map_or("", String::as_str).bytes()),
                Some('%') => out.push(b'%'),
                Some(other) => out.extend(format!("%{other}").bytes()),
                None => {}
            },
            '\\' => escape(&mut chars, &mut out),
            c => out.extend(c.to_string().bytes()),
        }
    }
    out
}

fn escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut Vec<u8>) {
    match chars.peek().copied() {
        Some('0'..='7') => {
            let mut value = 0_u32;
            for _ in 0..3 {
                match chars.next_if(|c| c.is_digit(8)).and_then(|c| c.to_digit(8)) {
                    Some(digit) => value = value * 8 + digit,
                    None => break,
                }
            }
            out.push(value as u8);
        }
        Some(c) => {
            chars.next();
            out.push(match c {
                'n' => b'\n',
                'r' => b'\r',
                't' => b'\t',
                'e' => 0x1b,
                other => other as u8,
            });
        }
        None => out.push(b'\\'),
    }
}

/// `tr FROM TO`, of single characters.
fn translate(arguments: &[String], bytes: &[u8]) -> Vec<u8> {
    let set = |at: usize| {
        let mut out = Vec::new();
        let mut chars = arguments
            .get(at)
            .map_or("", String::as_str)
            .chars()
            .peekable();
        while let Some(c) = chars.next() {
            if c == '\\' {
                escape(&mut chars, &mut out);
            } else {
                out.extend(c.to_string().bytes());
            }
        }
        out
    };
    let (from, to) = (set(0), set(1));
    let change = |byte: &u8| match from.iter().position(|other| other == byte) {
        Some(at) => to.get(at).or(to.last()).copied().unwrap_or(*byte),
        None => *byte,
    };
    bytes.iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_has_its_bytes() {
        let words = |words: &[&str]| {
            words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            printf(&words(&[r"\001\002\000\377%s%%\n", "x"])),
            b"\x01\x02\x00\xffx%\n"
        );
        assert_eq!(printf(&words(&["three\\r\\n\\nlast"])), b"three\r\n\nlast");
        assert_eq!(translate(&words(&["\\0", "x"]), b"\0\0a"), b"xxa");
    }
}
