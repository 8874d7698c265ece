//! One accepted connection: TLS, HTTP/1.1 with upgrades, its deadlines, and the place that it takes up.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::{Router, body::Body};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, watch},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;
use waybill_api::PeerAddress;

use crate::{metrics_text, refusal};

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
    pub(crate) draining: watch::Receiver<bool>,
}

/// Serves one connection to its end. The place is given back when the last holder of the stream lets it go: a guest
/// socket takes the stream over from HTTP.
pub(crate) async fn serve(stream: TcpStream, peer: SocketAddr, place: Place, shared: Shared) {
    let Shared { router, tls, handshake, draining } = shared;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it was served");
        return;
    }
    match tls {
        None => serve_http(Placed { stream, _place: place }, peer, router, handshake, draining).await,
        Some(tls) => match timeout(handshake, tls.accept(stream)).await {
            Ok(Ok(stream)) => serve_http(Placed { stream, _place: place }, peer, router, handshake, draining).await,
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

/// The place of one connection among those that the server allows.
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Place {
    pub(crate) fn new(permit: OwnedSemaphorePermit) -> Self {
        metrics::gauge!("waybill_connections").increment(1.0);
        Self { _permit: permit }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("waybill_connections").decrement(1.0);
    }
}

/// A stream with its place.
struct Placed<S> {
    stream: S,
    _place: Place,
}

impl<S: AsyncRead + Unpin> AsyncRead for Placed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Placed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
