//! Rows of the log and of conversations: their checksums, and the way back into values.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use waybill_model::{Actor, Conversation, ConversationId, Event, EventBody, OrganizationId, Time};

use super::{
    digest::{Digest, facets, payload_hash},
    fault::Fault,
    message_keys::MessageKeys,
};
use crate::StoreError;

/// What stands in `events.payload`.
#[derive(Serialize)]
pub(super) struct EventPayload<'a> {
    pub(super) by: &'a Actor,
    pub(super) body: &'a EventBody,
}

#[derive(Deserialize)]
struct OwnedEventPayload {
    by: Actor,
    body: EventBody,
}

/// The code of a kind in `events.kind`.
pub(super) const fn kind_code(body: &EventBody) -> i64 {
    match body {
        EventBody::Started { .. } => 1,
        EventBody::AttributesChanged { .. } => 2,
        EventBody::MessageAdded { .. } => MESSAGE_KIND,
        EventBody::ParticipantJoined { .. } => 4,
        EventBody::ParticipantLeft { .. } => 5,
        EventBody::Ended { .. } => 6,
        EventBody::Mark(_) => 7,
        EventBody::Erased { .. } => 8,
        EventBody::FlowStepped(_) => 9,
        EventBody::Routed(_) => 10,
        EventBody::ParticipantConnected { .. } => 11,
        EventBody::WrappedUp { .. } => 12,
        EventBody::NoteAdded { .. } => 13,
        EventBody::Rated { .. } => 14,
        EventBody::SeenUpTo { .. } => 15,
    }
}

/// The code of messages.
pub(super) const MESSAGE_KIND: i64 = 3;

/// Everything of an `events` row but payload and checksum.
#[derive(Debug, Clone, Copy)]
pub(super) struct EventKey {
    pub(super) seq: i64,
    pub(super) organization: OrganizationId,
    pub(super) conversation: i64,
    pub(super) conversation_id: ConversationId,
    pub(super) conversation_seq: i64,
    pub(super) kind: i64,
    pub(super) at: Time,
    pub(super) head_at: Option<Time>,
    pub(super) message_key: Option<i64>,
}

impl EventKey {
    /// The checksum of the whole row.
    pub(super) fn checksum(&self, payload_hash: u64) -> i64 {
        Digest::new("events")
            .number(self.seq)
            .bytes(self.organization.uuid().as_bytes())
            .number(self.conversation)
            .bytes(self.conversation_id.uuid().as_bytes())
            .number(self.conversation_seq)
            .number(self.kind)
            .number(self.at.millis())
            .maybe(self.head_at.map(Time::millis))
            .maybe(self.message_key)
            .hashed(payload_hash)
            .finish()
    }
}

/// The columns that [`read_event_row`] wants, in its order.
macro_rules! event_columns {
    () => {
        "seq, organization, conversation, conversation_id, conversation_seq, kind, at, head_at, message_key, payload, checksum"
    };
}
pub(super) use event_columns;

/// A row of the log whose checksum fits.
pub(super) struct EventRow<'a> {
    pub(super) key: EventKey,
    payload: &'a [u8],
}

/// Reads a row of the log and compares its checksum.
pub(super) fn read_event_row<'a>(row: &'a Row<'_>) -> Result<EventRow<'a>, Fault> {
    let seq: i64 = row.get(0)?;
    let corrupt = || StoreError::Corrupt { record: format!("events {seq}") };
    let (key, payload, checksum) = split_event_row(row, seq).map_err(|_| corrupt())?;
    if key.checksum(payload_hash(payload)) != checksum {
        return Err(corrupt().into());
    }
    Ok(EventRow { key, payload })
}

fn split_event_row<'a>(row: &'a Row<'_>, seq: i64) -> rusqlite::Result<(EventKey, &'a [u8], i64)> {
    let key = EventKey {
        seq,
        organization: OrganizationId::new(uuid(row, 1)?),
        conversation: row.get(2)?,
        conversation_id: ConversationId::new(uuid(row, 3)?),
        conversation_seq: row.get(4)?,
        kind: row.get(5)?,
        at: time(row, 6)?,
        head_at: row.get::<_, Option<i64>>(7)?.map(Time::from_millis),
        message_key: row.get(8)?,
    };
    Ok((key, row.get_ref(9)?.as_bytes().map_err(rusqlite::Error::from)?, row.get(10)?))
}

