//! `waybill doctor`: reads every record, compares checksums, numbers and snapshots. Works beside a running server.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, Row};
use waybill_model::{Conversation, Event, EventBody};

use super::{FolderError, failed};
use crate::{
    StoreError,
    sqlite::{
        administration, agents,
        audit::{self, AuditChain},
        dead_jobs,
        digest::{SESSION_ITEM, owner_key},
        entities, erasure,
        fault::Fault,
        jobs,
        migrate::{self, KNOWN_SCHEMA},
        open::{DATABASE_FILE, open_reader, read_epoch},
        rows::{
            ConversationRow, EventRow, conversation_columns, event_columns, read_conversation_row, read_event_row,
            stand,
        },
        sessions::{read_session_row, read_start_row, session_columns, start_columns},
        tokens, webhooks,
    },
};

/// Rows of one read transaction: a long one would keep a running server from checkpointing.
const STEP: i64 = 2_000;
/// The most faults of one kind that are told one by one.
const MOST_TOLD: usize = 1_000;

/// Faults of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// One line each, at most 1,000.
    pub told: Vec<String>,
    /// How many there are in all.
    pub count: u64,
}

impl Findings {
    fn add(&mut self, line: String) {
        self.count += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(line);
        }
    }
}

/// What the doctor saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DoctorReport {
    /// The database.
    pub file: PathBuf,
    /// Its schema.
    pub schema: i64,
    /// The epoch of its log.
    pub epoch: u32,
    /// Log records that were read and compared.
    pub records: u64,
    /// Conversations that were rebuilt from the log and compared.
    pub conversations: u64,
    /// Other rows with a checksum: sessions, start tokens, settings, refusals, jobs, agents.
    pub other_rows: u64,
    /// The position of the newest record.
    pub newest: u64,
    /// What SQLite's own check of the file says.
    pub integrity: Findings,
    /// Records whose checksum does not fit, or that can't be read.
    pub corrupt: Findings,
    /// Holes in the log, or in a conversation's own numbers.
    pub gaps: Findings,
    /// Conversations and indexes that do not stand as the log tells.
    pub mismatches: Findings,
    /// The audit log of every tenant.
    pub audit: Vec<AuditChain>,
}

impl DoctorReport {
    /// Whether nothing was found.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.faults() == 0
    }

    /// How many faults there are.
    #[must_use]
    pub const fn faults(&self) -> u64 {
        self.integrity.count + self.corrupt.count + self.gaps.count + self.mismatches.count
    }

    pub(super) fn first_fault(&self) -> &str {
        let kinds = [&self.corrupt, &self.gaps, &self.mismatches, &self.integrity];
        kinds.into_iter().find_map(|findings| findings.told.first()).map_or("none", String::as_str)
    }
}

/// Examines the database of a folder; only reads.
pub fn doctor(folder: &Path) -> Result<DoctorReport, FolderError> {
    doctor_file(&folder.join(DATABASE_FILE))
}

/// Examines a database file, a backup for example; only reads.
pub fn doctor_file(file: &Path) -> Result<DoctorReport, FolderError> {
    if !file.is_file() {
        return Err(FolderError::NoDatabase(file.to_owned()));
    }
    let connection = open_reader(file)?;
    let mut report =
        DoctorReport { file: file.to_owned(), schema: migrate::refuse_newer(&connection)?, ..Default::default() };
    if report.schema < KNOWN_SCHEMA {
        return Err(FolderError::OlderSchema { found: report.schema, known: KNOWN_SCHEMA });
    }
    let examination = || -> Result<DoctorReport, Fault> {
        report.epoch = read_epoch(&connection)?.unwrap_or_default();
        check_file(&connection, &mut report)?;
        let seen = check_log(&connection, &mut report)?;
        check_conversations(&connection, &seen, &mut report)?;
        check_sessions(&connection, &mut report)?;
        check_starts(&connection, &mut report)?;
        check_settings(&connection, &mut report)?;
        check_entities(&connection, &mut report)?;
        check_tokens(&connection, &mut report)?;
        check_deliveries(&connection, &mut report)?;
        check_jobs(&connection, &mut report)?;
        check_erasures(&connection, &mut report)?;
        check_audit(&connection, &mut report)?;
        Ok(report)
    };
    examination().map_err(|fault| failed(file)(StoreError::from(fault)))
}

