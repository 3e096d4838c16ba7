//! What engines take for a reference (distribution, `reference/regexp.go` and `reference.go`).

/// The longest name, its registry counted (`NameTotalLengthMax`).
const NAME: usize = 255;
/// The longest tag.
const TAG: usize = 128;

/// The reference with the tag that was left out; why it is none.
pub(super) fn check(text: &str) -> Result<String, &'static str> {
    if text.is_empty() {
        return Err("nothing is named");
    }
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    // A colon before the last slash is a registry's port.
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    is_name(name)?;
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return Err("a tag has letters, digits, _ . and -, at most 128, the first no . or -");
    }
    match (tag, digest) {
        (_, Some(digest)) if !is_digest(digest) => Err("a digest is sha256: and 64 digits"),
        (None, None) => Ok(format!("{text}:latest")),
        _ => Ok(text.to_owned()),
    }
}

fn is_name(name: &str) -> Result<(), &'static str> {
    if name.len() > NAME {
        return Err("its name is longer than 255 characters");
    }
    if name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("64 hexadecimal digits are an image's id");
    }
    let path = match name.split_once('/') {
        Some((first, path)) if is_registry(first) => path,
        _ => name,
    };
    if path.split('/').all(is_component) {
        return Ok(());
    }
    if path.contains(|c: char| c.is_ascii_uppercase()) {
        return Err("a repository's name has no capitals");
    }
    Err("a repository's name has small letters and digits, with one . or _, or -, between them")
}

/// Whether the first part of a name is a registry's host, perhaps with its port, and not a part of the repository.
fn is_registry(first: &str) -> bool {
    let looks_like_one = first == "localhost"
        || first.contains(['.', ':'])
        || first.contains(|c: char| c.is_ascii_uppercase());
    let (host, port) = match first.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (first, None),
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let is_host = match inner {
        Some(address) => address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':'),
        None => host.split('.').all(is_label),
    };
    looks_like_one && is_host && port.is_none_or(is_port)
}

/// A part of a host's name.
fn is_label(label: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !label.is_empty()
        && label.bytes().all(is_plain)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_component(component: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let separators = component.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let mut bytes = component.bytes();
    bytes.next().is_some_and(is_plain)
        && bytes.next_back().is_none_or(is_plain)
        && separators.into_iter().all(|between| {
            matches!(between, "" | "." | "_" | "__") || between.bytes().all(|byte| byte == b'-')
        })
}

/// `[\w][\w.-]{0,127}`
fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= TAG
        && tag.bytes().next().is_some_and(is_word)
        && tag
            .bytes()
            .all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

fn is_digest(digest: &str) -> bool {
    let digits = digest.strip_prefix("sha256:");
    digits.is_some_and(|digits| {
        digits.len() == 64
            && digits
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_engines_take_is_taken() {
        for text in [
            "web:1",
            "a/b-c/d_e:v1.2_3-x",
            "a__b--c.d:_",
            "localhost/web:1",
            "localhost:5000/web:1",
            "nas:5000/a/b:1",
            "NAS/web:1",
            "[::1]:5000/web:1",
            "ghcr.io/owner/name:1",
        ] {
            assert_eq!(check(text).as_deref(), Ok(text));
        }
        assert_eq!(check("nas:5000/web").as_deref(), Ok("nas:5000/web:latest"));
        let digest = format!("web@sha256:{}", "0a".repeat(32));
        assert_eq!(check(&digest), Ok(digest.clone()));
    }

    #[test]
    fn what_they_refuse_is_refused() {
        let (id, long) = ("a".repeat(64), "a/".repeat(130) + "a");
        let tag = format!("web:{}", "t".repeat(129));
        for text in [
            "",
            ":1",
            "Web:1",
            "a/B:1",
            "web:",
            "web:-x",
            "web:a b",
            "web :1",
            "a//b",
            "/a",
            "a/",
            "-a",
            "a-",
            "a._b",
            "a___b",
            "a..b",
            "web@sha256:0a",
            "web:1@",
            "héé",
            "a\u{1b}[2J",
            "../a",
            "[::1:5000/web",
            "nas:/web",
            "--help",
            &id,
            &long,
            &tag,
        ] {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
