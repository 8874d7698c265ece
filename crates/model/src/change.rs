//! What one commit writes (LOG1): everything of it, or nothing.

use crate::{
    Actor, Conversation, ConversationId, DeploymentId, EventBody, JobId, OrganizationId, SessionId, SpentToken, Time,
    TokenHash,
};

/// An event that is about to be written; the store gives it its position.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// Number within the conversation.
    pub conversation_seq: u64,
    /// When.
    pub at: Time,
    /// Who caused it.
    pub by: Actor,
    /// What happened.
    pub body: EventBody,
}

/// What moves with every event of a conversation, without rewriting its snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The conversation's event number before this change; 0 for a new conversation. Another value there is a conflict.
    pub expected_seq: u64,
    /// Its event number after this change.
    pub seq: u64,
    /// Time of its last event.
    pub last_at: Time,
}

/// Work that must happen because of this change.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What to do (`flow.turn`).
    pub kind: String,
    /// When at the earliest.
    pub due_at: Time,
    /// Arguments as JSON text.
    pub payload: String,
}

/// A job that somebody works on.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimedJob {
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// What to do.
    pub job: Job,
    /// How often it was claimed, this time included.
    pub attempts: u32,
}

/// What becomes of a job that no commit fulfilled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobOutcome {
    /// There was nothing to do.
    Done,
    /// It is tried again.
    Retry {
        /// When at the earliest.
        due_at: Time,
    },
    /// It is given up, kept, and can be taken up again by hand.
    Dead {
        /// Why, without values.
        reason: String,
    },
}

/// A job that was given up.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadJob {
    /// The job.
    pub claimed: ClaimedJob,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Time,
}

/// A session that this change creates or moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionChange {
    /// A new session takes the token; a session that had it before is fenced and reads nothing any more.
    Open {
        /// The session.
        id: SessionId,
        /// The hash of its token.
        token: TokenHash,
    },
    /// The session's latest conversation is now this one.
    Continue {
        /// The session.
        id: SessionId,
    },
}

/// The idempotency of a start (START1): same token and body → the earlier answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartToken {
    /// Drawn by the client, at most 255 bytes; unique per deployment and owner.
    pub token: String,
    /// Who may reuse it: the guest token's hash, or the API client's id hashed.
    pub owner: TokenHash,
    /// Hash of the request body.
    pub body_hash: [u8; 32],
    /// The answer to give again, as JSON text of the service's own type.
    pub answer: String,
}

/// One commit of one conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its entry point.
    pub deployment_id: DeploymentId,
    /// Versions and times.
    pub head: Head,
    /// The events, at least one.
    pub events: Vec<NewEvent>,
    /// The conversation as it stands afterwards, where more than the head moved.
    pub snapshot: Option<Conversation>,
    /// Work that follows.
    pub jobs: Vec<Job>,
    /// The job that this change fulfils: it is taken away in the same transaction, and nothing is written where it is not
    /// there any more.
    pub fulfils: Option<JobId>,
    /// The session that it creates or moves.
    pub session: Option<SessionChange>,
    /// The start token to keep.
    pub start_token: Option<StartToken>,
    /// The signed token that it spends (SIG5).
    pub spent_token: Option<SpentToken>,
}

impl Change {
    /// The tenant of the snapshot, for checks.
    #[must_use]
    pub fn snapshot_organization(&self) -> Option<OrganizationId> {
        self.snapshot.as_ref().map(|conversation| conversation.organization_id)
    }
}
