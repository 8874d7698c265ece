//! Names the concrete parts, here and nowhere else: store, bus, clock, chance; and puts the edge on top of them.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rand::Rng as _;
use tokio::sync::watch;
use waybill_api::{ApiSettings, App, WebhookBodies};
use waybill_model::Time;
use waybill_outbound::Outbound;
use waybill_service::{Service, ServiceError, Settings, WebhookParts};
use waybill_store::{OpenError, SqliteStore};

use crate::{
    Config,
    master_key::{self, MasterKeyError},
};

pub use waybill_bus::{Bell, Bus, Heard, InProcessBus, Listener, Scope, Whisper};
pub use waybill_service::{Ambient, Chance, Clock};
pub use waybill_store::SqliteOptions;

/// What an embedder may bring along instead of the real thing.
#[derive(Clone)]
pub struct Parts {
    /// Time and chance.
    pub ambient: Ambient,
    /// The doorbell.
    pub bus: Arc<dyn Bus>,
    /// How the store works; its epoch is drawn anew.
    pub store: SqliteOptions,
}

impl Default for Parts {
    fn default() -> Self {
        Self { ambient: system_ambient(), bus: Arc::new(InProcessBus::new()), store: SqliteOptions::default() }
    }
}

/// The real clock and the real chance.
#[must_use]
pub fn system_ambient() -> Ambient {
    Ambient { clock: Arc::new(SystemClock), chance: Arc::new(SystemChance) }
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        // A generator fit for secrets, seeded by the operating system, one per thread.
        rand::rng().fill_bytes(bytes);
    }
}

/// Why the parts could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum WiringError {
    /// The data folder.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The service could not read its store.
    #[error("the store can't be read: {0}")]
    Service(#[from] ServiceError),
    /// The master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// Requests that leave the server.
    #[error(transparent)]
    Outbound(#[from] waybill_outbound::SetupError),
    /// What the operator allows them.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// A thread of the runtime died.
    #[error("opening the data folder was interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// The store, the service on it and the edge on that.
pub struct Wired {
    /// The edge.
    pub app: App,
    /// Tells when the store is closed.
    pub store: StoreWatch,
}

/// Opens the folder and puts everything on it together.
///
/// # Errors
/// `WiringError`.
pub async fn wire(config: &Config, parts: Parts) -> Result<Wired, WiringError> {
    let Parts { ambient, bus, store: options } = parts;
    let store = Arc::new(open_store(&config.data, &ambient, options).await?);
    let watch = StoreWatch(store.closed());
    let settings = Settings {
        region: config.region.clone(),
        limits: config.limits.service_limits(),
        flows: config.flows.settings(),
        ..Settings::default()
    };
    let obtained = master_key::obtain(&config.data, &ambient)?;
    let service = match Service::start(store, bus, ambient, settings, obtained.key.clone()).await {
        Err(ServiceError::WrongMasterKey) => return Err(obtained.does_not_fit().into()),
        started => started?,
    };
    let webhooks = WebhookParts {
        outbound: Outbound::new(config.outbound.policy()?)?,
        bodies: Arc::new(WebhookBodies),
        schedule: config.webhooks.schedule(),
    };
    service.start_webhooks(webhooks).await?;
    service.start_flows();
    let settings = ApiSettings {
        public_url: Some(config.public_url.clone()).filter(|url| !url.is_empty()),
        tls: config.has_tls(),
        trusted_proxies: config.trusted_proxies.clone(),
        drain_spread_ms: config.drain.spread_ms,
    };
    Ok(Wired { app: App::new(service, settings), store: watch })
}

async fn open_store(folder: &Path, ambient: &Ambient, mut options: SqliteOptions) -> Result<SqliteStore, WiringError> {
    let folder = folder.to_owned();
    options.epoch = new_epoch(ambient);
    let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&folder, options)).await?;
    Ok(opened?)
}

/// Cursors of another folder, or of this one before a restore, must not fit (LOG4).
#[must_use]
pub fn new_epoch(ambient: &Ambient) -> u32 {
    u32::from_le_bytes(ambient.bytes::<4>()).max(1)
}

/// Tells when the last user of the store has let go of it and its files are closed, so that its folder is free again.
#[derive(Debug)]
pub struct StoreWatch(watch::Receiver<()>);

impl StoreWatch {
    /// Waits until the store is closed, at most so long; says whether it is.
    pub async fn closed(mut self, at_most: Duration) -> bool {
        // Streams and sockets hold the service until their tasks have run once more.
        let gone = async { while self.0.changed().await.is_ok() {} };
        tokio::time::timeout(at_most, gone).await.is_ok()
    }
}
