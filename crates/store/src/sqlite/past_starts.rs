//! Starts as the log tells them: the first event of each conversation of a deployment, newest first.

use std::sync::Arc;

use rusqlite::{Connection, params};
use waybill_model::{DeploymentId, Event, EventBody, OrganizationId};

use super::{
    digest::deployment_facet,
    fault::Fault,
    rows::{event_columns, number_of, read_event_row},
};
use crate::PagePosition;

/// Most starts of one page.
const STARTS: u32 = 200;

/// A conversation's number is the log position of its first event: the list leads to the events without another look-up.
const LIST_STARTS: &str = concat!(
    "SELECT ",
    event_columns!(),
    " FROM events JOIN
       (SELECT started_at AS began, conversation AS number FROM facets
        WHERE facet = ?1 AND (started_at, conversation) < (?2, ?3)
        ORDER BY started_at DESC, conversation DESC LIMIT ?4)
      ON seq = number ORDER BY began DESC, number DESC"
);

pub(super) fn list(
    connection: &Connection,
    organization: OrganizationId,
    deployment: DeploymentId,
    after: Option<PagePosition>,
    limit: u32,
) -> Result<Vec<Arc<Event>>, Fault> {
    let facet = deployment_facet(organization, deployment);
    let (began, number) = match after {
        None => (i64::MAX, i64::MAX),
        Some(position) => {
            (position.started_at.millis(), number_of(connection, organization, position.id)?.unwrap_or(0))
        }
    };
    let mut statement = connection.prepare_cached(LIST_STARTS)?;
    let mut rows = statement.query(params![facet, began, number, limit.min(STARTS)])?;
    let mut starts = Vec::new();
    while let Some(row) = rows.next()? {
        let event = read_event_row(row)?.event()?;
        // Facets are hashes: the event itself says whose it is.
        let is_ours = matches!(&event.body, EventBody::Started { conversation, .. }
            if conversation.organization_id == organization && conversation.deployment_id == deployment);
        if is_ours {
            starts.push(Arc::new(event));
        }
    }
    Ok(starts)
}
