//! `topside completions`: what makes a shell complete our command line, with the services that there are.
//!
//! A shell does not hold a list of its own: it calls the binary with `COMPLETE=SHELL` and the words so far. What is
//! offered is therefore always what this binary takes, and what runs here now.

mod live;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::builder::PossibleValue;
use clap::{Arg, Args, Command, CommandFactory, ValueEnum};
use clap_complete::CompleteEnv;
use clap_complete::engine::ArgValueCompleter;
use clap_complete::env::{EnvCompleter, Shells};

use super::{Arguments, Exit, print};

/// Print what makes a shell complete the command line.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Completions {
    /// The shell; without it, the one that $SHELL names.
    #[arg(value_name = "SHELL")]
    pub shell: Option<Shell>,
}

const AFTER: &str = "\
It completes subcommands and options, and what there is at the moment: services, projects, volumes, images, contexts.

To have it in every new shell:
  topside completions bash > /etc/bash_completion.d/topside   or ~/.bashrc: source <(topside completions bash)
  topside completions zsh > ~/.zsh_topside                    and in ~/.zshrc, after compinit: source ~/.zsh_topside
  topside completions fish > ~/.config/fish/completions/topside.fish
  topside completions elvish >> ~/.elvish/rc.elv
  topside completions powershell >> $PROFILE

Exit codes:
  0  printed
  2  the command line is wrong, or $SHELL is none of these";

/// The variable with which a shell asks.
const VARIABLE: &str = "COMPLETE";
/// What a shell calls: found in its PATH, so that an update needs no new script.
const PROGRAM: &str = "topside";

/// A shell that can complete.
#[expect(clippy::enum_variant_names, reason = "it is its name")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// bash 4 and later.
    Bash,
    /// zsh.
    Zsh,
    /// fish.
    Fish,
    /// elvish.
    Elvish,
    /// `PowerShell`.
    PowerShell,
}

impl Shell {
    const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Elvish => "elvish",
            Self::PowerShell => "powershell",
        }
    }

    /// The shell of a path such as `/usr/bin/zsh`.
    fn of_path(path: &str) -> Option<Self> {
        let name = Path::new(path).file_name()?.to_str()?;
        let known = Self::value_variants();
        known.iter().copied().find(|shell| shell.name() == name)
    }
}

impl ValueEnum for Shell {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Bash,
            Self::Zsh,
            Self::Fish,
            Self::Elvish,
            Self::PowerShell,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

/// Prints the script.
pub(super) fn run(wanted: &Completions) -> color_eyre::Result<ExitCode> {
    let from_environment = || Shell::of_path(&std::env::var("SHELL").ok()?);
    let Some(shell) = wanted.shell.or_else(from_environment) else {
        let names: Vec<&str> = Shell::value_variants().iter().map(|s| s.name()).collect();
        let failure = crate::domain::Failure::new(
            "print completions",
            "$SHELL names no shell that can complete",
        )
        .hint(format!("say which: {}", names.join(", ")));
        return Ok(super::refuse(&failure, Exit::Usage));
    };
    Ok(print::out(&script(shell)?))
}

fn script(shell: Shell) -> color_eyre::Result<String> {
    let shells = Shells::builtins();
    let completer: &dyn EnvCompleter = shells
        .completer(shell.name())
        .ok_or_else(|| color_eyre::eyre::eyre!("no completions for {}", shell.name()))?;
    let mut script = Vec::new();
    completer.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
    Ok(String::from_utf8(script)?)
}

/// Answers a shell that asks, if one does.
pub(super) fn answer() -> Option<ExitCode> {
    let asked = std::env::var_os(VARIABLE)?;
    // Another program's variable of that name stops nobody.
    let mut shells = Shell::value_variants().iter();
    shells.find(|shell| asked == *shell.name())?;
    let words: Vec<OsString> = std::env::args_os().collect();
    let here = std::env::current_dir().ok();
    let answered = CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .bin(PROGRAM)
        .completer(PROGRAM)
        .try_complete(words, here.as_deref());
    match answered {
        Ok(true) => Some(ExitCode::SUCCESS),
        // The variable was set for something else.
        Ok(false) => None,
        Err(error) => {
            // On standard error, which shells hide while they complete.
            let _ = error.print();
            Some(Exit::Usage.into())
        }
    }
}

/// The command line, with what its arguments can be.
fn command() -> Command {
    with_candidates(Arguments::command())
}

fn with_candidates(command: Command) -> Command {
    command
        .mut_args(|argument| match kind(&argument) {
            Some(kind) => argument.add(ArgValueCompleter::new(move |current: &std::ffi::OsStr| {
                live::candidates(kind, current)
            })),
            None => argument,
        })
        .mut_subcommands(with_candidates)
}

/// What an argument names, by the word that stands for it in the help.
fn kind(argument: &Arg) -> Option<live::Kind> {
    let [name] = argument.get_value_names()? else {
        return None;
    };
    live::Kind::of_value_name(name)
}
