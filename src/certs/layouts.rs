//! Where ACME clients and TLS servers keep certificates by default: the one table of it.

use crate::domain::{AcmeClient, TlsServer};

/// A folder (or file) and who is known to use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Absolute path in a container.
    pub path: &'static str,
    /// Who keeps certificates there.
    pub holder: Holder,
}

/// Who keeps certificates in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A program that orders them.
    Client(AcmeClient),
    /// A program that serves them.
    Server(TlsServer),
    /// Several programs; mostly the CAs that everybody trusts.
    Many,
}

impl Holder {
    /// The program's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client(client) => client.name(),
            Self::Server(server) => server.name(),
            Self::Many => "several programs",
        }
    }
}

const fn client(path: &'static str, client: AcmeClient) -> Layout {
    let holder = Holder::Client(client);
    Layout { path, holder }
}

const fn server(path: &'static str, server: TlsServer) -> Layout {
    let holder = Holder::Server(server);
    Layout { path, holder }
}

const fn many(path: &'static str) -> Layout {
    let holder = Holder::Many;
    Layout { path, holder }
}

/// Every known place.
pub const LAYOUTS: &[Layout] = &[
    client("/etc/letsencrypt", AcmeClient::Certbot),
    client("/config/etc/letsencrypt", AcmeClient::Certbot), // linuxserver/swag
    client("/.lego", AcmeClient::Lego),
    client("/root/.lego", AcmeClient::Lego),
    client("/etc/lego", AcmeClient::Lego),
    client("/var/lib/lego", AcmeClient::Lego),
    client("/acme.sh", AcmeClient::AcmeSh), // its own image
    client("/root/.acme.sh", AcmeClient::AcmeSh),
    client("/etc/acme.sh", AcmeClient::AcmeSh),
    client("/etc/nginx/certs", AcmeClient::AcmeCompanion),
    client("/var/lib/dehydrated", AcmeClient::Dehydrated),
    client("/etc/dehydrated", AcmeClient::Dehydrated),
    client("/etc/ssl/uacme", AcmeClient::Uacme),
    client("/data/caddy/certificates", AcmeClient::Caddy),
    client("/root/.local/share/caddy/certificates", AcmeClient::Caddy),
    client("/acme.json", AcmeClient::Traefik),
    client("/data/acme.json", AcmeClient::Traefik),
    client("/etc/traefik", AcmeClient::Traefik),
    client("/letsencrypt", AcmeClient::Traefik),
    server("/etc/hitch", TlsServer::Hitch),
    server("/etc/nginx/ssl", TlsServer::Nginx),
    server("/etc/haproxy", TlsServer::Haproxy),
    server("/usr/local/etc/haproxy", TlsServer::Haproxy),
    many("/tmp/docker-mailserver/ssl"),
    many("/etc/ssl"),
    many("/etc/pki"),
];

/// The known place a path lies in; the closest one.
pub fn layout_of(path: &str) -> Option<Layout> {
    LAYOUTS
        .iter()
        .filter(|layout| is_within(path, layout.path))
        .max_by_key(|layout| layout.path.len())
        .copied()
}

/// Whether a path is a folder itself or something in it. Both are absolute and [normal](crate::domain::file::absolute).
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    match path.strip_prefix(folder) {
        Some(rest) => rest.is_empty() || rest.starts_with('/') || folder == "/",
        None => false,
    }
}
