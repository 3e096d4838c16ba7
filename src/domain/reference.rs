//! Image references, read as engines and registries read them, and checked before they are asked for.

use super::ImageId;

mod grammar;

/// An image reference in full: what was left out of it is filled in (distribution, `reference/normalize.go`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The repository with its registry: `docker.io/library/nginx`.
    pub repository: String,
    /// The tag: `latest` where none is said.
    pub tag: String,
    /// The digest, when it is pinned to one content.
    pub digest: Option<String>,
}

impl Reference {
    /// Reads one; none where nothing is said. An image's id is not told from a name here: see [`is_id_of`].
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (text, None),
        };
        // A colon before the last slash is a registry's port.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, tag),
            _ => (rest, "latest"),
        };
        if name.is_empty() {
            return None;
        }
        Some(Self {
            repository: in_full(name),
            tag: tag.to_owned(),
            digest,
        })
    }

    /// A reference as somebody typed it, with the tag that was left out; why it is none (distribution,
    /// `reference/regexp.go`).
    pub fn typed(text: &str) -> Result<String, &'static str> {
        grammar::check(text)
    }

    /// The registry: `docker.io`, `localhost:5000`.
    pub fn registry(&self) -> &str {
        let first = self.repository.split_once('/');
        first.map_or("", |(registry, _)| registry)
    }
}

/// With registry and, on Docker Hub, with `library/`.
fn in_full(name: &str) -> String {
    const HUB: &str = "docker.io";
    let (registry, path) = match name.split_once('/') {
        // The first part is a host when it looks like one, or has capitals, which no repository has.
        Some((first, path))
            if first == "localhost"
                || first.contains(['.', ':'])
                || first.chars().any(char::is_uppercase) =>
        {
            (
                if first == "index.docker.io" {
                    HUB
                } else {
                    first
                },
                path,
            )
        }
        _ => (HUB, name),
    };
    if registry == HUB && !path.contains('/') {
        format!("{HUB}/library/{path}")
    } else {
        format!("{registry}/{path}")
    }
}

/// Whether what a container was made from is the id of its image, or the beginning of it, rather than a name.
pub fn is_id_of(text: &str, image: &ImageId) -> bool {
    // The shortest that the engine takes for an id and nobody for a name.
    const SHORTEST: usize = 4;
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let own = image.as_str();
    let own = own.strip_prefix("sha256:").unwrap_or(own);
    let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_hex
        && digits.len() >= SHORTEST
        && (digits.len() == 64 || text.starts_with("sha256:") || own.starts_with(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_filled_in() {
        for (text, repository, tag) in [
            ("nginx", "docker.io/library/nginx", "latest"),
            ("docker.io/library/nginx:1", "docker.io/library/nginx", "1"),
            ("index.docker.io/nginx:1", "docker.io/library/nginx", "1"),
            ("grafana/loki:3", "docker.io/grafana/loki", "3"),
            ("ghcr.io/a/b/c:x", "ghcr.io/a/b/c", "x"),
            ("localhost:5000/web", "localhost:5000/web", "latest"),
            ("localhost/web:2", "localhost/web", "2"),
            ("topside.keep/p/web:1-x", "topside.keep/p/web", "1-x"),
        ] {
            let read = Reference::parse(text).unwrap();
            assert_eq!(
                (read.repository.as_str(), read.tag.as_str()),
                (repository, tag)
            );
            assert_eq!(read.digest, None, "{text}");
        }
        let pinned = Reference::parse("nginx:1@sha256:ab").unwrap();
        assert_eq!(pinned.digest.as_deref(), Some("sha256:ab"));
        assert_eq!(pinned.registry(), "docker.io");
        assert_eq!(Reference::parse("nginx@sha256:ab").unwrap().tag, "latest");
        assert_eq!(Reference::parse(""), None);
        assert_eq!(Reference::parse(":1"), None);
    }

    #[test]
    fn an_id_is_no_name() {
        let image = ImageId::from("sha256:cafe0123456789");
        for id in ["cafe", "cafe0123", "sha256:cafe0123", &"b".repeat(64)] {
            assert!(is_id_of(id, &image), "{id}");
        }
        // A name may consist of such digits too.
        for name in ["beef", "caf", "cafe:1", "café", "web"] {
            assert!(!is_id_of(name, &image), "{name}");
        }
    }
}
