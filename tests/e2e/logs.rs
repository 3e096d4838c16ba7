//! `topside logs` against real containers, beside what `docker logs` says of them.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::fixtures::container::Container;
use crate::fixtures::engine::{self, docker, docker_command, image};
use crate::fixtures::escapes::{Sequence, sequences};
use crate::fixtures::home::Home;
use crate::fixtures::proxy::Proxy;
use crate::fixtures::terminal::{PATIENCE, Terminal};

/// A name of this test run alone.
fn name(of: &str) -> String {
    format!("logs-{of}-{}", std::process::id())
}

/// A container that runs a script and then waits for its end.
fn container(name: &str, options: &[&str], script: &str) -> Container {
    let waits =
        format!("trap 'exit 3' TERM; {script}; touch /done; while :; do sleep 1 & wait $!; done");
    let image = image();
    let run = [&["--name", name], options, &[&*image, "sh", "-c", &waits]].concat();
    Container::run(&run)
}

/// The same, when the script has done its part.
fn done(name: &str, options: &[&str], script: &str) -> Container {
    let container = container(name, options, script);
    docker(&[
        "exec",
        name,
        "sh",
        "-c",
        "while ! [ -e /done ]; do usleep 20000; done",
    ]);
    container
}

fn topside(home: &Home, address: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_topside"));
    command
        .args(["logs", "--host", address])
        .args(arguments)
        .env_clear()
        .envs(home.environment())
        .stdin(Stdio::null());
    command
}

