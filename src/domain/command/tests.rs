//! Names take the place of placeholders, and stay names whatever they are.

use super::sample::{command, line, values};
use super::*;

#[test]
fn words_take_a_name_whole_and_within() {
    let words = ["ping", "--name={service}@{host}", "{{service}}"].map(str::to_owned);
    let template = Template::of_words(&words, CommandOn::Service).unwrap();
    let call = command(template).call(&values("a b; c"), None).unwrap();
    assert_eq!(call.words, ["ping", "--name=a b; c@home", "{service}"]);
    assert_eq!(call.to_string(), "ping '--name=a b; c@home' '{service}'");
}

#[test]
fn braces_of_the_shell_are_left_alone() {
    let text = "echo ${HOME} ${x} {a,b} | awk '{print $1}' | awk '{ print }'";
    assert_eq!(line(text), Template::Line(text.to_owned(), Vec::new()));
}

#[test]
fn what_is_no_placeholder_names_those_that_are() {
    let error = Template::of_line("echo {volume}", CommandOn::Service).unwrap_err();
    assert!(matches!(
        &error,
        TemplateError::Unknown(unknown) if unknown.wrong == "volume"
    ));
    assert!(
        error.to_string().contains("{service}, {container}"),
        "{error}"
    );
    assert!(Template::of_line("echo {volume}", CommandOn::Volume).is_ok());
}

#[test]
fn a_value_stands_in_quotes_of_its_own_wherever_it_stands() {
    let script = |text: &str| match line(text) {
        Template::Line(script, _) => script,
        Template::Words(words) => panic!("{words:?}"),
    };
    let one = "${1}";
    for (text, wanted) in [
        ("cd {service}", format!("cd \"{one}\"")),
        ("cd \"a {service}\"", format!("cd \"a {one}\"")),
        ("cd 'a {service}'", format!("cd 'a '\"{one}\"''")),
        (
            "cd \"$(dirname {service})/x\"",
            format!("cd \"$(dirname \"{one}\")/x\""),
        ),
        (
            "cd \"$(a '(' \"b {service}\") {service}\"",
            format!("cd \"$(a '(' \"b {one}\") {one}\""),
        ),
        (
            "true # it's nothing\necho {service}",
            format!("true # it's nothing\necho \"{one}\""),
        ),
        (
            "echo $# a#'b {service}'",
            format!("echo $# a#'b '\"{one}\"''"),
        ),
        ("echo \\\" {service}", format!("echo \\\" \"{one}\"")),
    ] {
        assert_eq!(script(text), wanted);
    }
    let error = Template::of_line("cd \"`dirname {service}`\"", CommandOn::Service).unwrap_err();
    assert_eq!(error, TemplateError::Backticks("service"));
}

#[test]
fn what_is_not_there_is_told() {
    let failure = command(line("echo {project}")).call(&values("web"), None);
    assert_eq!(failure.unwrap_err().why, "this service has no project");
    let inside = CustomCommand {
        place: CommandPlace::Container,
        ..command(line("id"))
    };
    assert!(inside.call(&values("web"), None).is_err());
    let zero = command(line("echo {service}")).call(&values("a\0b"), None);
    assert!(zero.unwrap_err().why.contains("zero byte"));
}

#[test]
fn the_placeholders_of_each_kind_are_words_of_their_own() {
    let mut words: Vec<&str> = Placeholder::ALL.iter().map(|one| one.word()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Placeholder::ALL.len());
}
