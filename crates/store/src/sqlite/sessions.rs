//! Sessions and start tokens: rows, look-ups by secret hashes, and a session's messages.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row};
use waybill_model::{
    Conversation, ConversationId, DeploymentId, Event, EventBody, Message, OrganizationId, Session, SessionId,
    StartToken, Time, TokenHash,
};

use super::{
    digest::{Digest, SESSION_ITEM, message_key, owner_key, payload_hash, start_item},
    fault::Fault,
    prepare::PreparedStartToken,
    rows::{MESSAGE_KIND, Standing, event_columns, load_by_number, read_event_row, time, uuid},
};
use crate::{MessagePage, StoreError, StoredStart};

/// A row of `sessions`.
#[derive(Debug, Clone, Copy)]
pub(super) struct SessionRow {
    pub(super) number: i64,
    pub(super) id: SessionId,
    pub(super) organization: OrganizationId,
    pub(super) deployment: DeploymentId,
    pub(super) token: Option<TokenHash>,
    pub(super) conversation: i64,
    pub(super) started_at: Time,
}

impl SessionRow {
    /// The checksum of the whole row.
    pub(super) fn checksum(&self) -> i64 {
        Digest::new("sessions")
            .number(self.number)
            .bytes(self.id.uuid().as_bytes())
            .bytes(self.organization.uuid().as_bytes())
            .bytes(self.deployment.uuid().as_bytes())
            .bytes(self.token.as_ref().map_or(&[], |token| token.0.as_slice()))
            .number(self.conversation)
            .number(self.started_at.millis())
            .finish()
    }
}

macro_rules! session_columns {
    () => {
        "number, id, organization, deployment, token, conversation, started_at, checksum"
    };
}
pub(super) use session_columns;

/// Reads a session's row and compares its checksum.
pub(super) fn read_session_row(row: &Row<'_>) -> Result<SessionRow, Fault> {
    let number: i64 = row.get(0)?;
    let corrupt = || StoreError::Corrupt { record: format!("sessions {number}") };
    let split = || -> rusqlite::Result<(SessionRow, i64)> {
        let session = SessionRow {
            number,
            id: SessionId::new(uuid(row, 1)?),
            organization: OrganizationId::new(uuid(row, 2)?),
            deployment: DeploymentId::new(uuid(row, 3)?),
            token: row.get::<_, Option<[u8; 32]>>(4)?.map(TokenHash),
            conversation: row.get(5)?,
            started_at: time(row, 6)?,
        };
        Ok((session, row.get(7)?))
    };
    let (session, checksum) = split().map_err(|_| corrupt())?;
    if session.checksum() != checksum {
        return Err(corrupt().into());
    }
    Ok(session)
}

/// A tenant's session, fenced or not.
pub(super) fn read_session(
    connection: &Connection,
    organization: OrganizationId,
    id: SessionId,
) -> Result<Option<SessionRow>, Fault> {
    let mut statement =
        connection.prepare_cached(concat!("SELECT ", session_columns!(), " FROM sessions WHERE id = ?1"))?;
    let mut rows = statement.query([id.uuid().as_bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let session = read_session_row(row)?;
    Ok((session.organization == organization).then_some(session))
}

/// The session that a token reads now.
pub(super) fn find_by_token(
    connection: &Connection,
    deployment: DeploymentId,
    token: TokenHash,
) -> Result<Option<SessionRow>, Fault> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        session_columns!(),
        " FROM sessions WHERE number IN (SELECT number FROM lookups WHERE owner = ?1 AND item = ?2)"
    ))?;
    let mut rows = statement.query((owner_key(deployment, token), SESSION_ITEM))?;
    while let Some(row) = rows.next()? {
        let session = read_session_row(row)?;
        if session.deployment == deployment && session.token == Some(token) {
            return Ok(Some(session));
        }
    }
    Ok(None)
}

/// A session with the id of its latest conversation.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownSession {
    pub(super) row: SessionRow,
    pub(super) conversation_id: ConversationId,
}

impl KnownSession {
    /// The session as its readers see it.
    pub(super) fn session(&self, conversation: &Conversation) -> Session {
        Session {
            id: self.row.id,
            organization_id: self.row.organization,
            deployment_id: self.row.deployment,
            conversation_id: self.conversation_id,
            started_at: self.row.started_at,
            last_at: conversation.last_at,
            ended: conversation.ended_at.is_some(),
        }
    }
}

