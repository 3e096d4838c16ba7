//! Which ACME client or TLS server a container is, by its image's name and its command.

use crate::domain::{AcmeClient, Container, TlsServer};

/// Words of an image's name or of a command, and the client.
const CLIENTS: &[(&str, AcmeClient)] = &[
    ("certbot", AcmeClient::Certbot),
    ("swag", AcmeClient::Certbot),
    ("letsencrypt", AcmeClient::Certbot),
    ("lego", AcmeClient::Lego),
    ("acme.sh", AcmeClient::AcmeSh),
    ("acme-companion", AcmeClient::AcmeCompanion),
    (
        "letsencrypt-nginx-proxy-companion",
        AcmeClient::AcmeCompanion,
    ),
    ("dehydrated", AcmeClient::Dehydrated),
    ("uacme", AcmeClient::Uacme),
    ("caddy", AcmeClient::Caddy),
    ("traefik", AcmeClient::Traefik),
    ("lecli", AcmeClient::Lecli),
];

const SERVERS: &[(&str, TlsServer)] = &[
    ("hitch", TlsServer::Hitch),
    ("nginx", TlsServer::Nginx),
    ("nginx-proxy", TlsServer::Nginx),
    ("openresty", TlsServer::Nginx),
    ("haproxy", TlsServer::Haproxy),
];

/// Ports on which TLS is spoken at once or after a word: HTTPS, SMTP, IMAP, POP3, LDAP, DNS, MQTT, XMPP, IRC, FTP.
const PORTS: &[u16] = &[
    25, 110, 143, 443, 465, 587, 636, 853, 989, 990, 993, 995, 5061, 5222, 5223, 5269, 6697, 8443,
    8883, 9443,
];

/// The client that a container is made for.
pub fn client_of(container: &Container) -> Option<AcmeClient> {
    words(container).find_map(|word| find(CLIENTS, word))
}

/// The server that a container is made for.
pub fn server_of(container: &Container) -> Option<TlsServer> {
    words(container).find_map(|word| find(SERVERS, word))
}

/// Whether a container's own files are worth a look: it orders or serves certificates, or has a port for them.
pub(super) fn may_hold_certificates(container: &Container) -> bool {
    client_of(container).is_some()
        || server_of(container).is_some()
        || container
            .ports
            .iter()
            .any(|port| PORTS.contains(&port.container))
}

fn find<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, found)| *found)
}

/// The image's name without registry, owner and tag, then the command's programs: `sh -c "exec nginx"` has three.
fn words(container: &Container) -> impl Iterator<Item = &str> {
    const MOST: usize = 16;
    let image = &*container.image;
    let image = image.split_once('@').map_or(image, |(name, _)| name);
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    let detail = container.detail.as_deref();
    let whole = detail.into_iter().flat_map(|detail| {
        let parts = detail.entrypoint.iter().chain(&detail.command);
        parts.map(String::as_str)
    });
    let command = std::iter::once(container.command.as_str())
        .chain(whole)
        .flat_map(|part| part.split(|c: char| c.is_whitespace() || "\"';&|()".contains(c)))
        .filter(|word| !word.is_empty())
        .take(MOST)
        .map(|word| word.rsplit('/').next().unwrap_or(word));
    std::iter::once(name).chain(command)
}
