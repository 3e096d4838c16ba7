//! An image.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::release::is_keep_tag;
use super::text::visible;
use super::{ByteSize, HostId, ImageId};

/// An image as the engine lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The host it lies on.
    pub host: HostId,
    /// Its id.
    pub id: ImageId,
    /// Its references (`nginx:1.27`); empty when it is dangling.
    pub tags: Vec<String>,
    /// The digests that registries know it by (`nginx@sha256:…`); empty when it was only built here.
    pub digests: Vec<String>,
    /// The size of all its layers, shared ones included.
    pub size: ByteSize,
    /// When it was made.
    pub created: Timestamp,
}

impl Image {
    /// The references that people gave it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let tags = self.tags.iter().map(String::as_str);
        tags.filter(|tag| !is_keep_tag(tag))
    }

    /// The tags of ours that keep it.
    pub fn keep_tags(&self) -> impl Iterator<Item = &str> {
        let tags = self.tags.iter().map(String::as_str);
        tags.filter(|tag| is_keep_tag(tag))
    }
}

/// For which machines an image is (OCI image spec, config.md).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Platform {
    /// The operating system: `linux`.
    pub os: String,
    /// The architecture as Go names it: `amd64`, `arm64`. Empty when the image does not say.
    pub architecture: String,
    /// The variant: `v8`; empty where there is none.
    pub variant: String,
}

impl Platform {
    /// Whether a machine of this architecture, as its engine names it, runs the image without an emulator. What does not
    /// say is taken to.
    pub fn is_for(&self, machine: &str) -> bool {
        let own = go_architecture(&self.architecture);
        own.is_empty() || machine.is_empty() || own == go_architecture(machine)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (os, architecture) = (visible(&self.os), visible(&self.architecture));
        write!(f, "{os}/{architecture}")?;
        if !self.variant.is_empty() {
            write!(f, "/{}", visible(&self.variant))?;
        }
        Ok(())
    }
}

/// Docker names the host's architecture as the kernel does, an image's as Go does.
fn go_architecture(name: &str) -> &str {
    match name {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "i386" | "i486" | "i586" | "i686" => "386",
        "loongarch64" => "loong64",
        name if name.starts_with("armv") => "arm",
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_runs_what_is_made_for_it() {
        let of = |architecture: &str| Platform {
            os: "linux".to_owned(),
            architecture: architecture.to_owned(),
            variant: String::new(),
        };
        for (machine, own, other) in [
            ("x86_64", "amd64", "arm64"),
            ("aarch64", "arm64", "amd64"),
            ("armv7l", "arm", "arm64"),
            ("i686", "386", "amd64"),
            ("riscv64", "riscv64", "amd64"),
            ("amd64", "amd64", "386"),
        ] {
            assert!(of(own).is_for(machine), "{own} on {machine}");
            assert!(!of(other).is_for(machine), "{other} on {machine}");
        }
        assert!(of("").is_for("x86_64") && of("arm64").is_for(""), "unknown");
    }
}
