//! A trace stays together, and what is none stays apart.

use proptest::prelude::*;

use crate::logs::continues;

/// Each line but the first goes on with the one before.
fn assert_whole(trace: &str) {
    let lines: Vec<&str> = trace.lines().collect();
    assert!(lines.len() > 2);
    for pair in lines.windows(2) {
        assert!(
            continues(pair[0], pair[1]),
            "{:?} after {:?}",
            pair[1],
            pair[0]
        );
    }
}

#[test]
fn traces_stay_whole() {
    assert_whole(
        "2026-11-21 ERROR x.Y - it broke
java.lang.IllegalStateException: it broke
        at com.example.App.run(App.java:12)
        at com.example.App.main(App.java:5)
        Suppressed: java.io.IOException: y
Caused by: java.lang.NullPointerException: z
        at com.example.Db.get(Db.java:7)
        ... 23 more"
            .split_once('\n')
            .unwrap()
            .1,
    );
    assert_whole(
        r#"ERROR:root:it broke
Traceback (most recent call last):
  File "/srv/a.py", line 3, in f
    return {}["x"]
           ~~^^^^^
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/a.py", line 7, in <module>
    f()
requests.exceptions.ConnectionError: HTTPSConnectionPool(host='x'): no"#,
    );
    assert_whole(
        "panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.(*Server).run(0xc000012345, {0x1, 0x2})
        /srv/main.go:12 +0x1d
main.main()
        /srv/main.go:5 +0x20
created by main.start in goroutine 1
        /srv/main.go:9 +0x99",
    );
    assert_whole(
        "thread 'main' panicked at src/main.rs:2:5:
index out of bounds: the len is 3 but the index is 5
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    );
    assert_whole(
        "thread 'main' panicked at src/main.rs:2:5:
no
stack backtrace:
   0: rust_begin_unwind
             at /rustc/abc/library/std/src/panicking.rs:5:5
note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
    );
    assert_whole(
        "Error: ENOENT: no such file, open 'x'
    at Object.openSync (node:fs:1:2)
    at async main (/srv/a.js:5:6) {
  errno: -2,
  code: 'ENOENT'
}",
    );
    assert_whole(
        "Unhandled exception. System.InvalidOperationException: x
 ---> System.IO.IOException: y
   at A.B.C() in /srv/a.cs:line 5
   --- End of inner exception stack trace ---
   at A.B.D()
--- End of stack trace from previous location ---
   at A.B.E()",
    );
    assert_whole(
        "PHP Fatal error:  Uncaught Exception: x in /srv/a.php:3
Stack trace:
#0 /srv/a.php(7): f()
#1 {main}
  thrown in /srv/a.php on line 3",
    );
    assert_whole(
        "PHP Warning:  x in /srv/a.php on line 3
PHP Stack trace:
PHP   1. {main}() /srv/a.php:0
PHP   2. f() /srv/a.php:7",
    );
    assert_whole(
        "a.rb:1:in 'f': x (RuntimeError)
        from a.rb:5:in 'g'
        from a.rb:9:in '<main>'",
    );
}

#[test]
fn other_lines_begin_anew() {
    for (previous, text) in [
        ("GET / 200", "GET /x 200"),
        ("GET / 200", "Traceback (most recent call last):"),
        ("GET / 200", ""),
        ("", ""),
        ("", "listening"),
        ("ready", "ValueError: alone"),
        ("  indented", "INFO: ready"),
        ("  indented", "ready"),
        ("  indented", "redis: ready"),
        ("  indented", "2026-11-21 12:00:00 INFO x"),
        ("    at f (a.js:1:2)", "Error: another one"),
        ("        ... 23 more", "IllegalStateException: another one"),
        ("a", "}"),
        ("a", "#42 is fixed"),
        ("a", "# a comment"),
        ("a", "goroutine pools are full"),
        ("a", "at noon (or so) it ended"),
        ("a", "main.main()"),
        ("a", "created the database"),
        ("thread 'a' is done:", "b"),
    ] {
        assert!(!continues(previous, text), "{text:?} after {previous:?}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read(previous in "[ -~é]{0,60}", text in "[ -~é]{0,60}") {
        let indented = text.starts_with(' ');
        prop_assert!(!indented || continues(&previous, &text));
    }
}
