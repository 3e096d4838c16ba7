//! The checksum beside a file, as `sha256sum` writes and checks it.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustix::io::Errno;

/// A line of `sha256sum` is 64 digits and a name.
const LONGEST: u64 = 8 * 1024;

/// Where the checksum of a file is.
pub fn beside(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".sha256");
    PathBuf::from(name)
}

/// The checksum that stands beside a file, in lower-case hexadecimal; none where there is none.
pub fn read_sum(file: &Path) -> io::Result<Option<String>> {
    let path = beside(file);
    let opened = match File::open(&path) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = Vec::new();
    opened.take(LONGEST).read_to_end(&mut text)?;
    // A name with a line end in it is escaped, and said so by this.
    let text = text.strip_prefix(b"\\").unwrap_or(&text);
    let sum = text.get(..64).unwrap_or_default();
    let ends = text.get(64).is_none_or(u8::is_ascii_whitespace);
    if sum.len() < 64 || !sum.iter().all(u8::is_ascii_hexdigit) || !ends {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{} holds no SHA-256", path.display()),
        ));
    }
    Ok(Some(String::from_utf8_lossy(sum).to_lowercase()))
}

/// The line that stands beside a file.
pub(super) fn line(sum: &str, name: &str) -> String {
    if name.contains(['\n', '\r', '\\']) {
        let name = name
            .replace('\\', "\\\\")
            .replace('\n', "\\n")
            .replace('\r', "\\r");
        return format!("\\{sum}  {name}\n");
    }
    format!("{sum}  {name}\n")
}

/// A digest in lower-case hexadecimal.
pub fn hex(digest: impl IntoIterator<Item = u8>) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in digest {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether an error says that the file system does not know a call.
pub(super) fn is_unknown(error: Errno) -> bool {
    matches!(error, Errno::INVAL | Errno::NOSYS | Errno::NOTSUP)
}
