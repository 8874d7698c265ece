//! One accepted connection: TLS, HTTP/1.1 with upgrades, and its deadlines.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{Router, body::Body};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;
use waybill_api::PeerAddress;

use crate::{
    metrics_text,
    placed::{Place, Placed},
    refusal,
};

/// The largest head of a request. Half of what others allow: our own clients need a few hundred bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// A handler must have its request's body and its answer's head within this time; streams then go on as they like.
const REQUEST: Duration = Duration::from_secs(30);

/// What all connections share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) router: Router,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) handshake: Duration,
    /// A peer that takes nothing of what it is sent for so long is cut off.
    pub(crate) stall: Duration,
    pub(crate) draining: watch::Receiver<bool>,
}

/// Serves one connection to its end. The place is given back when the last holder of the stream lets it go: a guest
/// socket takes the stream over from HTTP.
pub(crate) async fn serve(stream: TcpStream, peer: SocketAddr, place: Place, shared: Shared) {
    let Shared { router, tls, handshake, stall, draining } = shared;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it was served");
        return;
    }
    match tls {
        None => serve_http(Placed::new(stream, place, stall), peer, router, handshake, draining).await,
        Some(tls) => match timeout(handshake, tls.accept(stream)).await {
            Ok(Ok(stream)) => serve_http(Placed::new(stream, place, stall), peer, router, handshake, draining).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => metrics::counter!("waybill_slow_handshakes_total").increment(1),
        },
    }
}

async fn serve_http<S>(
    stream: Placed<S>,
    peer: SocketAddr,
    router: Router,
    handshake: Duration,
    mut draining: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| answer(router.clone(), peer, request));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(handshake).max_buf_size(HEAD_BYTES);
    let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = drained(&mut draining) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    match ended {
        Ok(()) => {}
        Err(error) if error.is_timeout() => metrics::counter!("waybill_slow_handshakes_total").increment(1),
        Err(error) => tracing::debug!(%error, "a connection ended early"),
    }
}

/// Waits until the server drains, or is gone.
async fn drained(draining: &mut watch::Receiver<bool>) {
    // The sender goes with the server: that is a good-bye, too.
    drop(draining.wait_for(|draining| *draining).await);
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Body>, std::convert::Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(PeerAddress(peer));
    let began = Instant::now();
    let Ok(response) =
        timeout(REQUEST, router.oneshot(request)).await.unwrap_or_else(|_| Ok(refusal::request_timeout()));
    metrics_text::answered(response.status(), began.elapsed());
    Ok(response)
}
