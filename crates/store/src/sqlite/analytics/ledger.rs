//! Writing: fact rows at once, counts once per group of commits.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;
use waybill_model::{Conversation, Direction, EventBody, MessageKind};

use super::{
    super::{
        fault::{Fault, malformed},
        rows::{MESSAGE_KIND, load_by_number},
    },
    facts::{Column, ENDING, Entry, Facts, Item, Place, Row, items},
    measures,
    names::{self, Name, Names},
};

/// What a group of commits has still to count, and the names that it has met first.
#[derive(Debug, Default)]
pub(in super::super) struct Ledger {
    deltas: Vec<Delta>,
    fresh: Vec<(i64, i64)>,
}

#[derive(Debug, Clone, Copy)]
struct Delta {
    place: Place,
    count: i64,
    late: i64,
}

/// How far a ledger had come.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Mark {
    deltas: usize,
    fresh: usize,
}

impl Ledger {
    pub(in super::super) fn mark(&self) -> Mark {
        Mark { deltas: self.deltas.len(), fresh: self.fresh.len() }
    }

    /// A job was undone: so is what it had to count.
    pub(in super::super) fn back_to(&mut self, mark: Mark) {
        self.deltas.truncate(mark.deltas);
        self.fresh.truncate(mark.fresh);
    }

    /// Names and their numbers, once they are committed.
    pub(in super::super) fn into_names(self) -> Vec<(i64, i64)> {
        self.fresh
    }

    /// Adds what was counted to the table, equal places together and in its order.
    pub(in super::super) fn flush(&mut self, connection: &Connection) -> Result<(), Fault> {
        self.deltas.sort_unstable_by_key(|delta| delta.place);
        let mut add = connection.prepare_cached(
            "INSERT INTO analytics_counts (deployment, dimension, hour, value, count, late)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET count = count + excluded.count, late = late + excluded.late",
        )?;
        for group in self.deltas.chunk_by(|one, other| one.place == other.place) {
            let count: i64 = group.iter().map(|delta| delta.count).sum();
            let late: i64 = group.iter().map(|delta| delta.late).sum();
            let Place { deployment, dimension, hour, value } = group[0].place;
            if count != 0 || late != 0 {
                add.execute((deployment, dimension, hour, value, count, late))?;
            }
            if count < 0 {
                connection
                    .prepare_cached(
                        "DELETE FROM analytics_counts
                         WHERE deployment = ?1 AND dimension = ?2 AND hour = ?3 AND value = ?4 AND count <= 0",
                    )?
                    .execute((deployment, dimension, hour, value))?;
            }
        }
        self.deltas.clear();
        Ok(())
    }

    fn count(&mut self, row: &Row, sign: i64) {
        row.places(|place, late| self.deltas.push(Delta { place, count: sign, late: if late { sign } else { 0 } }));
    }

    pub(super) fn number(&mut self, connection: &Connection, known: &Names, name: &Name) -> Result<i64, Fault> {
        let met = || self.fresh.iter().find(|(hash, _)| *hash == name.hash).map(|(_, id)| *id);
        if let Some(id) = known.get(name).or_else(met) {
            return Ok(id);
        }
        let id = names::find_or_create(connection, name)?;
        self.fresh.push((name.hash, id));
        Ok(id)
    }

    fn row(&mut self, connection: &Connection, known: &Names, facts: &Facts, number: i64) -> Result<Row, Fault> {
        let deployment = self.number(connection, known, &facts.deployment)?;
        let mut items = Vec::with_capacity(facts.items.len() + 1);
        for item in &facts.items {
            items.push(self.item(connection, known, item)?);
        }
        Ok(Row {
            deployment,
            started_at: facts.started_at,
            conversation: number,
            ended_at: facts.ended_at,
            late: facts.late,
            inbound: None,
            outbound: None,
            items,
        })
    }

    fn item(
        &mut self,
        connection: &Connection,
        known: &Names,
        (column, bits, value): &(Column, u8, Entry),
    ) -> Result<Item, Fault> {
        let dimension = match column {
            Column::Known(dimension) => *dimension,
            Column::Key(name) => self.number(connection, known, name)?,
        };
        let value = match value {
            Entry::Hash(hash) => *hash,
            Entry::Name(name) => self.number(connection, known, name)?,
        };
        Ok(Item { dimension, bits: *bits, value })
    }
}

/// Writes the facts of a conversation that has started or changed; `ended` is why, where this commit ended it.
pub(in super::super) fn record(
    connection: &Connection,
    known: &Names,
    ledger: &mut Ledger,
    change: Recorded<'_>,
) -> Result<(), Fault> {
    let Recorded { facts, conversation, number, before, ended } = change;
    let mut row = ledger.row(connection, known, facts, number)?;
    let old = match before {
        Some(started_at) => read(connection, row.deployment, started_at, number)?,
        None => None,
    };
    match ended {
        Some(reason) => {
            let ending = Facts::ending(conversation.organization_id, reason);
            row.items.push(ledger.item(connection, known, &ending)?);
        }
        None => row.items.extend(old.iter().flat_map(|old| &old.items).filter(|item| item.dimension == ENDING)),
    }
    row.items.sort_unstable();
    if row.ended_at.is_some() {
        let (inbound, outbound) = count_messages(connection, number)?;
        (row.inbound, row.outbound) = (Some(inbound), Some(outbound));
    }
    if let Some(old) = old {
        if old == row {
            return Ok(());
        }
        ledger.count(&old, -1);
        if old.started_at != row.started_at {
            delete(connection, &old)?;
            measures::move_start(connection, number, row.started_at)?;
        }
    }
    ledger.count(&row, 1);
    write(connection, &row)
}

