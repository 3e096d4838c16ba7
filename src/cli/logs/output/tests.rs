//! What is written is what was asked for, and nothing in it acts on a terminal.

use clap::Parser;
use serde_json::Value;

use super::*;
use crate::cli::arguments::{Arguments, Command};
use crate::cli::logs::source::Labels;
use crate::deploy::sample::of;
use crate::domain::LogStream;

fn wanted(options: &[&str]) -> Wanted {
    let words = ["topside", "logs"].iter().chain(options);
    match Arguments::try_parse_from(words).unwrap().command {
        Some(Command::Logs(wanted)) => wanted,
        _ => unreachable!(),
    }
}

/// What is written of lines of two containers, taking turns.
fn told(form: Form, options: &[&str], lines: &[&[u8]]) -> String {
    let containers = [of("web", 1), of("database", 1)];
    let labels = Labels::of(&containers.each_ref(), false, form == Form::Colours);
    let mut sources = containers.each_ref().map(|one| labels.source(one));
    let zone = TimeZone::get("Europe/Vienna").unwrap();
    let mut output = Output::to(Vec::new(), form, &wanted(options), zone);
    for (n, bytes) in lines.iter().enumerate() {
        let source = &mut sources[n % 2];
        let line = RawLogLine {
            container: source.id.clone(),
            at: Timestamp::new(1_763_676_000, 5).unwrap(),
            stream: [LogStream::Out, LogStream::Err][n % 2],
            bytes: bytes.to_vec(),
            cut: 0,
        };
        output.line(source, &line).unwrap();
    }
    String::from_utf8_lossy(output.out.buffer()).into_owned()
}

const HOSTILE: &[u8] = b"a\t\x1b]52;c;QQ==\x07\x1b[31mb\x1b[2J\xc2\x9b1m\x00\xff";

#[test]
fn each_form_is_as_safe_as_its_reader_needs() {
    for (form, expected) in [
        (
            Form::Raw,
            String::from_utf8_lossy(&[b"web      | ", HOSTILE, b"\n"].concat()).into_owned(),
        ),
        (Form::Text, "web      | a\tb·\u{FFFD}\n".to_owned()),
        (Form::Screen, "web      | a       b·\u{FFFD}\n".to_owned()),
        (
            Form::Colours,
            "\x1b[33mweb      |\x1b[m a       \x1b[0;31mb\x1b[0;1m·\u{FFFD}\x1b[m\n".to_owned(),
        ),
    ] {
        let said = told(form, &[], &[HOSTILE]);
        // U+009B with 1m sets bold where colours are kept.
        assert_eq!(
            said.replace("\x1b[0;1;31m", "\x1b[0;1m"),
            expected,
            "{form:?}"
        );
    }
}

#[test]
fn json_says_all_and_escapes_what_a_terminal_acts_upon() {
    let said = told(
        Form::Json,
        &["--json"],
        &[b"2026-11-21 ERROR: a\tb\x1b[2J", "é\u{202e}\x7f".as_bytes()],
    );
    let lines: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines[0],
        serde_json::json!({
            "time": "2025-11-20T22:00:00.000000005Z", "host": "local", "project": "wezm", "service": "web",
            "container": "wezm-web-1", "stream": "out", "level": "error", "text": "2026-11-21 ERROR: a\tb", "cut": 0,
        })
    );
    assert_eq!(
        (&lines[1]["stream"], &lines[1]["text"]),
        (&"err".into(), &"é··".into())
    );
}

#[test]
fn times_are_shown_where_they_are_wanted() {
    let said = told(Form::Text, &["--times", "utc"], &[b"x"]);
    assert_eq!(said, "web      | 2025-11-20T22:00:00.000000005Z x\n");
    let said = told(Form::Raw, &["--times", "local"], &[b"x"]);
    assert_eq!(said, "web      | 2025-11-20T23:00:00.000000005+01:00 x\n");
}

#[test]
fn lines_are_chosen_by_stream_expression_and_level() {
    let lines: [&[u8]; 4] = [b"GET /a 200", b"ERROR: b", b"get /c 500", b"INFO: d"];
    assert_eq!(
        told(Form::Text, &["--stream", "out"], &lines)
            .lines()
            .count(),
        2
    );
    assert_eq!(
        told(Form::Text, &["--stream", "err"], &lines)
            .matches("database")
            .count(),
        2
    );
    assert_eq!(
        told(Form::Raw, &["--grep", "get .* [25]00"], &lines)
            .lines()
            .count(),
        2
    );
    assert_eq!(
        told(Form::Raw, &["--grep", "GET"], &lines),
        "web      | GET /a 200\n"
    );
    assert_eq!(
        told(Form::Text, &["--level", "warn"], &lines),
        "database | ERROR: b\n"
    );
    let said = told(Form::Text, &["-g", "error"], &[b"\x1b[31mer\x1b[mror"]);
    assert_eq!(said, "web      | error\n", "what is read is searched");
}

#[test]
fn a_trace_goes_with_its_line() {
    let lines: [&[u8]; 12] = [
        b"ERROR: it broke",
        b"INFO: x",
        b"Traceback (most recent call last):",
        b"    indented",
        b"  File \"a.py\", line 1",
        b"x",
        b"ValueError: y",
        b"x",
        b"DEBUG: z",
        b"x",
        b"  of z",
        b"x",
    ];
    let said = told(Form::Text, &["--level", "error"], &lines);
    assert_eq!(
        said,
        "web      | ERROR: it broke\nweb      | Traceback (most recent call last):\nweb      |   File \"a.py\", line 1\nweb      | ValueError: y\n"
    );
}

#[test]
fn what_was_cut_is_said() {
    let container = of("web", 1);
    let labels = Labels::of(&[&container], false, false);
    let mut source = labels.source(&container);
    let line = RawLogLine {
        container: container.id.clone(),
        at: Timestamp::UNIX_EPOCH,
        stream: LogStream::Out,
        bytes: b"long".to_vec(),
        cut: 7,
    };
    let mut output = Output::to(Vec::new(), Form::Text, &wanted(&[]), TimeZone::UTC);
    output.line(&mut source, &line).unwrap();
    assert_eq!(output.out.buffer(), "long … 7 bytes cut\n".as_bytes());
}

#[test]
fn a_command_line_that_is_wrong_says_what_is_right() {
    for (options, said) in [
        (&["--tail", "x"][..], "write a number of lines, or all"),
        (&["--since", "soon"], "write 09:30"),
        (&["--level", "loud"], "write trace, debug"),
        (&["--grep", "a("], "unclosed group"),
        (&["--raw", "--json"], "cannot be used with"),
        (&["-f", "--until", "1h"], "cannot be used with"),
    ] {
        let words = ["topside", "logs"].iter().chain(options);
        let error = Arguments::try_parse_from(words).unwrap_err().to_string();
        assert!(error.contains(said), "{options:?}: {error}");
    }
}
