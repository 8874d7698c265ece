//! What is due to go, and where a text may still stand: looked for in bounded steps.

use rusqlite::{Connection, params};
use waybill_model::{ConversationId, DeploymentId, OrganizationId, RetentionClass, Time};

use super::{
    digest::{attribute_facet, deployment_facet},
    fault::Fault,
    rows::{number_of, uuid},
};
use crate::{DueConversations, PagePosition};

/// Conversations of one look.
const LOOK: i64 = 500;
/// Records of the log of one look.
const STRETCH: i64 = 20_000;

/// What is sought.
pub(super) enum Due {
    /// Something of a class.
    Class(RetentionClass),
    /// The value of a key.
    Key(String),
}

const SELECT: &str = "SELECT facets.started_at, facets.conversation, conversations.id,
         conversations.deployment = ?6 AND conversations.organization = ?7 AND conversations.ended_at < ?4
         AND (coalesce((SELECT classes FROM retained WHERE retained.conversation = facets.conversation), 0) & ?8) != ?8
     FROM facets JOIN conversations ON conversations.number = facets.conversation
     WHERE facet = ?1 AND (facets.started_at, facets.conversation) > (?2, ?3) AND facets.started_at < ?4
     ORDER BY facets.started_at, facets.conversation LIMIT ?5";

/// One step of looking for what is due.
pub(super) fn list_due(
    connection: &Connection,
    organization: OrganizationId,
    deployment: DeploymentId,
    ended_before: Time,
    due: &Due,
    after: Option<PagePosition>,
) -> Result<DueConversations, Fault> {
    let (facet, bits) = match due {
        Due::Class(class) => (deployment_facet(organization, deployment), i64::from(class.bit())),
        // Who has lost the key is not in the list of those who have it: no mark is asked for.
        Due::Key(key) => (attribute_facet(organization, key, None), 8),
    };
    let (started_at, number) = match after {
        Some(PagePosition { started_at, id }) => {
            (started_at.millis(), number_of(connection, organization, id)?.unwrap_or(i64::MAX))
        }
        None => (i64::MIN, 0),
    };
    let mut statement = connection.prepare_cached(SELECT)?;
    let mut rows = statement.query(params![
        facet,
        started_at,
        number,
        ended_before.millis(),
        LOOK,
        deployment.uuid().as_bytes(),
        organization.uuid().as_bytes(),
        bits,
    ])?;
    let (mut found, mut looked_at) = (DueConversations::default(), 0);
    while let Some(row) = rows.next()? {
        looked_at += 1;
        let id = ConversationId::new(uuid(row, 2)?);
        found.next = Some(PagePosition { started_at: Time::from_millis(row.get(0)?), id });
        // Null for a conversation that goes on.
        if row.get::<_, Option<bool>>(3)? == Some(true) {
            found.ids.push(id);
        }
    }
    if looked_at < LOOK {
        found.next = None;
    }
    Ok(found)
}

/// Conversations whose context may hold a text, in one stretch of the log.
pub(super) fn find_mentions(
    connection: &Connection,
    organization: OrganizationId,
    text: &str,
    after: u64,
) -> Result<(Vec<ConversationId>, Option<u64>), Fault> {
    let once = escaped(text);
    let twice = escaped(&once);
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let newest: i64 = connection
        .prepare_cached("SELECT coalesce((SELECT seq FROM events ORDER BY seq DESC LIMIT 1), 0)")?
        .query_row([], |row| row.get(0))?;
    let reached = after.saturating_add(STRETCH);
    let found = connection
        .prepare_cached(
            "SELECT DISTINCT conversation_id FROM events
             WHERE seq > ?1 AND seq <= ?2 AND organization = ?3 AND kind IN (1, 2, 4)
               AND (instr(payload, ?4) > 0 OR instr(payload, ?5) > 0)",
        )?
        .query_map(params![after, reached, organization.uuid().as_bytes(), once, twice], |row| uuid(row, 0))?
        .map(|id| id.map(ConversationId::new))
        .collect::<Result<_, _>>()?;
    Ok((found, (reached < newest).then(|| reached.cast_unsigned())))
}

/// A text as it stands between the quotes of a JSON text.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Removes stored questions of analytics that name a text, with their results.
pub(super) fn forget_questions(
    connection: &Connection,
    organization: OrganizationId,
    text: &str,
) -> Result<u64, Fault> {
    let mut select = connection.prepare_cached(
        "SELECT id FROM analytics_documents WHERE organization = ?1 AND kind = 'job' AND instr(payload, ?2) > 0",
    )?;
    let found = select
        .query_map(params![organization.uuid().as_bytes(), escaped(text)], |row| uuid(row, 0))?
        .collect::<Result<Vec<_>, _>>()?;
    for id in &found {
        connection.prepare_cached("DELETE FROM analytics_results WHERE job = ?1")?.execute([id.as_bytes()])?;
        connection
            .prepare_cached("DELETE FROM analytics_documents WHERE id = ?1 AND kind = 'job'")?
            .execute([id.as_bytes()])?;
    }
    Ok(found.len() as u64)
}

/// Notes that nothing of a class is left in conversations that have ended.
pub(super) fn note(
    connection: &Connection,
    organization: OrganizationId,
    conversations: &[ConversationId],
    class: RetentionClass,
) -> Result<(), Fault> {
    for id in conversations {
        if let Some(number) = number_of(connection, organization, *id)? {
            note_number(connection, number, class)?;
        }
    }
    Ok(())
}

/// The same for one by its number.
pub(super) fn note_number(connection: &Connection, number: i64, class: RetentionClass) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO retained (conversation, classes) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET classes = classes | excluded.classes",
        )?
        .execute((number, class.bit()))?;
    Ok(())
}
