//! One message by its id alone – ids hold the time at which they were drawn, and the log stands in the order of time –
//! and the latest ones of a conversation.

use rusqlite::{Connection, OptionalExtension};
use waybill_model::{ConversationId, EventBody, Message, MessageId, OrganizationId};

use super::{
    fault::Fault,
    rows::{MESSAGE_KIND, event_columns, number_of, read_event_row},
};

/// How far the log's times may lag behind an id's, in milliseconds: ids are drawn a moment before or after the time of
/// their event is taken.
const BEFORE: i64 = 5_000;
/// How long a message may have waited for its commit, in milliseconds.
const AFTER: i64 = 60_000;

/// Payloads with this text in a stretch of the log; which of them is the message itself, the reader sees.
const FIND: &str = concat!(
    "SELECT ",
    event_columns!(),
    " FROM events WHERE seq BETWEEN ?1 AND ?2 AND organization = ?3 AND kind = ?4 AND instr(payload, ?5) > 0"
);

/// The first record at a position or after it.
const NEXT: &str = "SELECT seq, at FROM events WHERE seq >= ?1 ORDER BY seq LIMIT 1";

/// The end of a conversation's messages; the index finds them without touching other events.
const LATEST: &str = concat!(
    "SELECT ",
    event_columns!(),
    " FROM events WHERE conversation = ?1 AND conversation_seq > 0 AND kind = ?2
     ORDER BY conversation_seq DESC LIMIT ?3"
);

/// The latest messages of a conversation, oldest of them first.
pub(super) fn list_latest(
    connection: &Connection,
    organization: OrganizationId,
    conversation: ConversationId,
    limit: u32,
) -> Result<Vec<Message>, Fault> {
    let Some(number) = number_of(connection, organization, conversation)? else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(LATEST)?;
    let mut rows = statement.query((number, MESSAGE_KIND, limit))?;
    let mut messages = Vec::new();
    while let Some(row) = rows.next()? {
        if let EventBody::MessageAdded { message } = read_event_row(row)?.event()?.body {
            messages.push(*message);
        }
    }
    messages.reverse();
    Ok(messages)
}

pub(super) fn find_message(
    connection: &Connection,
    organization: OrganizationId,
    id: MessageId,
) -> Result<Option<(ConversationId, Message)>, Fault> {
    let uuid = id.uuid();
    if uuid.get_version_num() != 7 {
        return Ok(None);
    }
    let drawn_at = i64::try_from(uuid.as_u128() >> 80).unwrap_or(i64::MAX);
    let from = first_at(connection, drawn_at.saturating_sub(BEFORE))?;
    let to = first_at(connection, drawn_at.saturating_add(AFTER))?;
    let mut statement = connection.prepare_cached(FIND)?;
    let text = id.to_string();
    let mut rows = statement.query((from, to, organization.uuid().as_bytes(), MESSAGE_KIND, text))?;
    while let Some(row) = rows.next()? {
        let event = read_event_row(row)?.event()?;
        if let EventBody::MessageAdded { message } = event.body
            && message.id == id
        {
            return Ok(Some((event.conversation_id, *message)));
        }
    }
    Ok(None)
}

/// The first position whose record is of this time or later; the end of the log where there is none.
fn first_at(connection: &Connection, time: i64) -> Result<i64, Fault> {
    let newest: Option<i64> = connection
        .prepare_cached("SELECT seq FROM events ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let mut statement = connection.prepare_cached(NEXT)?;
    let (mut earlier, mut later) = (0, newest.unwrap_or(0));
    while later - earlier > 1 {
        let middle = earlier + (later - earlier) / 2;
        let next: Option<(i64, i64)> =
            statement.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match next {
            Some((seq, at)) if at < time => earlier = seq.max(middle),
            Some(_) | None => later = middle,
        }
    }
    Ok(later)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use waybill_model::{Change, EventBody, MessageId, Time};

    use crate::{SqliteStore, Store, conformance::Sample};

    /// Gives the message of a change an id that was drawn at this time.
    fn draw(change: &mut Change, at: Time, number: u128) -> MessageId {
        let millis = u128::try_from(at.millis()).unwrap();
        let id = MessageId::new(Uuid::from_u128(millis << 80 | 0x7 << 76 | 0x2 << 62 | number));
        for event in &mut change.events {
            if let EventBody::MessageAdded { message } = &mut event.body {
                message.id = id;
                // The id in another message's words is not that message.
                message.text = format!("I mean {}", MessageId::new(Uuid::from_u128(number)));
            }
        }
        id
    }

    #[tokio::test]
    async fn plat4_a_message_is_found_by_its_id_alone() {
        let store = SqliteStore::in_memory().unwrap();
        let mut samples = [Sample::new(1, &[]), Sample::new(2, &[])];
        let organization = samples[0].organization();
        for sample in &mut samples {
            store.commit(organization, sample.start()).await.unwrap();
        }
        let mut said = Vec::new();
        for number in 0..60_u32 {
            let sample = &mut samples[usize::from(number % 3 == 0)];
            let mut change = sample.message("and on");
            let at = change.head.last_at;
            let id = draw(&mut change, at, number.into());
            store.commit(organization, change).await.unwrap();
            said.push((sample.id(), id));
        }
        for sample in &samples {
            let own: Vec<_> = said.iter().filter(|(conversation, _)| *conversation == sample.id()).collect();
            let latest = store.list_latest_messages(organization, sample.id(), 7).await.unwrap();
            let latest: Vec<_> = latest.iter().map(|message| message.id).collect();
            assert_eq!(latest, own[own.len() - 7..].iter().map(|(_, id)| *id).collect::<Vec<_>>());
        }
        for (conversation, id) in said {
            let found = store.find_message(organization, id).await.unwrap();
            assert_eq!(found.map(|(conversation, message)| (conversation, message.id)), Some((conversation, id)));
        }
        let unknown = MessageId::new(Uuid::from_u128(0x7 << 76 | 0x2 << 62 | 9_999));
        assert_eq!(store.find_message(organization, unknown).await.unwrap(), None);
        let random = MessageId::new(Uuid::from_u128(0x4 << 76 | 0x2 << 62 | 1));
        assert_eq!(store.find_message(organization, random).await.unwrap(), None);
    }
}
