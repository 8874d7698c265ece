//! Changes as the service makes them, with ids that are counted, so that a failure reads the same every time.

use std::collections::BTreeMap;

use uuid::Uuid;
use waybill_model::{
    Actor, Attribute, AttributeChange, AuditEntry, Change, CommunicationId, Context, ContextPolicy, Conversation,
    ConversationId, Customer, Deployment, DeploymentId, DeploymentStatus, Direction, EventBody, Form, Head, Job, JobId,
    Message, MessageId, MessageKind, NewEvent, Organization, OrganizationId, Originator, Participant, ParticipantId,
    Purpose, Receipt, Scalar, SessionChange, SessionId, StartToken, Time, TokenHash, Trust,
};

/// Midnight, some day.
const START: i64 = 1_795_132_800_000;

/// Tells the kinds of ids apart, so that no case passes by a mix-up.
fn uuid(kind: u64, number: u64) -> Uuid {
    Uuid::from_u64_pair(0x0190_0000_0000_7000 | kind << 20, 0x8000_0000_0000_0000 | number)
}

/// A tenant's id.
#[must_use]
pub fn organization_id(number: u64) -> OrganizationId {
    OrganizationId::new(uuid(1, number))
}

/// A deployment's id.
#[must_use]
pub fn deployment_id(number: u64) -> DeploymentId {
    DeploymentId::new(uuid(2, number))
}

/// A conversation's id.
#[must_use]
pub fn conversation_id(number: u64) -> ConversationId {
    ConversationId::new(uuid(3, number))
}

/// A session's id.
#[must_use]
pub fn session_id(number: u64) -> SessionId {
    SessionId::new(uuid(4, number))
}

/// A job's id.
#[must_use]
pub fn job_id(number: u64) -> JobId {
    JobId::new(uuid(8, number))
}

/// A plain id for everything else.
#[must_use]
pub fn plain_id(number: u64) -> Uuid {
    uuid(9, number)
}

/// A guest token's hash.
#[must_use]
pub fn token(number: u64) -> TokenHash {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    TokenHash(bytes)
}

/// So many seconds after the start of all samples.
#[must_use]
pub fn time(seconds: i64) -> Time {
    Time::from_millis(START + seconds * 1_000)
}

/// A tenant.
#[must_use]
pub fn organization(number: u64) -> Organization {
    Organization { id: organization_id(number), name: format!("Organization {number}"), created_at: time(0) }
}

/// A deployment with the standard policy.
#[must_use]
pub fn deployment(number: u64, organization: OrganizationId, name: &str) -> Deployment {
    Deployment {
        id: deployment_id(number),
        organization_id: organization,
        division_id: waybill_model::Division::home(organization),
        description: String::new(),
        name: name.to_owned(),
        status: DeploymentStatus::Active,
        allow_all_domains: false,
        allowed_domains: vec!["example.org".to_owned()],
        allow_native: true,
        start_limit: Some((1, 10)),
        session_seconds: 86_400,
        flow: None,
        configuration: None,
        policy: ContextPolicy::standard(),
        created_at: time(0),
        modified_at: None,
    }
}

/// An audit entry for what the case does not look at.
#[must_use]
pub fn audit(action: &str) -> AuditEntry {
    AuditEntry {
        by: Actor::Server,
        action: action.to_owned(),
        subject: plain_id(1).to_string(),
        at: time(0),
        details: String::new(),
    }
}

/// A context value as a page sets it.
#[must_use]
pub fn attribute(value: Scalar, revision: u64, at: Time) -> Attribute {
    Attribute {
        value,
        trust: Trust::Page,
        forms: vec![Form::CustomData],
        sent_as: "customerId".to_owned(),
        declared: false,
        coerced: false,
        revision,
        at,
        by: Actor::Guest,
        late: false,
    }
}

/// A conversation in the making: what it is now, and the changes that lead on.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The conversation after the last change that was made here.
    pub conversation: Conversation,
    /// Every event so far.
    pub events: Vec<NewEvent>,
}

impl Sample {
    /// Conversation `number` of the tenant and deployment 1, starting at that second, with this context.
    #[must_use]
    pub fn new(number: u64, context: &[(&str, Scalar)]) -> Self {
        let at = time(number.cast_signed());
        let stored: BTreeMap<_, _> =
            context.iter().map(|(key, value)| ((*key).to_owned(), attribute(value.clone(), 1, at))).collect();
        let ids = (ParticipantId::new(uuid(5, number)), CommunicationId::new(uuid(6, number)));
        let customer = Participant {
            customer: Customer { name: Some("Zoë".to_owned()), ..Customer::default() },
            context: Context { stored, ..Context::default() },
            ..Participant::joining(ids.0, ids.1, Purpose::Customer, at)
        };
        let conversation = Conversation {
            id: conversation_id(number),
            organization_id: organization_id(1),
            deployment_id: deployment_id(1),
            session_id: None,
            started_at: at,
            ended_at: None,
            participants: vec![customer].into(),
            revision: 1,
            policy_version: 1,
            routing: None,
            run: None,
            queued: None,
            beside: None,
            source: waybill_model::conversation::Source { page: Some("/cart".to_owned()), ..Default::default() },
            seq: 0,
            last_at: at,
        };
        Self { conversation, events: Vec::new() }
    }

    /// In another tenant or deployment.
    #[must_use]
    pub fn at(mut self, organization: u64, deployment: u64) -> Self {
        self.conversation.organization_id = organization_id(organization);
        self.conversation.deployment_id = deployment_id(deployment);
        self
    }

