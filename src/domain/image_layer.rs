//! What an image is made of: the instructions of its history, what each layer does to the files of those before it, and
//! what it carries along for nothing.

use jiff::Timestamp;
use serde::Serialize;

use super::ByteSize;

/// One instruction of an image's history, as `docker history` has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Instruction {
    /// When it was run; none when the builder does not say (reproducible builds say 1970 or year 1).
    pub created: Option<Timestamp>,
    /// What was run, untrusted, as the builder wrote it down.
    pub command: String,
    /// What its layer holds, as the engine counts it: lengths of files. An instruction without a layer has nothing.
    pub size: ByteSize,
}

impl Instruction {
    /// The instruction as its Dockerfile may have had it: both builders wrap it in what they ran.
    pub fn words(&self) -> String {
        in_dockerfile(&self.command)
    }
}

/// What a builder wrote down, as the line of a Dockerfile: `/bin/sh -c #(nop)  CMD …` (classic builder, no layer),
/// `|1 ARG=x /bin/sh -c …` (with build arguments), `RUN /bin/sh -c … # buildkit` (`BuildKit`).
pub fn in_dockerfile(command: &str) -> String {
    const SHELL: &str = "/bin/sh -c ";
    let command = command.trim();
    let command = command.strip_suffix("# buildkit").unwrap_or(command).trim();
    let (run, rest) = match command.strip_prefix("RUN ") {
        Some(rest) => (true, rest.trim_start()),
        None => (false, command),
    };
    // The values of build arguments may be secrets, and are no part of the Dockerfile.
    let with_arguments = rest.starts_with('|');
    let rest = match rest.find(SHELL) {
        Some(at) if with_arguments => &rest[at..],
        _ => rest,
    };
    let Some(script) = rest.strip_prefix(SHELL) else {
        return command.to_owned();
    };
    let script = script.trim();
    match script.strip_prefix("#(nop)") {
        Some(instruction) if !run => instruction.trim().to_owned(),
        _ => format!("RUN {script}"),
    }
}

/// A number of files and their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct FileCount {
    /// Files, links, devices; no folders.
    pub files: u64,
    /// The length of the files; one with several names counts once.
    pub size: ByteSize,
}

impl FileCount {
    /// Counts one more.
    pub fn add(&mut self, size: u64) {
        self.files += 1;
        self.size = self.size + ByteSize(size);
    }
}

/// What one layer does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LayerChange {
    /// The instruction that made it, untrusted; none when the image does not tell.
    pub instruction: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Files that no layer before had.
    pub added: FileCount,
    /// Files that a layer before has, too: this one's copies of them. To change one byte or the mode is to copy it all.
    pub changed: FileCount,
    /// Files of layers before that are gone from here on. They still lie in those layers.
    pub deleted: FileCount,
    /// What lies in this layer for nothing: a later one changes or deletes it.
    pub wasted: ByteSize,
}

impl LayerChange {
    /// What lies in it.
    pub fn size(&self) -> ByteSize {
        self.added.size + self.changed.size
    }
}

/// A path of which an image carries more than what a container sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WastedPath {
    /// The absolute path, untrusted; what is no UTF-8 is replaced.
    pub path: String,
    /// The bytes that no container sees.
    pub size: ByteSize,
    /// In how many layers they lie.
    pub copies: u64,
}

/// What the layers of an image hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LayerReport {
    /// The base first.
    pub layers: Vec<LayerChange>,
    /// What all layers hold.
    pub stored: ByteSize,
    /// What a container sees of it.
    pub seen: ByteSize,
    /// The paths that waste most, the greatest first; [`LayerReport::PATHS`] at most.
    pub wasted_paths: Vec<WastedPath>,
    /// How many waste anything.
    pub wasting: u64,
}

impl LayerReport {
    /// So many paths are named.
    pub const PATHS: usize = 100;

    /// What lies in it for nothing.
    pub fn wasted(&self) -> ByteSize {
        ByteSize(self.stored.0.saturating_sub(self.seen.0))
    }

    /// How much of it a container sees: 0 to 1.
    pub fn efficiency(&self) -> f64 {
        if self.stored.0 == 0 {
            return 1.0;
        }
        self.seen.0 as f64 / self.stored.0 as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_read_as_in_a_dockerfile() {
        for (said, read) in [
            (r#"/bin/sh -c #(nop)  CMD ["sh"]"#, r#"CMD ["sh"]"#),
            ("/bin/sh -c apt-get update", "RUN apt-get update"),
            (
                "|1 TOKEN=hunter2 /bin/sh -c make && rm -r x",
                "RUN make && rm -r x",
            ),
            ("RUN /bin/sh -c make # buildkit", "RUN make"),
            ("RUN |2 A=1 B=2 /bin/sh -c make # buildkit", "RUN make"),
            ("COPY . /app # buildkit", "COPY . /app"),
            (
                "/bin/busybox --install -s /bin",
                "/bin/busybox --install -s /bin",
            ),
            ("bazel build ...", "bazel build ..."),
            ("", ""),
        ] {
            assert_eq!(in_dockerfile(said), read, "{said}");
        }
    }

    #[test]
    fn an_empty_image_wastes_nothing() {
        let report = LayerReport::default();
        assert!((report.efficiency() - 1.0).abs() < f64::EPSILON);
        assert_eq!(report.wasted(), ByteSize(0));
    }
}
