//! The programs that are there in every container.

use std::sync::PoisonError;
use std::time::Duration;

use jiff::SignedDuration;

use super::interpret::{Session, Streams};
use crate::demo::programs::{Kind, processes};
use crate::demo::world::container::Phase;

/// What can be run; the rest is not found.
const KNOWN: &[&str] = &[
    ":", "[", "ash", "bash", "cat", "cd", "chmod", "chown", "cp", "crond", "date", "df", "echo",
    "env", "exit", "export", "false", "free", "grep", "head", "help", "hitch", "hostname", "id",
    "kill", "lego", "ln", "ls", "mkdir", "mkfifo", "mv", "nginx", "pkill", "printf", "ps", "pwd",
    "read", "readlink", "rm", "set", "sh", "sleep", "stat", "stty", "tail", "test", "touch", "tr",
    "trap", "true", "tty", "uname", "unset", "uptime", "usleep", "wait", "wc", "whoami",
];
const NOT_FOUND: i64 = 127;

/// Whether a container has this program.
pub(crate) fn knows(program: &str) -> bool {
    let name = match program.rsplit_once('/') {
        Some((folder, name)) if folder.ends_with("bin") => name,
        Some(_) => return false,
        None => program,
    };
    KNOWN.binary_search(&name).is_ok()
}

impl Session {
    /// Runs a program; the code it ends with.
    pub(super) async fn call(&mut self, words: &[String], streams: &Streams) -> i64 {
        let (program, arguments) = match words.split_first() {
            Some((program, arguments)) => (program.as_str(), arguments),
            None => return 0,
        };
        if !knows(program) {
            if let Some(code) = self.own_program(program, streams).await {
                return code;
            }
            streams.err.line(&format!("sh: {program}: not found")).await;
            return NOT_FOUND;
        }
        let name = program.rsplit('/').next().unwrap_or(program);
        match name {
            ":" | "true" | "set" | "kill" => 0,
            "trap" => self.trap(arguments),
            "false" => 1,
            "sh" | "ash" | "bash" => self.shell(arguments, streams).await,
            "exit" => self.leave(arguments),
            "cd" => self.change_folder(arguments, streams).await,
            "export" | "unset" => self.assign(name, arguments),
            "read" => self.read(arguments, streams).await,
            "wait" => {
                self.wait().await;
                0
            }
            "sleep" | "usleep" => self.sleep(name, arguments).await,
            "test" | "[" => i64::from(!self.test(arguments)),
            "env" | "pwd" | "hostname" | "whoami" | "id" | "uname" | "date" | "uptime" | "tty"
            | "stty" | "help" => self.tell(name, arguments, streams).await,
            "ps" => self.list_processes(streams).await,
            "df" | "free" => self.usage(name, streams).await,
            "lego" => self.lego(arguments, streams).await,
            "hitch" => self.check_hitch(streams).await,
            "nginx" | "pkill" => self.reload(name, arguments, streams).await,
            "crond" => {
                tokio::time::sleep(Duration::MAX).await;
                0
            }
            "echo" | "printf" | "cat" | "head" | "tail" | "tr" | "wc" | "grep" => {
                self.text(name, arguments, streams).await
            }
            _ => self.files(name, arguments, streams).await,
        }
    }

    /// A program that is a file of the container's: a script is run, anything else just ends.
    async fn own_program(&mut self, program: &str, streams: &Streams) -> Option<i64> {
        let (path, text) = self.engine.look(|world| {
            let folders = ["", "/usr/local/bin/", "/usr/sbin/", "/bin/", "/usr/bin/"];
            folders.iter().find_map(|folder| {
                let path = format!("{folder}{program}");
                let text = world.text_of(&self.container, &path)?;
                Some((path, text))
            })
        })?;
        if !path.contains('/') {
            return None;
        }
        if text.starts_with("#!") {
            let mut inner = self.clone();
            let code = Box::pin(inner.script(&text, streams)).await;
            return Some(code);
        }
        Some(0)
    }

