//! Where an engine puts the log of a container, and how much of it it keeps.

use std::collections::BTreeMap;
use std::fmt;

use super::ByteSize;

/// The logging driver of a container and its rotation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogKeeping {
    /// The driver: `json-file`, `local`, `journald`, `none` …
    pub driver: String,
    /// How much it keeps.
    pub bound: LogBound,
}

/// How much of a log is kept on the engine's disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogBound {
    /// Nothing there: another program has it, or nobody.
    #[default]
    Elsewhere,
    /// Files of this size, and so many of them.
    Files {
        /// The size at which a new one is begun.
        size: ByteSize,
        /// How many are kept.
        count: u64,
    },
    /// Everything, for ever.
    Unbounded,
}

impl LogKeeping {
    /// Reads a driver with its options (`max-size`, `max-file`). The defaults are the engine's: json-file keeps everything,
    /// local five files of 20 MiB (docs.docker.com/engine/logging/drivers).
    pub fn of(driver: &str, options: &BTreeMap<String, String>) -> Self {
        let option = |name: &str| options.get(name).map(|value| value.trim());
        let count = |default| {
            let said = option("max-file").and_then(|text| text.parse().ok());
            said.filter(|count| *count > 0).unwrap_or(default)
        };
        let bound = match driver {
            // Podman calls its own k8s-file, with the same options.
            "json-file" | "k8s-file" => match option("max-size").and_then(|text| bytes(text, 1000))
            {
                Some(size) => LogBound::Files {
                    size,
                    count: count(1),
                },
                None => LogBound::Unbounded,
            },
            "local" => LogBound::Files {
                size: option("max-size")
                    .and_then(|text| bytes(text, 1024))
                    .unwrap_or(ByteSize(20 << 20)),
                count: count(5),
            },
            _ => LogBound::Elsewhere,
        };
        Self {
            driver: driver.to_owned(),
            bound,
        }
    }
}

impl fmt::Display for LogKeeping {
    /// `json-file, without a limit`, `local, at most 5 files of 20M`, `journald`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bound {
            LogBound::Elsewhere => f.write_str(&self.driver),
            LogBound::Unbounded => write!(f, "{}, without a limit", self.driver),
            LogBound::Files { size, count: 1 } => {
                write!(f, "{}, at most one file of {size}", self.driver)
            }
            LogBound::Files { size, count } => {
                write!(f, "{}, at most {count} files of {size}", self.driver)
            }
        }
    }
}

/// `10m`, `1.5G`, `500kb`; none of what is no size, and of -1, which is no limit. json-file counts thousands, local 1,024s.
fn bytes(text: &str, kilo: u64) -> Option<ByteSize> {
    let text = text.trim().to_ascii_lowercase();
    let text = text
        .strip_suffix("ib")
        .or(text.strip_suffix('b'))
        .unwrap_or(&text);
    let (number, power) = match text.chars().last()? {
        'k' => (&text[..text.len() - 1], 1),
        'm' => (&text[..text.len() - 1], 2),
        'g' => (&text[..text.len() - 1], 3),
        't' => (&text[..text.len() - 1], 4),
        _ => (text, 0),
    };
    let number: f64 = number.trim().parse().ok()?;
    let size = number * kilo.pow(power) as f64;
    (size >= 1.0).then_some(ByteSize(size as u64))
}

/// What is wrong with a log of this size: that it has no bound and is large already, or that it grows fast. `a_day` is how
/// fast it grows; `restarts` whether its container dies and is restarted again and again.
pub fn wrong(
    keeping: &LogKeeping,
    size: ByteSize,
    a_day: Option<ByteSize>,
    restarts: bool,
) -> Option<String> {
    const LARGE: ByteSize = ByteSize(1 << 30);
    const FAST: ByteSize = ByteSize(1 << 30);
    if keeping.bound != LogBound::Unbounded {
        return None;
    }
    let fast = a_day.filter(|a_day| *a_day >= FAST);
    let of_restarts = if restarts {
        " (it dies and is restarted)"
    } else {
        ""
    };
    match fast {
        Some(a_day) => Some(format!(
            "writes {a_day} of log a day{of_restarts}, and nothing limits it: it has {size}; set max-size and max-file of its logging"
        )),
        None if size >= LARGE => Some(format!(
            "has a log of {size} without a limit{of_restarts}: set max-size and max-file of its logging"
        )),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeping(driver: &str, options: &[(&str, &str)]) -> LogKeeping {
        let options = options.iter();
        let options = options.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        LogKeeping::of(driver, &options.collect())
    }

    #[test]
    fn what_an_engine_keeps_is_told() {
        for (driver, options, said) in [
            ("json-file", &[][..], "json-file, without a limit"),
            (
                "json-file",
                &[("max-size", "-1")],
                "json-file, without a limit",
            ),
            (
                "json-file",
                &[("max-file", "3")],
                "json-file, without a limit",
            ),
            (
                "json-file",
                &[("max-size", "10m")],
                "json-file, at most one file of 9.5M",
            ),
            (
                "json-file",
                &[("max-size", "10MB"), ("max-file", "3")],
                "json-file, at most 3 files of 9.5M",
            ),
            ("local", &[], "local, at most 5 files of 20M"),
            (
                "local",
                &[("max-size", "1g"), ("max-file", "2")],
                "local, at most 2 files of 1.0G",
            ),
            ("journald", &[], "journald"),
            ("none", &[("max-size", "10m")], "none"),
        ] {
            assert_eq!(keeping(driver, options).to_string(), said);
        }
    }

    #[test]
    fn sizes_are_read_and_nonsense_is_none() {
        assert_eq!(bytes("1.5k", 1000), Some(ByteSize(1_500)));
        assert_eq!(bytes("20MiB", 1024), Some(ByteSize(20 << 20)));
        assert_eq!(bytes("77", 1000), Some(ByteSize(77)));
        for nonsense in ["", "m", "-5k", "0", "ten", "é"] {
            assert_eq!(bytes(nonsense, 1000), None, "{nonsense}");
        }
    }

    #[test]
    fn only_a_log_without_a_bound_is_wrong() {
        let unbounded = keeping("json-file", &[]);
        let (small, large) = (ByteSize(5 << 20), ByteSize(3 << 30));
        assert_eq!(wrong(&unbounded, small, None, true), None);
        assert_eq!(
            wrong(&unbounded, large, Some(ByteSize(7)), false).unwrap(),
            "has a log of 3.0G without a limit: set max-size and max-file of its logging"
        );
        let fast = wrong(&unbounded, small, Some(ByteSize(9 << 30)), true).unwrap();
        assert!(
            fast.starts_with("writes 9.0G of log a day (it dies"),
            "{fast}"
        );
        let local = keeping("local", &[]);
        assert_eq!(wrong(&local, large, Some(large), true), None);
    }
}
