//! Which Compose it is: the Python one (v1) and the Go one (v2 and later) differ in what they take.

use std::fmt;

/// A Compose version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// 1 is the Python program; 2 and later the CLI plugin.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number.
    pub patch: u32,
}

impl Version {
    /// A version of three numbers.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// Reads what `version --short` prints: `1.29.2`, `v2.20.1`, `2.24.6-desktop.1`, `5.6.1+ds1`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut numbers = text.strip_prefix('v').unwrap_or(text).splitn(3, '.');
        let major = numbers.next()?.parse().ok()?;
        let minor = leading_number(numbers.next()?)?;
        let patch = numbers.next().and_then(leading_number).unwrap_or(0);
        Some(Self::new(major, minor, patch))
    }

    /// Whether it is the Python program, which knows less.
    pub const fn is_v1(self) -> bool {
        self.major < 2
    }

    /// Whether `--progress` is an option of every command (docker/compose#10690, v2.19.0).
    pub fn has_progress(self) -> bool {
        self >= Self::new(2, 19, 0)
    }

    /// Whether `--progress=json` says of each layer of a pull how much of it is there (docker/compose#11888, v2.29.0; a
    /// little later to be safe).
    pub fn has_json_progress(self) -> bool {
        self >= Self::new(2, 30, 0)
    }

    /// Whether `up` takes `--pull` (docker/compose#9991, v2.15.0).
    pub fn has_up_pull(self) -> bool {
        self >= Self::new(2, 15, 0)
    }

    /// Whether `--ansi` is known (v1.28.0; before it was `--no-ansi`).
    pub fn has_ansi(self) -> bool {
        self >= Self::new(1, 28, 0)
    }
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
