//! Whether a file is a whole backup, and the same as when it was written.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::scan::{Contents, Damage, Depth, scan};
use super::sum;

/// An opened backup.
#[derive(Debug)]
pub struct Source {
    file: File,
    path: PathBuf,
    /// How long it is, in bytes.
    pub size: u64,
}

/// What was read of it.
#[derive(Debug)]
pub struct Checked {
    /// What is in it.
    pub contents: Contents,
    /// Its SHA-256 in hexadecimal.
    pub sum: String,
    /// Whether that was compared with one that stands beside it.
    pub compared: bool,
}

impl Source {
    /// Opens a file; what is no regular one is refused.
    pub fn open(path: &Path) -> io::Result<Self> {
        // Asked first: opening a pipe waits for somebody to write.
        let about = path.metadata()?;
        if !about.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        Ok(Self {
            file: File::open(path)?,
            path: path.to_owned(),
            size: about.len(),
        })
    }

    /// Reads it from its beginning. The same opened file as before: what lies at its path may be another one by now.
    pub fn reader(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(file)
    }
}

/// Reads all of it and tells how far that is, in bytes. What that answers with an error ends it.
pub fn check(source: &Source, tell: impl FnMut(u64) -> io::Result<()>) -> Result<Checked, Damage> {
    let said = sum::read_sum(&source.path)?;
    let mut digest = Sha256::new();
    let watched = Watched {
        from: io::BufReader::with_capacity(1 << 17, source.reader()?),
        digest: &mut digest,
        tell,
        read: 0,
    };
    let contents = scan(watched, Depth::Content);
    let sum = sum::hex(digest.finalize());
    match (contents, said) {
        (Ok(contents), Some(said)) if said == sum => Ok(Checked {
            contents,
            sum,
            compared: true,
        }),
        (Ok(_), Some(_)) => Err(Damage::Wrong(
            "its checksum is another one than stands beside it: it was changed since it was written"
                .to_owned(),
        )),
        (Ok(contents), None) => Ok(Checked {
            contents,
            sum,
            compared: false,
        }),
        (Err(damage), _) => Err(damage),
    }
}

struct Watched<'a, R, T> {
    from: R,
    digest: &'a mut Sha256,
    tell: T,
    read: u64,
}

impl<R: Read, T: FnMut(u64) -> io::Result<()>> Read for Watched<'_, R, T> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(out)?;
        self.digest.update(&out[..count]);
        self.read += count as u64;
        (self.tell)(self.read)?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
