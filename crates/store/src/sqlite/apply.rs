//! The writer's share of a commit: the checks that only it can make, then the rows.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use rusqlite::Connection;
use waybill_model::{ConversationId, DeploymentId, Head, OrganizationId, SessionChange, SessionId, Time, TokenHash};

use super::{
    analytics,
    digest::{SESSION_ITEM, owner_key},
    fault::{Fault, malformed},
    jobs::{self, JobRow},
    known_owners::KnownOwners,
    message_keys::MessageKeys,
    pen::Pen,
    prepare::{PreparedCommit, PreparedEvent, PreparedSnapshot},
    recent::RecentConversations,
    rows::{ConversationRow, Standing, load_by_id, number_of},
    sessions::{KnownSession, SessionRow, StartPlace, find_by_token, read_session, stored_start},
    spent,
};
use crate::CommitError;

/// What a group has written so far and nobody else can see yet.
pub(super) struct Group<'a> {
    pub(super) next_seq: i64,
    pub(super) standings: HashMap<ConversationId, Arc<Standing>>,
    /// Owners of `lookups` that came with this group.
    pub(super) owners: HashSet<i64>,
    pub(super) recent: &'a RecentConversations,
    pub(super) known_owners: &'a KnownOwners,
    /// Numbers of names that analytics knows, and what it has still to count.
    pub(super) names: analytics::Names,
    pub(super) ledger: analytics::Ledger,
}

/// What one commit wrote.
pub(super) struct Applied {
    pub(super) first_seq: i64,
    /// The log position of the conversation's event before these; 0 where they are its first.
    pub(super) previous: u64,
    pub(super) standing: Arc<Standing>,
    /// What became of sessions: readers of a token must know before the commit is acknowledged.
    pub(super) sessions: Vec<SessionNews>,
}

/// What a token reads from now on.
#[derive(Debug, Clone, Copy)]
pub(super) enum SessionNews {
    Reads(KnownSession),
    Fenced(DeploymentId, TokenHash),
}

/// Why one commit wrote nothing, or what stopped it.
pub(super) enum Stop {
    Refused(CommitError),
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Checks, then writes. A refusal has written nothing; a fault may have.
pub(super) fn apply_commit(pen: &mut Pen<'_>, group: &mut Group<'_>, commit: &PreparedCommit) -> Result<Applied, Stop> {
    if let Some(start) = &commit.start_token
        && group.may_own(start.owner_key)
        && let Some(earlier) = stored_start(pen.connection, commit.organization, commit.deployment_id, start)?
    {
        return Err(Stop::Refused(CommitError::StartTokenUsed(Box::new(earlier))));
    }
    if let Some(token) = &commit.spent_token
        && spent::is_spent(pen.connection, commit.organization, commit.deployment_id, &token.jti_hash)?
    {
        return Err(Stop::Refused(CommitError::TokenSpent));
    }
    let before = group.find(pen.connection, commit.organization, commit.conversation_id)?;
    let found = before.as_ref().map_or(0, |standing| standing.conversation.seq);
    let Head { expected_seq: expected, seq: _, last_at: _ } = commit.head;
    if found != expected {
        return Err(Stop::Refused(refuse(pen.connection, commit, before.as_deref(), found)?));
    }
    let first_seq = group.next_seq;
    let number = before.as_ref().map_or(first_seq, |standing| standing.number);
    if !fulfil(pen.connection, commit, number)? {
        return Err(Stop::Refused(CommitError::JobGone));
    }
    let session = find_session_number(pen.connection, commit, first_seq)?;
    let previous = before.as_ref().map_or(0, |standing| standing.position);
    let conversation_before = before.as_ref().map(|standing| Arc::clone(&standing.conversation));

    let standing = match before {
        None => {
            let standing = start(commit, number, session)?;
            if !write_conversation(pen, commit, &standing)? {
                // Another tenant has a conversation of this id; it is as good as absent here.
                return Err(Stop::Refused(CommitError::Conflict { expected, found: 0 }));
            }
            standing
        }
        Some(before) => {
            forget_retention(pen.connection, commit, &before)?;
            advance(pen, commit, &before, session)?
        }
    };
    for (seq, event) in (first_seq..).zip(&commit.events) {
        pen.insert_event(seq, commit.organization, number, event)?;
    }
    let sessions = match &commit.session {
        Some(session) => write_session(pen, group, commit, session, (first_seq, number))?,
        None => Vec::new(),
    };
    let next_seq = first_seq + commit.events.len() as i64;
    if let Some(start) = &commit.start_token {
        let place = StartPlace {
            organization: commit.organization,
            deployment: commit.deployment_id,
            number: first_seq,
            position: next_seq - 1,
            conversation: number,
        };
        pen.insert_start_token(place, start, first_at(commit))?;
    }
    if let Some(token) = &commit.spent_token {
        spent::spend(pen.connection, commit.organization, commit.deployment_id, token)?;
    }
    insert_jobs(pen.connection, commit, number)?;
    if let Some(snapshot) = &commit.snapshot
        && !conversation_before
            .as_deref()
            .is_some_and(|before| analytics::counts_the_same(before, &snapshot.conversation))
    {
        let recorded = analytics::Recorded {
            facts: &snapshot.facts,
            conversation: &snapshot.conversation,
            number,
            before: conversation_before.as_ref().map(|before| before.started_at.millis()),
            ended: commit.ending(),
        };
        analytics::record(pen.connection, &group.names, &mut group.ledger, recorded)?;
    }
    let measuring = analytics::Measuring {
        before: conversation_before.as_deref(),
        after: &standing.conversation,
        number,
        first_seq,
    };
    analytics::measure(pen.connection, &group.names, &mut group.ledger, measuring, &commit.events)?;

    let standing = Arc::new(Standing { position: (next_seq - 1).cast_unsigned(), ..standing });
    group.next_seq = next_seq;
    group.standings.insert(commit.conversation_id, Arc::clone(&standing));
    group.owners.extend(commit.owner_keys());
    Ok(Applied { first_seq, previous, standing, sessions })
}

/// Writes marks (LOG5); those of unknown conversations are told apart, for the caller's log.
pub(super) fn apply_marks(
    pen: &mut Pen<'_>,
    group: &mut Group<'_>,
    organization: OrganizationId,
    marks: &[PreparedEvent],
) -> Result<Vec<usize>, Fault> {
    let mut written = Vec::with_capacity(marks.len());
    let mut seq = group.next_seq;
    for (index, mark) in marks.iter().enumerate() {
        if let Some(number) = group.find_number(pen.connection, organization, mark.conversation_id)? {
            pen.insert_event(seq, organization, number, mark)?;
            written.push(index);
            seq += 1;
        }
    }
    group.next_seq = seq;
    Ok(written)
}

impl Group<'_> {
    /// Whether a session or a start token of this owner can exist.
    fn may_own(&self, owner: i64) -> bool {
        self.owners.contains(&owner) || self.known_owners.may_know(owner)
    }

