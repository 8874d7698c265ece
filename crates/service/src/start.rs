//! `startChat`: the ten stations from the service's side (START1–START6). One transaction, answered after it.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use waybill_engine::{
    attributes::{Admission, CallForm, CompiledPolicy, Handed, Write, admit, read_start, read_webchat},
    conversation::{Decision, Going, Said, Start, start},
};
use waybill_model::{
    Actor, CommunicationId, Context, Conversation, ConversationId, Cursor, Customer, Direction, MessageKind,
    Originator, ParticipantId, Receipt, Scalar, Session, SessionChange, SessionId, SpentToken, StartToken, Time,
    TokenHash, Trust, conversation::Source, policy::CRM_CUSTOMER_ID,
};
use waybill_store::{CommitError, Committed, StoredStart};

use crate::{
    Caller, Guest, Service, ServiceError,
    ambient::{hash_parts, hash_token},
    deployments::Ready,
    service::{Changed, Step},
    signed::Vouched,
};

/// Longest start token in bytes.
const START_TOKEN_BYTES: usize = 255;

/// A start as a guest's page asks for it.
#[derive(Debug, Clone)]
pub struct StartRequest {
    /// The call form.
    pub form: CallForm,
    /// The page's options, raw JSON.
    pub options: String,
    /// The start token (START1); absent for clients that draw none.
    pub start_token: Option<String>,
    /// Where it comes from (CTX11).
    pub source: Source,
    /// Echoed with the first message.
    pub tracing_id: Option<String>,
    /// A signed identity token.
    pub identity_token: Option<String>,
}

/// A start as an API client asks for it (REST1).
#[derive(Debug, Clone)]
pub struct WebchatRequest {
    /// The deployment, as text.
    pub deployment_id: String,
    /// The whole body, raw JSON.
    pub body: String,
    /// The `Idempotency-Key` (START1).
    pub idempotency_key: Option<String>,
    /// A signed identity token.
    pub identity_token: Option<String>,
}

/// What a start answers. Kept with the start token, so that a repeated call gets the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StartedAnswer {
    /// The guest's session; absent for starts over REST.
    pub session_id: Option<SessionId>,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The participant `customer`.
    pub participant_id: ParticipantId,
    /// Its leg.
    pub communication_id: CommunicationId,
    /// Whether a live conversation was taken up again (START2).
    pub resumed: bool,
    /// The stored context.
    pub custom_data: BTreeMap<String, Scalar>,
    /// The stored customer.
    pub customer: Customer,
    /// The receipt.
    pub receipt: Receipt,
    /// The context revision.
    pub revision: u64,
}

/// A start that is durably stored (P2): made from a `Committed`, or from what an earlier commit kept.
#[derive(Debug, Clone)]
pub struct Started {
    answer: StartedAnswer,
    cursor: Cursor,
    read_from: u64,
}

impl Started {
    fn new(answer: StartedAnswer, committed: &Committed) -> Self {
        let first = committed.events().first().map_or(0, |event| event.seq);
        Self { answer, cursor: committed.cursor(), read_from: first.saturating_sub(1) }
    }

    fn again(stored: &StoredStart, epoch: u32) -> Result<Self, ServiceError> {
        let answer = serde_json::from_str(&stored.answer)
            .map_err(|error| ServiceError::Bug(format!("a kept answer does not parse: {error}")))?;
        Ok(Self { answer, cursor: Cursor { epoch, seq: stored.position }, read_from: stored.position })
    }

    fn unchanged(answer: StartedAnswer, cursor: Cursor) -> Self {
        Self { answer, cursor, read_from: cursor.seq }
    }

    /// The answer.
    #[must_use]
    pub const fn answer(&self) -> &StartedAnswer {
        &self.answer
    }

    /// Where the log stood after the start.
    #[must_use]
    pub const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// The position after which the guest's socket reads on.
    #[must_use]
    pub const fn read_from(&self) -> u64 {
        self.read_from
    }
}

/// Everything of a new conversation that does not depend on who starts it.
pub(crate) struct Opening {
    pub(crate) admission: Admission,
    pub(crate) message: Option<Said>,
    pub(crate) source: Source,
    pub(crate) routing: Option<String>,
    pub(crate) by: Actor,
    pub(crate) at: Time,
    /// The signed token that the start spends (SIG5).
    pub(crate) spent: Option<SpentToken>,
}

