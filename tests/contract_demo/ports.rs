//! The demo's ports are its own: what listens on this machine is out of its reach.

use std::io::ErrorKind;

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use topside::backend::DialError;
use topside::domain::endpoint::Address;

use crate::world::{World, soon};

fn own(port: u16) -> Address {
    Address {
        host: "127.0.0.1".to_owned(),
        port,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_listens_on_this_machine_is_not_reached() {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = own(listener.local_addr().unwrap().port());
    let dialled = soon(world.backend.dialer().dial(&address)).await;
    match dialled {
        Err(DialError::Io(error)) => assert_eq!(error.kind(), ErrorKind::ConnectionRefused),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("this is not the demo's"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_port_is_there() {
    let world = World::new().await;
    let dialer = world.backend.dialer();
    assert!(soon(dialer.dial(&own(443))).await.is_ok());
    // Who speaks no TLS hangs up.
    let mut other = soon(dialer.dial(&own(8384))).await.unwrap();
    let mut said = Vec::new();
    let _ = soon(other.read_to_end(&mut said)).await;
    assert!(said.is_empty());
}
