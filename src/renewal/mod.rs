//! Renewing a certificate: who orders it, who serves it, and the steps from the one to the other.
//!
//! | file | duty |
//! | --- | --- |
//! | `call` | the steps that run the client, pure |
//! | `calls` | how clients are called, for what will become of certificates |
//! | `check` | a server's own check of its files, by itself |
//! | `client` | how a client is called in its container |
//! | `server` | how a server is made to read its certificates again |
//! | `image` | certificates in images: whether a build takes what is renewed |
//! | `observe` | what is stored where and served where, asked of the engine |
//! | `who` | which container is the client, which are servers |
//! | `plan` | the steps, pure |
//! | `rebuild` | the steps where the certificate is in an image, pure |
//! | `files` | files of containers, read anew |

mod call;
mod calls;
mod check;
mod client;
mod crontab;
mod files;
mod image;
mod observe;
mod plan;
mod rebuild;
mod server;
#[cfg(test)]
mod tests;
mod who;

pub use calls::look_for_certificates;
pub use check::config_test;
pub use client::{is_running, waits_for};
pub use files::{OwnView, own_view, read_file};
pub use image::Rebuild;
pub use observe::{Client, Concerned, Lineage, Look, concerned, observe};
pub use plan::plan;
