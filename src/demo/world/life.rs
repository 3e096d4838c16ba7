//! Starting, ending, falling ill: what happens to containers, asked for or by itself as time goes on.

use jiff::{SignedDuration, Timestamp};

use super::container::{Container, Health, Phase, RUNS, Run};
use super::{Refusal, Task, World};
use crate::demo::programs::Kind;

/// Who lived so long did not fail at its start: the engine begins again with the shortest pause.
const LASTED: SignedDuration = SignedDuration::from_secs(10);
/// The pause before a start again, doubled with each failure in a row.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_millis(100);
/// The engine's longest pause is a minute.
const MOST_DOUBLINGS: u32 = 9;
/// How long a health check takes to know, where nothing says when it is made.
const HEALTH_KNOWN: SignedDuration = SignedDuration::from_secs(2);
/// The same for one that fails: engines ask three times.
const ILLNESS_KNOWN: SignedDuration = SignedDuration::from_secs(6);
/// The exit code of who was killed: 128 and the signal's number.
pub(crate) const KILLED: i64 = 137;
const TERMINATED: i64 = 143;

/// What is due, and when.
enum Due {
    Health,
    Ends(i64, bool),
    StartsAgain,
}

impl World {
    /// Lets the time go on, and happen what happens until then, in its order.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        while let Some((at, id, due)) = self.next_due(now) {
            self.now = self.now.max(at);
            match due {
                Due::Health => self.know_health(&id),
                Due::Ends(code, oom) => self.end(&id, code, oom, true),
                Due::StartsAgain => self.begin(&id, true),
            }
        }
        self.now = self.now.max(now);
    }

    fn next_due(&self, now: Timestamp) -> Option<(Timestamp, String, Due)> {
        let all = self.containers.values();
        let mut due: Vec<_> = all
            .filter_map(|one| {
                let (at, due) = due_of(one)?;
                (at <= now).then(|| (at, one.id.clone(), due))
            })
            .collect();
        due.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        due.into_iter().next()
    }

    fn know_health(&mut self, id: &str) {
        let Some(container) = self.containers.get_mut(id) else {
            return;
        };
        let health = if is_well(container) {
            Health::Healthy
        } else {
            Health::Unhealthy
        };
        container.state.health = Some(health);
        self.tell_of(format!("health_status: {}", health.word()), id, &[]);
    }

    /// Starts a container; whether it did not run before.
    pub(crate) fn start(&mut self, name: &str) -> Result<bool, Refusal> {
        let id = self.find_id(name)?;
        let container = self.find(&id)?;
        if container.state.is_up() {
            return Ok(false);
        }
        self.may_start(&id)?;
        self.begin(&id, false);
        Ok(true)
    }

    /// Fails where the engine could not start it: no such program, a port that another one has, a namespace of nobody.
    fn may_start(&mut self, id: &str) -> Result<(), Refusal> {
        let container = self.find(id)?;
        if let Some(host) = container.network_mode().strip_prefix("container:") {
            let is_up = self.find(host).is_ok_and(|host| host.state.is_up());
            if !is_up {
                let why = format!("cannot join network of a non running container: {host}");
                return Err(Refusal::conflict(why));
            }
        }
        let taken = container.ports.iter().find_map(|port| {
            let at = port.at.as_ref()?;
            let mut others = self.containers.values().filter(|one| one.id != id);
            let is_its = |other: &Container| {
                other.state.is_up() && other.ports.iter().any(|port| port.at.as_ref() == Some(at))
            };
            others.any(is_its).then(|| at.clone())
        });
        let program = container.command_line().into_iter().next();
        let problem = if let Some((address, port)) = taken {
            Some(format!(
                "driver failed programming external connectivity on endpoint {}: Bind for {address}:{port} failed: port is already allocated",
                container.name
            ))
        } else {
            let is_script = container.program.kind == Kind::Script;
            let missing = program.filter(|word| is_script && !self.can_run(id, word));
            missing.map(|word| {
                format!(
                    "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"{word}\": stat {word}: no such file or directory: unknown"
                )
            })
        };
        let Some(message) = problem else {
            return Ok(());
        };
        let container = self.find_mut(id)?;
        container.state.exit_code = 127;
        container.state.error.clone_from(&message);
        Err(Refusal::new(500, message))
    }

    fn begin(&mut self, id: &str, again: bool) {
        let (now, seed) = (self.now, self.seed);
        self.count += 1;
        let roll = seed.roll("pid", self.count) % 30_000;
        let Some(container) = self.containers.get_mut(id) else {
            return;
        };
        let health = container.health_check().map(|_| {
            let takes = if is_well(container) {
                asked_every(container)
            } else {
                ILLNESS_KNOWN
            };
            Health::Starting(now.saturating_add(takes).unwrap_or(now))
        });
        let state = &mut container.state;
        state.phase = Phase::Running;
        state.pid = 1_000 + u32::try_from(roll).unwrap_or(0);
        state.started = Some(now);
        state.oom_killed = false;
        state.exit_code = 0;
        state.error = String::new();
        state.health = health;
        if again {
            container.restarts += 1;
        } else {
            container.restarts = 0;
            state.failures = 0;
        }
        if container.runs.len() == RUNS {
            container.runs.pop_front();
        }
        container.runs.push_back(Run {
            from: now,
            to: None,
            code: 0,
        });
        if container.program.kind == Kind::Script {
            self.tasks.push(Task::Begin(id.to_owned()));
        }
        self.load_certificates(id);
        self.tell_of("start", id, &[]);
    }

    /// Its first process ends. `alone` when nobody asked for it, so that the restart policy counts.
    pub(crate) fn end(&mut self, id: &str, code: i64, oom: bool, alone: bool) {
        let now = self.now;
        if oom {
            self.tell_of("oom", id, &[]);
        }
        let Some(container) = self.containers.get_mut(id) else {
            return;
        };
        if !container.state.is_up() {
            return;
        }
        let lasted = container
            .state
            .started
            .is_some_and(|at| now.duration_since(at) >= LASTED);
        let (policy, most) = container.restart_policy();
        let again = alone
            && match policy {
                "always" | "unless-stopped" => true,
                "on-failure" => code != 0 && (most == 0 || container.restarts < most),
                _ => false,
            };
        let state = &mut container.state;
        state.failures = if lasted { 0 } else { state.failures + 1 };
        let pause = FIRST_PAUSE * 2_i32.pow(state.failures.min(MOST_DOUBLINGS));
        state.phase = if again {
            Phase::Restarting(now.saturating_add(pause).unwrap_or(now))
        } else {
            Phase::Exited
        };
        state.pid = 0;
        state.finished = Some(now);
        state.exit_code = code;
        state.oom_killed = oom;
        state.health = state.health.map(|_| Health::Unhealthy);
        if let Some(run) = container.runs.back_mut() {
            run.to = Some(now);
            run.code = code;
        }
        let removes = container.host.get("AutoRemove") == Some(&true.into());
        self.served.remove(id);
        self.tasks.push(Task::End(id.to_owned()));
        self.tell_of("die", id, &[("exitCode", code.to_string())]);
        if removes && !again {
            drop(self.remove(id, true, true));
        }
    }

    /// Stops a container as its program wants to be stopped; whether it ran.
    pub(crate) fn stop(&mut self, name: &str) -> Result<bool, Refusal> {
        let id = self.find_id(name)?;
        let container = self.find_mut(&id)?;
        if matches!(container.state.phase, Phase::Restarting(_)) {
            container.state.phase = Phase::Exited;
            self.tell_of("stop", &id, &[]);
            return Ok(true);
        }
        if !container.state.is_up() {
            return Ok(false);
        }
        let code = match container.program.kind {
            // Whoever did not listen was killed.
            Kind::Script => KILLED,
            kind => kind.stops_with(),
        };
        self.tell_of("kill", &id, &[("signal", "15".to_owned())]);
        self.end(&id, code, false, false);
        self.tell_of("stop", &id, &[]);
        Ok(true)
    }

    /// A container that ended by itself was asked to: it is not started again.
    pub(crate) fn stopped(&mut self, id: &str) {
        if let Some(container) = self.containers.get_mut(id) {
            container.state.phase = Phase::Exited;
        }
        self.tell_of("stop", id, &[]);
    }

    /// Sends a signal to its first process.
    pub(crate) fn signal(&mut self, name: &str, signal: &str) -> Result<(), Refusal> {
        let id = self.find_id(name)?;
        let container = self.find(&id)?;
        if !container.state.is_up() {
            return Err(Refusal::conflict(format!(
                "Cannot kill container: {name}: Container {id} is not running"
            )));
        }
        let signal = signal.trim_start_matches("SIG");
        let Some(number) = number_of(signal) else {
            return Err(Refusal::bad(format!("Invalid signal: {signal}")));
        };
        // A script has its own traps.
        let ignores = container.program.kind == Kind::Script;
        self.tell_of("kill", &id, &[("signal", number.to_string())]);
        match signal {
            "KILL" | "9" => self.end(&id, KILLED, false, false),
            name if ignores => self.tasks.push(Task::Signal(id, name.to_owned())),
            "TERM" | "15" | "INT" | "2" | "QUIT" | "3" => self.end(&id, TERMINATED, false, false),
            "HUP" | "1" => self.reload(&id),
            _ => {}
        }
        Ok(())
    }

    /// Holds a container's processes, or lets them go on.
    pub(crate) fn pause(&mut self, name: &str, holds: bool) -> Result<(), Refusal> {
        let id = self.find_id(name)?;
        let container = self.find_mut(&id)?;
        let (from, to) = if holds {
            (Phase::Running, Phase::Paused)
        } else {
            (Phase::Paused, Phase::Running)
        };
        if container.state.phase != from {
            let word = container.state.phase.word();
            return Err(Refusal::conflict(format!("Container {name} is {word}")));
        }
        container.state.phase = to;
        self.tell_of(if holds { "pause" } else { "unpause" }, &id, &[]);
        Ok(())
    }
}

