//! A stand-in for the Compose CLI, so that projects can be deployed where nothing is installed.
//!
//! topside calls it as it calls Compose. The process that is started only passes its arguments on to the demo's engine
//! (`client`); here they are carried out, with real Compose files on disk. It knows what topside calls and of the files
//! `image`, `build`, `command`, `entrypoint`, `environment`, `ports`, `volumes`, `labels`, `restart`, `depends_on`,
//! `healthcheck`, `mem_limit`, `profiles`, `scale`, `user`, `working_dir`, `tty`, `network_mode`, `container_name`;
//! about anything else it says so.

pub(crate) mod call;
pub(crate) mod client;
mod facts;
mod file;
mod up;

pub(crate) use call::Call;
pub(crate) use file::Project;
pub(crate) use up::{Terms, creation};

/// The version that it says it is: one with all that topside makes use of.
pub(crate) const VERSION: &str = "2.40.3";
