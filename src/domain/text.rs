//! Untrusted text made safe to show: nothing that moves a cursor, hides or reorders what is read.

use std::borrow::Cow;

/// Whether a character may not reach a screen as it is: controls (C0, C1, DEL), the bidirectional controls that
/// reorder what is read ("Trojan Source", CVE-2021-42574), invisible ones, and what cannot be assigned.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}'
            | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// The text with each unsafe character shown as `·`, so that what was there is seen to be odd.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unsafe) {
        Cow::Owned(
            text.chars()
                .map(|c| if is_unsafe(c) { '·' } else { c })
                .collect(),
        )
    } else {
        Cow::Borrowed(text)
    }
}

/// One word for a POSIX shell: quoted where it could mean something else.
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_@/:=+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_for_a_shell_is_one_word() {
        for (word, expected) in [
            ("", "''"),
            ("/srv/data-1", "/srv/data-1"),
            ("/srv/my data", "'/srv/my data'"),
            ("it's", "'it'\\''s'"),
            ("$(id)", "'$(id)'"),
            ("a\nb", "'a\nb'"),
            ("~", "'~'"),
            ("*", "'*'"),
        ] {
            assert_eq!(shell_word(word), expected);
        }
    }
}