impl Service {
    /// Starts a conversation for a guest, or takes up the live one (START2).
    ///
    /// # Errors
    /// `Refused` with every fault, `StartTokenReused`, `Throttled` before any side effect, `MessageTooLong`,
    /// `InactiveDeployment`, `Unavailable`.
    pub async fn start_conversation(&self, guest: &Guest, request: StartRequest) -> Result<Started, ServiceError> {
        let ready = self.present(guest).await?;
        let deployment = &ready.deployment;
        self.inner.gate.start(deployment.id, deployment.start_limit, guest.entered.address())?;
        let _turn = self.inner.guests.turn((deployment.id, guest.token)).await?;
        let kept = match &request.start_token {
            Some(token) => {
                Some(Kept { token: check_start_token(token)?, owner: guest.token, body_hash: hash_of(&request) })
            }
            None => None,
        };
        let started = self.start_in_turn(guest, &ready, &request, kept.as_ref()).await;
        self.settle_start(&ready, kept.as_ref(), &request.source, started).await
    }

    async fn start_in_turn(
        &self,
        guest: &Guest,
        ready: &Ready,
        request: &StartRequest,
        kept: Option<&Kept>,
    ) -> Result<Started, StartFailure> {
        let vouched = self.vouched_start(ready, request.identity_token.as_deref(), kept).await?;
        let live = self.live_session(guest).await?;
        // Asked before the live conversation is touched: a repeated start may have nothing to write, so that no commit
        // would notice, and a repeated `startNew` must not end what it began.
        if let Some(kept) = kept
            && live.as_ref().is_some_and(Live::is_open)
            && let Some(stored) = self.find_kept(ready, kept).await?
        {
            return Err(StartFailure::Used(Box::new(stored)));
        }
        let policy = match &live {
            Some(live) if live.is_open() => self.policy_of(&live.conversation).await?,
            Some(_) | None => Arc::clone(&ready.policy),
        };
        let mut options = read_start(request.form, &request.options, &policy).map_err(ServiceError::from)?;
        if let Some(vouched) = &vouched {
            options.handed = vouched.handed(&policy).map_err(ServiceError::from)?.beside(options.handed);
        }
        let message = self.first_message(options.message, request.tracing_id.clone())?;
        let open = live.as_ref().filter(|live| live.is_open());
        let other = open.is_some_and(|live| is_other_customer(&live.conversation, &options.handed, &policy));
        if let Some(live) = open
            && !other
            && !options.start_new
            && let Some(started) =
                self.resume(live, &policy, &options.handed, message.clone(), kept, vouched.as_ref()).await?
        {
            return Ok(started);
        }
        // Judged before anything of the old conversation is touched: a refused start changes nothing.
        let fresh = self.admit_start(&ready.policy, &options.handed, Trust::Page, &Actor::Guest)?;
        let fence = open.filter(|_| other).map(|live| Arc::clone(&live.conversation));
        if let Some(live) = open.filter(|_| !other) {
            self.end_conversation(&live.conversation, "startNew").await?;
        }
        let session = live.filter(|_| fence.is_none());
        let opening = Opening {
            admission: fresh,
            message,
            source: request.source.clone(),
            routing: None,
            by: Actor::Guest,
            at: self.time_after(session.as_ref().map(|live| live.conversation.last_at)),
            spent: vouched.as_ref().map(Vouched::spent),
        };
        let started = self.open_guest(guest, ready, session.map(|live| live.session.id), opening, kept).await?;
        if let Some(old) = fence {
            self.end_conversation(&old, "fenced").await?;
        }
        Ok(started)
    }