fn check_file(connection: &Connection, report: &mut DoctorReport) -> Result<(), Fault> {
    let mut statement = connection.prepare("PRAGMA integrity_check(1000)")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let line: String = row.get(0)?;
        if line != "ok" {
            report.integrity.add(line);
        }
    }
    Ok(())
}

/// A conversation as the log tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Told {
    seq: u64,
    revision: u64,
    ended: bool,
    /// A record of it can't be read: what follows from that is not told again.
    damaged: bool,
}

impl Told {
    fn follow(&mut self, event: &Event) {
        self.seq = event.conversation_seq;
        match &event.body {
            EventBody::Started { conversation, receipt: _ } => self.revision = conversation.revision,
            EventBody::AttributesChanged { revision, .. } => self.revision = self.revision.max(*revision),
            EventBody::Ended { .. } => self.ended = true,
            EventBody::MessageAdded { .. }
            | EventBody::ParticipantJoined { .. }
            | EventBody::ParticipantLeft { .. }
            | EventBody::ParticipantConnected { .. }
            | EventBody::FlowStepped(_)
            | EventBody::Routed(_)
            | EventBody::WrappedUp { .. }
            | EventBody::NoteAdded { .. }
            | EventBody::Rated { .. }
            | EventBody::SeenUpTo { .. }
            | EventBody::Erased { .. }
            | EventBody::Mark(_) => {}
        }
    }

    /// Compares a conversation as it stands; says what differs.
    fn differs(&self, conversation: &Conversation) -> Option<String> {
        let stands = (conversation.seq, conversation.revision, conversation.ended_at.is_some());
        let told = (self.seq, self.revision, self.ended);
        (stands != told).then(|| format!("(event, revision, ended) stands as {stands:?}, the log tells {told:?}"))
    }
}

/// Calls `each` for every row, a step at a time, each step in a read transaction of its own.
fn in_steps(
    connection: &Connection,
    select: &str,
    mut each: impl FnMut(&Connection, &Row<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut after = i64::MIN;
    loop {
        let transaction = connection.unchecked_transaction()?;
        let mut statement = transaction.prepare_cached(select)?;
        let mut rows = statement.query((after, STEP))?;
        let before = after;
        while let Some(row) = rows.next()? {
            after = row.get(0)?;
            each(&transaction, row)?;
        }
        if after == before {
            return Ok(());
        }
    }
}

/// Notes a fault of one row and goes on; other faults end the examination.
fn note<T>(corrupt: &mut Findings, result: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Fault::Store(StoreError::Corrupt { record })) => {
            corrupt.add(format!("{record}: its checksum does not fit"));
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
}

fn check_log(connection: &Connection, report: &mut DoctorReport) -> Result<HashMap<i64, Told>, Fault> {
    let mut told: HashMap<i64, Told> = HashMap::new();
    let select = concat!("SELECT ", event_columns!(), " FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    in_steps(connection, select, |_, row| {
        let seq = row.get::<_, i64>(0)?.cast_unsigned();
        if report.records > 0 && seq != report.newest + 1 {
            report.gaps.add(format!("events {} to {} are missing", report.newest + 1, seq.saturating_sub(1)));
        }
        report.newest = seq;
        report.records += 1;
        let event = read_event_row(row).and_then(|row| read_whole(&row));
        match note(&mut report.corrupt, event)? {
            Some((number, event)) if event.conversation_seq > 0 => {
                let conversation = told.entry(number).or_default();
                if !conversation.damaged && event.conversation_seq != conversation.seq + 1 {
                    let (id, last, next) = (event.conversation_id, conversation.seq, event.conversation_seq);
                    report.gaps.add(format!("conversation {id}: event {next} follows event {last} (events {seq})"));
                }
                conversation.follow(&event);
            }
            Some(_) => {}
            None => {
                if let Ok(number) = row.get::<_, i64>(2) {
                    told.entry(number).or_default().damaged = true;
                }
            }
        }
        Ok(())
    })?;
    Ok(told)
}

fn read_whole(row: &EventRow<'_>) -> Result<(i64, Event), Fault> {
    Ok((row.key.conversation, row.event()?))
}

