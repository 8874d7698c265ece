//! The running server: accept loop, going down gently, stopping hard when the store failed.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::task::AbortOnDropHandle;
use waybill_api::App;
use waybill_service::Service;

use crate::{
    Config,
    connection::{self, Shared},
    metrics_text,
    placed::Place,
    refusal, site,
    tls::{self, TlsError},
    wiring::{self, Parts, StoreWatch, Wired, WiringError},
};

/// Connections that wait to be accepted; a storm of reconnects must fit.
const BACKLOG: u32 = 4_096;
/// How long the store may take to write what it still has.
const CLOSING: Duration = Duration::from_secs(5);
/// A pause after an accept that failed for want of resources.
const BREATH: Duration = Duration::from_millis(100);

/// Refused connections that may be told why at the same time, each at most so long.
const LINGERING: usize = 256;
const LINGER: Duration = Duration::from_secs(1);

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address.
    #[error("can't listen on {address}: {error}{}", if error.kind() == io::ErrorKind::AddrInUse { "; stop the program that uses it, or choose another address" } else { "" })]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The parts.
    #[error(transparent)]
    Wiring(#[from] WiringError),
    /// The store failed while the server ran: nothing was acknowledged since.
    #[error("the store failed and the server stopped: {0}")]
    Store(String),
    /// The accept loop died.
    #[error("the accept loop died: {0}")]
    Accept(#[from] tokio::task::JoinError),
}

/// A server that holds its address but serves nobody yet.
pub struct Bound {
    config: Config,
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
}

impl Bound {
    /// Takes the address, before the data folder is touched.
    ///
    /// # Errors
    /// `Listen`, `Tls`.
    pub fn new(config: Config) -> Result<Self, ServeError> {
        let tls = if config.has_tls() { Some(tls::acceptor(&config.tls)?) } else { None };
        let listener = listen(config.listen).map_err(|error| ServeError::Listen { address: config.listen, error })?;
        let address = listener.local_addr().map_err(|error| ServeError::Listen { address: config.listen, error })?;
        Ok(Self { config, listener, address, tls })
    }

    /// Where clients will find it, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        if !self.config.public_url.is_empty() {
            return self.config.public_url.clone();
        }
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("{scheme}://{address}")
    }

    /// Sets what flows read as `env.NAME`.
    pub fn set_flow_value(&mut self, name: &str, value: String) {
        self.config.flows.env.insert(name.to_owned(), value);
    }

    /// Opens the data folder and puts the parts together; `ServerHandle` then serves.
    ///
    /// # Errors
    /// `Wiring`.
    pub async fn open(self, parts: Parts) -> Result<Opened, ServeError> {
        let wired = wiring::wire(&self.config, parts).await?;
        Ok(Opened { bound: self, wired })
    }
}

/// A server with its data, not yet serving: the moment to set things up.
pub struct Opened {
    bound: Bound,
    wired: Wired,
}

impl Opened {
    /// The use cases.
    #[must_use]
    pub fn service(&self) -> &Service {
        self.wired.app.service()
    }

    /// Serves from now on.
    #[must_use]
    pub fn serve(self, site: site::Site) -> ServerHandle {
        let base_url = self.bound.base_url();
        let Self { bound: Bound { config, listener, address, tls }, wired: Wired { app, store } } = self;
        let metrics = metrics_text::routes(&config.metrics);
        let router = waybill_api::router(app.clone()).merge(site::routes(site)).merge(metrics);
        let draining = watch::Sender::new(false);
        let limits = app.service().settings().limits;
        let (handshake, stall) = (limits.handshake, limits.idle);
        let shared = Shared { router, tls, handshake, stall, draining: draining.subscribe() };
        let connections = config.limits.connections.min(Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(connections));
        let accepting = AbortOnDropHandle::new(tokio::spawn(accept(listener, Arc::clone(&places), shared)));
        tracing::info!(%address, base_url, "serving");
        let drain = Duration::from_secs(config.drain.seconds);
        ServerHandle { base_url, address, app, store, draining, accepting, places, connections, drain }
    }
}

/// A running server.
pub struct ServerHandle {
    base_url: String,
    address: SocketAddr,
    app: App,
    store: StoreWatch,
    draining: watch::Sender<bool>,
    accepting: AbortOnDropHandle<()>,
    places: Arc<Semaphore>,
    connections: usize,
    drain: Duration,
}