    /// Takes up the live conversation: merges the context, appends the message. `None` when it ended meanwhile.
    async fn resume(
        &self,
        live: &Live,
        policy: &CompiledPolicy,
        handed: &Handed,
        message: Option<Said>,
        kept: Option<&Kept>,
        vouched: Option<&Vouched>,
    ) -> Result<Option<Started>, StartFailure> {
        let organization = live.session.organization_id;
        let (session_id, now) = (live.session.id, self.inner.ambient.now());
        let by = Actor::Guest;
        let decide = |standing: &Arc<Conversation>| {
            if standing.ended_at.is_some() {
                return Ok(Step::new(None, None));
            }
            let customer = customer_of(standing)?;
            let write = Write {
                standing: &customer.context,
                customer: &customer.customer,
                revision: standing.revision,
                trust: Trust::Page,
                by: &by,
                at: now,
                late: false,
                at_start: false,
                replace: false,
                per_key: false,
                max_bytes: policy.policy().max_bytes,
                correction: None,
            };
            let admission = admit(policy, handed, &write)?;
            let answer = answer(
                standing,
                Some(session_id),
                &admission.context,
                &admission.customer,
                &admission.receipt,
                admission.revision,
                true,
            )?;
            let going = Going::on(standing, by.clone(), now);
            let mut going = match vouched {
                Some(vouched) => going.signed_context(customer.id, admission, vouched.spent()),
                None => going.context(customer.id, admission),
            };
            if let Some(said) = message.clone() {
                going = going.say(said, customer.id, Direction::Inbound, Originator::Human);
            }
            let start_token = kept.map(|kept| kept.keep(&answer)).transpose()?;
            let decision = going.finish();
            // Nothing new and nothing to keep: the answer is about what is stored already.
            let start_token = if decision.is_some() { start_token } else { None };
            Ok(Step { decision, session: None, start_token, outcome: Some(answer) })
        };
        let turn = self.inner.conversations.turn(live.conversation.id).await?;
        let changed = self.decide_in_turn(organization, live.conversation.id, decide).await;
        drop(turn);
        let Changed { outcome, committed, standing: _ } = changed?;
        let Some(answer) = outcome else { return Ok(None) };
        Ok(Some(match committed {
            Some(committed) => Started::new(answer, &committed),
            // Nothing had to be written: the answer tells what an earlier commit stored.
            None => Started::unchanged(answer, self.newest_cursor().await?),
        }))
    }

    /// Opens a conversation for a guest: in a session that goes on, or in a new one that takes the token.
    pub(crate) async fn open_guest(
        &self,
        guest: &Guest,
        ready: &Ready,
        session: Option<SessionId>,
        opening: Opening,
        kept: Option<&Kept>,
    ) -> Result<Started, StartFailure> {
        let (session_id, change) = match session {
            Some(id) => (id, SessionChange::Continue { id }),
            None => {
                let id = self.inner.ambient.session_id();
                (id, SessionChange::Open { id, token: guest.token })
            }
        };
        self.open(ready, Some(session_id), Some(change), opening, kept).await
    }

    async fn open(
        &self,
        ready: &Ready,
        session_id: Option<SessionId>,
        session: Option<SessionChange>,
        opening: Opening,
        kept: Option<&Kept>,
    ) -> Result<Started, StartFailure> {
        let Opening { admission, message, source, routing, by, at, spent } = opening;
        let ambient = &self.inner.ambient;
        let (context, customer) = (admission.context.clone(), admission.customer.clone());
        let (receipt, revision) = (admission.receipt.clone(), admission.revision);
        let queued_by = by.clone();
        let decision: Decision = start(Start {
            organization_id: ready.deployment.organization_id,
            deployment_id: ready.deployment.id,
            conversation_id: ambient.conversation_id(),
            participant_id: ambient.participant_id(),
            communication_id: ambient.communication_id(),
            session_id,
            admission,
            message,
            source,
            routing,
            by,
            at,
            flow: ready.flow.as_ref().map(|flow| flow.starting(ambient)),
        });
        let decision = self.queued_at_start(decision, queued_by, at).await?;
        let answer = answer(decision.conversation(), session_id, &context, &customer, &receipt, revision, false)?;
        let start_token = kept.map(|kept| kept.keep(&answer)).transpose()?;
        let committed = self.commit(decision.spending(spent), session, start_token).await?;
        metrics::counter!("waybill_starts_total").increment(1);
        Ok(Started::new(answer, &committed))
    }

    /// Starts a conversation over REST (REST1).
    ///
    /// # Errors
    /// As `start_conversation`, and `UnknownDeployment` for one of another organization.
    pub async fn start_webchat(&self, caller: &Caller, request: WebchatRequest) -> Result<Started, ServiceError> {
        let id = request.deployment_id.parse().map_err(|_| ServiceError::UnknownDeployment)?;
        let ready = self.find_ready(id).await?.ok_or(ServiceError::UnknownDeployment)?;
        if ready.deployment.organization_id != caller.organization_id()
            || !caller.divisions().contain(ready.deployment.division_id)
        {
            return Err(ServiceError::UnknownDeployment);
        }
        check_active(&ready)?;
        let source = Source { api: Some("rest".to_owned()), ..Source::default() };
        let kept = match &request.idempotency_key {
            Some(token) => Some(Kept {
                token: check_start_token(token)?,
                owner: hash_token(&format!("client {}", caller.principal().uuid())),
                body_hash: hash_parts(&[b"webchat", request.body.as_bytes()]),
            }),
            None => None,
        };
        let started = self.start_webchat_inner(caller, &ready, &request, &source, kept.as_ref()).await;
        self.settle_start(&ready, kept.as_ref(), &source, started).await
    }