/// What is recorded.
pub(in super::super) struct Recorded<'a> {
    pub(in super::super) facts: &'a Facts,
    pub(in super::super) conversation: &'a Conversation,
    /// `conversations.number`.
    pub(in super::super) number: i64,
    /// Its start as it was before; absent for a new conversation.
    pub(in super::super) before: Option<i64>,
    pub(in super::super) ended: Option<&'a str>,
}

/// Conversations of one step of the back-fill.
const STEP: i64 = 10_000;

/// Gives every conversation of an older database its facts.
pub(in super::super) fn back_fill(connection: &Connection) -> Result<(), Fault> {
    let total: i64 = connection.query_row("SELECT count(*) FROM conversations", [], |row| row.get(0))?;
    let (mut names, mut after, mut done) = (Names::default(), 0, 0);
    loop {
        let numbers: Vec<i64> = connection
            .prepare_cached("SELECT number FROM conversations WHERE number > ?1 ORDER BY number LIMIT ?2")?
            .query_map((after, STEP), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let Some(last) = numbers.last() else { return Ok(()) };
        after = *last;
        let mut ledger = Ledger::default();
        for number in &numbers {
            let Some(standing) = load_by_number(connection, *number)? else { continue };
            let conversation = &standing.conversation;
            let ended = match conversation.ended_at {
                Some(_) => find_ending(connection, *number)?,
                None => None,
            };
            let change = Recorded {
                facts: &Facts::of(conversation),
                conversation,
                number: *number,
                before: None,
                ended: ended.as_deref(),
            };
            record(connection, &names, &mut ledger, change)?;
        }
        ledger.flush(connection)?;
        names.learn(ledger.into_names());
        done += numbers.len();
        tracing::info!(done, total, "conversations get their facts for analytics");
    }
}

/// The part of an event's payload that is looked at here.
#[derive(Deserialize)]
struct Payload {
    body: EventBody,
}

fn find_ending(connection: &Connection, number: i64) -> Result<Option<String>, Fault> {
    let payload: Option<String> = connection
        .prepare_cached(
            "SELECT payload FROM events WHERE conversation = ?1 AND conversation_seq > 0 AND kind = 6
             ORDER BY conversation_seq DESC LIMIT 1",
        )?
        .query_row([number], |row| row.get(0))
        .optional()?;
    let Some(payload) = payload else { return Ok(None) };
    let payload: Payload = serde_json::from_str(&payload).map_err(malformed)?;
    Ok(match payload.body {
        EventBody::Ended { reason } => Some(reason),
        _ => None,
    })
}

/// What is looked at of a stored message.
#[derive(Deserialize)]
struct CountedPayload {
    body: CountedBody,
}

#[derive(Deserialize)]
struct CountedBody {
    message: CountedMessage,
}

#[derive(Deserialize)]
struct CountedMessage {
    direction: Direction,
    kind: MessageKind,
}

/// A conversation's messages from and to the customer, presence not counted.
pub(super) fn count_messages(connection: &Connection, number: i64) -> Result<(i64, i64), Fault> {
    let mut statement = connection
        .prepare_cached("SELECT payload FROM events WHERE conversation = ?1 AND conversation_seq > 0 AND kind = ?2")?;
    let mut rows = statement.query((number, MESSAGE_KIND))?;
    let (mut inbound, mut outbound) = (0, 0);
    while let Some(row) = rows.next()? {
        let payload = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let CountedPayload { body: CountedBody { message } } = serde_json::from_str(payload).map_err(malformed)?;
        match (message.kind, message.direction) {
            (MessageKind::PresenceJoin | MessageKind::PresenceDisconnect, _) => {}
            (MessageKind::Text | MessageKind::Structured, Direction::Inbound) => inbound += 1,
            (MessageKind::Text | MessageKind::Structured, Direction::Outbound) => outbound += 1,
        }
    }
    Ok((inbound, outbound))
}

fn read(connection: &Connection, deployment: i64, started_at: i64, number: i64) -> Result<Option<Row>, Fault> {
    Ok(connection
        .prepare_cached(
            "SELECT ended_at, late, inbound, outbound, items FROM analytics_facts
             WHERE deployment = ?1 AND started_at = ?2 AND conversation = ?3",
        )?
        .query_row((deployment, started_at, number), |row| {
            Ok(Row {
                deployment,
                started_at,
                conversation: number,
                ended_at: row.get(0)?,
                late: row.get(1)?,
                inbound: row.get(2)?,
                outbound: row.get(3)?,
                items: items(row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?).collect(),
            })
        })
        .optional()?)
}

fn write(connection: &Connection, row: &Row) -> Result<(), Fault> {
    let Row { deployment, started_at, conversation, ended_at, late, inbound, outbound, items: _ } = row;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO analytics_facts
                 (deployment, started_at, conversation, ended_at, late, inbound, outbound, items)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![deployment, started_at, conversation, ended_at, late, inbound, outbound, row.bytes()])?;
    Ok(())
}

fn delete(connection: &Connection, row: &Row) -> Result<(), Fault> {
    connection
        .prepare_cached("DELETE FROM analytics_facts WHERE deployment = ?1 AND started_at = ?2 AND conversation = ?3")?
        .execute((row.deployment, row.started_at, row.conversation))?;
    Ok(())
}
