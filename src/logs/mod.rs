//! Log lines made safe, kept in time order within a budget, searched and wrapped.
//!
//! Pure: bytes and times come in, nothing is asked of a clock, an engine or a terminal.

mod buffer;
mod cursor;
mod entry;
mod escape;
pub mod fields;
mod filter;
mod index;
mod level;
mod line;
mod merge;
mod pen;
mod pulse;
mod query;
mod reader;
mod sanitize;
mod sgr;
mod style;
mod trace;
pub mod watch;
mod wrap;

pub use buffer::Buffer;
pub use cursor::Cursor;
pub use entry::{Anchor, Budget, Edge};
pub use filter::{Filter, Keep};
pub use index::{Direction, Hits, Index, Shown};
pub use level::{Level, UnknownLevel};
pub use line::{Line, LineKind, shown_text};
pub use merge::{Merge, Turn};
pub use pulse::{Beat, Pulse};
pub use query::{Query, QueryError};
pub use reader::Reader;
pub use sanitize::{plain, sanitize, without_escapes};
pub use style::{Color, Run, Style};
pub use trace::continues;
pub use wrap::wrap;

#[cfg(test)]
mod tests;
