//! What a command makes of a conversation: the events, and how it stands afterwards.

mod beside;
mod flow;
mod routing;

use waybill_model::{
    Actor, Change, CommunicationId, Context, Conversation, ConversationId, DeploymentId, EventBody, Head, Job, JobId,
    Message, MessageId, MessageKind, NewEvent, OrganizationId, Participant, ParticipantId, Purpose, SessionChange,
    SessionId, SpentToken, StartToken, Time,
    conversation::Source,
    message::{Direction, Originator},
};

pub use beside::MOST_NOTES;
pub use flow::{StartingFlow, TURN, Turn};

use crate::attributes::Admission;

/// What was decided: the events, and the conversation after them.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a decision does nothing until it is committed"]
pub struct Decision {
    events: Vec<NewEvent>,
    conversation: Conversation,
    expected_seq: u64,
    /// Whether more than the head moved, so that the snapshot is written again.
    rewrite: bool,
    jobs: Vec<Job>,
    fulfils: Option<JobId>,
    spent_token: Option<SpentToken>,
}

/// A message that is about to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its id.
    pub id: MessageId,
    /// What it is.
    pub kind: MessageKind,
    /// Its text.
    pub text: String,
    /// Structured content as JSON text.
    pub content: Option<String>,
    /// The request's tracing id.
    pub tracing_id: Option<String>,
    /// Our own client's message id (START8).
    pub client_id: Option<String>,
    /// The name shown to the customer, for outbound ones.
    pub nickname: Option<String>,
}

/// A new conversation with everything that belongs to its start (P3).
#[derive(Debug, Clone)]
pub struct Start {
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The entry point.
    pub deployment_id: DeploymentId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The participant `customer`.
    pub participant_id: ParticipantId,
    /// Its leg.
    pub communication_id: CommunicationId,
    /// The guest's session, for starts over the socket.
    pub session_id: Option<SessionId>,
    /// What was admitted.
    pub admission: Admission,
    /// The first message.
    pub message: Option<Said>,
    /// Where the start came from.
    pub source: Source,
    /// Routing wishes as JSON text.
    pub routing: Option<String>,
    /// Who starts.
    pub by: Actor,
    /// When; times of its events are this and later.
    pub at: Time,
    /// The flow that begins with it; absent when the deployment binds none (START5).
    pub flow: Option<StartingFlow>,
}

/// Begins a conversation: started, participant joined, first message, and the flow's first job.
pub fn start(command: Start) -> Decision {
    let Start {
        organization_id,
        deployment_id,
        conversation_id,
        participant_id,
        communication_id,
        session_id,
        admission,
        message,
        source,
        routing,
        by,
        at,
        flow,
    } = command;
    let customer = Participant {
        customer: admission.customer,
        context: admission.context,
        ..Participant::joining(participant_id, communication_id, Purpose::Customer, at)
    };
    let conversation = Conversation {
        id: conversation_id,
        organization_id,
        deployment_id,
        session_id,
        started_at: at,
        ended_at: None,
        participants: vec![customer].into(),
        revision: admission.revision,
        policy_version: admission.receipt.policy_version,
        routing,
        run: None,
        queued: None,
        beside: None,
        source,
        seq: 0,
        last_at: at.plus_millis(-1),
    };
    let mut decision = Decision {
        events: Vec::with_capacity(3),
        conversation,
        expected_seq: 0,
        rewrite: true,
        jobs: Vec::new(),
        fulfils: None,
        spent_token: None,
    };
    let workflow = flow.map(|flow| decision.begin_run(flow, at));
    let mut at_start = decision.conversation.clone();
    at_start.seq = 1;
    at_start.last_at = at;
    decision.push(at, &by, EventBody::Started { conversation: Box::new(at_start), receipt: admission.receipt });
    let joined = Box::new(decision.conversation.participants[0].without_context());
    decision.push(at, &by, EventBody::ParticipantJoined { participant: joined });
    if let Some(workflow) = workflow {
        decision.push(at, &by, EventBody::ParticipantJoined { participant: Box::new(workflow) });
    }
    if let Some(said) = message {
        decision.say(said, participant_id, Direction::Inbound, Originator::Human, &by, at);
    }
    decision
}

