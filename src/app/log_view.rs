//! What is followed, what was read of it, and where one looks at it.

mod source;

pub use source::{LogScope, LogSource};

use std::collections::BTreeMap;

use jiff::Timestamp;
use tui_input::Input;

use crate::domain::{ContainerId, Failure, ServiceId, StreamId};
use crate::logs::{Anchor, Budget, Buffer, Filter, Hits, Keep, Line, Pulse, Query, Reader, Shown};

/// Lines looked at in one step of a search: a few milliseconds.
pub const STEP: usize = 50_000;

/// Which time stands before a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogClock {
    /// None.
    Off,
    /// The time of day where the terminal is.
    #[default]
    Local,
    /// The time of day in UTC.
    Utc,
    /// How long ago it was.
    Ago,
}

impl LogClock {
    /// The next one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Local => Self::Utc,
            Self::Utc => Self::Ago,
            Self::Ago => Self::Off,
            Self::Off => Self::Local,
        }
    }
}

/// A range of lines that is being marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marking {
    /// Where it was begun.
    pub from: u64,
    /// Where the cursor is.
    pub to: u64,
}

impl Marking {
    /// Whether a line is marked.
    pub fn holds(&self, number: u64) -> bool {
        (self.from.min(self.to)..=self.from.max(self.to)).contains(&number)
    }
}

impl LogView {
    /// The lines that are marked and shown.
    pub fn marked(&self) -> Vec<u64> {
        let Some(marking) = self.marking else {
            return Vec::new();
        };
        let (from, to) = (marking.from.min(marking.to), marking.from.max(marking.to));
        let mut marked = Vec::new();
        let mut next = self.shown_from(from);
        while let Some(line) = next.filter(|line| *line <= to) {
            marked.push(line);
            next = self.shown_from(line + 1);
        }
        marked
    }
}

/// How a person likes logs to be shown; stays from one log to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogStyle {
    /// Whether long lines are wrapped.
    pub wrap: bool,
    /// Which time stands before each line.
    pub clock: LogClock,
    /// Whether JSON and logfmt are shown as fields.
    pub fields: bool,
}

/// The logs view and the logs tab.
#[derive(Debug)]
pub struct LogView {
    /// Which following this is; answers to others are ignored.
    pub stream: StreamId,
    /// Which opening this is; older lines for others are ignored.
    pub opening: u64,
    /// Whose log it is; none when nothing was opened yet.
    pub scope: Option<LogScope>,
    /// The time from which on it was opened; none when from its end.
    pub from: Option<Timestamp>,
    /// The containers that write it.
    pub sources: BTreeMap<ContainerId, LogSource>,
    /// How many containers more there are than can be followed at once.
    pub left_out: usize,
    /// The lines.
    pub buffer: Buffer,
    /// How many came in each minute.
    pub pulse: Pulse,
    /// Reads what comes.
    pub reader: Reader,
    /// Whether the end stays on screen.
    pub follow: bool,
    /// When not following: the first line on screen and which of its wrapped rows is first.
    pub top: (u64, usize),
    /// When reading was held up, since what is looked at would have had to leave.
    pub held_up: Option<Timestamp>,
    /// How it is shown.
    pub style: LogStyle,
    /// The first column shown of lines that are not wrapped.
    pub column: usize,
    /// Why a log can't be read.
    pub failure: Option<Failure>,
    /// What is being typed to be found; none when nothing is.
    pub input: Option<Input>,
    /// Whether what is typed is a regular expression.
    pub is_regex: bool,
    /// Why what was typed is no regular expression.
    pub no_regex: Option<String>,
    /// What is searched for.
    pub query: Option<Query>,
    /// Which lines are shown.
    pub filter: Filter,
    /// The lines that are shown, where they are not all.
    pub shown: Option<Shown>,
    /// The lines that what is searched for stands in.
    pub hits: Option<Hits>,
    /// Whether the newest match is to be gone to once it is known.
    pub seeking: bool,
    /// The line of the current match.
    pub hit: Option<u64>,
    /// What is being marked.
    pub marking: Option<Marking>,
    /// How many lines were saved so far, while all of the log is.
    pub saving: Option<u64>,
}

impl LogView {
    /// A view of nothing.
    pub fn new(budget: Budget) -> Self {
        Self {
            stream: StreamId(0),
            opening: 0,
            scope: None,
            from: None,
            sources: BTreeMap::new(),
            left_out: 0,
            buffer: Buffer::new(budget),
            pulse: Pulse::default(),
            reader: Reader::default(),
            follow: true,
            top: (0, 0),
            held_up: None,
            style: LogStyle {
                wrap: true,
                clock: LogClock::Local,
                fields: false,
            },
            column: 0,
            failure: None,
            input: None,
            is_regex: false,
            no_regex: None,
            query: None,
            filter: Filter::default(),
            shown: None,
            hits: None,
            seeking: false,
            hit: None,
            marking: None,
            saving: None,
        }
    }

    /// Whether history is still being read.
    pub fn is_loading(&self) -> bool {
        self.sources.values().any(|source| source.loading)
    }

    /// Whether older lines are being read.
    pub fn reads_older(&self) -> bool {
        self.sources.values().any(|source| source.older)
    }

    /// Whether it is the log of just this service.
    pub fn is_of(&self, service: &ServiceId) -> bool {
        matches!(&self.scope, Some(LogScope::Service(one)) if one == service)
    }

