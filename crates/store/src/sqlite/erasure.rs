//! Erasing (LOG6): records of the log are written again without values, in the transaction of the event that says so.

use std::sync::Arc;

use rusqlite::{Connection, params};
use uuid::Uuid;
use waybill_model::{ConversationId, ErasedConversation, Event, OrganizationId, RetentionClass};

use super::{
    analytics,
    apply::{Applied, Group, Stop, apply_commit},
    digest::{Digest, owner_key, payload_hash, start_item},
    fault::{Fault, malformed},
    jobs,
    pen::Pen,
    prepare::{PreparedCommit, prepare},
    retention,
    rows::{EventPayload, event_columns, kind_code, number_of, read_event_row},
    sessions::{StartRow, read_start_row, start_checksum, start_columns},
};
use crate::{Erasure, StartAnswer, StoreError};

/// An erasure, ready for the writer.
pub(super) struct PreparedErasure {
    pub(super) commit: PreparedCommit,
    rewritten: Vec<PreparedRewrite>,
    answers: Vec<(u64, Option<String>)>,
    pages: Vec<String>,
    certificate: Uuid,
    line: ErasedConversation,
    done: Option<RetentionClass>,
}

struct PreparedRewrite {
    event: Arc<Event>,
    kind: i64,
    payload: String,
}

impl PreparedErasure {
    pub(super) fn new(organization: OrganizationId, erasure: Erasure) -> Result<Self, StoreError> {
        let Erasure { change, rewritten, answers, pages, certificate, line, done } = erasure;
        let rewritten = rewritten.into_iter().map(|event| {
            let payload =
                serde_json::to_string(&EventPayload { by: &event.by, body: &event.body }).map_err(malformed)?;
            Ok(PreparedRewrite { kind: kind_code(&event.body), event: Arc::new(event), payload })
        });
        Ok(Self {
            commit: prepare(organization, change)?,
            rewritten: rewritten.collect::<Result<_, StoreError>>()?,
            answers,
            pages,
            certificate,
            line,
            done,
        })
    }

    /// The records as they stand from now on, for the memory of the log.
    pub(super) fn rewritten(&self) -> impl Iterator<Item = Arc<Event>> {
        self.rewritten.iter().map(|rewrite| Arc::clone(&rewrite.event))
    }
}

/// Writes the event, then everything before it again. Runs behind a savepoint: a fault leaves nothing half erased.
pub(super) fn apply_erasure(
    pen: &mut Pen<'_>,
    group: &mut Group<'_>,
    erasure: &PreparedErasure,
) -> Result<Applied, Stop> {
    let id = erasure.commit.conversation_id;
    let (next_seq, standing) = (group.next_seq, group.standings.get(&id).cloned());
    let newest_job = jobs::newest(pen.connection)?;
    let applied = apply_commit(pen, group, &erasure.commit)?;
    if let Err(fault) = write_again(pen.connection, erasure, &applied, newest_job) {
        // The rows are undone by the savepoint; what the group was told of them is undone here.
        group.next_seq = next_seq;
        match standing {
            Some(standing) => group.standings.insert(id, standing),
            None => group.standings.remove(&id),
        };
        return Err(fault.into());
    }
    Ok(applied)
}

fn write_again(
    connection: &Connection,
    erasure: &PreparedErasure,
    applied: &Applied,
    newest_job: i64,
) -> Result<(), Fault> {
    let number = applied.standing.number;
    // What jobs carry was made of what goes; jobs that came with the erasure itself stay.
    jobs::forget(connection, number, newest_job)?;
    for rewrite in &erasure.rewritten {
        rewrite_event(connection, number, rewrite)?;
    }
    for (start, answer) in &erasure.answers {
        rewrite_answer(connection, number, start.cast_signed(), answer.as_deref())?;
    }
    for page in &erasure.pages {
        analytics::forget_page(connection, erasure.commit.organization, page)?;
    }
    let position = applied.first_seq.cast_unsigned();
    insert_line(connection, erasure, position)?;
    if let Some(class) = erasure.done.filter(|_| applied.standing.conversation.ended_at.is_some()) {
        retention::note_number(connection, number, class)?;
    }
    Ok(())
}

fn rewrite_event(connection: &Connection, conversation: i64, rewrite: &PreparedRewrite) -> Result<(), Fault> {
    let PreparedRewrite { event, kind, payload } = rewrite;
    let seq = event.seq.cast_signed();
    let key = {
        let mut statement =
            connection.prepare_cached(concat!("SELECT ", event_columns!(), " FROM events WHERE seq = ?1"))?;
        let mut rows = statement.query([seq])?;
        let row = rows.next()?.ok_or_else(|| malformed(format_args!("there is no record {seq} to write again")))?;
        read_event_row(row)?.key
    };
    if (key.conversation, key.kind) != (conversation, *kind) {
        return Err(malformed(format_args!("record {seq} is another conversation's, or of another kind")).into());
    }
    connection.prepare_cached("UPDATE events SET payload = ?2, checksum = ?3 WHERE seq = ?1")?.execute((
        seq,
        payload,
        key.checksum(payload_hash(payload.as_bytes())),
    ))?;
    Ok(())
}