/// The session that a token reads, with its latest conversation.
pub(super) fn find_session(
    connection: &Connection,
    deployment: DeploymentId,
    token: TokenHash,
) -> Result<Option<(KnownSession, Standing)>, Fault> {
    let Some(row) = find_by_token(connection, deployment, token)? else { return Ok(None) };
    let standing = load_by_number(connection, row.conversation)?
        .ok_or_else(|| StoreError::Corrupt { record: format!("sessions {}", row.number) })?;
    Ok(Some((KnownSession { row, conversation_id: standing.conversation.id }, standing)))
}

/// The messages of all conversations of a session, newest first.
pub(super) fn list_session_messages(
    connection: &Connection,
    organization: OrganizationId,
    session: SessionId,
    offset: u64,
    limit: u32,
) -> Result<MessagePage, Fault> {
    let Some(session) = read_session(connection, organization, session)? else {
        return Ok(MessagePage { messages: Vec::new(), total: 0 });
    };
    // The index alone tells which records are messages; only the page's own rows are read.
    let mut positions: Vec<i64> = connection
        .prepare_cached(
            "SELECT events.seq FROM conversations JOIN events ON events.conversation = conversations.number
             WHERE conversations.session = ?1 AND events.conversation_seq > 0 AND events.kind = ?2",
        )?
        .query_map((session.number, MESSAGE_KIND), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    positions.sort_unstable_by(|left, right| right.cmp(left));
    let total = positions.len() as u64;
    let skip = usize::try_from(offset).unwrap_or(usize::MAX);
    let mut messages = Vec::new();
    for seq in positions.into_iter().skip(skip).take(limit as usize) {
        messages.extend(read_message(connection, seq)?);
    }
    Ok(MessagePage { messages, total })
}

fn read_message(connection: &Connection, seq: i64) -> Result<Option<Message>, Fault> {
    let mut statement =
        connection.prepare_cached(concat!("SELECT ", event_columns!(), " FROM events WHERE seq = ?1"))?;
    let mut rows = statement.query([seq])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    match read_event_row(row)?.event()? {
        Event { body: EventBody::MessageAdded { message }, .. } => Ok(Some(*message)),
        _ => Err(StoreError::Corrupt { record: format!("events {seq}") }.into()),
    }
}

/// Every message key of a conversation.
pub(super) fn list_message_keys(connection: &Connection, conversation: i64) -> Result<HashSet<i64>, Fault> {
    Ok(connection
        .prepare_cached(
            "SELECT message_key FROM events
             WHERE conversation = ?1 AND conversation_seq > 0 AND kind = ?2 AND message_key IS NOT NULL",
        )?
        .query_map((conversation, MESSAGE_KIND), |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// A conversation's message by the client's own id (START8).
pub(super) fn find_message_by_client_id(
    connection: &Connection,
    conversation: i64,
    client_id: &str,
) -> Result<Option<Message>, Fault> {
    let positions: Vec<i64> = connection
        .prepare_cached(
            "SELECT seq FROM events WHERE conversation = ?1 AND conversation_seq > 0 AND kind = ?2 AND message_key = ?3",
        )?
        .query_map((conversation, MESSAGE_KIND, message_key(client_id)), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for seq in positions {
        let message = read_message(connection, seq)?;
        if message.as_ref().is_some_and(|message| message.client_id.as_deref() == Some(client_id)) {
            return Ok(message);
        }
    }
    Ok(None)
}

/// Where a start stands: the first and last position of its commit, and its conversation's number.
#[derive(Debug, Clone, Copy)]
pub(super) struct StartPlace {
    pub(super) organization: OrganizationId,
    pub(super) deployment: DeploymentId,
    pub(super) number: i64,
    pub(super) position: i64,
    pub(super) conversation: i64,
}

/// The checksum of a row of `start_tokens`.
pub(super) fn start_checksum(place: StartPlace, start: &StartToken, answer_hash: u64) -> i64 {
    let StartPlace { organization, deployment, number, position, conversation } = place;
    Digest::new("start_tokens")
        .bytes(organization.uuid().as_bytes())
        .bytes(deployment.uuid().as_bytes())
        .number(number)
        .number(position)
        .bytes(&start.owner.0)
        .bytes(start.token.as_bytes())
        .bytes(&start.body_hash)
        .number(conversation)
        .hashed(answer_hash)
        .finish()
}

/// For the writer: an earlier start with the token of this commit.
pub(super) fn stored_start(
    connection: &Connection,
    organization: OrganizationId,
    deployment: DeploymentId,
    start: &PreparedStartToken,
) -> Result<Option<StoredStart>, Fault> {
    let PreparedStartToken { token, owner_key, item, answer_hash: _ } = start;
    read_start(connection, (*owner_key, *item), organization, deployment, token.owner, &token.token)
}

/// An earlier start with this token (START1).
pub(super) fn find_start(
    connection: &Connection,
    organization: OrganizationId,
    deployment: DeploymentId,
    owner: TokenHash,
    token: &str,
) -> Result<Option<StoredStart>, Fault> {
    let keys = (owner_key(deployment, owner), start_item(token));
    read_start(connection, keys, organization, deployment, owner, token)
}

/// A row of `start_tokens`.
pub(super) struct StartRow {
    pub(super) place: StartPlace,
    pub(super) token: StartToken,
}

impl StartRow {
    /// Its `lookups.owner` and `lookups.item`.
    pub(super) fn keys(&self) -> (i64, i64) {
        (owner_key(self.place.deployment, self.token.owner), start_item(&self.token.token))
    }
}

/// The columns that [`read_start_row`] wants, in its order.
macro_rules! start_columns {
    () => {
        "number, position, organization, deployment, owner, token, body_hash, conversation, answer, checksum"
    };
}
pub(super) use start_columns;

/// Reads a start token's row and compares its checksum.
pub(super) fn read_start_row(row: &Row<'_>) -> Result<StartRow, Fault> {
    let number: i64 = row.get(0)?;
    let corrupt = || StoreError::Corrupt { record: format!("start_tokens {number}") };
    let split = || -> rusqlite::Result<(StartRow, i64)> {
        let start = StartRow {
            place: StartPlace {
                organization: OrganizationId::new(uuid(row, 2)?),
                deployment: DeploymentId::new(uuid(row, 3)?),
                number,
                position: row.get(1)?,
                conversation: row.get(7)?,
            },
            token: StartToken {
                owner: TokenHash(row.get(4)?),
                token: row.get(5)?,
                body_hash: row.get(6)?,
                answer: row.get(8)?,
            },
        };
        Ok((start, row.get(9)?))
    };
    let (start, checksum) = split().map_err(|_| corrupt())?;
    if start_checksum(start.place, &start.token, payload_hash(start.token.answer.as_bytes())) != checksum {
        return Err(corrupt().into());
    }
    Ok(start)
}

fn read_start(
    connection: &Connection,
    keys: (i64, i64),
    organization: OrganizationId,
    deployment: DeploymentId,
    owner: TokenHash,
    token: &str,
) -> Result<Option<StoredStart>, Fault> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        start_columns!(),
        " FROM start_tokens WHERE number IN (SELECT number FROM lookups WHERE owner = ?1 AND item = ?2)"
    ))?;
    let mut rows = statement.query(keys)?;
    while let Some(row) = rows.next()? {
        let StartRow { place, token: start } = read_start_row(row)?;
        if (place.organization, place.deployment, start.owner, start.token.as_str())
            == (organization, deployment, owner, token)
        {
            return Ok(Some(StoredStart {
                conversation_id: id_of(connection, place.conversation)?,
                body_hash: start.body_hash,
                answer: start.answer,
                position: place.position.cast_unsigned(),
            }));
        }
    }
    Ok(None)
}

fn id_of(connection: &Connection, number: i64) -> Result<ConversationId, Fault> {
    connection
        .prepare_cached("SELECT id FROM conversations WHERE number = ?1")?
        .query_row([number], |row| uuid(row, 0).map(ConversationId::new))
        .optional()?
        .ok_or_else(|| StoreError::Corrupt { record: format!("conversations {number}") }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start1_no_start_token_is_taken_for_a_session() {
        for token in ["", "0", "session", "a7c1"] {
            assert_ne!(start_item(token), SESSION_ITEM, "{token}");
        }
    }
}
