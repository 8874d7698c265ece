//! What was just written, in memory: the end of the log, and conversations as they stand.
//!
//! One process owns the folder and the writer publishes here before it acknowledges, so both are exact.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use moka::{policy::EvictionPolicy, sync::Cache};
use parking_lot::{Mutex, RwLock};
use waybill_model::{ConversationId, DeploymentId, Event, OrganizationId, TokenHash};

use super::{
    apply::SessionNews,
    rows::Standing,
    sessions::{KnownSession, SessionRow},
};
use crate::{EventPage, LogScope};

/// The most records that are kept, whatever their size.
const MOST_RECORDS: usize = 16_384;
/// How many slots tell readers that a conversation was written while they loaded it.
const SLOTS: usize = 1_024;
/// The most sessions that are kept, about 200 bytes each.
const MOST_SESSIONS: u64 = 65_536;

/// The end of the log.
pub(super) struct RecentLog {
    records: RwLock<Records>,
    most_bytes: u64,
}

struct Records {
    /// Without holes: the record after `after` is the first.
    events: VecDeque<(Arc<Event>, usize)>,
    /// The same records without marks, by conversation: a reader of one does not walk past all the others.
    by_conversation: HashMap<ConversationId, VecDeque<Arc<Event>>>,
    after: u64,
    bytes: u64,
}

impl RecentLog {
    pub(super) fn new(newest: u64, most_bytes: u64) -> Self {
        Self {
            records: RwLock::new(Records {
                events: VecDeque::new(),
                by_conversation: HashMap::new(),
                after: newest,
                bytes: 0,
            }),
            most_bytes,
        }
    }

    /// Takes the records of a committed transaction, each with its size.
    pub(super) fn publish(&self, events: Vec<(Arc<Event>, usize)>) {
        let mut records = self.records.write();
        for (event, bytes) in events {
            debug_assert_eq!(event.seq, records.newest() + 1, "the log has no holes");
            // Decoded, a record takes about twice its text (measured).
            let bytes = bytes * 2 + 256;
            records.bytes += bytes as u64;
            if !event.body.is_mark() {
                records.by_conversation.entry(event.conversation_id).or_default().push_back(Arc::clone(&event));
            }
            records.events.push_back((event, bytes));
        }
        while records.events.len() > MOST_RECORDS || records.bytes > self.most_bytes {
            if !records.forget_oldest() {
                break;
            }
        }
    }

    /// The newest position that was acknowledged or is about to be.
    pub(super) fn newest(&self) -> u64 {
        self.records.read().newest()
    }

    /// A stretch of the log, if all of it is still here.
    pub(super) fn list(
        &self,
        organization: OrganizationId,
        scope: LogScope,
        after: u64,
        limit: usize,
    ) -> Option<EventPage> {
        let records = self.records.read();
        if after < records.after {
            return None;
        }
        let reached = after.max(records.newest());
        let mut page = EventPage { events: Vec::new(), reached };
        let mut take = |event: &Arc<Event>| {
            if wanted(event, organization) {
                page.events.push(Arc::clone(event));
                page.reached = if page.events.len() == limit { event.seq } else { reached };
            }
            page.events.len() < limit
        };
        match scope {
            LogScope::Organization => {
                let skip = usize::try_from(after - records.after).unwrap_or(usize::MAX);
                records.events.iter().skip(skip).all(|(event, _)| take(event));
            }
            LogScope::Conversation(id) => {
                if let Some(events) = records.by_conversation.get(&id) {
                    let skip = events.partition_point(|event| event.seq <= after);
                    events.iter().skip(skip).all(take);
                }
            }
        }
        Some(page)
    }
}

impl Records {
    /// Forgets one record; `false` when there is none.
    fn forget_oldest(&mut self) -> bool {
        let Some((event, bytes)) = self.events.pop_front() else { return false };
        self.after = event.seq;
        self.bytes -= bytes as u64;
        if !event.body.is_mark()
            && let Some(events) = self.by_conversation.get_mut(&event.conversation_id)
        {
            events.pop_front();
            if events.is_empty() {
                self.by_conversation.remove(&event.conversation_id);
            }
        }
        true
    }

    fn newest(&self) -> u64 {
        self.events.back().map_or(self.after, |(event, _)| event.seq)
    }
}

/// Whether a reader of this organization sees the record (LOG5: never marks).
fn wanted(event: &Event, organization: OrganizationId) -> bool {
    event.organization_id == organization && !event.body.is_mark()
}

/// Conversations as they stand.
pub(super) struct RecentConversations {
    cache: Cache<ConversationId, Arc<Standing>>,
    /// Per slot, how often a conversation of it was published.
    published: Box<[Mutex<u64>]>,
}

/// What a reader saw before it began to load; see [`RecentConversations::offer`].
#[derive(Clone, Copy)]
pub(super) struct Before(u64);

impl RecentConversations {
    pub(super) fn new(most_bytes: u64) -> Self {
        let cache = Cache::builder()
            .max_capacity(most_bytes)
            .weigher(|_, standing: &Arc<Standing>| standing.weight())
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { cache, published: (0..SLOTS).map(|_| Mutex::new(0)).collect() }
    }

    pub(super) fn find(&self, id: ConversationId) -> Option<Arc<Standing>> {
        self.cache.get(&id)
    }