/// Goes on with a conversation; each step sees what the steps before it decided.
#[must_use = "steps decide nothing until they are finished"]
pub struct Going {
    decision: Decision,
    by: Actor,
    at: Time,
}

impl Going {
    /// Takes up a conversation as it stands.
    pub fn on(conversation: &Conversation, by: Actor, at: Time) -> Self {
        let decision = Decision {
            events: Vec::new(),
            conversation: conversation.clone(),
            expected_seq: conversation.seq,
            rewrite: false,
            jobs: Vec::new(),
            fulfils: None,
            spent_token: None,
        };
        Self { decision, by, at }
    }

    /// Takes over admitted context of one participant; says nothing when it brought nothing new.
    pub fn context(self, participant_id: ParticipantId, admission: Admission) -> Self {
        self.take_over(participant_id, admission, false)
    }

    /// The same for context that came in a signed token: it says so even when it brought nothing new, because the token is
    /// spent with what it says (SIG5).
    pub fn signed_context(mut self, participant_id: ParticipantId, admission: Admission, token: SpentToken) -> Self {
        self.decision.spent_token = Some(token);
        self.take_over(participant_id, admission, true)
    }

    fn take_over(mut self, participant_id: ParticipantId, admission: Admission, says_nothing_new: bool) -> Self {
        let conversation = &mut self.decision.conversation;
        let late = conversation.ended_at.is_some();
        let Some(participant) =
            conversation.participants.iter_mut().find(|participant| participant.id == participant_id)
        else {
            return self;
        };
        let nothing_new = admission.changes.is_empty()
            && admission.quarantined.is_empty()
            && !admission.customer_changed
            && admission.context == participant.context;
        if nothing_new && !says_nothing_new {
            return self;
        }
        participant.context = admission.context;
        participant.customer = admission.customer.clone();
        conversation.revision = admission.revision;
        self.decision.rewrite = true;
        let body = EventBody::AttributesChanged {
            participant_id,
            revision: admission.revision,
            changes: admission.changes,
            quarantined: admission.quarantined,
            customer: admission.customer_changed.then_some(admission.customer),
            receipt: admission.receipt,
            late,
        };
        self.decision.push(self.at, &self.by, body);
        self
    }

    /// Lets somebody join.
    pub fn join(mut self, participant: Participant) -> Self {
        let joined = Box::new(participant.without_context());
        self.decision.conversation.participants.push(participant);
        self.decision.rewrite = true;
        self.decision.push(self.at, &self.by, EventBody::ParticipantJoined { participant: joined });
        self
    }

    /// Says something.
    pub fn say(
        mut self,
        said: Said,
        participant_id: ParticipantId,
        direction: Direction,
        originator: Originator,
    ) -> Self {
        self.decision.say(said, participant_id, direction, originator, &self.by, self.at);
        self
    }

    /// Lets one participant leave; the conversation goes on. Somebody who has left stays away. An agent owes the wrap-up that
    /// its queue asks for.
    pub fn leave(mut self, participant_id: ParticipantId) -> Self {
        let at = self.decision.next_time(self.at);
        let mut participants = self.decision.conversation.participants.iter_mut();
        let Some(participant) = participants.find(|one| one.id == participant_id && one.left_at.is_none()) else {
            return self;
        };
        participant.left_at = Some(at);
        participant.owes_wrapup = routing::owes_wrapup(participant);
        self.decision.rewrite = true;
        self.decision.push(at, &self.by, EventBody::ParticipantLeft { participant_id });
        self
    }

    /// Ends the conversation; everybody who is still in it leaves. A conversation that has ended stays as it is.
    pub fn end(self, reason: &str) -> Self {
        if self.decision.conversation.ended_at.is_some() {
            return self;
        }
        let mut going = self.end_run(waybill_model::FlowExit::Ended).leave_queue("abandoned");
        let at = going.decision.next_time(going.at);
        let mut left = Vec::new();
        for participant in &mut going.decision.conversation.participants {
            if participant.left_at.is_none() {
                participant.left_at = Some(at);
                participant.owes_wrapup = routing::owes_wrapup(participant);
                left.push(participant.id);
            }
        }
        going.decision.conversation.ended_at = Some(at);
        going.decision.rewrite = true;
        for participant_id in left {
            going.decision.push(at, &going.by, EventBody::ParticipantLeft { participant_id });
        }
        going.decision.push(at, &going.by, EventBody::Ended { reason: reason.to_owned() });
        going
    }

