//! One HTTP connection a request to the engine: Unix socket, TCP or TLS.
//!
//! bollard's typed calls go through here too (as its custom transport), for what its own connectors hide or lack:
//! the system's error of a failed connect (permission denied is not "cannot connect"), TLS without client files, the
//! API version in the path (0.21 joins it away), answers as raw bytes (logs, inspect), and a hijacked exec stream
//! that is not taken for frames.

use std::fmt;
use std::io;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bollard::BollardRequest;
use bollard::errors::Error;
use futures_util::future::{self, Either, FutureExt};
use hyper::body::{Body, Incoming};
use hyper::header::{HOST, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use super::error::{from_connect, from_hyper};
use super::flow::Connection;
use super::tls::Tls;
use crate::backend::BackendError;
use crate::domain::Endpoint;

/// A version of the Engine API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ApiVersion {
    pub(super) major: usize,
    pub(super) minor: usize,
}

impl ApiVersion {
    pub(super) const fn new(major: usize, minor: usize) -> Self {
        Self { major, minor }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.')?;
        Some(Self {
            major: major.parse().ok()?,
            minor: minor.parse().ok()?,
        })
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Notices within about a minute that the other end is gone: an event stream says nothing for hours.
fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    use rustix::net::sockopt;
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, Duration::from_secs(30))?;
    sockopt::set_tcp_keepintvl(stream, Duration::from_secs(10))?;
    Ok(sockopt::set_tcp_keepcnt(stream, 3)?)
}

/// Any connected stream.
trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// The way to one engine; holds no open connection.
pub(super) struct Channel {
    endpoint: Endpoint,
    /// Where it is, for errors; for ssh not the local end of the tunnel.
    address: String,
    host: HeaderValue,
    tls: Option<Tls>,
    version: OnceLock<ApiVersion>,
}

impl Channel {
    /// Reads the TLS files, if any; opens nothing yet.
    pub(super) fn new(endpoint: Endpoint, address: String) -> Result<Self, BackendError> {
        let (host, tls) = match &endpoint {
            Endpoint::Tcp { host, port, tls } => {
                let name = if host.contains(':') {
                    format!("[{host}]:{port}")
                } else {
                    format!("{host}:{port}")
                };
                let tls = match tls {
                    Some(files) => Some(Tls::read(files, host)?),
                    None => None,
                };
                (name, tls)
            }
            Endpoint::Unix(_) | Endpoint::Ssh(_) => ("localhost".to_owned(), None),
        };
        let host = HeaderValue::from_str(&host)
            .map_err(|_| BackendError::Unsupported(format!("not a host name: {host:?}")))?;
        Ok(Self {
            endpoint,
            address,
            host,
            tls,
            version: OnceLock::new(),
        })
    }

    /// From now on every request says this version.
    pub(super) fn speak(&self, version: ApiVersion) {
        self.version.get_or_init(|| version);
    }

    /// The version that was negotiated, or the oldest one we know.
    pub(super) fn version(&self) -> ApiVersion {
        self.version
            .get()
            .copied()
            .unwrap_or(ApiVersion::new(1, 24))
    }

    /// Opens and closes a connection, to learn why it cannot be opened.
    pub(super) async fn probe(&self) -> Result<(), BackendError> {
        self.open().await.map(drop)
    }

    async fn open(&self) -> Result<Box<dyn Wire>, BackendError> {
        let opened: io::Result<Box<dyn Wire>> = match &self.endpoint {
            Endpoint::Unix(path) => UnixStream::connect(path)
                .await
                .map(|stream| Box::new(stream) as _),
            Endpoint::Tcp { host, port, .. } => self.open_tcp(host, *port).await,
            Endpoint::Ssh(_) => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "ssh goes through a tunnel",
            )),
        };
        opened.map_err(|err| from_connect(&err, &self.endpoint, &self.address))
    }

    async fn open_tcp(&self, host: &str, port: u16) -> io::Result<Box<dyn Wire>> {
        let stream = TcpStream::connect((host, port)).await?;
        // Requests are small and answers are awaited: Nagle only adds delay.
        stream.set_nodelay(true)?;
        keep_alive(&stream)?;
        match &self.tls {
            Some(tls) => Ok(Box::new(tls.connect(stream).await?)),
            None => Ok(Box::new(stream)),
        }
    }

    /// Sends a request on a connection of its own, which ends with the answer's body (or lives on when the answer
    /// upgrades it).
    pub(super) async fn send<B>(
        &self,
        request: Request<B>,
    ) -> Result<Response<Incoming>, BackendError>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (response, connection) = self.start(request).await?;
        // Ends when the answer's body is dropped, or when the engine closes.
        tokio::spawn(connection);
        Ok(response)
    }

    /// Sends a request whose answer only comes on while the connection is polled. The path gets the API version.
    pub(super) async fn start<B>(
        &self,
        mut request: Request<B>,
    ) -> Result<(Response<Incoming>, Connection), BackendError>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        *request.uri_mut() = self.versioned(request.uri())?;
        request.headers_mut().insert(HOST, self.host.clone());
        let stream = self.open().await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|err| from_hyper(&err))?;
        let connection = connection.with_upgrades().map(drop).boxed();
        match future::select(pin!(sender.send_request(request)), connection).await {
            Either::Left((response, connection)) => {
                Ok((response.map_err(|err| from_hyper(&err))?, connection))
            }
            // The connection ended first: it left its answer or its error with the sender.
            Either::Right(((), response)) => Ok((
                response.await.map_err(|err| from_hyper(&err))?,
                future::ready(()).boxed(),
            )),
        }
    }

    fn versioned(&self, uri: &Uri) -> Result<Uri, BackendError> {
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let path = match self.version.get() {
            Some(version) if !path.starts_with("/v1.") => format!("/v{version}{path}"),
            _ => path.to_owned(),
        };
        path.parse()
            .map_err(|_| BackendError::Unsupported(format!("not a path of the API: {path:?}")))
    }
}

/// This channel as bollard's transport. The time limit is ours, per call, so bollard's (120 s until the answer's head;
/// it never bounds a body) is put out of the way: a `stop` may take as long as the container's own stop timeout.
pub(super) fn client(channel: &Arc<Channel>) -> Result<bollard::Docker, BackendError> {
    const NO_LIMIT: u64 = 7 * 24 * 3600;
    let transport = Arc::clone(channel);
    bollard::Docker::connect_with_custom_transport(
        move |request: BollardRequest| {
            let channel = Arc::clone(&transport);
            async move {
                channel.send(request).await.map_err(|err| Error::IOError {
                    err: io::Error::other(err),
                })
            }
        },
        Some("http://engine"),
        NO_LIMIT,
        bollard::API_DEFAULT_VERSION,
    )
    .map_err(super::error::from_bollard)
}