    /// Takes lines in. What is looked at stays what it is.
    pub fn push(&mut self, lines: Vec<Line>) {
        for line in &lines {
            self.pulse.count(line);
        }
        let places = self.places();
        let dropped = self.buffer.dropped();
        let changed = self.buffer.push(lines);
        if self.buffer.dropped() > dropped {
            self.forget_older();
        }
        self.find_again(places);
        self.changed(changed);
    }

    /// Takes in lines that are older than all of their container; whether new ones had to leave for them.
    pub fn push_older(&mut self, lines: Vec<Line>, keep: u64) -> bool {
        // What left and comes again was counted.
        if self.buffer.dropped() == 0 {
            for line in &lines {
                self.pulse.count(line);
            }
        }
        let places = self.places();
        let last = self.buffer.end().saturating_sub(1);
        let keep = self.buffer.anchor(keep.min(last));
        let is_cut = self.buffer.push_older(lines, keep);
        self.find_again(places);
        self.changed(0);
        is_cut
    }

    /// Old lines left: whatever was read before them would be a hole.
    pub fn forget_older(&mut self) {
        let first = self.buffer.first();
        let Some(start) = self.buffer.time_of(first) else {
            return;
        };
        for source in self.sources.values_mut() {
            if source.reached.is_some_and(|reached| reached < start) {
                source.reached = Some(start);
                source.begun = false;
            }
        }
    }

    /// From which line on nothing is missing in between: above it older lines have to be read first.
    pub fn horizon(&self) -> u64 {
        // What nobody wants to see, or nobody can ask for now, holds nothing up.
        let asked = self.sources.iter().filter(|(id, source)| {
            !source.begun && !source.away && !self.filter.hidden.contains(*id)
        });
        match asked.filter_map(|(_, source)| source.reached).max() {
            Some(at) => self.buffer.first_since(at),
            None => self.buffer.first(),
        }
    }

    fn places(&self) -> [Option<Anchor>; 4] {
        let marking = self.marking;
        [
            Some(self.top.0),
            self.hit,
            marking.map(|marking| marking.from),
            marking.map(|marking| marking.to),
        ]
        .map(|number| number.and_then(|number| self.buffer.anchor(number)))
    }

    /// What is looked at may have another number, or may have left.
    fn find_again(&mut self, places: [Option<Anchor>; 4]) {
        let [top, hit, from, to] =
            places.map(|place| place.and_then(|place| self.buffer.number_of(place)));
        let first = self.buffer.first();
        self.top = match top {
            Some(top) => (top, self.top.1),
            None if self.top.0 < first => (first, 0),
            None => self.top,
        };
        self.hit = hit;
        if self.marking.is_some() {
            self.marking = to.map(|to| Marking {
                from: from.unwrap_or(first),
                to,
            });
        }
    }

    /// Lines from this number on are others than before: looks at them, as far as one step goes.
    fn changed(&mut self, from: u64) {
        if let Some(hits) = &mut self.hits {
            hits.changed(from);
        }
        if let Some(shown) = &mut self.shown {
            shown.changed(&self.buffer, &self.filter, from);
        }
        self.look_on();
    }

    /// What is shown is decided anew.
    pub fn filter_anew(&mut self) {
        let is_everything = self.filter.is_everything(self.query.as_ref());
        self.shown = (!is_everything).then(Shown::default);
        self.hits = self.query.is_some().then(Hits::default);
        self.look_on();
    }

    /// Looks at more lines, for so long as a key may wait; whether there are more.
    pub fn look_on(&mut self) -> bool {
        let query = self.query.as_ref();
        if let Some(shown) = &mut self.shown {
            shown.advance(&self.buffer, &self.filter, query, STEP);
        }
        if let (Some(hits), Some(query)) = (&mut self.hits, query) {
            hits.advance(&self.buffer, &self.filter, query, STEP);
        }
        self.is_looking()
    }

    /// Whether lines are still to be looked at.
    pub fn is_looking(&self) -> bool {
        self.looked_at() < self.buffer.end()
    }

    /// The number of the first line that was not looked at yet.
    pub fn looked_at(&self) -> u64 {
        let end = self.buffer.end();
        let shown = self.shown.as_ref().map_or(end, |shown| shown.index.next());
        let hits = self.hits.as_ref().map_or(end, |hits| hits.index.next());
        shown.min(hits)
    }

    /// The first line shown that is not before this one.
    pub fn shown_from(&self, number: u64) -> Option<u64> {
        match &self.shown {
            Some(shown) => shown.index.at_or_after(number),
            None => Some(number.max(self.buffer.first())).filter(|at| *at < self.buffer.end()),
        }
    }

    /// The last line shown before this one.
    pub fn shown_before(&self, number: u64) -> Option<u64> {
        match &self.shown {
            Some(shown) => shown.index.before(number),
            None => number
                .min(self.buffer.end())
                .checked_sub(1)
                .filter(|at| *at >= self.buffer.first()),
        }
    }

    /// How many lines shown lie in between.
    pub fn shown_between(&self, from: u64, to: u64) -> usize {
        match &self.shown {
            Some(shown) => shown.index.count(from, to),
            None => usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX),
        }
    }

    /// Whether only some of the lines are shown because of what is searched for.
    pub const fn keeps_matches(&self) -> bool {
        !matches!(self.filter.keep, Keep::All)
    }
}
