//! The end of the log.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use parking_lot::RwLock;
use waybill_model::{ConversationId, Event, OrganizationId};

use crate::{EventPage, LogScope};

/// The most records that are kept, whatever their size.
const MOST_RECORDS: usize = 65_536;

/// The end of the log.
pub(in crate::sqlite) struct RecentLog {
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
    pub(in crate::sqlite) fn new(newest: u64, most_bytes: u64) -> Self {
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
    pub(in crate::sqlite) fn publish(&self, events: Vec<(Arc<Event>, usize)>) {
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
    pub(in crate::sqlite) fn newest(&self) -> u64 {
        self.records.read().newest()
    }

    /// A stretch of the log, if all of it is still here.
    pub(in crate::sqlite) fn list(
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{Sample, sample::organization_id};

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