fn rewrite_answer(connection: &Connection, conversation: i64, number: i64, answer: Option<&str>) -> Result<(), Fault> {
    let Some(StartRow { place, token }) = find_start_row(connection, number)? else { return Ok(()) };
    if place.conversation != conversation {
        return Err(malformed(format_args!("start token {number} is another conversation's")).into());
    }
    match answer {
        Some(answer) => {
            let checksum = start_checksum(place, &token, payload_hash(answer.as_bytes()));
            connection
                .prepare_cached("UPDATE start_tokens SET answer = ?2, checksum = ?3 WHERE number = ?1")?
                .execute((number, answer, checksum))?;
        }
        None => {
            connection.prepare_cached("DELETE FROM start_tokens WHERE number = ?1")?.execute([number])?;
            connection
                .prepare_cached("DELETE FROM lookups WHERE owner = ?1 AND item = ?2 AND number = ?3")?
                .execute((owner_key(place.deployment, token.owner), start_item(&token.token), number))?;
        }
    }
    Ok(())
}

fn find_start_row(connection: &Connection, number: i64) -> Result<Option<StartRow>, Fault> {
    let mut statement =
        connection.prepare_cached(concat!("SELECT ", start_columns!(), " FROM start_tokens WHERE number = ?1"))?;
    let mut rows = statement.query([number])?;
    rows.next()?.map(read_start_row).transpose()
}

/// The kept answers of a conversation's starts. A start token has the number of its commit's first event.
pub(super) fn list_start_answers(
    connection: &Connection,
    organization: OrganizationId,
    conversation: ConversationId,
) -> Result<Vec<StartAnswer>, Fault> {
    let Some(number) = number_of(connection, organization, conversation)? else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        start_columns!(),
        " FROM start_tokens WHERE number IN (SELECT seq FROM events WHERE conversation = ?1 AND conversation_seq > 0)"
    ))?;
    let mut rows = statement.query([number])?;
    let mut answers = Vec::new();
    while let Some(row) = rows.next()? {
        let StartRow { place, token } = read_start_row(row)?;
        let number = place.number.cast_unsigned();
        answers.push(StartAnswer { number, token: token.token, answer: token.answer });
    }
    Ok(answers)
}

fn checksum(certificate: Uuid, position: i64, organization: OrganizationId, payload: &str) -> i64 {
    Digest::new("erasures")
        .bytes(certificate.as_bytes())
        .number(position)
        .bytes(organization.uuid().as_bytes())
        .hashed(payload_hash(payload.as_bytes()))
        .finish()
}

fn insert_line(connection: &Connection, erasure: &PreparedErasure, position: u64) -> Result<(), Fault> {
    let line = ErasedConversation { position, ..erasure.line.clone() };
    let payload = serde_json::to_string(&line).map_err(malformed)?;
    let (organization, position) = (erasure.commit.organization, position.cast_signed());
    connection
        .prepare_cached(
            "INSERT INTO erasures (certificate, position, organization, payload, checksum)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            erasure.certificate.as_bytes(),
            position,
            organization.uuid().as_bytes(),
            payload,
            checksum(erasure.certificate, position, organization, &payload),
        ])?;
    Ok(())
}

/// The lines of a certificate.
pub(super) fn list_lines(
    connection: &Connection,
    organization: OrganizationId,
    certificate: Uuid,
    after: u64,
    limit: u32,
) -> Result<Vec<ErasedConversation>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT position, payload, checksum FROM erasures
         WHERE certificate = ?1 AND position > ?2 AND organization = ?3 ORDER BY position LIMIT ?4",
    )?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![certificate.as_bytes(), after, organization.uuid().as_bytes(), limit])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let (position, payload): (i64, String) = (row.get(0)?, row.get(1)?);
        let corrupt = || StoreError::Corrupt { record: format!("erasures {certificate} {position}") };
        if checksum(certificate, position, organization, &payload) != row.get::<_, i64>(2)? {
            return Err(corrupt().into());
        }
        lines.push(serde_json::from_str(&payload).map_err(|_| corrupt())?);
    }
    Ok(lines)
}

/// Every line of every certificate, for the doctor.
pub(super) fn check_lines(
    connection: &Connection,
    mut each: impl FnMut(Result<(), Fault>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut statement =
        connection.prepare_cached("SELECT certificate, position, organization, payload, checksum FROM erasures")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let certificate = super::rows::uuid(row, 0)?;
        let position: i64 = row.get(1)?;
        let organization = OrganizationId::new(super::rows::uuid(row, 2)?);
        let payload: String = row.get(3)?;
        let fits = checksum(certificate, position, organization, &payload) == row.get::<_, i64>(4)?;
        let record = format!("erasures {certificate} {position}");
        each(if fits { Ok(()) } else { Err(StoreError::Corrupt { record }.into()) })?;
    }
    Ok(())
}
