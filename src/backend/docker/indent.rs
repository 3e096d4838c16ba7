//! JSON text with line breaks and indentation, every key and number as it was written.

const STEP: &str = "  ";

/// The same JSON, indented. The input has to be valid JSON.
pub(super) fn indent(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut rest = json.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '"' => {
                let end = string_end(json, at);
                out.push_str(&json[at..end]);
                while rest.next_if(|(next, _)| *next < end).is_some() {}
            }
            '{' | '[' => {
                out.push(c);
                while rest
                    .next_if(|(_, next)| next.is_ascii_whitespace())
                    .is_some()
                {}
                if let Some((_, close)) = rest.next_if(|(_, next)| matches!(next, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

/// Where the string that opens at `start` ends, its closing quote included.
fn string_end(json: &str, start: usize) -> usize {
    let mut escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(start + 1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    json.len()
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str(STEP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_numbers_stay_as_they_were() {
        let json = r#"{"z":1.50,"a":[ ],"b":{"q":"x, {\"y\": \\","r":null},"c":[1,{"é":"ü"}]}"#;
        let text = indent(json);
        assert_eq!(
            text,
            "{\n  \"z\": 1.50,\n  \"a\": [],\n  \"b\": {\n    \"q\": \"x, {\\\"y\\\": \\\\\",\n    \"r\": null\n  },\n  \
             \"c\": [\n    1,\n    {\n      \"é\": \"ü\"\n    }\n  ]\n}"
        );
        let before: serde_json::Value = serde_json::from_str(json).unwrap();
        let after: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(before, after);
    }

    #[test]
    fn an_unfinished_text_does_not_hang() {
        assert_eq!(indent("\"abc"), "\"abc");
        assert_eq!(indent("]"), "\n]");
    }
}
