//! Certificates: read from whatever a file holds, and found in the containers of a host.
//!
//! Everything read here is untrusted, private keys are dropped as soon as they are seen.

mod algorithm;
mod ber;
mod blocks;
mod chain;
mod collect;
mod encoding;
mod examine;
mod exec;
mod find;
mod folders;
mod inside;
mod key;
mod layouts;
mod leaf;
mod local;
mod memory;
mod pair;
mod parse;
mod parsed;
mod password;
mod pem;
mod pkcs12;
mod pkcs7;
mod programs;
mod read;
mod recognise;
mod schedules;
mod signature;
mod targets;
mod traefik;
mod tree;
mod volumes;
mod watch;
mod x509;

pub use find::{Scanner, scan};
pub use layouts::{Holder, LAYOUTS, Layout, layout_of};
pub use leaf::Leaf;
pub use local::{LocalFile, LocalFiles, certificates_in, read_local};
pub use parse::{parse, parse_chain};
pub use parsed::Parsed;
pub use pem::{Pem, pem_of, read_local_pem, read_pem};
pub use programs::{client_of, server_of};
pub use x509::ParsedCertificate;

#[cfg(test)]
mod tests;
