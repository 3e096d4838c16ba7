//! What Compose says when it fails, without the progress that it prints between.

use crate::domain::text::visible;

/// How many lines are quoted at most.
const QUOTED: usize = 4;
/// How long a quoted line may be.
const LINE: usize = 500;

/// The words that say why, out of the last lines of its error output; none when there are none.
pub(super) fn why<'a>(lines: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    let mut about_a_service = None;
    for line in lines {
        if let Some(error) = line.strip_prefix("ERROR: for ") {
            // v1 says it of the container and again of the service: "ERROR: for web  Cannot start service web: …".
            about_a_service = Some(clean(error));
        } else if !is_progress(line) {
            let line = clean(line);
            // v2 and later may say the last error twice.
            if !line.is_empty() && !said.contains(&line) {
                said.push(line);
            }
        }
    }
    if about_a_service.is_some() {
        return about_a_service;
    }
    let skipped = said.len().saturating_sub(QUOTED);
    let quoted = said.split_off(skipped);
    (!quoted.is_empty()).then(|| quoted.join("; "))
}

/// What helps, where Compose's words are of a known kind.
pub fn hint(why: &str) -> Option<&'static str> {
    let why = why.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| why.contains(word));
    if says(&[
        "unauthorized",
        "pull access denied",
        "authentication required",
        "no basic auth credentials",
        "access to the resource is denied",
    ]) {
        Some("log in to the registry (docker login) as the user who runs topside")
    } else if says(&[
        "no such host",
        "connection refused",
        "i/o timeout",
        "tls handshake timeout",
    ]) {
        Some("check this machine's network and the registry's address")
    } else if says(&["no space left on device"]) {
        Some("free some disk space: docker system df shows what takes it")
    } else if says(&["port is already allocated", "address already in use"]) {
        Some("another program listens on that port: stop it, or change the Compose file")
    } else {
        None
    }
}

/// v2 indents progress by one space (" Container web-1 Started") and logs warnings in logrus's form; v1 prints
/// `Creating web_1 ... done`.
fn is_progress(line: &str) -> bool {
    line.starts_with(' ') && !line.starts_with("  ")
        || line.starts_with("time=") && line.contains("level=warning")
        || line.starts_with("WARNING: ")
        || line.contains(" ... ")
        || line.ends_with(" ...")
        || line.starts_with("Pulling ") && line.ends_with("...")
}

fn clean(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(LINE).collect();
    visible(&line).into_owned()
}