    fn known(&self, organization: OrganizationId, id: ConversationId) -> Option<Arc<Standing>> {
        let standing = self.standings.get(&id).cloned().or_else(|| self.recent.find(id))?;
        (standing.conversation.organization_id == organization).then_some(standing)
    }

    fn find(
        &self,
        connection: &Connection,
        organization: OrganizationId,
        id: ConversationId,
    ) -> Result<Option<Arc<Standing>>, Fault> {
        match self.known(organization, id) {
            Some(standing) => Ok(Some(standing)),
            None => Ok(load_by_id(connection, organization, id)?.map(Arc::new)),
        }
    }

    fn find_number(
        &self,
        connection: &Connection,
        organization: OrganizationId,
        id: ConversationId,
    ) -> Result<Option<i64>, Fault> {
        match self.known(organization, id) {
            Some(standing) => Ok(Some(standing.number)),
            None => number_of(connection, organization, id),
        }
    }
}

/// The number of the session that the change opens or continues.
fn find_session_number(connection: &Connection, commit: &PreparedCommit, first_seq: i64) -> Result<Option<i64>, Fault> {
    let id = match (&commit.session, &commit.snapshot) {
        (Some(SessionChange::Open { .. }), _) => return Ok(Some(first_seq)),
        (Some(SessionChange::Continue { id }), _) => Some(*id),
        (None, Some(snapshot)) if commit.head.expected_seq == 0 => snapshot.conversation.session_id,
        (None, Some(_) | None) => None,
    };
    let Some(id) = id else { return Ok(None) };
    let session = read_session(connection, commit.organization, id)?;
    if session.is_none() && commit.session.is_some() {
        return Err(malformed(format_args!("session {id} is not there to be continued")).into());
    }
    Ok(session.map(|session| session.number))
}

/// A new conversation.
fn start(commit: &PreparedCommit, number: i64, session: Option<i64>) -> Result<Standing, Fault> {
    let Some(PreparedSnapshot { conversation, text: _, json_bytes, facets, facts: _ }) = &commit.snapshot else {
        return Err(malformed("a new conversation comes with its snapshot").into());
    };
    Ok(Standing {
        number,
        session,
        conversation: Arc::clone(conversation),
        position: 0,
        facets: Arc::clone(facets),
        json_bytes: *json_bytes,
        message_keys: Arc::new(MessageKeys::whole(commit.message_keys())),
    })
}

