//! The conversations that a selection finds: how many, and a page of them.

use rusqlite::{Connection, OptionalExtension};
use waybill_model::{
    OrganizationId,
    analytics::{Selection, Sorting},
};

use super::{
    super::{
        fault::Fault,
        lists,
        recent::RecentConversations,
        rows::{number_of, uuid},
    },
    facts::ENDING,
    measures, names,
    scan::{self, Subject as _},
};
use crate::{FoundConversation, FoundPage};

/// The largest page.
const PAGE: usize = 200;

/// One page of what a selection finds, and how much that is.
pub(super) fn select(
    connection: &Connection,
    recent: &RecentConversations,
    organization: OrganizationId,
    selection: &Selection,
    sorting: Sorting,
    (offset, limit): (usize, usize),
) -> Result<FoundPage, Fault> {
    let mut places = Vec::new();
    scan::walk(connection, organization, selection, |fact| {
        let ended = fact.ended_at().unwrap_or(i64::MAX);
        let key = match sorting {
            Sorting::Started => fact.started_at,
            Sorting::StartedBackwards => -fact.started_at,
            Sorting::Ended => ended,
            Sorting::EndedBackwards => -ended,
        };
        places.push((key, fact.deployment, fact.started_at, fact.conversation()));
        Ok(())
    })?;
    let total = places.len() as u64;
    let backwards = matches!(sorting, Sorting::StartedBackwards | Sorting::EndedBackwards);
    places.sort_unstable_by_key(|(key, _, _, number)| (*key, if backwards { -number } else { *number }));
    let mut found = Vec::new();
    for (_, deployment, started_at, number) in places.into_iter().skip(offset).take(limit.min(PAGE)) {
        let conversation = lists::load(connection, recent, number)?;
        if conversation.organization_id != organization {
            continue;
        }
        let ending = ending(connection, organization, (deployment, started_at, number))?;
        let taken = measures::of(connection, number, &conversation)?;
        found.push(FoundConversation { conversation, ending, taken });
    }
    Ok(FoundPage { conversations: found, total })
}

/// Conversations by id with how they ended.
pub(super) fn details(
    connection: &Connection,
    recent: &RecentConversations,
    organization: OrganizationId,
    ids: &[waybill_model::ConversationId],
) -> Result<Vec<FoundConversation>, Fault> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(number) = number_of(connection, organization, *id)? else { continue };
        let conversation = lists::load(connection, recent, number)?;
        let ending = match scan::place_of(connection, organization, number)? {
            Some(place) => ending(connection, organization, place)?,
            None => None,
        };
        let taken = measures::of(connection, number, &conversation)?;
        found.push(FoundConversation { conversation, ending, taken });
    }
    Ok(found)
}

/// How a conversation ended, in the log's words.
fn ending(connection: &Connection, organization: OrganizationId, place: scan::Place) -> Result<Option<String>, Fault> {
    let bytes: Option<Vec<u8>> = connection
        .prepare_cached(
            "SELECT items FROM analytics_facts WHERE deployment = ?1 AND started_at = ?2 AND conversation = ?3",
        )?
        .query_row(place, |row| row.get(0))
        .optional()?;
    let ending = bytes.and_then(|bytes| super::facts::items(&bytes).find(|item| item.dimension == ENDING));
    match ending {
        Some(item) => names::text(connection, organization, item.value),
        None => Ok(None),
    }
}

/// The ids of everything that a selection finds, oldest start first; at most `most`.
pub(super) fn select_ids(
    connection: &Connection,
    organization: OrganizationId,
    selection: &Selection,
    most: usize,
) -> Result<Vec<waybill_model::ConversationId>, Fault> {
    let mut places = Vec::new();
    scan::walk(connection, organization, selection, |fact| {
        places.push((fact.started_at, fact.conversation()));
        Ok(())
    })?;
    places.sort_unstable();
    let mut statement = connection.prepare_cached("SELECT id FROM conversations WHERE number = ?1")?;
    let mut ids = Vec::with_capacity(places.len().min(most));
    for (_, number) in places.into_iter().take(most) {
        ids.extend(
            statement.query_row([number], |row| uuid(row, 0)).optional()?.map(waybill_model::ConversationId::new),
        );
    }
    Ok(ids)
}
