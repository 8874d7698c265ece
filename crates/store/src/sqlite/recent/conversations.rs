//! Conversations as they stand.

use std::sync::Arc;

use moka::{policy::EvictionPolicy, sync::Cache};
use parking_lot::Mutex;
use waybill_model::{ConversationId, OrganizationId};

use super::Before;
use crate::sqlite::rows::Standing;

/// How many slots tell readers that a conversation was written while they loaded it.
const SLOTS: usize = 1_024;
/// By how much a conversation may outgrow what the cache knows of its weight.
const WEIGHT_SLACK: u32 = 512;

/// Conversations as they stand.
pub(in crate::sqlite) struct RecentConversations {
    cache: Cache<ConversationId, Arc<Cell>>,
    /// Per slot, how often a conversation of it was published.
    published: Box<[Mutex<u64>]>,
}

/// A conversation's place in the cache: a message changes what is in it, not the cache.
struct Cell {
    standing: Mutex<Arc<Standing>>,
    /// What the cache was told that it weighs.
    weight: u32,
}

impl Cell {
    fn new(standing: Arc<Standing>) -> Arc<Self> {
        Arc::new(Self { weight: standing.weight(), standing: Mutex::new(standing) })
    }
}

impl RecentConversations {
    pub(in crate::sqlite) fn new(most_bytes: u64) -> Self {
        let cache = Cache::builder()
            .max_capacity(most_bytes)
            .weigher(|_, cell: &Arc<Cell>| cell.weight)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { cache, published: (0..SLOTS).map(|_| Mutex::new(0)).collect() }
    }

    pub(in crate::sqlite) fn find(&self, id: ConversationId) -> Option<Arc<Standing>> {
        self.cache.get(&id).map(|cell| Arc::clone(&cell.standing.lock()))
    }

    /// Whether nothing happened in a conversation after a position, as far as this memory knows.
    pub(in crate::sqlite) fn is_silent_after(
        &self,
        organization: OrganizationId,
        id: ConversationId,
        position: u64,
    ) -> bool {
        self.find(id).is_some_and(|standing| {
            standing.conversation.organization_id == organization && standing.position <= position
        })
    }

    /// The writer's word on a conversation, after its commit.
    pub(in crate::sqlite) fn publish(&self, standing: Arc<Standing>) {
        let id = standing.conversation.id;
        let mut published = self.slot(id).lock();
        *published += 1;
        match self.cache.get(&id) {
            Some(cell) if standing.weight() <= cell.weight + WEIGHT_SLACK => *cell.standing.lock() = standing,
            Some(_) | None => self.cache.insert(id, Cell::new(standing)),
        }
    }

    /// Taken before a reader begins to load a conversation.
    pub(in crate::sqlite) fn before(&self, id: ConversationId) -> Before {
        Before(*self.slot(id).lock())
    }

    /// A reader's find: kept only if the writer published nothing in its slot since `before`, for it may be old.
    pub(in crate::sqlite) fn offer(&self, before: Before, standing: Arc<Standing>) {
        let id = standing.conversation.id;
        let published = self.slot(id).lock();
        if *published == before.0 {
            self.cache.insert(id, Cell::new(standing));
        }
    }

    fn slot(&self, id: ConversationId) -> &Mutex<u64> {
        let (high, low) = id.uuid().as_u64_pair();
        &self.published[((high ^ low) % SLOTS as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::Sample;

    fn standing(sample: &Sample) -> Arc<Standing> {
        Arc::new(Standing {
            number: 1,
            session: None,
            conversation: Arc::new(sample.conversation.clone()),
            position: sample.conversation.seq,
            facets: Arc::new([]),
            json_bytes: 100,
            message_keys: Arc::default(),
        })
    }

    #[test]
    fn p2_a_reader_never_puts_an_old_conversation_over_a_new_one() {
        let recent = RecentConversations::new(1 << 20);
        let mut sample = Sample::new(1, &[]);
        let (id, old) = (sample.id(), standing(&sample));
        let before = recent.before(id);
        sample.message("written while the reader loaded");
        recent.publish(standing(&sample));
        recent.offer(before, Arc::clone(&old));
        assert_eq!(recent.find(id).map(|found| found.conversation.seq), Some(1));
        // Also where the new one has been evicted meanwhile.
        let recent = RecentConversations::new(1 << 20);
        let before = recent.before(id);
        recent.publish(standing(&sample));
        recent.cache.invalidate(&id);
        recent.offer(before, old);
        assert!(recent.find(id).is_none());
        recent.offer(recent.before(id), standing(&sample));
        assert_eq!(recent.find(id).map(|found| found.conversation.seq), Some(1));
    }
}