fn conversation_row<'a>(standing: &Standing, snapshot: Option<&'a str>) -> ConversationRow<'a> {
    let conversation = &standing.conversation;
    ConversationRow {
        number: standing.number,
        id: conversation.id,
        organization: conversation.organization_id,
        deployment: conversation.deployment_id.uuid(),
        session: standing.session,
        started_at: conversation.started_at,
        ended_at: conversation.ended_at,
        snapshot: snapshot.map(str::as_bytes),
    }
}

/// A new conversation's row and what it is listed by; `false` where its id is taken.
fn write_conversation(pen: &mut Pen<'_>, commit: &PreparedCommit, standing: &Standing) -> Result<bool, Fault> {
    let text = commit.snapshot.as_ref().and_then(|snapshot| snapshot.text.as_deref());
    if !pen.insert_conversation(&conversation_row(standing, text), text)? {
        return Ok(false);
    }
    for facet in &*standing.facets {
        pen.insert_facet(*facet, standing.conversation.started_at, standing.number)?;
    }
    Ok(true)
}

/// What comes late is looked at again when its time is over.
fn forget_retention(connection: &Connection, commit: &PreparedCommit, before: &Standing) -> Result<(), Fault> {
    if commit.snapshot.is_some() && before.conversation.ended_at.is_some() {
        connection.prepare_cached("DELETE FROM retained WHERE conversation = ?1")?.execute([before.number])?;
    }
    Ok(())
}

/// The time of a commit's first event.
fn first_at(commit: &PreparedCommit) -> Time {
    commit.events.first().map_or(commit.head.last_at, |event| event.at)
}

/// A conversation that goes on; its row is written only where more than the head moved.
fn advance(
    pen: &mut Pen<'_>,
    commit: &PreparedCommit,
    before: &Standing,
    session: Option<i64>,
) -> Result<Standing, Fault> {
    let session = session.or(before.session);
    let after = match &commit.snapshot {
        Some(PreparedSnapshot { conversation, text: _, json_bytes, facets, facts: _ }) => Standing {
            number: before.number,
            session,
            conversation: Arc::clone(conversation),
            position: before.position,
            facets: Arc::clone(facets),
            json_bytes: *json_bytes,
            message_keys: Arc::clone(&before.message_keys),
        },
        None => {
            let mut conversation = (*before.conversation).clone();
            conversation.seq = commit.head.seq;
            conversation.last_at = commit.head.last_at;
            Standing {
                number: before.number,
                session,
                conversation: Arc::new(conversation),
                position: before.position,
                facets: Arc::clone(&before.facets),
                json_bytes: before.json_bytes,
                message_keys: Arc::clone(&before.message_keys),
            }
        }
    };
    if let Some(snapshot) = &commit.snapshot {
        update_conversation(pen.connection, &after, snapshot.text.as_deref())?;
        update_facets(pen, before, &after)?;
    } else if session != before.session {
        let text: Option<String> = pen
            .connection
            .prepare_cached("SELECT snapshot FROM conversations WHERE number = ?1")?
            .query_row([before.number], |row| row.get(0))?;
        update_conversation(pen.connection, &after, text.as_deref())?;
    }
    Ok(after)
}

fn update_conversation(connection: &Connection, after: &Standing, text: Option<&str>) -> Result<(), Fault> {
    let row = conversation_row(after, text);
    connection
        .prepare_cached(
            "UPDATE conversations
             SET session = ?2, started_at = ?3, ended_at = ?4, snapshot = ?5, checksum = ?6 WHERE number = ?1",
        )?
        .execute((
            row.number,
            row.session,
            row.started_at.millis(),
            row.ended_at.map(Time::millis),
            text,
            row.checksum(),
        ))?;
    Ok(())
}

fn update_facets(pen: &mut Pen<'_>, before: &Standing, after: &Standing) -> Result<(), Fault> {
    let moved = before.conversation.started_at != after.conversation.started_at;
    let lost = before.facets.iter().filter(|facet| moved || after.facets.binary_search(facet).is_err());
    for facet in lost {
        pen.connection
            .prepare_cached("DELETE FROM facets WHERE facet = ?1 AND started_at = ?2 AND conversation = ?3")?
            .execute((facet, before.conversation.started_at.millis(), before.number))?;
    }
    let won = after.facets.iter().filter(|facet| moved || before.facets.binary_search(facet).is_err());
    for facet in won {
        pen.insert_facet(*facet, after.conversation.started_at, after.number)?;
    }
    Ok(())
}

