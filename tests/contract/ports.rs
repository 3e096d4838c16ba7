//! TCP connections as the host makes them, from wherever it is asked.

use std::io::ErrorKind;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use topside::backend::{Dial, DialError};
use topside::domain::endpoint::Address;

use crate::world::{World, soon};

/// Every way to the engine under test starts on the machine of the test, so that its loopback is the host's.
fn own(port: u16) -> Address {
    Address {
        host: "127.0.0.1".to_owned(),
        port,
    }
}

/// The kind of error that a connection fails with, at once or with the first read.
async fn failure(dial: &dyn Dial, address: &Address) -> ErrorKind {
    let attempt = async {
        let mut wire = match dial.dial(address).await {
            Ok(wire) => wire,
            Err(DialError::Unresolvable(_)) => return ErrorKind::NotFound,
            Err(DialError::Io(error)) => return error.kind(),
        };
        wire.write_all(b"anybody?").await.unwrap();
        let read = wire.read_to_end(&mut Vec::new()).await;
        read.expect_err("nobody is there").kind()
    };
    soon(attempt).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_of_the_host_is_reached() {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = own(listener.local_addr().unwrap().port());
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        // Ends only when the client says that it has said all.
        stream.read_to_end(&mut heard).await.unwrap();
        stream.write_all(&heard).await.unwrap();
        stream.write_all(b", too").await.unwrap();
    });
    let dial = world.backend.dialer();
    let mut wire = soon(dial.dial(&address)).await.unwrap();
    wire.write_all(b"hello").await.unwrap();
    wire.shutdown().await.unwrap();
    let mut said = Vec::new();
    soon(wire.read_to_end(&mut said)).await.unwrap();
    assert_eq!(said, b"hello, too");
    soon(served).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_port_is_not_reached_is_told() {
    let world = World::new().await;
    let dial = world.backend.dialer();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = own(listener.local_addr().unwrap().port());
    drop(listener);
    assert_eq!(failure(&*dial, &closed).await, ErrorKind::ConnectionRefused);
    let unknown = Address {
        host: "no-such-name.invalid".to_owned(),
        port: 443,
    };
    assert_eq!(failure(&*dial, &unknown).await, ErrorKind::NotFound);
}
