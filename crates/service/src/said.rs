//! Reading what was said: single messages, several, and the list of a conversation.

use std::{collections::BTreeSet, sync::Arc};

use waybill_model::{
    Conversation, ConversationId, DivisionId, Event, EventBody, Message, MessageId, OrganizationId, ParticipantId,
    Reach,
};
use waybill_store::LogScope;

use crate::{Caller, ListQuery, PagePosition, Service, ServiceError};

/// Events of one look into the log.
const LOOK: u32 = 1_000;
/// The most messages that a conversation's view refers to: the latest ones.
const MOST_REFERRED: u32 = 1_000;
/// The most conversations that a person has at once, as far as they are listed.
const MOST_OWN: u32 = 200;
/// The most messages that one request asks for.
pub const MOST_MESSAGES: usize = 100;

/// That something was said, without the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageReference {
    /// The message.
    pub id: MessageId,
    /// Who said it.
    pub participant_id: ParticipantId,
    /// Whether it came from the customer.
    pub is_inbound: bool,
    /// When.
    pub at: waybill_model::Time,
}

/// A conversation with what stands around it.
#[derive(Debug, Clone)]
pub struct ConversationView {
    /// The conversation, as the caller may see it.
    pub conversation: Arc<Conversation>,
    /// The division that it belongs to.
    pub division_id: Option<DivisionId>,
    /// Its messages in order; the latest thousand where there are more. Empty in lists.
    pub messages: Vec<MessageReference>,
}

/// A message and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundMessage {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The message.
    pub message: Message,
    /// How far it has come.
    pub reach: Reach,
}