fn due_of(container: &Container) -> Option<(Timestamp, Due)> {
    let state = &container.state;
    match state.phase {
        Phase::Restarting(at) => Some((at, Due::StartsAgain)),
        Phase::Running => {
            let health = match state.health {
                Some(Health::Starting(at)) => Some((at, Due::Health)),
                _ => None,
            };
            let end = container.program.fate().and_then(|fate| {
                let at = state.started?.saturating_add(fate.after).ok()?;
                Some((at, Due::Ends(fate.code, fate.oom)))
            });
            match (health, end) {
                (Some(health), Some(end)) => Some(if health.0 <= end.0 { health } else { end }),
                (one, other) => one.or(other),
            }
        }
        Phase::Created | Phase::Paused | Phase::Exited => None,
    }
}

/// What its health check would find. Of a script there is no program to ask: a check of one word says it itself.
fn is_well(container: &Container) -> bool {
    if container.program.kind != Kind::Script {
        return !container.program.is_ill();
    }
    let test = container.health_check().unwrap_or_default();
    let last = test.last().map_or("", |word| word.trim());
    !["false", "exit 1"].iter().any(|end| last.ends_with(end))
}

/// The interval of a health check, which is also when it is first made.
fn asked_every(container: &Container) -> SignedDuration {
    let check = container.config.get("Healthcheck");
    let nanoseconds = check.and_then(|check| check.get("Interval")?.as_i64());
    let every = nanoseconds.filter(|every| *every > 0);
    every.map_or(HEALTH_KNOWN, |every| {
        SignedDuration::from_nanos(every).min(HEALTH_KNOWN)
    })
}

/// The number of a signal (x86-64 Linux), by its name without `SIG` or by itself.
fn number_of(signal: &str) -> Option<u8> {
    let names = [
        ("HUP", 1),
        ("INT", 2),
        ("QUIT", 3),
        ("KILL", 9),
        ("USR1", 10),
        ("USR2", 12),
        ("TERM", 15),
        ("CONT", 18),
        ("STOP", 19),
        ("WINCH", 28),
    ];
    let found = names
        .iter()
        .find(|(name, number)| *name == signal || number.to_string() == signal);
    found.map(|(_, number)| *number)
}
