//! IMAP's `STARTTLS` (RFC 9051 §6.2.1, and RFC 3501 before it).

use super::talk::{Talk, not_granted, odd};
use crate::domain::Answer;

pub(super) async fn agree(talk: &mut Talk<'_>) -> Result<(), Answer> {
    let greeting = talk.line().await?;
    match word(&greeting, 1).to_ascii_uppercase().as_str() {
        "OK" if word(&greeting, 0) == "*" => {}
        // One that knows who we are does not start TLS any more (§7.1.4).
        "PREAUTH" | "BYE" => return Err(not_granted(&greeting)),
        _ => return Err(odd("IMAP", greeting.as_bytes())),
    }
    talk.say(b"a1 CAPABILITY\r\n").await?;
    let offers = answer(talk, "a1").await?;
    let mut untagged = offers.untagged.iter();
    let is_offered = untagged.any(|line| {
        let mut words = line.split_ascii_whitespace().skip(1);
        let is_list = words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("CAPABILITY"));
        is_list && words.any(|word| word.eq_ignore_ascii_case("STARTTLS"))
    });
    if !is_offered {
        drop(talk.say(b"a2 LOGOUT\r\n").await);
        return Err(Answer::NotOffered);
    }
    talk.say(b"a2 STARTTLS\r\n").await?;
    let granted = answer(talk, "a2").await?;
    if word(&granted.tagged, 1).eq_ignore_ascii_case("OK") {
        return Ok(());
    }
    drop(talk.say(b"a3 LOGOUT\r\n").await);
    Err(not_granted(&granted.tagged))
}

/// What is said until the line with the command's own tag.
struct Said {
    untagged: Vec<String>,
    tagged: String,
}

async fn answer(talk: &mut Talk<'_>, tag: &str) -> Result<Said, Answer> {
    let mut untagged = Vec::new();
    loop {
        let line = talk.line().await?;
        match word(&line, 0) {
            "*" => untagged.push(line),
            own if own == tag => {
                return Ok(Said {
                    untagged,
                    tagged: line,
                });
            }
            _ => return Err(odd("IMAP", line.as_bytes())),
        }
    }
}

fn word(line: &str, n: usize) -> &str {
    line.split_ascii_whitespace().nth(n).unwrap_or("")
}
