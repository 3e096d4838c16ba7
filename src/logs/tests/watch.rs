//! What breaks servers is noticed, and what only sounds like it is not.

use crate::logs::watch::{DEFAULTS, Pattern, Watch, defaults};
use std::sync::LazyLock;

static WATCH: LazyLock<Watch> = LazyLock::new(|| Watch::new(&defaults()).unwrap());

fn named(text: &str) -> Option<&'static str> {
    WATCH.of(text).map(|index| DEFAULTS[index].0)
}

#[test]
fn what_breaks_servers_is_noticed() {
    for (text, name) in [
        ("panic: runtime error: invalid memory address", "panicked"),
        ("goroutine 1 [running]:", "panicked"),
        ("thread 'main' panicked at src/main.rs:2:5:", "panicked"),
        (
            "2026-11-21 12:00:00.000 UTC [1] PANIC:  could not write",
            "panicked",
        ),
        (
            "fatal error: all goroutines are asleep - deadlock!",
            "panicked",
        ),
        ("Segmentation fault (core dumped)", "panicked"),
        ("fatal error: runtime: out of memory", "panicked"),
        (
            "java.lang.OutOfMemoryError: Java heap space",
            "ran out of memory",
        ),
        (
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
            "ran out of memory",
        ),
        (
            "Out of memory: Killed process 12 (java)",
            "ran out of memory",
        ),
        ("fork: Cannot allocate memory", "ran out of memory"),
        (
            "PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted",
            "ran out of memory",
        ),
        (
            "-OOM command not allowed when used memory > 'maxmemory'.",
            "ran out of memory",
        ),
        (
            "write /srv/x: no space left on device",
            "found the disk full",
        ),
        (
            "OSError: [Errno 28] No space left on device",
            "found the disk full",
        ),
        (
            "Error: ENOSPC: System limit for number of file watchers",
            "found the disk full",
        ),
        (
            "sqlite3.OperationalError: database or disk is full",
            "found the disk full",
        ),
        (
            "cp: /x: Read-only file system",
            "found a file system read-only",
        ),
        (
            "x509: certificate has expired or is not yet valid",
            "met an expired certificate",
        ),
        (
            "SSL alert: certificate expired",
            "met an expired certificate",
        ),
        (
            "accept4(): 24: Too many open files",
            "has too many files open",
        ),
        (
            "listen tcp: accept: too many open files",
            "has too many files open",
        ),
        (
            "FATAL:  sorry, too many clients already",
            "has too many connections",
        ),
        (
            "ERROR 1040 (HY000): Too many connections",
            "has too many connections",
        ),
        (
            "Buffer I/O error on dev sda1, logical block 5",
            "met a broken disk",
        ),
        ("database disk image is malformed", "found its data damaged"),
    ] {
        assert_eq!(named(text), Some(name), "{text}");
    }
}

#[test]
fn what_only_sounds_like_it_is_not() {
    for text in [
        "",
        "GET /panic: 200",
        "don't panic",
        "panicking is off",
        "memory: 512M",
        "disk space: 40 % left",
        "certificate expires in 80 days",
        "the certificate of a.example will be renewed",
        "open files: 12",
        "too many requests",
        "SIGEMFILES",
        "recovered",
    ] {
        assert_eq!(named(text), None, "{text}");
    }
}

#[test]
fn the_first_pattern_counts_and_wrong_ones_are_named() {
    let patterns = [Pattern::new("a", "x+"), Pattern::new("b", "(?i)XY")];
    let watch = Watch::new(&patterns).unwrap();
    assert_eq!(watch.of("xy"), Some(0));
    assert_eq!(Watch::new(&patterns[1..]).unwrap().of("xy"), Some(0));
    assert_eq!(Watch::new(&[]).unwrap().of("xy"), None);
    let said = |regex: &str| {
        Watch::new(&[Pattern::new("mine", regex)])
            .unwrap_err()
            .to_string()
    };
    assert_eq!(said("a("), "“mine”: unclosed group, at “(”");
    assert!(said("(a{999}){999}").contains("too large"));
    let many: Vec<Pattern> = (0..200)
        .map(|n| Pattern::new("n", format!("\\w{{10}}{n}")))
        .collect();
    assert!(
        Watch::new(&many)
            .unwrap_err()
            .to_string()
            .contains("too large together")
    );
}

/// What is not linear in the line does not end before the test is given up.
#[test]
fn hostile_lines_take_linear_time() {
    for text in ["panicked at ", "goroutine 1 ", "Allowed memory size of 1"] {
        assert_eq!(WATCH.of(&text.repeat(100_000)), None);
    }
}
