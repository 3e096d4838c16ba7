//! How a server is made to read its certificates again, and to check them first.

use crate::backend::Process;
use crate::domain::plan::ReloadWay;

/// The label, and the key of the config, that say how: `restart`, `signal HUP`, or a command.
pub(super) const LABEL: &str = "topside.reload";

/// A server and how it is told.
struct Known {
    /// Its program, as `ps` shows it.
    program: &'static str,
    /// The signal at which its first process reads everything again; none where there is none.
    signal: Option<&'static str>,
    /// The command that does it when the first process is another one; none where only a restart does.
    command: Option<&'static str>,
    /// The command that checks its files.
    test: Option<Test>,
}

/// How files are checked.
#[derive(Clone, Copy)]
enum Test {
    /// With a command of its own.
    Command(&'static str),
    /// With the server's own arguments and one more.
    Argument(&'static str),
}

const KNOWN: &[Known] = &[
    Known {
        program: "nginx",
        signal: Some("HUP"),
        command: Some("nginx -s reload"),
        test: Some(Test::Command("nginx -t")),
    },
    // Its children are hitch, too: the oldest one is the one to tell.
    Known {
        program: "hitch",
        signal: Some("HUP"),
        command: Some("pkill -HUP -o -x hitch"),
        test: Some(Test::Argument("--test")),
    },
    // Only with a master (-W, -Ws) is there something to reload.
    Known {
        program: "haproxy",
        signal: Some("USR2"),
        command: None,
        test: Some(Test::Argument("-c")),
    },
    Known {
        program: "apache2",
        signal: Some("USR1"),
        command: Some("apachectl graceful"),
        test: Some(Test::Command("apachectl configtest")),
    },
    Known {
        program: "httpd",
        signal: Some("USR1"),
        command: Some("httpd -k graceful"),
        test: Some(Test::Command("httpd -t")),
    },
    Known {
        program: "dovecot",
        signal: Some("HUP"),
        command: Some("doveadm reload"),
        test: Some(Test::Command("doveconf -n")),
    },
    Known {
        program: "master",
        signal: None,
        command: Some("postfix reload"),
        test: Some(Test::Command("postfix check")),
    },
    Known {
        program: "postgres",
        signal: Some("HUP"),
        command: None,
        test: None,
    },
    Known {
        program: "mosquitto",
        signal: Some("HUP"),
        command: None,
        test: None,
    },
    Known {
        program: "coturn",
        signal: Some("USR2"),
        command: None,
        test: None,
    },
];

/// What is done to one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ways {
    pub reload: ReloadWay,
    /// The command that checks its files first.
    pub test: Option<Vec<String>>,
    /// Why it is done so, where a person would not expect it.
    pub note: Option<String>,
}

/// The ways for a server of which these processes run, the first one first. `said` is what a person says.
pub(super) fn ways(processes: &[Process], said: Option<&str>) -> Ways {
    let first = processes.first();
    let found = processes.iter().find_map(|process| {
        let known = KNOWN.iter().find(|known| is(process, known.program))?;
        Some((process, known))
    });
    let test = found.and_then(|(process, known)| test(process, known));
    if let Some(said) = said.map(str::trim).filter(|said| !said.is_empty()) {
        let reload = read(said);
        return Ways {
            reload,
            test,
            note: None,
        };
    }
    let Some((process, known)) = found else {
        return Ways {
            reload: ReloadWay::OnlyRestart,
            test: None,
            note: Some(format!(
                "nothing is known to make it read its certificates again: it has to be restarted; the label {LABEL} can name a command"
            )),
        };
    };
    let is_first = first.is_some_and(|first| first.pid == process.pid);
    if known.program == "haproxy" && !has_master(process) {
        return Ways {
            reload: ReloadWay::OnlyRestart,
            test,
            note: Some("HAProxy runs without a master (-W): it has to be restarted".to_owned()),
        };
    }
    match (known.signal, known.command) {
        (Some(signal), _) if is_first => Ways {
            reload: ReloadWay::Signal(signal.to_owned()),
            test,
            note: None,
        },
        (_, Some(command)) => Ways {
            reload: ReloadWay::Command(words(command)),
            test,
            note: (!is_first && known.signal.is_some()).then(|| {
                format!(
                    "a signal would reach another program than {}",
                    known.program
                )
            }),
        },
        (_, None) => Ways {
            reload: ReloadWay::OnlyRestart,
            test,
            note: Some(format!(
                "{} is not its first process: it has to be restarted",
                known.program
            )),
        },
    }
}

/// Whether a process is a run of a program: `nginx: master process …`, `/usr/sbin/nginx -g …`. What a shell is to run
/// is not run yet.
fn is(process: &Process, program: &str) -> bool {
    let first = process.command.split_whitespace().next().unwrap_or("");
    let first = first.trim_end_matches(':');
    first.rsplit('/').next() == Some(program)
}

fn has_master(process: &Process) -> bool {
    let is_master = |word: &str| matches!(word, "-W" | "-Ws" | "-db-W");
    process.command.split_whitespace().any(is_master)
}

fn test(process: &Process, known: &Known) -> Option<Vec<String>> {
    match known.test? {
        Test::Command(command) => Some(words(command)),
        Test::Argument(argument) => {
            let mut all = words(&process.command);
            // A master and a daemon would stay: what is checked ends.
            all.retain(|word| !matches!(word.as_str(), "-W" | "-Ws" | "-db" | "--daemon"));
            all.push(argument.to_owned());
            Some(all)
        }
    }
}

/// What a person writes.
fn read(said: &str) -> ReloadWay {
    if said == "restart" {
        return ReloadWay::Restart;
    }
    match said.strip_prefix("signal ").map(str::trim) {
        Some(signal) => ReloadWay::Signal(signal.trim_start_matches("SIG").to_owned()),
        None => ReloadWay::Command(["sh", "-c", said].map(str::to_owned).to_vec()),
    }
}

fn words(command: &str) -> Vec<String> {
    command.split_whitespace().map(str::to_owned).collect()
}