impl Service {
    /// A conversation with its division and references to its messages.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn view_conversation(&self, caller: &Caller, id: &str) -> Result<ConversationView, ServiceError> {
        let conversation = self.get_conversation(caller, id).await?;
        self.view_of(conversation).await
    }

    /// A conversation, as the caller may see it, with what stands around it.
    pub(crate) async fn view_of(&self, conversation: Arc<Conversation>) -> Result<ConversationView, ServiceError> {
        let (organization, id) = (conversation.organization_id, conversation.id);
        let first = self.first_look(organization, id).await?;
        let messages = if first.is_whole {
            first.messages().map(reference).collect()
        } else {
            let latest = self.inner.store.list_latest_messages(organization, id, MOST_REFERRED).await?;
            latest.iter().map(reference).collect()
        };
        let division_id = self.division_of(conversation.deployment_id).await?;
        Ok(ConversationView { conversation, division_id, messages })
    }

    /// Conversations with their divisions, newest first; without their messages, so that a page costs one look.
    ///
    /// # Errors
    /// As `list_conversations`.
    pub async fn view_conversations(
        &self,
        caller: &Caller,
        query: ListQuery,
    ) -> Result<(Vec<ConversationView>, Option<PagePosition>), ServiceError> {
        let list = self.list_conversations(caller, query).await?;
        let mut views = Vec::with_capacity(list.conversations.len());
        for conversation in list.conversations {
            let division_id = self.division_of(conversation.deployment_id).await?;
            views.push(ConversationView { conversation, division_id, messages: Vec::new() });
        }
        Ok((views, list.next))
    }

    /// What a person has, is alerted to, or owes a wrap-up for, newest first and all of it; `None` for an API client, who takes
    /// part in nothing of its own.
    ///
    /// # Errors
    /// The store's.
    pub async fn view_own_conversations(&self, caller: &Caller) -> Result<Option<Vec<ConversationView>>, ServiceError> {
        let Some(user) = caller.user_id() else { return Ok(None) };
        let store = &self.inner.store;
        let mut found = store.list_conversations_of_agent(caller.organization_id(), user, MOST_OWN).await?;
        found.sort_by_key(|one| std::cmp::Reverse((one.started_at, one.id)));
        let mut views = Vec::with_capacity(found.len());
        for conversation in &found {
            if self.reaches(caller, conversation.deployment_id).await? {
                let division_id = self.division_of(conversation.deployment_id).await?;
                let conversation = self.shown(caller, conversation).await?;
                views.push(ConversationView { conversation, division_id, messages: Vec::new() });
            }
        }
        Ok(Some(views))
    }

    /// Messages of one conversation by their ids, in the order in which they were said; ids that lead nowhere are left out.
    ///
    /// # Errors
    /// `NotFound` for the conversation, `Invalid` for too many ids.
    pub async fn list_messages(
        &self,
        caller: &Caller,
        conversation: &str,
        ids: &[String],
    ) -> Result<Vec<FoundMessage>, ServiceError> {
        if ids.len() > MOST_MESSAGES {
            return Err(ServiceError::Invalid {
                field: "body",
                rule: format!("names {} messages; at most {MOST_MESSAGES} are answered at once", ids.len()),
                remedy: "ask for them in parts".to_owned(),
            });
        }
        let conversation = self.conversation_by_text(caller, conversation).await?;
        let wanted: BTreeSet<MessageId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let (organization, id) = (conversation.organization_id, conversation.id);
        let first = self.first_look(organization, id).await?;
        let mut found: Vec<Message> = first.messages().filter(|one| wanted.contains(&one.id)).cloned().collect();
        if !first.is_whole {
            for lacking in
                wanted.iter().filter(|id| !found.iter().any(|one| one.id == **id)).copied().collect::<Vec<_>>()
            {
                let message = self.inner.store.find_message(organization, lacking).await?;
                found.extend(message.filter(|(conversation, _)| *conversation == id).map(|(_, message)| message));
            }
        }
        found.sort_by_key(|message| message.at);
        let found = found.into_iter().map(|message| {
            let reach = conversation.reach_of(message.direction, message.at);
            FoundMessage { conversation_id: id, message, reach }
        });
        Ok(found.collect())
    }

    /// One message of a conversation.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_message(
        &self,
        caller: &Caller,
        conversation: &str,
        id: &str,
    ) -> Result<FoundMessage, ServiceError> {
        let mut found = self.list_messages(caller, conversation, &[id.to_owned()]).await?;
        found.pop().ok_or_else(|| ServiceError::not_found("message", id))
    }

    /// One message by its id alone.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_message_by_id(&self, caller: &Caller, id: &str) -> Result<FoundMessage, ServiceError> {
        let not_found = || ServiceError::not_found("message", id);
        let parsed: MessageId = id.parse().map_err(|_| not_found())?;
        let found = self.inner.store.find_message(caller.organization_id(), parsed).await?;
        let (conversation_id, message) = found.ok_or_else(not_found)?;
        let conversation = self.conversation(caller.organization_id(), conversation_id).await?;
        if !self.reaches(caller, conversation.deployment_id).await? {
            return Err(not_found());
        }
        let reach = conversation.reach_of(message.direction, message.at);
        Ok(FoundMessage { conversation_id, message, reach })
    }

    /// The beginning of a conversation: all of it, but for the longest ones. Mostly it is in memory.
    async fn first_look(
        &self,
        organization: OrganizationId,
        conversation: ConversationId,
    ) -> Result<FirstLook, ServiceError> {
        let scope = LogScope::Conversation(conversation);
        let page = self.inner.store.list_events(organization, scope, 0, LOOK).await?;
        Ok(FirstLook { is_whole: page.events.len() < LOOK as usize, events: page.events })
    }
}

struct FirstLook {
    events: Vec<Arc<Event>>,
    /// Whether nothing follows.
    is_whole: bool,
}

impl FirstLook {
    fn messages(&self) -> impl Iterator<Item = &Message> {
        self.events.iter().filter_map(|event| match &event.body {
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
}

fn reference(message: &Message) -> MessageReference {
    MessageReference {
        id: message.id,
        participant_id: message.participant_id,
        is_inbound: message.direction == waybill_model::Direction::Inbound,
        at: message.at,
    }
}
