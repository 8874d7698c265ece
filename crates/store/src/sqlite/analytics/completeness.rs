//! How complete context is: what became of each key, by deployment and one dimension more.

use std::collections::HashMap;

use rusqlite::Connection;
use waybill_model::{
    DeploymentId, OrganizationId,
    analytics::{CompletenessGroup, Dimension, KeyNumbers, Presence, Selection, Span},
};

use super::{
    super::fault::Fault,
    facts::{COERCED, EVERY, HOUR, LATE, MISSING, NO_VALUE, PRESENT, QUARANTINED, REFUSED, is_key, number_of},
    names::{self, Kind, Name},
    scan,
    tally::text_of,
};
use crate::StoreError;

/// Groups times keys that one question may meet.
const MOST_CELLS: usize = 500_000;

/// Counts what became of every key in a selection.
pub(super) fn completeness(
    connection: &Connection,
    organization: OrganizationId,
    selection: &Selection,
    by: Option<&Dimension>,
) -> Result<Vec<CompletenessGroup>, Fault> {
    let column = match by {
        Some(dimension) => number_of(connection, organization, dimension)?,
        None => None,
    };
    let mut groups = HashMap::<(i64, i64), u64>::new();
    let mut cells = HashMap::<(i64, i64, i64), KeyNumbers>::new();
    scan::walk(connection, organization, selection, |fact| {
        let value = column.and_then(|column| fact.items().find(|item| item.dimension == column && item.has(PRESENT)));
        let value = value.map_or(NO_VALUE, |item| item.value);
        *groups.entry((fact.deployment, value)).or_default() += 1;
        for item in fact.items().filter(|item| is_key(item.dimension)) {
            let cell = cells.entry((fact.deployment, value, item.dimension)).or_default();
            cell.present += u64::from(item.has(PRESENT));
            cell.coerced += u64::from(item.has(COERCED));
            cell.late += u64::from(item.has(LATE));
            cell.quarantined += u64::from(item.has(QUARANTINED));
            cell.refused += u64::from(item.has(REFUSED));
            cell.missing += u64::from(item.has(MISSING));
        }
        if cells.len() > MOST_CELLS || groups.len() > MOST_CELLS {
            return Err(StoreError::TooWide("too many pages and keys".to_owned()).into());
        }
        Ok(())
    })?;
    let mut keys = HashMap::<(i64, i64), Vec<(String, KeyNumbers)>>::new();
    let mut texts = HashMap::<i64, Option<String>>::new();
    for ((deployment, value, key), numbers) in cells {
        let text = match texts.get(&key) {
            Some(text) => text.clone(),
            None => {
                let text = names::text(connection, organization, key)?;
                texts.insert(key, text.clone());
                text
            }
        };
        if let Some(text) = text {
            keys.entry((deployment, value)).or_default().push((text, numbers));
        }
    }
    let mut found = Vec::with_capacity(groups.len());
    for ((deployment, value), conversations) in groups {
        let Some(deployment_id) = deployment_id(connection, organization, deployment)? else { continue };
        let mut keys = keys.remove(&(deployment, value)).unwrap_or_default();
        keys.sort_by(|(one, _), (other, _)| one.cmp(other));
        let dimension = by.unwrap_or(&Dimension::Deployment);
        let value = text_of(connection, organization, dimension, value)?;
        found.push(CompletenessGroup { deployment_id, value, conversations, keys });
    }
    found.sort_by(|one, other| {
        (one.deployment_id, other.conversations, &one.value).cmp(&(
            other.deployment_id,
            one.conversations,
            &other.value,
        ))
    });
    Ok(found)
}

/// In how many conversations of a span of whole hours each of these keys is stored, by deployment.
pub(super) fn presence(
    connection: &Connection,
    organization: OrganizationId,
    wanted: &[(DeploymentId, Vec<String>)],
    span: Span,
) -> Result<Vec<Presence>, Fault> {
    let hours = (span.from.millis().div_euclid(HOUR), span.to.millis().div_euclid(HOUR));
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(sum(count), 0) FROM analytics_counts
         WHERE deployment = ?1 AND dimension = ?2 AND hour >= ?3 AND hour < ?4 AND value = ?5",
    )?;
    let mut sum = |deployment: i64, dimension: i64| -> Result<u64, Fault> {
        let count: i64 = statement.query_row((deployment, dimension, hours.0, hours.1, NO_VALUE), |row| row.get(0))?;
        Ok(count.max(0).cast_unsigned())
    };
    let mut found = Vec::new();
    for (deployment_id, keys) in wanted {
        let name = Name::new(organization, Kind::Deployment, &deployment_id.to_string());
        let deployment = names::find(connection, &name)?;
        let conversations = deployment.map_or(Ok(0), |deployment| sum(deployment, EVERY))?;
        for key in keys {
            let number = names::find(connection, &Name::new(organization, Kind::Key, key))?;
            let present = match (deployment, number) {
                (Some(deployment), Some(number)) => sum(deployment, -number)?,
                (None, _) | (_, None) => 0,
            };
            found.push(Presence { deployment_id: *deployment_id, key: key.clone(), present, conversations });
        }
    }
    Ok(found)
}

fn deployment_id(
    connection: &Connection,
    organization: OrganizationId,
    number: i64,
) -> Result<Option<DeploymentId>, Fault> {
    let text = names::text(connection, organization, number)?;
    Ok(text.and_then(|text| uuid::Uuid::try_parse(&text).ok()).map(DeploymentId::new))
}
