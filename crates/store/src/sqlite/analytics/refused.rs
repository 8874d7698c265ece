//! Starts that were refused, counted from their records (CTX11).

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use waybill_model::{
    DeploymentId, Form, OrganizationId, RefusalRecord,
    analytics::{RefusedStarts, Span},
    conversation::Source,
};

use super::super::{administration::read_document, fault::Fault};
use crate::StoreError;

/// Records that one question may read.
const MOST_RECORDS: usize = 200_000;

/// Refused starts of a span by deployment, page and SDK version.
pub(super) fn refused_starts(
    connection: &Connection,
    organization: OrganizationId,
    deployments: Option<&[DeploymentId]>,
    span: Span,
) -> Result<Vec<RefusedStarts>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT number, payload, checksum FROM refusals WHERE organization = ?1 AND at >= ?2 AND at < ?3",
    )?;
    let mut rows = statement.query((organization.uuid().as_bytes(), span.from.millis(), span.to.millis()))?;
    let mut groups = BTreeMap::<(DeploymentId, Option<String>, Option<String>), (u64, BTreeMap<String, u64>)>::new();
    let mut read = 0;
    while let Some(row) = rows.next()? {
        read += 1;
        if read > MOST_RECORDS {
            return Err(StoreError::TooWide("too many refusals".to_owned()).into());
        }
        let number: i64 = row.get(0)?;
        let record: RefusalRecord =
            read_document("refusals", organization.uuid().as_bytes(), &number.to_string(), row, 1)?;
        let reached = deployments.is_none_or(|deployments| deployments.contains(&record.deployment_id));
        if !reached || !is_start(&record) {
            continue;
        }
        let Source { page, sdk, api: _, locale: _ } = record.source;
        let (starts, keys) = groups.entry((record.deployment_id, page, sdk)).or_default();
        *starts += u64::from(record.count);
        let faulty: BTreeSet<String> = record.faults.into_iter().map(|(key, _, _)| key).collect();
        for key in faulty {
            *keys.entry(key).or_default() += u64::from(record.count);
        }
    }
    let found = groups.into_iter().map(|((deployment_id, page, sdk), (starts, keys))| RefusedStarts {
        deployment_id,
        page,
        sdk,
        starts,
        keys: keys.into_iter().collect(),
    });
    Ok(found.collect())
}

/// Whether nothing began because of it. A write to a conversation that goes on says so by its form.
fn is_start(record: &RefusalRecord) -> bool {
    record.faults.iter().all(|(_, form, _)| match form {
        Form::CustomData
        | Form::AttributesCustom
        | Form::FlatOptions
        | Form::Customer
        | Form::RestWebchat
        | Form::GuestCustomAttributes
        | Form::Token => true,
        Form::SetContext | Form::RestMetadata | Form::RestAttributes | Form::Flow => false,
    })
}
