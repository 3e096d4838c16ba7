//! A line's level is what its program meant, and a message that only speaks of errors has none.

use proptest::prelude::*;
use serde_json::json;

use crate::logs::Level::{self, Debug, Error, Fatal, Info, Trace, Warn};

fn assert_all(lines: &[(&str, Option<Level>)]) {
    for (text, level) in lines {
        assert_eq!(Level::of(text), *level, "{text}");
    }
}

#[test]
fn json_lines() {
    assert_all(&[
        (r#"{"level":"info","msg":"x"}"#, Some(Info)),
        (
            r#"{"time":"2026-11-21T12:00:00Z", "level" : "WARN", "msg":"x"}"#,
            Some(Warn),
        ),
        (r#"{"msg":"level\":\"error","lvl":"debug"}"#, Some(Debug)),
        (r#"{"severity":"CRITICAL","message":"x"}"#, Some(Fatal)),
        (r#"{"severity":3}"#, Some(Error)),
        (r#"{"log.level":"error","@timestamp":"x"}"#, Some(Error)),
        (r#"{"log":{"level":"error"},"message":"x"}"#, Some(Error)),
        (r#"{"log":{"file":{"x":1},"level":"error"}}"#, None),
        (r#"{"levelname":"WARNING","name":"root"}"#, Some(Warn)),
        (r#"{"levelno":40,"x":1}"#, Some(Error)),
        (r#"{"level":10,"time":1}"#, Some(Trace)),
        (r#"{"level":20,"time":1}"#, Some(Debug)),
        (r#"{"level":30,"time":1,"pid":1,"msg":"x"}"#, Some(Info)),
        (r#"{"name":"bunyan","level":50,"msg":"x"}"#, Some(Error)),
        (r#"{"level":60,"time":1}"#, Some(Fatal)),
        (
            r#"{"reqId":"a","level":2,"time":"x","app":"core"}"#,
            Some(Warn),
        ),
        (r#"{"reqId":"a","level":4,"time":"x"}"#, Some(Fatal)),
        (r#"{"@t":"2026","@l":"Warning","@mt":"x"}"#, Some(Warn)),
        (
            r#"{"t":{"$date":"2026"},"s":"E","c":"NETWORK"}"#,
            Some(Error),
        ),
        (r#"{"t":{"$date":"2026"},"s":"D1","c":"-"}"#, Some(Debug)),
        (
            r#"{"level":"info","ts":1700000000.5,"logger":"http.log.access","msg":"x"}"#,
            Some(Info),
        ),
        (r#"{"s":"E","x":1}"#, None),
        (r#"{"ctx":{"level":"error"},"msg":"x"}"#, None),
        (r#"{"items":["level","error"]}"#, None),
        (r#"{"level":99}"#, None),
        (r#"{"level":"#, None),
        (r#"{"level":"inf"#, None),
        (r#"{"msg":"no end \"#, None),
        ("{", None),
        ("{}}}}", None),
    ]);
}

#[test]
fn logfmt() {
    assert_all(&[
        ("level=info msg=x", Some(Info)),
        (
            r#"time="2026-11-21T12:00:00Z" level=error msg="no ERROR: found""#,
            Some(Error),
        ),
        (
            "time=2026-11-21T12:00:00.000Z level=WARN source=x.go:1 msg=x",
            Some(Warn),
        ),
        (r#"ts=2026 caller=x lvl=eror msg="x""#, Some(Error)),
        (
            r#"logger=migrator t=2026-11-21 level="debug" msg=x"#,
            Some(Debug),
        ),
        ("severity=WARNING msg=x", Some(Warn)),
        (
            "something long that has happened here level=error x=1",
            Some(Error),
        ),
        (r#"something long has happened: "a level=error" x=1"#, None),
        (r#"msg="a level=error" x=1"#, None),
        ("error=nil err=nil", None),
        ("sealevel=error x=1", None),
        ("a b c d e x/level=error", None),
        ("level=high", None),
    ]);
}

#[test]
fn words_of_frameworks() {
    assert_all(&[
        ("ERROR", Some(Error)),
        ("WARN: disk is slow", Some(Warn)),
        ("WARNING: An illegal reflective access", Some(Warn)),
        ("SEVERE: Servlet.service() threw", Some(Error)),
        ("ERROR:root:it broke", Some(Error)),
        (
            "INFO:     127.0.0.1:5 - \"GET / HTTP/1.1\" 200 OK",
            Some(Info),
        ),
        (
            "2026-11-21 12:00:00,123 - app.web - ERROR - it broke",
            Some(Error),
        ),
        (
            "2026-11-21 12:00:00,123 INFO supervisord started with pid 1",
            Some(Info),
        ),
        (
            "2026-11-21 12:00:00.123 ERROR (MainThread) [homeassistant] x",
            Some(Error),
        ),
        (
            "[2026-11-21 12:00:00 +0000] [1] [INFO] Booting worker",
            Some(Info),
        ),
        (
            "2026-11-21T12:00:00.000Z  INFO 1 --- [main] c.e.App : Started",
            Some(Info),
        ),
        ("12:00:00.000 [main] DEBUG com.example.App - x", Some(Debug)),
        ("12:00:00.000 main WARN com.example.App - x", Some(Warn)),
        (
            "21-Nov-2026 12:00:00.000 INFO [main] org.apache.catalina.x",
            Some(Info),
        ),
        (
            "[2026-11-21T12:00:00,000][WARN ][o.e.n.Node] [x] y",
            Some(Warn),
        ),
        (
            "2026-11-21T12:00:00.000000Z  WARN web::http: slow",
            Some(Warn),
        ),
        ("[2026-11-21T12:00:00Z ERROR web] x", Some(Error)),
        ("[12:00:00 INF] Now listening", Some(Info)),
        ("[12:00:00] [WRN] [1] x", Some(Warn)),
        ("2026-11-21T12:00:00Z ERR x error=\"y\"", Some(Error)),
        ("12:00PM FTL x", Some(Fatal)),
        (
            "2026/11/21 12:00:00.000 INFO http.log x {\"a\":1}",
            Some(Info),
        ),
        ("2026-11-21T12:00:00.000Z info  envoy x", Some(Info)),
        (
            "[2026-11-21 12:00:00.000][1][warning][main] [source/x.cc:1] y",
            Some(Warn),
        ),
        ("INFO[0000] Starting up", Some(Info)),
        ("fail: Microsoft.Hosting[0]", Some(Error)),
        ("crit: x", Some(Fatal)),
        ("info: Microsoft.Hosting.Lifetime[14]", Some(Info)),
        ("dbug: x", Some(Debug)),
        ("trce: x", Some(Trace)),
        (
            "E, [2026-11-21T12:00:00.1 #1] ERROR -- : it broke",
            Some(Error),
        ),
        (
            "2026-11-21T12:00:00.1Z pid=1 tid=abc class=Job INFO: start",
            Some(Info),
        ),
        ("npm ERR! code ENOENT", Some(Error)),
        ("npm warn deprecated x", Some(Warn)),
        ("PHP Fatal error:  Uncaught X", Some(Fatal)),
        ("PHP Warning:  Undefined x", Some(Warn)),
        (
            "[21-Nov-2026 12:00:00 UTC] PHP Parse error:  x",
            Some(Error),
        ),
        ("PHP Deprecated:  x", Some(Warn)),
        ("[2026-11-21 12:00:00] production.ERROR: x {}", Some(Error)),
        (
            "[2026-11-21T12:00:00.0+00:00] app.CRITICAL: x [] []",
            Some(Fatal),
        ),
        ("12:00:00.000 [info] Running Endpoint", Some(Info)),
        (
            "info  [2026-11-21 12:00:00.000] Server is listening",
            Some(Info),
        ),
        ("warn  - No build cache found", Some(Warn)),
        ("panic: runtime error: index out of range", Some(Fatal)),
        (
            "fatal error: all goroutines are asleep - deadlock!",
            Some(Fatal),
        ),
        ("Error: connect ECONNREFUSED 127.0.0.1:5432", Some(Error)),
    ]);
}

#[test]
fn words_of_servers() {
    assert_all(&[
        (
            "2026/11/21 12:00:00 [error] 12#12: *1 open() failed",
            Some(Error),
        ),
        (
            "2026/11/21 12:00:00 [emerg] 1#1: bind() failed",
            Some(Fatal),
        ),
        (
            "[Sat Nov 21 12:00:00.123456 2026] [core:error] [pid 1] x",
            Some(Error),
        ),
        (
            "[Sat Nov 21 12:00:00.123456 2026] [mpm_event:notice] [pid 1:tid 2] x",
            Some(Info),
        ),
        ("2026-11-21 12:00:00.000 UTC [1] LOG:  ready", Some(Info)),
        ("2026-11-21 12:00:00.000 UTC [1] FATAL:  no", Some(Fatal)),
        ("2026-11-21 12:00:00.000 UTC [1] PANIC:  no", Some(Fatal)),
        (
            "2026-11-21 12:00:00.000 UTC [1] wes@db ERROR:  relation \"x\"",
            Some(Error),
        ),
        ("2026-11-21 12:00:00.000 UTC [1] STATEMENT:  select 1", None),
        (
            "2026-11-21T12:00:00.000000Z 0 [Warning] [MY-010068] [Server] x",
            Some(Warn),
        ),
        ("2026-11-21 12:00:00 0 [Note] mariadbd: ready", Some(Info)),
        (
            "1:M 21 Nov 2026 12:00:00.000 * Ready to accept connections",
            Some(Info),
        ),
        ("1:C 21 Nov 2026 12:00:00.000 # oO0OoO0OoO0Oo", Some(Warn)),
        ("1:S 21 Nov 2026 12:00:00.000 . x", Some(Debug)),
        ("12:M 21 Nov 2026 12:00:00.000 - x", Some(Info)),
        ("E1121 12:00:00.000000       1 x.go:12] y", Some(Error)),
        ("W1121 12:00:00.000000       1 x.go:12] y", Some(Warn)),
        ("2026-11-21 12:00:00.000000 I | etcdserver: x", Some(Info)),
        (
            "2026/11/21 12:00:00 cmd/web.go:242:runWeb() [E] x",
            Some(Error),
        ),
        ("[NOTICE]   (1) : New worker", Some(Info)),
        ("[WARNING] 324/120000 (1) : x", Some(Warn)),
        ("[INFO] plugin/reload: Running", Some(Info)),
        (
            "2026.11.21 12:00:00.000 [ 1 ] {} <Error> Application: x",
            Some(Error),
        ),
        ("2026-11-21 12:00:00.000 [info] <0.1.0> x", Some(Info)),
        ("1700000000: Error: Unable to open", Some(Error)),
        ("Nov 21 12:00:00 web sshd[12]: error: x", Some(Error)),
        ("<11>x", Some(Error)),
        ("<0>x", Some(Fatal)),
        ("<30>Nov 21 12:00:00 x", Some(Info)),
        ("<191>x", Some(Debug)),
        ("<192>x", None),
        ("<>x", None),
        ("<999999>x", None),
    ]);
}

#[test]
fn messages_are_no_levels() {
    assert_all(&[
        ("", None),
        ("   ", None),
        ("no error found", None),
        ("found 0 errors", None),
        ("the last ERROR was long ago", None),
        ("error=nil", None),
        ("GET /errors/404 200", None),
        ("GET /ERROR HTTP/1.1", None),
        (
            r#"127.0.0.1 - - [21/Nov/2026:12:00:00 +0000] "GET /error HTTP/1.1" 200 1"#,
            None,
        ),
        ("404 error page", None),
        ("errors: 0", None),
        ("information about the warning system", None),
        ("debugging is off", None),
        ("Alerting the fatal cases", None),
        ("I think, therefore", None),
        ("E = mc²", None),
        ("[x] done", None),
        ("[", None),
        ("(", None),
        ("=", None),
        ("1:M", None),
        ("E1121", None),
        ("漢字 エラー", None),
    ]);
}

#[test]
fn what_is_far_into_a_line_is_its_message() {
    let far = format!("{}level=error", "x ".repeat(200));
    assert_eq!(Level::of(&far), None);
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    assert_eq!(Level::of(&deep), None);
}

#[test]
fn levels_are_ordered_and_read_back() {
    assert!(Level::ALL.is_sorted());
    for level in Level::ALL {
        assert_eq!(level.word().parse(), Ok(level));
        assert_eq!(level.word().to_uppercase().parse(), Ok(level));
        assert_eq!(level.to_string(), level.word());
    }
    assert_eq!(" Warning ".parse(), Ok(Warn));
    for wrong in ["", "loud", "errors", "informationally"] {
        let said = wrong.parse::<Level>().unwrap_err().to_string();
        assert!(said.contains("write trace, debug"), "{said}");
    }
    let said = "a\u{1b}[1m".parse::<Level>().unwrap_err().to_string();
    assert!(!said.contains('\u{1b}'), "{said}");
}

proptest! {
    #[test]
    fn whatever_comes_is_read(text in r#"[ \[\]{}<>():="\\A-Za-z0-9,|é-]{0,300}"#) {
        let _ = Level::of(&text);
    }

    #[test]
    fn the_level_is_found_wherever_json_has_it(
        before in prop::collection::btree_map("[a-c]{1,3}", "[ -~]{0,12}", 0..6),
        level in 0..6_usize,
    ) {
        let level = Level::ALL[level];
        let before = before.iter().map(|(key, value)| format!("{}:{},", json!(key), json!(value)));
        let object = format!("{{{}\"level\":\"{level}\",\"msg\":\"x\"}}", before.collect::<String>());
        prop_assert_eq!(Level::of(&object), Some(level));
    }
}
