//! SMTP's `STARTTLS` (RFC 3207, replies as in RFC 5321 §4.2).

use super::talk::{Talk, not_granted, odd};
use crate::domain::Answer;

/// A client without a name of its own gives its address (RFC 5321 §4.1.3).
const EHLO: &[u8] = b"EHLO [127.0.0.1]\r\n";
const QUIT: &[u8] = b"QUIT\r\n";

pub(super) async fn agree(talk: &mut Talk<'_>) -> Result<(), Answer> {
    let greeting = reply(talk).await?;
    if greeting.code != 220 {
        return Err(not_granted(&greeting.text()));
    }
    talk.say(EHLO).await?;
    let offers = reply(talk).await?;
    if offers.code != 250 || !offers.names("STARTTLS") {
        // Whether it hears the goodbye is its own affair.
        drop(talk.say(QUIT).await);
        return Err(Answer::NotOffered);
    }
    talk.say(b"STARTTLS\r\n").await?;
    let granted = reply(talk).await?;
    if granted.code == 220 {
        return Ok(());
    }
    drop(talk.say(QUIT).await);
    Err(not_granted(&granted.text()))
}

/// A reply: its code, and the text of each of its lines.
struct Reply {
    code: u16,
    lines: Vec<String>,
}

impl Reply {
    /// The last line as it was said.
    fn text(&self) -> String {
        let last = self.lines.last().map_or("", String::as_str);
        format!("{} {last}", self.code)
    }

    /// Whether one of the lines after the first is this keyword, alone or with parameters.
    fn names(&self, keyword: &str) -> bool {
        let mut offers = self.lines.iter().skip(1);
        offers.any(|line| {
            let word = line.split_ascii_whitespace().next();
            word.is_some_and(|word| word.eq_ignore_ascii_case(keyword))
        })
    }
}

/// `250-first`, `250-second`, `250 last`.
async fn reply(talk: &mut Talk<'_>) -> Result<Reply, Answer> {
    let mut lines = Vec::new();
    let mut code = None;
    loop {
        let line = talk.line().await?;
        let not_smtp = || odd("SMTP", line.as_bytes());
        let (digits, rest) = line.split_at_checked(3).ok_or_else(not_smtp)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let this: u16 = digits
            .parse()
            .ok()
            .filter(|_| is_number)
            .ok_or_else(not_smtp)?;
        if *code.get_or_insert(this) != this {
            return Err(not_smtp());
        }
        let (text, is_last) = match rest.split_at_checked(1) {
            None => ("", true),
            Some((" ", text)) => (text, true),
            Some(("-", text)) => (text, false),
            Some(_) => return Err(not_smtp()),
        };
        lines.push(text.to_owned());
        if is_last {
            return Ok(Reply { code: this, lines });
        }
    }
}