    /// Takes over the conversation without what was erased, and says so (LOG6). The records before it are the store's to
    /// write again in the same transaction.
    pub fn erased(
        mut self,
        scrubbed: Conversation,
        certificate: waybill_model::CertificateId,
        keys: Vec<String>,
        messages: u64,
    ) -> Self {
        let Conversation { seq, last_at, .. } = self.decision.conversation;
        self.decision.conversation = Conversation { seq, last_at, ..scrubbed };
        self.decision.rewrite = true;
        let at = self.decision.next_time(self.at);
        self.decision.push(at, &self.by, EventBody::Erased { certificate, keys, messages });
        self
    }

    /// The decision, or nothing when no step changed anything.
    #[must_use]
    pub fn finish(mut self) -> Option<Decision> {
        self.decision.wake_run();
        (!self.decision.events.is_empty()).then_some(self.decision)
    }
}

impl Decision {
    /// The conversation after this decision.
    #[must_use]
    pub const fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// The same, spending a signed token in its commit (SIG5).
    pub fn spending(mut self, token: Option<SpentToken>) -> Self {
        self.spent_token = token;
        self
    }

    /// The message that this decision adds, if any.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        self.events.iter().rev().find_map(|event| match &event.body {
            EventBody::MessageAdded { message } => Some(message.as_ref()),
            EventBody::Started { .. }
            | EventBody::AttributesChanged { .. }
            | EventBody::ParticipantJoined { .. }
            | EventBody::ParticipantLeft { .. }
            | EventBody::ParticipantConnected { .. }
            | EventBody::FlowStepped(_)
            | EventBody::Routed(_)
            | EventBody::WrappedUp { .. }
            | EventBody::NoteAdded { .. }
            | EventBody::Rated { .. }
            | EventBody::SeenUpTo { .. }
            | EventBody::Ended { .. }
            | EventBody::Erased { .. }
            | EventBody::Mark(_) => None,
        })
    }

    /// What the store is to write.
    #[must_use]
    pub fn into_change(self, session: Option<SessionChange>, start_token: Option<StartToken>) -> Change {
        let Self { events, conversation, expected_seq, rewrite, jobs, fulfils, spent_token } = self;
        Change {
            conversation_id: conversation.id,
            deployment_id: conversation.deployment_id,
            head: Head { expected_seq, seq: conversation.seq, last_at: conversation.last_at },
            events,
            snapshot: rewrite.then_some(conversation),
            jobs,
            fulfils,
            session,
            start_token,
            spent_token,
        }
    }

    /// Times of one conversation are unique and increasing: clients remove doubles by time (guest protocol §9).
    fn next_time(&self, now: Time) -> Time {
        now.max(self.conversation.last_at.plus_millis(1))
    }

    fn push(&mut self, at: Time, by: &Actor, body: EventBody) {
        self.conversation.seq += 1;
        if body.is_activity() {
            self.conversation.last_at = self.conversation.last_at.max(at);
        }
        self.events.push(NewEvent { conversation_seq: self.conversation.seq, at, by: by.clone(), body });
    }

    fn say(
        &mut self,
        said: Said,
        participant_id: ParticipantId,
        direction: Direction,
        originator: Originator,
        by: &Actor,
        now: Time,
    ) {
        let Said { id, kind, text, content, tracing_id, client_id, nickname } = said;
        let at = self.next_time(now);
        let message = Box::new(Message {
            id,
            session_id: self.conversation.session_id,
            participant_id,
            direction,
            kind,
            text,
            content,
            at,
            originator,
            nickname,
            tracing_id,
            client_id,
        });
        self.push(at, by, EventBody::MessageAdded { message });
    }
}

/// A participant's announcement carries who it is; its context travels with the start and with attribute events.
trait WithoutContext {
    fn without_context(&self) -> Participant;
}

impl WithoutContext for Participant {
    fn without_context(&self) -> Participant {
        Participant {
            context: Context::default(),
            customer: self.customer.clone(),
            wrapup: self.wrapup.clone(),
            ..*self
        }
    }
}
