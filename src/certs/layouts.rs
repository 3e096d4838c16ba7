//! Where ACME clients and TLS terminators keep certificates by default: the one table of it.

/// A folder (or file) and who is known to use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Absolute path in a container.
    pub path: &'static str,
    /// The program that keeps certificates there.
    pub client: &'static str,
}

const fn layout(path: &'static str, client: &'static str) -> Layout {
    Layout { path, client }
}

/// Every known place.
pub const LAYOUTS: &[Layout] = &[
    layout("/etc/letsencrypt", "certbot"),
    layout("/config/etc/letsencrypt", "certbot"), // linuxserver/swag
    layout("/.lego", "lego"),
    layout("/root/.lego", "lego"),
    layout("/etc/lego", "lego"),
    layout("/var/lib/lego", "lego"),
    layout("/acme.sh", "acme.sh"), // its own image
    layout("/root/.acme.sh", "acme.sh"),
    layout("/etc/acme.sh", "acme.sh"),
    layout("/etc/nginx/certs", "acme-companion"),
    layout("/var/lib/dehydrated", "dehydrated"),
    layout("/etc/dehydrated", "dehydrated"),
    layout("/etc/ssl/uacme", "uacme"),
    layout("/data/caddy/certificates", "Caddy"),
    layout("/root/.local/share/caddy/certificates", "Caddy"),
    layout("/acme.json", "Traefik"),
    layout("/data/acme.json", "Traefik"),
    layout("/etc/traefik", "Traefik"),
    layout("/letsencrypt", "Traefik"),
    layout("/etc/hitch", "hitch"),
    layout("/etc/nginx/ssl", "nginx"),
    layout("/etc/haproxy", "HAProxy"),
    layout("/usr/local/etc/haproxy", "HAProxy"),
    layout("/tmp/docker-mailserver/ssl", "docker-mailserver"),
    layout("/etc/ssl", "OpenSSL"),
    layout("/etc/pki", "OpenSSL"),
];

/// The known place a path lies in; the closest one.
pub fn layout_of(path: &str) -> Option<Layout> {
    LAYOUTS
        .iter()
        .filter(|layout| is_within(path, layout.path))
        .max_by_key(|layout| layout.path.len())
        .copied()
}

/// Whether a path is a folder itself or something in it. Both are absolute and [normal](super::targets::normal).
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    match path.strip_prefix(folder) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || folder == "/",
        None => false,
    }
}
