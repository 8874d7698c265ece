//! Answering: what agents and API clients say, and that they are typing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use moka::sync::Cache;
use uuid::Uuid;
use waybill_bus::Whisper;
use waybill_engine::conversation::{Going, Said};
use waybill_model::{
    CommunicationId, Conversation, Customer, Direction, Message, MessageId, MessageKind, Originator, Participant,
    Principal, Purpose,
};

use crate::{
    Caller, Service, ServiceError, ambient::hash_parts, service::Step, start::StartFailure, to_the_end::to_the_end,
};

/// Longest time for which somebody can be said to type.
const MOST_TYPING_MS: u32 = 30_000;
/// How long somebody types where nobody says it.
const USUAL_TYPING_MS: u32 = 5_000;

/// How long a request whose client hung up is remembered.
const REMEMBERED: Duration = Duration::from_secs(20);
/// Messages among which the one of such a request is looked for.
const LATEST: u32 = 100;

/// Requests whose clients hung up before they were answered, with the message that each was about to say. Clients of the
/// field send such a request again by themselves.
pub(crate) struct Unanswered(Cache<[u8; 32], Attempt>);

impl Unanswered {
    pub(crate) fn new() -> Self {
        Self(Cache::builder().max_capacity(10_000).time_to_live(REMEMBERED).build())
    }
}

/// A request that waits for its answer; dropped without one, it is remembered.
struct Waiting<'a> {
    unanswered: &'a Unanswered,
    request: [u8; 32],
    attempt: Attempt,
    is_answered: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            self.attempt.is_repeated.store(true, Ordering::Release);
            self.unanswered.0.insert(self.request, self.attempt.clone());
        }
    }
}

/// Which message a request says, in all of its repetitions.
#[derive(Clone)]
struct Attempt {
    id: MessageId,
    /// Set when a client hung up: from then on the request may be there twice, and whoever has the turn looks whether the
    /// other one was faster.
    is_repeated: Arc<AtomicBool>,
}

impl Attempt {
    fn first(id: MessageId) -> Self {
        Self { id, is_repeated: Arc::default() }
    }
}

/// What an API client or a person says as agent.
#[derive(Debug, Clone)]
pub struct AgentMessage {
    /// The text.
    pub text: String,
    /// The name shown to the customer; the caller's own name where absent.
    pub nickname: Option<String>,
    /// `Idempotency-Key`: the same again with the same text is answered with the earlier message.
    pub idempotency_key: Option<String>,
}

impl Service {
    /// Somebody answers as agent; an API client or a person who is not in the conversation joins with the first answer.
    ///
    /// Once it has begun it goes to its end, whether or not the client still waits. A client that hangs up before it was
    /// answered and sends the same again within seconds is answered with what the first one wrote; with an idempotency key
    /// that holds at any time.
    ///
    /// # Errors
    /// `NotFound`, `MessageTooLong`, `Invalid` when the conversation has ended, `WrongState` for a key that came with
    /// another text before.
    pub async fn send_agent_message(
        &self,
        caller: &Caller,
        conversation: &str,
        communication: &str,
        message: AgentMessage,
    ) -> Result<Message, ServiceError> {
        self.check_text(&message.text)?;
        let standing = self.conversation_by_text(caller, conversation).await?;
        let communication_id: CommunicationId =
            communication.parse().map_err(|_| ServiceError::not_found("communication", communication))?;
        let unanswered = &self.inner.unanswered;
        let request = request_key(caller, communication_id, &message);
        let attempt = unanswered.0.remove(&request).unwrap_or_else(|| Attempt::first(self.inner.ambient.message_id()));
        let mut waiting = Waiting { unanswered, request, attempt: attempt.clone(), is_answered: false };
        let (service, caller) = (self.clone(), caller.clone());
        let work = async move { service.answer(&caller, &standing, communication_id, message, attempt).await };
        let answer = to_the_end(work).await;
        waiting.is_answered = true;
        answer
    }