    async fn shell(&mut self, arguments: &[String], streams: &Streams) -> i64 {
        let mut inner = self.clone();
        inner.exit = None;
        let script = match arguments {
            [option, script, ..] if option.starts_with('-') && option.ends_with('c') => {
                script.clone()
            }
            [path, ..] if !path.starts_with('-') => {
                let real = self.absolute(path);
                let text = self
                    .engine
                    .look(|world| world.text_of(&self.container, &real));
                let Some(text) = text else {
                    streams.err.line(&format!("sh: can't open '{path}'")).await;
                    return 2;
                };
                text
            }
            _ => String::from_utf8_lossy(&streams.input.all().await).into_owned(),
        };
        Box::pin(inner.script(&script, streams)).await
    }

    fn leave(&mut self, arguments: &[String]) -> i64 {
        let code = arguments.first().and_then(|code| code.parse().ok());
        let code = code.unwrap_or(self.status);
        self.exit = Some(code);
        code
    }

    async fn change_folder(&mut self, arguments: &[String], streams: &Streams) -> i64 {
        let home = self.values.get("HOME").cloned().unwrap_or_default();
        let wanted = arguments.first().cloned().unwrap_or(home);
        let real = self.absolute(&wanted);
        let found = self.engine.look(|world| world.look(&self.container, &real));
        match found {
            Ok((path, node)) if node.is_folder() => {
                self.folder = if path.is_empty() {
                    "/".to_owned()
                } else {
                    path
                };
                0
            }
            _ => {
                let why = format!("sh: cd: can't cd to {wanted}: No such file or directory");
                streams.err.line(&why).await;
                1
            }
        }
    }

    fn trap(&self, arguments: &[String]) -> i64 {
        if let Some((action, signals)) = arguments.split_first() {
            let mut traps = self.traps.lock().unwrap_or_else(PoisonError::into_inner);
            for signal in signals {
                let name = signal.trim_start_matches("SIG").to_owned();
                traps.insert(name, action.clone());
            }
        }
        0
    }

    fn assign(&mut self, name: &str, arguments: &[String]) -> i64 {
        for argument in arguments {
            match argument.split_once('=') {
                Some((key, value)) if name == "export" => {
                    self.values.insert(key.to_owned(), value.to_owned());
                }
                None if name == "unset" => drop(self.values.remove(argument)),
                _ => {}
            }
        }
        0
    }

    async fn read(&mut self, arguments: &[String], streams: &Streams) -> i64 {
        let Some(line) = streams.input.line().await else {
            return 1;
        };
        let line = String::from_utf8_lossy(&line);
        if let Some(name) = arguments.iter().find(|word| !word.starts_with('-')) {
            self.values.insert(name.clone(), line.trim_end().to_owned());
        }
        0
    }

    async fn sleep(&mut self, name: &str, arguments: &[String]) -> i64 {
        let number: f64 = arguments
            .first()
            .and_then(|word| word.parse().ok())
            .unwrap_or(0.0);
        let seconds = if name == "usleep" {
            number / 1e6
        } else {
            number
        };
        let time = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        tokio::time::sleep(time).await;
        0
    }

    /// `test`, of one or two things.
    fn test(&self, arguments: &[String]) -> bool {
        let mut words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        if words.last() == Some(&"]") {
            words.pop();
        }
        let node = |path: &str| {
            let real = self.absolute(path);
            let found = self.engine.look(|world| world.look(&self.container, &real));
            found.ok().map(|(_, node)| node)
        };
        match words.as_slice() {
            ["!", rest @ ..] => {
                let rest: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
                !self.test(&rest)
            }
            ["-e", path] => node(path).is_some(),
            ["-f" | "-s" | "-r", path] => node(path).is_some_and(|node| !node.is_folder()),
            ["-d", path] => node(path).is_some_and(|node| node.is_folder()),
            ["-z", text] => text.is_empty(),
            ["-n", text] | [text] => !text.is_empty(),
            [one, "=" | "==" | "-eq", other] => one == other,
            [one, "!=" | "-ne", other] => one != other,
            _ => false,
        }
    }

