//! Reading conversations.

use std::sync::Arc;

use waybill_model::{Conversation, Time};
use waybill_store::{ConversationFilter, PagePosition};

use crate::{Caller, Service, ServiceError};

/// Largest page.
const PAGE: u32 = 200;

/// What a list asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// A key by any of its names, and its value in text form.
    pub attribute: Option<(String, Option<String>)>,
    /// Started at or after.
    pub from: Option<Time>,
    /// Started before.
    pub to: Option<Time>,
    /// Where the page before ended.
    pub after: Option<PagePosition>,
    /// At most so many.
    pub page_size: u32,
}

/// A page of conversations, newest first.
#[derive(Debug, Clone)]
pub struct ConversationList {
    /// The conversations.
    pub conversations: Vec<Arc<Conversation>>,
    /// Where to go on; absent on the last page.
    pub next: Option<PagePosition>,
}

impl Service {
    /// A conversation.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_conversation(&self, caller: &Caller, id: &str) -> Result<Arc<Conversation>, ServiceError> {
        let conversation = self.conversation_by_text(caller, id).await?;
        self.mark_read(caller, &conversation, "rest");
        Ok(conversation)
    }

    /// Conversations newest first. A filter by an alias finds its key (CTX5): the deployments' present policies say which.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_conversations(
        &self,
        caller: &Caller,
        query: ListQuery,
    ) -> Result<ConversationList, ServiceError> {
        let ListQuery { attribute, from, to, after, page_size } = query;
        let attribute = match attribute {
            Some((name, value)) => Some((self.canonical_key(caller, &name).await?, value)),
            None => None,
        };
        let limit = page_size.clamp(1, PAGE);
        let filter = ConversationFilter { attribute, from, to, deployment: None };
        let store = &self.inner.store;
        let mut conversations = store.list_conversations(caller.organization_id(), filter, after, limit + 1).await?;
        let more = conversations.len() > limit as usize;
        conversations.truncate(limit as usize);
        let next =
            conversations.last().filter(|_| more).map(|last| PagePosition { started_at: last.started_at, id: last.id });
        Ok(ConversationList { conversations, next })
    }

    /// The canonical key behind a name in any deployment of the caller's organization.
    async fn canonical_key(&self, caller: &Caller, name: &str) -> Result<String, ServiceError> {
        let deployments = self.inner.store.list_deployments(caller.organization_id()).await?;
        let declared = deployments.iter().find_map(|deployment| {
            let (key, declared) = deployment.policy.resolve(name);
            declared.map(|_| key.to_owned())
        });
        Ok(declared.unwrap_or_else(|| name.to_owned()))
    }

    pub(crate) async fn conversation_by_text(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<Arc<Conversation>, ServiceError> {
        let parsed = id.parse().map_err(|_| ServiceError::not_found("conversation", id))?;
        self.conversation(caller.organization_id(), parsed).await
    }
}
