//! Lists of conversations: one seek in `facets`, from either end.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use waybill_model::{Conversation, ConversationId, OrganizationId, UserId};

use super::{
    digest::{
        agent_facet, agents_at_work, attribute_facet, deployment_facet, facets, is_routed, organization_facet,
        queue_facet, queue_of, routed_facet,
    },
    fault::Fault,
    recent::RecentConversations,
    rows::{load_by_number, number_of, uuid},
};
use crate::{ConversationFilter, ListOrder, PagePosition, StoreError};

/// The place before which a list goes on: start and number of a conversation.
type Place = (i64, i64);

/// One seek in the primary key of `facets`, whatever the number of conversations.
const LIST_PLACES: &str = "SELECT started_at, conversation FROM facets
     WHERE facet = ?1 AND (started_at, conversation) < (?2, ?3) AND started_at >= ?4
     ORDER BY started_at DESC, conversation DESC LIMIT ?5";

/// The same from the other end.
const LIST_PLACES_UPWARD: &str = "SELECT started_at, conversation FROM facets
     WHERE facet = ?1 AND (started_at, conversation) > (?2, ?3) AND started_at < ?4
     ORDER BY started_at, conversation LIMIT ?5";

/// Conversations in the filter's order.
pub(super) fn list_conversations(
    connection: &Connection,
    recent: &RecentConversations,
    organization: OrganizationId,
    filter: &ConversationFilter,
    after: Option<PagePosition>,
    limit: usize,
) -> Result<Vec<Arc<Conversation>>, Fault> {
    let facet = narrowest_facet(organization, filter);
    let place = first_place(connection, organization, filter, after)?;
    let (sql, end) = match filter.order {
        ListOrder::NewestFirst => (LIST_PLACES, filter.from.map_or(0, waybill_model::Time::millis)),
        ListOrder::OldestFirst => (LIST_PLACES_UPWARD, filter.to.map_or(i64::MAX, waybill_model::Time::millis)),
    };
    let seek = Seek { sql, facet, place, end, limit };
    list(connection, recent, seek, |conversation| matches(conversation, organization, filter))
}

/// A walk through conversations of a tenant, oldest start first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    pub(super) organization: OrganizationId,
    pub(super) after: Option<PagePosition>,
    pub(super) limit: usize,
}

/// Conversations that routing must know.
pub(super) fn list_routed(
    connection: &Connection,
    recent: &RecentConversations,
    walk: Walk,
) -> Result<Vec<Arc<Conversation>>, Fault> {
    let seek = walk.seek(connection, routed_facet(walk.organization))?;
    list(connection, recent, seek, |conversation| {
        conversation.organization_id == walk.organization && is_routed(conversation)
    })
}

/// Conversations that an agent works on.
pub(super) fn list_of_agent(
    connection: &Connection,
    recent: &RecentConversations,
    walk: Walk,
    user: UserId,
) -> Result<Vec<Arc<Conversation>>, Fault> {
    let seek = walk.seek(connection, agent_facet(walk.organization, user))?;
    list(connection, recent, seek, |conversation| {
        conversation.organization_id == walk.organization && agents_at_work(conversation).any(|one| one == user)
    })
}

impl Walk {
    fn seek(self, connection: &Connection, facet: i64) -> Result<Seek, Fault> {
        let Self { organization, after, limit } = self;
        let filter = ConversationFilter { order: ListOrder::OldestFirst, ..ConversationFilter::default() };
        let place = first_place(connection, organization, &filter, after)?;
        Ok(Seek { sql: LIST_PLACES_UPWARD, facet, place, end: i64::MAX, limit })
    }
}

/// Where a list seeks.
#[derive(Clone, Copy)]
struct Seek {
    sql: &'static str,
    facet: i64,
    place: Place,
    end: i64,
    limit: usize,
}

fn list(
    connection: &Connection,
    recent: &RecentConversations,
    mut seek: Seek,
    fits: impl Fn(&Conversation) -> bool,
) -> Result<Vec<Arc<Conversation>>, Fault> {
    let limit = seek.limit;
    let mut found = Vec::new();
    loop {
        let places = list_places(connection, seek)?;
        let Some(last) = places.last() else { return Ok(found) };
        seek.place = *last;
        for (_, number) in &places {
            let conversation = load(connection, recent, *number)?;
            if fits(&conversation) {
                found.push(conversation);
                if found.len() == limit {
                    return Ok(found);
                }
            }
        }
    }
}

/// The facet that leaves the least to look at.
fn narrowest_facet(organization: OrganizationId, filter: &ConversationFilter) -> i64 {
    match (filter.queue, &filter.attribute, filter.deployment) {
        (Some(queue), _, _) => queue_facet(organization, queue),
        (None, Some((key, value)), _) => attribute_facet(organization, key, value.as_deref()),
        (None, None, Some(deployment)) => deployment_facet(organization, deployment),
        (None, None, None) => organization_facet(organization),
    }
}

