//! How many colours are used: what the config says, else what the terminal says of itself.

use super::Colors;
use crate::theme::ColorDepth;

impl Colors {
    /// How many they are, where these are the environment's variables.
    pub fn depth(self, variable: impl Fn(&str) -> Option<String>) -> ColorDepth {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        match self {
            Self::None => ColorDepth::None,
            Self::Ansi16 => ColorDepth::Ansi16,
            Self::Indexed256 => ColorDepth::Indexed256,
            Self::True => ColorDepth::True,
            // https://no-color.org: any value but the empty one.
            Self::Auto if set("NO_COLOR").is_some() => ColorDepth::None,
            Self::Auto => {
                let true_color = set("COLORTERM").is_some_and(|v| v == "truecolor" || v == "24bit");
                let term = set("TERM").unwrap_or_default();
                if true_color || term.ends_with("-direct") {
                    ColorDepth::True
                } else if term.contains("256") {
                    ColorDepth::Indexed256
                } else {
                    ColorDepth::Ansi16
                }
            }
        }
    }

    /// The same for the environment of this process.
    pub fn depth_here(self) -> ColorDepth {
        self.depth(|name| std::env::var(name).ok())
    }
}
