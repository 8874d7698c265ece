//! Searching conversations by their attributes and by what stands around them: conversation, times, division.

use std::{collections::BTreeSet, sync::Arc};

use waybill_model::{Conversation, ConversationId, DivisionId, Time};
use waybill_store::{ConversationFilter, ListOrder, PagePosition};

use crate::{Caller, Service, ServiceError};

/// Conversations that one search looks at before it answers a short page with a cursor.
const LOOKED_AT: usize = 2_000;
/// Conversations per look.
const LOOK: u32 = 200;

/// What is searched; every condition has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Of these ids.
    pub conversations: Option<Vec<ConversationId>>,
    /// In these divisions.
    pub divisions: Option<Vec<DivisionId>>,
    /// A key under any of its names (CTX5), and the values of which it has one; any value where the list is empty.
    pub attributes: Vec<(String, Vec<String>)>,
    /// Started at or after.
    pub started_from: Option<Time>,
    /// Started before.
    pub started_to: Option<Time>,
    /// Ended at or after.
    pub ended_from: Option<Time>,
    /// Ended before.
    pub ended_to: Option<Time>,
    /// From which end.
    pub order: ListOrder,
    /// Where the page before ended.
    pub after: Option<PagePosition>,
    /// At most so many.
    pub page_size: u32,
}

/// A conversation that was found.
#[derive(Debug, Clone)]
pub struct SearchHit {
    /// The conversation, as the caller may see it.
    pub conversation: Arc<Conversation>,
    /// Its division.
    pub division_id: Option<DivisionId>,
}

impl Service {
    /// Finds conversations. A page can be short although more follows: one search looks at so many conversations and no
    /// more, and its cursor goes on from there.
    ///
    /// # Errors
    /// `MissingKeyPermission` for a personal key that the caller may not see: searching tells its values apart.
    pub async fn search_conversations(
        &self,
        caller: &Caller,
        mut query: SearchQuery,
    ) -> Result<(Vec<SearchHit>, Option<PagePosition>), ServiceError> {
        for (name, _) in &mut query.attributes {
            self.check_searched_key(caller, name).await?;
            *name = self.canonical_key(caller, name).await?;
        }
        if let Some(ids) = query.conversations.take() {
            return Ok((self.search_among(caller, &query, ids).await?, None));
        }
        let wanted = query.page_size.max(1) as usize;
        let filter = narrowest_filter(&query);
        let (mut hits, mut after, mut looked_at) = (Vec::new(), query.after, 0);
        while looked_at < LOOKED_AT {
            let store = &self.inner.store;
            let page = store.list_conversations(caller.organization_id(), filter.clone(), after, LOOK).await?;
            let is_last = page.len() < LOOK as usize;
            looked_at += page.len();
            for conversation in page {
                if hits.len() == wanted {
                    return Ok((hits, after));
                }
                after = Some(PagePosition { started_at: conversation.started_at, id: conversation.id });
                hits.extend(self.hit(caller, &query, &conversation).await?);
            }
            if is_last {
                return Ok((hits, None));
            }
        }
        Ok((hits, after))
    }

    /// A search that names its conversations reads just those; the ids are few.
    async fn search_among(
        &self,
        caller: &Caller,
        query: &SearchQuery,
        ids: Vec<ConversationId>,
    ) -> Result<Vec<SearchHit>, ServiceError> {
        let mut hits = Vec::new();
        for id in ids.into_iter().collect::<BTreeSet<_>>() {
            if let Some(conversation) = self.inner.store.find_conversation(caller.organization_id(), id).await? {
                hits.extend(self.hit(caller, query, &conversation).await?);
            }
        }
        hits.sort_by_key(|hit| hit.conversation.started_at);
        if query.order == ListOrder::NewestFirst {
            hits.reverse();
        }
        Ok(hits)
    }

    /// The conversation as a hit, when the caller's right reaches it and every condition fits.
    async fn hit(
        &self,
        caller: &Caller,
        query: &SearchQuery,
        conversation: &Arc<Conversation>,
    ) -> Result<Option<SearchHit>, ServiceError> {
        if !fits(query, conversation) || !self.reaches(caller, conversation.deployment_id).await? {
            return Ok(None);
        }
        let division_id = self.division_of(conversation.deployment_id).await?;
        if let Some(divisions) = &query.divisions
            && !division_id.is_some_and(|division| divisions.contains(&division))
        {
            return Ok(None);
        }
        Ok(Some(SearchHit { conversation: self.shown(caller, conversation).await?, division_id }))
    }
}

/// What the store can seek by: the attribute that says most, and the start.
fn narrowest_filter(query: &SearchQuery) -> ConversationFilter {
    let attribute = query.attributes.iter().min_by_key(|(_, values)| if values.len() == 1 { 0 } else { 1 });
    let attribute = attribute.map(|(key, values)| match values.as_slice() {
        [value] => (key.clone(), Some(value.clone())),
        _ => (key.clone(), None),
    });
    ConversationFilter {
        attribute,
        from: query.started_from,
        to: query.started_to,
        deployment: None,
        queue: None,
        order: query.order,
    }
}

fn fits(query: &SearchQuery, conversation: &Conversation) -> bool {
    let SearchQuery {
        conversations: _,
        divisions: _,
        attributes,
        started_from,
        started_to,
        ended_from,
        ended_to,
        order: _,
        after: _,
        page_size: _,
    } = query;
    let ended = conversation.ended_at;
    let stored = conversation.context().map(|context| &context.stored);
    let has = |(key, values): &(String, Vec<String>)| {
        let text = stored.and_then(|stored| stored.get(key)).map(|attribute| attribute.value.to_text());
        text.is_some_and(|text| values.is_empty() || text.is_some_and(|text| values.iter().any(|one| *one == text)))
    };
    started_from.is_none_or(|from| conversation.started_at >= from)
        && started_to.is_none_or(|to| conversation.started_at < to)
        && ended_from.is_none_or(|from| ended.is_some_and(|ended| ended >= from))
        && ended_to.is_none_or(|to| ended.is_some_and(|ended| ended < to))
        && attributes.iter().all(has)
}
