//! A script, taken apart.

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// A parameter's value; one in quotes stays one word.
    Value(String, bool),
    /// What a command prints.
    Output(Vec<Item>, bool),
}

/// A word before its parameters mean anything.
pub(super) type Word = Vec<Piece>;

/// Commands joined by `&&` and `||`, in the background or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) first: Pipeline,
    /// Whether the next is run after a success, and the next.
    pub(super) rest: Vec<(bool, Pipeline)>,
    pub(super) background: bool,
}

/// Commands joined by `|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pipeline {
    pub(super) commands: Vec<Command>,
    pub(super) negated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) what: What,
    pub(super) redirects: Vec<Redirect>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Simple {
        assigned: Vec<(String, Word)>,
        words: Vec<Word>,
    },
    Group(Vec<Item>),
    Loop {
        condition: Vec<Item>,
        /// Whether it goes on until it is so, and not while.
        until: bool,
        body: Vec<Item>,
    },
    For {
        name: String,
        words: Vec<Word>,
        body: Vec<Item>,
    },
    If {
        condition: Vec<Item>,
        then: Vec<Item>,
        otherwise: Vec<Item>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redirect {
    pub(super) descriptor: u8,
    pub(super) to: Target,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    From(Word),
    Into(Word),
    After(Word),
    Same(u8),
}
