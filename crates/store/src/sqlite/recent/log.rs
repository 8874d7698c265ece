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

/// A record of the log that was just written.
pub(in crate::sqlite) struct Record {
    pub(in crate::sqlite) event: Arc<Event>,
    /// The length of its text.
    pub(in crate::sqlite) bytes: usize,
    /// The position of its conversation's event before it; 0 for the first one.
    pub(in crate::sqlite) previous: u64,
}

/// What the memory knows of a stretch of the log.
#[derive(Debug)]
pub(in crate::sqlite) enum Recent {
    /// All of it.
    Page(EventPage),
    /// Nothing of this conversation is here. If anything happened in it up to `newest`, it was forgotten.
    Silent { newest: u64 },
    /// Some of it was forgotten.
    Lacking,
}

/// The end of the log.
pub(in crate::sqlite) struct RecentLog {
    records: RwLock<Records>,
    most_bytes: u64,
}

struct Records {
    /// Without holes: the record after `after` is the first.
    events: VecDeque<(Arc<Event>, usize)>,
    /// The same records without marks, by conversation: a reader of one does not walk past all the others.
    by_conversation: HashMap<ConversationId, Tail>,
    after: u64,
    bytes: u64,
}

/// The end of one conversation: without holes, too, and so it reaches back further than the log's end.
struct Tail {
    /// The position of the conversation's event before these.
    after: u64,
    events: VecDeque<Arc<Event>>,
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

    /// Takes the records of a committed transaction.
    pub(in crate::sqlite) fn publish(&self, written: Vec<Record>) {
        let mut records = self.records.write();
        for Record { event, bytes, previous } in written {
            debug_assert_eq!(event.seq, records.newest() + 1, "the log has no holes");
            // Decoded, a record takes about twice its text (measured).
            let bytes = bytes * 2 + 256;
            records.bytes += bytes as u64;
            if !event.body.is_mark() {
                let tail = records.by_conversation.entry(event.conversation_id);
                let tail = tail.or_insert_with(|| Tail { after: previous, events: VecDeque::new() });
                tail.events.push_back(Arc::clone(&event));
            }
            records.events.push_back((event, bytes));
        }
        while records.events.len() > MOST_RECORDS || records.bytes > self.most_bytes {
            if !records.forget_oldest() {
                break;
            }
        }
    }

    /// Puts records that were written again in the place of those that stand here (LOG6).
    pub(in crate::sqlite) fn rewrite(&self, written: Vec<Arc<Event>>) {
        if written.is_empty() {
            return;
        }
        let mut records = self.records.write();
        let after = records.after;
        for event in written {
            let place = event.seq.checked_sub(after + 1).and_then(|place| usize::try_from(place).ok());
            if let Some((standing, _)) = place.and_then(|place| records.events.get_mut(place)) {
                *standing = Arc::clone(&event);
            }
            if let Some(tail) = records.by_conversation.get_mut(&event.conversation_id)
                && let Ok(place) = tail.events.binary_search_by_key(&event.seq, |event| event.seq)
            {
                tail.events[place] = event;
            }
        }
    }

    /// The newest position that was acknowledged or is about to be.
    pub(in crate::sqlite) fn newest(&self) -> u64 {
        self.records.read().newest()
    }

    /// A stretch of the log, if all of it is still here. A reader of one conversation that has seen the event before the
    /// ones that are here lacks nothing, however far the log has moved on since.
    pub(in crate::sqlite) fn list(
        &self,
        organization: OrganizationId,
        scope: LogScope,
        after: u64,
        limit: usize,
    ) -> Recent {
        let records = self.records.read();
        let tail = match scope {
            LogScope::Organization => None,
            LogScope::Conversation(id) => records.by_conversation.get(&id),
        };
        if after < records.after {
            match (scope, tail) {
                (LogScope::Conversation(_), Some(tail)) if after >= tail.after => {}
                (LogScope::Conversation(_), None) => return Recent::Silent { newest: records.newest() },
                (LogScope::Conversation(_) | LogScope::Organization, _) => return Recent::Lacking,
            }
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
            LogScope::Conversation(_) => {
                if let Some(Tail { after: _, events }) = tail {
                    let skip = events.partition_point(|event| event.seq <= after);
                    events.iter().skip(skip).all(take);
                }
            }
        }
        Recent::Page(page)
    }
}

