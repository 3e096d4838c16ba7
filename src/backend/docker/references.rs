//! Image references: what they consist of, and which image they mean.

use hyper::Method;

use super::channel::Channel;
use super::request::escape;
use crate::backend::BackendError;
use crate::domain::ImageId;

/// An image reference in its parts (distribution's `reference` grammar).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// With the registry: `localhost:5000/a/b`.
    pub(super) name: &'a str,
    pub(super) tag: Option<&'a str>,
    /// `sha256:…`
    pub(super) digest: Option<&'a str>,
}

impl<'a> Reference<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        // A colon before the last slash is a registry's port.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        Self { name, tag, digest }
    }

    /// The registry, where it names one: its first part looks like a host, or has capitals (which no repository has).
    pub(super) fn registry(&self) -> Option<&'a str> {
        let (first, _) = self.name.split_once('/')?;
        let is_host = first == "localhost"
            || first.contains(['.', ':'])
            || first.chars().any(char::is_uppercase);
        is_host.then_some(first)
    }

    /// The tag, or what stands for none.
    pub(super) fn tag_or_latest(&self) -> &'a str {
        self.tag.unwrap_or("latest")
    }
}

/// Lets a reference mean this image.
pub(super) async fn tag(
    channel: &Channel,
    image: &ImageId,
    reference: &str,
) -> Result<(), BackendError> {
    let parts = Reference::parse(reference);
    if parts.digest.is_some() {
        let why = format!("a digest cannot be pointed at another image: {reference}");
        return Err(BackendError::Unsupported(why));
    }
    let path = format!(
        "/images/{}/tag?repo={}&tag={}",
        escape(image.as_str()),
        escape(parts.name),
        escape(parts.tag_or_latest())
    );
    channel.act(Method::POST, &path).await
}

/// Takes a reference away.
pub(super) async fn untag(channel: &Channel, reference: &str) -> Result<(), BackendError> {
    // With its tag always: the engine would take a bare name of hex digits for the beginning of an image's id.
    let parts = Reference::parse(reference);
    let whole = match parts.digest {
        Some(digest) => format!("{}@{digest}", parts.name),
        None => format!("{}:{}", parts.name, parts.tag_or_latest()),
    };
    let path = format!("/images/{}", escape(&whole));
    match channel.act(Method::DELETE, &path).await {
        Err(BackendError::NotFound(_)) => Ok(()),
        Err(conflict @ BackendError::Conflict(_)) => {
            // Engines differ in whether they take the reference first and then find the image in use.
            match channel.get(&format!("{path}/json")).await {
                Err(BackendError::NotFound(_)) => Ok(()),
                _ => Err(conflict),
            }
        }
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_split_at_its_last_colon_unless_that_is_a_port() {
        for (text, name, tag, digest) in [
            ("nginx", "nginx", None, None),
            ("nginx:1.27", "nginx", Some("1.27"), None),
            ("localhost:5000/a/b", "localhost:5000/a/b", None, None),
            (
                "localhost:5000/a/b:t",
                "localhost:5000/a/b",
                Some("t"),
                None,
            ),
            ("[::1]:5000/a", "[::1]:5000/a", None, None),
            ("a@sha256:0f", "a", None, Some("sha256:0f")),
            ("r:1/a:t@sha256:0f", "r:1/a", Some("t"), Some("sha256:0f")),
            ("", "", None, None),
        ] {
            let parts = Reference { name, tag, digest };
            assert_eq!(Reference::parse(text), parts, "{text}");
        }
        assert_eq!(Reference::parse("a").tag_or_latest(), "latest");
    }
}
