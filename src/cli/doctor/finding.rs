//! One thing that was tried, and how all of them are printed.

use std::fmt::Write as _;

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::domain::Failure;
use crate::domain::text::visible;

/// How well something works. The worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Works {
    Yes,
    Partly,
    No,
}

impl Works {
    const fn symbol(self) -> &'static str {
        match self {
            Self::Yes => "✔",
            Self::Partly => "▲",
            Self::No => "✖",
        }
    }
}

/// What it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    Terminal,
    Topside,
    Engine,
    Tools,
}

impl Part {
    const fn title(self) -> &'static str {
        match self {
            Self::Terminal => "Terminal",
            Self::Topside => "Topside",
            Self::Engine => "Engine",
            Self::Tools => "Tools",
        }
    }
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Checked {
    pub(super) part: Part,
    pub(super) name: &'static str,
    pub(super) works: Works,
    /// What was found.
    pub(super) what: String,
    /// What to do, where something is to be done.
    pub(super) hint: Option<String>,
}

impl Part {
    pub(super) fn works(self, name: &'static str, what: impl Into<String>) -> Checked {
        Checked {
            part: self,
            name,
            works: Works::Yes,
            what: what.into(),
            hint: None,
        }
    }

    pub(super) fn partly(
        self,
        name: &'static str,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Checked {
        Checked {
            works: Works::Partly,
            hint: Some(hint.into()),
            ..self.works(name, what)
        }
    }

    pub(super) fn fails(self, name: &'static str, failure: Failure) -> Checked {
        Checked {
            works: Works::No,
            hint: failure.hint,
            ..self.works(name, failure.why)
        }
    }
}

/// For people: a heading for each part, a line for each thing, what to do below it.
pub(super) fn table(checks: &[Checked]) -> String {
    let width = checks.iter().map(|check| check.name.width()).max();
    let width = width.unwrap_or_default();
    let mut text = String::new();
    let mut last = None;
    for check in checks {
        // Writing to a String cannot fail.
        if last != Some(check.part) {
            let gap = if last.is_some() { "\n" } else { "" };
            let _ = writeln!(text, "{gap}{}", check.part.title());
            last = Some(check.part);
        }
        let symbol = check.works.symbol();
        let what = visible(&check.what);
        let _ = writeln!(text, "  {symbol} {:width$}  {what}", check.name);
        if let Some(hint) = &check.hint {
            let _ = writeln!(text, "    {:width$}  → {}", "", visible(hint));
        }
    }
    let _ = writeln!(text, "\n{}", verdict(checks));
    text
}

fn verdict(checks: &[Checked]) -> String {
    let count = |works| checks.iter().filter(|check| check.works == works).count();
    let things = |n: usize, one: &str, more: &str| match n {
        1 => format!("1 thing {one}"),
        n => format!("{n} things {more}"),
    };
    match (count(Works::No), count(Works::Partly)) {
        (0, 0) => "Everything works.".to_owned(),
        (0, partly) => format!("{}.", things(partly, "works in part", "work in part")),
        (no, 0) => format!("{}.", things(no, "does not work", "do not work")),
        (no, partly) => format!(
            "{}, {}.",
            things(no, "does not work", "do not work"),
            things(partly, "works in part", "work in part")
        ),
    }
}
