//! Certificates: read from whatever a file holds, and found in the containers of a host.
//!
//! Everything read here is untrusted, private keys are dropped as soon as they are seen.

mod blocks;
mod collect;
mod examine;
mod find;
mod layouts;
mod memory;
mod parse;
mod programs;
mod read;
mod recognise;
mod schedules;
mod targets;
mod traefik;
mod tree;
mod watch;
mod x509;

pub use find::{Scanner, scan};
pub use layouts::{Holder, LAYOUTS, Layout, layout_of};
pub use parse::{Parsed, parse};
pub use programs::{client_of, server_of};
pub use x509::ParsedCertificate;

#[cfg(test)]
mod tests;