fn check_conversations(
    connection: &Connection,
    told: &HashMap<i64, Told>,
    report: &mut DoctorReport,
) -> Result<(), Fault> {
    let select =
        concat!("SELECT ", conversation_columns!(), " FROM conversations WHERE number > ?1 ORDER BY number LIMIT ?2");
    let mut found = 0;
    in_steps(connection, select, |connection, row| {
        report.conversations += 1;
        let number: i64 = row.get(0)?;
        let told = told.get(&number).copied();
        found += u64::from(told.is_some());
        let told = told.unwrap_or_default();
        if told.damaged {
            note(&mut report.corrupt, read_conversation_row(row).map(|_| ()))?;
            return Ok(());
        }
        let standing = read_conversation_row(row).and_then(|row| Ok((stand(connection, &row)?, row)));
        let Some((standing, row)) = note(&mut report.corrupt, standing)? else { return Ok(()) };
        let conversation = &standing.conversation;
        // A running server may have gone on since the log was read: then the conversation's own log is read again.
        if told.differs(conversation).is_some()
            && let Some(difference) = read_again(connection, number)?.differs(conversation)
        {
            report.mismatches.add(format!("conversation {}: {difference}", row.id));
        }
        check_columns(&row, conversation, report);
        for facet in &*standing.facets {
            if !facet_exists(connection, *facet, conversation, number)? {
                report.mismatches.add(format!("conversation {}: it is missing in a list", row.id));
            }
        }
        Ok(())
    })?;
    let orphans = (told.len() as u64).saturating_sub(found);
    if orphans > 0 {
        report.mismatches.add(format!("{orphans} conversations of the log have no row"));
    }
    Ok(())
}

fn check_columns(row: &ConversationRow<'_>, conversation: &Conversation, report: &mut DoctorReport) {
    let columns = (row.id, row.organization, row.deployment, row.started_at, row.ended_at);
    let snapshot = (
        conversation.id,
        conversation.organization_id,
        conversation.deployment_id.uuid(),
        conversation.started_at,
        conversation.ended_at,
    );
    if columns != snapshot {
        report.mismatches.add(format!("conversation {}: its row and its snapshot differ", row.id));
    }
}

fn read_again(connection: &Connection, number: i64) -> Result<Told, Fault> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT ",
        event_columns!(),
        " FROM events WHERE conversation = ?1 AND conversation_seq > 0 ORDER BY conversation_seq"
    ))?;
    let mut rows = statement.query([number])?;
    let mut told = Told::default();
    while let Some(row) = rows.next()? {
        told.follow(&read_event_row(row)?.event()?);
    }
    Ok(told)
}

fn facet_exists(connection: &Connection, facet: i64, conversation: &Conversation, number: i64) -> Result<bool, Fault> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM facets WHERE facet = ?1 AND started_at = ?2 AND conversation = ?3)",
        )?
        .query_row((facet, conversation.started_at.millis(), number), |row| row.get(0))?)
}

fn lookup_exists(connection: &Connection, owner: i64, item: i64, number: i64) -> Result<bool, Fault> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM lookups WHERE owner = ?1 AND item = ?2 AND number = ?3)")?
        .query_row((owner, item, number), |row| row.get(0))?)
}

fn conversation_exists(connection: &Connection, number: i64) -> Result<bool, Fault> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM conversations WHERE number = ?1)")?
        .query_row([number], |row| row.get(0))?)
}

fn check_sessions(connection: &Connection, report: &mut DoctorReport) -> Result<(), Fault> {
    let select = concat!("SELECT ", session_columns!(), " FROM sessions WHERE number > ?1 ORDER BY number LIMIT ?2");
    in_steps(connection, select, |connection, row| {
        report.other_rows += 1;
        let Some(session) = note(&mut report.corrupt, read_session_row(row))? else { return Ok(()) };
        if !conversation_exists(connection, session.conversation)? {
            report.mismatches.add(format!("session {}: its conversation is not there", session.id));
        }
        if let Some(token) = session.token
            && !lookup_exists(connection, owner_key(session.deployment, token), SESSION_ITEM, session.number)?
        {
            report.mismatches.add(format!("session {}: its token does not find it", session.id));
        }
        Ok(())
    })
}

fn check_starts(connection: &Connection, report: &mut DoctorReport) -> Result<(), Fault> {
    let select = concat!("SELECT ", start_columns!(), " FROM start_tokens WHERE number > ?1 ORDER BY number LIMIT ?2");
    in_steps(connection, select, |connection, row| {
        report.other_rows += 1;
        let Some(start) = note(&mut report.corrupt, read_start_row(row))? else { return Ok(()) };
        let (owner, item) = start.keys();
        if !lookup_exists(connection, owner, item, start.place.number)? {
            report.mismatches.add(format!("start_tokens {}: its token does not find it", start.place.number));
        }
        Ok(())
    })
}

