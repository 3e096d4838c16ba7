//! Structured lines are read as what they say, and nothing that they escape acts on a terminal.

use proptest::prelude::*;

use crate::domain::text::is_unsafe;
use crate::logs::fields::{Fields, parse};
use crate::logs::{Level, fields};

fn rest(fields: &Fields) -> Vec<(&str, &str)> {
    let rest = fields.rest.iter();
    rest.map(|(key, value)| (&**key, &**value)).collect()
}

fn brief(text: &str) -> String {
    parse(text).unwrap().brief()
}

#[test]
fn json_keeps_its_order_and_its_numbers() {
    let fields = parse(
        r#" {"z":1.50,"level":"warn","b":true,"time":"2026-11-21T12:00:00Z","a":null,"msg":"slow query","n":12345678901234567890123,"l":[1, 2],"o":{}} "#,
    )
    .unwrap();
    assert_eq!(fields.level, Some(Level::Warn));
    assert_eq!(fields.time.as_deref(), Some("2026-11-21T12:00:00Z"));
    assert_eq!(fields.message.as_deref(), Some("slow query"));
    assert_eq!(
        rest(&fields),
        [
            ("z", "1.50"),
            ("b", "true"),
            ("a", "null"),
            ("n", "12345678901234567890123"),
            ("l", "[1, 2]"),
            ("o", "{}")
        ]
    );
    assert_eq!(fields.left_out, 0);
}

