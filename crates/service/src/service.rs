//! The service: what every use case shares.

use std::sync::Arc;

use tokio::sync::watch;
use waybill_bus::{Bell, Bus};
use waybill_engine::conversation::Decision;
use waybill_model::{
    Conversation, ConversationId, Cursor, DeploymentId, OrganizationId, SessionChange, StartToken, TokenHash,
};
use waybill_store::{CommitError, Committed, Store};

use crate::{
    Ambient, MasterKey, ServiceError, Settings,
    access::TokenCache,
    answers::Unanswered,
    attempts::Attempts,
    deployments::DeploymentCache,
    limits::Gate,
    mailbox::Mailboxes,
    marks::MarkRecorder,
    personal::PersonalRecorder,
    refusals::RefusalRecorder,
    signed::{KeyCache, PublishedCache},
    start::StartFailure,
    to_the_end::to_the_end,
    webhooks::Desk,
};

/// How often a decision is made anew when another node was faster (LOG2).
const CONFLICT_RETRIES: usize = 3;

/// Every use case of the server. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) ambient: Ambient,
    pub(crate) settings: Settings,
    pub(crate) gate: Gate,
    pub(crate) conversations: Mailboxes<ConversationId>,
    pub(crate) guests: Mailboxes<(DeploymentId, TokenHash)>,
    pub(crate) deployments: DeploymentCache,
    pub(crate) tokens: TokenCache,
    pub(crate) refusals: RefusalRecorder,
    pub(crate) marks: MarkRecorder,
    pub(crate) unanswered: Unanswered,
    pub(crate) personal: PersonalRecorder,
    pub(crate) attempts: Arc<Attempts>,
    /// Changes of people take turns: somebody with every right always stays.
    pub(crate) people: tokio::sync::Mutex<()>,
    pub(crate) history_key: Vec<u8>,
    pub(crate) master_key: MasterKey,
    pub(crate) signing_keys: KeyCache,
    pub(crate) published_keys: PublishedCache,
    pub(crate) webhooks: Desk,
    pub(crate) analytics: crate::analytics::Desk,
    pub(crate) privacy: crate::privacy::Desk,
    pub(crate) flows: crate::flows::Desk,
    pub(crate) routing: crate::routing::Desk,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Service")
    }
}

impl Service {
    /// Puts the service together and starts its loops (they end with the last clone).
    ///
    /// # Errors
    /// When the store can't be read, or its secrets were sealed under another master key.
    pub async fn start(
        store: Arc<dyn Store>,
        bus: Arc<dyn Bus>,
        ambient: Ambient,
        settings: Settings,
        master_key: MasterKey,
    ) -> Result<Self, ServiceError> {
        master_key.check(&*store, &ambient).await?;
        let history_key = master_key.own_secret(&*store, &ambient, "history_tokens").await?;
        let inner = Inner {
            gate: Gate::new(&settings.limits),
            conversations: Mailboxes::new(settings.limits.waiting_commands),
            guests: Mailboxes::new(settings.limits.waiting_commands),
            deployments: DeploymentCache::new(),
            tokens: TokenCache::new(),
            refusals: RefusalRecorder::start(Arc::clone(&store)),
            marks: MarkRecorder::start(Arc::clone(&store)),
            unanswered: Unanswered::new(),
            personal: PersonalRecorder::start(Arc::clone(&store)),
            attempts: Arc::default(),
            people: tokio::sync::Mutex::default(),
            history_key,
            master_key,
            signing_keys: KeyCache::new(),
            published_keys: PublishedCache::new(),
            webhooks: Desk::default(),
            analytics: crate::analytics::Desk::default(),
            privacy: crate::privacy::Desk::default(),
            flows: crate::flows::Desk::new(&settings.flows),
            routing: crate::routing::Desk::default(),
            store,
            bus,
            ambient,
            settings,
        };
        let service = Self { inner: Arc::new(inner) };
        service.spawn_housekeeping();
        service.spawn_analytics();
        service.spawn_privacy();
        service.spawn_routing();
        Ok(service)
    }

    /// What the operator set.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Time and chance.
    #[must_use]
    pub fn ambient(&self) -> &Ambient {
        &self.inner.ambient
    }

    /// Becomes `Some(reason)` when the store failed: the server must stop.
    #[must_use]
    pub fn failure(&self) -> watch::Receiver<Option<String>> {
        self.inner.store.failure()
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), ServiceError> {
        if let Some(reason) = self.inner.store.failure().borrow().clone() {
            return Err(ServiceError::busy(reason));
        }
        self.inner.store.newest_position().await?;
        Ok(())
    }

