//! What every handler shares, and the one router of the edge.

use std::{net::SocketAddr, sync::Arc};

use axum::Router;
use ipnet::IpNet;
use tokio::sync::watch;
use waybill_service::Service;

use crate::{guest, layers, notifications, rest};

/// What the operator says of the edge.
#[derive(Debug, Clone, Default)]
pub struct ApiSettings {
    /// The base URL under which clients reach this server (`https://chat.example`, no slash at the end); taken from the
    /// request's `Host` where absent.
    pub public_url: Option<String>,
    /// Whether whoever accepts connections ends TLS itself: addresses that are told to clients then begin with `https`.
    pub tls: bool,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Over how long clients are told to spread their reconnects when the server drains, in milliseconds.
    pub drain_spread_ms: u32,
}

/// The peer of a connection, put into every request's extensions by whoever accepts connections.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub SocketAddr);

/// Shared by all handlers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    service: Service,
    settings: ApiSettings,
    sockets: guest::Sockets,
    channels: notifications::Channels,
    frames: rest::Frames,
    draining: watch::Sender<bool>,
}

impl App {
    /// Puts the edge together.
    #[must_use]
    pub fn new(service: Service, settings: ApiSettings) -> Self {
        let inner = Inner {
            service,
            settings,
            sockets: guest::Sockets::default(),
            channels: notifications::Channels::default(),
            frames: rest::Frames::default(),
            draining: watch::Sender::new(false),
        };
        let app = Self { inner: Arc::new(inner) };
        app.forget_what_was_erased();
        app
    }

    /// What was written of events that are erased since stays nowhere, whether or not somebody asks for it again.
    fn forget_what_was_erased(&self) {
        let mut erasures = self.inner.service.erasures();
        let inner = Arc::downgrade(&self.inner);
        // It ends with the service, whose loops run in the same runtime.
        tokio::spawn(async move {
            while erasures.changed().await.is_ok() {
                let Some(inner) = inner.upgrade() else { return };
                inner.frames.forget();
            }
        });
    }

    /// The use cases.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.inner.service
    }

    pub(crate) fn settings(&self) -> &ApiSettings {
        &self.inner.settings
    }

    pub(crate) fn sockets(&self) -> &guest::Sockets {
        &self.inner.sockets
    }

    pub(crate) fn channels(&self) -> &notifications::Channels {
        &self.inner.channels
    }

    pub(crate) fn frames(&self) -> &rest::Frames {
        &self.inner.frames
    }

    /// Becomes `true` when the server drains: sockets and streams say good-bye and end.
    pub(crate) fn draining(&self) -> watch::Receiver<bool> {
        self.inner.draining.subscribe()
    }

    /// Tells every socket and stream to say good-bye. Readiness answers 503 from now on.
    pub fn drain(&self) {
        self.inner.draining.send_replace(true);
    }
}

/// Every route of the edge.
pub fn router(app: App) -> Router {
    let routes = Router::new().merge(guest::routes()).merge(rest::routes()).merge(notifications::routes());
    layers::wrap(routes, &app).with_state(app)
}