    /// The tenant.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.conversation.organization_id
    }

    /// The conversation's id.
    #[must_use]
    pub fn id(&self) -> ConversationId {
        self.conversation.id
    }

    /// The start: the conversation with its context, its customer, and a first message.
    pub fn start(&mut self) -> Change {
        let participant = self.conversation.participants[0].clone();
        let started = EventBody::Started {
            conversation: Box::new(self.conversation.clone()),
            receipt: Receipt { revision: 1, policy_version: 1, ..Receipt::default() },
        };
        let joined = EventBody::ParticipantJoined { participant: Box::new(participant) };
        let hello = self.message_body("Hello", None);
        let mut change = self.change(vec![started, joined, hello]);
        change.snapshot = Some(self.conversation.clone());
        change
    }

    /// The start in a new session.
    pub fn start_in_session(&mut self, session: u64, guest: u64) -> Change {
        self.conversation.session_id = Some(session_id(session));
        let mut change = self.start();
        change.session = Some(SessionChange::Open { id: session_id(session), token: token(guest) });
        change
    }

    /// The start of another conversation in a session that goes on.
    pub fn start_again_in_session(&mut self, session: u64) -> Change {
        self.conversation.session_id = Some(session_id(session));
        let mut change = self.start();
        change.session = Some(SessionChange::Continue { id: session_id(session) });
        change
    }

    /// A message, which moves the head alone.
    pub fn message(&mut self, text: &str) -> Change {
        let body = self.message_body(text, None);
        self.change(vec![body])
    }

    /// A message with our own client's id.
    pub fn message_with_id(&mut self, text: &str, client_id: &str) -> Change {
        let body = self.message_body(text, Some(client_id));
        self.change(vec![body])
    }

    /// A change of context: a value to set, or none to delete the key.
    pub fn set(&mut self, key: &str, value: Option<Scalar>) -> Change {
        let revision = self.conversation.revision + 1;
        let at = self.next_at();
        self.conversation.revision = revision;
        let customer = &mut self.conversation.participants[0];
        let new = value.map(|value| attribute(value, revision, at));
        let old = match &new {
            Some(new) => customer.context.stored.insert(key.to_owned(), new.clone()),
            None => customer.context.stored.remove(key),
        };
        let body = EventBody::AttributesChanged {
            participant_id: customer.id,
            revision,
            changes: vec![AttributeChange {
                key: key.to_owned(),
                old: old.map(|old| old.value),
                new,
                reason: None,
                erased: None,
            }],
            quarantined: Vec::new(),
            customer: None,
            receipt: Receipt { revision, policy_version: 1, ..Receipt::default() },
            late: false,
        };
        let mut change = self.change(vec![body]);
        change.snapshot = Some(self.conversation.clone());
        change
    }

    /// A message in whose commit more than the head changes.
    pub fn revise(&mut self, edit: impl FnOnce(&mut Conversation)) -> Change {
        edit(&mut self.conversation);
        let body = self.message_body("One moment", None);
        let mut change = self.change(vec![body]);
        change.snapshot = Some(self.conversation.clone());
        change
    }

    /// The end.
    pub fn end(&mut self) -> Change {
        self.conversation.ended_at = Some(self.next_at());
        let mut change = self.change(vec![EventBody::Ended { reason: "customer".to_owned() }]);
        change.snapshot = Some(self.conversation.clone());
        change
    }

    fn next_at(&self) -> Time {
        self.conversation.last_at.plus_millis(1)
    }

    fn message_body(&self, text: &str, client_id: Option<&str>) -> EventBody {
        let number = self.conversation.seq + 100 * u64::from(self.conversation.id.uuid().as_fields().1);
        EventBody::MessageAdded {
            message: Box::new(Message {
                id: MessageId::new(uuid(7, number)),
                session_id: self.conversation.session_id,
                participant_id: self.conversation.participants[0].id,
                direction: Direction::Inbound,
                kind: MessageKind::Text,
                text: text.to_owned(),
                content: None,
                at: self.next_at(),
                originator: Originator::Human,
                nickname: None,
                tracing_id: Some("t-1".to_owned()),
                client_id: client_id.map(str::to_owned),
            }),
        }
    }

    /// Gives the events their numbers and times, and moves the head.
    pub(super) fn change(&mut self, bodies: Vec<EventBody>) -> Change {
        let expected_seq = self.conversation.seq;
        let events: Vec<_> = bodies
            .into_iter()
            .map(|body| {
                self.conversation.last_at = self.next_at();
                self.conversation.seq += 1;
                NewEvent {
                    conversation_seq: self.conversation.seq,
                    at: self.conversation.last_at,
                    by: Actor::Guest,
                    body,
                }
            })
            .collect();
        self.events.extend(events.iter().cloned());
        Change {
            conversation_id: self.conversation.id,
            deployment_id: self.conversation.deployment_id,
            head: Head { expected_seq, seq: self.conversation.seq, last_at: self.conversation.last_at },
            events,
            snapshot: None,
            jobs: Vec::new(),
            fulfils: None,
            session: None,
            start_token: None,
            spent_token: None,
        }
    }
}

/// A job that is due at that second, with a payload that tells jobs apart.
#[must_use]
pub fn job(number: u64, due: i64) -> Job {
    Job {
        id: job_id(number),
        kind: "flow.turn".to_owned(),
        due_at: time(due),
        payload: format!(r#"{{"job":{number}}}"#),
    }
}

/// A start token with an answer that tells tokens apart.
#[must_use]
pub fn start_token(text: &str, owner: u64, body: u8) -> StartToken {
    StartToken {
        token: text.to_owned(),
        owner: token(owner),
        body_hash: [body; 32],
        answer: format!(r#"{{"answer":"{text} é"}}"#),
    }
}
