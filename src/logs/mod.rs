//! Log lines made safe, kept in time order within a budget, searched and wrapped.
//!
//! Pure: bytes and times come in, nothing is asked of a clock, an engine or a terminal.

mod buffer;
mod escape;
pub mod fields;
mod filter;
mod index;
mod level;
mod line;
mod pen;
mod pulse;
mod query;
mod reader;
mod sanitize;
mod search;
mod sgr;
mod style;
mod trace;
pub mod watch;
mod wrap;

pub use buffer::{Anchor, Budget, Buffer, Edge};
pub use filter::{Filter, Keep};
pub use index::{Hits, Index, Shown};
pub use level::{Level, UnknownLevel};
pub use line::{Line, LineKind, shown_text};
pub use pulse::{Beat, Pulse};
pub use query::{Query, QueryError};
pub use reader::Reader;
pub use sanitize::sanitize;
pub use search::{Direction, find};
pub use style::{Color, Run, Style};
pub use trace::continues;
pub use wrap::wrap;

#[cfg(test)]
mod tests;
