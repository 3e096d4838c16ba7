//! Cuts a program's output into lines of bounded length.

/// Collects bytes until a line end. A carriage return ends a line too: that is how v1 draws progress.
#[derive(Debug, Default)]
pub struct Lines {
    pending: Vec<u8>,
}

impl Lines {
    /// How many bytes of a line are kept; the rest of a longer one is dropped.
    pub const LIMIT: usize = 4 * 1024;

    /// The lines that these bytes complete; empty ones are left out.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut done = Vec::new();
        for &byte in bytes {
            if matches!(byte, b'\n' | b'\r') {
                done.extend(self.finish());
            } else if self.pending.len() < Self::LIMIT {
                self.pending.push(byte);
            }
        }
        done
    }

    /// What is left when the output ends.
    pub fn finish(&mut self) -> Option<String> {
        let line = String::from_utf8_lossy(&self.pending).trim_end().to_owned();
        self.pending.clear();
        (!line.is_empty()).then_some(line)
    }
}
