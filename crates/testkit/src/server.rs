//! The real server inside the test's own runtime, on a free port, with the demo's sample organization.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use tempfile::TempDir;
use waybill_model::{ContextPolicy, DeploymentId, DeploymentStatus, OrganizationId};
use waybill_server::{
    Bound, Config, ServerHandle,
    config::LimitsConfig,
    demo::{Demo, DemoUser},
    service::{NewDeployment, Service},
    wiring::{Ambient, Bus, Clock, Parts, SqliteOptions, system_ambient},
};

use crate::{ConnectOptions, DroppedBells, GuestClient, RestClient};

type Change<T> = Box<dyn FnOnce(&mut T) + Send>;

/// How a test server differs from a real one.
pub struct TestServerBuilder {
    config: Config,
    folder: Option<PathBuf>,
    clock: Option<Arc<dyn Clock>>,
    bus: Option<Arc<dyn Bus>>,
    store: SqliteOptions,
    deployments: BTreeMap<String, Change<NewDeployment>>,
}

impl TestServerBuilder {
    /// Changes the limits.
    #[must_use]
    pub fn limits(mut self, change: impl FnOnce(&mut LimitsConfig)) -> Self {
        change(&mut self.config.limits);
        self
    }

    /// Raises every rate so far that no test meets it.
    #[must_use]
    pub fn without_rate_limits(self) -> Self {
        self.limits(|limits| {
            let buckets = [
                &mut limits.session_messages,
                &mut limits.connection_frames,
                &mut limits.address_starts,
                &mut limits.deployment_connects,
                &mut limits.client_requests,
                &mut limits.address_logins,
            ];
            for bucket in buckets {
                bucket.per_second = 1_000_000.0;
                bucket.burst = 1_000_000;
            }
        })
    }

    /// Changes anything else of the configuration.
    #[must_use]
    pub fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Works on this folder, which stays when the server goes.
    #[must_use]
    pub fn data(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Takes the time from this clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Loses every bell (P4).
    #[must_use]
    pub fn drop_bells(self) -> Self {
        self.bus(Arc::new(DroppedBells::default()))
    }

    /// Rings another doorbell.
    #[must_use]
    pub fn bus(mut self, bus: Arc<dyn Bus>) -> Self {
        self.bus = Some(bus);
        self
    }

    /// Changes how the store works.
    #[must_use]
    pub fn store(mut self, change: impl FnOnce(&mut SqliteOptions)) -> Self {
        change(&mut self.store);
        self
    }

    /// One more deployment: open to every origin, with the standard policy, unless changed here.
    #[must_use]
    pub fn deployment(mut self, name: &str, change: impl FnOnce(&mut NewDeployment) + Send + 'static) -> Self {
        self.deployments.insert(name.to_owned(), Box::new(change));
        self
    }

    /// One more deployment with a policy of its own.
    #[must_use]
    pub fn policy(self, name: &str, policy: ContextPolicy) -> Self {
        self.deployment(name, |new| new.policy = policy)
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it can't be started.
    pub async fn start(self) -> TestServer {
        let Self { mut config, folder, clock, bus, store, deployments } = self;
        let temporary = match folder {
            Some(folder) => {
                config.data = folder;
                None
            }
            None => {
                let temporary = tempfile::tempdir().expect("a temporary folder can be made");
                config.data = temporary.path().join("data");
                Some(temporary)
            }
        };
        let mut server = TestServer {
            handle: None,
            demo: None,
            more: BTreeMap::new(),
            config,
            clock,
            bus,
            store,
            _temporary: temporary,
        };
        server.up(deployments).await;
        server
    }
}

/// A running server with the demo's organization: deployments `open`, `quarantine`, `strict`, `disabled`, `inactive`,
/// `signed`, `limited`, and those that the builder was given.
pub struct TestServer {
    handle: Option<ServerHandle>,
    demo: Option<Demo>,
    more: BTreeMap<String, DeploymentId>,
    config: Config,
    clock: Option<Arc<dyn Clock>>,
    bus: Option<Arc<dyn Bus>>,
    store: SqliteOptions,
    _temporary: Option<TempDir>,
}

impl TestServer {
    /// A server with the limits of EDGE6, on a folder of its own that goes with it.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// A server that differs somewhere.
    ///
    /// # Panics
    /// When the reference configuration is unsound.
    #[must_use]
    pub fn builder() -> TestServerBuilder {
        let mut config = Config::reference().expect("the reference configuration is sound");
        config.listen = ([127, 0, 0, 1], 0).into();
        config.drain.spread_ms = 0;
        let store = SqliteOptions::default();
        TestServerBuilder { config, folder: None, clock: None, bus: None, store, deployments: BTreeMap::new() }
    }

    async fn up(&mut self, deployments: BTreeMap<String, Change<NewDeployment>>) {
        let mut parts = Parts { store: self.store.clone(), ..Parts::default() };
        if let Some(clock) = &self.clock {
            parts.ambient = Ambient { clock: Arc::clone(clock), ..system_ambient() };
        }
        if let Some(bus) = &self.bus {
            parts.bus = Arc::clone(bus);
        }
        let bound = Bound::new(self.config.clone()).expect("the server finds a free port");
        let base_url = bound.base_url();
        let opened = bound.open(parts).await.expect("the data folder can be opened");
        let folder = &self.config.data;
        let demo = Demo::set_up(opened.service(), folder, base_url).await.expect("the sample can be set up");
        for (name, change) in deployments {
            let mut new = NewDeployment {
                id: None,
                name: name.clone(),
                status: DeploymentStatus::Active,
                allow_all_domains: true,
                allowed_domains: Vec::new(),
                allow_native: true,
                start_limit: None,
                policy: ContextPolicy::standard(),
            };
            change(&mut new);
            let id = opened.service().create_deployment(demo.org_id, new).await;
            self.more.insert(name, id.expect("the deployment can be created"));
        }
        let handle = opened.serve(demo.site());
        // Whoever restarts comes back under the same address, or its clients would not find it.
        self.config.listen = handle.address();
        self.demo = Some(demo);
        self.handle = Some(handle);
    }

    /// Stops gently and starts again on the same folder and address.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.up(BTreeMap::new()).await;
    }

    /// Stops gently; everything is on disk when this returns.
    pub async fn stop(&mut self) {
        if let Some(handle) = self.handle.take() {
            handle.stop().await;
        }
    }

    fn handle(&self) -> &ServerHandle {
        self.handle.as_ref().expect("the server is up")
    }

    /// What `demo.json` would say.
    ///
    /// # Panics
    /// Never on a server that was started.
    #[must_use]
    pub fn demo(&self) -> &Demo {
        self.demo.as_ref().expect("the server was up")
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.handle().base_url()
    }

    /// Where it listens, whatever its public address is.
    #[must_use]
    pub fn address(&self) -> std::net::SocketAddr {
        self.handle().address()
    }

    /// The guest socket of a deployment, as native clients open it.
    #[must_use]
    pub fn ws_url(&self, deployment: &str) -> String {
        let base = self.base_url().replacen("http", "ws", 1);
        format!("{base}/v1?deploymentId={}", self.deployment(deployment))
    }

    /// The use cases, to set up what no route offers.
    #[must_use]
    pub fn service(&self) -> &Service {
        self.handle().service()
    }

    /// The folder of its data.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.config.data
    }

