//! POP3's `STLS` (RFC 2595 §4; `CAPA` is RFC 2449).

use super::talk::{Talk, not_granted, odd};
use crate::domain::Answer;

pub(super) async fn agree(talk: &mut Talk<'_>) -> Result<(), Answer> {
    let greeting = talk.line().await?;
    if !is_ok(&greeting)? {
        return Err(not_granted(&greeting));
    }
    talk.say(b"CAPA\r\n").await?;
    // Servers without CAPA may have STLS all the same: then they are simply asked for it.
    if is_ok(&talk.line().await?)? && !offers(talk).await? {
        drop(talk.say(b"QUIT\r\n").await);
        return Err(Answer::NotOffered);
    }
    talk.say(b"STLS\r\n").await?;
    let granted = talk.line().await?;
    if is_ok(&granted)? {
        return Ok(());
    }
    drop(talk.say(b"QUIT\r\n").await);
    Err(not_granted(&granted))
}

/// Whether the list of what it can do, which ends with a dot, has `STLS`.
async fn offers(talk: &mut Talk<'_>) -> Result<bool, Answer> {
    let mut found = false;
    loop {
        let line = talk.line().await?;
        if line == "." {
            return Ok(found);
        }
        found |= line.eq_ignore_ascii_case("STLS");
    }
}

fn is_ok(line: &str) -> Result<bool, Answer> {
    match line.split_ascii_whitespace().next() {
        Some("+OK") => Ok(true),
        Some("-ERR") => Ok(false),
        _ => Err(odd("POP3", line.as_bytes())),
    }
}
