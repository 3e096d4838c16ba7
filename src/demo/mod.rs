//! `topside demo`: an engine in this process, with a believable personal server on it.
//!
//! It speaks the Engine API over a Unix socket, so that all of topside's own code runs against it: the Docker backend,
//! the planners and the executor, the handshakes. Only what would reach out is replaced: the Compose CLI by a stand-in
//! (`compose`), ports of the machine by TLS servers in memory (`machine`). Nothing is read of the user's machine, and
//! nothing stays: files, records and locks lie in a folder of the demo's own, which goes at its end.
//!
//! | part | duty |
//! | --- | --- |
//! | `world` | the state, and what happens to it; pure |
//! | `programs` | what containers run, use and say |
//! | `shell` | programs that people run in them |
//! | `stock` | the server as it is at the beginning |
//! | `certificates` | an authority and what servers have loaded |
//! | `engine` | the world behind a lock, with its clock |
//! | `server` | the Engine API |
//! | `compose` | the stand-in for the Compose CLI |
//! | `machine` | ports and programs of the host |
//! | `faults` | what can be made to go wrong |

mod certificates;
pub(crate) mod compose;
mod engine;
mod faults;
mod folder;
mod machine;
mod programs;
mod seed;
mod server;
mod shell;
mod stock;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;

use self::engine::Engine;
use self::folder::Folder;
use self::machine::Around;
use self::seed::Seed;
use crate::backend::docker::DockerConnector;
use crate::compose::{Candidate, Finder};
use crate::domain::{Endpoint, Failure, HostId};

pub use engine::Clock;
pub use faults::{Fault, Faults};

/// The hidden subcommand that stands in for the Compose CLI.
pub const COMPOSE: &str = "demo-compose";
/// What the host is called, on screen too: so that nobody takes it for a real one.
pub const HOST: &str = "demo";
/// Whence all chance comes unless told otherwise.
pub const SEED: u64 = 20_221_119;

/// How a demo is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The same seed, the same server.
    pub seed: u64,
    /// Its time.
    pub clock: Clock,
    /// Where it listens; none is in its own folder.
    pub socket: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: SEED,
            clock: Clock::Running,
            socket: None,
        }
    }
}

/// A demo that runs. It ends, and its folder goes, when this is [ended](Demo::end) or dropped.
pub struct Demo {
    engine: Arc<Engine>,
    socket: PathBuf,
    /// Whether the socket is ours to remove: one in our folder goes with that.
    own_socket: bool,
    folder: Folder,
}

impl Demo {
    /// Starts one. Needs a tokio runtime. Fails where its folder or socket cannot be made.
    pub fn start(options: &Options) -> Result<Self, Failure> {
        let what = "start the demo";
        let failed = |error: &dyn std::fmt::Display| Failure::new(what, error.to_string());
        let folder = Folder::make().map_err(|error| failed(&error))?;
        for (path, text) in stock::FILES {
            folder.write(path, text).map_err(|error| failed(&error))?;
        }
        let now = match options.clock {
            Clock::Running => Timestamp::now(),
            Clock::Fixed(at) => at,
        };
        let world = stock::stock(Seed(options.seed), now, folder.path());
        let world = world.map_err(|why| Failure::new(what, why))?;
        // Its records are what makes charts and ways back; a demo without them is one all the same.
        if let Err(error) = stock::history::plant(&world, now, &folder.path().join(STORE)) {
            tracing::warn!(%error, "the demo's records");
        }
        let engine = Engine::new(world, options.clock);
        let own_socket = options.socket.is_some();
        let socket = options.socket.clone();
        let socket = socket.unwrap_or_else(|| folder.path().join("engine.sock"));
        server::listen(&engine, &socket)
            .map_err(|error| Failure::new(what, format!("{}: {error}", socket.display())))?;
        Ok(Self {
            engine,
            socket,
            own_socket,
            folder,
        })
    }

    /// The way to its engine. It counts as another machine: nothing is read of this one.
    pub fn connector(&self) -> DockerConnector {
        let around = Arc::new(Around(Arc::clone(&self.engine)));
        DockerConnector::embedded(
            HostId::from(HOST),
            Endpoint::Unix(self.socket.clone()),
            around,
        )
        .with_logins_of(self.folder.path().join("logins"))
    }

    /// Finds the stand-in for the Compose CLI, which is a subcommand of this program.
    pub fn compose(program: impl AsRef<std::ffi::OsStr>) -> Finder {
        Finder::among(vec![Candidate {
            program: program.as_ref().to_owned(),
            prefix: vec![COMPOSE.to_owned()],
        }])
    }

    /// The socket it listens at.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Its folder, with the projects' files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where its records are.
    pub fn store(&self) -> PathBuf {
        self.folder.path().join(STORE)
    }

    /// What can be made to go wrong.
    pub fn faults(&self) -> &Faults {
        &self.engine.faults
    }

    /// Ends it, and waits until nothing of it runs any more.
    pub async fn end(self) {
        self.engine.cancel.cancel();
        self.engine.tasks.close();
        self.engine.tasks.wait().await;
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.engine.cancel.cancel();
        if self.own_socket {
            drop(std::fs::remove_file(&self.socket));
        }
    }
}

const STORE: &str = "state/topside.db";

/// Carries out a call of Compose in the place of its CLI. Blocks.
pub fn compose_main(arguments: &[String]) -> ExitCode {
    compose::client::main(arguments)
}