    /// The sample organization.
    #[must_use]
    pub fn organization_id(&self) -> OrganizationId {
        self.demo().org_id
    }

    /// A deployment by its name.
    ///
    /// # Panics
    /// When there is none of that name.
    #[must_use]
    pub fn deployment(&self, name: &str) -> DeploymentId {
        let deployments = &self.demo().deployments;
        match name {
            "open" => deployments.open,
            "quarantine" => deployments.quarantine,
            "strict" => deployments.strict,
            "disabled" => deployments.disabled,
            "inactive" => deployments.inactive,
            "signed" => deployments.signed,
            "limited" => deployments.limited,
            other => *self.more.get(other).unwrap_or_else(|| panic!("the test server has no deployment `{other}`")),
        }
    }

    /// An API client that has logged in.
    ///
    /// # Panics
    /// When the login is refused.
    pub async fn integrator(&self) -> RestClient {
        let client = &self.demo().oauth_client;
        let logged_in = RestClient::log_in(self.base_url(), &client.id.to_string(), &client.secret).await;
        logged_in.expect("the demo's client can log in")
    }

    /// The demo's administrator, logged in on the page as a browser would.
    pub async fn admin(&self) -> RestClient {
        self.log_in(&self.demo().users.admin).await
    }

    /// The demo's agent, logged in.
    pub async fn agent(&self) -> RestClient {
        self.log_in(&self.demo().users.agent).await
    }

    /// The demo's supervisor, logged in.
    pub async fn supervisor(&self) -> RestClient {
        self.log_in(&self.demo().users.supervisor).await
    }

    /// A person, logged in.
    ///
    /// # Panics
    /// When the server does not let it in.
    pub async fn log_in(&self, user: &DemoUser) -> RestClient {
        let client = self.demo().login_client.id.to_string();
        let token = crate::login::log_in(self.base_url(), &client, &user.email, &user.password).await;
        let token = token["access_token"].as_str().unwrap_or_else(|| panic!("no token: {token}"));
        self.anonymous().with_token(token)
    }

    /// A REST client without a token.
    ///
    /// # Panics
    /// When no client can be made.
    #[must_use]
    pub fn anonymous(&self) -> RestClient {
        RestClient::anonymous(self.base_url()).expect("an HTTP client can be made")
    }

    /// What a new guest says of itself to a deployment: a fresh token, no organization, no origin.
    #[must_use]
    pub fn visitor(&self, deployment: &str) -> ConnectOptions {
        ConnectOptions {
            base_url: self.base_url().to_owned(),
            deployment_id: self.deployment(deployment).to_string(),
            token: system_ambient().secret(),
            ..ConnectOptions::default()
        }
    }

    /// A new guest on an open socket.
    ///
    /// # Panics
    /// When the socket can't be opened.
    pub async fn guest(&self, deployment: &str) -> GuestClient {
        GuestClient::connect(self.visitor(deployment)).await.expect("the socket opens")
    }
}
