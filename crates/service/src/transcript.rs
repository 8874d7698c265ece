//! What was said, to keep: for the staff by conversation, for the guest by session (DESK5).

use waybill_model::{
    ConversationId, Direction, EventBody, Message, MessageId, MessageKind, Originator, ParticipantId, Purpose, Time,
};
use waybill_store::LogScope;

use crate::{Caller, Service, ServiceError};

/// Events of one look into the log.
const LOOK: u32 = 1_000;
/// Messages of one look into a session.
const SESSION_LOOK: u32 = 100;
/// The most lines of a transcript.
const MOST_LINES: usize = 10_000;

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// The conversation; absent for a whole session.
    pub conversation_id: Option<ConversationId>,
    /// When it began, where it is one conversation's.
    pub started_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// In the order in which it was said.
    pub lines: Vec<Line>,
    /// Whether it is everything.
    pub is_whole: bool,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The message.
    pub id: MessageId,
    /// When.
    pub at: Time,
    /// By whom.
    pub speaker: Speaker,
    /// The text, hostile; empty where it was erased, or where only `content` says something.
    pub text: String,
    /// Structured content as JSON text.
    pub content: Option<String>,
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Its part.
    pub purpose: Purpose,
    /// Its name as the reader may see it.
    pub name: Option<String>,
}

impl Service {
    /// What was said in a conversation. Notes are not in it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn transcribe(&self, caller: &Caller, conversation: &str) -> Result<Transcript, ServiceError> {
        let shown = self.get_conversation(caller, conversation).await?;
        let name_of = |id: ParticipantId, message: &Message| {
            let participant = shown.participant(id);
            let name = message.nickname.clone().filter(|_| message.direction == Direction::Outbound);
            Speaker {
                purpose: participant.map_or(Purpose::Agent, |participant| participant.purpose),
                name: name.or_else(|| participant.and_then(|participant| participant.customer.name.clone())),
            }
        };
        let (mut lines, mut after) = (Vec::new(), 0);
        let scope = LogScope::Conversation(shown.id);
        let is_whole = loop {
            let page = self.inner.store.list_events(shown.organization_id, scope, after, LOOK).await?;
            for event in &page.events {
                if let EventBody::MessageAdded { message } = &event.body {
                    lines.extend(line(message, name_of(message.participant_id, message)));
                }
            }
            match page.events.last() {
                Some(last) if page.events.len() == LOOK as usize && lines.len() < MOST_LINES => after = last.seq,
                Some(_) => break page.events.len() < LOOK as usize && lines.len() <= MOST_LINES,
                None => break true,
            }
        };
        lines.truncate(MOST_LINES);
        Ok(Transcript {
            conversation_id: Some(shown.id),
            started_at: Some(shown.started_at),
            ended_at: shown.ended_at,
            lines,
            is_whole,
        })
    }

    /// What was said in the session of a history token.
    ///
    /// # Errors
    /// `Unauthorized` for a token that is wrong, over, or of a fenced session.
    pub async fn transcribe_session(&self, jwt: &str) -> Result<Transcript, ServiceError> {
        let mut lines = Vec::new();
        let mut read = 0;
        let total = loop {
            let page = self.list_history(jwt, read, SESSION_LOOK).await?;
            read += page.messages.len() as u64;
            for message in &page.messages {
                let speaker = match message.direction {
                    Direction::Inbound => Speaker { purpose: Purpose::Customer, name: None },
                    Direction::Outbound => {
                        let purpose = match message.originator {
                            Originator::Human => Purpose::Agent,
                            Originator::Bot => Purpose::Workflow,
                        };
                        Speaker { purpose, name: message.nickname.clone() }
                    }
                };
                lines.extend(line(message, speaker));
            }
            if page.messages.is_empty() || read >= page.total || lines.len() >= MOST_LINES {
                break page.total;
            }
        };
        // The latest ones are kept where there are too many.
        lines.truncate(MOST_LINES);
        lines.reverse();
        Ok(Transcript { conversation_id: None, started_at: None, ended_at: None, lines, is_whole: read >= total })
    }
}

/// Nobody keeps a transcript for who came in and went.
fn line(message: &Message, speaker: Speaker) -> Option<Line> {
    match message.kind {
        MessageKind::Text | MessageKind::Structured => {
            let Message { id, at, text, content, .. } = message;
            Some(Line { id: *id, at: *at, speaker, text: text.clone(), content: content.clone() })
        }
        MessageKind::PresenceJoin | MessageKind::PresenceDisconnect => None,
    }
}
