//! Writing: in the transaction of the commit, one row per event that something follows from. Most commits have none, and
//! cost nothing but a look at their events.

use rusqlite::Connection;
use serde::Deserialize;
use waybill_model::{
    Conversation, Direction, EventBody, MessageKind, OrganizationId, ParticipantId, Purpose, Time, analytics::Measure,
};

use super::{
    super::{
        super::{
            fault::{Fault, malformed},
            prepare::PreparedEvent,
            rows::MESSAGE_KIND,
        },
        ledger::Ledger,
        names::{Kind, Name, Names},
    },
    fold::{Drawn, Fold, Of, between},
    rows::{Item, NOBODY, take_back, write_item},
};

/// The conversation that is measured.
#[derive(Clone, Copy)]
pub(in super::super::super) struct Measuring<'a> {
    /// As it was before; absent for a new one.
    pub(in super::super::super) before: Option<&'a Conversation>,
    /// As it stands now.
    pub(in super::super::super) after: &'a Conversation,
    /// `conversations.number`.
    pub(in super::super::super) number: i64,
    /// `events.seq` of the first of the events.
    pub(in super::super::super) first_seq: i64,
}

/// An event with its places in the log and in its conversation.
pub(super) struct Seen<'a> {
    pub(super) seq: i64,
    pub(super) conversation_seq: u64,
    pub(super) at: Time,
    pub(super) body: &'a EventBody,
}

/// Measures what the events of a commit, which are in the log by now, mean.
pub(in super::super::super) fn measure(
    connection: &Connection,
    known: &Names,
    ledger: &mut Ledger,
    change: Measuring<'_>,
    events: &[PreparedEvent],
) -> Result<(), Fault> {
    if !events.iter().any(|event| concerns(change.before, &event.body)) {
        return Ok(());
    }
    let seen: Vec<Seen<'_>> = (change.first_seq..)
        .zip(events)
        .map(|(seq, event)| Seen { seq, conversation_seq: event.conversation_seq, at: event.at, body: &event.body })
        .collect();
    let fold = Fold::new(change.before, change.after, events.iter().map(|event| &event.body));
    write_all(connection, &mut Pen { known, ledger }, change, fold, &seen)
}

/// Whether something may follow from an event.
fn concerns(before: Option<&Conversation>, body: &EventBody) -> bool {
    let is_agent = |id: ParticipantId| {
        before
            .and_then(|before| before.participant(id))
            .is_some_and(|participant| participant.purpose == Purpose::Agent)
    };
    match body {
        EventBody::ParticipantConnected { .. }
        | EventBody::Routed(_)
        | EventBody::FlowStepped(_)
        | EventBody::WrappedUp { .. }
        | EventBody::Rated { .. } => true,
        EventBody::ParticipantJoined { participant } => participant.purpose == Purpose::Agent,
        EventBody::ParticipantLeft { participant_id } => is_agent(*participant_id),
        EventBody::MessageAdded { message } => {
            message.direction == Direction::Outbound && is_agent(message.participant_id)
        }
        EventBody::Ended { .. } => before.is_some_and(|before| {
            let here = |one: &waybill_model::Participant| one.purpose == Purpose::Agent && one.left_at.is_none();
            before.participants.iter().any(here)
        }),
        EventBody::Started { .. }
        | EventBody::AttributesChanged { .. }
        | EventBody::NoteAdded { .. }
        | EventBody::SeenUpTo { .. }
        | EventBody::Erased { .. }
        | EventBody::Mark(_) => false,
    }
}

/// The numbers of names.
pub(super) struct Pen<'a> {
    pub(super) known: &'a Names,
    pub(super) ledger: &'a mut Ledger,
}