    async fn tell(&self, name: &str, arguments: &[String], streams: &Streams) -> i64 {
        let (host, now, started) = self.engine.look(|world| {
            let one = world.containers.get(&self.container);
            let host = one.map_or("", |one| one.text("Hostname")).to_owned();
            (host, world.now, one.and_then(|one| one.state.started))
        });
        let said = match name {
            "env" => {
                let all = self.values.iter();
                let lines: Vec<String> =
                    all.map(|(name, value)| format!("{name}={value}")).collect();
                lines.join("\n")
            }
            "pwd" => self.folder.clone(),
            "hostname" => host,
            "whoami" => "root".to_owned(),
            "id" => "uid=0(root) gid=0(root) groups=0(root)".to_owned(),
            "uname" if arguments.is_empty() => "Linux".to_owned(),
            "uname" => format!("Linux {host} 6.12.48-demo x86_64 GNU/Linux"),
            "date" => now.strftime("%a %b %e %H:%M:%S UTC %Y").to_string(),
            "uptime" => {
                let up = started.map_or(SignedDuration::ZERO, |at| now.duration_since(at));
                let (days, hours) = (up.as_hours() / 24, up.as_hours() % 24);
                format!(
                    "{} up {days} days, {hours}:{:02}, load average: 0.21, 0.17, 0.12",
                    now.strftime("%H:%M:%S"),
                    up.as_mins() % 60
                )
            }
            "tty" => "/dev/pts/0".to_owned(),
            "stty" => {
                let Some(terminal) = &self.terminal else {
                    streams.err.line("stty: standard input: Not a tty").await;
                    return 1;
                };
                let (columns, rows) = terminal.size();
                format!("{rows} {columns}")
            }
            _ => format!(
                "This is topside's demo: a small shell. It knows {}",
                KNOWN.join(" ")
            ),
        };
        streams.out.line(&said).await;
        0
    }

    async fn list_processes(&self, streams: &Streams) -> i64 {
        let all = self.engine.look(|world| {
            let one = world.containers.get(&self.container);
            one.map(processes).unwrap_or_default()
        });
        streams.out.line("PID   USER     TIME  COMMAND").await;
        // In its own namespace the first process is the first.
        for (count, (_, _, command)) in (1..).zip(&all) {
            let line = format!("{count:>5} root      0:0{} {command}", count % 7);
            streams.out.line(&line).await;
        }
        let own = format!("{:>5} root      0:00 ps", all.len() + 20);
        streams.out.line(&own).await;
        0
    }

    async fn usage(&self, name: &str, streams: &Streams) -> i64 {
        let (memory, used) = self.engine.look(|world| {
            let one = world.containers.get(&self.container);
            let reading = one.and_then(|one| world.reading(one, world.now));
            (
                world.host.memory / 1024,
                reading.unwrap_or_default().memory / 1024,
            )
        });
        if name == "free" {
            streams
                .out
                .line("              total        used        free")
                .await;
            let line = format!(
                "Mem:     {memory:>10}  {used:>10}  {:>10}",
                memory.saturating_sub(used)
            );
            streams.out.line(&line).await;
        } else {
            streams
                .out
                .line("Filesystem           1K-blocks      Used Available Use% Mounted on")
                .await;
            streams
                .out
                .line("overlay               78425148  51760596  22648852  70% /")
                .await;
        }
        0
    }

    /// `hitch … --test`: whether it could load what is there.
    async fn check_hitch(&self, streams: &Streams) -> i64 {
        match self
            .engine
            .look(|world| world.certificates_of(&self.container))
        {
            Ok(found) => {
                streams
                    .err
                    .line(&format!(
                        "{{core}} {} certificates loaded, configuration OK",
                        found.len()
                    ))
                    .await;
                0
            }
            Err(why) => {
                streams.err.line(&why).await;
                1
            }
        }
    }

    /// `nginx -s reload`, `nginx -t`, `pkill -HUP …`.
    async fn reload(&self, name: &str, arguments: &[String], streams: &Streams) -> i64 {
        let runs = self.engine.look(|world| {
            let one = world.containers.get(&self.container);
            one.is_some_and(|one| {
                let is_it = one.program.kind == Kind::Nginx || name == "pkill";
                one.state.phase == Phase::Running && is_it
            })
        });
        if !runs {
            streams.err.line(&format!("sh: {name}: not found")).await;
            return NOT_FOUND;
        }
        if arguments.iter().any(|word| word == "-t") {
            streams
                .err
                .line("nginx: configuration file /etc/nginx/nginx.conf test is successful")
                .await;
        } else {
            self.engine.look(|world| world.reload(&self.container));
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_in_order() {
        assert!(KNOWN.is_sorted());
        assert!(knows("/bin/sh") && knows("ls") && !knows("/no/such/program") && !knows("python"));
    }
}
