//! Programs in containers: what is run, what it printed, and what runs anyway.

use futures_util::stream::BoxStream;

use super::BackendError;
use crate::domain::ContainerId;

/// A command to run in a container with the user's terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecRequest {
    /// The container.
    pub container: ContainerId,
    /// Program and arguments.
    pub command: Vec<String>,
}

/// What a command in a container printed, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecOutput {
    /// How it ended.
    pub exit_code: i64,
    /// Standard output and error as they came, at most [`ExecOutput::LIMIT`] bytes.
    pub output: Vec<u8>,
}

impl ExecOutput {
    /// How many bytes of output are kept.
    pub const LIMIT: usize = 64 * 1024;
}

/// A process in a container, as its host sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id on the host.
    pub pid: u32,
    /// The id of the process that started it.
    pub parent: u32,
    /// Its command line, untrusted: a process can name itself.
    pub command: String,
}

/// A command in a container that has a terminal.
pub struct ExecSession {
    /// The engine's id of it, for resizing and for its exit code.
    pub id: String,
    /// What is typed goes here.
    pub input: std::pin::Pin<Box<dyn tokio::io::AsyncWrite + Send>>,
    /// What it prints; ends when it does.
    pub output: BoxStream<'static, Result<Vec<u8>, BackendError>>,
}