/// Goes through the events and writes what they mean.
pub(super) fn write_all(
    connection: &Connection,
    pen: &mut Pen<'_>,
    change: Measuring<'_>,
    mut fold: Fold<'_>,
    events: &[Seen<'_>],
) -> Result<(), Fault> {
    for event in events {
        let mut meaning = fold.step(event.at, event.body);
        if let Some((speaker, since)) = fold.speaker(event.body) {
            for (measure, value) in responses(connection, change.number, event, (speaker, since))? {
                meaning.drawn.extend(fold.draw(speaker, measure, value));
            }
        }
        if let Some((id, measures)) = meaning.again {
            take_back(connection, change.number, index_of(change.after, id), measures)?;
        }
        write_row(connection, pen, change, event, &meaning.drawn)?;
    }
    Ok(())
}

fn index_of(conversation: &Conversation, id: ParticipantId) -> u16 {
    let index = conversation.participants.iter().position(|participant| participant.id == id);
    index.and_then(|index| u16::try_from(index).ok()).unwrap_or(u16::MAX)
}

fn write_row(
    connection: &Connection,
    pen: &mut Pen<'_>,
    change: Measuring<'_>,
    event: &Seen<'_>,
    drawn: &[Drawn],
) -> Result<(), Fault> {
    if drawn.is_empty() {
        return Ok(());
    }
    let Conversation { organization_id, deployment_id, started_at, .. } = change.after;
    let deployment = Name::new(*organization_id, Kind::Deployment, &deployment_id.to_string());
    let deployment = pen.ledger.number(connection, pen.known, &deployment)?;
    let mut bytes = Vec::new();
    for one in drawn {
        write_item(&mut bytes, pen.item(connection, *organization_id, change.after, *one)?);
    }
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO analytics_measures (deployment, at, event, conversation, started_at, items)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((deployment, event.at.millis(), event.seq, change.number, started_at.millis(), bytes))?;
    Ok(())
}

impl Pen<'_> {
    fn item(
        &mut self,
        connection: &Connection,
        organization: OrganizationId,
        after: &Conversation,
        drawn: Drawn,
    ) -> Result<Item, Fault> {
        let Drawn { measure, value, of } = drawn;
        let Of { participant_id, purpose, queue_id, user_id, code_id, flow_id } = of;
        let mut name = |kind, text: Option<String>| -> Result<u32, Fault> {
            let Some(text) = text else { return Ok(NOBODY) };
            let number = self.ledger.number(connection, self.known, &Name::new(organization, kind, &text))?;
            // There are fewer names than fit: an integer primary key that has grown by one from 17.
            Ok(u32::try_from(number).unwrap_or(u32::MAX))
        };
        Ok(Item {
            measure: measure.code(),
            participant: index_of(after, participant_id),
            value,
            purpose: name(Kind::Purpose, Some(purpose.as_str().to_owned()))?,
            queue: name(Kind::Queue, queue_id.map(|id| id.to_string()))?,
            user: name(Kind::User, user_id.map(|id| id.to_string()))?,
            code: name(Kind::Wrapup, code_id.map(|id| id.to_string()))?,
            flow: name(Kind::Flow, flow_id.map(|id| id.to_string()))?,
        })
    }
}

/// What is looked at of a stored message.
#[derive(Deserialize)]
struct SaidPayload {
    body: SaidBody,
}

#[derive(Deserialize)]
struct SaidBody {
    message: SaidMessage,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SaidMessage {
    participant_id: ParticipantId,
    direction: Direction,
    kind: MessageKind,
}

/// What an agent's message measures: its first word since it came to work, and how long the customer's words before it had
/// no answer. The log is read backwards as far as the agent's message before, or to where it came to work.
fn responses(
    connection: &Connection,
    number: i64,
    event: &Seen<'_>,
    (speaker, since): (ParticipantId, Time),
) -> Result<Vec<(Measure, u64)>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT at, payload FROM events WHERE conversation = ?1 AND conversation_seq > 0 AND conversation_seq < ?2
         AND kind = ?3 ORDER BY conversation_seq DESC",
    )?;
    let mut rows = statement.query((number, event.conversation_seq.cast_signed(), MESSAGE_KIND))?;
    let mut asked_at = None;
    let mut is_first = true;
    while let Some(row) = rows.next()? {
        let at = Time::from_millis(row.get(0)?);
        let payload = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let SaidPayload { body: SaidBody { message } } = serde_json::from_str(payload).map_err(malformed)?;
        if !matches!(message.kind, MessageKind::Text | MessageKind::Structured) {
            continue;
        }
        if message.participant_id == speaker {
            is_first = false;
            break;
        }
        if message.direction == Direction::Inbound {
            asked_at = Some(at.max(since));
        }
        if at < since {
            // The last word before the agent came: the customer's waits for an answer since its coming.
            break;
        }
    }
    let first = is_first.then(|| (Measure::FirstResponse, between(since, event.at)));
    let answer = asked_at.map(|asked_at| (Measure::Response, between(asked_at, event.at)));
    Ok(first.into_iter().chain(answer).collect())
}
