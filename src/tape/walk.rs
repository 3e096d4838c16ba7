//! The headers of a tar stream, one after the other.

use std::io::{self, Read};

use tar::{EntryType, Header, PaxExtensions};

use super::TapeError;

/// Paths of Linux have 4096 bytes at most; a pax header holds a few of them and extended attributes of 64 KiB.
const LONGEST_EXTENSION: u64 = 1 << 20;
const BLOCK: usize = 512;

/// A member of a tar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its path as it is written.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: EntryType,
    /// The bytes of its body.
    pub size: u64,
    /// Where a link points.
    pub link: Vec<u8>,
    /// Its permission bits.
    pub mode: u32,
    /// Its owner's number.
    pub uid: u64,
    /// Its group's number.
    pub gid: u64,
    /// When it was last written, in seconds since 1970.
    pub modified: i64,
}

/// Walks through a tar.
pub struct Tape<R> {
    reader: R,
    /// Of the body of the current member.
    left: u64,
    /// Between the end of that body and the next header.
    padding: u64,
    /// Whether its end mark was read.
    ended: bool,
}

/// What headers say of the member after them.
#[derive(Default)]
struct Extension {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    uid: Option<u64>,
    gid: Option<u64>,
    modified: Option<i64>,
}

impl<R: Read> Tape<R> {
    /// A walk from the beginning of a tar.
    pub const fn new(reader: R) -> Self {
        Self {
            reader,
            left: 0,
            padding: 0,
            ended: false,
        }
    }

    /// Whether it was read to its end mark. Without one it may just have broken off.
    pub const fn is_whole(&self) -> bool {
        self.ended
    }

    /// The next member; what was not read of the one before is skipped. None at the end.
    pub fn next_member(&mut self) -> Result<Option<Member>, TapeError> {
        let mut extension = Extension::default();
        loop {
            let Some(header) = self.header()? else {
                return Ok(None);
            };
            let size = header
                .entry_size()
                .map_err(|error| TapeError::Garbage(error.to_string()))?;
            match header.entry_type() {
                EntryType::GNULongName => extension.path = Some(self.text(size)?),
                EntryType::GNULongLink => extension.link = Some(self.text(size)?),
                EntryType::XHeader => self.pax(size, &mut extension)?,
                EntryType::XGlobalHeader => self.begin(size),
                kind => {
                    let size = extension.size.unwrap_or(size);
                    // Links, folders and devices have no body, whatever their size says.
                    let has_body = kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse();
                    let size = if has_body { size } else { 0 };
                    self.begin(size);
                    let link = header.link_name_bytes();
                    return Ok(Some(Member {
                        path: extension
                            .path
                            .unwrap_or_else(|| header.path_bytes().into_owned()),
                        kind,
                        size,
                        link: extension.link.unwrap_or_else(|| {
                            link.map(std::borrow::Cow::into_owned).unwrap_or_default()
                        }),
                        // Some packers put the kind of file there, too.
                        mode: header.mode().unwrap_or_default() & 0o7777,
                        uid: extension.uid.or(header.uid().ok()).unwrap_or_default(),
                        gid: extension.gid.or(header.gid().ok()).unwrap_or_default(),
                        modified: extension.modified.unwrap_or_else(|| {
                            let seconds = header.mtime().unwrap_or_default();
                            i64::try_from(seconds).unwrap_or_default()
                        }),
                    }));
                }
            }
        }
    }

    /// The body of the current member.
    pub const fn body(&mut self) -> Body<'_, R> {
        Body { tape: self }
    }

    const fn begin(&mut self, size: u64) {
        self.left = size;
        self.padding = size.wrapping_neg() % BLOCK as u64;
    }

    fn header(&mut self) -> Result<Option<Header>, TapeError> {
        let rest = self.left.saturating_add(self.padding);
        let skipped = io::copy(&mut (&mut self.reader).take(rest), &mut io::sink())?;
        if skipped < rest {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        (self.left, self.padding) = (0, 0);
        let mut block = [0; BLOCK];
        match read_full(&mut self.reader, &mut block)? {
            // Some end without the two blocks of zeros.
            0 => return Ok(None),
            BLOCK => {}
            _ => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        }
        if block.iter().all(|byte| *byte == 0) {
            self.ended = true;
            return Ok(None);
        }
        if !is_header(&block) {
            return Err(TapeError::Garbage("a tar's header is wrong".to_owned()));
        }
        Ok(Some(Header::from_byte_slice(&block).clone()))
    }

    fn extension(&mut self, size: u64) -> Result<Vec<u8>, TapeError> {
        if size > LONGEST_EXTENSION {
            return Err(TapeError::Garbage("a name without an end".to_owned()));
        }
        self.begin(size);
        let mut content = Vec::new();
        self.body().read_to_end(&mut content)?;
        Ok(content)
    }

    fn text(&mut self, size: u64) -> Result<Vec<u8>, TapeError> {
        let mut text = self.extension(size)?;
        while text.last() == Some(&0) {
            text.pop();
        }
        Ok(text)
    }

    fn pax(&mut self, size: u64, extension: &mut Extension) -> Result<(), TapeError> {
        let content = self.extension(size)?;
        for record in PaxExtensions::new(&content) {
            let record = record.map_err(|error| TapeError::Garbage(error.to_string()))?;
            let number = || record.value().ok();
            match record.key_bytes() {
                b"path" => extension.path = Some(record.value_bytes().to_vec()),
                b"linkpath" => extension.link = Some(record.value_bytes().to_vec()),
                b"size" => extension.size = number().and_then(|size| size.parse().ok()),
                b"uid" => extension.uid = number().and_then(|uid| uid.parse().ok()),
                b"gid" => extension.gid = number().and_then(|gid| gid.parse().ok()),
                // With fractions of a second, which a listing has no room for.
                b"mtime" => {
                    let whole = number().and_then(|time| time.split('.').next());
                    extension.modified = whole.and_then(|seconds| seconds.parse().ok());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether a block is a header: its checksum says so.
pub fn is_header(block: &[u8]) -> bool {
    let Some(block) = block.first_chunk::<BLOCK>() else {
        return false;
    };
    let header = Header::from_byte_slice(block);
    let own = u32::from(b' ') * 8;
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    header
        .cksum()
        .is_ok_and(|said| said == sum(&block[..148]) + own + sum(&block[156..]))
}

/// Reads until the buffer is full or the end; how much that is.
pub fn read_full(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// The rest of the current member's body.
pub struct Body<'a, R> {
    tape: &'a mut Tape<R>,
}

impl<R: Read> Read for Body<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.tape.left).unwrap_or(usize::MAX);
        let most = most.min(out.len());
        if most == 0 {
            return Ok(0);
        }
        let count = self.tape.reader.read(&mut out[..most])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.tape.left -= count as u64;
        Ok(count)
    }
}
