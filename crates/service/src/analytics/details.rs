//! Conversations in detail: those that fit a question, page by page, with their attributes.

use std::sync::Arc;

use waybill_engine::analytics::{AskedFilter, disconnect_type, parse_interval};
use waybill_model::{
    Conversation, ConversationId, DivisionId,
    analytics::{Sorting, Taken},
};
use waybill_store::FoundConversation;

use crate::{Caller, Service, ServiceError};

/// The longest interval that is answered at once.
pub(super) const MOST_DAYS: i64 = 31;
/// What to do about a longer one.
pub(super) const LONGER: &str =
    "ask for at most 31 days, or let `POST /api/v2/analytics/conversations/details/jobs` work on it";
/// The most conversations of one multi-get.
const MOST_IDS: usize = 100;
/// The most conversations that pages go through.
const MOST_PAGED: u64 = 100_000;

/// A question for conversations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DetailsQuestion {
    /// `start/end` of their starts.
    pub interval: String,
    /// Every one has to hold.
    pub conversation_filters: Vec<AskedFilter>,
    /// The same: here a conversation has one of everything that segments have.
    pub segment_filters: Vec<AskedFilter>,
    /// Newest first.
    pub backwards: bool,
    /// By the end instead of the start.
    pub by_end: bool,
    /// 1 to 100.
    pub page_size: u32,
    /// From 1.
    pub page_number: u32,
}

/// A conversation in detail.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The conversation as the caller may see it.
    pub conversation: Arc<Conversation>,
    /// How it ended, in the field's word.
    pub disconnect_type: Option<&'static str>,
    /// What was measured of it, by time.
    pub taken: Vec<Taken>,
    /// The division that it belongs to.
    pub division_id: Option<DivisionId>,
}

/// A page of conversations in detail.
#[derive(Debug, Clone)]
pub struct Details {
    /// The conversations.
    pub conversations: Vec<Detail>,
    /// How many there are in all.
    pub total: u64,
}

impl Service {
    /// Conversations that fit a question, a page of them.
    ///
    /// # Errors
    /// `Invalid` for the question, `MissingKeyPermission` for a filter by a personal key.
    pub async fn query_details(&self, caller: &Caller, question: DetailsQuestion) -> Result<Details, ServiceError> {
        let DetailsQuestion {
            interval,
            conversation_filters,
            segment_filters,
            backwards,
            by_end,
            page_size,
            page_number,
        } = question;
        let started = parse_interval(&interval, MOST_DAYS, LONGER)?;
        let offset = u64::from(page_number.saturating_sub(1)) * u64::from(page_size);
        if offset > MOST_PAGED {
            return Err(ServiceError::Invalid {
                field: "paging.pageNumber",
                rule: format!("goes beyond the first {MOST_PAGED} conversations"),
                remedy: "ask for a shorter interval, or let a details job work on it".to_owned(),
            });
        }
        let asker = self.asker(caller, &[&conversation_filters, &segment_filters], &[]).await?;
        let condition = asker.condition(&[
            ("conversationFilters", conversation_filters.as_slice()),
            ("segmentFilters", segment_filters.as_slice()),
        ])?;
        self.check_keys(caller, &condition.dimensions()).await?;
        let sorting = match (by_end, backwards) {
            (false, false) => Sorting::Started,
            (false, true) => Sorting::StartedBackwards,
            (true, false) => Sorting::Ended,
            (true, true) => Sorting::EndedBackwards,
        };
        let selection = asker.selection(started, condition);
        let found = self
            .inner
            .store
            .select_conversations(caller.organization_id(), selection, sorting, offset, page_size)
            .await?;
        Ok(Details { conversations: self.show_details(caller, found.conversations).await?, total: found.total })
    }

    /// One conversation in detail.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get_details(&self, caller: &Caller, id: &str) -> Result<Detail, ServiceError> {
        let parsed: ConversationId = id.parse().map_err(|_| ServiceError::not_found("conversation", id))?;
        let mut found = self.find_reached_details(caller, vec![parsed]).await?;
        found.pop().ok_or_else(|| ServiceError::not_found("conversation", id))
    }

    /// Several conversations in detail, in the order of their ids; what is not there, or private, is left out.
    ///
    /// # Errors
    /// `Invalid` for none and for too many ids.
    pub async fn list_details(&self, caller: &Caller, ids: &[String]) -> Result<Vec<Detail>, ServiceError> {
        if ids.is_empty() || ids.len() > MOST_IDS {
            return Err(ServiceError::Invalid {
                field: "id",
                rule: format!("has to be 1 to {MOST_IDS} ids"),
                remedy: "write `?id=…&id=…`, or ids with commas between".to_owned(),
            });
        }
        self.find_reached_details(caller, ids.iter().filter_map(|id| id.parse().ok()).collect()).await
    }

    pub(super) async fn find_reached_details(
        &self,
        caller: &Caller,
        ids: Vec<ConversationId>,
    ) -> Result<Vec<Detail>, ServiceError> {
        let found = self.inner.store.find_details(caller.organization_id(), ids).await?;
        let mut reached = Vec::with_capacity(found.len());
        for one in found {
            if self.reaches(caller, one.conversation.deployment_id).await? {
                reached.push(one);
            }
        }
        self.show_details(caller, reached).await
    }

    async fn show_details(&self, caller: &Caller, found: Vec<FoundConversation>) -> Result<Vec<Detail>, ServiceError> {
        let mut details = Vec::with_capacity(found.len());
        for FoundConversation { conversation, ending, taken } in found {
            details.push(Detail {
                division_id: self.division_of(conversation.deployment_id).await?,
                conversation: self.shown(caller, &conversation).await?,
                disconnect_type: ending.as_deref().map(disconnect_type),
                taken,
            });
        }
        Ok(details)
    }
}
