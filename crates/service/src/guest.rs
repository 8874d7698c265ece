//! The guest's session: configure, close, log out, read its history (START6, START7; guest protocol §7, §9).

use std::{net::IpAddr, sync::Arc};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use waybill_engine::{attributes::CompiledPolicy, conversation::Going};
use waybill_model::{
    Actor, Conversation, ConversationId, DeploymentId, Message, OrganizationId, SatisfactionQuestion, Seen, SessionId,
    Side, Time, TokenHash,
};

use crate::{
    Entered, Service, ServiceError,
    ambient::hash_token,
    deployments::Ready,
    service::Step,
    start::{Live, check_active},
};

/// Longest guest token in bytes; clients of the field send UUIDs, ours 43 characters.
const GUEST_TOKEN_BYTES: usize = 512;

/// A guest: a client that was let in and showed its token.
#[derive(Debug, Clone)]
pub struct Guest {
    pub(crate) entered: Entered,
    pub(crate) token: TokenHash,
}

impl Guest {
    /// Binds a token to the deployment that its owner came to. The token itself is forgotten here.
    ///
    /// # Errors
    /// `Invalid` for an empty or overlong token.
    pub fn new(entered: Entered, token: &str) -> Result<Self, ServiceError> {
        if token.is_empty() || token.len() > GUEST_TOKEN_BYTES {
            return Err(ServiceError::Invalid {
                field: "token",
                rule: format!("must have 1 to {GUEST_TOKEN_BYTES} bytes"),
                remedy: "draw 256 random bits for each visitor".to_owned(),
            });
        }
        Ok(Self { entered, token: hash_token(token) })
    }

    /// What identifies the session's sockets on this node; made of the token's hash.
    #[must_use]
    pub fn key(&self) -> (DeploymentId, TokenHash) {
        (self.entered.deployment().id, self.token)
    }

    /// The tenant.
    #[must_use]
    pub fn organization_id(&self) -> OrganizationId {
        self.entered.deployment().organization_id
    }

    /// How the client came in.
    #[must_use]
    pub const fn entered(&self) -> &Entered {
        &self.entered
    }
}

/// What `configureSession` answers.
#[derive(Debug, Clone)]
pub struct Configured {
    /// Whether the token had no session yet, or asked to start anew.
    pub new_session: bool,
    /// Whether the session has ended for good.
    pub read_only: bool,
    /// When it expires unless something happens in it.
    pub expires_at: Time,
    /// How long it lives after its last activity, in seconds.
    pub session_seconds: u32,
    /// The limit of a hand-over that is announced (CTX2).
    pub max_custom_data_bytes: u64,
    /// The live conversation, and the log position after which to read on.
    pub conversation: Option<(ConversationId, u64)>,
    /// How far the business has come in it.
    pub business: Seen,
    /// What its customers are asked at the end, where the deployment asks.
    pub satisfaction: Option<SatisfactionQuestion>,
}

/// A token for the history read.
#[derive(Debug, Clone)]
pub struct HistoryToken {
    /// The token.
    pub jwt: String,
    /// When it ends.
    pub expires_at: Time,
}

/// A page of a session's history, newest first.
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// The messages.
    pub messages: Vec<Message>,
    /// How many there are in all.
    pub total: u64,
}

#[derive(Serialize, Deserialize)]
struct HistoryClaims {
    sub: SessionId,
    org: OrganizationId,
    exp: i64,
    aud: String,
}

const HISTORY_AUDIENCE: &str = "waybill:guest-history";

impl Service {
    /// Takes up or announces a session. Nothing is stored: a session is made by its first conversation.
    ///
    /// # Errors
    /// `InactiveDeployment`, or the store's.
    pub async fn configure_session(&self, guest: &Guest, start_new: bool) -> Result<Configured, ServiceError> {
        let ready = self.present(guest).await?;
        let live = self.live_session(guest).await?;
        if start_new && let Some(live) = &live {
            self.end_conversation(&live.conversation, "startNew").await?;
        }
        let open = live.as_ref().filter(|live| live.is_open() && !start_new);
        let conversation = match open {
            Some(live) => Some((live.conversation.id, self.newest_cursor().await?.seq)),
            None => None,
        };
        let seconds = ready.deployment.session_seconds;
        let last = live.as_ref().map_or_else(|| self.inner.ambient.now(), |live| live.conversation.last_at);
        Ok(Configured {
            new_session: live.is_none() || start_new,
            read_only: false,
            expires_at: last.plus_millis(i64::from(seconds) * 1_000),
            session_seconds: seconds,
            max_custom_data_bytes: self.vendor_max_bytes(&ready),
            conversation,
            business: open.map(|live| live.conversation.seen_by(Side::Business)).unwrap_or_default(),
            satisfaction: ready.satisfaction().cloned(),
        })
    }

