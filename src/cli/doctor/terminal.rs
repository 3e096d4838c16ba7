//! What the terminal can show, as far as it tells.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use crate::backend::endpoint::Environment;
use crate::config::Colors;
use crate::domain::Failure;
use crate::theme::ColorDepth;

use super::{Checked, Part, asked};

/// Below this the dashboard says that it has no room.
const SMALLEST: (u16, u16) = (40, 12);
/// What it is drawn for.
const COMFORTABLE: (u16, u16) = (80, 24);

/// What a terminal says of itself.
pub(super) struct Surroundings {
    pub(super) variables: BTreeMap<String, String>,
    pub(super) is_terminal: bool,
    /// Columns and rows.
    pub(super) size: Option<(u16, u16)>,
}

impl Surroundings {
    pub(super) fn of_process() -> Self {
        let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
        Self {
            variables: Environment::of_process().variables,
            is_terminal: std::io::stdin().is_terminal() && std::io::stdout().is_terminal(),
            size: size.map(|size| (size.ws_col, size.ws_row)),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }
}

/// Everything about the terminal. Only tmux is asked something.
pub(super) async fn look(here: &Surroundings) -> Vec<Checked> {
    let mut checks = vec![kind(here)];
    if here.is_terminal {
        checks.extend([colors(here), characters(here)]);
        let tmux = match here.get("TMUX") {
            Some(_) => tmux_clipboard().await,
            None => None,
        };
        checks.push(clipboard(here, tmux.as_deref()));
    }
    checks
}

/// Whether there is a terminal at all, and one that is large enough.
pub(super) fn kind(here: &Surroundings) -> Checked {
    let name = "kind";
    let term = here.get("TERM").unwrap_or("unknown");
    if !here.is_terminal {
        let what = "this is no terminal: the dashboard needs one, the subcommands do not";
        return Part::Terminal.partly(name, what, "with ssh, add -t: ssh -t HOST topside");
    }
    if term == "dumb" {
        let why = "TERM=dumb: this terminal cannot move its cursor";
        let failure = Failure::new("open the dashboard", why);
        let hint = "use the subcommands (topside status), or a terminal that can";
        return Part::Terminal.fails(name, failure.hint(hint));
    }
    let Some((columns, rows)) = here
        .size
        .filter(|(columns, rows)| *columns > 0 && *rows > 0)
    else {
        let hint = "stty rows 24 cols 80 tells it";
        return Part::Terminal.partly(name, format!("{term}, of unknown size"), hint);
    };
    let what = format!("{term}, {columns}x{rows}{}", within(here));
    if columns < SMALLEST.0 || rows < SMALLEST.1 {
        let hint = format!("make it at least {}x{}", SMALLEST.0, SMALLEST.1);
        return Part::Terminal.partly(name, format!("{what}: too small for the dashboard"), hint);
    }
    if columns < COMFORTABLE.0 || rows < COMFORTABLE.1 {
        let hint = "columns are left out; it is drawn for 80x24 and more";
        return Part::Terminal.partly(name, format!("{what}: small"), hint);
    }
    Part::Terminal.works(name, what)
}

fn within(here: &Surroundings) -> &'static str {
    if here.get("TMUX").is_some() {
        ", in tmux"
    } else if here.get("STY").is_some() {
        ", in screen"
    } else {
        ""
    }
}

/// How many colours are used.
pub(super) fn colors(here: &Surroundings) -> Checked {
    let name = "colours";
    let get = |name: &str| here.get(name).map(str::to_owned);
    match Colors::Auto.depth(get) {
        ColorDepth::True => Part::Terminal.works(name, "16 million (COLORTERM says so)"),
        ColorDepth::Indexed256 => {
            let what = "256; themes are fitted to these";
            let hint = "if yours shows more: export COLORTERM=truecolor, or colors = \"true\" in the config; through ssh, \
                        SendEnv COLORTERM";
            Part::Terminal.partly(name, what, hint)
        }
        ColorDepth::Ansi16 => {
            let what = "16; themes are fitted to these";
            let hint = "if yours shows more: TERM=xterm-256color, or colors = \"256\" or \"true\" in the config";
            Part::Terminal.partly(name, what, hint)
        }
        ColorDepth::None => Part::Terminal.works(name, "none, as NO_COLOR asks for"),
    }
}

/// Whether more than ASCII arrives.
pub(super) fn characters(here: &Surroundings) -> Checked {
    let name = "characters";
    // The first that is set counts (POSIX, 8.2 Internationalization Variables).
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| Some((name, here.get(name)?)));
    let is_utf8 = |value: &str| {
        let value = value.to_ascii_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    };
    match locale {
        Some((_, value)) if is_utf8(value) => {
            Part::Terminal.works(name, format!("UTF-8 ({value})"))
        }
        _ if here.get("TERM") == Some("linux") => {
            let what = "the console's font may lack some of the symbols";
            Part::Terminal.partly(
                name,
                what,
                "setfont with a font of 512 characters, or come through ssh",
            )
        }
        Some((variable, value)) => {
            let what = format!(
                "{variable}={value} is not UTF-8: symbols and lines may be garbled in tmux and screen"
            );
            Part::Terminal.partly(name, what, "export LC_CTYPE=C.UTF-8 (tmux -u, screen -U)")
        }
        None => {
            let what = "no locale is set: symbols and lines may be garbled in tmux and screen";
            Part::Terminal.partly(name, what, "export LC_CTYPE=C.UTF-8 (tmux -u, screen -U)")
        }
    }
}

/// Whether `y` reaches the clipboard of the machine that one sits at. A terminal does not tell whether it takes OSC 52;
/// what is known to stand between does.
pub(super) fn clipboard(here: &Surroundings, tmux: Option<&str>) -> Checked {
    let name = "clipboard";
    if here.get("TMUX").is_some() {
        return match tmux {
            Some("on" | "external") => {
                Part::Terminal.works(name, "through tmux, where the terminal takes OSC 52")
            }
            Some(other) => {
                let what =
                    format!("tmux keeps what is copied to itself (set-clipboard is {other})");
                Part::Terminal.partly(name, what, "tmux set -s set-clipboard on")
            }
            None => Part::Terminal.partly(
                name,
                "tmux did not say whether it passes on what is copied",
                "tmux show -s set-clipboard",
            ),
        };
    }
    if here.get("STY").is_some() {
        let what = "screen does not pass on what is copied";
        return Part::Terminal.partly(name, what, "use tmux, or the terminal's own selection (m)");
    }
    if here.get("TERM") == Some("linux") {
        let what = "the console has none";
        return Part::Terminal.partly(name, what, "come through ssh from a terminal that has one");
    }
    Part::Terminal.works(name, "OSC 52, where the terminal takes it")
}

async fn tmux_clipboard() -> Option<String> {
    let output = asked("tmux", &["show", "-sv", "set-clipboard"])
        .await?
        .ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let said = said.trim();
    (!said.is_empty()).then(|| said.to_owned())
}