    async fn start_webchat_inner(
        &self,
        caller: &Caller,
        ready: &Ready,
        request: &WebchatRequest,
        source: &Source,
        kept: Option<&Kept>,
    ) -> Result<Started, StartFailure> {
        let vouched = self.vouched_start(ready, request.identity_token.as_deref(), kept).await?;
        let mut webchat = read_webchat(&request.body, &ready.policy).map_err(ServiceError::from)?;
        if let Some(vouched) = &vouched {
            webchat.handed = vouched.handed(&ready.policy).map_err(ServiceError::from)?.beside(webchat.handed);
        }
        let by = caller.actor();
        let admission = self.admit_start(&ready.policy, &webchat.handed, caller.trust(), &by)?;
        let message = self.first_message(webchat.message, None)?;
        let opening = Opening {
            admission,
            message,
            source: source.clone(),
            routing: webchat.routing,
            by,
            at: self.inner.ambient.now(),
            spent: vouched.as_ref().map(Vouched::spent),
        };
        self.open(ready, None, None, opening, kept).await
    }

    /// Verifies the signed token of a start. A start that was made before is answered without it: the token is spent, and
    /// may have ended (START1, SIG5).
    async fn vouched_start(
        &self,
        ready: &Ready,
        token: Option<&str>,
        kept: Option<&Kept>,
    ) -> Result<Option<Vouched>, StartFailure> {
        let Some(token) = token else { return Ok(None) };
        if let Some(kept) = kept
            && let Some(stored) = self.find_kept(ready, kept).await?
        {
            return Err(StartFailure::Used(Box::new(stored)));
        }
        Ok(Some(self.vouched(ready, token).await?))
    }

    /// Judges the context of a start against nothing that stands.
    pub(crate) fn admit_start(
        &self,
        policy: &CompiledPolicy,
        handed: &Handed,
        trust: Trust,
        by: &Actor,
    ) -> Result<Admission, ServiceError> {
        let write = Write {
            standing: &Context::default(),
            customer: &Customer::default(),
            revision: 0,
            trust,
            by,
            at: self.inner.ambient.now(),
            late: false,
            at_start: true,
            replace: false,
            per_key: false,
            max_bytes: policy.policy().max_bytes,
            correction: None,
        };
        Ok(admit(policy, handed, &write)?)
    }

    fn first_message(&self, text: Option<String>, tracing_id: Option<String>) -> Result<Option<Said>, ServiceError> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
        self.check_text(&text)?;
        Ok(Some(Said {
            id: self.inner.ambient.message_id(),
            kind: MessageKind::Text,
            text,
            content: None,
            tracing_id,
            client_id: None,
            nickname: None,
        }))
    }

    /// Turns what a start came to into its answer: the earlier one for a used token, a record for a refusal.
    async fn settle_start(
        &self,
        ready: &Ready,
        kept: Option<&Kept>,
        source: &Source,
        started: Result<Started, StartFailure>,
    ) -> Result<Started, ServiceError> {
        let error = match started {
            Ok(started) => return Ok(started),
            Err(StartFailure::Used(stored)) => return self.answer_again(kept, &stored),
            Err(StartFailure::Other(error)) => error,
        };
        let ServiceError::Refused(receipt) = &error else { return Err(error) };
        // The policy may have changed since an earlier start with this token was answered.
        if let Some(kept) = kept
            && let Some(stored) = self.find_kept(ready, kept).await?
        {
            return self.answer_again(Some(kept), &stored);
        }
        self.note_refusal(&ready.deployment, receipt, source);
        Err(error)
    }

    async fn find_kept(&self, ready: &Ready, kept: &Kept) -> Result<Option<StoredStart>, ServiceError> {
        let (organization, deployment) = (ready.deployment.organization_id, ready.deployment.id);
        Ok(self.inner.store.find_start(organization, deployment, kept.owner, &kept.token).await?)
    }

    fn answer_again(&self, kept: Option<&Kept>, stored: &StoredStart) -> Result<Started, ServiceError> {
        match kept {
            Some(kept) if kept.body_hash == stored.body_hash => Started::again(stored, self.inner.store.epoch()),
            Some(_) | None => Err(ServiceError::StartTokenReused),
        }
    }

    /// Now, but after an earlier conversation's last event: times are unique within a session.
    pub(crate) fn time_after(&self, earlier: Option<Time>) -> Time {
        let now = self.inner.ambient.now();
        earlier.map_or(now, |earlier| now.max(earlier.plus_millis(1)))
    }
}

