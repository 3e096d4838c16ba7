//! How an ACME client is called in its container to renew one certificate.

use crate::backend::Process;
use crate::domain::text::shell_word;
use crate::domain::{AcmeClient, Failure};

/// The label, and the key of the config, that name the command.
pub(super) const LABEL: &str = "topside.renew";

/// How a client is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// The command line, for `sh -c` in its container.
    pub command: String,
    /// Who says so: "its label topside.renew".
    pub by: String,
    /// Whether these are words for the image's own program, as a crontab gives them to `docker compose run`.
    pub is_arguments: bool,
    /// Whether nobody says it: it is how the client is usually called.
    pub is_usual: bool,
}

/// What tells how a client is called: what a person says comes first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'a> {
    /// The command of the config or the label, and which of the two says it.
    pub own: Option<(&'a str, &'a str)>,
    /// The command of a crontab, and which crontab that is.
    pub cron: Option<(&'a str, &'a str)>,
    /// Whether that one is `docker compose run`.
    pub cron_runs: bool,
}

/// The call that renews, or why there is none.
pub(super) fn call(
    client: AcmeClient,
    lineage: &str,
    path: &str,
    said: Said<'_>,
    force: bool,
) -> Result<Call, Failure> {
    let what = format!("renew {lineage}");
    let (command, by) = if let Some((command, by)) = said.own.or(said.cron) {
        (command.trim().to_owned(), by.to_owned())
    } else {
        let command = usual(client, lineage, path).map_err(|why| {
            Failure::new(&what, why).hint(format!(
                "say it with the label {LABEL} of its service, with all its options: {LABEL}: {}",
                example(client, lineage)
            ))
        })?;
        (command, format!("the usual call of {}", client.name()))
    };
    let command = if force {
        forced(&command).ok_or_else(|| {
            let why = format!("nobody knows how “{command}” is forced");
            Failure::new(&what, why).hint("call it by hand with its own option for that")
        })?
    } else {
        command
    };
    let is_arguments = said.cron_runs && said.own.is_none() && said.cron.is_some();
    Ok(Call {
        command,
        by,
        is_arguments,
        is_usual: said.own.or(said.cron).is_none(),
    })
}

/// The call where nobody says one: with a client that stores all it needs.
fn usual(client: AcmeClient, lineage: &str, path: &str) -> Result<String, String> {
    let name = shell_word(lineage);
    Ok(match client {
        AcmeClient::Certbot => {
            format!("certbot renew --cert-name {name} --no-random-sleep-on-renew")
        }
        AcmeClient::AcmeSh => {
            let ecc = if path.contains("_ecc/") { " --ecc" } else { "" };
            format!("acme.sh --renew --domain {name}{ecc}")
        }
        AcmeClient::AcmeCompanion => "/app/signal_le_service".to_owned(),
        AcmeClient::Dehydrated => "dehydrated --cron".to_owned(),
        AcmeClient::Caddy | AcmeClient::Traefik => {
            return Err(format!("{} renews by itself", client.name()));
        }
        AcmeClient::Lego | AcmeClient::Lego5 | AcmeClient::Uacme | AcmeClient::Lecli => {
            return Err(format!(
                "{} does not write down how it was called",
                client.name()
            ));
        }
    })
}

/// What a label could say.
fn example(client: AcmeClient, lineage: &str) -> String {
    match client {
        AcmeClient::Lego => {
            format!("lego --email you@example.org --http --domains {lineage} renew")
        }
        AcmeClient::Lego5 => format!("lego run --email you@example.org --http --domains {lineage}"),
        AcmeClient::Uacme => format!("uacme --hook /path/to/hook issue {lineage}"),
        _ => "the command".to_owned(),
    }
}

/// The same call that renews also what is not due; none where the client is not known.
fn forced(command: &str) -> Option<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let is = |name: &str| {
        let ends = |word: &&str| word.rsplit('/').next() == Some(name);
        words.iter().any(ends)
    };
    let after = |word: &str, option: &str| {
        let at = words.iter().position(|other| *other == word)?;
        let mut words = words.clone();
        words.insert(at + 1, option);
        Some(words.join(" "))
    };
    // Splitting at blanks would tear quoted words.
    let quoted = command.contains(['"', '\'', '\\']);
    let append = |option: &str| Some(format!("{command} {option}"));
    if is("certbot") || is("certbot-auto") {
        append("--force-renewal")
    } else if is("lego") && !quoted {
        // A number of days that is always more than what is left.
        after("renew", "--days=36500")
    } else if is("acme.sh") || is("dehydrated") {
        append("--force")
    } else if is("signal_le_service") {
        Some(command.replace("signal_le_service", "force_renew"))
    } else {
        None
    }
}

/// The program that a renewal runs, by which another run of it is known: the first word that is one.
pub fn waits_for(command: &str) -> Option<&'static str> {
    const PROGRAMS: [&str; 7] = [
        "certbot",
        "lego",
        "acme.sh",
        "dehydrated",
        "uacme",
        "lecli",
        "certbot-auto",
    ];
    let mut words = command.split(|c: char| c.is_whitespace() || c == ';' || c == '&');
    words.find_map(|word| {
        let name = word.rsplit('/').next().unwrap_or(word);
        PROGRAMS.into_iter().find(|program| *program == name)
    })
}

/// Whether a container's own command renews and ends: `certbot renew`, and no loop around it.
pub(super) fn renews_and_ends(command: &str) -> bool {
    let stays = ["sleep", "while", "trap", "crond", "supercronic"];
    let words: Vec<&str> = command
        .split(|c: char| c.is_whitespace() || "\"';&|()".contains(c))
        .collect();
    let renews = |word: &&str| matches!(*word, "renew" | "--renew" | "--cron" | "-c");
    waits_for(command).is_some()
        && words.iter().any(renews)
        && !words.iter().any(|word| stays.contains(word))
}

/// Whether a client runs among these processes: as a program, or as the script of an interpreter.
pub fn is_running(processes: &[Process], program: &str) -> bool {
    processes.iter().any(|process| {
        let mut words = process.command.split_whitespace().take(2);
        words.any(|word| word.rsplit('/').next() == Some(program))
    })
}
