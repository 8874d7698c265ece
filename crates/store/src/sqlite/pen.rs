//! The writer's hot statements, prepared once: every start writes some fifteen rows with them.

use rusqlite::{Connection, Statement};
use waybill_model::{OrganizationId, Time};

use super::{
    digest::SESSION_ITEM,
    fault::Fault,
    prepare::{PreparedEvent, PreparedStartToken},
    rows::{ConversationRow, EventKey},
    sessions::{SessionRow, StartPlace, start_checksum},
};

/// A connection with the statements that most commits need.
pub(super) struct Pen<'c> {
    pub(super) connection: &'c Connection,
    event: Statement<'c>,
    conversation: Statement<'c>,
    facet: Statement<'c>,
    lookup: Statement<'c>,
    session: Statement<'c>,
    start_token: Statement<'c>,
}

impl<'c> Pen<'c> {
    pub(super) fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            connection,
            event: connection.prepare(
                "INSERT INTO events (seq, organization, conversation, conversation_id, conversation_seq, kind, at,
                     head_at, message_key, payload, checksum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?,
            conversation: connection.prepare(
                "INSERT OR IGNORE INTO conversations
                     (number, id, organization, deployment, session, started_at, ended_at, snapshot, checksum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?,
            facet: connection.prepare("INSERT INTO facets (facet, started_at, conversation) VALUES (?1, ?2, ?3)")?,
            lookup: connection.prepare("INSERT INTO lookups (owner, item, number) VALUES (?1, ?2, ?3)")?,
            session: connection.prepare(
                "INSERT INTO sessions (number, id, organization, deployment, token, conversation, started_at, checksum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?,
            start_token: connection.prepare(
                "INSERT INTO start_tokens (number, position, organization, deployment, owner, token, body_hash,
                     conversation, answer, at, checksum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?,
        })
    }

    pub(super) fn insert_event(
        &mut self,
        seq: i64,
        organization: OrganizationId,
        conversation: i64,
        event: &PreparedEvent,
    ) -> Result<(), Fault> {
        let key = EventKey {
            seq,
            organization,
            conversation,
            conversation_id: event.conversation_id,
            conversation_seq: event.conversation_seq.cast_signed(),
            kind: event.kind,
            at: event.at,
            head_at: event.head_at,
            message_key: event.message_key,
        };
        self.event.execute((
            key.seq,
            key.organization.uuid().as_bytes(),
            key.conversation,
            key.conversation_id.uuid().as_bytes(),
            key.conversation_seq,
            key.kind,
            key.at.millis(),
            key.head_at.map(Time::millis),
            key.message_key,
            &event.payload,
            key.checksum(event.payload_hash),
        ))?;
        Ok(())
    }

    /// `false` where the id is taken: then nothing was written.
    pub(super) fn insert_conversation(&mut self, row: &ConversationRow<'_>, text: Option<&str>) -> Result<bool, Fault> {
        let inserted = self.conversation.execute((
            row.number,
            row.id.uuid().as_bytes(),
            row.organization.uuid().as_bytes(),
            row.deployment.as_bytes(),
            row.session,
            row.started_at.millis(),
            row.ended_at.map(Time::millis),
            text,
            row.checksum(),
        ))?;
        Ok(inserted > 0)
    }

    pub(super) fn insert_facet(&mut self, facet: i64, started_at: Time, conversation: i64) -> Result<(), Fault> {
        self.facet.execute((facet, started_at.millis(), conversation))?;
        Ok(())
    }

    /// A session with what its token is found by.
    pub(super) fn insert_session(&mut self, session: &SessionRow, owner: i64) -> Result<(), Fault> {
        self.session.execute((
            session.number,
            session.id.uuid().as_bytes(),
            session.organization.uuid().as_bytes(),
            session.deployment.uuid().as_bytes(),
            session.token.map(|token| token.0),
            session.conversation,
            session.started_at.millis(),
            session.checksum(),
        ))?;
        self.lookup.execute((owner, SESSION_ITEM, session.number))?;
        Ok(())
    }

    /// A start token with what it is found by.
    pub(super) fn insert_start_token(
        &mut self,
        place: StartPlace,
        start: &PreparedStartToken,
        at: Time,
    ) -> Result<(), Fault> {
        self.start_token.execute((
            place.number,
            place.position,
            place.organization.uuid().as_bytes(),
            place.deployment.uuid().as_bytes(),
            start.token.owner.0,
            &start.token.token,
            start.token.body_hash,
            place.conversation,
            &start.token.answer,
            at.millis(),
            start_checksum(place, &start.token, start.answer_hash),
        ))?;
        self.lookup.execute((start.owner_key, start.item, place.number))?;
        Ok(())
    }
}
