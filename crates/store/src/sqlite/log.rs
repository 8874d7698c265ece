//! Reading the log from the file: what the memory of its end does not hold any more.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Params};
use waybill_model::{ConversationId, Event, OrganizationId};

use super::{
    fault::Fault,
    rows::{event_columns, number_of, read_event_row},
};
use crate::{EventPage, LogScope};

/// The events of a conversation from one of its numbers on; marks have the number 0.
const LIST_OF_CONVERSATION: &str = concat!(
    "SELECT ",
    event_columns!(),
    " FROM events WHERE conversation = ?1 AND conversation_seq >= ?2 ORDER BY conversation_seq LIMIT ?3"
);

/// Number and position of a conversation's last event up to one of its numbers; the index alone answers.
const FIND_PLACE: &str = "SELECT conversation_seq, seq FROM events
     WHERE conversation = ?1 AND conversation_seq BETWEEN 1 AND ?2 ORDER BY conversation_seq DESC LIMIT 1";

/// The log after a position, without marks.
pub(super) fn list_events(
    connection: &Connection,
    organization: OrganizationId,
    scope: LogScope,
    after: u64,
    limit: usize,
) -> Result<EventPage, Fault> {
    let newest: i64 = connection
        .prepare_cached("SELECT coalesce((SELECT seq FROM events ORDER BY seq DESC LIMIT 1), 0)")?
        .query_row([], |row| row.get(0))?;
    let from = after.cast_signed();
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let events = match scope {
        LogScope::Organization => read_events(
            connection,
            concat!(
                "SELECT ",
                event_columns!(),
                " FROM events WHERE seq > ?1 AND organization = ?2 AND conversation_seq > 0 ORDER BY seq LIMIT ?3"
            ),
            (from, organization.uuid().as_bytes(), most),
        )?,
        LogScope::Conversation(id) => match number_of(connection, organization, id)? {
            Some(number) => match first_after(connection, number, from)? {
                Some(first) => read_events(connection, LIST_OF_CONVERSATION, (number, first, most))?,
                None => Vec::new(),
            },
            None => Vec::new(),
        },
    };
    let reached = match events.last() {
        Some(last) if events.len() == limit => last.seq,
        Some(_) | None => after.max(newest.cast_unsigned()),
    };
    Ok(EventPage { events, reached })
}

/// The number, within its conversation, of the first event after a position.
///
/// Numbers and positions grow together, so this looks at the last event first, which mostly answers, then back in steps
/// that double, and then halves: it never walks through the conversation.
fn first_after(connection: &Connection, conversation: i64, position: i64) -> Result<Option<i64>, Fault> {
    let mut statement = connection.prepare_cached(FIND_PLACE)?;
    let mut later_at = |number: i64| -> Result<Option<i64>, Fault> {
        let place: Option<(i64, i64)> =
            statement.query_row((conversation, number), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(place.filter(|(_, seq)| *seq > position).map(|(number, _)| number))
    };
    let Some(mut later) = later_at(i64::MAX)? else { return Ok(None) };
    let mut earlier = 0;
    let mut step = 1;
    while later - step > earlier {
        match later_at(later - step)? {
            Some(number) => later = number,
            None => earlier = later - step,
        }
        step *= 2;
    }
    while later - earlier > 1 {
        let middle = earlier + (later - earlier) / 2;
        match later_at(middle)? {
            Some(number) => later = number,
            None => earlier = middle,
        }
    }
    Ok(Some(later))
}

/// The whole log of one conversation, marks included.
pub(super) fn list_conversation_log(
    connection: &Connection,
    organization: OrganizationId,
    conversation: ConversationId,
) -> Result<Vec<Arc<Event>>, Fault> {
    let Some(number) = number_of(connection, organization, conversation)? else { return Ok(Vec::new()) };
    read_events(
        connection,
        concat!("SELECT ", event_columns!(), " FROM events WHERE conversation = ?1 ORDER BY +seq"),
        [number],
    )
}

fn read_events(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<Arc<Event>>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(Arc::new(read_event_row(row)?.event()?));
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use rusqlite::params_from_iter;

    use super::*;
    use crate::{SqliteOptions, SqliteStore, Store, conformance::Sample};

    #[tokio::test]
    async fn log4_a_conversation_is_read_on_by_seeks_in_its_index() {
        let check = async |store: &SqliteStore, sql: &'static str, parameters: i64, expected: &str| {
            let plan = store.readers.read(move |connection| {
                let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let lines = statement.query_map(params_from_iter(1..=parameters), |row| row.get::<_, String>(3))?;
                Ok(lines.collect::<Result<Vec<_>, _>>()?)
            });
            assert_eq!(plan.await.unwrap(), [expected]);
        };
        let store = SqliteStore::in_memory().unwrap();
        let seek = "SEARCH events USING INDEX events_by_conversation (conversation=? AND conversation_seq>?)";
        check(&store, LIST_OF_CONVERSATION, 3, seek).await;
        let seek = "SEARCH events USING COVERING INDEX events_by_conversation \
                    (conversation=? AND conversation_seq>? AND conversation_seq<?)";
        check(&store, FIND_PLACE, 2, seek).await;
    }

    #[tokio::test]
    async fn log4_the_file_reads_on_after_every_position() {
        let options = SqliteOptions { log_bytes: 0, conversation_bytes: 0, ..SqliteOptions::default() };
        let store = SqliteStore::in_memory_with(options).unwrap();
        let mut samples = [Sample::new(1, &[]), Sample::new(2, &[])];
        let mut all = Vec::new();
        for round in 0..40 {
            // Not in step, so that numbers and positions grow apart.
            let sample = &mut samples[usize::from(round % 3 == 0)];
            let change = if sample.conversation.seq == 0 { sample.start() } else { sample.message("and on") };
            all.extend(store.commit(sample.organization(), change).await.unwrap().events().to_vec());
        }
        for sample in &samples {
            let own: Vec<u64> =
                all.iter().filter(|event| event.conversation_id == sample.id()).map(|event| event.seq).collect();
            for after in 0..=all.len() as u64 + 1 {
                let page = store.list_events(sample.organization(), LogScope::Conversation(sample.id()), after, 7);
                let found: Vec<_> = page.await.unwrap().events.iter().map(|event| event.seq).collect();
                let expected: Vec<_> = own.iter().copied().filter(|seq| *seq > after).take(7).collect();
                assert_eq!(found, expected, "after {after}");
            }
        }
    }
}