impl ServerHandle {
    /// Where clients find it, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The address that it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The use cases.
    #[must_use]
    pub fn service(&self) -> &Service {
        self.app.service()
    }

    /// Serves until the shutdown is asked for or the store fails, then goes down.
    ///
    /// # Errors
    /// `Store` when the store failed, `Accept`.
    pub async fn run_until(mut self, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
        let mut failure = self.service().failure();
        let failed = tokio::select! {
            () = shutdown => None,
            reason = failed(&mut failure) => Some(reason),
            ended = &mut self.accepting => {
                ended?;
                None
            }
        };
        if let Some(reason) = failed {
            tracing::error!(reason, "the store failed: stopping, nothing is acknowledged any more");
            self.app.drain();
            self.draining.send_replace(true);
            return Err(ServeError::Store(reason));
        }
        self.stop().await;
        Ok(())
    }

    /// Goes down gently: says good-bye to everybody, waits for open connections, closes the store.
    pub async fn stop(self) {
        let Self { app, store, draining, accepting, places, connections, drain, base_url: _, address: _ } = self;
        tracing::info!("draining");
        app.drain();
        app.service().stop_flows();
        draining.send_replace(true);
        let all = u32::try_from(connections).unwrap_or(u32::MAX);
        // From here on every place that gets free is ours: whoever comes anew is answered 503 with `Retry-After`.
        match tokio::time::timeout(drain, places.acquire_many(all)).await {
            Ok(_) => tracing::info!("every connection has ended"),
            Err(_) => tracing::warn!("time is up: connections are cut off"),
        }
        drop(accepting);
        drop(app);
        if store.closed(CLOSING).await {
            tracing::info!("stopped");
        } else {
            tracing::warn!(
                "stopped while somebody held the store: what was answered is safe, the next start tidies up"
            );
        }
    }
}

/// Serves until a signal asks to stop, or the store fails.
///
/// # Errors
/// `ServeError`.
pub async fn run(config: Config, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
    let opened = Bound::new(config)?.open(Parts::default()).await?;
    if opened.service().list_organizations().await.map_err(WiringError::from)?.is_empty() {
        tracing::warn!("the data folder has no organization yet; stop, run `waybill init`, and serve again");
    }
    opened.serve(site::Site::Production).run_until(shutdown).await
}

async fn failed(failure: &mut watch::Receiver<Option<String>>) -> String {
    match failure.wait_for(Option::is_some).await {
        Ok(reason) => reason.clone().unwrap_or_default(),
        Err(_) => "the store is gone".to_owned(),
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { tokio::net::TcpSocket::new_v4() } else { tokio::net::TcpSocket::new_v6() }?;
    // A restart must not wait for the old connections' last packets.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn accept(listener: TcpListener, places: Arc<Semaphore>, shared: Shared) {
    let lingering = Arc::new(Semaphore::new(LINGERING));
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                accept_failed(&error).await;
                continue;
            }
        };
        match Arc::clone(&places).try_acquire_owned() {
            Ok(permit) => drop(tokio::spawn(connection::serve(stream, peer, Place::new(permit), shared.clone()))),
            Err(_) => {
                metrics::counter!("waybill_connections_refused_total").increment(1);
                // Those whom not even a refusal can be told, and those who would not understand it, are just closed.
                if shared.tls.is_none()
                    && let Ok(permit) = Arc::clone(&lingering).try_acquire_owned()
                {
                    drop(tokio::spawn(refuse(stream, permit)));
                }
            }
        }
    }
}

async fn accept_failed(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::warn!(%error, "can't accept a connection; raise the limit of open files (ulimit -n) or limits.connections");
    tokio::time::sleep(BREATH).await;
}

/// Says why there is no place. The request is read to its end, or the kernel would answer it with a reset instead.
async fn refuse(mut stream: TcpStream, _lingering: OwnedSemaphorePermit) {
    let said = async {
        stream.write_all(refusal::NO_PLACE).await?;
        stream.shutdown().await?;
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
    };
    match tokio::time::timeout(LINGER, said).await {
        Ok(Ok(_)) | Err(_) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a connection beyond the limit was gone already"),
    }
}
