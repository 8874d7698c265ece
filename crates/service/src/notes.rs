//! Notes of the staff: written beside a conversation, never told to guests (DESK1).

use std::sync::Arc;

use waybill_engine::conversation::{Going, MOST_NOTES};
use waybill_model::{Actor, Conversation, ConversationId, Event, EventBody, Note, Time, User, UserId};
use waybill_store::LogScope;

use crate::{Caller, Service, ServiceError, service::Step};

/// Events of one look into the log.
const LOOK: u32 = 1_000;
/// The most people that a note asks for.
const MOST_MENTIONS: usize = 20;

/// A note that somebody writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteWish {
    /// The text.
    pub text: String,
    /// Whose attention it asks for, by their ids.
    pub mentions: Vec<String>,
}

/// A note with when and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedView {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The note.
    pub note: Note,
    /// By whom.
    pub by: Actor,
    /// When.
    pub at: Time,
}

impl Service {
    /// The notes of a conversation, oldest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn list_notes(&self, caller: &Caller, conversation: &str) -> Result<Vec<NotedView>, ServiceError> {
        let conversation = self.conversation_by_text(caller, conversation).await?;
        let there = conversation.beside.as_ref().map_or(0, |beside| beside.notes) as usize;
        let (organization, id) = (conversation.organization_id, conversation.id);
        let mut notes = Vec::new();
        let mut after = 0;
        while notes.len() < there {
            let page = self.inner.store.list_events(organization, LogScope::Conversation(id), after, LOOK).await?;
            notes.extend(page.events.iter().filter_map(noted));
            let Some(last) = page.events.last() else { break };
            after = last.seq;
        }
        Ok(notes)
    }

    /// Keeps a note; also one about a conversation that has ended.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` for the text or a mention, `MessageTooLong`, `WrongState` where there are too many.
    pub async fn add_note(
        &self,
        caller: &Caller,
        conversation: &str,
        wish: NoteWish,
    ) -> Result<NotedView, ServiceError> {
        let NoteWish { text, mentions } = wish;
        let standing = self.conversation_by_text(caller, conversation).await?;
        self.check_text(&text)?;
        if text.trim().is_empty() {
            return Err(ServiceError::Invalid {
                field: "text",
                rule: "is empty".to_owned(),
                remedy: "write what there is to note".to_owned(),
            });
        }
        let mentions = self.check_mentions(caller, &mentions).await?;
        let note = Note { id: self.inner.ambient.note_id(), text, mentions, author: caller.name().to_owned() };
        let (now, by) = (self.inner.ambient.now(), caller.actor());
        self.change(standing.organization_id, standing.id, |standing| {
            check_room(standing)?;
            Ok(Step::new(Going::on(standing, by.clone(), now).note(note.clone()).finish(), ()))
        })
        .await?;
        Ok(NotedView { conversation_id: standing.id, note, by, at: now })
    }

    async fn check_mentions(&self, caller: &Caller, mentions: &[String]) -> Result<Vec<UserId>, ServiceError> {
        let invalid = |rule: String| ServiceError::Invalid {
            field: "mentions",
            rule,
            remedy: "name users of the organization by their ids".to_owned(),
        };
        if mentions.len() > MOST_MENTIONS {
            return Err(invalid(format!("names {} people; at most {MOST_MENTIONS} are possible", mentions.len())));
        }
        let mut found = Vec::with_capacity(mentions.len());
        for mention in mentions {
            let id: UserId = mention.parse().map_err(|_| invalid("has something that is no user id".to_owned()))?;
            if self.find_entity::<User>(caller.organization_id(), id.uuid()).await?.is_none() {
                return Err(invalid("names a user that there is not".to_owned()));
            }
            if !found.contains(&id) {
                found.push(id);
            }
        }
        Ok(found)
    }
}

fn check_room(conversation: &Conversation) -> Result<(), ServiceError> {
    if conversation.beside.as_ref().is_none_or(|beside| beside.notes < MOST_NOTES) {
        return Ok(());
    }
    Err(ServiceError::WrongState {
        what: format!("the conversation `{}`", conversation.id),
        rule: format!("has {MOST_NOTES} notes, which is the most"),
        remedy: "write what else there is into the CRM".to_owned(),
    })
}

fn noted(event: &Arc<Event>) -> Option<NotedView> {
    match &event.body {
        EventBody::NoteAdded { note } => Some(NotedView {
            conversation_id: event.conversation_id,
            note: Note::clone(note),
            by: event.by.clone(),
            at: event.at,
        }),
        EventBody::Started { .. }
        | EventBody::AttributesChanged { .. }
        | EventBody::MessageAdded { .. }
        | EventBody::ParticipantJoined { .. }
        | EventBody::ParticipantLeft { .. }
        | EventBody::ParticipantConnected { .. }
        | EventBody::FlowStepped(_)
        | EventBody::Routed(_)
        | EventBody::WrappedUp { .. }
        | EventBody::Rated { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Ended { .. }
        | EventBody::Erased { .. }
        | EventBody::Mark(_) => None,
    }
}
