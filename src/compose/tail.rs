//! A program's output in memory rather than in a pipe, read while it is written.
//!
//! What Compose does to a project must not depend on us: when topside is killed, the next word of a program that
//! writes into our pipe would kill it too, between a container's end and its successor's start (Go's runtime dies of
//! SIGPIPE on standard output). A memory file stays as long as the program has it open.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::process::Stdio;

use rustix::fs::{MemfdFlags, memfd_create};

use super::lines::Lines;

/// One output of a program.
pub(super) struct Tail {
    file: File,
    read: u64,
    lines: Lines,
}

impl Tail {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {
            file: File::from(memfd_create("topside-output", MemfdFlags::CLOEXEC)?),
            read: 0,
            lines: Lines::default(),
        })
    }

    /// The end that the program writes to.
    pub(super) fn stdio(&self) -> std::io::Result<Stdio> {
        Ok(Stdio::from(self.file.try_clone()?))
    }

    /// The lines that were completed since the last time.
    pub(super) fn new_lines(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut buffer = [0; 4096];
        // At a place of our own: the program's place is the end it writes to.
        while let Ok(count @ 1..) = self.file.read_at(&mut buffer, self.read) {
            self.read += count as u64;
            lines.extend(self.lines.push(&buffer[..count]));
        }
        lines
    }

    /// What is left once the program ended.
    pub(super) fn finish(&mut self) -> Vec<String> {
        let mut lines = self.new_lines();
        lines.extend(self.lines.finish());
        lines
    }
}
