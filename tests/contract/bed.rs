//! The engine under test: a real one that is up already.

use std::path::PathBuf;

use topside::backend::Connector;
use topside::backend::docker::DockerConnector;
use topside::backend::endpoint::{self, Environment};

/// Names another way to the same engine, which is then the one that is tried.
pub const THROUGH: &str = "TOPSIDE_TEST_THROUGH";

/// Whether this is the engine that topside embeds.
pub const IS_DEMO: bool = false;

/// A real engine, which the environment names.
pub struct Bed {
    host: String,
}

impl Bed {
    pub fn new() -> Self {
        let host = std::env::var("TOPSIDE_TEST_DOCKER_HOST")
            .expect("TOPSIDE_TEST_DOCKER_HOST has to name an engine to test on, such as unix:///var/run/docker.sock");
        Self { host }
    }

    /// Its address, for the docker CLI.
    pub fn host(&self) -> String {
        self.host.clone()
    }

    /// An image with busybox in it.
    pub fn image() -> String {
        std::env::var("TOPSIDE_TEST_IMAGE").unwrap_or_else(|_| "topside-test/busybox:1".to_owned())
    }

    /// The way to it that is tried.
    pub fn connector(&self, logins: Option<PathBuf>) -> Box<dyn Connector> {
        let way = std::env::var(THROUGH).unwrap_or_else(|_| self.host.clone());
        let environment = Environment::of_process();
        let resolved = endpoint::resolve(Some(&way), &environment).unwrap();
        let connector = DockerConnector::new(resolved.host, resolved.endpoint);
        Box::new(match logins {
            Some(folder) => connector.with_logins_of(folder),
            None => connector,
        })
    }
}