    pub(crate) async fn conversation(
        &self,
        organization: OrganizationId,
        id: ConversationId,
    ) -> Result<Arc<Conversation>, ServiceError> {
        let found = self.inner.store.find_conversation(organization, id).await?;
        found.ok_or_else(|| ServiceError::not_found("conversation", id))
    }

    /// Commits a decision and rings. The only way from a decision to something stored.
    pub(crate) async fn commit(
        &self,
        decision: Decision,
        session: Option<SessionChange>,
        start_token: Option<StartToken>,
    ) -> Result<Committed, CommitError> {
        let organization_id = decision.conversation().organization_id;
        let conversation_id = decision.conversation().id;
        let change = decision.into_change(session, start_token);
        let (store, bus) = (Arc::clone(&self.inner.store), Arc::clone(&self.inner.bus));
        let work = (!change.jobs.is_empty()).then(|| self.inner.flows.bell());
        to_the_end(async move {
            let committed = store.commit(organization_id, change).await?;
            if let Some(work) = work {
                work.notify_one();
            }
            bus.ring(Bell { organization_id, conversation_id, seq: committed.cursor().seq });
            Ok(committed)
        })
        .await
    }

    /// Waits for the conversation's turn, decides on it as it stands and commits.
    pub(crate) async fn change<T>(
        &self,
        organization: OrganizationId,
        id: ConversationId,
        decide: impl FnMut(&Arc<Conversation>) -> Result<Step<T>, ServiceError> + Send,
    ) -> Result<Changed<T>, ServiceError> {
        let _turn = self.inner.conversations.turn(id).await?;
        self.decide_in_turn(organization, id, decide).await.map_err(|failure| match failure {
            StartFailure::Used(_) => ServiceError::StartTokenReused,
            StartFailure::Other(error) => error,
        })
    }

    /// The same for a caller who holds the turn; decides anew on a conflict with another node (LOG2).
    pub(crate) async fn decide_in_turn<T>(
        &self,
        organization: OrganizationId,
        id: ConversationId,
        mut decide: impl FnMut(&Arc<Conversation>) -> Result<Step<T>, ServiceError> + Send,
    ) -> Result<Changed<T>, StartFailure> {
        for _ in 0..CONFLICT_RETRIES {
            let standing = self.conversation(organization, id).await?;
            let Step { decision, session, start_token, outcome } = decide(&standing)?;
            let Some(decision) = decision else { return Ok(Changed { outcome, committed: None, standing }) };
            match self.commit(decision, session, start_token).await {
                Ok(committed) => {
                    let standing = Arc::clone(committed.conversation());
                    return Ok(Changed { outcome, committed: Some(committed), standing });
                }
                Err(CommitError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::busy("three conflicts in a row on one conversation").into())
    }

    /// Where the log stands now.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn newest_cursor(&self) -> Result<Cursor, ServiceError> {
        let seq = self.inner.store.newest_position().await?;
        Ok(Cursor { epoch: self.inner.store.epoch(), seq })
    }

    fn spawn_housekeeping(&self) {
        let service = Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(std::time::Duration::from_secs(60));
            loop {
                ticks.tick().await;
                let Some(inner) = service.upgrade() else { return };
                inner.gate.forget_the_idle();
                if let Err(error) = inner.store.purge(inner.ambient.now()).await {
                    tracing::warn!(%error, "purge failed");
                }
                if let Err(error) = (Self { inner }).sweep_channels().await {
                    tracing::warn!(%error, "ended notification channels were not swept");
                }
            }
        });
    }
}

/// What a decision wants to be written, and what it says to its caller.
pub(crate) struct Step<T> {
    pub(crate) decision: Option<Decision>,
    pub(crate) session: Option<SessionChange>,
    pub(crate) start_token: Option<StartToken>,
    pub(crate) outcome: T,
}

impl<T> Step<T> {
    pub(crate) fn new(decision: Option<Decision>, outcome: T) -> Self {
        Self { decision, session: None, start_token: None, outcome }
    }
}

/// What became of a step.
pub(crate) struct Changed<T> {
    pub(crate) outcome: T,
    /// Absent when nothing had to be written.
    pub(crate) committed: Option<Committed>,
    /// The conversation as it now stands, durably.
    pub(crate) standing: Arc<Conversation>,
}
