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
