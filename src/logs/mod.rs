//! Log lines made safe, kept in time order within a budget, searched and wrapped.
//!
//! Pure: bytes and times come in, nothing is asked of a clock, an engine or a terminal.

mod buffer;
mod escape;
mod line;
mod pen;
mod sanitize;
mod search;
mod sgr;
mod style;
mod wrap;

pub use buffer::{Budget, Buffer};
pub use line::{Line, LineKind};
pub use sanitize::sanitize;
pub use search::{Direction, Query, find};
pub use style::{Color, Run, Style};
pub use wrap::wrap;

#[cfg(test)]
mod tests;