    /// Ends the guest's conversation (presence Disconnect).
    ///
    /// # Errors
    /// `NotFound` when there is no live conversation.
    pub async fn end_by_guest(
        &self,
        guest: &Guest,
        tracing_id: Option<String>,
    ) -> Result<ConversationId, ServiceError> {
        let live = self.live_session(guest).await?.filter(Live::is_open);
        let live = live.ok_or_else(|| ServiceError::not_found("conversation", "of this session"))?;
        let said = self.presence(waybill_model::MessageKind::PresenceDisconnect, tracing_id);
        let now = self.inner.ambient.now();
        self.change(live.session.organization_id, live.conversation.id, |standing| {
            if standing.ended_at.is_some() {
                return Ok(Step::new(None, ()));
            }
            let customer = crate::start::customer_of(standing)?.id;
            let going = Going::on(standing, Actor::Guest, now).say(
                said.clone(),
                customer,
                waybill_model::Direction::Inbound,
                waybill_model::Originator::Human,
            );
            Ok(Step::new(going.end("customer").finish(), ()))
        })
        .await?;
        Ok(live.conversation.id)
    }

    /// Logs out: ends the live conversation and takes the token away from its session (START2).
    ///
    /// # Errors
    /// The store's.
    pub async fn log_out(&self, guest: &Guest) -> Result<(), ServiceError> {
        let _turn = self.inner.guests.turn(guest.key()).await?;
        let Some(live) = self.live_session(guest).await? else { return Ok(()) };
        self.end_conversation(&live.conversation, "customer").await?;
        self.inner.store.fence_session(live.session.organization_id, live.session.id).await?;
        Ok(())
    }

    /// Makes a token for the history read of this session.
    ///
    /// # Errors
    /// `NotFound` when the guest has no session yet.
    pub async fn history_token(&self, guest: &Guest) -> Result<HistoryToken, ServiceError> {
        let live = self.live_session(guest).await?;
        let live = live.ok_or_else(|| ServiceError::not_found("session", "of this token"))?;
        let lifetime = i64::try_from(self.inner.settings.history_token.as_millis()).unwrap_or(i64::MAX);
        let expires_at = self.inner.ambient.now().plus_millis(lifetime);
        let claims = HistoryClaims {
            sub: live.session.id,
            org: live.session.organization_id,
            exp: expires_at.seconds(),
            aud: HISTORY_AUDIENCE.to_owned(),
        };
        let key = EncodingKey::from_secret(&self.inner.history_key);
        let jwt = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
            .map_err(|error| ServiceError::Bug(error.to_string()))?;
        Ok(HistoryToken { jwt, expires_at })
    }

    /// A page of the session's messages, newest first.
    ///
    /// # Errors
    /// `Unauthorized` for a token that is wrong, over, or of a fenced session.
    pub async fn list_history(&self, jwt: &str, offset: u64, limit: u32) -> Result<HistoryPage, ServiceError> {
        let refused = ServiceError::Unauthorized("the history token is wrong or over; ask for a new one with `getJwt`");
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[HISTORY_AUDIENCE]);
        validation.validate_exp = false; // The clock is handed in: see below.
        let key = DecodingKey::from_secret(&self.inner.history_key);
        let Ok(token) = jsonwebtoken::decode::<HistoryClaims>(jwt, &key, &validation) else { return Err(refused) };
        let HistoryClaims { sub, org, exp, aud: _ } = token.claims;
        if exp <= self.inner.ambient.now().seconds() || !self.inner.store.session_is_live(org, sub).await? {
            return Err(refused);
        }
        let page = self.inner.store.list_session_messages(org, sub, offset, limit).await?;
        Ok(HistoryPage { messages: page.messages, total: page.total })
    }

    /// The deployment as it is now: it may have been switched off since the socket opened.
    pub(crate) async fn present(&self, guest: &Guest) -> Result<Arc<Ready>, ServiceError> {
        let ready = self.find_ready(guest.entered.deployment().id).await?.ok_or(ServiceError::UnknownDeployment)?;
        check_active(&ready)?;
        Ok(ready)
    }

    /// The guest's session with its latest conversation, unless it has expired.
    pub(crate) async fn live_session(&self, guest: &Guest) -> Result<Option<Live>, ServiceError> {
        let deployment = guest.entered.deployment();
        let organization = deployment.organization_id;
        let Some(session) = self.inner.store.find_session(organization, deployment.id, guest.token).await? else {
            return Ok(None);
        };
        let conversation = self.conversation(organization, session.conversation_id).await?;
        let lifetime = i64::from(deployment.session_seconds) * 1_000;
        if conversation.last_at.plus_millis(lifetime) <= self.inner.ambient.now() {
            return Ok(None);
        }
        Ok(Some(Live { session, conversation }))
    }

    /// Ends a conversation from the server's side; one that has ended stays as it is.
    pub(crate) async fn end_conversation(&self, conversation: &Conversation, reason: &str) -> Result<(), ServiceError> {
        let now = self.inner.ambient.now();
        self.change(conversation.organization_id, conversation.id, |standing| {
            Ok(Step::new(Going::on(standing, Actor::Server, now).end(reason).finish(), ()))
        })
        .await?;
        Ok(())
    }

    /// The policy that a conversation lives under.
    pub(crate) async fn policy_of(&self, conversation: &Conversation) -> Result<Arc<CompiledPolicy>, ServiceError> {
        self.policy(conversation.organization_id, conversation.deployment_id, conversation.policy_version).await
    }

    /// Where a frame's address counts for starts.
    pub(crate) fn take_start(&self, ready: &Ready, address: IpAddr) -> Result<(), ServiceError> {
        self.inner.gate.start(ready.deployment.id, ready.deployment.start_limit, address)
    }
}