fn write_session(
    pen: &mut Pen<'_>,
    group: &Group<'_>,
    commit: &PreparedCommit,
    change: &SessionChange,
    (first_seq, conversation): (i64, i64),
) -> Result<Vec<SessionNews>, Fault> {
    match change {
        SessionChange::Open { id, token } => {
            if group.may_own(owner_key(commit.deployment_id, *token)) {
                fence_token(pen.connection, commit.deployment_id, *token)?;
            }
            open_session(pen, commit, *id, *token, first_seq, conversation)
        }
        SessionChange::Continue { id } => match read_session(pen.connection, commit.organization, *id)? {
            Some(session) if session.conversation != conversation => {
                let row = SessionRow { conversation, ..session };
                update_session(pen.connection, &row)?;
                let known = KnownSession { row, conversation_id: commit.conversation_id };
                Ok(if row.token.is_some() { vec![SessionNews::Reads(known)] } else { Vec::new() })
            }
            Some(_) | None => Ok(Vec::new()),
        },
    }
}

/// Whichever session had the token before reads nothing any more (START2).
fn fence_token(connection: &Connection, deployment: DeploymentId, token: TokenHash) -> Result<(), Fault> {
    while let Some(earlier) = find_by_token(connection, deployment, token)? {
        fence(connection, earlier)?;
    }
    Ok(())
}

/// A new session takes the token.
fn open_session(
    pen: &mut Pen<'_>,
    commit: &PreparedCommit,
    id: SessionId,
    token: TokenHash,
    number: i64,
    conversation: i64,
) -> Result<Vec<SessionNews>, Fault> {
    let owner = owner_key(commit.deployment_id, token);
    let session = SessionRow {
        number,
        id,
        organization: commit.organization,
        deployment: commit.deployment_id,
        token: Some(token),
        conversation,
        started_at: first_at(commit),
    };
    pen.insert_session(&session, owner)?;
    Ok(vec![SessionNews::Reads(KnownSession { row: session, conversation_id: commit.conversation_id })])
}

/// Takes a session's token away; unknown sessions are fine.
pub(super) fn apply_fence(
    connection: &Connection,
    organization: OrganizationId,
    session: SessionId,
) -> Result<Option<SessionNews>, Fault> {
    let Some(row) = read_session(connection, organization, session)? else { return Ok(None) };
    fence(connection, row)?;
    Ok(row.token.map(|token| SessionNews::Fenced(row.deployment, token)))
}

fn fence(connection: &Connection, session: SessionRow) -> Result<(), Fault> {
    if let Some(token) = session.token {
        connection.prepare_cached("DELETE FROM lookups WHERE owner = ?1 AND item = ?2 AND number = ?3")?.execute((
            owner_key(session.deployment, token),
            SESSION_ITEM,
            session.number,
        ))?;
        update_session(connection, &SessionRow { token: None, ..session })?;
    }
    Ok(())
}

fn update_session(connection: &Connection, session: &SessionRow) -> Result<(), Fault> {
    connection
        .prepare_cached("UPDATE sessions SET token = ?2, conversation = ?3, checksum = ?4 WHERE number = ?1")?
        .execute((session.number, session.token.map(|token| token.0), session.conversation, session.checksum()))?;
    Ok(())
}

fn insert_jobs(connection: &Connection, commit: &PreparedCommit, conversation: i64) -> Result<(), Fault> {
    for job in &commit.jobs {
        let row = JobRow { organization: commit.organization, conversation, job: job.clone(), attempts: 0 };
        jobs::insert(connection, &row)?;
    }
    Ok(())
}

/// Takes away what the commit fulfils; `false` where it is gone: then nothing was written (LOG11).
fn fulfil(connection: &Connection, commit: &PreparedCommit, conversation: i64) -> Result<bool, Fault> {
    commit.fulfils.map_or(Ok(true), |job| jobs::take(connection, commit.organization, conversation, job))
}

/// An old version, or a job that is gone: then there is no use in deciding again.
fn refuse(
    connection: &Connection,
    commit: &PreparedCommit,
    before: Option<&Standing>,
    found: u64,
) -> Result<CommitError, Fault> {
    let is_gone = match (commit.fulfils, before) {
        (Some(job), Some(before)) => !jobs::stands(connection, commit.organization, before.number, job)?,
        (Some(_), None) => true,
        (None, _) => false,
    };
    let expected = commit.head.expected_seq;
    Ok(if is_gone { CommitError::JobGone } else { CommitError::Conflict { expected, found } })
}
