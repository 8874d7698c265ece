//! Reading the log from the file: what the memory of its end does not hold any more.

use std::sync::Arc;

use rusqlite::{Connection, Params};
use waybill_model::{ConversationId, Event, OrganizationId};

use super::{
    fault::Fault,
    rows::{event_columns, number_of, read_event_row},
};
use crate::{EventPage, LogScope};

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
            // The unary plus keeps the planner on the conversation's index instead of a walk through the whole log.
            Some(number) => read_events(
                connection,
                concat!(
                    "SELECT ",
                    event_columns!(),
                    " FROM events WHERE conversation = ?2 AND conversation_seq > 0 AND +seq > ?1
                     ORDER BY conversation_seq LIMIT ?3"
                ),
                (from, number, most),
            )?,
            None => Vec::new(),
        },
    };
    let reached = match events.last() {
        Some(last) if events.len() == limit => last.seq,
        Some(_) | None => after.max(newest.cast_unsigned()),
    };
    Ok(EventPage { events, reached })
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
