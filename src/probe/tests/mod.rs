//! Real servers on loopback: rustls, OpenSSL, and scripts that keep to a protocol or break it.

mod hostile;
mod modern;
mod openssl;
mod scripted;
mod starttls;

use std::time::Duration;

use super::*;
use crate::backend::Direct;
use crate::domain::HostId;
use crate::domain::ServedChain;
use crate::domain::endpoint::{Address, StartTls};
use crate::domain::served::{Alert, TlsVersion};

/// Long enough for a busy machine; no test waits for it.
const PATIENT: Limits = Limits {
    connect: Duration::from_secs(5),
    talk: Duration::from_secs(15),
};

fn endpoint(port: u16, name: Option<&str>, opening: Opening) -> TlsEndpoint {
    TlsEndpoint {
        host: HostId::from("home"),
        service: None,
        address: Address {
            host: "127.0.0.1".to_owned(),
            port,
        },
        server_name: name.map(str::to_owned),
        opening,
    }
}

async fn answer(port: u16, name: Option<&str>) -> Answer {
    let endpoint = endpoint(port, name, Opening::Tls);
    probe(&Direct::here(), endpoint, PATIENT).await.answer
}

async fn answer_after(protocol: StartTls, port: u16, limits: Limits) -> Answer {
    let endpoint = endpoint(port, Some("mail.example.org"), Opening::StartTls(protocol));
    probe(&Direct::here(), endpoint, limits).await.answer
}

/// The chain of a current server.
fn chain(answer: Answer) -> ServedChain {
    match answer {
        Answer::Chain(chain) => *chain,
        other => panic!("no chain: {other:?}"),
    }
}

fn sha256_of(der: &[u8]) -> String {
    let chain = shown::chain(TlsVersion::Tls13, &[der]).unwrap();
    chain.leaf.sha256
}
