//! `topside`: the dashboard.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use crate::backend::Connector;
use crate::compose::Finder;
use crate::config::{Colors, Config, Paths};
use crate::domain::Failure;
use crate::keymap::Keymap;
use crate::runtime::jobs::Shared;
use crate::runtime::records::Records;
use crate::runtime::{self, Setup};
use crate::theme::{ColorDepth, Theme};

use super::{Arguments, Exit, config, connector, refuse, theme};

pub(super) async fn run(
    arguments: &Arguments,
    paths: Option<&Paths>,
) -> color_eyre::Result<ExitCode> {
    if let Err(failure) = usable_terminal() {
        return Ok(refuse(&failure, Exit::Usage));
    }
    let connector: Arc<dyn Connector> = match connector(arguments) {
        Ok(connector) => connector,
        Err(failure) => return Ok(refuse(&failure, Exit::Usage)),
    };
    let mut notices = Vec::new();
    // A broken config must not keep anybody from a server in trouble: say so, and start with the defaults.
    let (config, keymap) = config(arguments, paths).unwrap_or_else(|error| {
        notices.push(with_defaults(error.failure()));
        (Config::default(), Keymap::default())
    });
    let theme = theme(&config, arguments, paths).unwrap_or_else(|error| {
        notices.push(with_defaults(error.failure()));
        Theme::default()
    });
    let theme = theme.at(depth(config.ui.colors));
    let shared = shared(paths);
    runtime::run(Setup {
        settings: config.settings(keymap),
        theme,
        connectors: vec![connector],
        shared,
        refresh: config.ui.refresh,
        notices,
    })
    .await?;
    Ok(ExitCode::SUCCESS)
}

fn usable_terminal() -> Result<(), Failure> {
    let what = "open the dashboard";
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Failure::new(what, "this is no terminal").hint(
            "with ssh, add -t: ssh -t HOST topside; in scripts, use `topside status --json`",
        ));
    }
    if std::env::var("TERM").is_ok_and(|term| term == "dumb") {
        return Err(
            Failure::new(what, "TERM=dumb: this terminal cannot move its cursor")
                .hint("use `topside status`, or a terminal that can"),
        );
    }
    Ok(())
}

fn with_defaults(mut failure: Failure) -> Failure {
    let hint = failure
        .hint
        .take()
        .map(|hint| format!("{hint} — "))
        .unwrap_or_default();
    failure.hint(format!(
        "{hint}topside runs with the defaults until it is mended"
    ))
}

/// How many colours are used: what the config says, else what the terminal says of itself.
fn depth(colors: Colors) -> ColorDepth {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match colors {
        Colors::None => ColorDepth::None,
        Colors::Ansi16 => ColorDepth::Ansi16,
        Colors::Indexed256 => ColorDepth::Indexed256,
        Colors::True => ColorDepth::True,
        // https://no-color.org: any value but the empty one.
        Colors::Auto if set("NO_COLOR").is_some() => ColorDepth::None,
        Colors::Auto => {
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

fn shared(paths: Option<&Paths>) -> Shared {
    Shared {
        compose: Arc::new(Finder::default()),
        records: Arc::new(Records::at(paths.map(Paths::store))),
        lock_dir: paths.map_or_else(std::env::temp_dir, Paths::locks),
        user: user(),
    }
}

/// The user's name, for the records and for whoever finds a service locked.
fn user() -> String {
    let named = ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    let id = rustix::process::getuid().as_raw();
    named
        .or_else(|| name_of(id, &std::fs::read_to_string("/etc/passwd").ok()?))
        .unwrap_or_else(|| format!("uid {id}"))
}

/// A user's name in a passwd file (passwd(5)). Users who are elsewhere, as in LDAP, have it in their environment.
fn name_of(id: u32, passwd: &str) -> Option<String> {
    let id = id.to_string();
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_user_is_found_by_number() {
        let passwd =
            "root:x:0:0:root:/root:/bin/bash\nbroken\nwes:x:1000:1000::/home/wes:/bin/sh\n";
        assert_eq!(name_of(1000, passwd).as_deref(), Some("wes"));
        assert_eq!(name_of(0, passwd).as_deref(), Some("root"));
        assert_eq!(name_of(7, passwd), None);
    }
}