#[test]
fn objects_within_have_dotted_keys_down_to_a_depth() {
    let fields = parse(r#"{"a":{"b":{"c":{"d":{"e":1}}}},"log":{"level":"error"},"http":{"status":500,"path":"/x y"}}"#).unwrap();
    assert_eq!(
        rest(&fields),
        [
            ("a.b.c.d", r#"{"e":1}"#),
            ("http.status", "500"),
            ("http.path", "/x y")
        ]
    );
    assert_eq!(fields.level, Some(Level::Error));
}

#[test]
fn well_known_programs() {
    for (line, expected) in [
        (
            r#"{"level":30,"time":1763676000000,"pid":7,"hostname":"a","msg":"listening"}"#,
            "INFO listening  pid=7 hostname=a",
        ),
        (
            r#"{"t":{"$date":"2026-11-21T12:00:00"},"s":"W","c":"NETWORK","id":1,"ctx":"conn1","msg":"Slow","attr":{"ms":5}}"#,
            "WARN Slow  c=NETWORK id=1 ctx=conn1 attr.ms=5",
        ),
        (
            r#"{"@t":"2026-11-21T12:00:00Z","@mt":"Hello {Name}","@l":"Error","Name":"wes"}"#,
            "ERROR Hello {Name}  Name=wes",
        ),
        (
            r#"{"event":"logged in","level":"info","timestamp":"x","user":""}"#,
            r#"INFO logged in  user="""#,
        ),
        (
            r#"time="2026-11-21T12:00:00Z" level=error msg="disk \"sda\" is full" path=/srv free=0 why="a=b""#,
            r#"ERROR disk "sda" is full  path=/srv free=0 why="a=b""#,
        ),
        (
            r"ts=1 caller=main.go:12 level=info component=a/b empty= msg=ready",
            r#"INFO ready  caller=main.go:12 component=a/b empty="""#,
        ),
        (r#"{"a":"x"}"#, "a=x"),
    ] {
        assert_eq!(brief(line), expected, "{line}");
    }
}

#[test]
fn the_likeliest_name_is_the_message() {
    let fields = parse(r#"{"text":"t","message":"m","event":"e","msg":"M"}"#).unwrap();
    assert_eq!(fields.message.as_deref(), Some("M"));
    assert_eq!(
        rest(&fields),
        [("text", "t"), ("message", "m"), ("event", "e")]
    );
}

#[test]
fn a_level_that_is_none_is_a_field() {
    let fields = parse(r#"{"level":"high","lvl":"error"}"#).unwrap();
    assert_eq!(rest(&fields), [("level", "high")]);
    assert_eq!(fields.level, Some(Level::Error));
}

#[test]
fn text_is_none() {
    for text in [
        "",
        "{",
        "{} {}",
        r#"{"a":1} and more"#,
        r#"{"a":1,}"#,
        r#"["a"]"#,
        "a=1",
        "set a=1 b=2",
        "a=1 and b=2",
        r#"a="1 b=2"#,
        r#"a="1"b=2"#,
        "1=2 3=4",
        "https://x/?a=1 b=2",
        "a = 1 b = 2",
        "x y",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn escapes_do_not_act_on_a_terminal() {
    let fields = parse(
        r#"{"msg":"a\u001b]52;c;AAAA\u0007b\u001b[31mc\u009b2Jd\u202ee\tf\rg\u0000","\u001b[1mk":"x\ny\u001b[2J"}"#,
    )
    .unwrap();
    assert_eq!(fields.message.as_deref(), Some("g·"));
    assert_eq!(rest(&fields), [("k", "x\ny")]);
    assert_eq!(fields.brief(), "g·  k=\"x⏎y\"");
    let fields = parse(r#"msg="a\x1b[31mb\u001b]0;t\u0007c\U0000202ed\xzz\u12" k=v"#).unwrap();
    let message = fields.message.unwrap();
    assert!(message.starts_with("abc·d\u{FFFD}"), "{message}");
}

#[test]
fn a_stack_trace_keeps_its_lines() {
    let line = r#"{"level":"error","msg":"x","stack":"Error: x\n    at f (a.js:1)\n    at g"}"#;
    let fields = parse(line).unwrap();
    assert_eq!(fields.rest[0].1.lines().count(), 3);
    assert!(!fields.brief().contains('\n'));
}

#[test]
fn what_is_too_much_is_counted() {
    let many: Vec<String> = (0..500).map(|n| format!("\"k{n}\":{n}")).collect();
    let fields = parse(&format!("{{{}}}", many.join(","))).unwrap();
    assert_eq!((fields.rest.len(), fields.left_out), (128, 372));
    assert!(fields.brief().ends_with("… and 372 more"));
    let many: Vec<String> = (0..500).map(|n| format!("k{n}={n}")).collect();
    let fields = parse(&many.join(" ")).unwrap();
    assert_eq!((fields.rest.len(), fields.left_out), (128, 372));
    let nested = format!(
        "{{\"a\":{{{}}},\"b\":1}}",
        many.iter()
            .map(|p| format!("\"{p}\":1"))
            .collect::<Vec<_>>()
            .join(",")
    );
    assert_eq!(parse(&nested).unwrap().left_out, 373);
}

/// What is not linear in the line does not end before the test is given up.
#[test]
fn hostile_lines_take_linear_time() {
    let deep = 500_000;
    assert_eq!(parse(&"{\"a\":".repeat(deep)), None);
    let closed = format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep));
    assert!(parse(&closed).is_none_or(|fields| fields.rest.len() == 1));
    let lists = format!("{{\"a\":{}{}}}", "[".repeat(deep), "]".repeat(deep));
    assert!(parse(&lists).is_none_or(|fields| fields.rest.len() == 1));
    let _ = parse(&"a=\"\\".repeat(deep));
    let _ = parse(&format!("a=\"{}", "\\\"".repeat(deep)));
}

proptest! {
    #[test]
    fn what_is_read_is_safe(text in "\\PC{0,60}", escape in 0_u32..0x2100) {
        let json = format!(r#"{{"k\u{escape:04x}":"a\u{escape:04x}[2J","msg":{}}}"#, serde_json::json!(text));
        let logfmt = format!(r#"k="a\u{escape:04x}[2J" msg={text}"#);
        for line in [json, logfmt, text] {
            let Some(fields) = fields::parse(&line) else { continue };
            prop_assert!(!fields.brief().chars().any(is_unsafe), "{}", fields.brief());
            for (key, value) in &fields.rest {
                prop_assert!(!value.chars().any(|c| c != '\n' && is_unsafe(c)));
                prop_assert!(!key.chars().any(|c| c != '\n' && is_unsafe(c)));
            }
        }
    }

    #[test]
    fn json_says_what_it_was_made_of(members in prop::collection::btree_map("[a-j]{1,3}", "[ -~é]{0,9}", 0..9)) {
        let line = serde_json::to_string(&members).unwrap();
        let fields = parse(&line).unwrap();
        let rest: std::collections::BTreeMap<_, _> = fields.rest.iter().cloned().collect();
        prop_assert_eq!(rest, members);
    }
}