fn first_place(
    connection: &Connection,
    organization: OrganizationId,
    filter: &ConversationFilter,
    after: Option<PagePosition>,
) -> Result<Place, Fault> {
    let begin = match filter.order {
        ListOrder::NewestFirst => (filter.to.map_or(i64::MAX, waybill_model::Time::millis), 0),
        ListOrder::OldestFirst => (filter.from.map_or(0, waybill_model::Time::millis), 0),
    };
    let Some(PagePosition { started_at, id }) = after else { return Ok(begin) };
    let number = number_of(connection, organization, id)?;
    // A conversation that is gone leaves its time: nothing is listed twice.
    Ok(match filter.order {
        ListOrder::NewestFirst => begin.min((started_at.millis(), number.unwrap_or(0))),
        ListOrder::OldestFirst => begin.max((started_at.millis(), number.unwrap_or(i64::MAX))),
    })
}

fn list_places(connection: &Connection, seek: Seek) -> Result<Vec<Place>, Fault> {
    let Seek { sql, facet, place: after, end, limit } = seek;
    let places = connection
        .prepare_cached(sql)?
        .query_map((facet, after.0, after.1, end, limit as i64), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(places)
}

pub(super) fn load(
    connection: &Connection,
    recent: &RecentConversations,
    number: i64,
) -> Result<Arc<Conversation>, Fault> {
    let corrupt = || StoreError::Corrupt { record: format!("facets of conversation {number}") };
    let id = connection
        .prepare_cached("SELECT id FROM conversations WHERE number = ?1")?
        .query_row([number], |row| uuid(row, 0))
        .optional()?
        .ok_or_else(corrupt)?;
    if let Some(standing) = recent.find(ConversationId::new(id)) {
        return Ok(Arc::clone(&standing.conversation));
    }
    Ok(load_by_number(connection, number)?.ok_or_else(corrupt)?.conversation)
}

/// Compares the conversation itself: facets are hashes, and only one of them was sought.
fn matches(conversation: &Conversation, organization: OrganizationId, filter: &ConversationFilter) -> bool {
    let ConversationFilter { attribute, from, to, deployment, queue, order: _ } = filter;
    let attribute_fits = attribute.as_ref().is_none_or(|(key, value)| {
        let stored = conversation.context().and_then(|context| context.stored.get(key));
        stored.is_some_and(|stored| value.as_ref().is_none_or(|value| stored.value.to_text().as_deref() == Some(value)))
    });
    conversation.organization_id == organization
        && attribute_fits
        && from.is_none_or(|from| conversation.started_at >= from)
        && to.is_none_or(|to| conversation.started_at < to)
        && deployment.is_none_or(|deployment| conversation.deployment_id == deployment)
        && queue.is_none_or(|queue| queue_of(conversation) == Some(queue))
}

/// Lists what agents work on in an older database.
pub(super) fn list_agents_work(connection: &Connection) -> Result<(), Fault> {
    let mut statement = connection.prepare(
        "SELECT number FROM conversations
         WHERE instr(coalesce(snapshot, (SELECT payload FROM events WHERE seq = number)), '\"purpose\":\"agent\"') > 0",
    )?;
    let numbers = statement.query_map([], |row| row.get::<_, i64>(0))?;
    for number in numbers {
        let number = number?;
        let Some(standing) = load_by_number(connection, number)? else { continue };
        for facet in facets(&standing.conversation) {
            connection
                .prepare_cached("INSERT OR IGNORE INTO facets (facet, started_at, conversation) VALUES (?1, ?2, ?3)")?
                .execute((facet, standing.conversation.started_at.millis(), number))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqliteStore;

    #[tokio::test]
    async fn ctx5_a_filter_is_a_seek_without_sorting() {
        let store = SqliteStore::in_memory().unwrap();
        for (sql, place) in [
            (LIST_PLACES, "facet=? AND started_at>? AND (started_at,conversation)<(?,?)"),
            (LIST_PLACES_UPWARD, "facet=? AND (started_at,conversation)>(?,?) AND started_at<?"),
        ] {
            let plan: Vec<String> = store
                .readers
                .read(move |connection| {
                    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                    let lines = statement.query_map((1, 2, 3, 4, 5), |row| row.get(3))?;
                    Ok(lines.collect::<Result<_, _>>()?)
                })
                .await
                .unwrap();
            assert_eq!(plan, [format!("SEARCH facets USING PRIMARY KEY ({place})")]);
        }
    }
}