fn check_settings(connection: &Connection, report: &mut DoctorReport) -> Result<(), Fault> {
    let transaction = connection.unchecked_transaction()?;
    let organizations = note(&mut report.corrupt, administration::list_organizations(&transaction, None))?;
    for organization in organizations.unwrap_or_default() {
        report.other_rows += 1;
        let deployments = note(&mut report.corrupt, administration::list_deployments(&transaction, organization.id))?;
        for deployment in deployments.unwrap_or_default() {
            report.other_rows += 1;
            for version in 1..=deployment.policy.version {
                let policy = administration::find_policy(&transaction, organization.id, deployment.id, version);
                let found = note(&mut report.corrupt, policy)?;
                report.other_rows += 1;
                if found == Some(None) {
                    report.mismatches.add(format!("deployment {}: policy {version} is not there", deployment.id));
                }
            }
        }
        let every = crate::RefusalFilter { limit: u32::MAX, ..Default::default() };
        let refusals = note(&mut report.corrupt, administration::list_refusals(&transaction, organization.id, &every))?;
        report.other_rows += refusals.map_or(0, |refusals| refusals.len() as u64);
    }
    Ok(())
}

fn check_entities(connection: &Connection, report: &mut DoctorReport) -> Result<(), Fault> {
    let transaction = connection.unchecked_transaction()?;
    entities::read_all(&transaction, |entity| {
        report.other_rows += 1;
        note(&mut report.corrupt, entity).map(drop)
    })
}

fn check_tokens(connection: &Connection, report: &mut DoctorReport) -> Result<(), Fault> {
    in_steps(
        connection,
        "SELECT number, hash, payload, checksum FROM tokens WHERE number > ?1 ORDER BY number LIMIT ?2",
        |_, row| {
            report.other_rows += 1;
            note(&mut report.corrupt, tokens::read_row(row)).map(drop)
        },
    )
}

fn check_deliveries(connection: &Connection, report: &mut DoctorReport) -> Result<(), Fault> {
    in_steps(connection, webhooks::EVERY_ROW, |_, row| {
        report.other_rows += 1;
        note(&mut report.corrupt, webhooks::check_row(row)).map(drop)
    })
}

fn check_jobs(connection: &Connection, report: &mut DoctorReport) -> Result<(), Fault> {
    let mut check = |table: &str, connection: &Connection, row: &Row<'_>, conversation: Result<i64, Fault>| {
        report.other_rows += 1;
        let Some(conversation) = note(&mut report.corrupt, conversation)? else { return Ok(()) };
        if !conversation_exists(connection, conversation)? {
            let number: i64 = row.get(0)?;
            report.mismatches.add(format!("{table} {number}: its conversation is not there"));
        }
        Ok(())
    };
    in_steps(connection, jobs::EVERY_ROW, |connection, row| check("jobs", connection, row, jobs::check_row(row)))?;
    in_steps(connection, dead_jobs::EVERY_ROW, |connection, row| {
        check("dead_jobs", connection, row, dead_jobs::check_row(row))
    })?;
    let transaction = connection.unchecked_transaction()?;
    agents::check_all(&transaction, |state| {
        report.other_rows += 1;
        note(&mut report.corrupt, state).map(drop)
    })
}

fn check_erasures(connection: &Connection, report: &mut DoctorReport) -> Result<(), Fault> {
    let transaction = connection.unchecked_transaction()?;
    erasure::check_lines(&transaction, |line| {
        report.other_rows += 1;
        note(&mut report.corrupt, line).map(drop)
    })
}

fn check_audit(connection: &Connection, report: &mut DoctorReport) -> Result<(), Fault> {
    let transaction = connection.unchecked_transaction()?;
    for organization in audit::tenants(&transaction)? {
        let chain = audit::follow(&transaction, organization)?;
        report.other_rows += chain.rows;
        if let Some(number) = chain.broken_at {
            report
                .mismatches
                .add(format!("audit {number}: it does not follow the row before it: rows were changed or taken away"));
        }
        report.audit.push(chain);
    }
    Ok(())
}