impl EventRow<'_> {
    /// The bytes that the event takes in the log.
    pub(super) const fn bytes(&self) -> usize {
        self.payload.len()
    }

    /// The event in the row.
    pub(super) fn event(&self) -> Result<Event, Fault> {
        let OwnedEventPayload { by, body } = serde_json::from_slice(self.payload)
            .map_err(|_| StoreError::Corrupt { record: format!("events {}", self.key.seq) })?;
        Ok(Event {
            seq: self.key.seq.cast_unsigned(),
            organization_id: self.key.organization,
            conversation_id: self.key.conversation_id,
            conversation_seq: self.key.conversation_seq.cast_unsigned(),
            at: self.key.at,
            by,
            body,
        })
    }
}

/// A UUID column.
pub(super) fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    row.get::<_, [u8; 16]>(column).map(Uuid::from_bytes)
}

/// A time column.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Time> {
    row.get::<_, i64>(column).map(Time::from_millis)
}

/// A conversation as it stands, with what the store itself must know of it.
#[derive(Debug)]
pub(super) struct Standing {
    /// `conversations.number`.
    pub(super) number: i64,
    /// `conversations.session`.
    pub(super) session: Option<i64>,
    pub(super) conversation: Arc<Conversation>,
    /// The log position of its last event.
    pub(super) position: u64,
    /// What it is listed by.
    pub(super) facets: Arc<[i64]>,
    /// The length of its JSON text.
    pub(super) json_bytes: usize,
    /// Shared by all states of the conversation that follow each other in memory.
    pub(super) message_keys: Arc<MessageKeys>,
}

impl Standing {
    /// About how much memory it takes: decoded, JSON takes twice its text (measured), and the cache its share.
    pub(super) fn weight(&self) -> u32 {
        u32::try_from(self.json_bytes * 2 + self.facets.len() * 8 + self.message_keys.len() * 16 + 512)
            .unwrap_or(u32::MAX)
    }
}

/// Everything of a `conversations` row but the checksum.
pub(super) struct ConversationRow<'a> {
    pub(super) number: i64,
    pub(super) id: ConversationId,
    pub(super) organization: OrganizationId,
    pub(super) deployment: Uuid,
    pub(super) session: Option<i64>,
    pub(super) started_at: Time,
    pub(super) ended_at: Option<Time>,
    pub(super) snapshot: Option<&'a [u8]>,
}

impl ConversationRow<'_> {
    /// The checksum of the whole row.
    pub(super) fn checksum(&self) -> i64 {
        Digest::new("conversations")
            .number(self.number)
            .bytes(self.id.uuid().as_bytes())
            .bytes(self.organization.uuid().as_bytes())
            .bytes(self.deployment.as_bytes())
            .maybe(self.session)
            .number(self.started_at.millis())
            .maybe(self.ended_at.map(Time::millis))
            .maybe(self.snapshot.map(|snapshot| payload_hash(snapshot).cast_signed()))
            .finish()
    }
}

/// The columns that [`read_conversation_row`] wants, in its order.
macro_rules! conversation_columns {
    () => {
        "number, id, organization, deployment, session, started_at, ended_at, snapshot, checksum"
    };
}
pub(super) use conversation_columns;

/// Reads a conversation's row and compares its checksum.
pub(super) fn read_conversation_row<'a>(row: &'a Row<'_>) -> Result<ConversationRow<'a>, Fault> {
    let number: i64 = row.get(0)?;
    let corrupt = || StoreError::Corrupt { record: format!("conversations {number}") };
    let (parts, checksum) = split_conversation_row(row, number).map_err(|_| corrupt())?;
    if parts.checksum() != checksum {
        return Err(corrupt().into());
    }
    Ok(parts)
}

