//! Looks into the files of containers and volumes, wherever the engine is: what is in a folder, how a file begins.
//!
//! The archive API packs all that is below a folder to show what is in it. So where the engine runs on this machine its
//! kernel is asked: a running container's own root, a mount's or a volume's folder. What is read there and what an engine
//! sends is whoever's made it: no link leads out, no name is taken for more than bytes, nothing is kept without a bound.
//!
//! | file | duty |
//! | --- | --- |
//! | `look` | which way leads to a place, and what is there |
//! | `root` | folders of this machine that are a container's or a volume's |
//! | `resolve` | where a path leads below such a root, link by link |
//! | `local` | what is below such a root |
//! | `engine` | the same through the archive API |
//! | `undo` | a file that was half written there goes again |
//! | `listed` | what is in a folder, from the headers of a tar |

mod engine;
mod listed;
mod local;
mod look;
mod resolve;
mod root;
#[cfg(test)]
mod tests;
mod undo;

pub use engine::{Reached, Through};
pub use look::Looker;
pub use undo::remove;
