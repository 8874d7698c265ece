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
        self.shown(caller, &conversation).await
    }

    /// Conversations newest first. A filter by an alias finds its key (CTX5): the deployments' present policies say which.
    ///
    /// # Errors
    /// `MissingKeyPermission` for a filter by a personal key that the caller may not see.
    pub async fn list_conversations(
        &self,
        caller: &Caller,
        query: ListQuery,
    ) -> Result<ConversationList, ServiceError> {
        let ListQuery { attribute, from, to, after, page_size } = query;
        let attribute = match attribute {
            Some((name, value)) => {
                self.check_searched_key(caller, &name).await?;
                Some((self.canonical_key(caller, &name).await?, value))
            }
            None => None,
        };
        let filter = ConversationFilter { attribute, from, to, ..ConversationFilter::default() };
        let (found, next) = self.list_reached(caller, filter, after, page_size.clamp(1, PAGE)).await?;
        let mut conversations = Vec::with_capacity(found.len());
        for conversation in &found {
            conversations.push(self.shown(caller, conversation).await?);
        }
        Ok(ConversationList { conversations, next })
    }

    /// The canonical key behind a name in any deployment of the caller's organization.
    pub(crate) async fn canonical_key(&self, caller: &Caller, name: &str) -> Result<String, ServiceError> {
        let deployments = self.inner.store.list_deployments(caller.organization_id()).await?;
        let declared = deployments.iter().find_map(|deployment| {
            let (key, declared) = deployment.policy.resolve(name);
            declared.map(|_| key.to_owned())
        });
        Ok(declared.unwrap_or_else(|| name.to_owned()))
    }

    /// The one place where a caller's look at a conversation is judged: of its organization, and of a division that the
    /// right in play reaches; whatever else there is, is not found (EDGE2). Values are not masked yet: see `shown`.
    pub(crate) async fn conversation_by_text(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<Arc<Conversation>, ServiceError> {
        let parsed = id.parse().map_err(|_| ServiceError::not_found("conversation", id))?;
        let conversation = self.conversation(caller.organization_id(), parsed).await?;
        if !self.reaches(caller, conversation.deployment_id).await? {
            return Err(ServiceError::not_found("conversation", id));
        }
        Ok(conversation)
    }
}
