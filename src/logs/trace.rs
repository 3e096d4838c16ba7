//! Which lines belong to a stack trace begun before them.

use memchr::memchr;

use super::Level;

/// Whether a line goes on with what the line before it of the same container began: the rest of a stack trace (Java,
/// Kotlin, Python, Go, Rust, Node, .NET, PHP, Ruby), a cause, or anything indented. Kept together, lines of other
/// containers do not tear it apart.
pub fn continues(previous: &str, text: &str) -> bool {
    if text.is_empty() {
        return is_within(previous);
    }
    text.starts_with(' ')
        || is_of_a_trace(text)
        || (text.starts_with("Traceback (most recent call last)") && begins_traceback(previous))
        || (is_exception(text) && is_python_frame(previous))
        || (is_go_call(text) && is_before_go_call(previous))
        || (matches!(text, "}" | "]" | "})" | "},") && previous.starts_with(' '))
        // Rust puts the message of a panic on a line of its own.
        || (previous.starts_with("thread '") && previous.contains(" panicked at ") && previous.ends_with(':'))
}

/// Lines that stand nowhere else.
fn is_of_a_trace(text: &str) -> bool {
    const BEGINNINGS: [&str; 17] = [
        // Java, anyhow.
        "Caused by:",
        "Suppressed:",
        "... ",
        // Python.
        "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause of the following exception:",
        // Go.
        "goroutine ",
        "created by ",
        "[signal ",
        // Rust.
        "stack backtrace:",
        "note: run with `RUST_BACKTRACE=",
        "note: Some details are omitted, run with `RUST_BACKTRACE=",
        // .NET.
        "--- End of ",
        "---> ",
        // PHP.
        "Stack trace:",
        "PHP Stack trace:",
        "PHP   ",
        // What JavaScript's engines call their frames by, where the indent is lost.
        "at async ",
    ];
    match text.as_bytes()[0] {
        b'#' => is_numbered_frame(text),
        b'a' if text.starts_with("at ") => text.ends_with(')') && text.contains('('),
        b'g' => is_goroutine(text),
        b'.' | b'-' | b'[' | b'a' | b'c' | b'n' | b's' | b'C' | b'D' | b'P' | b'S' | b'T' => {
            BEGINNINGS
                .iter()
                .any(|beginning| text.starts_with(beginning))
        }
        _ => false,
    }
}

/// `goroutine 7 [running]:`.
fn is_goroutine(text: &str) -> bool {
    text.strip_prefix("goroutine ")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.ends_with("]:"))
}

/// `#0 /srv/x.php(12): f()` (PHP), `#1 0x00007f… in main` (gdb, sanitizers), but not `#42 is fixed`.
fn is_numbered_frame(text: &str) -> bool {
    let digits = text[1..].bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[1 + digits..];
    (1..=4).contains(&digits)
        && [" /", " {main}", " 0x", " [internal", " C:\\"]
            .iter()
            .any(|frame| rest.starts_with(frame))
}

/// Whether an empty line after this one is within a trace.
fn is_within(previous: &str) -> bool {
    previous.starts_with(' ')
        || previous.starts_with("panic: ")
        || previous.starts_with("fatal error: ")
        || (!previous.is_empty() && is_of_a_trace(previous))
        || is_exception(previous)
}

/// `logging.exception` writes its message as an error, and the traceback after it.
fn begins_traceback(previous: &str) -> bool {
    previous.is_empty() || Level::of(previous) >= Some(Level::Error)
}

/// Whether the line before is one of a Python traceback, and not of the other languages that indent theirs.
fn is_python_frame(previous: &str) -> bool {
    let frame = previous.trim_start_matches(' ');
    previous.starts_with("  ") && !frame.starts_with("at ") && !frame.starts_with("... ")
}

/// `ValueError: no`, `requests.exceptions.ConnectionError: no`, `KeyboardInterrupt`.
fn is_exception(text: &str) -> bool {
    const LONGEST: usize = 200;
    let head = &text.as_bytes()[..text.len().min(LONGEST)];
    let name = match memchr(b':', head) {
        Some(end) if head.get(end + 1).is_none_or(|byte| *byte == b' ') => &head[..end],
        None if text.len() < LONGEST => head,
        _ => return false,
    };
    let is_path = name
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    // A word in capitals is a level, one of small letters a program.
    is_path
        && last.len() > 3
        && last[0].is_ascii_uppercase()
        && last.iter().any(u8::is_ascii_lowercase)
        && (text.len() > name.len() || ends_like_an_exception(last))
}

/// Without a message only its name tells it from a word.
fn ends_like_an_exception(name: &[u8]) -> bool {
    [
        &b"Error"[..],
        b"Exception",
        b"Interrupt",
        b"Exit",
        b"Warning",
        b"Iteration",
    ]
    .iter()
    .any(|end| name.ends_with(end))
}

/// `main.(*Server).run(0xc000, {0x1, 0x2})`, whose file and line are indented on the next.
fn is_go_call(text: &str) -> bool {
    let Some(open) = memchr(b'(', text.as_bytes()) else {
        return false;
    };
    text.ends_with(')') && open > 0 && text[..open].contains('.') && !text[..open].contains(' ')
}

fn is_before_go_call(previous: &str) -> bool {
    is_goroutine(previous) || (previous.starts_with(' ') && previous.contains(".go:"))
}
