//! Conversations of an older database are measured as their log tells them.

use rusqlite::Connection;
use waybill_model::{Event, Purpose};

use super::{
    super::{
        super::{
            fault::Fault,
            rows::{event_columns, load_by_number, read_event_row},
        },
        ledger::Ledger,
        names::Names,
    },
    fold::Fold,
    write::{Measuring, Pen, Seen, write_all},
};

/// Conversations of one step.
const STEP: i64 = 10_000;

/// Measures every conversation that an agent took part in: before queues and flows there was nothing else to measure.
pub(in super::super::super) fn back_fill(connection: &Connection) -> Result<(), Fault> {
    let (mut names, mut after) = (Names::default(), 0);
    loop {
        let numbers: Vec<i64> = connection
            .prepare_cached("SELECT number FROM conversations WHERE number > ?1 ORDER BY number LIMIT ?2")?
            .query_map((after, STEP), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let Some(last) = numbers.last() else { return Ok(()) };
        after = *last;
        let mut ledger = Ledger::default();
        for number in numbers {
            fill(connection, &mut Pen { known: &names, ledger: &mut ledger }, number)?;
        }
        names.learn(ledger.into_names());
        tracing::info!(after, "conversations are measured for analytics");
    }
}

fn fill(connection: &Connection, pen: &mut Pen<'_>, number: i64) -> Result<(), Fault> {
    let Some(standing) = load_by_number(connection, number)? else { return Ok(()) };
    let conversation = &standing.conversation;
    if conversation.participants.iter().all(|participant| participant.purpose != Purpose::Agent) {
        return Ok(());
    }
    let events = events_of(connection, number)?;
    let seen: Vec<Seen<'_>> = events
        .iter()
        .map(|event| Seen {
            seq: event.seq.cast_signed(),
            conversation_seq: event.conversation_seq,
            at: event.at,
            body: &event.body,
        })
        .collect();
    // Where one commit ends and the next begins is not in the log: who handed on is not told apart.
    let fold = Fold::new(None, conversation, std::iter::empty());
    let change = Measuring { before: None, after: conversation, number, first_seq: 0 };
    write_all(connection, pen, change, fold, &seen)
}

fn events_of(connection: &Connection, number: i64) -> Result<Vec<Event>, Fault> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        event_columns!(),
        " FROM events WHERE conversation = ?1 AND conversation_seq > 0 ORDER BY conversation_seq"
    ))?;
    let mut rows = statement.query([number])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(read_event_row(row)?.event()?);
    }
    Ok(events)
}
