//! The engine under test: one that topside embeds, started for the test.

use std::path::PathBuf;

use topside::backend::Connector;
use topside::demo::{Demo, Options};

/// Names another way to the same engine. There is none.
pub const THROUGH: &str = "TOPSIDE_TEST_NO_OTHER_WAY";

/// Whether this is the engine that topside embeds.
pub const IS_DEMO: bool = true;

/// A demo, for as long as the test has it.
pub struct Bed(Demo);

impl Bed {
    pub fn new() -> Self {
        Self(Demo::start(&Options::default()).unwrap())
    }

    /// Its address, for the docker CLI.
    pub fn host(&self) -> String {
        format!("unix://{}", self.0.socket().display())
    }

    /// An image with busybox in it.
    pub fn image() -> String {
        "busybox:1.37".to_owned()
    }

    /// The way to it.
    pub fn connector(&self, logins: Option<PathBuf>) -> Box<dyn Connector> {
        let connector = self.0.connector();
        Box::new(match logins {
            Some(folder) => connector.with_logins_of(folder),
            None => connector,
        })
    }
}
