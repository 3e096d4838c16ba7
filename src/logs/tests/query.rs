//! What is searched for is found, as an expression too, and no expression costs more than its line is long.

use proptest::prelude::*;

use crate::logs::Query;

fn found<'a>(pattern: &str, text: &'a str) -> Vec<&'a str> {
    let query = Query::regex(pattern).unwrap();
    assert!(query.is_regex());
    let ranges = query.ranges(text);
    assert!(ranges.is_empty() || query.is_in(text));
    ranges.into_iter().map(|range| &text[range]).collect()
}

fn wrong(pattern: &str) -> String {
    Query::regex(pattern).unwrap_err().to_string()
}

#[test]
fn an_expression_is_one() {
    assert_eq!(found(r"5\d\d", "200 503 5xx 500"), ["503", "500"]);
    assert_eq!(found("^a|b$", "ab ab"), ["a", "b"]);
    assert_eq!(found("straße", "STRAßE"), ["STRAßE"]);
    assert_eq!(found(r"\bgröße\b", "GRÖSSE Größe"), ["Größe"]);
    assert_eq!(found("a*", "baab"), ["aa"], "empty matches have no place");
    let empty = Query::regex("^$").unwrap();
    assert!(empty.is_in("") && !empty.is_in("x"));
    assert!(empty.ranges("").is_empty());
}

#[test]
fn case_matters_when_a_letter_in_upper_case_is_typed() {
    assert_eq!(found("err(or)?", "ERR Error"), ["ERR", "Error"]);
    assert_eq!(found("Err(or)?", "ERR Error"), ["Error"]);
    assert_eq!(found("[A-F]+", "abc ABC"), ["ABC"]);
    assert_eq!(found(r"\W[[:alpha:]]\S\x41", " éEaA  exa A"), [" exa"]);
    assert_eq!(found("(?P<Name>x)", "xX"), ["x", "X"]);
    assert_eq!(found("(?i)Err", "ERR"), ["ERR"], "who says so gets it");
}

#[test]
fn what_is_wrong_is_shown() {
    assert_eq!(wrong("a(b|c"), "unclosed group, at “(b|c”");
    assert_eq!(Query::regex("a(b|c").unwrap_err().at, Some(1));
    assert_eq!(wrong("é[z"), "unclosed character class, at “[z”");
    assert_eq!(Query::regex("é[z").unwrap_err().at, Some(2));
    assert!(wrong("*").starts_with("repetition operator missing expression"));
    assert!(wrong(r"\p{Nonsense}x").contains("at “\\p{Nonsense}x”"));
    assert_eq!(wrong(""), "the expression is empty");
    assert!(wrong(&"a".repeat(5000)).contains("longer than 4096 bytes"));
    assert!(!wrong("(\u{1b}[1m").contains('\u{1b}'));
}

#[test]
fn an_expression_that_explodes_is_refused_at_once() {
    for bomb in [
        "(a{1000}){1000}",
        "((((a{99}){99}){99}){99}){99}",
        r"(\w{100}){100}",
        "(?:(?:(?:x{0,255}){0,255}){0,255}){0,255}",
    ] {
        assert!(wrong(bomb).contains("too large"), "{bomb}");
    }
    let nested = format!("{}a{}", "(".repeat(1000), ")".repeat(1000));
    assert!(wrong(&nested).contains("nest"), "{}", wrong(&nested));
}

/// What is not linear in the line does not end before the test is given up.
#[test]
fn hostile_lines_take_linear_time() {
    let text = "a".repeat(1 << 20);
    assert!(!Query::regex("(a*)*(a|aa)+b").unwrap().is_in(&text));
    assert!(
        !Query::new(&format!("{}b", "a".repeat(200)))
            .unwrap()
            .is_in(&text)
    );
    assert!(
        !Query::new(&format!("{}B", "a".repeat(200)))
            .unwrap()
            .is_in(&text)
    );
}

#[test]
fn queries_are_equal_when_they_are_typed_and_meant_alike() {
    let literal = Query::new("a.c").unwrap();
    assert_eq!(literal, Query::new("a.c").unwrap());
    assert_ne!(literal, Query::regex("a.c").unwrap());
    assert_ne!(literal, Query::new("a.d").unwrap());
    assert!(!literal.is_regex() && !literal.is_in("abc") && literal.is_in("A.C"));
    assert_eq!(Query::regex("a.c").unwrap().text(), "a.c");
}

#[test]
fn a_literal_too_long_to_compile_is_found_all_the_same() {
    let long = "ab".repeat(100_000);
    assert!(Query::new(&long).unwrap().is_in(&format!("x{long}")));
}

proptest! {
    #[test]
    fn a_literal_agrees_with_the_obvious_search(
        text in "[aAbk.é+ ]{0,40}",
        typed in "[aAbk.é+]{1,3}",
    ) {
        let query = Query::new(&typed).unwrap();
        let sensitive = typed.chars().any(char::is_uppercase);
        let expected = if sensitive {
            text.contains(&typed)
        } else {
            text.to_lowercase().contains(&typed)
        };
        prop_assert_eq!(query.is_in(&text), expected);
        let mut end = 0;
        for range in query.ranges(&text) {
            prop_assert!(range.start >= end && range.end > range.start);
            prop_assert_eq!(text[range.clone()].to_lowercase(), typed.to_lowercase());
            end = range.end;
        }
        prop_assert_eq!(end > 0, expected);
    }

    #[test]
    fn whatever_is_typed_is_an_expression_or_an_error(typed in "\\PC{0,40}", text in "\\PC{0,40}") {
        match Query::regex(&typed) {
            Ok(query) => drop(query.ranges(&text)),
            Err(err) => prop_assert!(!err.to_string().is_empty()),
        }
    }
}
