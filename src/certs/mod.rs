//! Certificates: read from whatever a file holds, and found in the containers of a host.
//!
//! Everything read here is untrusted, private keys are dropped as soon as they are seen.

mod blocks;
mod find;
mod layouts;
mod parse;
mod read;
mod targets;
mod traefik;
mod tree;
mod x509;

pub use find::scan;
pub use layouts::{LAYOUTS, Layout, layout_of};
pub use parse::{Parsed, parse};
pub use x509::ParsedCertificate;

#[cfg(test)]
mod tests;