    /// The writer's word on a conversation, after its commit.
    pub(super) fn publish(&self, standing: Arc<Standing>) {
        let id = standing.conversation.id;
        let mut published = self.slot(id).lock();
        *published += 1;
        self.cache.insert(id, standing);
    }

    /// Taken before a reader begins to load a conversation.
    pub(super) fn before(&self, id: ConversationId) -> Before {
        Before(*self.slot(id).lock())
    }

    /// A reader's find: kept only if the writer published nothing in its slot since `before`, for it may be old.
    pub(super) fn offer(&self, before: Before, standing: Arc<Standing>) {
        let id = standing.conversation.id;
        let published = self.slot(id).lock();
        if *published == before.0 {
            self.cache.insert(id, standing);
        }
    }

    fn slot(&self, id: ConversationId) -> &Mutex<u64> {
        let (high, low) = id.uuid().as_u64_pair();
        &self.published[((high ^ low) % SLOTS as u64) as usize]
    }
}

/// What guest tokens read: asked for every frame of a guest.
pub(super) struct RecentSessions {
    cache: Cache<(DeploymentId, TokenHash), KnownSession>,
    /// How often anything was published: sessions change seldom enough for one count.
    published: Mutex<u64>,
}

impl RecentSessions {
    pub(super) fn new() -> Self {
        let cache = Cache::builder().max_capacity(MOST_SESSIONS).eviction_policy(EvictionPolicy::lru()).build();
        Self { cache, published: Mutex::new(0) }
    }

    pub(super) fn find(&self, deployment: DeploymentId, token: TokenHash) -> Option<KnownSession> {
        self.cache.get(&(deployment, token))
    }

    /// The writer's word, after its commit.
    pub(super) fn publish(&self, news: &[SessionNews]) {
        if news.is_empty() {
            return;
        }
        let mut published = self.published.lock();
        *published += 1;
        for news in news {
            match *news {
                SessionNews::Reads(KnownSession { row: SessionRow { token: None, .. }, .. }) => {}
                SessionNews::Reads(
                    known @ KnownSession { row: SessionRow { deployment, token: Some(token), .. }, .. },
                ) => {
                    self.cache.insert((deployment, token), known);
                }
                SessionNews::Fenced(deployment, token) => self.cache.invalidate(&(deployment, token)),
            }
        }
    }

    /// Taken before a reader begins to load a session.
    pub(super) fn before(&self) -> Before {
        Before(*self.published.lock())
    }

    /// A reader's find: kept only if nothing was published since `before`, for it may be old.
    pub(super) fn offer(&self, before: Before, known: KnownSession) {
        let published = self.published.lock();
        if let Some(token) = known.row.token
            && *published == before.0
        {
            self.cache.insert((known.row.deployment, token), known);
        }
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::{SessionId, Time};

    use super::*;
    use crate::conformance::{
        Sample,
        sample::{deployment_id, organization_id, session_id, token},
    };

    fn standing(sample: &Sample) -> Arc<Standing> {
        Arc::new(Standing {
            number: 1,
            session: None,
            conversation: Arc::new(sample.conversation.clone()),
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

    #[test]
    fn start2_a_reader_never_gives_a_fenced_session_its_token_back() {
        let recent = RecentSessions::new();
        let known = KnownSession {
            row: SessionRow {
                number: 1,
                id: session_id(1),
                organization: organization_id(1),
                deployment: deployment_id(1),
                token: Some(token(1)),
                conversation: 1,
                started_at: Time::from_millis(1),
            },
            conversation_id: Sample::new(1, &[]).id(),
        };
        let id = |recent: &RecentSessions| -> Option<SessionId> {
            recent.find(deployment_id(1), token(1)).map(|known| known.row.id)
        };
        recent.publish(&[SessionNews::Reads(known)]);
        assert_eq!(id(&recent), Some(session_id(1)));
        let before = recent.before();
        recent.publish(&[SessionNews::Fenced(deployment_id(1), token(1))]);
        recent.offer(before, known);
        assert_eq!(id(&recent), None);
    }

    #[test]
    fn log4_the_memory_of_the_log_is_bounded_and_says_what_it_lacks() {
        let mut sample = Sample::new(1, &[]);
        let change = sample.start();
        let record = |seq: u64| {
            let event = change.events[0].clone();
            let event = Event {
                seq,
                organization_id: organization_id(1),
                conversation_id: sample.id(),
                conversation_seq: 1,
                at: event.at,
                by: event.by,
                body: event.body,
            };
            (Arc::new(event), 100)
        };
        // Room for ten of 456 bytes each.
        let log = RecentLog::new(5, 4_600);
        log.publish((6..=30).map(record).collect());
        assert_eq!(log.newest(), 30);
        let list = |after, limit| {
            let page = log.list(organization_id(1), LogScope::Organization, after, limit);
            page.map(|page| (page.events.iter().map(|event| event.seq).collect::<Vec<_>>(), page.reached))
        };
        assert_eq!(list(19, 100), None, "record 20 is not here any more");
        assert_eq!(list(20, 100), Some(((21..=30).collect(), 30)));
        assert_eq!(list(25, 2), Some((vec![26, 27], 27)));
        assert_eq!(list(30, 2), Some((vec![], 30)));
        assert_eq!(list(40, 2), Some((vec![], 40)));
    }
}