/// A session with its latest conversation.
pub(crate) struct Live {
    pub(crate) session: Session,
    pub(crate) conversation: Arc<Conversation>,
}

impl Live {
    pub(crate) fn is_open(&self) -> bool {
        self.conversation.ended_at.is_none()
    }
}

/// The idempotency of a start, before its answer is known.
pub(crate) struct Kept {
    token: String,
    owner: TokenHash,
    body_hash: [u8; 32],
}

impl Kept {
    fn keep(&self, answer: &StartedAnswer) -> Result<StartToken, ServiceError> {
        let answer = serde_json::to_string(answer).map_err(|error| ServiceError::Bug(error.to_string()))?;
        Ok(StartToken { token: self.token.clone(), owner: self.owner, body_hash: self.body_hash, answer })
    }
}

/// Why a start did not start: its token was used, or anything else.
pub(crate) enum StartFailure {
    Used(Box<StoredStart>),
    Other(ServiceError),
}

impl From<CommitError> for StartFailure {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::StartTokenUsed(stored) => Self::Used(stored),
            CommitError::Conflict { .. }
            | CommitError::TokenSpent
            | CommitError::JobGone
            | CommitError::Full
            | CommitError::Store(_) => Self::Other(error.into()),
        }
    }
}

impl From<ServiceError> for StartFailure {
    fn from(error: ServiceError) -> Self {
        Self::Other(error)
    }
}

pub(crate) fn check_active(ready: &Ready) -> Result<(), ServiceError> {
    match ready.deployment.status {
        waybill_model::DeploymentStatus::Active => Ok(()),
        waybill_model::DeploymentStatus::Inactive => Err(ServiceError::InactiveDeployment),
        waybill_model::DeploymentStatus::Deleted => Err(ServiceError::UnknownDeployment),
    }
}

pub(crate) fn customer_of(conversation: &Conversation) -> Result<&waybill_model::Participant, ServiceError> {
    conversation
        .customer()
        .ok_or_else(|| ServiceError::Bug(format!("conversation {} has no customer", conversation.id)))
}

/// The stored values by canonical key.
pub(crate) fn custom_data(context: &Context) -> BTreeMap<String, Scalar> {
    context.stored.iter().map(|(key, attribute)| (key.clone(), attribute.value.clone())).collect()
}

fn answer(
    conversation: &Conversation,
    session_id: Option<SessionId>,
    context: &Context,
    customer: &Customer,
    receipt: &Receipt,
    revision: u64,
    resumed: bool,
) -> Result<StartedAnswer, ServiceError> {
    let participant = customer_of(conversation)?;
    Ok(StartedAnswer {
        session_id,
        conversation_id: conversation.id,
        participant_id: participant.id,
        communication_id: participant.communication_id,
        resumed,
        custom_data: custom_data(context),
        customer: customer.clone(),
        receipt: receipt.clone(),
        revision,
    })
}

/// START2: another CRM customer id or another customer id is another customer.
fn is_other_customer(standing: &Conversation, handed: &Handed, policy: &CompiledPolicy) -> bool {
    let Some(customer) = standing.customer() else { return true };
    let differs = |old: Option<&str>, new: Option<&Scalar>| {
        let new = new.and_then(Scalar::to_text);
        matches!((old, new), (Some(old), Some(new)) if old != new)
    };
    let stored = customer.context.stored.get(CRM_CUSTOMER_ID).and_then(|attribute| attribute.value.to_text());
    differs(stored.as_deref(), handed.crm_customer_id(policy))
        || differs(customer.customer.id.as_deref(), handed.customer_id())
}

/// The hash of what a guest's start says; a token of its own makes it another start.
fn hash_of(request: &StartRequest) -> [u8; 32] {
    let form = format!("{:?}", request.form);
    let mut parts: Vec<&[u8]> = vec![b"guest", form.as_bytes(), request.options.as_bytes()];
    parts.extend(request.identity_token.as_deref().map(str::as_bytes));
    hash_parts(&parts)
}

fn check_start_token(token: &str) -> Result<String, ServiceError> {
    if token.is_empty() || token.len() > START_TOKEN_BYTES {
        return Err(ServiceError::Invalid {
            field: "startToken",
            rule: format!("must have 1 to {START_TOKEN_BYTES} bytes"),
            remedy: "draw a UUID for each start".to_owned(),
        });
    }
    Ok(token.to_owned())
}
