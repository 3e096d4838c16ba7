//! Who orders certificates, and who serves them.

use serde::Serialize;

/// A program that orders certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AcmeClient {
    /// certbot, also inside of linuxserver/swag and Nginx Proxy Manager.
    Certbot,
    /// lego up to version 4: `run` orders, `renew` renews.
    Lego,
    /// lego since version 5, which has no `renew`: `run` does both.
    Lego5,
    /// acme.sh on its own.
    AcmeSh,
    /// acme-companion of nginx-proxy, which runs acme.sh.
    AcmeCompanion,
    /// dehydrated.
    Dehydrated,
    /// uacme.
    Uacme,
    /// Caddy, which serves what it orders.
    Caddy,
    /// Traefik, which serves what it orders.
    Traefik,
    /// lecli.
    Lecli,
}

impl AcmeClient {
    /// Its name as its makers write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certbot => "certbot",
            Self::Lego => "lego",
            Self::Lego5 => "lego 5",
            Self::AcmeSh => "acme.sh",
            Self::AcmeCompanion => "acme-companion",
            Self::Dehydrated => "dehydrated",
            Self::Uacme => "uacme",
            Self::Caddy => "Caddy",
            Self::Traefik => "Traefik",
            Self::Lecli => "lecli",
        }
    }

    /// Whether it renews by itself and serves the new certificate without being told.
    pub const fn serves_itself(self) -> bool {
        matches!(self, Self::Caddy | Self::Traefik)
    }
}

/// A program that serves TLS with certificates that somebody else ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsServer {
    /// hitch, which wants key and chain in one file.
    Hitch,
    /// nginx.
    Nginx,
    /// HAProxy, which wants key and chain in one file.
    Haproxy,
}

impl TlsServer {
    /// Its name as its makers write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hitch => "hitch",
            Self::Nginx => "nginx",
            Self::Haproxy => "HAProxy",
        }
    }
}