fn logs(arguments: &[&str]) -> Output {
    topside(&Home::new(), &engine::address(), arguments)
        .output()
        .expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A following that is read line by line.
struct Following {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    _home: Home,
}

impl Following {
    fn start(address: &str, arguments: &[&str]) -> Self {
        let home = Home::new();
        let mut child = topside(&home, address, arguments)
            .arg("--follow")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let lines = BufReader::new(child.stdout.take().expect("it has an output"));
        Self {
            child,
            lines,
            _home: home,
        }
    }

    /// Reads up to a line that ends so. The runner's time limit ends a test that waits in vain.
    fn until(&mut self, end: &str) -> Vec<String> {
        let mut read = Vec::new();
        loop {
            let mut line = String::new();
            let len = self.lines.read_line(&mut line).expect("it writes text");
            assert!(len > 0, "it ended after {read:?}");
            read.push(line.trim_end().to_owned());
            if line.trim_end().ends_with(end) {
                return read;
            }
        }
    }

    /// Ends it as Ctrl-C does; what it said on standard error.
    fn interrupt(mut self) -> String {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::INT).expect("it runs");
        let mut said = String::new();
        let mut errors = self.child.stderr.take().expect("it has errors");
        errors.read_to_string(&mut said).expect("text");
        let status = self.child.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "{said}");
        said
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn several_come_as_one_in_the_order_of_their_times() {
    let (a, b) = (name("a"), name("b"));
    let script = |tag: &str| {
        format!("for i in 1 2 3 4 5 6 7 8; do echo {tag}$i; echo {tag}e$i >&2; usleep 3000; done")
    };
    let first = container(&a, &[], &script("x"));
    let second = done(&b, &["--tty"], &script("y"));
    let output = logs(&[&a, &b, "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines: Vec<serde_json::Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let times: Vec<&str> = lines
        .iter()
        .map(|line| line["time"].as_str().unwrap())
        .collect();
    assert_eq!(lines.len(), 32);
    assert!(times.is_sorted(), "{times:?}");
    for (container, name) in [(&first, &a), (&second, &b)] {
        let of_one = lines.iter().filter(|line| line["service"] == **name);
        let texts: Vec<&str> = of_one.map(|line| line["text"].as_str().unwrap()).collect();
        let output = docker_command(&["logs", "--timestamps", &container.id])
            .output()
            .unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        let mut theirs: Vec<&str> = out.lines().chain(err.lines()).map(str::trim_end).collect();
        theirs.sort_by_key(|line| line.split_once(' ').unwrap().0);
        let theirs: Vec<&str> = theirs
            .iter()
            .map(|line| line.split_once(' ').unwrap().1)
            .collect();
        assert_eq!(texts, theirs);
    }
    let output = logs(&[&a, &b, "-n", "1", "-g", "8"]);
    let said = text(&output.stdout);
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(
        said.lines()
            .any(|line| line.starts_with(&format!("{a} | "))),
        "{said}"
    );
}

#[test]
fn what_was_written_comes_out_as_it_was() {
    let whole = name("whole");
    // Many lines, a long one, noise with every byte, and half a line at the end.
    let script = "seq 1 50000; head -c 10485760 /dev/zero | tr '\\0' z; echo; \
        head -c 300000 /dev/urandom; echo; printf half";
    let container = done(&whole, &[], script);
    docker(&["stop", "--time", "5", &whole]);
    let theirs = docker_command(&["logs", &container.id])
        .output()
        .unwrap()
        .stdout;
    let ours = logs(&[&whole, "--raw"]);
    assert!(ours.status.success(), "{}", text(&ours.stderr));
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let lines = bytes.split(|byte| *byte == b'\n');
        // Lines end the same way, with a carriage return or not, and the longest are cut.
        let cut = lines.map(|line| line[..line.len().min(1 << 20)].to_vec());
        cut.map(|line| line.strip_suffix(b"\r").unwrap_or(&line).to_vec())
            .collect()
    };
    let (theirs, ours_raw) = (lines(&theirs), lines(&ours.stdout));
    assert_eq!(
        ours_raw.len(),
        theirs.len() + 1,
        "half a line is given its end"
    );
    assert!(
        ours_raw
            .iter()
            .zip(&theirs)
            .all(|(ours, theirs)| ours == theirs)
    );
    let plain = logs(&[&whole]).stdout;
    let said = text(&plain);
    assert!(said.contains("z … 9437184 bytes cut\n") && said.ends_with("half\n"));
    let unsafe_bytes = plain
        .iter()
        .filter(|byte| matches!(byte, 0..=8 | 11..=31 | 127));
    assert_eq!(unsafe_bytes.count(), 0);
    assert_eq!(
        sequences(&plain),
        [],
        "in a pipe nothing acts on a terminal"
    );
}

#[test]
fn nothing_but_colours_reaches_a_terminal() {
    let evil = name("evil");
    let attacks = "\\033]0;title\\007\\033]52;c;cHduZWQ=\\007\\033]8;;file:///x\\033\\\\\\\\link\\033]8;;\\033\\\\\\\\\
        \\033Pq#0;2;0;0;0#0~~\\033\\\\\\\\\\033[?2004h\\033[200~\\033[201~\\033[2J\\033[1;1H\\033[6n\\033c\\033(0\
        \\302\\2332J\\302\\2350;x\\302\\234\\016\\007\\177\\033[31mred\\033[38;5;208mor\\033[mend\\n";
    let script = format!(
        "printf '{attacks}'; head -c 200000 /dev/urandom; printf '\\n{attacks}last-line\\n'"
    );
    let _container = done(&evil, &[], &script);
    for options in [&[][..], &["--no-color"]] {
        let home = Home::new();
        let address = engine::address();
        let arguments = [&["logs", "--host", &address, &evil], options].concat();
        let terminal = Terminal::spawn(&arguments, &home.environment(), 24, 80);
        assert!(terminal.wait_exit(PATIENCE).success());
        let bytes = terminal.bytes();
        assert!(text(&bytes).contains("last-line"));
        let found = sequences(&bytes);
        let is_colour = |one: &Sequence| {
            matches!(one, Sequence::Csi(parameters, b'm')
            if parameters.iter().all(|byte| matches!(byte, b'0'..=b'9' | b';')))
        };
        let others: Vec<_> = found.iter().filter(|one| !is_colour(one)).collect();
        assert!(others.is_empty(), "{others:?}");
        assert_eq!(
            found.is_empty(),
            !options.is_empty(),
            "colours, unless they are not wanted"
        );
    }
}

#[test]
fn a_restart_and_a_new_container_are_followed() {
    let web = name("web");
    let script = "echo up; mkfifo /pipe; cat /pipe";
    let say = |what: &str| {
        docker(&[
            "exec",
            &web,
            "sh",
            "-c",
            &format!("while ! [ -p /pipe ]; do usleep 9000; done; echo {what} > /pipe"),
        ])
    };
    let run = || {
        let image = image();
        let waits = format!("trap 'exit 3' TERM; rm -f /pipe; {script} & wait");
        Container::run(&["--name", &web, &image, "sh", "-c", &waits])
    };
    let old = run();
    let mut following = Following::start(&engine::address(), &[&web]);
    assert_eq!(following.until("up"), ["up"]);
    say("one");
    assert_eq!(following.until("one"), ["one"]);
    docker(&["stop", "--time", "5", &web]);
    docker(&["start", &web]);
    assert_eq!(following.until("up"), ["up"]);
    say("two");
    assert_eq!(following.until("two"), ["two"]);
    docker(&["rm", "--force", &web]);
    drop(old);
    let _new = run();
    assert_eq!(following.until("up"), ["up"]);
    say("three");
    assert_eq!(following.until("three"), ["three"]);
    let said = following.interrupt();
    assert!(said.contains(" exited ("), "{said}");
}

#[test]
fn no_line_is_lost_or_doubled_when_the_engine_goes_and_comes() {
    let busy = name("busy");
    let lines = 30_000;
    // Bursts, so that many lines have the same time.
    let script = format!(
        "i=0; while [ $i -lt {lines} ]; do seq $((i + 1)) $((i += 500)); usleep 30000; done; echo end"
    );
    let _container = container(&busy, &[], &script);
    let proxy = Proxy::to(&engine::socket());
    let mut following = Following::start(&proxy.address(), &[&busy]);
    let mut read = Vec::new();
    for n in 1..4 {
        read.extend(following.until(&format!("{n}7")));
        proxy.drop_connections();
        read.extend(following.until(&format!("{n}99")));
        proxy.cut();
        std::thread::sleep(Duration::from_millis(150));
        proxy.restore();
    }
    read.extend(following.until("end"));
    let expected: Vec<String> = (1..=lines)
        .map(|n| n.to_string())
        .chain(["end".to_owned()])
        .collect();
    assert_eq!(read.len(), expected.len());
    assert!(read == expected, "in order, each once");
    let said = following.interrupt();
    assert!(said.contains("waiting for it"), "{said}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let many = name("many");
    let _container = done(&many, &[], "seq 1 100000");
    let home = Home::new();
    let mut child = topside(&home, &engine::address(), &[&many])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*line), (Some(0), "1\n"));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_log_that_nobody_keeps_says_so() {
    let none = name("none");
    let kept = name("kept");
    let _none = container(&none, &["--log-driver", "none"], "echo lost");
    let _kept = done(&kept, &[], "echo kept");
    let output = logs(&[&none]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said.contains("the logging driver none keeps nothing"),
        "{said}"
    );
    assert!(said.contains("local or json-file"), "{said}");
    let output = logs(&[&none, &kept]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), format!("{kept} | kept\n"));
}

#[test]
fn times_choose() {
    let clock = name("clock");
    let _container = done(
        &clock,
        &[],
        "for i in 1 2 3 4 5; do echo $i; usleep 10000; done",
    );
    let said = |options: &[&str]| text(&logs(&[&[&*clock], options].concat()).stdout);
    let lines = said(&["--times", "utc"]);
    let times: Vec<&str> = lines
        .lines()
        .map(|line| line.split_once(' ').unwrap().0)
        .collect();
    assert_eq!(
        said(&["--since", times[2]]),
        "3\n4\n5\n",
        "inclusive, to the nanosecond"
    );
    assert_eq!(said(&["--until", times[2]]), "1\n2\n3\n");
    assert_eq!(
        said(&["--since", times[1], "--until", times[3], "--tail", "2"]),
        "3\n4\n"
    );
    assert_eq!(said(&["--tail", "2"]), "4\n5\n");
    assert_eq!(said(&["--tail", "0"]), "");
    assert_eq!(said(&["--since", "1h"]).lines().count(), 5);
}