    async fn answer(
        &self,
        caller: &Caller,
        conversation: &Conversation,
        communication_id: CommunicationId,
        message: AgentMessage,
        attempt: Attempt,
    ) -> Result<Message, ServiceError> {
        let AgentMessage { text, nickname, idempotency_key } = message;
        let (organization, id) = (conversation.organization_id, conversation.id);
        let client_id = idempotency_key.map(|key| message_key(caller.principal(), communication_id, &key));
        let _turn = self.inner.conversations.turn(id).await?;
        if let Some(client_id) = &client_id
            && let Some(before) = self.inner.store.find_message_by_client_id(organization, id, client_id).await?
        {
            return same_message(before, &text);
        }
        if attempt.is_repeated.load(Ordering::Acquire) {
            let latest = self.inner.store.list_latest_messages(organization, id, LATEST).await?;
            if let Some(before) = latest.into_iter().find(|message| message.id == attempt.id) {
                return Ok(before);
            }
        }
        let now = self.inner.ambient.now();
        let by = caller.actor();
        let said = Said {
            id: attempt.id,
            kind: MessageKind::Text,
            text,
            content: None,
            tracing_id: None,
            client_id,
            nickname: Some(nickname.unwrap_or_else(|| caller.name().to_owned())),
        };
        let newcomer = Participant {
            customer: Customer {
                id: Some(caller.principal().uuid().to_string()),
                name: Some(caller.name().to_owned()),
                ..Customer::default()
            },
            user_id: caller.user_id(),
            answered_at: Some(now),
            wrapup_prompt: if caller.user_id().is_some() { self.prompt_of_queue(conversation).await? } else { None },
            ..self.newcomer(Purpose::Agent, now)
        };
        let decide = |standing: &Arc<Conversation>| {
            if standing.ended_at.is_some() {
                return Err(ServiceError::Invalid {
                    field: "conversationId",
                    rule: "names a conversation that has ended".to_owned(),
                    remedy: "answer in a live conversation".to_owned(),
                });
            }
            let leg = standing.participants.iter().find(|one| one.communication_id == communication_id);
            let leg = leg.ok_or_else(|| ServiceError::not_found("communication", communication_id))?;
            let going = Going::on(standing, by.clone(), now);
            let (going, speaker) = match speaker_of(standing, leg, caller) {
                // Whoever answers takes what alerted it.
                Some(participant) if participant.alerting => (going.answer(), participant.id),
                Some(participant) => (going, participant.id),
                // A person takes a conversation that waits; a program that speaks in between does not.
                None if newcomer.user_id.is_some() => (going.take(newcomer.clone()), newcomer.id),
                None => (going.join(newcomer.clone()), newcomer.id),
            };
            let decision = going.say(said.clone(), speaker, Direction::Outbound, Originator::Human).finish();
            let message = decision.as_ref().and_then(|decision| decision.message().cloned());
            Ok(Step::new(decision, message))
        };
        let changed = self.decide_in_turn(organization, id, decide).await.map_err(|failure| match failure {
            StartFailure::Used(_) => ServiceError::StartTokenReused,
            StartFailure::Other(error) => error,
        })?;
        metrics::counter!("waybill_messages_total", "direction" => "outbound").increment(1);
        // Only what a commit returned is answered.
        changed.committed.and(changed.outcome).ok_or_else(|| ServiceError::Bug("a message was not written".to_owned()))
    }

    /// Passes on that an agent is typing; it may be lost, and is never stored.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn agent_is_typing(
        &self,
        caller: &Caller,
        conversation: &str,
        communication: &str,
        duration_ms: Option<u32>,
    ) -> Result<(), ServiceError> {
        let standing = self.conversation_by_text(caller, conversation).await?;
        let is_leg = |one: &Participant| one.communication_id.to_string() == communication;
        if !standing.participants.iter().any(is_leg) {
            return Err(ServiceError::not_found("communication", communication));
        }
        if standing.ended_at.is_none() {
            let duration_ms = duration_ms.unwrap_or(USUAL_TYPING_MS).min(MOST_TYPING_MS);
            self.inner.bus.whisper(standing.organization_id, standing.id, Whisper::AgentTyping { duration_ms });
        }
        Ok(())
    }
}

/// Who speaks: the caller's own leg. An API client may also speak on the leg of an agent that it names, as integrations of
/// the field do; a person never speaks as somebody else.
fn speaker_of<'a>(standing: &'a Conversation, leg: &'a Participant, caller: &Caller) -> Option<&'a Participant> {
    let is_here = |one: &Participant| one.purpose == Purpose::Agent && one.left_at.is_none();
    if is_here(leg) && matches!(caller.principal(), Principal::Client(_)) {
        return Some(leg);
    }
    let own = caller.principal().uuid().to_string();
    let is_own = |one: &&Participant| is_here(one) && one.customer.id.as_deref() == Some(own.as_str());
    standing.participants.iter().find(is_own)
}

/// The key under which a repeated answer is found: of this caller, on this communication.
fn message_key(principal: Principal, communication: CommunicationId, key: &str) -> String {
    let (principal, communication) = (principal.uuid(), communication.uuid());
    let hash = hash_parts(&[b"answer", principal.as_bytes(), communication.as_bytes(), key.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(bytes).to_string()
}

/// By what a request that comes again is recognised: token, communication, and everything that it says.
fn request_key(caller: &Caller, communication: CommunicationId, message: &AgentMessage) -> [u8; 32] {
    let AgentMessage { text, nickname, idempotency_key } = message;
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let (nickname, key) = (optional(nickname), optional(idempotency_key));
    let (token, communication) = (caller.token(), communication.uuid());
    hash_parts(&[&token.0, communication.as_bytes(), text.as_bytes(), nickname.as_bytes(), key.as_bytes()])
}

fn same_message(before: Message, text: &str) -> Result<Message, ServiceError> {
    if before.text == text {
        return Ok(before);
    }
    Err(ServiceError::WrongState {
        what: "the `Idempotency-Key`".to_owned(),
        rule: "came with another text before".to_owned(),
        remedy: "draw a new one for each message".to_owned(),
    })
}
