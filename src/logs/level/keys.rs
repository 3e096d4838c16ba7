//! What structured lines call their level, and what they write there.

use super::Level;

/// How the values of a key are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// A word; as a number pino's and bunyan's tens, or Nextcloud's 0 to 4.
    Usual,
    /// A word; as a number that of syslog.
    Syslog,
    /// Python's `levelno`, whose tens are one lower than pino's.
    Python,
}

/// The level that a field says; none when it is not the level's field, or says none.
pub(in crate::logs) fn level_of(key: &[u8], value: &[u8]) -> Option<Level> {
    let scale = scale(key)?;
    if value.first().is_some_and(u8::is_ascii_digit) {
        return number(scale, value);
    }
    Level::from_word(value)
}

fn scale(key: &[u8]) -> Option<Scale> {
    const LONGEST: usize = "severitytext".len();
    let mut plain = [0; LONGEST];
    let mut len = 0;
    // `log.level`, `log_level` and `LogLevel` are one name, and so are Serilog's `@l` and Stackdriver's `severity`.
    for byte in key
        .iter()
        .filter(|byte| !matches!(byte, b'.' | b'_' | b'-' | b'@'))
    {
        *plain.get_mut(len)? = byte.to_ascii_lowercase();
        len += 1;
    }
    match &plain[..len] {
        b"level" | b"lvl" | b"loglevel" | b"levelname" | b"levelstr" | b"levelvalue" => {
            Some(Scale::Usual)
        }
        b"l" if key.starts_with(b"@") => Some(Scale::Usual),
        b"severity" | b"severitytext" | b"syslogseverity" => Some(Scale::Syslog),
        b"levelno" => Some(Scale::Python),
        _ => None,
    }
}

fn number(scale: Scale, digits: &[u8]) -> Option<Level> {
    let text = std::str::from_utf8(digits).ok()?;
    let number: u64 = text.parse().ok()?;
    match (scale, number) {
        (Scale::Syslog, _) => Level::from_syslog(number),
        (Scale::Usual, 0..=4) => [
            Level::Debug,
            Level::Info,
            Level::Warn,
            Level::Error,
            Level::Fatal,
        ]
        .get(number as usize)
        .copied(),
        (Scale::Usual, 10..=69) => Level::ALL.get(number as usize / 10 - 1).copied(),
        (Scale::Python, 10..=59) => Level::ALL.get(number as usize / 10).copied(),
        // Logback's `level_value`.
        (_, 5_000) => Some(Level::Trace),
        (_, 10_000) => Some(Level::Debug),
        (_, 20_000) => Some(Level::Info),
        (_, 30_000) => Some(Level::Warn),
        (_, 40_000) => Some(Level::Error),
        _ => None,
    }
}
