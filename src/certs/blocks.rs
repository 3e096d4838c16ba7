//! The blocks of a PEM file (RFC 7468), each for itself, so that a bad one never hides a good one.
//!
//! The parsers there are lose a whole file to one bad block, to a BOM or to indentation; terminators do not.

/// One block: what stands between BEGIN and END.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// What it is said to hold, such as `CERTIFICATE`.
    pub label: String,
    /// The line of its BEGIN, from 1.
    pub line: usize,
    /// Its content, or what is wrong with it.
    pub content: Result<Vec<u8>, &'static str>,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A block whose END was not seen yet.
struct Open {
    label: String,
    line: usize,
    base64: String,
    clean: bool,
}

impl Open {
    fn close(self, content: Option<&'static str>) -> Block {
        let content = match content {
            Some(problem) => Err(problem),
            None if !self.clean => Err("is not base64"),
            None => decode(&self.base64).ok_or("is not base64"),
        };
        Block {
            label: self.label,
            line: self.line,
            content,
        }
    }

    fn add(&mut self, line: &[u8]) {
        // `Proc-Type: 4,ENCRYPTED` and the like (RFC 1421).
        if line.contains(&b':') {
            return;
        }
        for byte in line {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=' => {
                    self.base64.push(char::from(*byte));
                }
                b' ' | b'\t' => {}
                _ => self.clean = false,
            }
        }
    }
}

/// The blocks of a file in their order; linear in its size.
pub(super) fn blocks(bytes: &[u8]) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Open> = None;
    for (number, line) in bytes.split(|b| *b == b'\n').enumerate() {
        let line = line.strip_prefix(BOM).unwrap_or(line).trim_ascii();
        if let Some(label) = label(line, BEGIN) {
            found.extend(open.take().map(|block| block.close(Some("has no END"))));
            open = Some(Open {
                label,
                line: number + 1,
                base64: String::new(),
                clean: true,
            });
        } else if let Some(label) = label(line, END) {
            found.extend(open.take().map(|block| {
                let problem = (block.label != label).then_some("ends as something else");
                block.close(problem)
            }));
        } else if let Some(block) = &mut open {
            block.add(line);
        }
    }
    found.extend(open.map(|block| block.close(Some("has no END"))));
    found
}

fn label(line: &[u8], begin: &[u8]) -> Option<String> {
    let label = line.strip_prefix(begin)?.strip_suffix(DASHES)?;
    Some(String::from_utf8_lossy(label).into_owned())
}

/// What a text of base64 says; none when it is not base64.
pub(super) fn decode(base64: &str) -> Option<Vec<u8>> {
    let block = format!("-----BEGIN X-----\n{base64}\n-----END X-----\n");
    Some(pem::parse(block).ok()?.into_contents())
}