fn split_conversation_row<'a>(row: &'a Row<'_>, number: i64) -> rusqlite::Result<(ConversationRow<'a>, i64)> {
    let parts = ConversationRow {
        number,
        id: ConversationId::new(uuid(row, 1)?),
        organization: OrganizationId::new(uuid(row, 2)?),
        deployment: uuid(row, 3)?,
        session: row.get(4)?,
        started_at: time(row, 5)?,
        ended_at: row.get::<_, Option<i64>>(6)?.map(Time::from_millis),
        snapshot: row.get_ref(7)?.as_bytes_or_null().map_err(rusqlite::Error::from)?,
    };
    Ok((parts, row.get(8)?))
}

/// The number and the checked row behind an id, made into a conversation.
pub(super) fn load_by_id(
    connection: &Connection,
    organization: OrganizationId,
    id: ConversationId,
) -> Result<Option<Standing>, Fault> {
    let mut statement =
        connection.prepare_cached(concat!("SELECT ", conversation_columns!(), " FROM conversations WHERE id = ?1"))?;
    let mut rows = statement.query([id.uuid().as_bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let row = read_conversation_row(row)?;
    if row.organization != organization {
        return Ok(None);
    }
    stand(connection, &row).map(Some)
}

/// A conversation by its number.
pub(super) fn load_by_number(connection: &Connection, number: i64) -> Result<Option<Standing>, Fault> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversations WHERE number = ?1"
    ))?;
    let mut rows = statement.query([number])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let row = read_conversation_row(row)?;
    stand(connection, &row).map(Some)
}

/// Puts snapshot and head together: the snapshot from the row or its first event, the head from its last event.
pub(super) fn stand(connection: &Connection, row: &ConversationRow<'_>) -> Result<Standing, Fault> {
    let corrupt = || StoreError::Corrupt { record: format!("conversations {}", row.number) };
    let (mut conversation, json_bytes) = match row.snapshot {
        Some(snapshot) => (serde_json::from_slice::<Conversation>(snapshot).map_err(|_| corrupt())?, snapshot.len()),
        None => match first_event(connection, row.number)? {
            Some((Event { body: EventBody::Started { conversation, receipt: _ }, .. }, bytes)) => {
                (*conversation, bytes)
            }
            Some(_) | None => return Err(corrupt().into()),
        },
    };
    let Last { position, seq, last_at } = last_event(connection, row.number)?.ok_or_else(corrupt)?;
    conversation.seq = seq;
    conversation.last_at = last_at;
    Ok(Standing {
        number: row.number,
        session: row.session,
        facets: facets(&conversation).into(),
        conversation: Arc::new(conversation),
        position,
        json_bytes,
        message_keys: Arc::default(),
    })
}

fn first_event(connection: &Connection, number: i64) -> Result<Option<(Event, usize)>, Fault> {
    let mut statement =
        connection.prepare_cached(concat!("SELECT ", event_columns!(), " FROM events WHERE seq = ?1"))?;
    let mut rows = statement.query([number])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let row = read_event_row(row)?;
    Ok(Some((row.event()?, row.bytes())))
}

/// What a conversation's head is made of.
struct Last {
    position: u64,
    seq: u64,
    last_at: Time,
}

/// A conversation's last event.
fn last_event(connection: &Connection, number: i64) -> Result<Option<Last>, Fault> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        event_columns!(),
        " FROM events WHERE conversation = ?1 AND conversation_seq > 0 ORDER BY conversation_seq DESC LIMIT 1"
    ))?;
    let mut rows = statement.query([number])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let key = read_event_row(row)?.key;
    Ok(Some(Last {
        position: key.seq.cast_unsigned(),
        seq: key.conversation_seq.cast_unsigned(),
        last_at: key.head_at.unwrap_or(key.at),
    }))
}

/// The number of a conversation of this tenant.
pub(super) fn number_of(
    connection: &Connection,
    organization: OrganizationId,
    id: ConversationId,
) -> Result<Option<i64>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT number FROM conversations WHERE id = ?1 AND organization = ?2")?;
    Ok(statement.query_row((id.uuid().as_bytes(), organization.uuid().as_bytes()), |row| row.get(0)).optional()?)
}
