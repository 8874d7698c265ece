//! Rows of `analytics_measures`.

use rusqlite::{Connection, Row};
use waybill_model::{
    Conversation, Time,
    analytics::{Measure, Taken},
};

use super::super::super::fault::Fault;

/// Bytes of one item.
const ITEM: usize = 1 + 2 + 8 + 5 * 4;

/// No name: what a value does not have.
pub(super) const NOBODY: u32 = 0;

/// One value; names are numbers of `analytics_names`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    /// A [`Measure`]'s code.
    pub(super) measure: u8,
    /// Which of the conversation's participants.
    pub(super) participant: u16,
    pub(super) value: u64,
    pub(super) purpose: u32,
    pub(super) queue: u32,
    pub(super) user: u32,
    pub(super) code: u32,
    pub(super) flow: u32,
}

/// Appends an item to the bytes of a row.
pub(super) fn write_item(bytes: &mut Vec<u8>, item: Item) {
    let Item { measure, participant, value, purpose, queue, user, code, flow } = item;
    bytes.push(measure);
    bytes.extend_from_slice(&participant.to_le_bytes());
    bytes.extend_from_slice(&value.to_le_bytes());
    for name in [purpose, queue, user, code, flow] {
        bytes.extend_from_slice(&name.to_le_bytes());
    }
}

/// Reads the items of a row; what is no whole item is left out.
pub(super) fn items(bytes: &[u8]) -> impl Iterator<Item = Item> {
    let (items, _) = bytes.as_chunks::<ITEM>();
    items.iter().map(|item| {
        let [measure, one, two, v0, v1, v2, v3, v4, v5, v6, v7, names @ ..] = *item;
        let (names, _) = names.as_chunks::<4>();
        let name = |index: usize| names.get(index).map_or(NOBODY, |bytes| u32::from_le_bytes(*bytes));
        Item {
            measure,
            participant: u16::from_le_bytes([one, two]),
            value: u64::from_le_bytes([v0, v1, v2, v3, v4, v5, v6, v7]),
            purpose: name(0),
            queue: name(1),
            user: name(2),
            code: name(3),
            flow: name(4),
        }
    })
}

/// Where a row stands: deployment, time, event.
type Place = (i64, i64, i64);

/// A conversation's rows.
fn rows_of(connection: &Connection, number: i64) -> Result<Vec<(Place, Vec<u8>)>, Fault> {
    let read = |row: &Row<'_>| Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?));
    Ok(connection
        .prepare_cached("SELECT deployment, at, event, items FROM analytics_measures WHERE conversation = ?1")?
        .query_map([number], read)?
        .collect::<Result<_, _>>()?)
}

/// Everything that was measured of a conversation, by time.
pub(in super::super) fn of(
    connection: &Connection,
    number: i64,
    conversation: &Conversation,
) -> Result<Vec<Taken>, Fault> {
    let mut rows = rows_of(connection, number)?;
    rows.sort_unstable_by_key(|((_, at, event), _)| (*at, *event));
    let mut taken = Vec::new();
    for ((_, at, _), bytes) in rows {
        taken.extend(items(&bytes).filter_map(|Item { measure, participant, value, .. }| {
            Some(Taken {
                participant_id: conversation.participants.get(usize::from(participant))?.id,
                measure: Measure::from_code(measure)?,
                at: Time::from_millis(at),
                value,
            })
        }));
    }
    Ok(taken)
}

/// Takes some of what was measured of a participant out again.
pub(super) fn take_back(
    connection: &Connection,
    number: i64,
    participant: u16,
    measures: &[Measure],
) -> Result<(), Fault> {
    let goes =
        |item: &Item| item.participant == participant && measures.iter().any(|measure| measure.code() == item.measure);
    for ((deployment, at, event), bytes) in rows_of(connection, number)? {
        if !items(&bytes).any(|item| goes(&item)) {
            continue;
        }
        let mut rest = Vec::with_capacity(bytes.len());
        items(&bytes).filter(|item| !goes(item)).for_each(|item| write_item(&mut rest, item));
        if rest.is_empty() {
            connection
                .prepare_cached("DELETE FROM analytics_measures WHERE deployment = ?1 AND at = ?2 AND event = ?3")?
                .execute((deployment, at, event))?;
        } else {
            connection
                .prepare_cached(
                    "UPDATE analytics_measures SET items = ?4 WHERE deployment = ?1 AND at = ?2 AND event = ?3",
                )?
                .execute((deployment, at, event, rest))?;
        }
    }
    Ok(())
}

/// The conversation's fact row stands elsewhere now.
pub(in super::super) fn move_start(connection: &Connection, number: i64, started_at: i64) -> Result<(), Fault> {
    connection
        .prepare_cached("UPDATE analytics_measures SET started_at = ?2 WHERE conversation = ?1")?
        .execute((number, started_at))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ana9_an_item_reads_back_as_it_was_written() {
        let item = |measure| Item {
            measure,
            participant: 300,
            value: u64::MAX - 7,
            purpose: 17,
            queue: NOBODY,
            user: 18,
            code: u32::MAX,
            flow: 70_000,
        };
        let mut bytes = Vec::new();
        write_item(&mut bytes, item(3));
        write_item(&mut bytes, item(17));
        bytes.push(1);
        assert_eq!(items(&bytes).collect::<Vec<_>>(), [item(3), item(17)]);
    }
}