impl Records {
    /// Forgets one record; `false` when there is none.
    fn forget_oldest(&mut self) -> bool {
        let Some((event, bytes)) = self.events.pop_front() else { return false };
        self.after = event.seq;
        self.bytes -= bytes as u64;
        if !event.body.is_mark()
            && let Some(tail) = self.by_conversation.get_mut(&event.conversation_id)
        {
            tail.events.pop_front();
            tail.after = event.seq;
            if tail.events.is_empty() {
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
    use waybill_model::NewEvent;

    fn positions(page: &EventPage) -> (Vec<u64>, u64) {
        (page.events.iter().map(|event| event.seq).collect(), page.reached)
    }

    /// The records of many conversations in turn, each with one event in every round.
    fn rounds(samples: &[ConversationId], rounds: std::ops::RangeInclusive<u64>) -> Vec<Record> {
        let start = Sample::new(1, &[]).start();
        let count = samples.len() as u64;
        let record = |round: u64, (index, id): (usize, &ConversationId)| {
            let seq = (round - 1) * count + index as u64 + 1;
            let NewEvent { conversation_seq: _, at, by, body } = start.events[0].clone();
            let organization_id = organization_id(1);
            let event = Event { seq, organization_id, conversation_id: *id, conversation_seq: round, at, by, body };
            Record { event: Arc::new(event), bytes: 100, previous: seq.saturating_sub(count) }
        };
        rounds.flat_map(|round| samples.iter().enumerate().map(move |place| record(round, place))).collect()
    }

    #[test]
    fn p4_a_reader_of_one_conversation_stays_in_memory_while_it_lacks_nothing() {
        let ids: Vec<_> = (1..=10).map(|number| Sample::new(number, &[]).id()).collect();
        // Room for fifteen of 456 bytes each: one and a half rounds.
        let log = RecentLog::new(0, 15 * 456);
        log.publish(rounds(&ids, 1..=9));
        let list = |after| log.list(organization_id(1), LogScope::Conversation(ids[0]), after, 100);
        // Conversation 1 has the positions 1, 11, 21 … 81; those from 76 on are here.
        let Recent::Page(page) = list(71) else { panic!("who has seen 71 lacks only 81, which is here") };
        assert_eq!(positions(&page), (vec![81], 90));
        let Recent::Page(page) = list(81) else { panic!("who has seen all lacks nothing") };
        assert_eq!(positions(&page), (vec![], 90));
        assert!(matches!(list(70), Recent::Lacking), "71 is not here any more");
        // The others go on, and this one is forgotten altogether.
        let others: Vec<_> = ids[1..].to_vec();
        let later = rounds(&others, 11..=12).into_iter();
        log.publish(later.zip(91..).map(|(record, seq)| Record { event: at(&record.event, seq), ..record }).collect());
        assert!(
            matches!(list(81), Recent::Silent { newest: 108 }),
            "whether anything was forgotten can't be said here"
        );
    }

    fn at(event: &Event, seq: u64) -> Arc<Event> {
        Arc::new(Event { seq, ..event.clone() })
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
            Record { event: Arc::new(event), bytes: 100, previous: seq - 1 }
        };
        // Room for ten of 456 bytes each.
        let log = RecentLog::new(5, 4_600);
        log.publish((6..=30).map(record).collect());
        assert_eq!(log.newest(), 30);
        let list = |after, limit| match log.list(organization_id(1), LogScope::Organization, after, limit) {
            Recent::Page(page) => Some(positions(&page)),
            Recent::Silent { .. } | Recent::Lacking => None,
        };
        assert_eq!(list(19, 100), None, "record 20 is not here any more");
        assert_eq!(list(20, 100), Some(((21..=30).collect(), 30)));
        assert_eq!(list(25, 2), Some((vec![26, 27], 27)));
        assert_eq!(list(30, 2), Some((vec![], 30)));
        assert_eq!(list(40, 2), Some((vec![], 40)));
    }
}
