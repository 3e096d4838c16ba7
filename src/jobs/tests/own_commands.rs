//! Commands of the user's own, given to a real shell with hostile names.

use std::process::Command;

use crate::domain::command::sample::{command, line, values};

/// What a real shell prints of a line.
fn printed(text: &str, name: &str) -> String {
    let call = command(line(text)).call(&values(name), None).unwrap();
    let output = Command::new(&call.words[0])
        .args(&call.words[1..])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

const HOSTILE: [&str; 10] = [
    "web",
    "; echo owned",
    "$(echo owned)",
    "`echo owned`",
    "' ; echo owned ; '",
    "\" ; echo owned ; \"",
    "a b\tc\nd",
    "*",
    "\\",
    "-n",
];

#[test]
fn a_hostile_name_stays_a_name_in_any_quotes() {
    for name in HOSTILE {
        for text in [
            "printf %s {service}",
            "printf %s \"{service}\"",
            "printf %s '{service}'",
            "printf '%s' ''{service}''",
            "printf %s \"\"'{service}'",
            "x={service}; printf %s \"$x\"",
        ] {
            assert_eq!(printed(text, name), name, "{text}");
        }
        let with_more = printed("printf '%s|%s' \"on {host}: {service}\" it\\'s", name);
        assert_eq!(with_more, format!("on home: {name}|it's"));
    }
}

#[test]
fn nothing_of_a_name_is_run_even_where_a_line_is_odd() {
    let name = "$(echo owned >&2)`echo owned >&2`;echo owned >&2;'\"";
    for text in [
        "printf %s \"$(printf %s '{service}')\"",
        "printf %s \"$(printf %s {service})\"",
        "true # it's odd\nprintf %s {service}",
        "printf %s \\{service}",
        "printf %s \"\\{service}\"",
        "printf %s \"unclosed {service}",
        "cat <<EOF\n{service}\nEOF",
    ] {
        let call = command(line(text)).call(&values(name), None).unwrap();
        let output = Command::new(&call.words[0]).args(&call.words[1..]).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.lines().any(|line| line == "owned"), "{text}: {said}");
    }
}
