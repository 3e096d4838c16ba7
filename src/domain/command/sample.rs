//! A command for tests, and what it can be run on.

use super::{CommandOn, CommandPlace, CustomCommand, Placeholder, Template, Values};

pub(crate) fn values(name: &str) -> Values {
    [
        (Placeholder::Service, name.to_owned()),
        (Placeholder::Host, "home".to_owned()),
    ]
    .into()
}

pub(crate) fn command(run: Template) -> CustomCommand {
    CustomCommand {
        name: "mine".to_owned(),
        about: String::new(),
        run,
        place: CommandPlace::Here,
        on: CommandOn::Service,
        confirm: false,
        foreground: false,
    }
}

pub(crate) fn line(text: &str) -> Template {
    Template::of_line(text, CommandOn::Service).unwrap()
}
